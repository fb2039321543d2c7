"""Walk-ins at the desk: once however often they are sent, known people, what is asked, a full event."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.domain.errors import NotAllowed
from mudhif.plugins.types import Who
from mudhif.services.questions import save_question
from mudhif.services.registrations import cancel_registration
from mudhif.storage.models import Event, Person, Registration
from mudhif.storage.store import write
from mudhif_checkin.find import propose_people
from mudhif_checkin.models import Scan
from mudhif_checkin.requests import Request
from mudhif_checkin.walk_in import receive

SignIn = Callable[[str], FlaskClient]
NewGuest = Callable[..., Registration]


def walk_in(client: FlaskClient, event: Event, **fields: str) -> Any:
    form = {"scan_id": str(uuid.uuid4()), **fields}
    return client.post(f"/e/{event.code}/desk", data=form, follow_redirects=True)


@pytest.fixture
def earlier(new_event: Callable[..., Event]) -> Event:
    return new_event("First session", date="2024-01-11", ordinal=1)


def test_an_old_page_with_another_name_in_it_registers_another_guest(signed_in: SignIn, event: Event) -> None:
    client, scan_id = signed_in("desk"), str(uuid.uuid4())
    for name in ("Haidar Fadhil", "Karar Hasan", "Karar Hasan", "Haidar Fadhil"):
        page = walk_in(client, event, scan_id=scan_id, name=name).text
        assert name in page and "Welcome" in page
    assert sorted(person.name for person in Person.select()) == ["Haidar Fadhil", "Karar Hasan"]
    assert Scan.select().count() == 2


def test_somebody_of_an_earlier_event_is_registered_as_the_same_person(
    signed_in: SignIn, earlier: Event, event: Event, new_guest: NewGuest
) -> None:
    known = new_guest(earlier, "Zahra Abbas", sex="f", phone="0780 112 4471")
    client, scan_id = signed_in("desk"), str(uuid.uuid4())
    for _sent_twice in range(2):
        page = walk_in(client, event, scan_id=scan_id, known=known.person, name="Zahra Abbas", organisation="Team").text
        assert "Welcome" in page and "Zahra Abbas" in page
    assert Registration.select().where(Registration.event == event.id).count() == 1
    person = Person.get()
    assert (person.id, person.organisation, person.sex) == (known.person, "Team", "f")


def test_whom_another_desk_has_just_registered_is_checked_in(
    signed_in: SignIn, earlier: Event, event: Event, new_guest: NewGuest
) -> None:
    known = new_guest(earlier, "Zahra Abbas")
    client = signed_in("desk")
    walk_in(client, event, known=known.person)
    assert "Already in" in walk_in(client, event, known=known.person).text
    assert Registration.select().where(Registration.event == event.id).count() == 1


def test_nobody_of_another_project_is_registered_by_an_id(
    signed_in: SignIn, event: Event, new_event: Callable[..., Event], new_guest: NewGuest
) -> None:
    foreign = new_guest(new_event("Elsewhere", project="Another project"), "Zahra Abbas")
    assert walk_in(signed_in("desk"), event, known=foreign.person).status_code == 404
    assert Scan.select().count() == 0


def test_namesakes_are_told_apart_by_what_is_known_of_them(
    earlier: Event, event: Event, new_guest: NewGuest, present: Callable[..., Any]
) -> None:
    came = new_guest(earlier, "Zahra Abbas", phone="0780 112 4471", organisation="Ur Team")
    new_guest(earlier, "Zahra Kadhim", phone="0780 112 9999")
    here = new_guest(event, "Zahra Abbas")
    present(earlier, came)
    listed, known, absent = propose_people(event, "zahra")
    assert (listed["id"], listed["person"], listed["number"], listed["events"]) == (here.id, here.person, 1, [])
    assert (known["id"], known["person"], known["phone_end"]) == (None, came.person, "4471")
    assert known["events"] == [{"title": "First session", "ordinal": 1, "came": True}]
    assert absent["events"] == [{"title": "First session", "ordinal": 1, "came": False}]
    assert [one["name"] for one in propose_people(event, "4471")] == ["Zahra Abbas"]


def test_what_only_sounds_like_it_is_marked_and_comes_last(earlier: Event, event: Event, new_guest: NewGuest) -> None:
    new_guest(event, "Samir Ali")
    new_guest(earlier, "Sameer Ali")
    new_guest(earlier, "Samar Ali")
    names = [(one["name"], one["sounds_like"]) for one in propose_people(event, "samar")]
    assert names[0] == ("Samar Ali", False)
    assert [near for _name, near in names] == sorted(near for _name, near in names)


def test_a_scanner_is_told_of_this_list_alone(
    client: FlaskClient, token: Callable[..., dict[str, str]], earlier: Event, event: Event, new_guest: NewGuest
) -> None:
    new_guest(earlier, "Zahra Abbas", phone="0780 112 4471")
    new_guest(event, "Zahra Kadhim", phone="0780 112 4472")
    address = f"/api/v1/events/{event.id}/checkins/guests?known=true&search=zahra"
    (found,) = client.get(address, headers=token("scanner")).json
    assert found["name"] == "Zahra Kadhim"
    assert not {"phone_end", "events", "person"} & found.keys()
    by_desk = client.get(address, headers=token("desk")).json
    assert [(one["name"], one["phone_end"]) for one in by_desk] == [("Zahra Kadhim", "4472"), ("Zahra Abbas", "4471")]


def test_people_are_proposed_fast_in_a_large_project(
    earlier: Event, event: Event, installation: Any, new_event: Callable[..., Event]
) -> None:
    from mudhif.services.registrations import NewGuest as Guest
    from mudhif.services.registrations import register_guest

    names = [
        f"{first} {last}" for first in ("Zahra", "Ali", "Hasan", "Sura", "Noor") for last in "ABCDEFGHIJKLMNOPQRST"
    ]
    third = new_event("Second session", date="2024-02-01", ordinal=2)

    def fill(tx: Any) -> None:
        for of in (earlier, third, event):
            for n, name in enumerate(names * 2):
                register_guest(tx, of.id, Guest(name=f"{name}{n}", phone=f"0780 112 {n:04}"), "import")

    write(fill)
    taken = []
    for text in ("z", "zah", "zahra a", "hasan q", "zarha"):
        began = time.perf_counter()
        propose_people(event, text)
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[len(taken) // 2] < 0.25  # of an idle machine: 10 ms; what is held is that nothing explodes


def test_a_walk_in_is_asked_what_the_form_requires_and_nothing_else(signed_in: SignIn, event: Event) -> None:
    of_form = {"asked_at": "form", "kind": "text"}
    required = write(save_question, event.id, of_form | {"title": {"en": "Which district?"}, "required": True})
    write(save_question, event.id, of_form | {"title": {"en": "Anything else?"}})
    client = signed_in("desk")
    page = walk_in(client, event, name="Haidar Fadhil").text
    assert "Which district?" in page and "Anything else?" not in page and "Haidar Fadhil" in page
    assert Scan.select().count() == 0
    (registration,) = Registration.select()
    form = {"walk_in": "yes", "scan_id": str(uuid.uuid4()), "registration": registration.id}

    def sent(answer: str) -> str:
        data = form | {f"q-{required.id}": answer}
        return client.post(f"/e/{event.code}/desk/check-in", data=data, follow_redirects=True).text

    assert "Please answer this question." in sent("")
    for _sent_twice in range(2):
        assert "Welcome" in sent("Al-Chibayish")
    assert Registration.get().answers == {required.id: "Al-Chibayish"}
    assert Scan.select().count() == 1


def test_form_and_door_are_asked_at_once(signed_in: SignIn, event: Event) -> None:
    for asked_at in ("form", "checkin"):
        data = {"asked_at": asked_at, "kind": "number", "title": {"en": f"Of the {asked_at}?"}, "required": True}
        write(save_question, event.id, data)
    page = walk_in(signed_in("desk"), event, name="Haidar Fadhil").text
    assert "Of the form?" in page and "Of the checkin?" in page


@pytest.fixture
def full(new_event: Callable[..., Event], new_guest: NewGuest) -> Callable[..., Event]:
    def made(**fields: Any) -> Event:
        event = new_event(capacity=1, **fields)
        new_guest(event, "Salim")
        return event

    return made


def test_a_full_event_says_so_before_the_form_and_puts_on_the_waiting_list(
    signed_in: SignIn, full: Callable[..., Event]
) -> None:
    event, client = full(waiting_list=True), signed_in("desk")
    page = client.get(f"/e/{event.code}/desk").text
    assert page.index("The only place is taken.") < page.index('id="name"')
    assert "Put on the waiting list" in page
    assert "On the waiting list" in walk_in(client, event, name="Haidar Fadhil").text


def test_where_there_is_no_waiting_list_a_guest_is_let_in_by_force_alone(
    signed_in: SignIn, full: Callable[..., Event]
) -> None:
    event, client = full(), signed_in("coordinator")
    refused = walk_in(client, event, name="Haidar Fadhil")
    assert refused.status_code == 409 and 'value="Haidar Fadhil"' in refused.text
    page = walk_in(client, event, name="Haidar Fadhil", force="yes", reason="organiser").text
    assert "Welcome" in page
    scan = Scan.get()
    assert (scan.forced, scan.forced_reason) == (True, "organiser")


def test_who_may_not_force_lets_nobody_into_a_full_event(full: Callable[..., Event], phone: Who) -> None:
    scan = Request(str(uuid.uuid4()), force=True, force_reason="organiser")
    with pytest.raises(NotAllowed):
        receive(full(), {"name": "Haidar Fadhil"}, scan, phone)
    assert Registration.select().count() == 1


def test_a_place_that_was_given_back_is_given_to_a_walk_in(signed_in: SignIn, full: Callable[..., Event]) -> None:
    event = full()
    write(cancel_registration, Registration.get().id)
    assert "Welcome" in walk_in(signed_in("desk"), event, name="Haidar Fadhil").text


def test_without_a_script_known_people_are_registered_from_the_search(
    signed_in: SignIn, earlier: Event, event: Event, new_guest: NewGuest
) -> None:
    known = new_guest(earlier, "Zahra Abbas", phone="0780 112 4471")
    client = signed_in("desk")
    page = client.get(f"/e/{event.code}/desk?find=zahra").text
    assert "…4471" in page and "First session" in page
    (scan_id,) = re.findall(
        rf'name="scan_id" value="([^"]+)"><input type="hidden" name="known" value="{known.person}"', page
    )
    assert "Welcome" in walk_in(client, event, scan_id=scan_id, known=known.person).text
