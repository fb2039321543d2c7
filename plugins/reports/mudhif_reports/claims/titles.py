"""Titles of the project and of the event: labelled, quoted after the word *project*, or found again in running text.

A quotation alone is no project title: topics stand in quotes, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document, Line, sentences
from ..folding import is_arabic, key, words
from ..hookspecs import Claim, Place

_EN_QUOTED = re.compile(
    r"(?P<bind>(?:part of|within|under|framework of|frame of|by|of|through|from|for)\s+)?(?:the|our|its|this|a)?\s*"
    r"\b(?:project|programme)\b\s*(?:titled|entitled|called|named|of|:|,|-)?\s*\"\s*(?P<title>[^\"]{8,300}?)[\s.,;]*\"",
    re.IGNORECASE,
)
_EN_QUOTED_BEFORE = re.compile(r"\"\s*(?P<title>[^\"]{8,300}?)[\s.,;]*\"\s+(?:project|programme)\b", re.IGNORECASE)
_AR_QUOTED = re.compile(
    r"(?P<bind>(?:ضمن|في اطار|من خلال)\s+(?:انشطه\s+|فعاليات\s+)?)?(?:ال)?مشروع(?:ها)?\s*(?:المعنون|بعنوان"
    r"|الموسوم)?\s*[:\-]?\s*"
    r"[\"(]\s*(?P<title>[^\"()]{8,300}?)[\s.,;]*[\")]"
)
_SMALL = frozenset(
    ("of", "for", "and", "the", "in", "on", "to", "through", "with", "a", "an", "by", "at", "from", "&", "as")
)
_END_WORDS = frozenset(("project", "programme", "program"))
_PREFIX = re.compile(
    r"^\s*(?:(?:final|narrative|activity|event|session|training|workshop)\s+)*report\s*(?:on|of|about|:|-|\|)\s*", re.I
)
_AR_PREFIX = re.compile(r"^\s*تقرير\s*(?:عن|حول)?\s*(?:نشاط)?\s*[:\-]?\s*")
_WORD = re.compile(r"[^\s\"()\[\],;:.]+")


def claims_of(document: Document) -> Iterator[Claim]:
    """``project-title`` (``bound``: it says that the event belongs to it) and ``event-title``."""
    sure = list(_labelled(document))
    seen = {(claim.place.line, claim.place.field, claim.place.start) for claim in sure}
    for index, line in enumerate(document.lines):
        for match, bound in _quoted(line):
            place = line.place(match.start("title"), match.end("title"))
            if (place.line, place.field, place.start) not in seen:
                sure.append(_project(place, document.role(index), bound=bound))
    yield from sure
    yield from _again(document, sure)
    yield from _event_titles(document)


def _labelled(document: Document) -> Iterator[Claim]:
    for label, line in document.labelled("project"):
        place = line.place(label.start, label.end)
        text = place.text.strip().strip('."“”«» ')
        if len(words(text)) < 2:
            continue
        start = place.start + place.text.index(text)
        yield _project(Place(text=text, line=place.line, start=start, field=place.field), "project", labelled=True)


def _project(place: Place, section: str | None, *, bound: bool = True, labelled: bool = False) -> Claim:
    return Claim(
        kind="project-title",
        value=place.text,
        place=place,
        section=section,
        labelled=labelled,
        more={"key": key(place.text), "language": "ar" if is_arabic(place.text) else "en", "bound": bound or labelled},
    )


def _quoted(line: Line) -> Iterator[tuple[re.Match[str], bool]]:
    """Quoted project titles, each with whether the sentence says that the event belongs to the project."""
    if '"' not in line.plain and "(" not in line.plain:
        return
    for match in _EN_QUOTED.finditer(line.plain):
        yield match, match.group("bind") is not None
    for match in _EN_QUOTED_BEFORE.finditer(line.plain):
        yield match, False
    for match in _AR_QUOTED.finditer(line.plain):
        yield match, match.group("bind") is not None


def _again(document: Document, sure: list[Claim]) -> Iterator[Claim]:
    """Other spellings of a title that is already known, as runs of capitalised words that begin as it begins."""
    openings = {tuple(words(claim.value)[:2]) for claim in sure if claim.more["language"] == "en"}
    shortest = min((len(words(claim.value)) for claim in sure), default=0)
    taken = [
        (claim.place.line, claim.place.field, claim.place.start, claim.place.start + len(claim.place.text))
        for claim in sure
    ]
    for index, line in enumerate(document.lines):
        for start, end in _runs(line, openings):
            place = line.place(start, end)
            inside = any(
                (line_, field) == (place.line, place.field) and a <= place.start < b for line_, field, a, b in taken
            )
            # A short form ("Empowering Communities") names the project without spelling it.
            if not inside and len(words(place.text)) * 3 >= shortest * 2:
                yield _project(place, document.role(index), bound=False)


def _runs(line: Line, openings: set[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    tokens = list(_WORD.finditer(line.plain))
    folded = [token.group().casefold() for token in tokens]
    for position in range(len(tokens) - 1):
        if (folded[position], folded[position + 1]) not in openings:
            continue
        end = position
        for index in range(position, len(tokens)):
            word = folded[index]
            gap = line.plain[tokens[index - 1].end() : tokens[index].start()] if index > position else " "
            if gap.strip() or word in _END_WORDS or (word not in _SMALL and not tokens[index].group()[0].isupper()):
                break
            if word not in _SMALL:
                end = index
        yield tokens[position].start(), tokens[end].end()


def _event_titles(document: Document) -> Iterator[Claim]:
    if document.title is not None:
        line = document.lines[document.title]
        match = _PREFIX.match(line.plain) or _AR_PREFIX.match(line.plain)
        start = match.end() if match else 0
        place = line.place(start, len(line.plain))
        if place.text:
            yield Claim(kind="event-title", value=place.text, place=place, section=None, more={"in_title": True})
    for label, line in document.labelled("title"):
        place = line.place(label.start, label.end)
        if place.text:
            yield Claim(kind="event-title", value=place.text.rstrip("."), place=place, section="details", labelled=True)


def sentence_of(line: Line, position: int) -> str:
    """The sentence in which a position of the plain form stands."""
    start, end = next(((a, b) for a, b in sentences(line) if a <= position < b), (0, len(line.plain)))
    return line.plain[start:end]
