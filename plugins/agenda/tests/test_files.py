"""Agendas out of files, and into them."""

from __future__ import annotations

import io
import json
from datetime import time

import pytest

from mudhif.plugin_api import BadFile, BadInput
from mudhif_agenda.exports import export_agenda
from mudhif_agenda.files import text_in, text_of
from mudhif_agenda.parser import clock_text, parse_agenda


def rows(content: bytes, name: str) -> list[str]:
    return [f"{clock_text(i.start)} {clock_text(i.end)} {i.title}" for i in parse_agenda(text_in(content, name)).items]


def test_a_word_table_is_read_row_by_row():
    from docx import Document

    document = Document()
    document.add_paragraph("Agenda")
    table = document.add_table(rows=3, cols=2)
    for row, cells in enumerate([("Time", "Session"), ("09:00 – 09:30", "Opening"), ("٩:٣٠ – ١٠:٠٠", "عرض")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    out = io.BytesIO()
    document.save(out)
    assert rows(out.getvalue(), "agenda.docx") == ["09:00 09:30 Opening", "09:30 10:00 عرض"]


def test_true_times_of_a_sheet_are_times():
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Start", "End", "Activity"])
    sheet.append([time(9), time(9, 30), "Opening"])
    sheet.append([time(9, 30), time(10), "Talk"])
    out = io.BytesIO()
    book.save(out)
    assert rows(out.getvalue(), "agenda.xlsx") == ["09:00 09:30 Opening", "09:30 10:00 Talk"]


def test_a_csv_with_semicolons_is_read():
    assert rows(b"Time;Title\n09:00-09:30;Opening\n09:30-10:00;Talk\n", "a.csv") == [
        "09:00 09:30 Opening",
        "09:30 10:00 Talk",
    ]


def test_a_calendar_is_read_by_its_starts():
    calendar = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:2
DTSTART:20240307T093000
DTEND:20240307T100000
SUMMARY:Talk
END:VEVENT
BEGIN:VEVENT
UID:1
DTSTART:20240307T090000
DTEND:20240307T093000
SUMMARY:Opening
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
    assert rows(calendar.encode(), "a.ics") == ["09:00 09:30 Opening", "09:30 10:00 Talk"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1256"])
def test_arabic_text_is_read_in_the_encodings_of_windows(encoding):
    assert rows("09:00 - 09:30 الافتتاح".encode(encoding), "a.txt") == ["09:00 09:30 الافتتاح"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"no zip", "a.docx"),
        (b"no zip", "a.xlsx"),
        (b"%PDF-1.7", "a.pdf"),
        (b"\x00\x01", "a.txt"),
        (b"nothing", "a.ics"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_in_a_sentence(content, name):
    with pytest.raises(BadFile) as refused:
        text_in(content, name)
    assert name in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadFile, match=r"none\.txt"):
        text_of(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("kind", "begins"), [("ics", b"BEGIN:VCALENDAR"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfDay"), ("json", b"{")]
)
def test_an_agenda_is_written_in_each_kind(event, items, kind, begins):
    assert export_agenda(event, kind).startswith(begins)


def test_what_was_written_as_a_calendar_sheet_or_csv_is_read_again(event, items):
    for kind in ("xlsx", "csv"):
        again = parse_agenda(text_in(export_agenda(event, kind), f"a.{kind}")).items
        assert [(i.start, i.end, i.title) for i in again] == [(i.start_minute, i.end_minute, i.title) for i in items]


def test_the_calendar_says_when_in_utc_and_keeps_its_ids(event, items):
    made = export_agenda(event, "ics").decode()
    assert "DTSTART:20240307T060000Z" in made
    assert f"UID:{items[0].id}@mudhif" in made.replace("\r\n ", "")


def test_the_pdf_is_one(event, take):
    take("09:00 - 09:30 Opening\n09:30 - 10:00 الجلسة الأولى\n- Speaker: Zainab\n")
    assert export_agenda(event, "pdf").startswith(b"%PDF-")


def test_another_kind_is_refused(event, items):
    with pytest.raises(BadInput, match="docx"):
        export_agenda(event, ".docx")


def test_the_json_has_the_items_of_the_contract(event, items):
    document = json.loads(export_agenda(event, "json"))
    assert document["items"][0] | {"id": ""} == {
        "id": "", "day": 1, "start": "09:00", "end": "09:30", "duration": 1800, "title": "Opening", "kind": "ceremony",
        "speakers": [], "description": None, "line": 1,
    }  # fmt: skip
    assert document["event"]["start"] == "2024-03-07T09:00:00+03:00"


def test_an_unknown_end_stays_out_of_the_calendar(event, take):
    take("09:00 Opening")
    assert "DTEND" not in export_agenda(event, "ics").decode()
