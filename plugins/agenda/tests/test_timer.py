"""What the timer shows is a function of facts: the same in any order, on any day, after any restart."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudhif_agenda.timer import Action, Do, Phase, Planned, catch_up, in_order, shortened, state_at

TEN = datetime(2024, 3, 7, 7, 0, tzinfo=UTC)  # 10:00 in Baghdad


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def agenda(start: datetime = TEN) -> list[Planned]:
    return [
        Planned(id="talk", title="Talk", start=start, seconds=1800),
        Planned(id="break", title="Break", start=start + minutes(30), seconds=900),
        Planned(id="close", title="Close", start=start + minutes(45), seconds=900),
    ]


class Presses:
    """Presses in their order; the turn and the id follow."""

    def __init__(self) -> None:
        self.made: list[Action] = []

    def __call__(self, do: Do, at: datetime, **more: object) -> Presses:
        turn = len(self.made) + 1
        self.made.append(Action(id=f"{turn:04}", turn=turn, do=do, at=at, **more))  # type: ignore[arg-type]
        return self


@pytest.fixture
def press():
    return Presses()


def test_before_the_start_all_is_as_planned_and_nothing_is_left():
    state = state_at(agenda(), [], TEN)
    assert (state.phase, state.item, state.remaining, state.offset, state.expected_end) == (
        Phase.IDLE,
        None,
        None,
        None,
        None,
    )
    assert [row.expected_start for row in state.rows] == [item.start for item in agenda()]


def test_a_talk_that_began_on_time_is_not_behind(press):
    press(Do.START, TEN, item="talk")
    state = state_at(agenda(), press.made, TEN + minutes(10))
    assert (state.phase, state.elapsed, state.remaining, state.offset) == (Phase.RUNNING, 600, 1200, 0)
    assert state.expected_end == TEN + minutes(60)


def test_past_its_end_it_is_over_and_what_follows_moves(press):
    press(Do.START, TEN, item="talk")
    state = state_at(agenda(), press.made, TEN + minutes(37))
    assert (state.phase, state.remaining, state.offset) == (Phase.OVER, -420, 420)
    assert state.rows[1].expected_start == TEN + minutes(37)
    assert state.expected_end == TEN + minutes(67)


def test_a_planned_gap_takes_up_what_is_late(press):
    items = agenda()
    items[1] = replace(items[1], start=TEN + minutes(40))
    items[2] = replace(items[2], start=TEN + minutes(55))
    press(Do.START, TEN + minutes(5), item="talk")
    state = state_at(items, press.made, TEN + minutes(6))
    assert state.offset == 300
    assert [row.expected_start for row in state.rows[1:]] == [TEN + minutes(40), TEN + minutes(55)]


def test_a_hard_start_is_not_brought_forward(press):
    items = agenda()
    items[1] = replace(items[1], is_hard=True)
    press(Do.START, TEN - minutes(10), item="talk")
    state = state_at(items, press.made, TEN)
    assert state.offset == -600
    assert state.rows[1].expected_start == TEN + minutes(30)


def test_added_time_and_a_pause_make_it_late(press):
    press(Do.START, TEN, item="talk")(Do.ADD, TEN + minutes(1), seconds=120)(Do.PAUSE, TEN + minutes(5))
    state = state_at(agenda(), press.made, TEN + minutes(8))
    assert (state.phase, state.elapsed, state.remaining, state.offset) == (Phase.PAUSED, 300, 1620, 300)
    press(Do.RESUME, TEN + minutes(8))
    state = state_at(agenda(), press.made, TEN + minutes(10))
    assert (state.phase, state.elapsed, state.remaining) == (Phase.RUNNING, 420, 1500)


def test_what_was_is_kept_as_facts(press):
    press(Do.START, TEN, item="talk")(Do.NEXT, TEN + minutes(32), item="break")(Do.STOP, TEN + minutes(40))
    state = state_at(agenda(), press.made, TEN + minutes(41))
    talk, pause, close = state.rows
    assert (talk.actual_start, talk.actual_end, talk.seconds, talk.over_seconds) == (TEN, TEN + minutes(32), 1920, 120)
    assert (pause.actual_start, pause.actual_end, pause.over_seconds) == (TEN + minutes(32), TEN + minutes(40), -420)
    assert (close.actual_start, close.actual_end, close.over_seconds) == (None, None, None)
    assert (state.phase, state.item, state.next_item) == (Phase.IDLE, None, "close")


def test_an_unknown_length_stays_unknown_with_all_that_hangs_on_it(press):
    items = agenda()
    items[0] = replace(items[0], seconds=None)
    press(Do.START, TEN, item="talk")
    state = state_at(items, press.made, TEN + minutes(5))
    assert (state.elapsed, state.remaining, state.offset, state.expected_end) == (300, None, None, None)


def test_an_item_that_left_the_agenda_runs_on_without_a_plan(press):
    press(Do.START, TEN, item="gone")
    state = state_at(agenda(), press.made, TEN + minutes(5))
    assert (state.phase, state.item, state.elapsed, state.remaining) == (Phase.RUNNING, "gone", 300, None)


def test_two_facilitators_who_press_next_at_once_go_on_by_one():
    one = Action(id="a", turn=2, do=Do.NEXT, at=TEN + minutes(30), item="break")
    two = Action(
        id="b",
        turn=2,
        do=Do.NEXT,
        at=TEN
        + minutes(
            30,
        )
        + timedelta(seconds=1),
        item="break",
    )
    start = Action(id="0", turn=1, do=Do.START, at=TEN, item="talk")
    state = state_at(agenda(), [start, two, one], TEN + minutes(31))
    assert (state.item, state.elapsed) == ("break", 60)


def test_an_undo_takes_back_and_an_undo_of_it_brings_again(press):
    press(Do.START, TEN, item="talk")(Do.NEXT, TEN + minutes(5), item="break")(Do.UNDO, TEN + minutes(6), undoes="0002")
    state = state_at(agenda(), press.made, TEN + minutes(7))
    assert (state.item, state.elapsed) == ("talk", 420)
    press(Do.UNDO, TEN + minutes(8), undoes="0003")
    assert state_at(agenda(), press.made, TEN + minutes(9)).item == "break"


def test_a_proposal_brings_the_end_back_and_leaves_breaks_alone(press):
    items = [replace(item, is_pause=item.id == "break") for item in agenda()]
    press(Do.START, TEN + minutes(4), item="talk")
    late = state_at(items, press.made, TEN + minutes(5))
    assert catch_up(late) == {"close": 240}
    press(Do.SHORTEN, TEN + minutes(5), text=json.dumps(catch_up(late)))
    state = state_at(items, press.made, TEN + minutes(6))
    assert (state.expected_end, catch_up(state)) == (TEN + minutes(60), {})
    assert (state.planned_end, state.rows[2].length, state.rows[2].item.seconds) == (TEN + minutes(60), 660, 900)


def test_each_day_ends_by_itself(press):
    tomorrow = [replace(item, id=f"{item.id}-2", start=item.start + timedelta(days=1), day=2) for item in agenda()]
    press(Do.START, TEN + minutes(4), item="talk")
    state = state_at([*agenda(), *tomorrow], press.made, TEN + minutes(5))
    assert (state.planned_end, state.expected_end) == (TEN + minutes(60), TEN + minutes(64))
    assert catch_up(state) == {"break": 240}
    assert state.rows[3].expected_start == TEN + timedelta(days=1)


def test_what_cannot_be_made_up_for_is_not_proposed(press):
    press(Do.START, TEN + minutes(25), item="talk")
    assert catch_up(state_at(agenda(), press.made, TEN + minutes(26))) == {}


@pytest.mark.parametrize("text", [None, "", "{", "[1]", '{"close": "x"}', '{"close": -60}'])
def test_a_shortening_that_cannot_be_read_shortens_nothing(text):
    assert shortened(text) == {}


@pytest.mark.parametrize("step", [-12 * 60, 3600])
def test_a_clock_that_is_set_does_not_move_the_timer(press, step):
    press(Do.START, TEN, item="talk")(Do.CLOCK, TEN + minutes(10) + timedelta(seconds=step), seconds=step)
    state = state_at(agenda(), press.made, TEN + minutes(10) + timedelta(seconds=step))
    assert (state.elapsed, state.remaining, state.clock_steps, state.last_step) == (600, 1200, 1, step)


def test_a_clock_that_is_set_in_a_pause_does_not_lengthen_it(press):
    back = timedelta(minutes=-12)
    press(Do.START, TEN, item="talk")(Do.PAUSE, TEN + minutes(5))
    press(Do.CLOCK, TEN + minutes(6) + back, seconds=-720)(Do.RESUME, TEN + minutes(8) + back)
    assert state_at(agenda(), press.made, TEN + minutes(9) + back).elapsed == 360


@pytest.mark.parametrize("paused_for", [minutes(10), minutes(15)])
def test_a_pause_across_midnight_is_a_pause(press, paused_for):
    late = datetime(2024, 3, 7, 20, 50, tzinfo=UTC)  # 23:50 in Baghdad
    items = [Planned(id="talk", start=late, seconds=3600)]
    press(Do.START, late, item="talk")(Do.PAUSE, late + minutes(5))
    state = state_at(items, press.made, late + minutes(5) + paused_for)
    assert (state.remaining, state.offset) == (3300, paused_for.total_seconds())
    assert state.expected_end == late + minutes(60) + paused_for


def test_summer_time_is_nothing_special(press):
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2024, 3, 31, 1, 50, tzinfo=berlin)  # ten minutes before 2:00 becomes 3:00
    items = [Planned(id="talk", start=start.astimezone(UTC), seconds=3600)]
    press(Do.START, start.astimezone(UTC), item="talk")
    now = datetime(2024, 3, 31, 3, 10, tzinfo=berlin)
    assert state_at(items, press.made, now).elapsed == 1200


@st.composite
def stories(draw):
    """Presses by controllers whose clocks and knowledge of one another differ."""
    made: list[Action] = []
    at = TEN
    for n in range(draw(st.integers(0, 14))):
        at += timedelta(seconds=draw(st.integers(-90, 1500)))
        do = draw(st.sampled_from(list(Do)))
        made.append(Action(
            id=f"{n:03}{draw(st.sampled_from('ab'))}", turn=draw(st.integers(max(1, n - 2), n + 1)), do=do, at=at,
            item=draw(st.sampled_from(["talk", "break", "close", "gone", None])),
            seconds=draw(st.integers(-900, 900)),
            text=draw(st.sampled_from(["Two minutes", '{"close": 120}', "", None])),
            undoes=draw(st.sampled_from([a.id for a in made] or [None])),
        ))  # fmt: skip
    return made, at + timedelta(seconds=draw(st.integers(0, 3000)))


@settings(max_examples=300)
@given(stories(), st.data())
def test_the_order_of_arrival_and_doubles_do_not_matter(story, data):
    actions, now = story
    shuffled = data.draw(st.permutations(actions))
    assert state_at(agenda(), shuffled, now) == state_at(agenda(), actions, now)
    assert state_at(agenda(), [*actions, *shuffled], now) == state_at(agenda(), actions, now)


@settings(max_examples=300)
@given(stories(), st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_the_same_day_at_another_time_is_the_same(story, shift):
    actions, now = story
    here = state_at(agenda(), actions, now)
    there = state_at(agenda(TEN + shift), [replace(a, at=a.at + shift) for a in actions], now + shift)
    for name in ("phase", "item", "elapsed", "remaining", "offset", "next_item", "message", "is_dark", "clock_steps"):
        assert getattr(here, name) == getattr(there, name)
    assert [row.seconds for row in here.rows] == [row.seconds for row in there.rows]
    assert [row.actual_start and row.actual_start + shift for row in here.rows] == [
        row.actual_start for row in there.rows
    ]


@settings(max_examples=300)
@given(stories())
def test_nothing_is_negative_and_nothing_ends_before_it_begins(story):
    actions, now = story
    state = state_at(agenda(), actions, now)
    assert state.elapsed is None or state.elapsed >= 0
    assert (state.phase is Phase.IDLE) == (state.item is None)
    assert sum(row.is_current for row in state.rows) <= 1
    for row in state.rows:
        assert row.seconds >= 0
        assert not (row.expected_start and row.expected_end) or row.expected_start <= row.expected_end


@settings(max_examples=200)
@given(stories())
def test_an_undo_of_the_last_press_is_as_if_it_had_not_been_made(story):
    actions, now = story
    ordered = in_order(actions)
    if not ordered:
        return
    last = ordered[-1]
    undo = Action(id="zzz", turn=max(a.turn for a in actions) + 1, do=Do.UNDO, at=now, undoes=last.id)
    before = [a for a in ordered if a.id != last.id]
    with_undo = state_at(agenda(), [*ordered, undo], now)
    without = state_at(agenda(), before, now)
    assert replace(with_undo, turn=0) == replace(without, turn=0)
