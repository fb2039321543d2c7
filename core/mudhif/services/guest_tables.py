"""A file with a guest list, read into rows of text by field, each with the number that the sheet itself gives it.

The file is opened in a child process with limits of time and memory. Nothing is judged here: that is `guest_import`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mudhif.domain.errors import BadFile
from mudhif.domain.guests import FIELDS, is_readable
from mudhif.domain.ids import is_id
from mudhif.domain.names import fold
from mudhif.i18n import N_
from mudhif.services.children import ChildFailed, run_child
from mudhif.services.guest_headers import field_of

MAX_FILE_BYTES = 20_000_000
SECONDS = 30
HEADER_ROWS = 30

_SENTENCES = {
    "missing": N_("There is no file %(file)s."),
    "too-large": N_(
        "%(file)s has %(megabytes)s MB; a guest list may have %(limit)s MB. Take pictures and other sheets out."
    ),
    "empty": N_("%(file)s is empty."),
    "encrypted": N_("%(file)s is protected by a password. Open it, save it without one, then import it again."),
    "damaged": N_("%(file)s is damaged, or no table. Open it in a spreadsheet program and save it as .xlsx."),
    "unpacks-too-large": N_(
        "%(file)s unpacks to %(megabytes)s MB, far more than a guest list needs. It was not opened."
    ),
    "other-file": N_("%(file)s is a %(kind)s file, no table. Guest lists are .xlsx, .xls, .ods, .csv, .tsv or .json."),
    "not-text": N_("%(file)s is not a table: it holds bytes that no text has."),
    "unknown-letters": N_("The letters of %(file)s cannot be read. Save it as .xlsx, or as CSV in UTF-8."),
    "too-many-rows": N_("%(file)s has %(rows)s rows; at most %(limit)s can be imported at once."),
    "too-many-columns": N_("%(file)s has %(columns)s columns; a guest list may have %(limit)s."),
    "too-heavy": N_("%(file)s needs too much time or memory to open. Save the sheet of guests alone as .csv."),
    "json-not-guests": N_("%(file)s holds no list of guests."),
    "no-header": N_(
        "%(file)s is not a guest list: none of its first rows names its columns (Name, Sex, Organisation, Phone …)."
        " Add such a row, or say which column is which."
    ),
    "no-name": N_("No column of %(file)s holds names. Its columns are: %(columns)s. Say which one holds the name."),
    "no-such-column": N_("%(file)s has no column “%(column)s”. Its columns are: %(columns)s."),
    "no-such-field": N_("There is no field “%(wanted)s”. The fields are: %(fields)s."),
}

# Not fields of a guest: they are made into some, or known and passed over.
_PARTS = ("first_name", "father_name", "family_name")
_PASSED_OVER = ("number", "ticket", "checked_in", "source")
MAPPABLE = (*FIELDS, *_PARTS)
LEAVE_OUT = "-"

_HXL = re.compile(r"#[a-z]+[a-z_+ ]*")


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
class Row:
    """One row: its number as the sheet shows it, and its texts by field."""

    number: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestTable:
    """A guest file as it was read."""

    file: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sheet: str = ""
    encoding: str = ""

    @property
    def left_out(self) -> tuple[str, ...]:
        """The headers of the columns that nothing is taken from."""
        return tuple(column.header for column in self.columns if column.field is None and column.header)

    def cell(self, row: int, field: str) -> str:
        """Where a value stands: ``D14``; empty where the file has no such column, or no letters for its columns."""
        letter = next((column.letter for column in self.columns if column.field == field), "")
        return f"{letter}{row}" if letter else ""


def read_guest_file(
    path: Path, mapping: Mapping[str, str] | None = None, *, name: str = "", encoding: str = ""
) -> GuestTable:
    """Read a guest list.

    Args:
        mapping: column to field, where guessing is not wanted: a header as it stands in the file, or a column's letter;
            a field of `MAPPABLE`, or `LEAVE_OUT`.
        name: what to call the file in sentences, if not by its own name (an upload).
        encoding: the encoding of a text file, if not to be found out.

    Raises:
        BadFile: it is no table; the sentence says what it is and what to do.
    """
    name = name or path.name
    try:
        content = _open_in_child(path, encoding)
        for field in (mapping or {}).values():
            if field not in MAPPABLE and field != LEAVE_OUT:
                raise _Bad("no-such-field", wanted=field, fields=", ".join(MAPPABLE))
        return _table(
            name, content, {fold(column) or column: field for column, field in (mapping or {}).items()}, mapping or {}
        )
    except _Bad as bad:
        raise BadFile(_SENTENCES[bad.code], file=name, **bad.values) from None


class _Bad(Exception):
    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def _open_in_child(path: Path, encoding: str) -> dict[str, Any]:
    if not path.is_file():
        raise _Bad("missing")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise _Bad("too-large", megabytes=size // 1_000_000, limit=MAX_FILE_BYTES // 1_000_000)
    try:
        said = run_child("mudhif.services.guest_sheets", str(path.resolve()), encoding, seconds=SECONDS)
        content: dict[str, Any] = json.loads(said)
    except (ChildFailed, ValueError):
        raise _Bad("too-heavy") from None
    if "error" in content:
        raise _Bad(content["error"], **content["values"])
    return content


def _table(name: str, content: dict[str, Any], mapping: Mapping[str, str], said: Mapping[str, str]) -> GuestTable:
    encoding = content.get("encoding", "")
    if "records" in content:
        headers = list(dict.fromkeys(key for record in content["records"] for key in record))
        cells = [[record.get(header, "") for header in headers] for record in content["records"]]
        columns = _columns(headers, [""] * len(headers), mapping, cells)
        return _named(GuestTable(file=name, columns=columns, rows=_rows(columns, cells, 1), encoding=encoding), said)
    sheets = [sheet for sheet in content["sheets"] if any(cell.strip() for row in sheet["rows"] for cell in row)]
    if not sheets:
        raise _Bad("empty")
    for sheet in sheets:
        top = _header_row(sheet["rows"], mapping)
        if top is not None:
            return _named(_sheet_table(name, sheet, top, mapping, encoding), said)
    raise _Bad("no-header")


def _sheet_table(name: str, sheet: dict[str, Any], top: int, mapping: Mapping[str, str], encoding: str) -> GuestTable:
    grid: list[list[str]] = sheet["rows"]
    width = max(map(len, grid))
    headers = [*grid[top], *[""] * (width - len(grid[top]))] if top >= 0 else [""] * width
    letters = [_letter(sheet["first_column"] + index) for index in range(width)]
    below = [[*row, *[""] * (width - len(row))] for row in grid[top + 1 :]]
    columns = _columns(headers, letters, mapping, below)
    rows = _rows(columns, below, sheet["first_row"] + top + 1, headers)
    return GuestTable(file=name, columns=columns, rows=rows, sheet=sheet["name"], encoding=encoding)


def _named(table: GuestTable, said: Mapping[str, str]) -> GuestTable:
    """The table, if it has a column of names and all the columns that a person named."""
    headers = ", ".join(column.header or column.letter for column in table.columns if column.header or column.field)
    there = {fold(column.header) for column in table.columns} | {column.letter.casefold() for column in table.columns}
    for column in said:
        if fold(column) not in there:
            raise _Bad("no-such-column", column=column, columns=headers)
    if not {"name", "name_alt", "id", *_PARTS} & {column.field for column in table.columns}:
        raise _Bad("no-name", columns=headers)
    return table


def _letter(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _header_row(grid: Sequence[Sequence[str]], mapping: Mapping[str, str]) -> int | None:
    """The index of the row that names the columns; -1 where a person named them by letter and there is no such row."""
    for index, row in enumerate(grid[:HEADER_ROWS]):
        if len({field for cell in row if (field := field_of(cell))}) >= 2 or any(
            fold(cell) in mapping for cell in row if fold(cell)
        ):
            return index
    for index, row in enumerate(grid[:HEADER_ROWS]):
        if [field_of(cell) for cell in row if cell] in (["name"], ["name_la"], ["name_ar"]):
            return index
    return -1 if any(re.fullmatch("[a-z]{1,2}", column) for column in mapping) else None


def _columns(
    headers: Sequence[str], letters: Sequence[str], mapping: Mapping[str, str], below: Sequence[Sequence[str]]
) -> tuple[Column, ...]:
    taken = {field for field in mapping.values() if field != LEAVE_OUT}
    columns = []
    for index, (header, letter) in enumerate(zip(headers, letters, strict=True)):
        header = " ".join(header.split())
        chosen = mapping.get(fold(header)) if fold(header) else None
        chosen = chosen or (mapping.get(letter.casefold()) if letter else None)
        field = chosen if chosen != LEAVE_OUT else None
        samples = tuple(row[index] for row in below[:20] if row[index])
        if chosen is None and (guess := _guess(header, samples)) and guess not in taken:
            # Of two columns for one field the first is taken; the other is told as left out.
            field = guess
            taken.add(guess)
        columns.append(Column(letter=letter, header=header, field=field, guessed=chosen is None, samples=samples[:3]))
    return _with_names_settled(columns)


def _guess(header: str, samples: Sequence[str]) -> str | None:
    """The field that a header names, if the cells under it bear that out: under "Type" often stand groups of people."""
    field = field_of(header)
    if field in ("kind", "status") and samples:
        readable = sum(is_readable(field, sample, datetime.now(UTC)) for sample in samples)
        if readable * 2 < len(samples):
            return "stakeholder_group" if field == "kind" else None
    return field


def _with_names_settled(columns: list[Column]) -> tuple[Column, ...]:
    """A column of names in a known script is the name, or the other spelling of it where a plain name is there, too."""
    fields = {column.field for column in columns}
    stands_for: dict[str | None, str | None] = {}
    for candidate in ("name_ar", "name_la"):
        if candidate in fields:
            free = [field for field in ("name", "name_alt") if field not in fields and field not in stands_for.values()]
            stands_for[candidate] = free[0] if free else None
    return tuple(
        Column(letter=c.letter, header=c.header, field=stands_for[c.field], guessed=c.guessed, samples=c.samples)
        if c.field in stands_for
        else c
        for c in columns
    )


def _rows(
    columns: Sequence[Column], below: Sequence[Sequence[str]], first: int, headers: Sequence[str] = ()
) -> tuple[Row, ...]:
    wanted = [
        (index, column.field)
        for index, column in enumerate(columns)
        if column.field and column.field not in _PASSED_OVER
    ]
    rows = []
    for number, cells in enumerate(below, start=first):
        filled = [cell.strip() for cell in cells if cell.strip()]
        if not filled or all(map(_HXL.fullmatch, filled)) or (headers and list(cells) == list(headers)):
            continue
        texts = _with_parts_joined({field: cells[index].strip() for index, field in wanted if cells[index].strip()})
        if not is_id(texts.get("id")):
            texts.pop("id", None)  # a column "ID" of somebody else's
        # Sheets are often numbered further down than they are filled.
        if texts:
            rows.append(Row(number=number, texts=texts))
    return tuple(rows)


def _with_parts_joined(texts: dict[str, str]) -> dict[str, str]:
    parts = [texts.pop(part) for part in _PARTS if part in texts]
    if parts and "name" not in texts:
        texts["name"] = " ".join(parts)
    return texts
