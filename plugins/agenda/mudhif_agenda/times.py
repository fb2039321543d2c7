"""Times as people write them in an agenda: `09:00`, `1 - 4 pm`, `9h30`, `٨:٣٠ مساءً`; found, never guessed.

A `Clock` keeps what was written; which of two readings it has, morning or afternoon, is for `readings` to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

MINUTES_OF_DAY = 24 * 60
_MARKS = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_COLONS = "\uff1a\u2236\ua789\ufe55"


def without_marks(line: str) -> str:
    """The line without the invisible marks that say which way to write, its table's rules as plain ones."""
    return line.translate(_MARKS | dict.fromkeys(map(ord, "│┃¦｜"), "|")).replace("\x00", " ")


def folded(line: str) -> str:
    """The line with Western digits, plain dashes, colons and spaces; every character keeps its place.

    >>> folded("٩:٠٠ – ٩:٣٠")
    '9:00 - 9:30'
    """
    return "".join(map(_fold, line))


def _fold(char: str) -> str:
    if char in _DASHES:
        return "-"
    if char in _COLONS:
        return ":"
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return " " if category == "Zs" or char in "\v\f" else char


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day as it was written."""

    hour: int
    minute: int = 0
    half: str | None = None  # am, pm, night; "24" where the form itself is a 24-hour one (9h30); None where it is open
    strong: bool = True  # a bare number is a time only beside another one
    zero: bool = False  # written with a leading zero
    compact: bool = False  # 0930

    @property
    def is_24_hour(self) -> bool:
        return self.half is None and (self.hour > 12 or self.hour == 0)

    def readings(self) -> tuple[int, ...]:
        """The minutes of the day that this can mean, what it says letter by letter first."""
        hour, half = self.hour, self.half
        if half == "night":
            half = "pm" if 6 <= hour < 12 else "am"
        if half in ("am", "pm") and hour <= 12:
            return (hour % 12 * 60 + self.minute + (720 if half == "pm" else 0),)
        literal = hour * 60 + self.minute
        if half == "24" or self.is_24_hour or hour > 12:
            return (literal,)
        return (literal, (hour % 12 + (0 if hour == 12 else 12)) * 60 + self.minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time, or two of them with a dash between, and where they stand in the line."""

    start: Clock
    end: Clock | None
    at: int
    to: int


_TASHKEEL = "[\u064b-\u0652]*"
_HALF = (
    r"(?P<half{n}>a\s?\.?\s?m\b\.?|p\s?\.?\s?m\b\.?|du\s+matin\b|du\s+soir\b|de\s+l['’]apr[eè]s-midi\b"
    r"|in\s+the\s+(?:morning|afternoon|evening)\b|قبل\s+الظهر|بعد\s+الظهر"
    rf"|(?:صباح{_TASHKEEL}ا?|مساء{_TASHKEEL}ا?|ظهر{_TASHKEEL}ا?|عصر{_TASHKEEL}ا?|ليل{_TASHKEEL}ا?|فجر{_TASHKEEL}ا?|ص|م)"
    rf"{_TASHKEEL}(?![\u0621-\u064a])\.?)"
)
_WORD = r"(?P<word{n}>(?:12\s+)?(?:noon|midday|midnight)\b|midi\b|minuit\b|منتصف\s+الليل)"
_CLOCK = (
    r"(?:" + _WORD + r"|(?P<h{n}>\d{{1,2}})(?:"
    r"\s?[:٫]\s?(?P<m{n}>\d{{2}})(?::\d{{2}})?(?:\s?(?:hrs?|hours|h)\b)?"
    r"|\.(?P<dot{n}>\d{{2}})(?:\s?(?:hrs?|h)\b)?"
    r"|\s?h(?:eures?|rs?)?(?:\s?(?P<fr{n}>\d{{2}})|(?P<hh{n}>))(?![a-z])"
    r"|(?P<bare{n}>)(?!\d))"
    r"|(?P<compact{n}>\d{{4}})(?:\s?(?P<hrs{n}>hrs?|hours|h)\b)?"
    r")(?!\d|[/.:]\d)(?:\s*" + _HALF + r")?"
)
_JOIN = (
    r"(?:\s*(?:-{1,2}|~|→|ـ+|>)\s*|\s+(?:to|till|until|til|through|à|a|au|jusqu['’]?\s?à|و?(?:إلى|الى|حتى|ولغاية|لغاية))\s+"
    r"|\s*[،,]?\s*(?:إلى|الى|حتى)\s*)(?:الساعة\s+)?"
)
_RANGE = re.compile(rf"(?<![\w/.:])(?<!\d-){_CLOCK.format(n=1)}(?:(?:{_JOIN})(?<!\d\d\d){_CLOCK.format(n=2)})?", re.I)
_COLUMN = re.compile(rf"[\s|]+(?={_CLOCK.format(n=1)})", re.I)
_HALVES = {
    "am": r"a|du\s+m|in\s+the\s+m|قبل|ص|فجر",
    "pm": r"p|du\s+s|de\s+l|in\s+the\s+[ae]|بعد|م|ظهر|عصر",
    "night": r"ليل",
}


def _half(text: str | None) -> str | None:
    if not text:
        return None
    return next(name for name, pattern in _HALVES.items() if re.match(pattern, text, re.I))


def _clock(m: re.Match[str], n: int) -> Clock | None:
    """The n-th time of a match, or None where there is none or where no clock shows it (25:00, 9:75)."""
    part = {key: m[f"{key}{n}"] for key in ("word", "h", "m", "dot", "fr", "hh", "bare", "compact", "hrs", "half")}
    half = _half(part["half"])
    if part["word"]:
        at_night = re.search(r"night|minuit|منتصف", part["word"], re.I)
        return Clock(hour=0, half="am") if at_night else Clock(hour=12, half="pm")
    if part["compact"]:
        digits = part["compact"]
        found = Clock(hour=int(digits[:2]), minute=int(digits[2:]), half=half or "24", compact=True)
        return _possible(replace(found, strong=bool(half or part["hrs"])))
    if part["h"] is None:
        return None
    minutes = part["m"] or part["dot"] or part["fr"]
    french = part["fr"] is not None or part["hh"] is not None
    strong = bool(part["m"] or french or half)
    found = Clock(hour=int(part["h"]), minute=int(minutes or 0), half=half or ("24" if french else None), strong=strong)
    return _possible(replace(found, zero=part["h"].startswith("0")))


def _possible(clock: Clock) -> Clock | None:
    if clock.minute > 59 or clock.hour > 24 or (clock.hour == 24 and clock.minute):
        return None
    if clock.half in ("am", "pm", "night") and clock.hour == 0:
        return replace(clock, half="24")
    return clock


def spans(line: str) -> list[Span]:
    """Every time and range of times in a folded line, bare numbers and dotted ones (9.30) included.

    >>> [(s.start.hour, s.end and s.end.hour) for s in spans("1 - 4 pm Registration, 12 tables")]
    [(1, 4), (12, None)]
    """
    found: list[Span] = []
    at = 0
    while match := _RANGE.search(line, at):
        span, at = _span(match)
        if span:
            found.append(span)
    return list(_columns_joined(line, found))


def _span(match: re.Match[str]) -> tuple[Span | None, int]:
    start, end = _clock(match, 1), _clock(match, 2)
    has_second = any(match[f"{key}2"] is not None for key in ("word", "h", "compact"))
    first_end = match.end() if not has_second else _end_of_first(match)
    if start is None:
        return None, match.end()  # 9:75 – 10:00 is no time at all, rather than half of one
    # "1- 09:00 - 10:00": the number counts the lines, the range begins behind it.
    numbered = end and _is_bare(start) and end.strong and re.match(_JOIN + r"\d", match.string[match.end() :], re.I)
    if numbered or (has_second and end is None):
        return None, first_end
    return Span(start=start, end=end, at=match.start(), to=match.end()), match.end()


def _is_bare(clock: Clock) -> bool:
    return not clock.strong and not clock.compact and not clock.minute


def _end_of_first(match: re.Match[str]) -> int:
    return max(match.end(f"{key}1") for key in ("word", "h", "m", "dot", "fr", "compact", "half"))


def _columns_joined(line: str, found: list[Span]) -> Iterable[Span]:
    """Two times with only a gap or a table's rule between them are a start and an end: `09:00 | 09:30 | Opening`."""
    waiting: Span | None = None
    for span in found:
        if waiting and _beside(line[waiting.to : span.at]) and _column_pair(waiting, span):
            yield replace(waiting, end=span.start, to=span.to)
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = span
    if waiting:
        yield waiting


def _beside(between: str) -> bool:
    return not between.strip(" \t|") and between != ""


def _column_pair(first: Span, second: Span) -> bool:
    if first.end or second.end or not (first.start.strong and second.start.strong):
        return False
    # After 10:00, 1h30 is a length; after 9h30, 10h00 is an end.
    return second.start.half != "24" or (first.start.half == "24" and second.start.readings() > first.start.readings())


_LENGTH = re.compile(
    r"(?:(?P<hm>\d{1,2})\s?h\s?(?P<hmm>\d{2})(?:\s?min)?"
    r"|(?P<hours>\d{1,2}(?:[.,]5)?)\s?(?:hours?|hrs?|h|heures?|ساعات|ساعة)(?:\s?(?:and|et|و)?\s?(?P<also>\d{1,2})\s?(?:minutes?|mins?|m|دقيقة|دقائق))?"
    r"|(?P<minutes>\d{1,3})\s?(?:minutes?|mins?|m|'|′|دقيقة|دقائق|د)"
    r"|(?P<half>نصف\s+ساعة|half\s+an\s+hour|demi-heure)|(?P<one>ساعة|an\s+hour|one\s+hour|une\s+heure)(?P<more>\s+ونصف|\s+and\s+a\s+half|\s+et\s+demie)?)"
    r"(?![\w])",
    re.I,
)


def length_at(line: str, at: int = 0) -> tuple[int, int] | None:
    """A length of time that stands at this place of a folded line: its seconds, and where it ends.

    >>> length_at("45m"), length_at("1 h 30 min"), length_at("ساعة ونصف")
    ((2700, 3), (5400, 10), (5400, 9))
    """
    m = _LENGTH.match(line, at)
    if not m:
        return None
    if m["hm"]:
        seconds = int(m["hm"]) * 3600 + int(m["hmm"]) * 60
    elif m["hours"]:
        seconds = int(float(m["hours"].replace(",", ".")) * 3600) + int(m["also"] or 0) * 60
    elif m["minutes"]:
        seconds = int(m["minutes"]) * 60
    else:
        seconds = 1800 if m["half"] else 3600 + (1800 if m["more"] else 0)
    return (seconds, m.end()) if 0 < seconds <= 86400 else None
