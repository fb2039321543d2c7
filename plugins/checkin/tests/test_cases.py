"""Every kind of case of the door can be settled on the coordinator's page, and what was decided is remembered."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.domain.ids import new_id
from mudhif.plugins.types import Who
from mudhif.services.questions import save_question
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.cases import cases_of
from mudhif_checkin.checkins import check_in
from mudhif_checkin.counts import counts_of
from mudhif_checkin.models import Decision, Scan, Undo
from mudhif_checkin.requests import read_request

Present = Callable[..., dict[str, Any]]
Guests = Callable[..., Registration]
Settle = Callable[[str], str]


@pytest.fixture
def settle(signed_in: Callable[[str], FlaskClient], event: Event) -> Settle:
    """Presses the button with these words on the page of cases, and gives the page after it."""
    client = signed_in("coordinator")

    def settled(words: str) -> str:
        page = client.get(f"/e/{event.code}/cases").text
        ways = re.findall(r'<form method="post" action="([^"]+)">.*?<button class="btn">(.*?)</button>', page)
        address = next(html.unescape(url) for url, said in ways if html.unescape(said) == words)
        return client.post(address, follow_redirects=True).text

    return settled


def none_open(page: str) -> bool:
    return "No case is open." in page


def cancel(guest: Registration) -> None:
    write(lambda tx: tx.update(Registration.get_by_id(guest.id), status="cancelled"))


def test_one_person_at_two_doors_may_stand_until_a_third_entry_comes(
    event: Event, zahra: Registration, present: Present, phone: Who, settle: Settle
) -> None:
    for _entry in range(2):
        present(event, zahra, phone, verdict_shown="welcome")
    assert none_open(settle("It was one person: both stand"))
    assert (Decision.get().choice, Decision.get().name, Undo.select().count()) == ("stands", "Hanan", 0)
    present(event, zahra, phone, verdict_shown="welcome")
    assert len(cases_of(event)) == 1


@pytest.fixture
def too_full(event: Event, new_guest: Guests, present: Present) -> Event:
    guests = [new_guest(event, name) for name in ("Zahra", "Ali", "Ammar")]
    write(lambda tx: tx.update(Event.get_by_id(event.id), capacity=2))
    for guest in guests:
        present(event, guest, force=True)
    found: Event = Event.get_by_id(event.id)
    return found


def test_a_hall_too_full_is_settled_by_more_places(too_full: Event, settle: Settle) -> None:
    assert none_open(settle("The hall holds 3: raise the capacity"))
    assert Event.get_by_id(too_full.id).capacity == 3


def test_a_hall_too_full_that_was_settled_at_the_door_is_open_again_with_the_next_guest(
    too_full: Event, settle: Settle, new_guest: Guests, present: Present
) -> None:
    assert none_open(settle("It is settled at the door"))
    write(lambda tx: tx.update(Event.get_by_id(too_full.id), capacity=10))
    guest = new_guest(too_full, "Hiba")
    write(lambda tx: tx.update(Event.get_by_id(too_full.id), capacity=2))
    present(too_full, guest, force=True)
    assert [case.id for case in cases_of(Event.get_by_id(too_full.id))] == [f"checkin.over-capacity.{too_full.id}"]


@pytest.fixture
def sent_away(event: Event, zahra: Registration, present: Present, phone: Who) -> Registration:
    present(event, zahra, phone, verdict_shown="full")
    return zahra


def test_a_guest_who_was_sent_away_and_is_here_is_checked_in(
    event: Event, sent_away: Registration, settle: Settle
) -> None:
    assert none_open(settle("The guest is here: check in"))
    assert counts_of(event.id).arrived == 1
    assert Scan.select().where(Scan.outcome == "welcome").get().device == "Hanan"


def test_a_guest_who_was_sent_away_and_went_home_stays_away(
    event: Event, sent_away: Registration, settle: Settle
) -> None:
    assert none_open(settle("The guest went home: leave it"))
    assert counts_of(event.id).arrived == 0


def test_a_guest_whom_the_list_would_not_let_in_may_stand_or_be_taken_back(
    event: Event, zahra: Registration, new_guest: Guests, present: Present, phone: Who, settle: Settle
) -> None:
    ali = new_guest(event, "Ali Hassan")
    for guest in (zahra, ali):
        cancel(guest)
        present(event, guest, phone, verdict_shown="welcome")
    assert not none_open(settle("The guest was let in: it stands"))
    assert counts_of(event.id).arrived == 2
    assert none_open(settle("Take the check-in back"))
    assert counts_of(event.id).arrived == 1


def test_a_ticket_that_is_on_no_list_is_seen_to(event: Event, present: Present, phone: Who, settle: Settle) -> None:
    present(event, "nobody's ticket", phone, verdict_shown="welcome")
    assert none_open(settle("It was seen to"))


@pytest.fixture
def late(event: Event, zahra: Registration, phone: Who) -> Registration:
    """Checked in by a phone that handed its scan in after it was closed."""
    row = {"scan_id": new_id(), "registration": zahra.id, "at": "2024-03-07T09:06:00+03:00"}
    check_in(event.id, read_request(row)._replace(is_late=True), phone)
    return zahra


def test_what_a_closed_device_hands_in_is_shown_and_may_stand(event: Event, late: Registration, settle: Settle) -> None:
    (case,) = cases_of(event)
    assert case.sentence == "Rusul's phone was closed, and handed in 1 check-in afterwards."
    assert list(case.values) == ["09:06", "09:06"]
    assert none_open(settle("They stand"))
    assert counts_of(event.id).arrived == 1


def test_what_a_closed_device_hands_in_is_taken_back_at_once(event: Event, late: Registration, settle: Settle) -> None:
    assert none_open(settle("Take them all back"))
    assert (counts_of(event.id).arrived, Undo.get().reason) == (0, "settled as a case")


def test_later_asks_again_in_an_hour(event: Event, sent_away: Registration, settle: Settle) -> None:
    assert none_open(settle("Ask again in an hour"))
    assert cases_of(event) == []
    assert len(cases_of(event, datetime.now(UTC) + timedelta(minutes=61))) == 1


def test_a_case_that_is_gone_or_a_choice_that_there_is_not_is_not_found(
    event: Event, sent_away: Registration, signed_in: Callable[[str], FlaskClient]
) -> None:
    client, (case,) = signed_in("coordinator"), cases_of(event)
    for wrong in ("case=gone&choice=stands", f"case={case.id}&choice=more-places"):
        assert client.post(f"/e/{event.code}/doors/settle?{wrong}").status_code == 404
    assert Decision.select().count() == 0


@pytest.mark.parametrize("role", ["scanner", "desk", "viewer"])
def test_nobody_else_settles_a_case(
    event: Event, sent_away: Registration, signed_in: Callable[[str], FlaskClient], role: str
) -> None:
    (case,) = cases_of(event)
    answer = signed_in(role).post(f"/e/{event.code}/doors/settle?case={case.id}&choice=stands")
    assert answer.status_code == 403


def test_a_guest_whom_a_phone_let_in_unasked_is_a_case_of_the_answers_alone(
    event: Event, zahra: Registration, present: Present, phone: Who, settle: Settle
) -> None:
    data = {"title": {"en": "Meal?"}, "kind": "text", "asked_at": "checkin", "required": True}
    write(save_question, event.id, data)
    present(event, zahra, phone, verdict_shown="welcome")
    (case,) = cases_of(event)
    assert "before all questions were answered" in case.sentence
    assert none_open(settle("It was seen to"))


def test_the_board_tells_of_scans_that_came_late(
    event: Event, late: Registration, signed_in: Callable[[str], FlaskClient]
) -> None:
    page = signed_in("coordinator").get(f"/e/{event.code}/board").text
    assert "1 scan came from a device after it was closed." in page
    assert f"/e/{event.code}/cases" in page


def test_two_entries_of_one_minute_are_told_apart_by_their_seconds(
    event: Event, zahra: Registration, present: Present, phone: Who
) -> None:
    for second in ("05", "40"):
        present(event, zahra, phone, at=f"2024-03-07T09:06:{second}+03:00", verdict_shown="welcome")
    (case,) = cases_of(event)
    assert list(case.values) == ["09:06:05", "09:06:40"]
