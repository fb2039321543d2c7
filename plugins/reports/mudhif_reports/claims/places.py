"""Where the event was: the label's value, and where prose says that it was held."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document
from ..folding import plain, words
from ..hookspecs import Claim, Place
from .dates import MONTHS
from .titles import sentence_of

_BUILDING = re.compile(
    r"\b(?:hall|cent(?:re|er)|hotel|room|university|school|office|building|library|theatre|theater|club|auditorium)\b"
    r"|قاعه|فندق|مركز|جامعه|مدرسه|مكتب|بنايه|مكتبه|نادي|مسرح",
    re.IGNORECASE,
)
_NAME = r"(?P<place>(?:the\s+)?[A-Z][\w'-]+(?:\s+(?:of|and|for|[A-Z][\w'-]+))*(?:\s*\([A-Z]{2,8}\))?)"
_AT = re.compile(
    rf"\b(?:session|workshop|training|course|meeting|forum|conference|seminar|event|activity)\s+at\s+{_NAME}"
)
_HELD_AT = re.compile(
    rf"\b(?:held|took place|organi[sz]ed|conducted|convened|hosted)\s+(?:[^.]{{0,30}}?\s)?(?:at|in)\s+{_NAME}"
)
_AR_AT = re.compile(
    r"(?:اقيمت?|عقدت?|انعقدت?|نظمت?)\s+(?:\S+\s+){0,4}?(?:في|علي)\s+(?P<place>قاعه\s+\S+(?:\s+\S+)?|فندق\s+\S+)"
)

_OTHER_EVENT = re.compile(
    r"\b(?:will|planned|next|previous|last|earlier|since|after|before|first|second|third|fourth|fifth|sixth)\b"
    r"|سيعقد|ستعقد|القادم|السابق|الاولي|الثانيه|الثالثه|الرابعه",
    re.IGNORECASE,
)


def claims_of(document: Document) -> Iterator[Claim]:
    """``venue`` of the label (``building``: the part that names it) and ``held-at`` of the prose."""
    for label, line in document.labelled("place"):
        place = line.place(label.start, label.end)
        yield Claim(kind="venue", value=building_in(place.text), place=place, section="details", labelled=True)
    for index, line in enumerate(document.lines):
        if document.role(index) in ("next-steps", "recommendations", "agenda", "aim", "objectives"):
            continue
        for pattern in (_AT, _HELD_AT, _AR_AT):
            for match in pattern.finditer(line.plain):
                if match.group("place").split()[0].casefold() in MONTHS:
                    continue
                if pattern is not _AT and _OTHER_EVENT.search(sentence_of(line, match.start())):
                    continue
                place = line.place(match.start("place"), match.end("place"))
                yield Claim(kind="held-at", value=place.text, place=place, section=document.role(index))


def building_in(text: str) -> str:
    """The part of an address that names the building, else the whole of it.

    >>> building_in("Dhi Qar Governorate, Nasiriyah City, Ishtar Conference Hall near Nasiriyah Park.")
    'Ishtar Conference Hall near Nasiriyah Park'
    """
    parts = [part.strip(" .") for part in re.split(r"[,،;]", text)]
    return next((part for part in parts if _BUILDING.search(plain(part))), text.strip(" ."))


def same_place(one: Place, other: Place) -> bool:
    """Whether two places share a word that names something."""
    common = {"the", "of", "hall", "city", "near", "conference", "governorate", "iraq", "and", "in", "at"}
    return bool(set(words(one.text)) & set(words(other.text)) - common)
