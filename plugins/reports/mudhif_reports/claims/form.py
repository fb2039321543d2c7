"""The form of a text: digits, scripts, links, paragraphs, references to annexes, lengths in hours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document
from ..folding import is_arabic, key
from ..hookspecs import Claim
from .times import find_ranges

_ARABIC_DIGITS = re.compile(r"[\u0660-\u0669\u06f0-\u06f9]+")
_LATIN_DIGITS = re.compile(r"(?<![\w/.])[0-9]+(?![\w/.])")
_DEAD_LINK = re.compile(r"\bhttps?(?://(?!\S*\.)|(?=//)|:/(?!/)|//)\S*|\bwww\.\w+(?![\w.-])", re.IGNORECASE)
_ANNEX = re.compile(
    r"\b(?:annex|appendix|attachment)\s+(?:no\.?\s*)?(?P<n>\d{1,2})\b|(?:ملحق|المرفق)\s+(?:رقم\s+)?(?P<m>\d{1,2})", re.I
)
_HOURS = re.compile(r"\b(?P<n>\d{1,2})\s+(?:training\s+|working\s+)?hours?\s*(?P<after>[^.]{0,40})", re.IGNORECASE)
_DAILY = re.compile(r"\b(?:each|per|every|a|over|daily|days?)\b", re.IGNORECASE)
_LONG_WORDS, _SECTION_WORDS = 12, 25


def claims_of(document: Document) -> Iterator[Claim]:
    """``digits``, ``dead-link``, ``paragraph`` (said again), ``annex``, ``hours`` and ``foreign-section``."""
    yield from _digits(document)
    yield from _paragraphs(document)
    for index, line in enumerate(document.lines):
        for match in _DEAD_LINK.finditer(line.plain):
            place = line.place(match.start(), match.end())
            yield Claim(kind="dead-link", value=place.text, place=place, section=document.role(index))
        for match in _ANNEX.finditer(line.plain):
            number = int(match.group("n") or match.group("m"))
            place = line.place(match.start(), match.end())
            more = {"listed": document.role(index) == "attachments"}
            yield Claim(kind="annex", value=number, place=place, section=document.role(index), more=more)
        for match in _HOURS.finditer(line.plain):
            ranges = list(find_ranges(match.group("after")))
            if len(ranges) == 1 and ranges[0].to is not None and not _DAILY.search(match.group("after")):
                place = line.place(match.start(), match.start("after") + ranges[0].end)
                length = {"minutes": ranges[0].to - ranges[0].begins}
                yield Claim(
                    kind="hours", value=int(match.group("n")), place=place, section=document.role(index), more=length
                )
    yield from _foreign_sections(document)


def _digits(document: Document) -> Iterator[Claim]:
    """The first number in each kind of digits."""
    for name, pattern in (("arabic", _ARABIC_DIGITS), ("latin", _LATIN_DIGITS)):
        for index, line in enumerate(document.lines):
            # A Latin line in an Arabic text has its own digits, and so has the number of an item.
            if not is_arabic(line.plain) or (name == "latin" and line.is_item):
                continue
            match = pattern.search(line.text)
            if match:
                start = next((i for i, offset in enumerate(line.offsets) if offset >= match.start()), 0)
                end = start + len(match.group())
                yield Claim(kind="digits", value=name, place=line.place(start, end), section=document.role(index))
                break


def _paragraphs(document: Document) -> Iterator[Claim]:
    first: dict[str, Claim] = {}
    for index, line in enumerate(document.lines):
        folded = key(line.plain)
        if len(folded.split()) < _LONG_WORDS:
            continue
        claim = Claim(kind="paragraph", value=folded, place=line.place(), section=document.role(index))
        if folded in first:
            yield from (first[folded], claim)
        else:
            first[folded] = claim


def _foreign_sections(document: Document) -> Iterator[Claim]:
    for part in document.parts:
        body = " ".join(line.plain for line in document.lines[part.first : part.end])
        if part.role and len(body.split()) >= _SECTION_WORDS and is_arabic(body) != (document.language == "ar"):
            yield Claim(kind="foreign-section", value=part.role, place=part.heading, section=part.role)
