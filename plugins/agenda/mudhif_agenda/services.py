"""What is done with an agenda and its timer: taken over, edited, pressed, read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mudhif.plugin_api import N_, BadInput, Event, NotFound, Refused, Tx, local
from mudhif.plugin_api import gettext as _

from .findings import Finding, Place, item_findings
from .kinds import KINDS, kind_of
from .models import Item, TimerAction
from .parser import Agenda, Bounds, ParsedItem, clock_text
from .timer import Action, Do, Phase, Planned, State, catch_up, state_at
from .times import folded, length_at, spans, without_marks

MAX_ADD_SECONDS = 6 * 3600


class NoItem(Refused):
    """A text without a single item."""

    message = N_("No item was found: no line has a time or a length. Nothing was changed.")
    code, status = "no-item", 422


class AgendaEmpty(Refused):
    """A timer without an agenda."""

    message = N_("The agenda is empty. Paste one first: the timer runs through its items.")
    code = "agenda-empty"


class NotRunning(Refused):
    """Something was pressed that needs a running item."""

    message = N_("The timer is not running.")
    code = "not-running"


class RunsAlready(Refused):
    """Start was pressed twice."""

    message = N_("The timer is running already.")
    code = "runs-already"


# --- reading ----------------------------------------------------------------------------------------------------------


def items_of(event_id: str) -> list[Item]:
    """The items of an event in their order."""
    chosen = Item.select().where((Item.event == event_id) & ~Item.deleted)
    return list(chosen.order_by(Item.day, Item.position, Item.id))


def find_item(event_id: str, item_id: str) -> Item:
    """One item of an event.

    Raises:
        NotFound: there is none of this id.
    """
    item = Item.get_or_none((Item.id == item_id) & (Item.event == event_id) & ~Item.deleted)
    if item is None:
        raise NotFound(name=item_id)
    found: Item = item
    return found


def actions_of(event_id: str) -> list[Action]:
    """All that was pressed in an event."""
    rows = TimerAction.select().where(TimerAction.event == event_id)
    known = {do.value for do in Do}
    return [
        Action(
            id=row.id, turn=row.turn, do=Do(row.action), at=row.at, item=row.item, seconds=row.seconds, text=row.text,
            undoes=row.undoes,
        )
        for row in rows
        if row.action in known  # a newer version may press what this one does not know
    ]  # fmt: skip


def state_of(event: Event, now: datetime | None = None) -> State:
    """The state of an event's timer."""
    return state_at(planned_of(event), actions_of(event.id), now or datetime.now(UTC))


def planned_of(event: Event) -> list[Planned]:
    """The items as the timer needs them: planned starts as instants."""
    return [
        Planned(
            id=item.id, title=item.title, start=moment_of(event, item.day, item.start_minute),
            seconds=item.duration_seconds, is_hard=item.hard, is_pause=item.kind in ("break", "meal"), day=item.day,
        )
        for item in items_of(event.id)
    ]  # fmt: skip


def moment_of(event: Event, day: int, minute: int | None) -> datetime | None:
    """The instant of a minute of a day of the event, on its own wall clock."""
    if minute is None:
        return None
    first = local(event, event.starts).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    wall = first + timedelta(days=day - 1, minutes=minute)
    return wall.replace(tzinfo=ZoneInfo(event.timezone)).astimezone(UTC)


def bounds_of(event: Event) -> Bounds:
    """The event's start and end, minutes from the midnight before its first day."""
    starts, ends = local(event, event.starts), local(event, event.ends)
    days = (ends.date() - starts.date()).days
    return Bounds(start=starts.hour * 60 + starts.minute, end=days * 1440 + ends.hour * 60 + ends.minute)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored item as the rules of findings need it."""

    day: int
    start: int | None
    end: int | None
    title: str
    other: tuple[int, int] | None
    end_is_given: bool


def findings_of(event: Event) -> list[Finding]:
    """What is doubtful in an event's agenda as it now stands; each place names its row."""
    items = items_of(event.id)
    places = [Place(item.source_line, item.source_text or item.title, i, item.id) for i, item in enumerate(items)]
    stored = [
        _Stored(item.day, item.start_minute, item.end_minute, item.title, _second(item), item.end_given)
        for item in items
    ]
    return item_findings(stored, places, bounds_of(event))


def _second(item: Item) -> tuple[int, int] | None:
    return (item.second_start, item.second_end) if item.second_start is not None else None


# --- writing the agenda -----------------------------------------------------------------------------------------------


def take_over(tx: Tx, event: Event, agenda: Agenda) -> list[Item]:
    """Make the parsed items the event's agenda. An item that stays, by title and time, keeps its row and its past.

    Raises:
        NoItem: the text held none; nothing is changed.
    """
    if not agenda.items:
        raise NoItem
    left = items_of(event.id)
    kept = []
    for position, parsed in enumerate(agenda.items):
        fields = _fields(parsed) | {"position": position, "source_text": None}
        old = _same(left, parsed)
        if old is None:
            kept.append(tx.create(Item, event=event.id, **fields))
        else:
            left.remove(old)
            kept.append(tx.update(old, **fields))
    for old in left:
        tx.delete(old)
    return kept


def _same(items: Sequence[Item], parsed: ParsedItem) -> Item | None:
    same_title = [item for item in items if item.title == parsed.title]
    exact = [item for item in same_title if (item.day, item.start_minute) == (parsed.day, parsed.start)]
    return next(iter(exact or same_title), None)


def _fields(parsed: ParsedItem) -> dict[str, Any]:
    return {
        "day": parsed.day,
        "start_minute": parsed.start,
        "end_minute": parsed.end,
        "end_given": parsed.end_is_given,
        "duration_seconds": parsed.seconds,
        "title": parsed.title,
        "kind": parsed.kind,
        "speakers": list(parsed.speakers),
        "description": parsed.detail or None,
        "second_start": parsed.other[0] if parsed.other else None,
        "second_end": parsed.other[1] if parsed.other else None,
        "source_line": parsed.line,
    }


def read_item(form: Mapping[str, str]) -> dict[str, Any]:
    """An item's fields from a form: times and lengths as people write them.

    Raises:
        BadInput: names every field that cannot be read.
    """
    errors: dict[str, list[str]] = {}
    title = (form.get("title") or "").strip()
    if not title:
        errors["title"] = [_("Write a title.")]
    start = _minute(form.get("start"), "start", errors)
    seconds = _seconds(form.get("length"), errors)
    day = (form.get("day") or "1").strip()
    if not (folded(day).isdigit() and 1 <= int(folded(day)) <= 60):
        errors["day"] = [_("Write the day as a number from 1.")]
    if errors:
        raise BadInput(fields=errors)
    kind = form.get("kind") or kind_of(title)
    names = [name.strip() for name in (form.get("speakers") or "").replace("،", ",").split(",") if name.strip()]
    return {
        "title": title,
        "day": int(folded(day)),
        "start_minute": start,
        "duration_seconds": seconds,
        "end_minute": start + seconds // 60 if start is not None and seconds is not None else None,
        "end_given": seconds is not None,
        "kind": kind if kind in KINDS else "session",
        "speakers": names,
        "hard": form.get("hard") == "yes",
        "second_start": None,
        "second_end": None,
    }


def _minute(text: str | None, field: str, errors: dict[str, list[str]]) -> int | None:
    plain = folded(without_marks(text or "")).strip()
    if not plain:
        return None
    found = spans(plain)
    if len(found) != 1 or found[0].end or not found[0].start.strong or found[0].to < len(plain):
        errors[field] = [_("This is no time of day. Write it as 09:00.")]
        return None
    return found[0].start.readings()[0]


def _seconds(text: str | None, errors: dict[str, list[str]]) -> int | None:
    plain = folded(without_marks(text or "")).strip()
    if not plain:
        return None
    if plain.isdigit() and 0 < int(plain) <= 1440:
        return int(plain) * 60
    length = length_at(plain)
    if length is None or length[1] < len(plain):
        errors["length"] = [_("This is no length. Write the minutes, such as 45.")]
        return None
    return length[0]


def add_item(tx: Tx, event: Event, fields: Mapping[str, Any]) -> Item:
    """Put an item where its time has it, or at the end of its day."""
    items = items_of(event.id)
    start = fields.get("start_minute")
    day = fields["day"]
    before = [
        item
        for item in items
        if item.day < day
        or (item.day == day and (start is None or item.start_minute is None or item.start_minute <= start))
    ]
    position = max((item.position for item in before), default=-1) + 1
    for item in items:
        if item.position >= position:
            tx.update(item, position=item.position + 1)
    return tx.create(Item, event=event.id, position=position, **fields)


def move_item(tx: Tx, event: Event, item_id: str, steps: int) -> None:
    """Move an item up (-1) or down (+1) among those of its day."""
    items = items_of(event.id)
    at = next((i for i, item in enumerate(items) if item.id == item_id), None)
    if at is None:
        raise NotFound(name=item_id)
    to = min(max(at + steps, 0), len(items) - 1)
    items.insert(to, items.pop(at))
    for position, item in enumerate(items):
        tx.update(item, position=position)


def delete_item(tx: Tx, event: Event, item_id: str) -> None:
    """Take an item out of the agenda."""
    tx.delete(find_item(event.id, item_id))


def settle_second_range(tx: Tx, event: Event, item_id: str, choice: str) -> None:
    """Choose between the two times that a line gave: ``first``, ``second``, or ``both`` as two items."""
    item = find_item(event.id, item_id)
    if item.second_start is None:
        return
    second = {"start_minute": item.second_start, "end_minute": item.second_end, "end_given": True}
    second["duration_seconds"] = (item.second_end - item.second_start) * 60
    settled: dict[str, Any] = {"second_start": None, "second_end": None}
    if choice == "second":
        tx.update(item, **settled, **second)
        return
    tx.update(item, **settled)
    if choice == "both":
        same = {name: getattr(item, name) for name in ("day", "title", "kind", "speakers")}
        add_item(tx, event, same | second)


# --- the timer --------------------------------------------------------------------------------------------------------


def press(
    tx: Tx, event: Event, do: Do, *, item: str | None = None, seconds: int | None = None, text: str | None = None,
    seen: str | None = None, at: datetime | None = None, id: str | None = None,
) -> State:  # fmt: skip
    """Note that something was pressed, and return the state after it.

    Args:
        item: where *jump* and *start* lead; without it *start* goes on where it stopped, or begins.
        seen: the item that was on the screen that pressed; where another runs by now, the press was meant for what
            somebody else has done already, and nothing happens.
        at: when; now, if left out.
        id: of the fact; the same press sent again is the same fact.

    Raises:
        AgendaEmpty, NotRunning, RunsAlready: it has no meaning now.
    """
    now = at or datetime.now(UTC)
    if id is not None and TimerAction.get_or_none(TimerAction.id == id) is not None:
        return state_of(event, now)
    state = state_of(event, now)
    if seen is not None and seen != (state.item or ""):
        return state
    fact = _fact(event, state, do, item, seconds, text)
    if fact is not None:
        turn = TimerAction.select(TimerAction.turn).where(TimerAction.event == event.id)
        latest = turn.order_by(TimerAction.turn.desc()).first()
        tx.fact(TimerAction, id=id, event=event.id, turn=(latest.turn if latest else 0) + 1, at=now, **fact)
    return state_of(event, now)


def _fact(
    event: Event, state: State, do: Do, item: str | None, seconds: int | None, text: str | None
) -> dict[str, Any] | None:
    """What is noted for a press in a state; None where there is nothing to note."""
    rows = [row.item.id for row in state.rows]
    if do in (Do.START, Do.NEXT, Do.PREVIOUS, Do.JUMP) and not rows:
        raise AgendaEmpty
    if do is Do.START:
        return _start(state, item, rows)
    if do is Do.JUMP:
        return {"action": do, "item": find_item(event.id, item or "").id}
    if do is Do.MESSAGE:
        return {"action": do, "text": (text or "").strip()[:200] or None}
    if do is Do.BLACKOUT:
        return {"action": do, "seconds": int(not state.is_dark) if seconds is None else int(bool(seconds))}
    if do is Do.UNDO:
        return _undo(event)
    if do is Do.CLOCK:
        return {"action": do, "seconds": seconds}
    if state.phase is Phase.IDLE:
        raise NotRunning
    return _while_running(state, do, seconds, rows)


def _start(state: State, item: str | None, rows: Sequence[str]) -> dict[str, Any]:
    if state.phase is Phase.PAUSED and item is None:
        return {"action": Do.RESUME}
    if state.phase is not Phase.IDLE:
        raise RunsAlready
    target = item or state.next_item or rows[0]
    if target not in rows:
        raise NotFound(name=target)
    return {"action": Do.START, "item": target}


def _while_running(state: State, do: Do, seconds: int | None, rows: Sequence[str]) -> dict[str, Any] | None:
    place = rows.index(state.item) if state.item in rows else -1
    if do is Do.NEXT:
        return {"action": do, "item": rows[place + 1]} if place + 1 < len(rows) else {"action": Do.STOP}
    if do is Do.PREVIOUS:
        return {"action": do, "item": rows[place - 1]} if place > 0 else None
    if do is Do.SHORTEN:
        taken = catch_up(state)
        return {"action": do, "text": json.dumps(taken, sort_keys=True)} if taken else None
    if do is Do.PAUSE:
        return None if state.phase is Phase.PAUSED else {"action": do}
    if do is Do.RESUME:
        return {"action": do} if state.phase is Phase.PAUSED else None
    if do is Do.ADD:
        if not seconds or abs(seconds) > MAX_ADD_SECONDS:
            raise BadInput(fields={"seconds": [_("Write the seconds to add, between -21600 and 21600.")]})
        return {"action": do, "seconds": seconds}
    return {"action": do}


def _undo(event: Event) -> dict[str, Any] | None:
    """The last press that an undo can take back: not the clock's, not one that is undone already."""
    from .timer import in_order

    left = [a for a in in_order(actions_of(event.id)) if a.do not in (Do.CLOCK, Do.MESSAGE, Do.BLACKOUT)]
    return {"action": Do.UNDO, "undoes": left[-1].id} if left else None


# --- what others are told ---------------------------------------------------------------------------------------------


def stamp(event: Event, moment: datetime | None) -> str | None:
    """RFC 3339 in the event's own zone, to the second."""
    return None if moment is None else local(event, moment).isoformat(timespec="seconds")


def timer_json(event: Event, state: State) -> dict[str, Any]:
    """The timer as the contract has it."""
    title = next((row.item.title for row in state.rows if row.item.id == state.item), None)
    return {
        "state": state.phase,
        "item": {"id": state.item, "title": title} if state.item else None,
        "elapsed": state.elapsed,
        "remaining": state.remaining,
        "offset": state.offset,
        "expected_end": stamp(event, state.expected_end),
    }


def item_json(item: Item) -> dict[str, Any]:
    """A stored item as the API and the exports give it: a parsed item's shape, and what is known besides."""
    return {
        "id": item.id,
        "day": item.day,
        "start": clock_text(item.start_minute),
        "end": clock_text(item.end_minute),
        "duration": item.duration_seconds,
        "title": item.title,
        "kind": item.kind,
        "speakers": item.speakers,
        "description": item.description,
        "line": item.source_line,
    }
