"""Agendas out of files: Word, Excel, CSV, iCalendar and text, all turned into the lines that the parser reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from mudhif.plugin_api import N_, BadFile

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 300_000
SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
KINDS = (".txt", ".md", ".docx", *SHEETS, ".csv", ".tsv", ".ics")


def text_of(path: Path) -> str:
    """The text of an agenda file.

    Raises:
        BadFile: it is not there, too large, or not what its name says.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise BadFile(N_("There is no file %(path)s."), path=path) from None
    except OSError as error:
        raise BadFile(N_("%(path)s cannot be read: %(why)s"), path=path, why=error.strerror) from None
    return text_in(content, path.name)


def text_in(content: bytes, name: str) -> str:
    """The text of a file's bytes; its kind is seen from its name and its first bytes.

    Raises:
        BadFile: too large, or not what its name says.
    """
    if len(content) > MAX_BYTES:
        raise BadFile(N_("%(path)s is larger than 20 MB; an agenda is not."), path=name)
    ending = Path(name).suffix.lower()
    readers = {".docx": _docx, ".ics": _ics, ".csv": _csv, ".tsv": _csv} | dict.fromkeys(SHEETS, _sheet)
    reader = readers.get(ending)
    try:
        return short_enough(reader(content) if reader else decoded(content, name), name)
    except BadFile:
        raise
    except Exception as error:
        raise BadFile(N_("%(path)s is no readable %(kind)s file."), path=name, kind=ending) from error


def short_enough(text: str, name: str) -> str:
    """The text itself, where it is no longer than a long report.

    Raises:
        BadFile: it is longer.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadFile(N_("%(path)s is longer than a report with an agenda. Paste the agenda alone."), path=name)
    return text


def decoded(content: bytes, name: str) -> str:
    """Text in UTF-8, UTF-16 or the Arabic code page of Windows.

    Raises:
        BadFile: it is not text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content or content.startswith((b"%PDF", b"PK\x03\x04")):
        raise BadFile(N_("%(path)s is no text. Open it, copy the agenda and paste it."), path=name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1256", errors="replace")


def _docx(content: bytes) -> str:
    """Paragraphs a line each, and tables a row each with tabs between the cells, in the document's order."""
    from docx import Document
    from docx.table import Table

    lines: list[str] = []
    for block in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            lines += ["\t".join(_cells(row.cells)) for row in block.rows]
        else:
            bullet = "• " if (block.style and "List" in (block.style.name or "")) else ""
            lines += [bullet + line for line in block.text.split("\n")]
    return "\n".join(lines)


def _cells(cells: Iterable[Any]) -> list[str]:
    """Each cell once: a merged one is given for every column that it spans."""
    seen: list[Any] = []
    texts = []
    for cell in cells:
        if cell._tc not in seen:
            seen.append(cell._tc)
            texts.append(" ".join(cell.text.split()))
    return texts


def _sheet(content: bytes) -> str:
    """The first sheet that has rows; true times come as such, and their fractions of a day are not guessed."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if any(any(cell not in ("", None) for cell in row) for row in rows):
            return "\n".join(_row(row) for row in rows)
    return ""


def _row(row: Iterable[Any]) -> str:
    return "\t".join(_cell(cell) for cell in row).rstrip("\t")


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split()) if value is not None else ""


def _csv(content: bytes) -> str:
    text = decoded(content, "csv")
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    lines: list[str] = []
    reader = csv.reader(io.StringIO(text, newline=""), dialect)
    for row in reader:
        lines += [""] * (reader.line_num - 1 - len(lines))  # a row that spans lines stands on its last one
        lines.append(_row(row))
    return "\n".join(lines)


def _ics(content: bytes) -> str:
    """The events of a calendar as lines of an agenda, by their start; each new day a heading."""
    import icalendar

    calendar: Any = icalendar.Calendar.from_ical(content)
    events = [event for event in calendar.walk("VEVENT") if event.get("DTSTART")]
    events.sort(key=lambda event: str(event["DTSTART"].dt))
    lines: list[str] = []
    shown: date | None = None
    for event in events:
        start = event["DTSTART"].dt
        if not isinstance(start, datetime):
            continue
        if start.date() != shown:
            shown = start.date()
            lines.append(shown.isoformat())
        end = event["DTEND"].dt if event.get("DTEND") else None
        until = f" - {end:%H:%M}" if isinstance(end, datetime) else ""
        lines.append(f"{start:%H:%M}{until}\t{' '.join(str(event.get('SUMMARY', '')).split())}")
    return "\n".join(lines)
