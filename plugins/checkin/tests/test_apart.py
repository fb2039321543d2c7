"""Phones that went on without the laptop: what they hand in, what stands of it, and what a person must look at."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.plugins.types import Who
from mudhif.services.devices import offer_pairing, pair_device, revoke_device
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.checkins import undo
from mudhif_checkin.counts import counts_of
from mudhif_checkin.hooks import mudhif_cases
from mudhif_checkin.models import Scan

Header = Callable[..., dict[str, str]]
Present = Callable[..., dict[str, Any]]
READ_AT = "2024-03-07T09:06:00+03:00"


@pytest.fixture
def hand_in(client: FlaskClient, event: Event, token: Header) -> Callable[..., Any]:
    """Sends scans as a phone does that comes back into reach."""
    phone = token("scanner", event)

    def sent(*rows: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        url = f"/api/v1/events/{event.id}/checkins/batch"
        answer = client.post(url, json=list(rows), headers=headers or phone)
        return answer.get_json()

    return sent


def read_apart(what: Registration | str, shown: str = "welcome", **more: Any) -> dict[str, Any]:
    named = {"registration": what.id} if isinstance(what, Registration) else {"ticket": what}
    return {"scan_id": str(uuid.uuid4()), "at": READ_AT, "verdict_shown": shown, **named, **more}


def set_status(registration: Registration, status: str) -> None:
    write(lambda tx: tx.update(Registration.get_by_id(registration.id), status=status))


def test_two_phones_that_let_a_ticket_in_apart_are_one_guest_and_one_case(
    hand_in: Callable[..., Any], event: Event, zahra: Registration, ticket_of: Callable[[Registration], str]
) -> None:
    ticket = ticket_of(zahra)
    one, other = read_apart(ticket), read_apart(ticket, at="2024-03-07T09:10:00+03:00")
    hand_in(one)
    hand_in(other)
    assert [(s.shown, s.now, s.outcome) for s in Scan.select().order_by(Scan.at)] == [
        ("welcome", "welcome", "welcome"),
        ("welcome", "already", "welcome"),
    ]
    assert counts_of(event.id)[:3] == (1, 1, 1)
    (case,) = mudhif_cases(event)
    assert list(case.values) == ["09:06", "09:10"]
    assert case.sentence.startswith("Zahra Kadhim")


def test_it_does_not_matter_how_often_and_in_which_order_they_arrive(
    hand_in: Callable[..., Any], event: Event, zahra: Registration
) -> None:
    one, other = read_apart(zahra), read_apart(zahra, at="2024-03-07T09:10:00+03:00")
    first = hand_in(other, one, other)
    assert hand_in(one, other)[1]["outcome"] == first[0]["outcome"] == "welcome"
    assert Scan.select().count() == 2
    assert counts_of(event.id).arrived == 1
    assert len(mudhif_cases(event)) == 1


@pytest.mark.parametrize("status", ["cancelled", "waiting"])
def test_a_guest_whom_a_phone_let_in_before_it_knew_counts_and_is_a_case_until_it_is_settled(
    hand_in: Callable[..., Any], event: Event, zahra: Registration, status: str, desk: Who
) -> None:
    set_status(zahra, status)
    (answer,) = hand_in(read_apart(zahra))
    assert answer["outcome"] == "welcome"
    scan = Scan.get()
    assert (scan.shown, scan.now, scan.outcome, scan.forced) == ("welcome", status, "welcome", True)
    assert counts_of(event.id).arrived == 1
    assert [case.id for case in mudhif_cases(event)] == [f"checkin.apart.{scan.id}"]
    undo(event.id, scan.id, "sent home", desk)
    assert mudhif_cases(event) == []
    assert counts_of(event.id).arrived == 0


def test_a_case_of_a_cancelled_guest_goes_when_the_registration_is_corrected(
    hand_in: Callable[..., Any], event: Event, zahra: Registration
) -> None:
    set_status(zahra, "cancelled")
    hand_in(read_apart(zahra))
    set_status(zahra, "registered")
    assert mudhif_cases(event) == []


def test_over_capacity_by_two_phones_nobody_is_undone_and_it_is_one_case(
    hand_in: Callable[..., Any], new_event: Callable[..., Event], new_guest: Callable[..., Registration],
    client: FlaskClient, token: Header,
) -> None:  # fmt: skip
    small = new_event("Small hall", capacity=1, waiting_list=True)
    guests = [new_guest(small, "Zahra"), new_guest(small, "Ammar")]
    set_status(guests[1], "registered")  # a place was given to both, on two laptops
    rows = [read_apart(guest) for guest in guests]
    answers = client.post(f"/api/v1/events/{small.id}/checkins/batch", json=rows, headers=token("scanner")).get_json()
    assert [answer["outcome"] for answer in answers] == ["welcome", "welcome"]
    assert counts_of(small.id).inside == 2
    assert [case.id for case in mudhif_cases(small)] == [f"checkin.over-capacity.{small.id}"]


def test_a_guest_whom_a_phone_sent_away_does_not_count_as_arrived(
    hand_in: Callable[..., Any], event: Event, zahra: Registration, present: Present
) -> None:
    (answer,) = hand_in(read_apart(zahra, "cancelled"))
    assert (answer["outcome"], answer["checkin"]) == ("cancelled", None)
    assert counts_of(event.id).arrived == 0
    (case,) = mudhif_cases(event)
    assert list(case.values) == ["Cancelled", "Welcome"]
    present(event, zahra)  # came in after all
    assert mudhif_cases(event) == []


def test_a_true_ticket_that_is_not_on_the_list_either_is_a_case_and_nobody_is_counted(
    hand_in: Callable[..., Any], event: Event
) -> None:
    hand_in(read_apart("A" * 141))
    assert counts_of(event.id).arrived == 0
    (case,) = mudhif_cases(event)
    assert "not on the list" in case.sentence


def test_what_both_refuse_is_no_case(hand_in: Callable[..., Any], event: Event) -> None:
    hand_in(read_apart("nonsense", "unknown"), read_apart("A" * 141, "forged"))
    assert mudhif_cases(event) == []
    assert Scan.select().count() == 2


def test_a_guest_who_was_registered_after_the_phones_list_is_simply_in(
    hand_in: Callable[..., Any], event: Event, zahra: Registration, ticket_of: Callable[[Registration], str]
) -> None:
    (answer,) = hand_in(read_apart(ticket_of(zahra)))
    assert answer["outcome"] == "welcome"
    assert mudhif_cases(event) == []


@pytest.mark.parametrize(
    ("status", "shown", "arrived"),
    [("cancelled", "welcome", 1), ("registered", "cancelled", 1), ("waiting", "full", 0)],
)
def test_where_the_answer_was_lost_what_the_phone_showed_is_kept_once(
    hand_in: Callable[..., Any], present: Present, event: Event, zahra: Registration, status: str, shown: str,
    arrived: int,
) -> None:  # fmt: skip
    set_status(zahra, status)
    row = read_apart(zahra, shown)
    asked = {name: value for name, value in row.items() if name != "verdict_shown"}
    (stored,) = hand_in(asked)  # its answer was lost, and the phone judged by itself
    for _ in range(3):
        (again,) = hand_in(row)
        assert (again["scan_id"], again["outcome"]) == (row["scan_id"], stored["outcome"])
    differs = status != "waiting"
    assert Scan.select().count() == 1 + differs
    assert counts_of(event.id).arrived == arrived
    assert bool(mudhif_cases(event)) == (status == "cancelled")


# --- devices that are closed ------------------------------------------------------------------------------------------


@pytest.fixture
def phone_of(event: Event) -> Callable[..., Any]:
    def paired(role: str = "scanner", of: Event = event, **more: Any) -> Any:
        given = {"until": datetime.now(UTC) + timedelta(hours=1)} | more
        return write(pair_device, write(lambda tx: offer_pairing(tx, of, role, **given)), "Rusul's phone")

    return paired


def bearer(paired: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {paired.token}"}


def test_a_revoked_phone_hands_in_what_it_read_before_and_nothing_else(
    hand_in: Callable[..., Any], client: FlaskClient, event: Event, zahra: Registration, phone_of: Callable[..., Any],
    new_guest: Callable[..., Registration],
) -> None:  # fmt: skip
    phone = phone_of()
    before = read_apart(zahra)
    write(revoke_device, phone.device.id)
    after = read_apart(new_guest(event, "Ammar"), at=(datetime.now(UTC) + timedelta(seconds=1)).isoformat())
    silent = {name: value for name, value in read_apart(zahra).items() if name != "at"}
    answers = hand_in(before, after, silent, headers=bearer(phone))
    assert [answer.get("outcome") or answer["code"] for answer in answers] == [
        "welcome", "read-too-late", "read-too-late",
    ]  # fmt: skip
    assert [answer["scan_id"] for answer in answers] == [row["scan_id"] for row in (before, after, silent)]
    scan = Scan.get()
    assert (scan.id, scan.late, scan.device) == (before["scan_id"], True, "Rusul's phone")
    for path in ("checkins/list", "checkins/guests"):
        refused = client.get(f"/api/v1/events/{event.id}/{path}", headers=bearer(phone))
        assert (refused.status_code, refused.get_json()["code"]) == (401, "device-revoked")
    single = client.post(f"/api/v1/events/{event.id}/checkins", json=before, headers=bearer(phone))
    assert single.status_code == 401


def test_a_revoked_phone_hands_in_at_its_own_event_alone_and_only_if_it_could_scan(
    client: FlaskClient, event: Event, zahra: Registration, phone_of: Callable[..., Any],
    new_event: Callable[..., Event],
) -> None:  # fmt: skip
    elsewhere, display = phone_of(of=new_event("Another")), phone_of("display")
    for phone in (elsewhere, display):
        write(revoke_device, phone.device.id)
    for phone in (elsewhere, display):
        answer = client.post(
            f"/api/v1/events/{event.id}/checkins/batch", json=[read_apart(zahra)], headers=bearer(phone)
        )
        assert answer.status_code == 401, (phone.device.role, answer.get_json())
    assert Scan.select().count() == 0


def test_nobody_else_is_let_into_the_batch(client: FlaskClient, event: Event, token: Header) -> None:
    url = f"/api/v1/events/{event.id}/checkins/batch"
    assert client.post(url, json=[]).status_code == 401
    assert client.post(url, json=[], headers=token("viewer")).status_code == 403
    assert client.post(url, json=[], headers={"Authorization": "Bearer nonsense"}).status_code == 401
