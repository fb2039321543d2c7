"""Write an event's guests into a file that import reads back without loss, and in which no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mudhif.domain.errors import BadInput
from mudhif.domain.guests import FIELDS
from mudhif.i18n import N_, _
from mudhif.services.registrations import guest_list

FORMATS = (".xlsx", ".csv", ".json")
WRONG_FORMAT = N_("Guests are exported as .xlsx, .csv or .json; %(file)s is none of these.")

# Import passes the columns after the fields over; they are for people.
COLUMNS = ("id", "number", *FIELDS, "ticket", "checked_in")

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def export_guests(event_id: str, path: Path) -> int:
    """Write the guest list of an event; the ending of the name says in which format.

    Returns:
        How many guests are in it.

    Raises:
        BadInput: the name has another ending.
    """
    if path.suffix.lower() not in FORMATS:
        raise BadInput(fields={"output": [_(WRONG_FORMAT, file=path.name)]})
    rows = guest_list(event_id)
    write_whole(path, guest_file(path.suffix.lower(), rows))
    return len(rows)


def guest_file(suffix: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The contents of a guest file, out of rows as `guest_list` gives them.

    Args:
        suffix: one of `FORMATS`.
    """
    known = {"person", "source", "sounds_like", *COLUMNS}
    columns = [*COLUMNS, *dict.fromkeys(name for row in rows for name in row if name not in known)]
    # Of an erased guest there is nothing left to write down, and a row without a name would not be read back.
    named = [{name: row.get(name) for name in columns} for row in rows if row["name"]]
    return {".xlsx": _xlsx, ".csv": _csv, ".json": _json}[suffix](columns, named)


def _xlsx(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Guests")
        bold = book.add_format({"bold": True})
        for index, name in enumerate(columns):
            sheet.write_string(0, index, name, bold)
        for number, row in enumerate(rows, start=1):
            for index, name in enumerate(columns):
                _write_cell(sheet, number, index, row[name])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, len(columns) - 1, 18)
    return file.getvalue()


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, _text(value))  # never `write`, which makes a formula of what begins with =


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_guarded(_text(row[name])) for name in columns])
    return text.getvalue().encode("utf-8-sig")  # without the mark, Excel reads Arabic as Windows-1252


def _guarded(text: str) -> str:
    """The text with a quote in front where a spreadsheet would read a formula; import takes it off again.

    >>> _guarded("=1+1"), _guarded("+9647801234567"), _guarded("O'Brien")
    ("'=1+1", "'+9647801234567", "O'Brien")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _json(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    document = {"format": "mudhif-guests/1", "guests": [dict(row) for row in rows]}
    return json.dumps(document, ensure_ascii=False, indent=1, default=str).encode()


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all: what was there before stays until the new one is complete."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
