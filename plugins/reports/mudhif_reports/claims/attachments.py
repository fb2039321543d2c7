"""What a text says is attached, whether anything of it can be found, and coverage by media."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document, Line
from ..hookspecs import Claim
from .dates import find_dates

_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|org|net|iq|int)\b", re.IGNORECASE)
_FILE = re.compile(r"\b[\w-]+\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|zip|mp4)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\(\s*\d{1,3}\s*(?:photos?|files?|pages?|صور|صفحات)?\s*\)|\b(?:annex|appendix|attachment)\s+(?:no\.?\s*)?\w\b|ملحق\s+\d",
    re.I,
)
_ON_REQUEST = re.compile(r"\b(?:on|upon) request\b|\bavailable (?:at|with)\b|عند الطلب", re.IGNORECASE)
_NONE = re.compile(r"^\W*(?:none|n/a|no attachments?|not applicable|لا يوجد|لا توجد)\W*$", re.IGNORECASE)
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "coverage",
        re.compile(r"\b(?:media coverage|press coverage|coverage|news (?:item|report)|tv report)\b|تغطيه|خبر", re.I),
    ),
    ("photo", re.compile(r"\b(?:photos?|photographs?|pictures?|images?)\b|صور|صوره", re.IGNORECASE)),
    (
        "poster",
        re.compile(r"\b(?:posters?|banners?|roll-?ups?|flyers?|leaflets?)\b|ملصق|بوستر|لافته|لافتات", re.IGNORECASE),
    ),
    (
        "signed-list",
        re.compile(
            r"\b(?:attendance|signed|presence|participants?)\s+(?:list|sheet|register)s?\b"
            r"|\blist of participants\b|قائمه (?:ال)?حضور|قائمه المشاركين",
            re.I,
        ),
    ),
    ("presentation", re.compile(r"\b(?:presentations?|slides?|powerpoint)\b|عرض تقديمي|شرائح", re.IGNORECASE)),
)
_OUTLET = re.compile(
    r"(?:[Cc]overage|[Rr]eport|[Nn]ews)\s+(?:from|by|of|on|in)\s+(?:the\s+)?(?P<outlet>[A-Z][\w'&-]*(?:\s+[A-Z][\w'&-]*)*)"
    r"|(?:covered|broadcast|aired|published|reported)\s+(?:by|on|in)\s+(?:the\s+)?(?P<outlet2>[A-Z][\w'&-]*(?:\s+[A-Z][\w'&-]*)*)"
    r"|(?:تغطيه\S*\s+(?:اعلاميه\s+)?(?:من|في|علي)\s+)(?P<outlet3>قناه\s+\S+|اذاعه\s+\S+|صحيفه\s+\S+)"
)
_OUTLET_WORD = re.compile(
    r"\b(?:channel|tv|television|radio|newspaper|agency|news|press|website|page)\b|قناه|اذاعه|صحيفه|وكاله", re.I
)


def claims_of(document: Document) -> Iterator[Claim]:
    """``attachment`` (its kind, and whether the text gives it), ``coverage``, and ``embedded`` pictures."""
    for index, line in document.body("attachments"):
        text = line.plain[line.body_start :]
        if _NONE.match(text) or text.rstrip().endswith(":"):
            continue
        place = line.place(line.body_start)
        yield Claim(
            kind="attachment",
            value=place.text.rstrip("."),
            place=place,
            section=document.role(index),
            more={"what": kind_of(text), "given": is_given(text, document.pictures)},
        )
    for index, line in enumerate(document.lines):
        if document.role(index) in ("recommendations", "next-steps", "objectives"):
            continue
        yield from _coverage(document, index, line)


def kind_of(text: str) -> str:
    """The kind of an attachment by its words."""
    return next((name for name, pattern in KINDS if pattern.search(text)), "other")


def is_given(text: str, pictures: int) -> bool:
    """Whether a link, a file's name, a number or a picture in the document stands for what is claimed."""
    if _LINK.search(text) or _FILE.search(text) or _NUMBER.search(text) or _ON_REQUEST.search(text):
        return True
    return kind_of(text) in ("photo", "poster") and pictures > 0


def _coverage(document: Document, index: int, line: Line) -> Iterator[Claim]:
    for match in _OUTLET.finditer(line.plain):
        name = next(group for group in ("outlet", "outlet2", "outlet3") if match.group(group))
        in_place = document.role(index) in ("attachments", "coverage") or _OUTLET_WORD.search(match.group(name))
        if not in_place:
            continue
        yield Claim(
            kind="coverage",
            value=line.place(match.start(name), match.end(name)).text.rstrip(".,"),
            place=line.place(line.body_start if document.role(index) == "attachments" else match.start()),
            section=document.role(index),
            more={
                "has_date": bool(find_dates(line.plain)),
                "has_link": bool(_LINK.search(line.plain)),
                "has_headline": '"' in line.plain,
            },
        )
