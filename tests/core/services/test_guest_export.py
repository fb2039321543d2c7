"""Guest files that spreadsheets open without surprises. That import reads them back stands in test_guest_import."""

from __future__ import annotations

import openpyxl
import pytest

from mudhif.domain.errors import BadInput
from mudhif.services.guest_export import export_guests
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.storage.store import write

DANGEROUS = ['=HYPERLINK("http://x")', "+1+1", "-1+1a", "@SUM(A1)"]


@pytest.fixture
def guests(event):
    phone = "+9647801234567"
    for name in DANGEROUS:
        write(register_guest, event.id, NewGuest(name=name, organisation=name, phone=phone, phone_e164=phone))


def test_no_cell_of_a_workbook_is_a_formula(event, guests, tmp_path):
    assert export_guests(event.id, tmp_path / "out.xlsx") == 4
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {cell.value for cell in cells} >= {*DANGEROUS, "+9647801234567"}


def test_no_cell_of_a_csv_begins_like_a_formula(event, guests, tmp_path):
    export_guests(event.id, tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert "'+9647801234567" in text and not [
        c for line in text.splitlines() for c in line.split(",") if c[:1] in "=+-@" and c
    ]


def test_arabic_of_a_csv_is_marked_as_unicode_for_spreadsheets(event, tmp_path):
    write(register_guest, event.id, NewGuest(name="زينب"))
    export_guests(event.id, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_another_format_is_refused_and_nothing_is_written(event, tmp_path):
    with pytest.raises(BadInput, match=r"out\.pdf"):
        export_guests(event.id, tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_a_file_that_cannot_be_finished_leaves_the_old_one(event, tmp_path, monkeypatch):
    target = tmp_path / "out.json"
    target.write_text("old")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        export_guests(event.id, target)
    assert target.read_text() == "old" and list(tmp_path.glob(".out*")) == []
