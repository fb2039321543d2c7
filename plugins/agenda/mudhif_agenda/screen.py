"""What a page shows of the timer, in words and figures, for templates; screens count on from it by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mudhif.plugin_api import Event, local
from mudhif.plugin_api import gettext as _

from .clock_guard import steady_ms
from .face import lit, ribs
from .services import state_of
from .timer import Phase, Row, State, catch_up
from .words import minutes_text, minutes_words

WARN_SECONDS = 300
RIBS = 84


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of the run: when, what, and how it stands."""

    id: str
    clock: str
    title: str
    note: str
    state: str  # past, now, later


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The timer, ready for a template."""

    phase: str  # idle, run, warn, over, paused
    title: str
    item: str
    digits: str
    of: str  # "left of 30 minutes"
    number: int
    count: int
    next_title: str
    next_length: str
    next_clock: str
    planned_end: str
    expected_end: str
    behind: str
    behind_word: str
    proposal: str  # what to shorten, so that it ends as planned; empty where there is nothing to propose
    paused_at: str
    message: str
    is_dark: bool
    last_step: int | None
    rows: tuple[Listed, ...]
    ribs: tuple[tuple[float, float, float, float], ...]
    lit: int
    clock: str
    data: dict[str, Any]


def screen_of(event: Event, now: datetime | None = None, *, scale: float = 1.0, length: float = 34.0) -> Screen:
    """The timer of an event as it is now."""
    now = now or datetime.now(UTC)
    state = state_of(event, now)
    rows = state.rows
    at = next((i for i, row in enumerate(rows) if row.is_current), None)
    following = next((row for row in rows if row.item.id == state.next_item), None)
    return Screen(
        phase=_phase(state),
        title=rows[at].item.title if at is not None else "",
        item=state.item or "",
        digits=digits(state) if state.item else planned_digits(following),
        of=_of(state),
        number=at + 1 if at is not None else 0,
        count=len(rows),
        next_title=following.item.title if following else "",
        next_length=minutes_words(following.length) if following else "",
        next_clock=_clock(event, following.expected_start or following.item.start) if following else "",
        planned_end=_clock(event, state.planned_end),
        expected_end=_clock(event, state.expected_end),
        behind=_behind(state),
        behind_word=_("Ahead") if state.offset is not None and state.offset <= -60 else _("Behind"),
        proposal=_proposal(state),
        paused_at=_clock(event, state.paused_at),
        message=state.message or "",
        is_dark=state.is_dark,
        last_step=state.last_step,
        rows=tuple(_listed(event, row) for row in rows),
        ribs=ribs(RIBS, scale, length),
        lit=lit(RIBS, state.remaining, state.planned_seconds),
        clock=_clock(event, now),
        data=_data(event, state, now),
    )


def digits(state: State) -> str:
    """The time left as mm:ss; with a plus once it is over; dashes where no end is known.

    >>> digits(State(phase=Phase.RUNNING, remaining=760)), digits(State(phase=Phase.OVER, remaining=-135))
    ('12:40', '+2:15')
    """
    if state.remaining is None:
        return "–:––"
    seconds = abs(state.remaining)
    sign = "+" if state.remaining < 0 else ""
    hours, rest = divmod(seconds, 3600)
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{sign}{rest // 60}:{rest % 60:02}"


def planned_digits(row: Row | None) -> str:
    """The length of what has not begun."""
    return digits(State(remaining=row.length if row else None))


def _phase(state: State) -> str:
    if state.phase is Phase.RUNNING:
        return "warn" if state.remaining is not None and state.remaining <= WARN_SECONDS else "run"
    return state.phase.value


def _data(event: Event, state: State, now: datetime) -> dict[str, Any]:
    """What a script counts on from; see frontend/agenda/remaining.js."""
    offset = local(event, now).utcoffset() or timedelta()
    return {
        "phase": state.phase.value,
        "elapsed": state.elapsed_ms,
        "planned": state.planned_seconds,
        "at": steady_ms(),
        "warn": WARN_SECONDS,
        "dark": state.is_dark,
        "turn": state.turn,
        "wall": round(now.timestamp() * 1000),
        "zone": round(offset.total_seconds() * 1000),
    }


def _of(state: State) -> str:
    if state.planned_seconds is None:
        return _("no end is planned") if state.item else ""
    minutes = minutes_words(state.planned_seconds)
    return (
        _("over %(length)s", length=minutes) if state.phase is Phase.OVER else _("left of %(length)s", length=minutes)
    )


def _behind(state: State) -> str:
    if state.offset is None:
        return "–"
    minutes = round(abs(state.offset) / 60)
    return _("%(minutes)s min", minutes=minutes)


def _proposal(state: State) -> str:
    taken = catch_up(state)
    titles = {row.item.id: row.item.title for row in state.rows}
    parts = [
        _("%(title)s by %(length)s", title=isolated(titles[item]), length=minutes_words(seconds))
        for item, seconds in taken.items()
    ]
    return _(", ").join(parts)


def isolated(title: str) -> str:
    """A title that keeps its own direction inside a sentence of the other (FSI and PDI)."""
    return f"\u2068{title}\u2069"


def _listed(event: Event, row: Row) -> Listed:
    over = row.over_seconds
    if row.is_current:
        state, note = "now", _minutes(row.length)
    elif row.actual_end is not None:
        state, note = "past", _lateness(over)
    else:
        state, note = "later", _minutes(row.length)
    shown = row.actual_start or row.expected_start or row.item.start
    return Listed(id=row.item.id, clock=_clock(event, shown), title=row.item.title, note=note, state=state)


def _lateness(over: int | None) -> str:
    if over is None or abs(over) < 30:
        return _("on time") if over is not None else ""
    minutes = max(1, round(abs(over) / 60))
    return _("%(minutes)s min over", minutes=minutes) if over > 0 else _("%(minutes)s min early", minutes=minutes)


def _minutes(seconds: int | None) -> str:
    return minutes_text(None if seconds is None else round(seconds / 60))


def _clock(event: Event, moment: datetime | None) -> str:
    return f"{local(event, moment):%H:%M}" if moment is not None else ""
