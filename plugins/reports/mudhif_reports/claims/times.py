"""Times of day and ranges of them in a plain text, as minutes after midnight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_AM = ("am", "a.m", "a.m.", "ص", "صباحا", "صباح")
_PM = ("pm", "p.m", "p.m.", "م", "مساء", "مساءا", "ظهرا", "عصرا", "بعد الظهر")
_MERIDIEM = r"(?:a\.?\s?m\b\.?|p\.?\s?m\b\.?|صباحا?(?!\w)|مساءا?(?!\w)|ظهرا(?!\w)|عصرا(?!\w)|بعد الظهر|ص(?!\w)|م(?!\w))"


def _time(name: str) -> str:
    return rf"(?P<{name}h>\d{{1,2}})(?:[:.](?P<{name}m>[0-5]\d))?\s*(?P<{name}p>{_MERIDIEM})?"


_RANGE = re.compile(
    rf"(?<![\d.:/-]){_time('a')}\s*(?:-|\bto\b|\btill\b|\buntil\b|الي|حتي|و?لغايه)\s*(?:الساعه\s*)?{_time('b')}(?![\d:/])",
    re.IGNORECASE,
)
_POINT = re.compile(rf"(?<![\d.:/-]){_time('a')}(?![\d:/])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A range of times (``to`` None: only a start), in minutes after midnight, with its offsets in the plain text."""

    start: int
    end: int
    begins: int
    to: int | None
    has_meridiem: bool


def clock(minutes: int | None) -> str | None:
    """Minutes after midnight as ``HH:MM``.

    >>> clock(780), clock(None)
    ('13:00', None)
    """
    return None if minutes is None else f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def find_ranges(text: str) -> Iterator[TimeSpan]:
    """Every range of times; each side carries minutes or a meridiem, so that years and counts are none.

    >>> [(clock(t.begins), clock(t.to)) for t in find_ranges("09:00 AM to 01:00 PM, plan 2024-2025, (09:00-04:00)")]
    [('09:00', '13:00'), ('09:00', '16:00')]
    """
    for match in _RANGE.finditer(text):
        a, b = _parts(match, "a"), _parts(match, "b")
        if not (a.is_time and b.is_time):
            continue
        begins, to = a.minutes(), b.minutes()
        if begins is None or to is None:
            continue
        if not a.half and b.half == "pm" and begins + 720 <= to and a.hour < 7:
            begins += 720
        if a.half == "pm" and not b.half and to < begins:
            to += 720
        if not a.half and not b.half and to <= begins and b.hour <= 7:
            to += 720
        yield TimeSpan(match.start(), match.end(), begins, to, bool(a.half or b.half))


def time_at(text: str, position: int) -> TimeSpan | None:
    """The single time (with minutes or a meridiem) that begins exactly here."""
    match = _POINT.match(text, position)
    if not match:
        return None
    part = _parts(match, "a")
    minutes = part.minutes()
    if not part.is_time or minutes is None:
        return None
    return TimeSpan(match.start(), match.end(), minutes, None, bool(part.half))


@dataclass(frozen=True, slots=True)
class _Part:
    hour: int
    minute: int | None
    half: str | None

    @property
    def is_time(self) -> bool:
        return self.minute is not None or self.half is not None

    def minutes(self) -> int | None:
        hour = self.hour
        if self.half and not 1 <= hour <= 23:
            return None
        if self.half == "pm" and hour < 12:
            hour += 12
        elif self.half == "am" and hour == 12:
            hour = 0
        return hour * 60 + (self.minute or 0) if hour <= 24 else None


def _parts(match: re.Match[str], name: str) -> _Part:
    hour, minute, half = match.group(f"{name}h"), match.group(f"{name}m"), match.group(f"{name}p")
    folded = half.casefold().replace(" ", "").strip() if half else None
    which = None if folded is None else "am" if folded.startswith(("a", "ص")) else "pm"
    return _Part(int(hour), int(minute) if minute else None, which)
