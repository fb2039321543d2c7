"""Pasted text to agenda items, and findings that name the line they came from. Pure; nothing is ever taken for 00:00.

Every line is accounted for: it is blank, a heading, an item, a title or a detail of one, or it is reported as unparsed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from .days import day_heading
from .findings import Finding, Place, item_findings
from .kinds import kind_of, usual_hours
from .lines import Line, Piece, columns_of, is_declared_time, opens_an_item, pieces, read_lines, speakers_in
from .readings import Reading, Slot, read_day
from .times import MINUTES_OF_DAY, folded

LONGEST_OPEN = 4 * 60  # a start after a longer pause does not tell when the item before it ended

_HEADING = re.compile(
    r"^[\s*#•|_=\d.)-]*(?:(?:the|draft|provisional|proposed|tentative|final|detailed|event|workshop|session|meeting|training)\s+)*"
    r"(?:agenda|programme|program|schedule|timetable|run(?:ning)?\s+order|ordre du jour|d[ée]roulement|emploi du temps"
    r"|(?:جدول|برنامج)\s+(?:ال)?(?:[أا]عمال|جلسة|فعالية|ورشة|نشاط|يوم|عمل|لقاء)"
    r"|جدول الأعمال|البرنامج|[أا]جندة|الأجندة|المنهاج)"
    r"(?:\s+(?:of|for|du|de|de la|لـ?)\s+.{1,60}|\s+(?:ال|ل)\S+(?:\s+\S+){0,4})?[\s:*_.=-]*$",
    re.I,
)

_PART_OF_DAY = re.compile(
    r"^[^\w]*(?:(?:morning|afternoon|evening)(?:\s+sessions?)?|matin(?:[ée]e)?|apr[èe]s-midi|soir[ée]e?"
    r"|(?:الفترة|الجلسة)\s+(?:الصباحية|المسائية))[^\w]*$",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The event's own times: minutes from the midnight before its first day."""

    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedItem:
    """One item. Times are minutes of its day; `end` may pass midnight; what the text does not say is None."""

    day: int = 1
    start: int | None = None
    end: int | None = None
    seconds: int | None = None
    title: str = ""
    kind: str = "session"
    speakers: tuple[str, ...] = ()
    detail: str = ""
    line: int = 0
    other: tuple[int, int] | None = None  # a second range that its line gave
    end_is_given: bool = False

    def as_dict(self) -> dict[str, object]:
        """The item as the contract has it."""
        return {
            "day": self.day, "start": clock_text(self.start), "end": clock_text(self.end), "duration": self.seconds,
            "title": self.title, "kind": self.kind, "speakers": list(self.speakers), "line": self.line,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What a text became. `roles` says of each of its lines what it was taken for."""

    items: tuple[ParsedItem, ...] = ()
    findings: tuple[Finding, ...] = ()
    roles: dict[int, str] = field(default_factory=dict)
    bounds: Bounds = Bounds()


def clock_text(minutes: int | None) -> str | None:
    """`HH:MM` of a number of minutes, or None.

    >>> clock_text(9 * 60 + 5), clock_text(None)
    ('09:05', None)
    """
    return None if minutes is None else f"{minutes % MINUTES_OF_DAY // 60:02}:{minutes % 60:02}"


def parse_agenda(text: str, *, bounds: Bounds | None = None) -> Agenda:
    """Read an agenda from a text: a list alone, or a whole report that has one under a heading.

    Args:
        text: as pasted, with any line ends.
        bounds: the event's start and end; where not given, a line such as `Time: 09:00 to 13:00` gives them.
    """
    all_lines = split_lines(text)
    section = agenda_section(text)
    lines = read_lines(section)
    known = bounds or _declared(read_lines(enumerate(all_lines, 1)))
    agenda = _Builder(lines, known).agenda()
    outside = dict.fromkeys(range(1, len(all_lines) + 1), "outside")
    return replace(agenda, roles=outside | agenda.roles)


def split_lines(text: str) -> list[str]:
    """The lines of a text as an editor numbers them."""
    return re.split(r"\r\n|\r|\n", text)


def agenda_section(text: str) -> list[tuple[int, str]]:
    """The numbered lines of a report's agenda, without its heading; of a text that is an agenda, all lines."""
    numbered = list(enumerate(split_lines(text), 1))
    lines = read_lines(numbered)
    headings = [
        i for i, line in enumerate(lines) if _HEADING.match(line.text) and not line.found and len(line.text) < 100
    ]
    for i in headings:
        if sum(not line.is_blank for line in lines[:i]) < 3:
            continue
        behind = lines[i + 1 :]
        end = _section_end(behind)
        if any(line.found for line in behind[:end]):
            return numbered[i + 1 : i + 1 + end]
    return numbered


def _section_end(lines: Sequence[Line]) -> int:
    """How many lines belong to a section: up to a plain line that no time follows at once."""
    seen_time, waits_for_title = False, False
    for i, line in enumerate(lines):
        if opens_an_item(line) and pieces(line):
            seen_time = True
            waits_for_title = not any(piece.title for piece in pieces(line))
        elif seen_time and not line.is_blank and not waits_for_title:
            after = next((later for later in lines[i + 1 :] if not later.is_blank), None)
            apart = i > 0 and lines[i - 1].is_blank
            detail = (line.is_bulleted and not apart) or speakers_in(line.bare_text) or day_heading(folded(line.text))
            if not detail and not (after and opens_an_item(after)):
                return i
        elif not line.is_blank:
            waits_for_title = False
    return len(lines)


def _declared(lines: Sequence[Line]) -> Bounds:
    for line in lines:
        if is_declared_time(line):
            span = line.found[0]
            read = read_day([Slot(start=span.start, end=span.end)])[0]
            if read.end is not None and read.end > read.start:
                return Bounds(start=read.start, end=read.end)
    return Bounds()


@dataclass(slots=True)
class _Draft:
    """An item while its lines are still being read."""

    piece: Piece
    line: Line
    block: int  # items between two day headings are read together
    details: list[str]
    speakers: list[str]
    title: str
    other: Piece | None = None


class _Builder:
    """Goes through the lines once and keeps what each became."""

    def __init__(self, lines: Sequence[Line], bounds: Bounds) -> None:
        self.lines, self.bounds = lines, bounds
        self.drafts: list[_Draft] = []
        self.days: list[int | None] = [1]  # the day of each block; None where the heading does not say
        self.first_date: date | None = None
        self.roles: dict[int, str] = {}
        self.unparsed: list[Line] = []
        self.columns: list[str] | None = None

    def agenda(self) -> Agenda:
        for line in self.lines:
            self.roles[line.number] = self._take(line)
        items, findings = self._read_times()
        findings += [Finding("unparsed-line", (Place(line.number, line.text.strip()),)) for line in self.unparsed]
        findings.sort(key=lambda finding: finding.where[0].line or 0)
        return Agenda(items=tuple(items), findings=tuple(findings), roles=self.roles, bounds=self.bounds)

    def _take(self, line: Line) -> str:
        if line.is_blank:
            return "blank"
        if is_declared_time(line) or (_HEADING.match(line.text) and not line.found):
            return "heading"
        if _PART_OF_DAY.match(line.plain):
            return "heading"
        if (columns := columns_of(line)) is not None:
            self.columns = columns or self.columns
            return "heading"
        heading = day_heading(folded(line.text))
        if heading:
            self._new_day(heading.number, heading.date)
            if not line.found:
                return "heading"
            line = replace(
                line, text=" " * heading.to + line.text[heading.to :], plain=" " * heading.to + line.plain[heading.to :]
            )
        found = pieces(line, self.columns)
        for piece in found:
            if piece.day is not None and piece.day != self.days[-1]:
                self._new_day(piece.day, None)
            self._add(piece, line)
        return "item" if found else self._beside(line)

    def _new_day(self, number: int | None, on: date | None) -> None:
        if number is None and on and self.first_date is None and len(self.days) == 1:
            number = 1
        if on and self.first_date is None:
            self.first_date = on
        elif on and self.first_date and number is None and 0 <= (on - self.first_date).days < 60:
            number = (on - self.first_date).days + 1
        if number is None and not self.drafts:
            number = 1
        # "Day 2" and its date on the line below are one heading.
        if not self.drafts or self.drafts[-1].block != len(self.days) - 1:
            self.days[-1] = number if number is not None else self.days[-1]
            return
        self.days.append(number)

    def _add(self, piece: Piece, line: Line) -> None:
        before = self.drafts[-1] if self.drafts else None
        again = before and before.line.number == line.number and piece.span and piece.span.end
        if again and before and not piece.title and before.title and before.other is None and before.piece.span:
            before.other = piece
            return
        self.drafts.append(
            _Draft(
                piece,
                line,
                len(self.days) - 1,
                [piece.detail] if piece.detail else [],
                list(piece.speakers),
                piece.title,
            )
        )

    def _beside(self, line: Line) -> str:
        """A line without a time: the title, the speakers or a detail of the item above it, or nothing."""
        text, above = line.bare_text, self.drafts[-1] if self.drafts else None
        if above is None:
            self.unparsed.append(line)
            return "unparsed"
        if names := speakers_in(text):
            above.speakers.extend(names)
            return "detail"
        topic = re.match(r"^(?:topic|title|session|الموضوع|العنوان|sujet|thème)\s*:\s*(.+)$", text, re.I)
        if not above.title:
            above.title = topic[1] if topic else text
            return "title"
        if line.is_bulleted or topic:
            above.details.append(text)
            return "detail"
        self.unparsed.append(line)
        return "unparsed"

    def _read_times(self) -> tuple[list[ParsedItem], list[Finding]]:
        readings: dict[int, tuple[int, Reading]] = {}
        last_day = 0
        for block, given in enumerate(self.days):
            at = [i for i, draft in enumerate(self.drafts) if draft.block == block and draft.piece.span]
            day = given if given is not None else last_day + 1
            for i, reading in zip(at, read_day([self._slot(self.drafts[i]) for i in at], self._window()), strict=True):
                day += reading.rolled
                readings[i] = (day, reading)
            last_day = max(last_day, day)
        items: list[ParsedItem] = []
        doubtful: list[Finding] = []
        for i, draft in enumerate(self.drafts):
            day = readings[i][0] if i in readings else self.days[draft.block] or (items[-1].day if items else 1)
            items.append(self._item(draft, day, readings[i][1] if i in readings else None))
            if i in readings and readings[i][1].doubtful:
                doubtful.append(_doubt(draft, i, items[-1]))
        items = _ends_from_next(items)
        return items, doubtful + item_findings(
            items, [self._place(d, i) for i, d in enumerate(self.drafts)], self.bounds
        )

    def _slot(self, draft: _Draft) -> Slot:
        span = draft.piece.span
        assert span is not None
        return Slot(start=span.start, end=span.end, usual=usual_hours(draft.title))

    def _window(self) -> tuple[int, int] | None:
        start, end = self.bounds.start, self.bounds.end
        return (start, end) if start is not None and end is not None and end <= MINUTES_OF_DAY else None

    def _item(self, draft: _Draft, day: int, reading: Reading | None) -> ParsedItem:
        title = draft.title
        start, end = (reading.start, reading.end) if reading else (None, None)
        seconds = draft.piece.seconds
        given = end is not None
        if start is not None and end is None and seconds:
            end, given = start + seconds // 60, True
        elif start is not None and end is not None:
            seconds = (end - start) * 60 if end >= start else None
        return ParsedItem(
            day=day,
            start=start,
            end=end,
            seconds=seconds,
            title=title,
            kind=kind_of(title),
            speakers=tuple(draft.speakers),
            detail="\n".join(draft.details),
            line=draft.line.number,
            other=_second_range(draft),
            end_is_given=given,
        )

    def _place(self, draft: _Draft, index: int) -> Place:
        return Place(draft.line.number, draft.line.text.strip(), index)


def _second_range(draft: _Draft) -> tuple[int, int] | None:
    if draft.other is None or draft.other.span is None or draft.piece.span is None:
        return None
    spans = (draft.piece.span, draft.other.span)
    read = read_day([Slot(start=span.start, end=span.end) for span in spans])[1]
    return (read.start, read.end) if read.end is not None else None


def _doubt(draft: _Draft, index: int, item: ParsedItem) -> Finding:
    """The time that was taken, and the one that it may be as well."""
    span = draft.piece.span
    assert span is not None
    place = (Place(draft.line.number, draft.line.text.strip(), index),)
    other = next((m for m in span.start.readings() if m != item.start), None)
    if other is None and span.end:
        other = next((m for m in span.end.readings() if m != item.end), None)
        return Finding("ambiguous-time", place, (clock_text(item.end), clock_text(other)))
    return Finding("ambiguous-time", place, (clock_text(item.start), clock_text(other)))


def _ends_from_next(items: list[ParsedItem]) -> list[ParsedItem]:
    """An item without an end lasts until the next one of its day begins, unless that is too far to say so."""
    done = list(items)
    for i, item in enumerate(items):
        after = items[i + 1] if i + 1 < len(items) else None
        if item.start is None or item.end is not None or after is None or after.start is None or after.day != item.day:
            continue
        if 0 < after.start - item.start <= LONGEST_OPEN:
            done[i] = replace(item, end=after.start, seconds=(after.start - item.start) * 60)
    return done


def settle(agenda: Agenda, choices: dict[int, str]) -> Agenda:
    """The agenda with what somebody chose where a line gave two times.

    Args:
        choices: by the item's index: ``first``, ``second``, or ``both`` as two items.
    """
    items: list[ParsedItem] = []
    for i, item in enumerate(agenda.items):
        choice = choices.get(i)
        if item.other is None or choice is None:
            items.append(item)
            continue
        once = replace(item, other=None)
        second = replace(once, start=item.other[0], end=item.other[1], seconds=(item.other[1] - item.other[0]) * 60)
        items += {"second": [second], "both": [once, second]}.get(choice, [once])
    kept = [f for f in agenda.findings if f.rule in ("unparsed-line", "ambiguous-time")]
    texts = {place.line: place.text for finding in agenda.findings for place in finding.where}
    places = [Place(item.line, texts.get(item.line, item.title), i) for i, item in enumerate(items)]
    found = kept + item_findings(items, places, agenda.bounds)
    found.sort(key=lambda finding: finding.where[0].line or 0)
    return replace(agenda, items=tuple(items), findings=tuple(found))
