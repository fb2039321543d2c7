"""The event's own hours, and the rows of its agenda with every range of times that stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document, Line
from ..hookspecs import Claim
from .times import TimeSpan, find_ranges, time_at
from .titles import sentence_of

_DAY_HEADING = re.compile(
    r"^\W*(?:day\s+(?:\d+|one|two|three|four|five|six|seven)|(?:first|second|third|fourth|fifth)\s+day|اليوم\s+ال\w+)\b",
    re.I,
)
_TRIM = " \t-:|,;.()•*"
_HELD = re.compile(
    r"\b(?:held|took place|organi[sz]ed|conducted|lasted|began|from)\b|اقيم|عقد|نظم|انعقد|من الساعه", re.IGNORECASE
)
_SECTIONS = {None, "introduction", "summary", "conclusion"}


def claims_of(document: Document) -> Iterator[Claim]:
    """``event-time`` and ``agenda-row``, both with ``(start, end)`` in minutes after midnight."""
    labels = {label.index: label for label in document.labels if label.role == "time"}
    item, day, last, any_day = 0, 1, -1, False
    for index, line in enumerate(document.lines):
        label = labels.get(index)
        if label is not None:
            for span in find_ranges(line.plain):
                if label.start <= span.start < label.end:
                    yield _event_time(document, index, line, span, labelled=True)
                    break
            continue
        in_agenda = document.role(index) == "agenda"
        if in_agenda and _DAY_HEADING.match(line.plain[line.body_start :]) and len(line.plain.split()) <= 8:
            day, last = (day + 1 if any_day else 1), -1
            any_day = True
            continue
        spans = list(find_ranges(line.plain))
        row = _row_span(line, spans, in_agenda=in_agenda)
        if row is None:
            if spans and document.role(index) in _SECTIONS and _HELD.search(sentence_of(line, spans[0].start)):
                yield _event_time(document, index, line, spans[0])
            continue
        claim = _row(document, index, line, row, spans, item=item, day=day, last=last)
        yield claim
        item, last = item + 1, claim.value[0]


def _event_time(document: Document, index: int, line: Line, span: TimeSpan, *, labelled: bool = False) -> Claim:
    return Claim(
        kind="event-time",
        value=(span.begins, span.to),
        place=line.place(span.start, span.end),
        section=document.role(index),
        labelled=labelled,
    )


def _row_span(line: Line, spans: list[TimeSpan], *, in_agenda: bool) -> TimeSpan | None:
    """The range that makes a line a row: the one it begins with; in the agenda also a start alone, or "
    "one at its end."""
    begin = line.body_start
    begin += len(line.plain[begin:]) - len(line.plain[begin:].lstrip(_TRIM))
    if spans and spans[0].start == begin:
        return spans[0]
    if not in_agenda:
        return None
    point = time_at(line.plain, begin)
    if point is not None and (point.has_meridiem or ":" in line.plain[point.start : point.end]):
        return point
    ends_with_it = spans and not line.plain[spans[-1].end :].strip(_TRIM)
    return spans[0] if ends_with_it else None


def _row(
    document: Document, index: int, line: Line, row: TimeSpan, spans: list[TimeSpan], *, item: int, day: int, last: int
) -> Claim:
    shift = 720 if not row.has_meridiem and last >= 0 and row.begins < last and row.begins < 480 else 0
    start = row.begins + shift
    end = None if row.to is None else row.to + (shift if row.to + shift > start else 0)
    others = [span for span in spans if span is not row]
    # A range inside the row's own ("break 10:30-10:45" in a session until 11) is a part of it, not a second time.
    second = [
        span for span in others if end is None or span.to is None or not (start <= span.begins and span.to <= end)
    ]
    title = line.plain[line.body_start :]
    for span in spans if row in spans else [row, *spans]:
        title = title.replace(line.plain[span.start : span.end], " ", 1)
    place = line.place(line.body_start)
    return Claim(
        kind="agenda-row",
        value=(start, end),
        place=type(place)(text=place.text, line=place.line, start=place.start, field=place.field, item=item),
        section=document.role(index),
        more={
            "title": " ".join(title.strip(_TRIM).split()),
            "second": tuple((span.begins, span.to) for span in second),
            "second_words": tuple(line.place(span.start, span.end).text for span in second),
            "words": line.place(row.start, row.end).text,
            "day": day,
        },
    )
