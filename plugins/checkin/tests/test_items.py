"""Days and agenda items at the door: checked in anew at each, and counted in hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudhif.services.events import update_event
from mudhif.services.settings import set_event_setting
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_agenda.parser import parse_agenda
from mudhif_agenda.services import bounds_of, take_over
from mudhif_checkin.attendance import attendance_of, double_entries
from mudhif_checkin.doors import set_gate
from mudhif_checkin.figures import figures_of
from mudhif_checkin.items import Pass, items_of, stays
from mudhif_checkin.models import Scan
from mudhif_checkin.phone_list import phone_list
from mudhif_checkin.sheet import attendance_sheet, sheet_data
from mudhif_checkin.training import training_of

Present = Callable[..., dict[str, Any]]
Guests = Callable[..., Registration]
EVENING = datetime(2024, 3, 9, 20, tzinfo=UTC)


def at(hour: str, day: int = 7) -> str:
    return f"2024-03-{day:02}T{hour}:00+03:00"


@pytest.fixture
def sessions(event: Event) -> list[str]:
    """The ids of two sessions: 09:00 to 10:00 and 10:30 to 13:00, with a break between that nobody checks in to."""
    text = "09:00 - 10:00 Fact-checking\n10:00 - 10:30 Break\n10:30 - 13:00 Interviews\n"
    write(take_over, event, parse_agenda(text, bounds=bounds_of(event)))
    return [item.id for item in items_of(event)]


@pytest.fixture
def once(event: Event) -> Callable[[str], None]:
    return lambda value: write(set_event_setting, event.id, "checkin", "once", value)


def outcomes(*answers: dict[str, Any]) -> list[str]:
    return [answer["outcome"] for answer in answers]


def test_the_agenda_says_what_guests_can_come_to_and_leaves_out_the_breaks(event: Event, sessions: list[str]) -> None:
    assert [(item.title, f"{item.starts:%H:%M}") for item in items_of(event)] == [
        ("Fact-checking", "06:00"), ("Interviews", "07:30"),
    ]  # fmt: skip
    assert [item["id"] for item in phone_list(event).content["items"]] == sessions


def test_each_item_is_checked_in_to_once_and_the_event_counts_one_person(
    event: Event, zahra: Registration, present: Present, sessions: list[str], once: Callable[[str], None]
) -> None:
    once("item")
    first, second = sessions
    answers = [
        present(event, zahra, item=first, at=at("09:00")), present(event, zahra, item=first, at=at("09:10")),
        present(event, zahra, item=second, at=at("10:30")), present(event, zahra, item=second, at=at("10:40")),
    ]  # fmt: skip
    assert outcomes(*answers) == ["welcome", "already", "welcome", "already"]
    assert answers[3]["first"]["id"] == answers[2]["scan_id"]
    assert answers[3]["counts"]["arrived"] == 1
    assert double_entries(event.id) == []


def test_a_gate_leads_to_its_item_whatever_the_phone_says_of_it(
    event: Event, zahra: Registration, present: Present, sessions: list[str], once: Callable[[str], None]
) -> None:
    once("item")
    write(set_gate, event.id, "Room 1", [], sessions[0])
    write(set_gate, event.id, "Room 2", [], sessions[1])
    assert outcomes(present(event, zahra, gate="Room 1"), present(event, zahra, gate="Room 2")) == ["welcome"] * 2
    assert {scan.gate: scan.item for scan in Scan.select()} == {"Room 1": sessions[0], "Room 2": sessions[1]}
    assert phone_list(event).content["rules"]["items"] == {"Room 1": sessions[0], "Room 2": sessions[1]}


def test_hours_are_those_between_scans_and_never_more_than_the_plan(
    event: Event, zahra: Registration, new_guest: Guests, present: Present, sessions: list[str],
    once: Callable[[str], None],
) -> None:  # fmt: skip
    once("item")
    ali = new_guest(event, "Ali Hassan")
    present(event, zahra, item=sessions[0], at=at("08:40"))  # early
    present(event, zahra, item=sessions[0], at=at("09:45"), direction="out")
    present(event, zahra, item=sessions[1], at=at("11:00"))  # and never checked out
    present(event, ali, item=sessions[1], at=at("10:30"))
    training = training_of(event, EVENING)
    assert (training.hours_of(zahra.id), training.hours_of(ali.id)) == (2.75, 2.5)
    assert [(came.people, came.hours) for came in training.by_item.values()] == [(1, 0.75), (2, 4.5)]
    assert training.as_json()["items"][1] == {"id": sessions[1], "title": "Interviews", "arrived": 2, "hours": 4.5}
    figures = {figure.id: figure for figure in figures_of(event)}
    hours = figures["participants.training_hours"]
    assert (hours.value, hours.unit, set(hours.rows)) == (5.25, "hours", {zahra.id, ali.id})


def test_a_check_in_that_was_taken_back_counts_no_hour(
    event: Event, zahra: Registration, present: Present, sessions: list[str], desk: Any
) -> None:
    from mudhif_checkin.checkins import undo

    answer = present(event, zahra, item=sessions[0], at=at("09:00"))
    undo(event.id, answer["scan_id"], "by-mistake", desk)
    assert training_of(event, EVENING).stays == ()


def test_an_event_of_one_day_without_items_says_nothing_of_hours(
    event: Event, zahra: Registration, present: Present
) -> None:
    present(event, zahra, at=at("09:06"))
    assert training_of(event, EVENING).lines() == []
    assert "participants.training_hours" not in {figure.id for figure in figures_of(event)}
    assert "hours" not in sheet_data(event, attendance_of(event.id), "en", EVENING, phones=True)["headers"]


@pytest.fixture
def two_days(event: Event, once: Callable[[str], None]) -> Event:
    once("day")
    write(update_event, event, {"ends": event.ends + timedelta(days=1)})
    found: Event = Event.get_by_id(event.id)
    return found


def test_the_sheet_of_several_days_shows_each_day_and_the_hours(
    two_days: Event, zahra: Registration, present: Present
) -> None:
    present(two_days, zahra, at=at("09:06"))
    present(two_days, zahra, at=at("12:06"), direction="out")
    present(two_days, zahra, at=at("08:58", 8))
    came = attendance_of(two_days.id)
    data = sheet_data(two_days, came, "en", EVENING, phones=True)
    (row,) = data["rows"]
    assert data["line"].startswith("07/03/2024 to 08/03/2024")
    assert (row["arrived"], row["hours"]) == ("07/03 09:06\n08/03 08:58", "7")
    assert attendance_sheet(two_days, came, now=EVENING).startswith(b"%PDF")
    assert [figure.value for figure in figures_of(two_days) if figure.id.startswith("participants.day.")] == [1, 1]


def test_over_midnight_of_the_events_own_zone_everybody_checks_in_anew(
    two_days: Event, zahra: Registration, new_guest: Guests, present: Present
) -> None:
    late = [present(two_days, zahra, at=at("23:50")), present(two_days, zahra, at=at("23:59"))]
    after = [present(two_days, zahra, at=at("00:01", 8)), present(two_days, zahra, at=at("23:59", 8))]
    assert outcomes(*late, *after) == ["welcome", "already", "welcome", "already"]
    # A scan of before midnight that a phone brings after it is judged by the day on which it was read.
    ali = new_guest(two_days, "Ali Hassan")
    present(two_days, ali, at=at("23:40"))
    assert present(two_days, ali, at=at("23:58"), verdict_shown="already")["outcome"] == "already"


def test_phones_are_told_when_each_came_in_last_so_that_midnight_holds_without_the_laptop(
    two_days: Event, zahra: Registration, new_guest: Guests, present: Present
) -> None:
    new_guest(two_days, "Ali Hassan")
    present(two_days, zahra, at=at("23:50"))
    told = phone_list(two_days).content
    first, second = sorted(told["guests"], key=lambda guest: str(guest["name"]), reverse=True)
    assert (first["inside"], first["at"], first["item"]) == (True, "2024-03-07T20:50:00+00:00", None)
    assert "at" not in second
    assert (told["once"], told["zone"]) == ("day", "Asia/Baghdad")


def test_a_list_for_the_whole_event_says_nothing_of_when(event: Event, zahra: Registration, present: Present) -> None:
    present(event, zahra)
    assert "at" not in phone_list(event).content["guests"][0]


DAY = datetime(2024, 3, 7, 6, tzinfo=UTC)
minutes = st.integers(0, 600).map(lambda n: DAY + timedelta(minutes=n))
passes = st.lists(st.tuples(minutes, st.sampled_from(["in", "out"]), st.none() | st.sampled_from(["a", "b"])))


@given(passes)
def test_nobody_is_longer_at_an_event_than_it_lasts(of_zahra: list[Any]) -> None:
    hours = (DAY, DAY + timedelta(hours=4))
    found = stays(
        [
            Pass("zahra", way, moment, item, date(2024, 3, 7))
            for moment, way, item in sorted(of_zahra, key=lambda p: p[0])
        ],
        lambda _pass: hours,
        EVENING,
    )
    assert all(stay.hours >= timedelta() for stay in found)
    assert sum((stay.hours for stay in found), timedelta()) <= timedelta(hours=4)
