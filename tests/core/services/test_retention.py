"""Names that are due: whose they are, what is left when they go, and that nothing goes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mudhif.services.figures import guest_counts
from mudhif.services.people import find_person
from mudhif.services.registrations import NewGuest, guest_list, register_guest
from mudhif.services.retention import due_for_pseudonyms, mentions_of, pseudonymise, retention_days
from mudhif.services.settings import CORE, set_event_setting
from mudhif.storage.models import Event, Person, Project
from mudhif.storage.store import current, write


@pytest.fixture
def later(event):
    moved = {"starts": event.starts + timedelta(days=100), "ends": event.ends + timedelta(days=100)}
    return write(lambda tx: tx.create(Event, project=event.project, code="d4", title="Fourth session", **moved))


@pytest.fixture
def guests(event, later):
    """Zainab was at the third session only, Ammar at both."""
    zainab = NewGuest(name="زينب كاظم", phone="07801234567", sex="f", birth_year=1990)
    first = write(lambda tx: [register_guest(tx, event, guest) for guest in (zainab, NewGuest(name="Ammar", sex="m"))])
    write(lambda tx: register_guest(tx, later, NewGuest(name="Ammar"), known=first[1].person))
    return first


def names(dues):
    return [(due.event.code, [person.name for person in due.people]) for due in dues]


def test_who_was_at_no_event_since_is_due_by_their_last_event(event, later, guests):
    assert names(due_for_pseudonyms(30, event.ends + timedelta(days=31))) == [("d3", ["زينب كاظم"])]
    assert names(due_for_pseudonyms(30, event.ends + timedelta(days=29))) == []
    assert names(due_for_pseudonyms(30, later.ends + timedelta(days=31))) == [("d3", ["زينب كاظم"]), ("d4", ["Ammar"])]


def test_the_name_goes_from_every_page_of_the_file_and_the_figures_stay(event, later, guests):
    counted = guest_counts(event.id)
    assert pseudonymise([guests[0].person]) == 1
    person = find_person(guests[0].id)
    assert (person.name, person.phone, person.birth_year, person.sex, person.age_band) == (
        None,
        None,
        None,
        "f",
        "25-34",
    )
    assert guest_counts(event.id) == counted
    content = b"".join(path.read_bytes() for path in current().instance.root.rglob("*") if path.is_file())
    assert "زينب".encode() not in content and b"7801234567" not in content
    assert names(due_for_pseudonyms(1)) == [("d4", ["Ammar"])]


def test_who_was_registered_again_since_the_list_was_looked_at_stays(event, guests):
    ahead = write(
        lambda tx: tx.create(Event, project=event.project, code="next", title="T", starts="2099-01-01T06:00:00Z",
                             ends="2099-01-01T10:00:00Z")
    )  # fmt: skip
    write(lambda tx: register_guest(tx, ahead, NewGuest(name="Zainab"), known=guests[0].person))
    assert pseudonymise([guests[0].person]) == 0
    assert guest_list(event.id)[0]["name"] == "زينب كاظم"


def test_nothing_is_due_where_nobody_set_a_time(event, guests):
    assert retention_days() is None
    write(set_event_setting, None, CORE, "retention_days", 90)
    assert retention_days() == 90


def test_where_a_name_stands_in_other_words_is_told(event, guests):
    write(lambda tx: tx.create(Project, title="In memory of زينب كاظم"))
    (mention,) = mentions_of(Person.get_by_id(guests[0].person))
    assert (mention.kind, mention.field, mention.text) == ("core.project", "title", "In memory of زينب كاظم")
