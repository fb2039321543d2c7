"""What is doubtful in an agenda: one finding a cause, with its places. Pure; the words are in `words.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .times import MINUTES_OF_DAY

GAP_MINUTES = 15
SEVERITIES = {
    "end-before-start": "error",
    "overlap": "warning",
    "past-event-end": "warning",
    "before-event-start": "warning",
    "second-time-range": "warning",
    "ambiguous-time": "warning",
    "zero-length": "warning",
    "unparsed-line": "warning",
    "gap": "note",
    "no-end": "note",
    "item-untitled": "note",
}
_ORDER = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: the line with its text, and the item it became."""

    line: int | None = None
    text: str = ""
    item: int | None = None
    row: str | None = None  # the id of a stored item

    def as_dict(self) -> dict[str, object]:
        named = {"line": self.line, "text": self.text, "item": self.item, "row": self.row}
        return {key: value for key, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubtful thing. `values` are those that its sentence names, in the sentence's order."""

    rule: str
    where: tuple[Place, ...]
    values: tuple[str | int | None, ...] = ()

    @property
    def severity(self) -> str:
        return SEVERITIES[self.rule]


class Timed(Protocol):
    """What the rules need of an item, parsed or stored. Minutes of its day; `end` may pass midnight."""

    @property
    def day(self) -> int: ...
    @property
    def start(self) -> int | None: ...
    @property
    def end(self) -> int | None: ...
    @property
    def title(self) -> str: ...
    @property
    def other(self) -> tuple[int, int] | None: ...
    @property
    def end_is_given(self) -> bool: ...


class Limits(Protocol):
    """The event's start and end, minutes from the midnight before its first day."""

    @property
    def start(self) -> int | None: ...
    @property
    def end(self) -> int | None: ...


def item_findings(items: Sequence[Timed], places: Sequence[Place], bounds: Limits) -> list[Finding]:
    """The findings of items in their order; `places[i]` is where `items[i]` stands."""
    found: list[Finding] = []
    for i, item in enumerate(items):
        found += _of_item(item, places[i])
        found += _without_end(items, i, places[i])
    return found + _between(items, places) + _outside(items, places, bounds)


def by_weight(findings: Sequence[Finding]) -> list[Finding]:
    """Errors first, then warnings, then notes; each in the order of lines."""
    return sorted(findings, key=lambda f: (_ORDER.index(f.severity), f.where[0].line or 0 if f.where else 0))


def _of_item(item: Timed, place: Place) -> list[Finding]:
    found = []
    if item.other:
        found.append(Finding("second-time-range", (place,), (_clock(item.other[0]), _clock(item.other[1]))))
    # Where a title stands between two ranges it may belong to the second: then the first has none.
    if not item.title or item.other:
        found.append(Finding("item-untitled", (place,), (_clock(item.start), _clock(item.end))))
    if item.start is not None and item.end is not None and item.end < item.start:
        found.append(Finding("end-before-start", (place,), (_clock(item.start), _clock(item.end))))
    elif item.start is not None and item.end == item.start:
        found.append(Finding("zero-length", (place,), (_clock(item.start),)))
    return found


def _without_end(items: Sequence[Timed], i: int, place: Place) -> list[Finding]:
    item = items[i]
    return [Finding("no-end", (place,), (item.title,))] if item.start is not None and item.end is None else []


def _between(items: Sequence[Timed], places: Sequence[Place]) -> list[Finding]:
    found: list[Finding] = []
    last: int | None = None  # the item that ended latest so far
    for i, item in enumerate(items):
        if item.start is None:
            last = None  # what lies between is not known
            continue
        if last is not None:
            found += _pair(items, places, last, i)
        if last is None or _ends(item) >= _ends(items[last]) or item.day > items[last].day:
            last = i
    return found


def _pair(items: Sequence[Timed], places: Sequence[Place], i: int, j: int) -> list[Finding]:
    before, after = items[i], items[j]
    lag = _starts(after) - _ends(before)
    backwards = before.start is not None and before.end is not None and before.end < before.start
    if lag < 0 and not backwards:
        return [Finding("overlap", (places[i], places[j]), (_clock(before.end or before.start), _clock(after.start)))]
    if (
        lag >= GAP_MINUTES
        and before.day == after.day
        and before.end is not None
        and before.end_is_given
        and not backwards
    ):
        return [Finding("gap", (places[i], places[j]), (_clock(before.end), _clock(after.start), lag))]
    return []


def _outside(items: Sequence[Timed], places: Sequence[Place], bounds: Limits) -> list[Finding]:
    found: list[Finding] = []
    late = [
        (i, latest)
        for i, item in enumerate(items)
        if bounds.end is not None and (latest := _latest(item)) and latest > bounds.end
    ]
    if late:
        last = max(minutes for _, minutes in late)
        found.append(Finding("past-event-end", tuple(places[i] for i, _ in late), (_clock(last), _clock(bounds.end))))
    early = [
        i
        for i, item in enumerate(items)
        if bounds.start is not None and item.start is not None and _starts(item) < bounds.start
    ]
    if early:
        first = min(_starts(items[i]) for i in early)
        found.append(
            Finding("before-event-start", tuple(places[i] for i in early), (_clock(first), _clock(bounds.start)))
        )
    return found


def _latest(item: Timed) -> int | None:
    ends = [m for m in (item.end, item.start, item.other[1] if item.other else None) if m is not None]
    return max(ends) + (item.day - 1) * MINUTES_OF_DAY if ends else None


def _starts(item: Timed) -> int:
    return (item.start or 0) + (item.day - 1) * MINUTES_OF_DAY


def _ends(item: Timed) -> int:
    last = item.start if item.end is None or (item.start is not None and item.end < item.start) else item.end
    return (last or 0) + (item.day - 1) * MINUTES_OF_DAY


def _clock(minutes: int | None) -> str | None:
    return None if minutes is None else f"{minutes % MINUTES_OF_DAY // 60:02}:{minutes % 60:02}"
