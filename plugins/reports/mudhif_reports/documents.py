"""A finished text as the checks see it: numbered lines, sections by role, labels with their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .folding import is_arabic, plain_with_offsets
from .headings import LABELS, NARRATIVE_ROLES, role_of_heading, role_of_label
from .hookspecs import Place

_GENERIC_TITLE = re.compile(
    r"\W*(?:(?:final|interim|narrative|activity|event|workshop|training|session|project|monthly|annual|summary)\s+)*"
    r"(?:report|sheet)\W*$|\W*(?:ال)?تقرير(?:\s+(?:ال)?(?:نشاط|نهائي|ختامي|سردي))?\W*$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\r\n|\r|\n")
_NUMBERING = re.compile(
    r"\s*(?:[\u2022\u25cf\u25aa\u25e6\u00b7\uf0b7o*\-]\s+|[*\u2022\u25cf\uf0b7]\s*|\(?\d{1,2}[.)\-]\s*(?!\d)|[a-zA-Z][.)]\s+|[ivx]{1,4}[.)]\s+)?"
)
_LABEL = re.compile(r"\s*([^:|\t]{2,60}?)\s*(?::|\t+\s*:?)\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number in its text (1-based), the words as typed, and their plain form.

    ``field`` names the section of an event's narrative that the line belongs to; None in a file.
    """

    number: int
    text: str
    plain: str
    offsets: tuple[int, ...]
    field: str | None = None
    is_styled_heading: bool = False

    @classmethod
    def of(cls, number: int, text: str, *, field: str | None = None, is_styled_heading: bool = False) -> Line:
        """A line with its plain form."""
        plain, offsets = plain_with_offsets(text)
        return cls(number, text, plain, offsets, field, is_styled_heading)

    @property
    def is_blank(self) -> bool:
        """Whether nothing can be read in it."""
        return not self.plain.strip()

    @property
    def body_start(self) -> int:
        """Where the words begin in the plain form, after a bullet or a number."""
        match = _NUMBERING.match(self.plain)
        return match.end() if match else 0

    @property
    def is_item(self) -> bool:
        """Whether it begins with a bullet or a number."""
        match = _NUMBERING.match(self.plain)
        return bool(match and match.group().strip())

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """The words between two offsets of the plain form, as they were typed."""
        end = len(self.plain) if end is None else min(end, len(self.plain))
        while start < end and self.plain[start].isspace():
            start += 1
        while end > start and self.plain[end - 1].isspace():
            end -= 1
        if start >= end:
            return Place(text="", line=self.number, field=self.field)
        first, last = self.offsets[start], self.offsets[end - 1]
        return Place(text=self.text[first : last + 1], line=self.number, start=first, field=self.field)


@dataclass(frozen=True, slots=True)
class Part:
    """One section as it was found: its role (None where the heading is not known), and the lines under it."""

    role: str | None
    heading: Place
    first: int
    """Index of the first line of the body (for a run-in heading the heading's own line)."""
    end: int
    """Index after the last line of the body."""
    body_start: int = 0
    """Offset in the first line's plain form where the body begins."""
    is_run_in: bool = False
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    """``Date of Activity: 07 March 2024``: the role of the label and where its value stands."""

    role: str
    index: int
    start: int
    end: int
    name: Place


@dataclass(frozen=True)
class Document:
    """A text to be checked. ``pictures``: how many it holds besides words; ``source``: the file's name."""

    lines: tuple[Line, ...]
    source: str = ""
    pictures: int = 0
    links: int = 0
    properties: tuple[str, ...] = field(default=())

    @cached_property
    def language(self) -> str:
        """``ar`` where most letters are Arabic, else ``en``."""
        return "ar" if is_arabic("\n".join(line.text for line in self.lines)) else "en"

    @cached_property
    def title(self) -> int | None:
        """The index of the title line: the first that says something, unless it is a heading or a label."""
        for index, line in enumerate(self.lines):
            if line.field is not None:
                return None
            if not line.is_blank and not _GENERIC_TITLE.match(line.plain):
                words = line.plain.split()
                known = any(part.role and part.heading.line == line.number for part in self.parts) or any(
                    label.index == index or label.name.line == line.number for label in self.labels
                )
                return index if len(words) <= 30 and not known and not line.is_item else None
        return None

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Every known label with its value, on its line or, where that is empty, on the next line that has words."""
        return tuple(_labels(self.lines))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The sections in order; lines before the first heading belong to none."""
        return tuple(_parts(self.lines))

    @cached_property
    def _roles(self) -> tuple[str | None, ...]:
        roles: list[str | None] = [line.field for line in self.lines]
        for part in self.parts:
            for index in range(part.first, part.end):
                roles[index] = part.role or roles[index]
        return tuple(roles)

    def role(self, index: int) -> str | None:
        """The role of the section in which a line stands."""
        return self._roles[index]

    def part(self, role: str) -> Part | None:
        """The first section with this role."""
        return next((part for part in self.parts if part.role == role), None)

    def body(self, role: str) -> list[tuple[int, Line]]:
        """The lines that say something in all sections of a role, with their indexes; headings are left out."""
        heads = {part.heading.line for part in self.parts if not part.is_run_in}
        return [
            (index, line)
            for index, line in enumerate(self.lines)
            if self._roles[index] == role and not line.is_blank and (line.field or line.number not in heads)
        ]

    def labelled(self, role: str) -> Iterator[tuple[Label, Line]]:
        """The labels of a role, each with the line on which its value stands."""
        for label in self.labels:
            if label.role == role:
                yield label, self.lines[label.index]


def document_of(text: str, source: str = "") -> Document:
    """A document from plain text."""
    lines = _BREAK.split(text)
    if lines and not lines[-1]:
        lines.pop()
    return Document(tuple(Line.of(number, line) for number, line in enumerate(lines, 1)), source)


def narrative_document(texts: Iterable[tuple[str, str]]) -> Document:
    """The narrative of an event as one document: each line says which section's text it is a line of."""
    lines: list[Line] = []
    for section, text in texts:
        lines.extend(Line.of(number, line, field=section) for number, line in enumerate(_BREAK.split(text), 1))
    return Document(tuple(lines))


def sentences(line: Line) -> Iterator[tuple[int, int]]:
    """The sentences of a line as offsets of its plain form; a full stop in a number or an initial ends none."""
    start = 0
    for match in re.finditer(r"(?<![A-Z])(?<!\bNo)[.!?؟;](?=\s+\S|$)", line.plain):
        yield start, match.end()
        start = match.end()
    if start < len(line.plain):
        yield start, len(line.plain)


def _labels(lines: Sequence[Line]) -> Iterator[Label]:
    for index, line in enumerate(lines):
        start = line.body_start
        match = _LABEL.match(line.plain, start)
        name, value = (match.group(1), match.end()) if match else (line.plain[start:], len(line.plain))
        role = role_of_label(name) if match else None
        if role is None:
            continue
        place = line.place(start, start + len(name))
        if line.plain[value:].strip():
            yield Label(role, index, value, len(line.plain), place)
            continue
        below = next((i for i in range(index + 1, min(index + 3, len(lines))) if not lines[i].is_blank), None)
        if below is not None and _heading(lines, below) is None and not _is_label(lines[below]):
            yield Label(role, below, lines[below].body_start, len(lines[below].plain), place)


def _is_label(line: Line) -> bool:
    match = _LABEL.match(line.plain, line.body_start)
    return bool(match and role_of_label(match.group(1)))


@dataclass(frozen=True, slots=True)
class _Heading:
    role: str | None
    end: int
    body: int | None
    """Offset of the body on the same line, for a run-in heading."""


def _heading(lines: Sequence[Line], index: int) -> _Heading | None:
    line = lines[index]
    start = line.body_start
    text = line.plain[start:].strip()
    if not text or (len(text) > 400 and ":" not in text[:60]):
        return None
    first_blank = index == 0 or lines[index - 1].is_blank
    if line.is_item and not first_blank and not line.is_styled_heading:
        return None
    whole = text.rstrip(":").strip()
    role = role_of_heading(whole)
    if role or line.is_styled_heading:
        # A label whose value follows on the next line ("Project Name:") is a heading as well; "Date:" alone is not.
        return None if role is None and whole.casefold() in LABELS else _Heading(role, len(line.plain), None)
    match = _LABEL.match(line.plain, start)
    if match and (role := role_of_heading(match.group(1))) in NARRATIVE_ROLES:
        if len(line.plain[match.end() :].split()) >= 4:
            return _Heading(role, start + len(match.group(1)), match.end())
        return None
    return _Heading(None, len(line.plain), None) if first_blank and _looks_like_heading(lines, index, text) else None


def _looks_like_heading(lines: Sequence[Line], index: int, text: str) -> bool:
    """An unknown heading: a short line in title case that stands apart, with text below it."""
    tokens = text.split()
    if (
        index == 0
        or len(tokens) > 8
        or text[-1] in ".,;:!?؟-"
        or lines[index].is_item
        or any(c.isdigit() for c in text)
    ):
        return False
    if index + 1 >= len(lines) or all(line.is_blank for line in lines[index + 1 : index + 3]):
        return False
    if not any(not line.is_blank for line in lines[:index]):
        return False
    capitals = sum(token[:1].isupper() for token in tokens)
    return (is_arabic(text) and len(tokens) <= 4) or (capitals * 2 >= len(tokens) and tokens[0][:1].isupper())


def _parts(lines: Sequence[Line]) -> Iterator[Part]:
    found = [
        (index, heading)
        for index in range(len(lines))
        if not lines[index].is_blank and lines[index].field is None and (heading := _heading(lines, index))
    ]
    ends = [index for index, _ in found[1:]] + [len(lines)]
    for (index, heading), after in zip(found, ends, strict=False):
        run_in = heading.body is not None
        yield Part(
            role=heading.role,
            heading=lines[index].place(lines[index].body_start, heading.end),
            first=index if run_in else min(index + 1, len(lines)),
            end=after,
            body_start=heading.body or 0,
            is_run_in=run_in,
            is_known=heading.role is not None,
        )
