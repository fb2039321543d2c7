"""Organisations: abbreviations with their long forms, and the part that each is said to play."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..documents import Document, Line
from ..folding import is_arabic, key
from ..hookspecs import Claim, Place

_ABBREVIATION = r"[A-Z][A-Z&]{1,5}s?"
_DEFINED = re.compile(rf"\(\s*(?P<short>{_ABBREVIATION})\s*\)")
_DEFINED_AFTER = re.compile(rf"\b(?P<short>{_ABBREVIATION})\s*\(\s*(?P<long>[A-Z][a-z]+(?:\s+[\w&'-]+){{1,8}})\s*\)")
_USED = re.compile(r"(?<![\w.@/-])(?P<short>[A-Z]{2,6})(?:s|'s)?(?![\w@/-]|\.\w)")
_SMALL = {"of", "for", "and", "the", "in", "on", "to", "with", "&"}
_ORGANISATION = (
    r"(?P<name>(?:the\s+)?(?:[A-Z][\w'&-]*(?:\s+(?:of|for|and|the|in|on|[A-Z][\w'&-]*))*)"
    rf"(?:\s*\(\s*{_ABBREVIATION}\s*\))?)"
)
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "partner",
        re.compile(
            rf"\b(?:[Ii]n\s+)?(?:collaboration|partnership|cooperation|coordination|[Pp]artnering|jointly"
            rf"|[Tt]ogether|[Hh]and in hand)\s+with\s+{_ORGANISATION}"
        ),
    ),
    (
        "donor",
        re.compile(
            rf"\b(?:[Ff]unded\s+by|[Ff]inanced\s+by|[Ff]inancial\s+support\s+(?:of|from)|[Ff]unding\s+(?:from|of|by|[Ee]ntity|[Aa]gency)"
            rf"|[Ff]unding\s+Entity|[Dd]onor)\s*[,:]?\s+{_ORGANISATION}"
        ),
    ),
    (
        "organiser",
        re.compile(rf"{_ORGANISATION}(?:,[^.]{{0,160}}?,)?\s+(?:organi[sz]ed|held|conducted|implemented|hosted)\b"),
    ),
)
_NOT_NAMES = {"the", "the session", "the workshop", "the activity", "participants", "the participants", "it", "this"}
_THROUGH = re.compile(r"^\s*(?:,\s*)?(?:through|via)\b", re.IGNORECASE)
_HEADS = re.compile(r"\b(?:Session|Workshop|Training|Course|Meeting|Event|Activity|Project|Participants)\b")


def claims_of(document: Document) -> Iterator[Claim]:
    """``abbreviation`` (defined), ``abbreviation-used``, and ``party`` (an organisation in a role)."""
    defined: dict[str, str] = {}
    for index, line in enumerate(document.lines):
        for claim in _definitions(document, index, line):
            defined.setdefault(claim.value, claim.more["long"])
            yield claim
    spoken = {word for line in document.lines for word in re.findall(r"\b[a-z]{2,6}\b", line.plain)}
    for index, line in enumerate(document.lines):
        # A word that the text also has in small letters ("NOT", "IT") is stressed and not abbreviated.
        yield from (use for use in _uses(document, index, line) if use.value.casefold() not in spoken)
    yield from _parties(document, {key(long): short for short, long in defined.items() if long})


def _definitions(document: Document, index: int, line: Line) -> Iterator[Claim]:
    for match in _DEFINED.finditer(line.plain):
        short = match.group("short").rstrip("s")
        start = _long_form_start(line.plain[: match.start()], short)
        if start is not None:
            place = line.place(start, match.end())
            yield _definition(document, index, place, short, line.plain[start : match.start()])
    for match in _DEFINED_AFTER.finditer(line.plain):
        place = line.place(match.start(), match.end())
        yield _definition(document, index, place, match.group("short").rstrip("s"), match.group("long"))


def _definition(document: Document, index: int, place: Place, short: str, long: str) -> Claim:
    return Claim(
        kind="abbreviation",
        value=short,
        place=place,
        section=document.role(index),
        more={"long": " ".join(long.split())},
    )


def _long_form_start(before: str, short: str) -> int | None:
    """Where the words begin whose initials make the abbreviation; None where they do not."""
    letters = [char.casefold() for char in short if char.isalpha()]
    tokens = list(re.finditer(r"[^\s(),;:]+", before))[-(len(letters) * 2 + 3) :]
    position, start = len(letters) - 1, None
    for token in reversed(tokens):
        parts = [part for part in re.split(r"[-/]", token.group()) if part]
        for part in reversed(parts):
            if position >= 0 and part[0].casefold() == letters[position]:
                position, start = position - 1, token.start()
        if position < 0:
            return start
    return None


def _uses(document: Document, index: int, line: Line) -> Iterator[Claim]:
    letters = [char for char in line.plain if char.isalpha() and char.isascii()]
    if not letters or sum(char.isupper() for char in letters) * 2 > len(letters):
        return  # a heading in capitals
    for match in _USED.finditer(line.plain):
        yield Claim(
            kind="abbreviation-used",
            value=match.group("short"),
            place=line.place(match.start("short"), match.end("short")),
            section=document.role(index),
        )


def _parties(document: Document, shorts: dict[str, str]) -> Iterator[Claim]:
    for role in ("organiser", "donor", "partner"):
        for label, line in document.labelled(role):
            place = line.place(label.start, label.end)
            for match in re.finditer(r"[^,;،]+", line.plain[label.start : label.end]):
                name = line.place(label.start + match.start(), label.start + match.end())
                yield Claim(
                    kind="party",
                    value=party_key(name.text, shorts),
                    place=name,
                    section=document.role(label.index),
                    labelled=True,
                    more={
                        "role": role,
                        "words": line.text.strip(),
                        "long": len(name.text.split()) > 1,
                        "whole": place.text,
                    },
                )
    yield from _arabic_partners(document, shorts)
    labelled = {(label.index) for label in document.labels if label.role in ("organiser", "donor", "partner")}
    for index, line in enumerate(document.lines):
        if index in labelled or is_arabic(line.plain):
            continue
        for role, pattern in _ROLES:
            for match in pattern.finditer(line.plain):
                said = match.group("name").strip()
                if key(said) in _NOT_NAMES or (role == "organiser" and _HEADS.search(said)):
                    continue
                if role == "donor" and _THROUGH.match(line.plain[match.end("name") :]):
                    continue
                yield Claim(
                    kind="party",
                    value=party_key(said, shorts),
                    place=line.place(match.start() if role != "organiser" else match.start("name"), match.end("name")),
                    section=document.role(index),
                    more={
                        "role": role,
                        "words": line.place(match.start("name"), match.end("name")).text,
                        "long": " " in said,
                    },
                )


def _arabic_partners(document: Document, shorts: dict[str, str]) -> Iterator[Claim]:
    """Where an Arabic text names a labelled organisation as one with which it worked together.

    No capitals say where a name ends, so only names that a label gives can be found again.
    """
    for label, labelled in document.labelled("donor"):
        name = labelled.plain[label.start : label.end].strip(" .")
        if not is_arabic(name):
            continue
        pattern = re.compile(rf"(?:بالتعاون|بالشراكه|بالتنسيق)\s+مع\s+{re.escape(name)}")
        for index, line in enumerate(document.lines):
            for match in pattern.finditer(line.plain):
                yield Claim(
                    kind="party",
                    value=party_key(name, shorts),
                    place=line.place(match.start(), match.end()),
                    section=document.role(index),
                    more={"role": "partner", "words": name, "long": " " in name},
                )


def party_key(name: str, shorts: dict[str, str]) -> str:
    """One key for the long form, the short one, and both together.

    >>> party_key("the Water Fund (WF)", {}), party_key("Water Fund", {"water fund": "WF"})
    ('WF', 'WF')
    """
    match = re.search(rf"\(\s*({_ABBREVIATION})\s*\)", name)
    if match:
        return match.group(1)
    folded = re.sub(r"^the ", "", key(name))
    if folded in shorts:
        return shorts[folded]
    return name.strip() if re.fullmatch(_ABBREVIATION, name.strip()) else folded
