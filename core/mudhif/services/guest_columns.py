"""The columns of a guest list: what stands on top of each, in one row or two, and what each is taken for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mudhif.domain.guests import is_readable
from mudhif.domain.names import fold
from mudhif.domain.questions import Asked
from mudhif.services.guest_headers import (
    consent_of,
    exact_field_of,
    field_of,
    field_of_two,
    is_kobo,
    kobo_field,
)

LEAVE_OUT = "-"
QUESTION = "question:"
"""Begins the field of a column that answers a question of the event: ``question:<id>``, and for a column with yes or
no of one choice alone ``question:<id>:<option>``."""

HEADER_ROWS = 30
SAMPLES, LOOKED_AT = 3, 20

Grid = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the sheet: its letter, what stands on top of it, and the field it is taken for (None: left out).

    ``guessed`` is false where a person said so; ``samples`` are its first three values.
    """

    letter: str
    header: str
    field: str | None
    guessed: bool = True
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands on top of the columns: each header with the cell above it, if they are two, and its last row."""

    headers: tuple[str, ...]
    groups: tuple[str, ...]
    last: int

    def titles(self) -> list[str]:
        """Each column's header as it is shown and remembered."""
        return [
            f"{group} / {header}" if group and header and group != header else header or group
            for group, header in zip(self.groups, self.headers, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person said of the columns, by folded header or letter in small ones, and what the event asks."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    questions: Sequence[Asked] = ()


def letter_of(number: int) -> str:
    """The letters of a column.

    >>> letter_of(3), letter_of(28)
    ('C', 'AB')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# ------------------------------------------------------------------------------------------------------ headers


def header_row(grid: Grid, wanted: Wanted) -> int | None:
    """The index of the row that names the columns; None where none does."""
    titles = {key for question in wanted.questions for key in _keys(question)}

    def names(cell: str) -> str | None:
        return field_of(cell) or consent_of(cell) or (cell if fold(cell) in titles else None)

    for index, row in enumerate(grid[:HEADER_ROWS]):
        known = {name for cell in row if cell and (name := names(cell))}
        if len(known) >= 2 or is_kobo(row) or any(fold(cell) in wanted.mapping for cell in row if fold(cell)):
            return index
    for index, row in enumerate(grid[:HEADER_ROWS]):
        if [field_of(cell) for cell in row if cell] in (["name"], ["name_la"], ["name_ar"]):
            return index
    return None


def heading(grid: Grid, top: int, width: int, wide: Sequence[Sequence[int]] = ()) -> Heading:
    """The headers of a sheet whose row ``top`` names columns; another row of headers may stand above or below it.

    Args:
        wide: cells that are merged across columns: (row, first column, last column).
    """
    main = _padded(grid[top], width)
    below = _padded(grid[top + 1], width) if top + 1 < len(grid) else [""] * width
    groups = _spread(main, below, [span for span in wide if span[0] == top])
    own = [column for column in range(width) if main[column] and not groups[column]]
    split = [column for column in range(width) if groups[column] and below[column]]
    if split and all(below[c] in ("", main[c]) for c in own) and any(field_of(below[c]) or c in own for c in split):
        return Heading(
            headers=tuple(below[c] if groups[c] else main[c] for c in range(width)), groups=tuple(groups), last=top + 1
        )
    above = _padded(grid[top - 1], width) if top else [""] * width
    spans = [span for span in wide if span[0] == top - 1 and span[2] - span[1] + 1 < sum(map(bool, main))]
    over = _spread(above, main, spans) if spans else [""] * width
    if sum(map(bool, above)) > 1:  # not the title of the whole sheet
        over = [over[c] or (above[c] if not main[c] else "") for c in range(width)]
    return Heading(headers=tuple(main), groups=tuple(over), last=top)


def no_heading(width: int) -> Heading:
    """For a sheet whose first row is a guest already."""
    return Heading(headers=("",) * width, groups=("",) * width, last=-1)


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [" ".join(cell.split()) for cell in row] + [""] * (width - len(row))


def _spread(upper: Sequence[str], lower: Sequence[str], spans: Sequence[Sequence[int]]) -> list[str]:
    """For each column the cell of the upper row that is merged across it; text tables show merging by empty cells."""
    groups = [""] * len(upper)
    for _row, first, last in spans:
        for column in range(first, min(last, len(upper) - 1) + 1):
            groups[column] = upper[first]
    if spans:
        return groups
    for column, cell in enumerate(upper):
        end = column + 1
        while cell and end < len(upper) and not upper[end] and lower[end]:
            end += 1
        if end > column + 1 and lower[column]:
            groups[column:end] = [cell] * (end - column)
    return groups


# ------------------------------------------------------------------------------------------------------ fields


def columns_of(head: Heading, letters: Sequence[str], below: Grid, wanted: Wanted) -> tuple[Column, ...]:
    """What each column is taken for: what a person said, or what its header says if its cells bear that out."""
    taken: set[str | None] = {said for said in wanted.mapping.values() if said != LEAVE_OUT}
    kobo = is_kobo(head.headers)
    columns = []
    for index, (title, letter) in enumerate(zip(head.titles(), letters, strict=True)):
        chosen = wanted.mapping.get(fold(title)) if fold(title) else None
        chosen = chosen or (wanted.mapping.get(letter.casefold()) if letter else None)
        found = chosen if chosen != LEAVE_OUT else None
        samples = tuple(row[index] for row in below[:LOOKED_AT] if index < len(row) and row[index])
        if chosen is None:
            # Of two columns for one field the first is taken; the other is told as left out.
            guesses = _guesses(head.groups[index], head.headers[index], wanted.questions, kobo)
            found = next((g for one in guesses if (g := _borne_out(one, samples)) and g not in taken), None)
            taken |= {found} - {None, "meta"}
        columns.append(
            Column(letter=letter, header=title, field=found, guessed=chosen is None, samples=samples[:SAMPLES])
        )
    return _with_names_settled(columns)


def _guesses(group: str, header: str, questions: Sequence[Asked], kobo: bool) -> Iterator[str | None]:
    """What a header may mean, the likeliest first."""
    if kobo:
        yield kobo_field(header)
    yield exact_field_of(header) if not group else field_of_two(group, header)
    yield question_of(header, questions)
    yield consent_of(header)
    # Kobo puts the group in front: "guest/sex" is no guest's name.
    yield field_of(header.rpartition("/")[2] if kobo else header)


def question_of(header: str, questions: Sequence[Asked]) -> str | None:
    """The question that a header asks, in either language; one choice of it where Kobo has a column for each."""
    parts = [part.strip() for part in header.split("/")]
    for start in range(len(parts)):
        wanted = fold(" / ".join(parts[start:]))
        for question in questions:
            if wanted in _keys(question):
                return f"{QUESTION}{question.id}"
    for question in questions:
        for option in question.options:
            names = {fold(option["id"]), *map(fold, option["title"].values())}
            if len(parts) > 1 and fold(parts[-1]) in names and fold(parts[-2]) in _keys(question):
                return f"{QUESTION}{question.id}:{option['id']}"
    return None


def _keys(question: Asked) -> set[str]:
    return {fold(text) for text in (question.id, f"{QUESTION}{question.id}", *question.title.values())} - {""}


def _borne_out(found: str | None, samples: Sequence[str]) -> str | None:
    """The field, if the cells can be read as it: under "Type" often stand groups of people."""
    if found in ("kind", "status") and samples:
        readable = sum(is_readable(found, sample, datetime.now(UTC)) for sample in samples)
        if readable * 2 < len(samples):
            return "stakeholder_group" if found == "kind" else None
    return found


def _with_names_settled(columns: list[Column]) -> tuple[Column, ...]:
    """A column of names in a known script is the name, or the other spelling of it where a plain name is there, too."""
    fields = {column.field for column in columns}
    stands_for: dict[str | None, str | None] = {}
    for candidate in ("name_ar", "name_la"):
        if candidate in fields:
            free = [name for name in ("name", "name_alt") if name not in fields and name not in stands_for.values()]
            stands_for[candidate] = free[0] if free else None
    return tuple(
        dataclasses.replace(column, field=stands_for[column.field]) if column.field in stands_for else column
        for column in columns
    )


def question_id(column: str) -> str:
    """The question of a field of a column, without the choice.

    >>> question_id("question:a1:b"), question_id("name")
    ('a1', '')
    """
    return column.split(":")[1] if column.startswith(QUESTION) else ""


def answers_given(questions: Sequence[Asked], texts: Mapping[str, str]) -> dict[str, Any]:
    """What a row answers, by question: as `judge_answers` takes it, out of the texts of its columns."""
    given: dict[str, Any] = {}
    for question in questions:
        text = texts.get(f"{QUESTION}{question.id}", "")
        ticked = [
            option["id"]
            for option in question.options
            if _is_ticked(texts.get(f"{QUESTION}{question.id}:{option['id']}", ""))
        ]
        if ticked:
            given[question.id] = ticked
        elif text:
            given[question.id] = _parts(question, text) if question.kind == "choices" else _plain(question, text)
    return given


def _is_ticked(text: str) -> bool:
    return fold(text) in ("1", "true", "yes", "x", "نعم", "✓", "ok")


def _plain(question: Asked, text: str) -> str:
    """The text of a cell; a date that the sheet keeps as a number is a date again."""
    if question.kind == "date" and text.isdecimal() and 10_000 <= int(text) <= 80_000:
        return date_of_serial(int(text))
    return text


def date_of_serial(serial: int) -> str:
    """The day that a spreadsheet keeps as this number.

    >>> date_of_serial(45000)
    '2023-03-15'
    """
    return datetime.fromordinal(serial + 693_594).date().isoformat()


def _parts(question: Asked, text: str) -> list[str] | str:
    """The choices that a cell names. Google puts ", " between them, and they may hold commas; Kobo puts a space."""
    names = {
        fold(name): option["id"] for option in question.options for name in (option["id"], *option["title"].values())
    }
    words = text.split()
    if len(words) > 1 and all(fold(word) in names for word in words):
        return [names[fold(word)] for word in words]
    rest, found = fold(text), []
    for name in sorted(names, key=len, reverse=True):
        at = f" {rest} ".find(f" {name} ")
        if name and at >= 0:
            found.append(names[name])
            rest = f"{rest[:at]} {rest[at + len(name) :]}".strip()
    return found if found and not rest.strip() else text
