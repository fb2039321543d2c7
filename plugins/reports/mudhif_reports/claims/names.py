"""People by name, with the title before or the role in brackets after; and who led the event."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document, Line
from ..hookspecs import Claim

_NAME = r"[A-Z][\w'.-]*(?:\s+(?:al-|el-|bin\s|Al\s|El\s)?[A-Z][\w'.-]*){1,4}"
_WITH_ROLE = re.compile(rf"(?P<name>{_NAME})\s*\((?P<role>[A-Za-z][A-Za-z /&'-]{{3,60}})\)")
_WITH_TITLE = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Eng|Professor|Doctor|Engineer)\.?\s+(?P<name>{_NAME}|[A-Z][\w'-]+)(?P<role>)"
)
_AR_WITH_TITLE = re.compile(
    r"(?:السيد|السيده|الدكتور|الدكتوره|الاستاذ|الاستاذه|المهندس|المهندسه|الشيخ)\s+(?P<name>\S{2,}\s+\S{2,})(?P<role>)"
)
_ROLE_WORDS = re.compile(
    r"\b(?:manager|coordinator|officer|director|assistant|head|trainer|facilitator|advisor|consultant|minister|mayor"
    r"|president|professor|lawyer|representative|member|specialist|leader|chair\w*|secretary|engineer|driver)\b",
    re.IGNORECASE,
)


def claims_of(document: Document) -> Iterator[Claim]:
    """``name`` (``role``, and which ``list`` it stands in) and ``facilitators`` with the number of those named."""
    for index, line in enumerate(document.lines):
        for match in _people(line):
            yield Claim(
                kind="name",
                value=match.group("name"),
                place=line.place(match.start("name"), match.end("name")),
                section=document.role(index),
                more={
                    "role": match.group("role") or None,
                    "role_words": line.place(match.start("role"), match.end("role")).text
                    if match.group("role")
                    else None,
                    "list": _list_of(document, index),
                },
            )
    for label, line in document.labelled("facilitators"):
        named = [
            part for part in re.split(r"[,;،]| and | و(?=\S)", line.plain[label.start : label.end]) if part.strip()
        ]
        roles = [match.group("role") for match in _WITH_ROLE.finditer(line.plain, label.start, label.end)]
        yield Claim(
            kind="facilitators",
            value=len(named),
            place=line.place(label.start, label.end),
            section="details",
            labelled=True,
            more={"roles": tuple(roles)},
        )


def _people(line: Line) -> Iterator[re.Match[str]]:
    seen: set[int] = set()
    for pattern in (_WITH_TITLE, _WITH_ROLE, _AR_WITH_TITLE):
        for match in pattern.finditer(line.plain):
            if pattern is _WITH_ROLE and not _ROLE_WORDS.search(match.group("role")):
                continue
            if match.start("name") not in seen:
                seen.add(match.start("name"))
                yield match


def _list_of(document: Document, index: int) -> int:
    """Names on one line, or on items that follow each other, stand in one list: its first line."""
    first = index
    while first > 0 and document.lines[index].is_item and document.lines[first - 1].is_item:
        first -= 1
    return first
