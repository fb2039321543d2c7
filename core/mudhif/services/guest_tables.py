"""A file with a guest list, read into rows of text by field, each with the number that the sheet itself gives it.

The file is opened in a child process with limits of time and memory. Nothing is judged here: that is `guest_import`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mudhif.domain.errors import BadFile
from mudhif.domain.guests import FIELDS
from mudhif.domain.ids import is_id
from mudhif.domain.names import fold
from mudhif.domain.questions import Asked
from mudhif.i18n import N_
from mudhif.services.children import ChildFailed, run_child
from mudhif.services.guest_columns import (
    HEADER_ROWS,
    LEAVE_OUT,
    QUESTION,
    Column,
    Heading,
    Wanted,
    columns_of,
    header_row,
    heading,
    letter_of,
    no_heading,
    question_id,
)
from mudhif.services.guest_formulas import UNVALUED

MAX_FILE_BYTES = 20_000_000
SECONDS = 30

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
CONSENTS = ("consent_attendance", "consent_photos")
_PASSED_OVER = ("number", "ticket", "checked_in", "source", "meta")
MAPPABLE = (*FIELDS, *_PARTS, "key", *CONSENTS)
"""What a column may be taken for, beside the event's questions. ``key`` names a row of its source for good (Kobo's
``_uuid``): a row with the same key is the same guest, whatever else has changed."""

_HXL = re.compile(r"#[a-z]+[a-z0-9_+ ]*")

Remembered = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives what a person said of columns with these headers before: field by header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number as the sheet shows it, its texts by field, and all its cells as they stand.

    ``unvalued`` are the fields whose cell is a formula that the file holds no value of.
    """

    number: int
    texts: Mapping[str, str]
    cells: tuple[str, ...] = ()
    unvalued: tuple[str, ...] = ()


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

    @property
    def has_names(self) -> bool:
        """Whether a guest can be made of a row, or found by it."""
        return bool({"name", "name_alt", "id", *_PARTS} & {column.field for column in self.columns})

    @property
    def headers(self) -> tuple[str, ...]:
        """What the columns are known by the next time; empty where none has a header."""
        return tuple(column.header for column in self.columns if fold(column.header))

    def cell(self, row: int, field: str) -> str:
        """Where a value stands: ``D14``; empty where the file has no such column, or no letters for its columns."""
        letter = next((column.letter for column in self.columns if column.field == field), "")
        return f"{letter}{row}" if letter else ""


def read_guest_file(
    path: Path,
    mapping: Mapping[str, str] | None = None,
    *,
    name: str = "",
    encoding: str = "",
    questions: Sequence[Asked] = (),
    remembered: Remembered | None = None,
) -> GuestTable:
    """Read a guest list.

    Args:
        mapping: column to field, where guessing is not wanted: a header as it stands in the file, or a column's letter;
            a field of `MAPPABLE`, ``question:`` with a question's id, or `LEAVE_OUT`.
        name: what to call the file in sentences, if not by its own name (an upload).
        encoding: the encoding of a text file, if not to be found out.
        questions: the event's own, whose answers may stand in columns that are headed by their titles.
        remembered: what was said of such columns before; ``mapping`` counts more.

    Raises:
        BadFile: it is no table; the sentence says what it is and what to do.
    """
    sheets = open_guest_file(path, name=name, encoding=encoding)
    table = sheets.table(mapping, questions=questions, remembered=remembered)
    sheets.refuse_what_is_none(table, mapping or {})
    return table


def open_guest_file(
    path: Path, *, name: str = "", encoding: str = "", cancelled: Callable[[], bool] = lambda: False
) -> OpenedFile:
    """Open a file in a child process; what its columns mean is said later, and may be said anew.

    Args:
        cancelled: asked while it is opened; once true, `ChildFailed` ends the work.

    Raises:
        BadFile: it is no table; the sentence says what it is and what to do.
    """
    name = name or path.name
    try:
        return OpenedFile(name, _open_in_child(path, encoding, cancelled))
    except _Bad as bad:
        raise _told(name, bad) from None


class _Bad(Exception):
    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def _told(name: str, bad: _Bad) -> BadFile:
    return BadFile(_SENTENCES[bad.code], file=name, **bad.values)


def _open_in_child(path: Path, encoding: str, cancelled: Callable[[], bool]) -> dict[str, Any]:
    if not path.is_file():
        raise _Bad("missing")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise _Bad("too-large", megabytes=size // 1_000_000, limit=MAX_FILE_BYTES // 1_000_000)
    words = (str(path.resolve()), encoding)
    try:
        said = run_child("mudhif.services.guest_sheets", *words, seconds=SECONDS, cancelled=cancelled)
        content: dict[str, Any] = json.loads(said)
    except (ChildFailed, ValueError):
        raise _Bad("too-heavy") from None
    if "error" in content:
        raise _Bad(content["error"], **content["values"])
    return content


class OpenedFile:
    """What a file holds, before anybody has said what its columns mean."""

    def __init__(self, name: str, content: dict[str, Any]) -> None:
        self.name, self._content = name, content
        self.encoding: str = content.get("encoding", "")

    def table(
        self,
        mapping: Mapping[str, str] | None = None,
        *,
        questions: Sequence[Asked] = (),
        remembered: Remembered | None = None,
        headed: bool = False,
    ) -> GuestTable:
        """The table with what is taken from which column; one in which nothing is known has no rows.

        Args:
            headed: the first row names the columns, by words that are not known here.

        Raises:
            BadFile: a field in ``mapping`` that there is not, or nothing in the file at all.
        """
        try:
            _refuse_fields(mapping or {}, questions)
            return self._table(mapping or {}, questions, remembered, headed)
        except _Bad as bad:
            raise _told(self.name, bad) from None

    def refuse_what_is_none(self, table: GuestTable, mapping: Mapping[str, str]) -> None:
        """Refuse a table without names, or without a column that was named.

        Raises:
            BadFile: it is one of these.
        """
        columns = table.columns
        shown = ", ".join(column.header or column.letter for column in columns if column.header or column.field)
        there = {fold(column.header) for column in columns} | {column.letter.casefold() for column in columns}
        for column in mapping:
            if (fold(column) or column.casefold()) not in there:
                raise _told(self.name, _Bad("no-such-column", column=column, columns=shown))
        if not table.has_names:
            code = "no-name" if table.headers else "no-header"
            raise _told(self.name, _Bad(code, columns=shown))

    def _table(
        self, mapping: Mapping[str, str], questions: Sequence[Asked], remembered: Remembered | None, headed: bool
    ) -> GuestTable:
        wanted = Wanted(mapping=_by_key(mapping), questions=questions)
        if "records" in self._content:
            return self._of_records(wanted, remembered)
        sheets = [s for s in self._content["sheets"] if any(cell.strip() for row in s["rows"] for cell in row)]
        if not sheets:
            raise _Bad("empty")
        for sheet in sheets:
            top = header_row(sheet["rows"], wanted)
            if top is None:
                top = _row_seen_before(sheet["rows"], remembered)
            if top is not None:
                return self._of_sheet(sheet, top, wanted, remembered)
        # No row names its columns: they are known by their letters, and a person says what they hold.
        first = next(index for index, row in enumerate(sheets[0]["rows"]) if any(cell.strip() for cell in row))
        return self._of_sheet(sheets[0], first if headed else None, wanted, None)

    def _of_records(self, wanted: Wanted, remembered: Remembered | None) -> GuestTable:
        records = self._content["records"]
        headers = list(dict.fromkeys(key for record in records for key in record))
        cells = [[record.get(header, "") for header in headers] for record in records]
        head = Heading(headers=tuple(headers), groups=("",) * len(headers), last=0)
        wanted = _with_remembered(wanted, head, remembered)
        columns = columns_of(head, [""] * len(headers), cells, wanted)
        rows = _rows(columns, cells, 1)
        return GuestTable(file=self.name, columns=columns, rows=rows, encoding=self.encoding)

    def _of_sheet(
        self, sheet: dict[str, Any], top: int | None, wanted: Wanted, remembered: Remembered | None
    ) -> GuestTable:
        grid: list[list[str]] = sheet["rows"]
        width = max(map(len, grid))
        head = no_heading(width) if top is None else heading(grid, top, width, sheet["wide"])
        letters = [letter_of(sheet["first_column"] + index) for index in range(width)]
        below = [[*row, *[""] * (width - len(row))] for row in grid[head.last + 1 :]]
        columns = columns_of(head, letters, below, _with_remembered(wanted, head, remembered))
        rows = _rows(columns, below, sheet["first_row"] + head.last + 1, head.headers)
        return GuestTable(file=self.name, columns=columns, rows=rows, sheet=sheet["name"], encoding=self.encoding)


def _row_seen_before(grid: Sequence[Sequence[str]], remembered: Remembered | None) -> int | None:
    """The row whose headers are known from an earlier file alone, by what a person said of them then."""
    if remembered is None:
        return None
    for index, row in enumerate(grid[:HEADER_ROWS]):
        titles = [" ".join(cell.split()) for cell in row if fold(cell)]
        if titles and remembered(titles):
            return index
    return None


def _by_key(mapping: Mapping[str, str]) -> dict[str, str]:
    return {fold(column) or column.casefold(): field for column, field in mapping.items()}


def _with_remembered(wanted: Wanted, head: Heading, remembered: Remembered | None) -> Wanted:
    said = _by_key(remembered([title for title in head.titles() if fold(title)])) if remembered else {}
    known = {question.id for question in wanted.questions}
    fitting = {column: field for column, field in said.items() if not question_id(field) or question_id(field) in known}
    return Wanted(mapping=fitting | dict(wanted.mapping), questions=wanted.questions)


def _refuse_fields(mapping: Mapping[str, str], questions: Sequence[Asked]) -> None:
    known = {question.id for question in questions}
    for field in mapping.values():
        if field not in MAPPABLE and field != LEAVE_OUT and question_id(field) not in known:
            raise _Bad("no-such-field", wanted=field, fields=", ".join(MAPPABLE))


def _rows(
    columns: Sequence[Column], below: Sequence[Sequence[str]], first: int, headers: Sequence[str] = ()
) -> tuple[Row, ...]:
    wanted = [
        (index, column.field)
        for index, column in enumerate(columns)
        if column.field and column.field not in _PASSED_OVER
    ]
    named = [header for header in headers if header]
    rows = []
    for number, cells in enumerate(below, start=first):
        filled = [cell.strip() for cell in cells if cell.strip()]
        if not filled or all(map(_HXL.fullmatch, filled)) or (named and [" ".join(c.split()) for c in filled] == named):
            continue
        texts = {field: cells[index].strip() for index, field in wanted if cells[index].strip()}
        unvalued = tuple(field for field, text in texts.items() if text == UNVALUED)
        texts = _with_parts_joined({field: text for field, text in texts.items() if text != UNVALUED})
        if not is_id(texts.get("id")):
            texts.pop("id", None)  # a column "ID" of somebody else's
        # Sheets are often numbered further down than they are filled.
        if set(texts) - {"timestamp"} or unvalued:
            shown = tuple("" if cell == UNVALUED else cell for cell in cells)
            rows.append(Row(number=number, texts=texts, cells=shown, unvalued=unvalued))
    return tuple(rows)


def _with_parts_joined(texts: dict[str, str]) -> dict[str, str]:
    parts = [texts.pop(part) for part in _PARTS if part in texts]
    if parts and "name" not in texts:
        texts["name"] = " ".join(parts)
    return texts


__all__ = ["CONSENTS", "LEAVE_OUT", "MAPPABLE", "QUESTION", "Column", "GuestTable", "OpenedFile", "Row",
           "open_guest_file", "read_guest_file"]  # fmt: skip
