"""Any spreadsheet or text table, opened as a grid of texts: run as a child process, because files come from strangers.

``python -m mudhif.services.guest_sheets FILE ENCODING`` prints one JSON document, ``{"sheets": […]}`` or
``{"error": code, "values": {…}}``, and keeps a limit of memory. A file's content says what it is, not its name.
A formula whose value the file does not hold stands in the grid as `guest_formulas.UNVALUED`.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from mudhif.services.children import limit_child
from mudhif.services.guest_formulas import UNVALUED, formulas_without_values

MAX_ROWS, MAX_COLUMNS = 100_000, 200
MAX_UNPACKED, MAX_RATIO, RATIO_COUNTS_FROM = 200_000_000, 100, 20_000_000
MAX_CELLS, MAX_CHARACTERS, MAX_CELL = 5_000_000, 30_000_000, 20_000
MEMORY_BYTES = 1_500_000_000

Grid = list[list[str]]

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER_FILES = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"{\\rtf": "RTF",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"\x1f\x8b": "gzip",
}


class Unreadable(Exception):
    """Why a file gives no grid: a code that `guest_tables` has a sentence for, and what fills the sentence in."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def read_sheets(data: bytes, encoding: str = "") -> dict[str, Any]:
    """The sheets of a file, or its ``records``.

    A sheet is ``{"name", "first_row", "first_column", "rows", "wide"}``, counted from 1. ``wide`` are cells merged over
    several columns, near the top: ``[row, first column, last column]``, from 0, in ``rows``. What is merged over
    several rows of one column stands in each of them.

    Raises:
        Unreadable: it is no table, or one that is too large or protected.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable("empty")
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise Unreadable("encrypted")
        return {"sheets": _workbook(data)}
    if data.startswith(_ZIP):
        _refuse_bombs(data)
        return {"sheets": _workbook(data)}
    for mark, name in _OTHER_FILES.items():
        if data.startswith(mark):
            raise Unreadable("other-file", kind=name)
    text, used = decoded(data, encoding)
    if text.lstrip()[:1] in ("[", "{"):
        return {"records": _records(text), "encoding": used}
    if re.match(r"\s*<(!doctype|html|\?xml|table|svg)", text, re.IGNORECASE):
        raise Unreadable("other-file", kind="HTML")
    rows, separator = _separated(text)
    sheet = {"name": "", "first_row": 1, "first_column": 1, "rows": rows, "wide": []}
    return {"sheets": [sheet], "encoding": used, "separator": separator}


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise Unreadable("damaged") from None
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * len(data)):
        raise Unreadable("unpacks-too-large", megabytes=unpacked // 1_000_000)


def _workbook(data: bytes) -> list[dict[str, Any]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        unvalued = formulas_without_values(data)
        return [_sheet(book.get_sheet_by_name(name), unvalued.get(name, [])) for name in book.sheet_names]
    except PasswordError:
        raise Unreadable("encrypted") from None
    except (CalamineError, OSError, ValueError):
        raise Unreadable("damaged") from None


def _sheet(sheet: Any, unvalued: list[tuple[int, int]]) -> dict[str, Any]:
    _refuse_size(sheet.height, sheet.width)
    first_row, first_column = sheet.start or (0, 0)
    rows: Grid = []
    characters = 0
    for row in sheet.to_python(skip_empty_area=True):
        rows.append([cell_text(value) for value in row])
        # One long text that a million cells share is short in the file.
        characters += sum(map(len, rows[-1]))
        if characters > MAX_CHARACTERS:
            raise Unreadable("too-heavy")
    wide = _spread_merged(rows, sheet.merged_cell_ranges or [], first_row, first_column)
    for row, column in unvalued:
        _put(rows, row - first_row, column - first_column)
    return {
        "name": sheet.name,
        "first_row": first_row + 1,
        "first_column": first_column + 1,
        "rows": rows,
        "wide": wide,
    }


MERGED_LOOKED_AT, MAX_WIDE_ROW = 20_000, 40


def _spread_merged(rows: Grid, ranges: Sequence[Any], first_row: int, first_column: int) -> list[list[int]]:
    """Fill what is merged down one column, and say what is merged across columns near the top."""
    wide = []
    for (top, left), (bottom, right) in ranges[:MERGED_LOOKED_AT]:
        top, bottom, left, right = top - first_row, bottom - first_row, left - first_column, right - first_column
        if top < 0 or left < 0 or top >= len(rows) or left >= len(rows[top]):
            continue
        if right > left:
            if top < MAX_WIDE_ROW:
                wide.append([top, left, right])
            continue
        for row in rows[top + 1 : bottom + 1]:
            row[left] = row[left] or rows[top][left]
    return wide


def _put(rows: Grid, row: int, column: int) -> None:
    """Mark a formula that has no value; one outside the grid's edge widens it, within what a list may have."""
    if not (0 <= row < MAX_ROWS and 0 <= column < MAX_COLUMNS):
        return
    while len(rows) <= row:
        rows.append([])
    rows[row] += [""] * (column + 1 - len(rows[row]))
    rows[row][column] = rows[row][column] or UNVALUED


def _refuse_size(rows: int, columns: int) -> None:
    if rows > MAX_ROWS:
        raise Unreadable("too-many-rows", rows=rows, limit=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise Unreadable("too-many-columns", columns=columns, limit=MAX_COLUMNS)
    if rows * columns > MAX_CELLS:
        raise Unreadable("too-heavy")


def cell_text(value: Any) -> str:
    """A cell's value as a person would type it: a whole number has no ".0", for a phone would become another phone.

    >>> cell_text(7801234567.0), cell_text(1.5), cell_text(True), cell_text(date(2026, 3, 1)), cell_text(None)
    ('7801234567', '1.5', 'yes', '2026-03-01', '')
    """
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)[:MAX_CELL]


_ARABIC_WORD = re.compile("[\u0621-\u064a]{3}")


def decoded(data: bytes, encoding: str = "") -> tuple[str, str]:
    """The text of a file, and the encoding that it turned out to be in.

    In order: a mark at its start; UTF-16 by its zeros; strict UTF-8; Windows-1256 if an Arabic word comes out; else
    Windows-1252. Nothing is replaced: what fits none of them is refused.
    """
    for used in [encoding] if encoding else _encodings(data):
        try:
            text = data.decode(used)
        except (UnicodeDecodeError, LookupError):
            continue
        if used == "cp1256" and not encoding and not _ARABIC_WORD.search(text):
            continue
        if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
            raise Unreadable("not-text")
        return text.removeprefix("\ufeff"), used
    raise Unreadable("unknown-letters")


def _encodings(data: bytes) -> list[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 8 and min(even, odd) <= len(head) // 64:
        return ["utf-16-be" if even > odd else "utf-16-le"]
    return ["utf-8-sig", "cp1256", "cp1252"]


def _separated(text: str) -> tuple[Grid, str]:
    csv.field_size_limit(MAX_CELL * 10)
    said = re.match(r"sep=(.)\r?\n?", text, re.IGNORECASE)
    if said:
        text = text[said.end() :]
    separator = said.group(1) if said else _sniffed(text)
    rows: Grid = []
    try:
        for row in _parsed(text, separator):
            rows.append([_without_guard(cell)[:MAX_CELL] for cell in row])
            _refuse_size(len(rows), len(row))
    except csv.Error:
        raise Unreadable("damaged") from None
    return rows, separator


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _sniffed(text: str) -> str:
    """The separator that cuts the first lines into the most columns, alike in most lines."""
    best, most = ",", 0
    for separator in ",;\t|":
        widths = Counter(len(row) for row, _ in zip(_quiet(_parsed(text, separator)), range(20), strict=False) if row)
        width, lines = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
        if width > 1 and width * lines > most:
            best, most = separator, width * lines
    return best


def _quiet(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error:
        return


_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def _without_guard(cell: str) -> str:
    """The cell without the quote that keeps a spreadsheet from reading it as a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _records(text: str) -> list[dict[str, str]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("damaged") from None
    rows = document.get("guests") if isinstance(document, dict) else document
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable("json-not-guests")
    _refuse_size(len(rows), max(map(len, rows), default=0))
    return [
        {str(name): cell_text(value) for name, value in row.items() if not isinstance(value, dict | list)}
        for row in rows
    ]


def main(path: str, encoding: str = "") -> None:
    """Read one file and print what it holds."""
    limit_child(MEMORY_BYTES)
    try:
        answer = read_sheets(Path(path).read_bytes(), encoding)
    except Unreadable as error:
        answer = {"error": error.code, "values": error.values}
    except MemoryError:
        answer = {"error": "too-heavy", "values": {}}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
