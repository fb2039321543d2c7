"""The state of the timer: a pure function of the agenda, of what was pressed, and of the time.

Nothing is counted and stored; what is left, how far behind and when it will end is worked out anew from the facts, so
it is the same on every laptop and after every restart. All times are aware instants: midnight and a change to summer
time are nothing special. What is not known is None, and so is everything that hangs on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Do(StrEnum):
    """What can be pressed. `start`, `next`, `previous` and `jump` name the item that they lead to."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    NEXT = "next"
    PREVIOUS = "previous"
    JUMP = "jump"
    STOP = "stop"
    ADD = "add"  # seconds, negative ones take away
    MESSAGE = "message"  # to the speaker; an empty one takes it away
    BLACKOUT = "blackout"  # seconds: 1 dark, 0 light
    CLOCK = "clock"  # the laptop's clock was set by so many seconds; noted by the clock guard
    SHORTEN = "shorten"  # items that are still to come; `text` holds {item: seconds} as JSON
    UNDO = "undo"


_LEADS = (Do.START, Do.NEXT, Do.PREVIOUS, Do.JUMP)


class Phase(StrEnum):
    """What the timer does."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"  # runs past the item's end


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An agenda item as the timer needs it; where the plan says nothing, None."""

    id: str
    title: str = ""
    start: datetime | None = None
    seconds: int | None = None
    is_hard: bool = False  # begins at its time and not before it, even when the others are ahead
    is_pause: bool = False  # a break or a meal: nothing is taken from it
    day: int = 1  # an event of several days ends anew each day

    @property
    def end(self) -> datetime | None:
        return self.start + timedelta(seconds=self.seconds) if self.start and self.seconds is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A fact: what was pressed, and when.

    `turn` counts the presses of an event as each controller saw them: greatest seen + 1. So what was pressed in
    knowledge of another press comes after it on every laptop, whatever their clocks say.
    """

    id: str
    turn: int
    do: Do
    at: datetime
    item: str | None = None
    seconds: int | None = None
    text: str | None = None
    undoes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item in three channels: as planned, as now expected, as it was. Expected is None for what is over."""

    item: Planned
    expected_start: datetime | None = None
    expected_end: datetime | None = None
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    seconds: int = 0  # that it ran, pauses left out
    is_current: bool = False
    length: int | None = None  # that it is to have now: as planned, less what was taken from it

    @property
    def over_seconds(self) -> int | None:
        """Longer than planned by so much, once it has ended."""
        done = self.actual_end is not None and self.item.seconds is not None
        return self.seconds - (self.item.seconds or 0) if done else None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a display shows. Lengths are whole seconds; `offset` is how far behind the plan, negative when ahead."""

    phase: Phase = Phase.IDLE
    item: str | None = None
    planned_seconds: int | None = None  # of the item, with what was added
    elapsed: int | None = None
    elapsed_ms: int | None = None  # the same, for screens that count on from it
    remaining: int | None = None
    offset: int | None = None
    planned_end: datetime | None = None  # of the last item of the day, as is `expected_end`
    expected_end: datetime | None = None
    next_item: str | None = None
    paused_at: datetime | None = None
    message: str | None = None
    is_dark: bool = False
    clock_steps: int = 0
    last_step: int | None = None  # seconds by which the clock was set, while the item runs
    turn: int = 0
    rows: tuple[Row, ...] = ()


@dataclass(slots=True)
class _Run:
    """An item from its start to its end; a second time of it is another run."""

    item: str
    started: datetime
    began: datetime  # as the clock showed it then; `started` moves when the clock is set
    paused: datetime | None = None
    waited: timedelta = timedelta()
    added: int = 0
    ended: datetime | None = None
    ran: int = 0

    def elapsed_ms(self, now: datetime) -> int:
        until = self.paused if self.paused is not None else now
        return max(0, (until - self.started - self.waited) // timedelta(milliseconds=1))

    def elapsed(self, now: datetime) -> int:
        return self.elapsed_ms(now) // 1000


@dataclass(slots=True)
class _Story:
    """What the actions add up to."""

    runs: list[_Run]
    current: _Run | None = None
    last: datetime | None = None
    message: str | None = None
    is_dark: bool = False
    clock_steps: int = 0
    last_step: int | None = None
    turn: int = 0
    shorter: dict[str, int] = field(default_factory=dict)  # seconds taken from items to come


def in_order(actions: Iterable[Action]) -> list[Action]:
    """Each action once, in the order that every laptop gives them; those undone left out.

    An undo that is itself undone counts for nothing.
    """
    ordered = sorted({action.id: action for action in actions}.values(), key=lambda a: (a.turn, a.id))
    undone: set[str | None] = set()
    for action in reversed(ordered):
        if action.do is Do.UNDO and action.id not in undone:
            undone.add(action.undoes)
    return [action for action in ordered if action.do is not Do.UNDO and action.id not in undone]


def state_at(items: Sequence[Planned], actions: Iterable[Action], now: datetime) -> State:
    """The state of the timer at an instant.

    Args:
        items: the agenda in its order.
        actions: all that was pressed in this event, in any order; the same one twice counts once.
        now: by the clock of the laptop that has the actions.
    """
    known = list(actions)
    story = _told(in_order(known))
    story.turn = max((action.turn for action in known), default=0)
    return _state(items, story, max(now, story.last or now))


def shortened(text: str | None) -> dict[str, int]:
    """What a *shorten* takes from which item, in seconds; nothing where its text cannot be read."""
    try:
        read = json.loads(text or "")
    except ValueError:
        return {}
    pairs = read.items() if isinstance(read, dict) else ()
    return {item: seconds for item, seconds in pairs if isinstance(seconds, int) and 0 < seconds <= 86400}


def _shorter(seconds: int | None, by: int) -> int | None:
    return None if seconds is None else max(0, seconds - by)


def catch_up(state: State) -> dict[str, int]:
    """What to take from which item still to come, in whole minutes, so that the last one ends as planned.

    At most a third of an item, the longest first; breaks, meals and items of unknown length keep what they have. Empty
    where nothing is late by a minute, or where it cannot be done.
    """
    if state.expected_end is None or state.planned_end is None:
        return {}
    late = round((state.expected_end - state.planned_end).total_seconds() / 60)
    place = next((i for i, row in enumerate(state.rows) if row.is_current), len(state.rows))
    day = state.rows[place].item.day if place < len(state.rows) else None
    to_come = [row for row in state.rows[place + 1 :] if row.item.day == day and not row.item.is_pause and row.length]
    taken: dict[str, int] = {}
    for row in sorted(to_come, key=lambda row: -(row.length or 0)):
        minutes = min(max(late, 0), (row.length or 0) // 180)
        if minutes:
            taken[row.item.id] = minutes * 60
            late -= minutes
    return taken if late <= 0 else {}


def _told(actions: Sequence[Action]) -> _Story:
    story = _Story(runs=[])
    for action in actions:
        if action.do is Do.CLOCK:
            _set_clock(story, action.seconds or 0)
            continue
        # Two controllers' clocks may differ: nothing ends before it began.
        at = max(action.at, story.last or action.at)
        story.last = at
        if action.do in _LEADS:
            _lead(story, action, at)
        elif action.do is Do.MESSAGE:
            story.message = action.text or None
        elif action.do is Do.SHORTEN:
            for item, seconds in shortened(action.text).items():
                story.shorter[item] = story.shorter.get(item, 0) + seconds
        elif action.do is Do.BLACKOUT:
            story.is_dark = bool(action.seconds)
        elif story.current is not None:
            _on_current(story, story.current, action, at)
    return story


def _lead(story: _Story, action: Action, at: datetime) -> None:
    """Go to the item that the action names; where it runs already, two controllers pressed the same, once is enough."""
    current = story.current
    if action.item is None or (current is not None and current.item == action.item):
        return
    if action.do is Do.START and current is not None:
        return
    _end(story, at)
    story.current = _Run(item=action.item, started=at, began=at)
    story.runs.append(story.current)
    story.last_step = None


def _on_current(story: _Story, run: _Run, action: Action, at: datetime) -> None:
    if action.do is Do.PAUSE and run.paused is None:
        run.paused = at
    elif action.do is Do.RESUME and run.paused is not None:
        run.waited += at - run.paused
        run.paused = None
    elif action.do is Do.ADD:
        run.added += action.seconds or 0
    elif action.do is Do.STOP:
        _end(story, at)


def _end(story: _Story, at: datetime) -> None:
    run, story.current = story.current, None
    if run is not None:
        run.ran, run.ended = run.elapsed(at), at


def _set_clock(story: _Story, seconds: int) -> None:
    """The clock was set, time itself was not: what still runs began at another time of the new clock."""
    step = timedelta(seconds=seconds)
    story.clock_steps += 1
    story.last_step = seconds
    if story.last is not None:
        story.last += step
    run = story.current
    if run is not None:
        run.started += step
        run.paused = run.paused + step if run.paused is not None else None


def _state(items: Sequence[Planned], story: _Story, now: datetime) -> State:
    run = story.current
    rows = _rows(items, story, now)
    last = _last_of_day(rows, story)
    shown = State(
        turn=story.turn, message=story.message, is_dark=story.is_dark, clock_steps=story.clock_steps,
        last_step=story.last_step, planned_end=last.item.end if last else None, rows=tuple(rows),
        next_item=_following(items, story),
    )  # fmt: skip
    if run is None:
        return shown
    row = next((row for row in rows if row.is_current), None)
    planned = _planned_seconds(run, row)
    elapsed = run.elapsed(now)
    remaining = None if planned is None else planned - elapsed
    phase = Phase.PAUSED if run.paused else Phase.OVER if remaining is not None and remaining < 0 else Phase.RUNNING
    behind = row.expected_end - row.item.end if row and row.expected_end and row.item.end else None
    return replace(
        shown,
        phase=phase,
        item=run.item,
        planned_seconds=planned,
        elapsed=elapsed,
        elapsed_ms=run.elapsed_ms(now),
        remaining=remaining,
        offset=None if behind is None else round(behind.total_seconds()),
        paused_at=run.paused,
        expected_end=last.expected_end if last else None,
    )


def _last_of_day(rows: Sequence[Row], story: _Story) -> Row | None:
    """The last item of the day whose item runs, or comes next."""
    at = story.current.item if story.current else _following([row.item for row in rows], story)
    day = next((row.item.day for row in rows if row.item.id == at), rows[-1].item.day if rows else 1)
    return next((row for row in reversed(rows) if row.item.day == day), None)


def _planned_seconds(run: _Run, row: Row | None) -> int | None:
    return None if row is None or row.length is None else max(0, row.length + run.added)


def _following(items: Sequence[Planned], story: _Story) -> str | None:
    """The item that *next* leads to: behind the current one, or behind the last that ran; None at the end."""
    at = story.current.item if story.current else story.runs[-1].item if story.runs else None
    ids = [item.id for item in items]
    place = ids.index(at) + 1 if at in ids else 0
    return ids[place] if place < len(ids) else None


def _rows(items: Sequence[Planned], story: _Story, now: datetime) -> list[Row]:
    current = story.current
    place = next((i for i, item in enumerate(items) if current and item.id == current.item), None)
    rows: list[Row] = []
    for i, item in enumerate(items):
        runs = [run for run in story.runs if run.item == item.id]
        ended = [run for run in runs if run.ended is not None]
        facts = Row(
            item=item, actual_start=runs[0].began if runs else None, actual_end=ended[-1].ended if ended else None,
            seconds=sum(run.ran for run in ended), length=_shorter(item.seconds, story.shorter.get(item.id, 0)),
        )  # fmt: skip
        rows.append(_with_expected(rows, facts, i, place, story, now))
    return rows


def _with_expected(rows: list[Row], row: Row, i: int, place: int | None, story: _Story, now: datetime) -> Row:
    item, run = row.item, story.current
    if i == place and run is not None:
        planned = _planned_seconds(run, row)
        ends = None if planned is None else now + timedelta(seconds=max(0, planned - run.elapsed(now)))
        return replace(row, is_current=True, expected_start=run.started, expected_end=ends, actual_end=None)
    if (place is not None and i < place) or (place is None and row.actual_end is not None):
        return row
    starts = _expected_start(rows[-1] if rows else None, item, is_running=place is not None)
    ends = starts + timedelta(seconds=row.length) if starts and row.length is not None else None
    return replace(row, expected_start=starts, expected_end=ends)


def _expected_start(before: Row | None, item: Planned, *, is_running: bool) -> datetime | None:
    """Follows the item before; a pause that the plan has between them takes up what is late."""
    if not is_running or before is None:
        return item.start
    ready = before.expected_end
    if ready is None:
        return item.start if item.is_hard else None
    linked = item.start is None or (before.item.end is not None and before.item.end >= item.start)
    if item.start is None or (linked and not item.is_hard):
        return ready
    return max(item.start, ready)
