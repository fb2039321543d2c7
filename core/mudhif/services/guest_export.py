"""Write an event's guests into a file that import reads back without loss, and in which no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mudhif.domain.errors import BadInput
from mudhif.domain.guests import FIELDS
from mudhif.domain.names import fold
from mudhif.domain.questions import AnswerKind, Asked, in_language, read_answer
from mudhif.i18n import N_, _
from mudhif.services.guest_headers import consent_of, field_of
from mudhif.services.questions import LANGUAGES, event_questions
from mudhif.services.registrations import guest_list
from mudhif.storage.models import Registration

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
    rows = export_rows(event_id)
    write_whole(path, guest_file(path.suffix.lower(), rows))
    return len(rows)


def export_rows(event_id: str) -> list[dict[str, Any]]:
    """The guests with their answers: one column for each question, under its title."""
    rows = guest_list(event_id)
    questions = event_questions(event_id)
    if not questions:
        return rows
    titles = answer_titles(questions)
    stored = Registration.select(Registration.id, Registration.answers).where(
        Registration.event == event_id, Registration.answers.is_null(False)
    )
    by_guest: Any = stored.tuples()
    answers: dict[str, Any] = dict(by_guest)
    for row in rows:
        given = answers.get(row["id"]) or {}
        row |= {titles[one.id]: answer_cell(one, given.get(one.id)) for one in questions}
    return rows


def answer_titles(questions: Sequence[Asked]) -> dict[str, str]:
    """The heading of each question's column: its title, or its id where a title would be taken for something else."""
    titles = {question.id: in_language(question.title, LANGUAGES[0]) for question in questions}
    often = Counter(map(fold, titles.values()))
    taken = set(map(fold, (*COLUMNS, "person", "source", "sounds_like")))
    return {
        id: f"question:{id}"
        if often[fold(title)] > 1 or fold(title) in taken or field_of(title) or consent_of(title)
        else title
        for id, title in titles.items()
    }


def answer_cell(question: Asked, answer: Any) -> str | int | float | bool | None:
    """An answer as a sheet has it, and as `judge_answers` reads it again: options by their titles."""
    if isinstance(answer, list):
        return "; ".join(_option(question, one, apart=";؛") for one in answer)
    if isinstance(answer, str) and question.options:
        return _option(question, answer)
    plain: str | int | float | bool | None = answer
    return plain


def _option(question: Asked, id: str, apart: str = "") -> str:
    """An option's title, or its id where the title would be read as another one, or as two."""
    option = next((one for one in question.options if one["id"] == id), None)
    title = in_language(option["title"], LANGUAGES[0]) if option is not None else id
    reads_as, _problem = read_answer(replace(question, kind=AnswerKind.CHOICE), title)
    return title if reads_as == id and not any(mark in title for mark in apart) else id


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
    if isinstance(value, (int, float)) and not isinstance(value, bool):
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
