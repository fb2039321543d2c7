"""What a coordinator sets for the doors of an event holds at the next scan, on the laptop and on its phones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudhif.plugins.types import Who
from mudhif.services.devices import offer_pairing, pair_device
from mudhif.services.events import update_event
from mudhif.services.settings import set_event_setting
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.attendance import double_entries
from mudhif_checkin.doors import KINDS, door_of, doors, drop_gate, gates_of, set_gate, ways_in
from mudhif_checkin.models import Gate, Scan
from mudhif_checkin.phone_list import phone_list

Present = Callable[..., dict[str, Any]]
Guests = Callable[..., Registration]


@pytest.fixture
def rule(event: Event) -> Callable[..., None]:
    def ruled(**values: Any) -> None:
        for name, value in values.items():
            write(set_event_setting, event.id, "checkin", name, value)

    return ruled


def verdict(answer: dict[str, Any]) -> tuple[str, str | None]:
    return answer["outcome"], answer["reason"]


# the event runs from 09:00 to 13:00 in Baghdad


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        ("08:29", ("not-allowed", "too-early")),
        ("08:30", ("welcome", None)),
        ("13:09", ("welcome", None)),
        ("13:10", ("not-allowed", "closed")),
    ],
)
def test_the_doors_open_and_close_by_the_events_own_hours(
    event: Event, zahra: Registration, present: Present, rule: Callable[..., None], at: str, wanted: Any
) -> None:
    rule(opens_before=30, closes_after=10)
    assert verdict(present(event, zahra, at=f"2024-03-07T{at}:00+03:00")) == wanted


def test_the_hours_move_with_the_event(
    event: Event, zahra: Registration, present: Present, rule: Callable[..., None]
) -> None:
    rule(opens_before=0)
    early = "2024-03-07T08:30:00+03:00"
    assert verdict(present(event, zahra, at=early)) == ("not-allowed", "too-early")
    write(update_event, event, {"starts": event.starts - timedelta(hours=1)})
    assert verdict(present(event, zahra, at=early)) == ("welcome", None)


def test_only_the_kinds_that_are_ticked_come_in_and_all_where_none_is(
    event: Event, new_guest: Guests, present: Present, rule: Callable[..., None]
) -> None:
    journalist = new_guest(event, "Ali Hassan", kind="media")
    assert door_of(event).kinds is None
    rule(only_participant=True, only_staff=True)
    assert verdict(present(event, journalist)) == ("not-allowed", "kind")
    rule(only_media=True)
    assert verdict(present(event, journalist)) == ("welcome", None)


def test_who_left_does_not_come_in_again_where_the_event_says_so(
    event: Event, zahra: Registration, present: Present, rule: Callable[..., None]
) -> None:
    present(event, zahra)
    assert present(event, zahra, direction="out")["outcome"] == "left"
    assert present(event, zahra)["outcome"] == "welcome"
    rule(no_reentry=True)
    present(event, zahra, direction="out")
    assert present(event, zahra)["outcome"] == "already"


def test_a_kind_comes_in_by_its_gates_alone(event: Event, new_guest: Guests, present: Present) -> None:
    journalist, participant = new_guest(event, "Ali Hassan", kind="media"), new_guest(event, "Zainab Jabbar")
    assert present(event, journalist, gate="Main")["outcome"] == "welcome"
    present(event, journalist, gate="Main", direction="out")
    write(set_gate, event.id, " Press  door ", ["media"])
    write(set_gate, event.id, "Main", ["participant", "guest"])
    assert verdict(present(event, journalist, gate="Main")) == ("not-allowed", "gate")
    assert verdict(present(event, participant, gate="Press door")) == ("not-allowed", "gate")
    assert verdict(present(event, journalist, gate="Press door")) == ("welcome", None)
    for gate in gates_of(event.id):
        write(drop_gate, event.id, gate.id)
    assert verdict(present(event, participant, gate="Press door")) == ("welcome", None)


def test_a_gate_of_the_same_name_is_changed_and_not_made_twice(event: Event) -> None:
    write(set_gate, event.id, "Main", ["media"])
    write(set_gate, event.id, "Main", [])
    assert [(gate.name, gate.kinds) for gate in gates_of(event.id)] == [("Main", [])]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.lists(st.sampled_from(KINDS), unique=True)), max_size=4))
def test_no_kind_is_left_without_a_gate(given: list[tuple[str, list[str]]]) -> None:
    by_kind = ways_in([Gate(name=name, kinds=kinds) for name, kinds in given])
    names = {name for name, _kinds in given}
    assert all(gates and gates < names for gates in by_kind.values())


def test_a_device_scans_at_the_gate_where_it_was_put_whatever_it_says(
    event: Event, new_guest: Guests, present: Present
) -> None:
    soon = datetime.now(UTC) + timedelta(hours=3)
    secret = write(lambda tx: offer_pairing(tx, event, "scanner", gates=["Garden"], until=soon))
    device = write(pair_device, secret, "Rusul's phone").device
    phone = Who(id=device.id, name=device.name, role="scanner", permissions=frozenset({"checkin.scan"}))
    write(set_gate, event.id, "Garden", ["media"])
    write(set_gate, event.id, "Main", ["participant"])
    guest = new_guest(event, "Zainab Jabbar")
    assert verdict(present(event, guest, phone, gate="Main")) == ("not-allowed", "gate")
    assert verdict(present(event, guest, phone)) == ("not-allowed", "gate")
    assert {scan.gate for scan in Scan.select()} == {"Garden"}
    assert present(event, guest, gate="Main")["outcome"] == "welcome"


@pytest.fixture
def three_days(new_event: Callable[..., Event]) -> Event:
    event = new_event(end_date="2024-03-09", capacity=1)
    write(set_event_setting, event.id, "checkin", "once", "day")
    return event


def test_a_check_in_holds_for_one_day_where_the_event_says_so(
    three_days: Event, new_guest: Guests, present: Present
) -> None:
    guest = new_guest(three_days)
    days = [f"2024-03-0{day}T09:30:00+03:00" for day in (7, 8, 9)]
    assert [present(three_days, guest, at=at)["outcome"] for at in days] == ["welcome"] * 3
    assert present(three_days, guest, at="2024-03-09T11:00:00+03:00")["outcome"] == "already"
    assert double_entries(three_days.id) == []


def test_yesterdays_guests_take_no_place_today(three_days: Event, new_guest: Guests, present: Present) -> None:
    first = new_guest(three_days)
    write(update_event, three_days, {"capacity": 5})
    second = new_guest(three_days, "Ali Hassan")
    write(update_event, three_days, {"capacity": 1})
    assert present(three_days, first, at="2024-03-07T09:30:00+03:00")["outcome"] == "welcome"
    assert present(three_days, second, at="2024-03-07T09:31:00+03:00")["outcome"] == "full"
    assert present(three_days, second, at="2024-03-08T09:30:00+03:00")["outcome"] == "welcome"
    assert present(three_days, first, at="2024-03-08T09:31:00+03:00")["outcome"] == "full"


def test_a_days_check_in_is_one_for_the_whole_event_without_the_rule(
    new_event: Callable[..., Event], new_guest: Guests, present: Present
) -> None:
    event = new_event(end_date="2024-03-09")
    guest = new_guest(event)
    present(event, guest, at="2024-03-07T09:30:00+03:00")
    assert present(event, guest, at="2024-03-08T09:30:00+03:00")["outcome"] == "already"


def test_phones_judge_by_the_very_rules_of_the_laptop(event: Event, rule: Callable[..., None]) -> None:
    before = phone_list(event).tag
    rule(opens_before=30, closes_after=0, only_media=True, only_guest=True, no_reentry=True)
    write(set_gate, event.id, "Garden", ["media"])
    write(set_gate, event.id, "Main", [])
    told = phone_list(event)
    assert told.tag != before
    assert told.content["rules"] == {
        "kinds": ["guest", "media"],
        "gates": {kind: ["Main"] for kind in sorted(KINDS) if kind != "media"},
        "opens": "2024-03-07T05:30:00+00:00",
        "closes": "2024-03-07T10:00:00+00:00",
        "capacity": None,
        "reentry": False,
        "questions": [],
        "items": {},
    }


def test_no_check_in_reads_a_setting(event: Event, new_guest: Guests, present: Present) -> None:
    present(event, new_guest(event))
    rules = doors().of(event.id)
    present(event, new_guest(event, "Ali Hassan"))
    assert doors().of(event.id) is rules
