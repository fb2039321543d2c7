"""The skeleton: sections with their length, what stands in the lists of some, and what the front matter says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..documents import Document, Part
from ..folding import words
from ..hookspecs import Claim, Place
from ..roles import role_title

_OWNER = re.compile(
    r"\b(?:by|until|before|in|on)\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:responsible|will be led by|assigned to|focal point|deadline|by the end of|within \w+ (?:days"
    r"|weeks|months))\b"
    r"|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b20\d\d\b|المسؤول|خلال اسبوع|خلال شهر|قبل نهايه",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(
    r"\b(?:annex|appendix|attached|see|minutes|survey|evaluation|pre-?test|post-?test|photo|list|signed|video|source|verif\w+)\b"
    r"|\d|%|ملحق|استبيان|محضر",
    re.IGNORECASE,
)
ACTORS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "government",
        re.compile(r"\bgovernment(?:al)?\b|\bauthorit(?:y|ies)\b|\bpublic sector\b|حكومي|الحكومه|دوائر", re.IGNORECASE),
    ),
    (
        "civil society",
        re.compile(r"\bnon-governmental\b|\bNGOs?\b|\bcivil society\b|\bCSOs?\b|منظمات|المجتمع المدني", re.IGNORECASE),
    ),
    ("private sector", re.compile(r"\bprivate sector\b|\bbusiness(?:es)?\b|القطاع الخاص", re.IGNORECASE)),
)
_PURPOSE = ("aim", "topic", "objectives")


def claims_of(document: Document) -> Iterator[Claim]:
    """``section``, ``actors`` (of the aim, of those present), ``next-step``, ``result``, and ``front`` matter."""
    for part in document.parts:
        yield _section(document, part)
    yield from _actors(document)
    for kind, role, pattern in (("next-step", "next-steps", _OWNER), ("result", "results", _EVIDENCE)):
        for _, line in document.body(role):
            text = line.plain[line.body_start :]
            yield Claim(
                kind=kind,
                value=line.place(line.body_start).text,
                place=line.place(line.body_start),
                section=role,
                more={"settled": bool(pattern.search(text)), "words": tuple(words(text))},
            )
    for _, line in document.body("discussion"):
        if line.is_item:
            place = line.place(line.body_start)
            yield Claim(
                kind="discussed",
                value=place.text,
                place=place,
                section="discussion",
                more={"words": tuple(words(line.plain))},
            )
    for role in ("report-date", "author", "grant"):
        for label, line in document.labelled(role):
            place = line.place(label.start, label.end)
            yield Claim(kind=role, value=place.text, place=place, labelled=True)
    first = next((line for line in document.lines if not line.is_blank and line.field is None), None)
    if first is not None:
        yield Claim(kind="front", value=document.language, place=first.place())


def narrative_sections(texts: Mapping[str, str]) -> Iterator[Claim]:
    """``section`` of an event's narrative: every text by its id, with its length."""
    for section, text in texts.items():
        place = Place(text=role_title(section), line=1, field=section)
        more = {"words": len(words(text)), "run_in": False, "heading": role_title(section)}
        yield Claim(kind="section", value=section, place=place, section=section, more=more)


def _section(document: Document, part: Part) -> Claim:
    lines = document.lines[part.first : part.end]
    bodies = [
        line.plain[part.body_start :] if n == 0 and part.is_run_in else line.plain for n, line in enumerate(lines)
    ]
    return Claim(
        kind="section",
        value=part.role,
        place=part.heading,
        section=part.role,
        more={
            "words": sum(len(words(body)) for body in bodies),
            "run_in": part.is_run_in,
            "heading": part.heading.text,
        },
    )


def _actors(document: Document) -> Iterator[Claim]:
    for kind, roles in (("actor-of-aim", _PURPOSE), ("actor-present", ("participants",))):
        for role in roles:
            for _, line in document.body(role):
                # "non-governmental" holds "governmental": what one pattern took, the next does not see.
                text = line.plain
                for name, pattern in sorted(ACTORS, key=lambda actor: actor[0] != "civil society"):
                    match = pattern.search(text)
                    if match:
                        yield Claim(kind=kind, value=name, place=line.place(match.start(), match.end()), section=role)
                        text = pattern.sub(lambda m: "_" * len(m.group()), text)
