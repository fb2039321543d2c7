"""What is done with an agenda and its timer, on a real database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from mudhif.plugin_api import BadInput
from mudhif.storage.store import current, write
from mudhif_agenda import clock_guard, services
from mudhif_agenda.models import Item, TimerAction
from mudhif_agenda.services import press, state_of
from mudhif_agenda.timer import Do, Phase

NINE = datetime(2024, 3, 7, 6, 0, tzinfo=UTC)  # 09:00 in Baghdad


def after(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


@pytest.fixture
def pressed(event):
    """Presses something at so many minutes after nine."""

    def do(what: Do, minutes: float, **more):
        return write(lambda tx: press(tx, event, what, at=after(minutes), **more))

    return do


def test_a_text_becomes_the_events_agenda_in_its_own_zone(event, items):
    assert [item.title for item in items] == ["Opening", "Presentation", "Break", "Dialogue"]
    assert services.planned_of(event)[0].start == NINE


def test_an_event_that_is_moved_takes_its_agenda_along(event, items):
    later = write(
        lambda tx: tx.update(event, starts=event.starts + timedelta(days=7), ends=event.ends + timedelta(days=7))
    )
    assert services.planned_of(later)[0].start == NINE + timedelta(days=7)


def test_a_text_without_an_item_changes_nothing(event, items, take):
    with pytest.raises(services.NoItem):
        take("Just words\n")
    assert len(services.items_of(event.id)) == 4


def test_pasting_anew_keeps_the_rows_of_items_that_stay_and_so_their_past(event, items, take, pressed):
    pressed(Do.START, 0)
    pressed(Do.NEXT, 31)
    again = take("09:00 - 09:30 Opening\n09:30 - 09:50 Presentation\n10:30 - 13:00 Dialogue\n")
    assert [item.id for item in again] == [items[0].id, items[1].id, items[3].id]
    state = state_of(event, after(35))
    assert (state.item, state.rows[0].over_seconds) == (items[1].id, 60)


def test_an_item_is_read_from_a_form_in_either_digits(event, items):
    fields = services.read_item({"title": "زيارة", "start": "١٠:١٥", "length": "٤٥", "speakers": "علي، زينب"})
    item = write(services.add_item, event, fields)
    assert (item.start_minute, item.end_minute, item.speakers) == (615, 660, ["علي", "زينب"])
    assert [one.title for one in services.items_of(event.id)] == [
        "Opening",
        "Presentation",
        "Break",
        "زيارة",
        "Dialogue",
    ]


def test_every_field_that_cannot_be_read_is_named():
    with pytest.raises(BadInput) as refused:
        services.read_item({"title": " ", "start": "soon", "length": "a while", "day": "first"})
    assert sorted(refused.value.errors) == ["day", "length", "start", "title"]


def test_items_move_and_go(event, items):
    write(services.move_item, event, items[3].id, -1)
    write(services.delete_item, event, items[0].id)
    assert [item.title for item in services.items_of(event.id)] == ["Presentation", "Dialogue", "Break"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("first", [(765, 780)]), ("second", [(780, 840)]), ("both", [(765, 780), (780, 840)])],
)
def test_a_line_with_two_times_is_settled_by_a_choice(event, take, choice, expected):
    lunch = take("12:45 PM – 01:00 PM Lunch Break 01:00 PM – 02:00 PM")[0]
    rules = [finding.rule for finding in services.findings_of(event)]
    assert "second-time-range" in rules and "past-event-end" in rules
    write(services.settle_second_range, event, lunch.id, choice)
    assert [(item.start_minute, item.end_minute) for item in services.items_of(event.id)] == expected
    assert "second-time-range" not in [finding.rule for finding in services.findings_of(event)]


def test_the_timer_goes_through_the_agenda(event, items, pressed):
    pressed(Do.START, 2)
    pressed(Do.NEXT, 34)
    pressed(Do.ADD, 35, seconds=300)
    state = pressed(Do.NEXT, 70)
    assert (state.item, state.offset) == (items[2].id, 600)
    pressed(Do.PREVIOUS, 71)
    pressed(Do.UNDO, 72)
    state = pressed(Do.NEXT, 100)
    assert state.item == items[3].id
    assert pressed(Do.NEXT, 240).phase is Phase.IDLE
    assert [row.over_seconds for row in state_of(event, after(241)).rows] == [120, 360, 0, -600]


def test_start_goes_on_where_it_stopped(items, pressed):
    pressed(Do.START, 0)
    pressed(Do.STOP, 30)
    assert pressed(Do.START, 31).item == items[1].id


def test_a_press_that_was_meant_for_another_item_does_nothing(event, items, pressed):
    pressed(Do.START, 0)
    first = items[0].id
    assert pressed(Do.NEXT, 30, seen=first).item == items[1].id
    assert pressed(Do.NEXT, 30.1, seen=first).item == items[1].id
    assert TimerAction.select().count() == 2


def test_a_press_that_is_sent_twice_is_one(items, pressed):
    pressed(Do.START, 0)
    for _ in range(2):
        state = pressed(Do.ADD, 1, seconds=60, id="0190a0a0-0000-7000-8000-000000000001")
    assert state.planned_seconds == 1860


def test_what_has_no_meaning_now_is_refused(event, pressed, items):
    with pytest.raises(services.NotRunning):
        pressed(Do.NEXT, 0)
    pressed(Do.START, 0)
    with pytest.raises(services.RunsAlready):
        pressed(Do.START, 1)
    with pytest.raises(BadInput):
        pressed(Do.ADD, 1, seconds=None)


def test_a_timer_needs_an_agenda(pressed):
    with pytest.raises(services.AgendaEmpty):
        pressed(Do.START, 0)


def test_agenda_and_timer_are_the_same_after_a_rebuild(event, items, pressed):
    pressed(Do.START, 0)
    pressed(Do.MESSAGE, 1, text=" Two minutes ")
    before = state_of(event, after(5))
    current().rebuild()
    assert state_of(event, after(5)) == before
    assert before.message == "Two minutes"
    assert Item.select().count() == 4


def test_a_clock_that_was_set_is_noted_where_a_timer_runs_and_nowhere_else(event, items):
    now = datetime.now(UTC)
    assert clock_guard.note_step(-720) == 0
    write(lambda tx: press(tx, event, Do.START, at=now - timedelta(minutes=10)))
    assert clock_guard.note_step(-720) == 1
    state = state_of(event)
    assert (state.clock_steps, state.last_step) == (1, -720)


def test_the_clock_guard_ends_with_the_server(installation):
    noted: list[int] = []
    with clock_guard.guarding(noted.append):
        names = [thread.name for thread in threading.enumerate()]
    assert "clock guard" in names
    assert "clock guard" not in [thread.name for thread in threading.enumerate()]
    assert noted == []


def test_the_end_is_brought_back_by_one_press_and_that_is_undone_by_one(event, items, pressed):
    pressed(Do.START, 10)
    assert pressed(Do.SHORTEN, 11).expected_end == after(240)
    assert pressed(Do.UNDO, 12).expected_end == after(250)


def test_the_clock_guard_tells_a_step_once_and_lets_sleep_pass():
    guard = clock_guard.Guard(wall=1_000.0, steady=10.0)
    assert [
        guard.step(wall=1_001.0, steady=11.0),
        guard.step(wall=1_002.0 - 720, steady=12.0),
        guard.step(wall=1_003.0 - 720.4, steady=13.0),
        guard.step(wall=1_003.0 - 720 + 3600, steady=13.0 + 3600),
    ] == [0, -720, 0, 0]
