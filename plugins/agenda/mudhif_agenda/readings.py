"""Which of its two readings, morning or afternoon, each time of a day's list has.

One cell alone cannot say what `1:00` means; the list can, because a day goes forward. A small dynamic programme
takes the readings of the whole list that cost least: going backwards, long gaps, night hours and a title such as
*Lunch* at another hour all cost. Where two readings cost nearly the same the time is called doubtful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .times import MINUTES_OF_DAY, Clock

DOUBT = 1.5  # a second reading that costs at most this much more leaves the time in doubt
LONGEST_NIGHT = 8 * 60
# What it costs to begin before this minute of the day: meetings begin in the morning more often than at night.
_HOURS = (
    (6 * 60, 4.0),
    (7 * 60, 1.5),
    (8 * 60, 0.5),
    (18 * 60, 0.0),
    (19 * 60 + 30, 0.5),
    (21 * 60, 2.0),
    (MINUTES_OF_DAY, 3.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One item's times as written, and what is known beside them."""

    start: Clock
    end: Clock | None = None
    usual: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a slot means: minutes from midnight of its day.

    `end` may pass midnight; `rolled` is the number of days that went by before it.
    """

    start: int
    end: int | None
    rolled: int = 0
    doubtful: bool = False

    @property
    def backwards(self) -> bool:
        return self.end is not None and self.end < self.start


def read_day(slots: Sequence[Slot], window: tuple[int, int] | None = None) -> list[Reading]:
    """The cheapest reading of a day's slots, in their order.

    Args:
        slots: the items of one day as the list has them.
        window: the event's own start and end, minutes of the day, where they are known.
    """
    if not slots:
        return []
    by_24 = any(clock.is_24_hour for slot in slots for clock in (slot.start, slot.end) if clock)
    options = [_options(slot, by_24, window) for slot in slots]
    forward = _costs(options)
    backward = _costs(options[::-1], towards_start=True)[::-1]
    chosen = _cheapest_path(options, forward)
    return [_reading(options, forward, backward, i, chosen) for i in range(len(slots))]


_Option: TypeAlias = tuple[int, "int | None", float]  # start, end, what this reading costs


def _options(slot: Slot, by_24: bool, window: tuple[int, int] | None) -> list[_Option]:
    found: dict[tuple[int, int | None], float] = {}
    for start, start_cost in _weighed(slot.start, by_24, slot.end):
        for end, end_cost in _weighed(slot.end, by_24, None) if slot.end else ((None, 0.0),):
            stands = _past_midnight(start, end)
            cost = start_cost + end_cost + _hour_cost(start, window) + _length_cost(start, stands)
            if slot.usual and not slot.usual[0] <= start <= slot.usual[1]:
                cost += 5
            key = (start, stands)
            found[key] = min(cost, found.get(key, cost))
    return [(start, end, cost) for (start, end), cost in found.items()]


def _weighed(clock: Clock, by_24: bool, other: Clock | None) -> list[tuple[int, float]]:
    readings = clock.readings()
    if len(readings) == 1:
        return [(readings[0], 0.0)]
    # "1 - 4 pm": the first takes the half of the second, unless it would then begin after it.
    half = other.half if other and other.half in ("am", "pm") else None
    literal_cost = 1.0 if half == "pm" and clock.hour < 12 else 0.0
    other_cost = (
        (2.5 if by_24 else 0.0) + (2.5 if clock.zero and clock.hour > 6 else 0.0) + (2.0 if half == "am" else 0.0)
    )
    return [(readings[0], literal_cost), (readings[1], other_cost)]


def _past_midnight(start: int, end: int | None) -> int | None:
    """An end before its start belongs to the next day where that makes an evening of at most eight hours."""
    if end is None or end >= start or start < 17 * 60 or end + MINUTES_OF_DAY - start > LONGEST_NIGHT:
        return end
    return end + MINUTES_OF_DAY


def _hour_cost(start: int, window: tuple[int, int] | None) -> float:
    cost = next(cost for until, cost in _HOURS if start % MINUTES_OF_DAY < until)
    if window and not window[0] <= start <= window[1]:
        cost += 2.0
    return cost


def _length_cost(start: int, end: int | None) -> float:
    if end is None:
        return 0.0
    if end < start:
        return 9.0
    hours = (end - start) / 60
    return (
        (3.0 if end >= MINUTES_OF_DAY and end % MINUTES_OF_DAY else 0.0)
        + max(0.0, hours - 3)
        + (0.5 if end == start else 0.0)
    )


def _step_cost(before: _Option, after: _Option) -> tuple[float, int]:
    """What it costs that one slot follows another, and how many days go by between them."""
    end = before[0] if before[1] is None or before[1] < before[0] else before[1]
    same = after[0] - end
    same_day = (
        min(same / 60, 12) * 0.5 if same >= 0 else (2.0 if after[0] >= before[0] else 7.0) + min(-same / 60, 12) * 0.2
    )
    pause = after[0] + MINUTES_OF_DAY - end
    next_day = 5.0 + (0.0 if pause <= 16 * 60 else 2.0 if pause <= 21 * 60 else 6.0)
    if pause < 0:
        next_day += 4.0
    if end >= MINUTES_OF_DAY or (end >= 20 * 60 and after[0] < 4 * 60):
        next_day += min(max(pause, 0) / 60, 12) * 0.1 - (8.0 if 0 <= pause <= 120 else 4.0)
    return (same_day, 0) if same_day <= next_day else (next_day, 1)


def _costs(options: list[list[_Option]], *, towards_start: bool = False) -> list[list[float]]:
    """The least cost of everything before (or, on a reversed list, after) each option, its own included."""
    rows: list[list[float]] = []
    for i, now in enumerate(options):
        row = []
        for option in now:
            pairs = [(options[i - 1][j], rows[i - 1][j]) for j in range(len(options[i - 1]))] if i else []
            steps = [cost + _step_cost(*((option, o) if towards_start else (o, option)))[0] for o, cost in pairs]
            row.append(option[2] + (min(steps) if steps else 0.0))
        rows.append(row)
    return rows


def _cheapest_path(options: list[list[_Option]], forward: list[list[float]]) -> list[int]:
    at = min(range(len(options[-1])), key=lambda j: forward[-1][j])
    path = [at]
    for i in range(len(options) - 1, 0, -1):
        after = options[i][at]
        at = min(range(len(options[i - 1])), key=lambda j: forward[i - 1][j] + _step_cost(options[i - 1][j], after)[0])
        path.append(at)
    return path[::-1]


def _reading(
    options: list[list[_Option]], forward: list[list[float]], backward: list[list[float]], i: int, chosen: list[int]
) -> Reading:
    start, end, _ = options[i][chosen[i]]
    total = [forward[i][j] + backward[i][j] - options[i][j][2] for j in range(len(options[i]))]
    doubtful = any(cost <= total[chosen[i]] + DOUBT for j, cost in enumerate(total) if j != chosen[i])
    rolled = _step_cost(options[i - 1][chosen[i - 1]], options[i][chosen[i]])[1] if i else 0
    return Reading(start=start, end=end, rolled=rolled, doubtful=doubtful)
