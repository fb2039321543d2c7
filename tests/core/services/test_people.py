"""All that is held of a person: given out, and erased."""

from __future__ import annotations

import json

import pytest

from mudhif.services.guest_jobs import Choices, State, UploadGone, begin_import, find_job, forget_job
from mudhif.services.people import NoPerson, erase, find_person, person_data
from mudhif.services.registrations import NewGuest, guest_list, register_guest, update_registration
from mudhif.storage.models import ColumnMemory, Person, Registration, Ticket
from mudhif.storage.store import write

UNIQUE = "Zainabunique"


@pytest.fixture
def guest(event):
    new = NewGuest(
        name=UNIQUE,
        sex="f",
        age_band="25-34",
        phone="07809998877",
        phone_e164="+9647809998877",
        answers={"diet": UNIQUE},
    )
    return write(register_guest, event.id, new)


def test_a_person_is_found_by_her_own_id_and_by_her_registrations(guest):
    assert find_person(guest.id).id == find_person(guest.person).id == guest.person
    with pytest.raises(NoPerson, match="nobody"):
        find_person("nobody")


def test_the_data_of_a_person_hold_every_row_and_every_change(guest):
    write(update_registration, guest.id, {"organisation": "University"})
    data = json.loads(json.dumps(person_data(guest.person), default=str))
    kinds = {row["kind_of_row"]: row for row in data["rows"]}
    assert (
        kinds["core.person"]["organisation"] == "University" and kinds["core.registration"]["answers"]["diet"] == UNIQUE
    )
    assert data["tickets"][0]["registration"] == guest.id
    assert any(change["fields"].get("name") == UNIQUE for change in data["history"])


def test_erasing_leaves_the_count_and_takes_everything_else(event, store, guest):
    assert erase(guest.id) == guest.person
    person = Person.get_by_id(guest.person)
    assert (person.name, person.phone, person.sex, person.age_band) == (None, None, "f", "25-34")
    (row,) = guest_list(event.id)
    assert (row["id"], row["name"], row["ticket"], row["sex"]) == (guest.id, None, None, "f")
    assert not Ticket.select().exists() and Registration.get_by_id(guest.id).answers is None


def test_no_file_of_the_installation_holds_an_erased_name_or_phone(store, guest):
    erase(guest.id)
    files = [path for path in store.instance.root.rglob("*") if path.is_file()]
    assert files and not [
        p
        for p in files
        for word in (UNIQUE, UNIQUE.lower(), "7809998877", "7788999087")
        if word.encode() in p.read_bytes()
    ]


def test_a_list_that_was_sent_and_not_written_goes_when_somebody_is_erased(event, store, guest):
    job = begin_import(event.id, f"Name,Phone\n{UNIQUE},07809998877\n".encode(), "list.csv")
    assert job.wait(30) and job.state is State.READY
    erase(guest.id)
    assert not list(store.instance.uploads.iterdir())
    job.write()  # a page that was open before
    job.wait(30)
    assert job.state is State.FAILED and len(guest_list(event.id)) == 1
    with pytest.raises(UploadGone):
        find_job(event.id, job.token)


def test_a_first_row_that_was_taken_for_headers_is_not_remembered_with_an_erased_name(event, store, guest):
    job = begin_import(event.id, f"{UNIQUE},m\nSara,f\nAli,m\n".encode(), "list.csv")
    job.wait(30)
    job.check(Choices(mapping={UNIQUE: "name", "m": "sex"}, headed=True))
    job.wait(30)
    job.write()
    job.wait(30)
    assert UNIQUE in ColumnMemory.get().mapping
    erase(guest.id)
    forget_job(job)
    assert not ColumnMemory.select().exists()
    assert not [p for p in store.instance.root.rglob("*") if p.is_file() and UNIQUE.encode() in p.read_bytes()]
