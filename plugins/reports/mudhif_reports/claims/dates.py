"""Dates, weekdays and lengths in days, in the finite forms that real reports use; day before month by default.

A small parser of ours: a general one guesses too much for a checker. Iraqi and Egyptian month names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ..documents import Document, Line, sentences
from ..folding import any_of, plain
from ..hookspecs import Claim

_EN_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_AR_MONTHS: tuple[tuple[str, ...], ...] = (
    ("كانون الثاني", "يناير"),
    ("شباط", "فبراير"),
    ("آذار", "مارس"),
    ("نيسان", "أبريل", "ابريل"),
    ("أيار", "مايو", "مايس"),
    ("حزيران", "يونيو", "يونيه"),
    ("تموز", "يوليو", "يوليه"),
    ("آب", "أغسطس"),
    ("أيلول", "سبتمبر"),
    ("تشرين الأول", "أكتوبر"),
    ("تشرين الثاني", "نوفمبر"),
    ("كانون الأول", "ديسمبر"),
)
MONTHS: dict[str, int] = {
    **{name: number for number, name in enumerate(_EN_MONTHS, 1)},
    **{name[:3]: number for number, name in enumerate(_EN_MONTHS, 1)},
    "sept": 9,
    **{plain(name): number for number, names in enumerate(_AR_MONTHS, 1) for name in names},
}
WEEKDAYS: dict[str, int] = {
    **{
        name: number
        for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
    },
    **{
        plain(name): number
        for number, names in enumerate(
            (
                ("الاثنين", "الإثنين"),
                ("الثلاثاء",),
                ("الأربعاء",),
                ("الخميس",),
                ("الجمعة",),
                ("السبت",),
                ("الأحد",),
            )
        )
        for name in names
    },
}
_MONTH = rf"(?<![^\W\d_])(?P<month>{any_of(MONTHS)})(?![^\W\d_])\.?"
_SECOND_NAME = rf"(?:\s*[/(-]?\s*{any_of(MONTHS)}(?![^\W\d_])\)?)?"
_DAY = r"\d{1,2}(?:\s?(?:st|nd|rd|th))?(?![\w:%])|\d{1,2}(?=و\d)"
_YEAR = r"(?:\s*[,./-]?\s*(?P<year>(?:19|20)\d{2}|\d{2})(?![\d:%]|\.\d))?"
_BETWEEN = r"\s*(?:-|,|and|&|to|until|و|الي|حتي|,\s*and)?\s*"
_DAY_MONTH = re.compile(
    rf"(?<![\d:./])(?P<days>(?:\d{{1,2}}(?:\s?(?:st|nd|rd|th))?{_BETWEEN}){{0,6}}\d{{1,2}}(?:\s?(?:st|nd|rd|th))?)"
    rf"\s*[,./-]?\s*(?:of\s+|من\s+|شهر\s+)?{_MONTH}{_SECOND_NAME}{_YEAR}",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{_MONTH}\s*(?P<days>\d{{1,2}}(?:st|nd|rd|th)?(?:{_BETWEEN}\d{{1,2}}(?:st|nd|rd|th)?(?!\d))*)(?![\d:%])"
    r"(?:\s*[,.]?\s*(?P<year>(?:19|20)\d{2})(?!\d))?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"(?<![\d./:-])(?:(?P<from>\d{1,2})\s*-\s*)?(?P<day>\d{1,2})\s*(?P<sep>[/.-])\s*(?P<mon>\d{1,2})\s*(?P=sep)\s*"
    r"(?P<year>(?:19|20)\d{2}|\d{2})(?![\d./:]\d|\d)"
)
_ISO = re.compile(r"(?<![\d./:-])(?P<year>(?:19|20)\d{2})([-/])(?P<mon>\d{1,2})\2(?P<day>\d{1,2})(?!\d)")
_DAY_DOT = re.compile(
    r"(?<![\d./:-])(?P<day>\d{1,2})(?:st|nd|rd|th),\s*(?P<mon>\d{1,2})\.(?P<year>(?:19|20)\d{2})(?!\d)", re.I
)
_SHORT = re.compile(r"(?:\bon|\bdated|بتاريخ|يوم|في)\s+(?P<day>\d{1,2})\s*/\s*(?P<mon>\d{1,2})(?![\d/])", re.IGNORECASE)
_WEEKDAY = rf"(?<![^\W\d_])(?P<weekday>{any_of(WEEKDAYS)})(?![^\W\d_])"
_WEEKDAY_BEFORE = re.compile(
    rf"{_WEEKDAY}\s*(?:,|\(|-|the|الموافق|المصادف|corresponding to|at)?\s*(?:the\s+)?$", re.IGNORECASE
)
_WEEKDAY_AFTER = re.compile(rf"^\s*(?:,|\(|-)?\s*(?:يوم\s+)?{_WEEKDAY}", re.IGNORECASE)
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
}
_LENGTH = re.compile(
    rf"\b(?P<n>\d{{1,2}}|{any_of(_NUMBER_WORDS)})[\s-]days?\b(?!\s+(?:after|before|later|ago|per))", re.IGNORECASE
)
_HELD = re.compile(
    r"\b(?:held|took place|conducted|organi[sz]ed|implemented|carried out|convened|hosted)\b"
    r"|اقيم|عقد|نظم|انعقد|نفذ",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:will|planned|upcoming|next|previous|previously|last|earlier|election|born|signed|since|established|founded"
    r"|started|until|deadline|submitted|first|before|evening|prior|launched)\b"
    r"|سيعقد|ستعقد|القادم|السابق|منذ|تاسس",
    re.IGNORECASE,
)
_EVENT_WORD = re.compile(
    r"\b(?:session|workshop|training|course|meeting|forum|conference|seminar|event|activity|dialogue|round\s?table|webinar)\b"
    r"|جلسه|ورشه|دوره|لقاء|ندوه|مؤتمر|نشاط|فعاليه|اجتماع",
    re.IGNORECASE,
)
_BOUND_SECTIONS = {None, "introduction", "summary", "conclusion", "details", "participants", "discussion", "results"}


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date or a range of days as found: offsets of the plain form, first and last day, None without a year."""

    start: int
    end: int
    day: int
    last_day: int
    month: int
    year: int | None
    is_ambiguous: bool = False
    """Day and month could be the other way round."""
    month_first: bool = False

    @property
    def first(self) -> date | None:
        return _date(self.year, self.month, self.day)

    @property
    def last(self) -> date | None:
        return _date(self.year, self.month, self.last_day)


def find_dates(text: str) -> list[DateSpan]:
    """The dates of a plain text, in order, none inside another."""
    found: list[DateSpan] = []
    for pattern in (_ISO, _NUMERIC, _DAY_DOT, _DAY_MONTH, _MONTH_DAY, _SHORT):
        for match in pattern.finditer(text):
            span = _span(match)
            if span and all(span.end <= other.start or span.start >= other.end for other in found):
                found.append(span)
    return sorted(found, key=lambda span: span.start)


def claims_of(document: Document) -> Iterator[Claim]:
    """Dates (``about``: event, report or none), their weekdays, and lengths in days."""
    about_by_line = {label.index: label for label in document.labels if label.role in ("date", "report-date")}
    for index, line in enumerate(document.lines):
        spans = find_dates(line.plain)
        label = about_by_line.get(index)
        for span in spans:
            labelled = label is not None and label.start <= span.start < label.end
            if labelled and label is not None:
                about = "event" if label.role == "date" else "report"
            else:
                about = "event" if index == document.title or _is_of_event(document, index, line, span) else ""
            yield Claim(
                kind="date",
                value=_value(span),
                place=line.place(span.start, span.end),
                section=document.role(index),
                labelled=labelled,
                more={
                    "about": about,
                    "in_title": index == document.title,
                    "month_day": (span.month, span.day, span.last_day),
                    "weekday": _weekday(line.plain, span),
                    "ambiguous": span.is_ambiguous,
                    "month_first": span.month_first,
                },
            )
        yield from _lengths(document, index, line, spans)


def event_date(document: Document) -> DateSpan | None:
    """The event's date as its label says, else as the title does, else as the prose does first."""
    for label, line in document.labelled("date"):
        for span in find_dates(line.plain):
            if label.start <= span.start < label.end:
                return span
    lines = [document.lines[document.title]] if document.title is not None else []
    for line in lines:
        for span in find_dates(line.plain):
            return span
    return next(_dates_of_prose(document), None)


def _dates_of_prose(document: Document) -> Iterator[DateSpan]:
    for index, line in enumerate(document.lines):
        for span in find_dates(line.plain):
            if _is_of_event(document, index, line, span):
                yield span


def _lengths(document: Document, index: int, line: Line, spans: list[DateSpan]) -> Iterator[Claim]:
    for match in _LENGTH.finditer(line.plain):
        after = line.plain[match.end() :].lstrip()
        if not _EVENT_WORD.match(after) and not _EVENT_WORD.search(" ".join(after.split()[:4])):
            continue
        start, end = next(((a, b) for a, b in sentences(line) if a <= match.start() < b), (0, len(line.plain)))
        near = [span for span in spans if start <= span.start < end and span.first and span.last]
        number = match.group("n").casefold()
        yield Claim(
            kind="length-in-days",
            value=_NUMBER_WORDS.get(number) or int(number),
            place=line.place(match.start(), match.end()),
            section=document.role(index),
            more={"range": _value(near[0]) if len(near) == 1 else None},
        )


def _is_of_event(document: Document, index: int, line: Line, span: DateSpan) -> bool:
    """Whether a date in prose is the day on which this event was held."""
    if document.role(index) not in _BOUND_SECTIONS or line.is_item:
        return False
    start, end = next(((a, b) for a, b in sentences(line) if a <= span.start < b), (0, len(line.plain)))
    sentence = line.plain[start:end]
    if _OTHER.search(sentence) or len(find_dates(sentence)) > 1:
        return False
    return bool(_HELD.search(sentence) and _EVENT_WORD.search(sentence))


def _weekday(text: str, span: DateSpan) -> int | None:
    before = _WEEKDAY_BEFORE.search(text[: span.start])
    after = _WEEKDAY_AFTER.match(text[span.end :])
    match = before or after
    return WEEKDAYS[" ".join(match.group("weekday").casefold().split())] if match else None


def _value(span: DateSpan) -> tuple[str, str] | None:
    return (span.first.isoformat(), span.last.isoformat()) if span.first and span.last else None


def _span(match: re.Match[str]) -> DateSpan | None:
    groups = match.groupdict()
    year = _year(groups.get("year"))
    if groups.get("month") is not None:
        word = match.group("month")
        # "may" and "march" in small letters are verbs more often than months.
        if word.casefold() in ("may", "march", "mar") and word.islower():
            return None
        days = [int(day) for day in re.findall(r"\d+", match.group("days"))]
        month = MONTHS[" ".join(word.casefold().split())]
        return _checked(match, days[0], days[-1], month, year)
    day, month = int(match.group("day")), int(match.group("mon"))
    is_iso = match.re is _ISO
    swapped = not is_iso and month > 12 >= day
    if swapped:
        day, month = month, day
    first = int(groups["from"]) if groups.get("from") else day
    ambiguous = match.re is _NUMERIC and day <= 12 and month <= 12 and day != month and first == day
    return _checked(match, first, day, month, year, ambiguous, swapped)


def _checked(
    match: re.Match[str],
    day: int,
    last: int,
    month: int,
    year: int | None,
    ambiguous: bool = False,
    swapped: bool = False,
) -> DateSpan | None:
    if not 1 <= month <= 12 or last < day:
        return None
    if _date(year or 2024, month, day) is None or _date(year or 2024, month, last) is None:
        return None
    return DateSpan(match.start(), match.end(), day, last, month, year, ambiguous, swapped)


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None
