"""The attendance sheet: what donors ask for stands in it, with the signatures as drawings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mudhif.plugins.types import Who
from mudhif.services.printing import PrintingFailed, render_typst
from mudhif.storage.models import Event, Registration
from mudhif_checkin.attendance import attendance_of
from mudhif_checkin.sheet import attendance_sheet, sheet_data
from mudhif_checkin.signatures import keep_signature, signature_svg

ZIGZAG = "[[100,200,50,-80,50,80,50,-80],[400,120]]"
NOW = datetime(2024, 3, 7, 12, 0, tzinfo=UTC)


def test_a_row_has_what_donors_ask_for_and_the_signature_as_a_vector(
    event: Event, zahra: Registration, new_guest: Callable[..., Registration], present: Callable[..., Any], desk: Who
) -> None:
    new_guest(event, "هبة جاسم", role="Reporter", phone="0780 112 4471", kind="media")
    present(event, zahra, at="2024-03-07T09:06:00+03:00")
    keep_signature(event, zahra.id, ZIGZAG, desk)
    data = sheet_data(event, attendance_of(event.id), "en", NOW, phones=True)
    first, second = data["rows"]
    assert (first["name"], first["sex"], first["arrived"]) == ("Zahra Kadhim", "Woman", "09:06")
    assert first["signature"].startswith("<svg ")
    assert first["alt"] == "Signature of Zahra Kadhim"
    assert (second["role"], second["phone"], second["arrived"]) == ("Reporter", "0780 112 4471", "")
    assert second["signature"] == ""
    assert list(data["headers"].values()) == [
        "No.", "Name", "Sex", "Organisation", "Position", "Kind of guest", "Phone", "Arrived", "Signature",
    ]  # fmt: skip


def test_who_may_not_see_phones_prints_none(event: Event, zahra: Registration) -> None:
    assert "phone" not in sheet_data(event, attendance_of(event.id), "en", NOW, phones=False)["headers"]


def test_the_signature_is_drawn_as_lines(event: Event, zahra: Registration, desk: Who) -> None:
    pdfium = pytest.importorskip("pypdfium2")

    def objects() -> tuple[int, int]:
        page = pdfium.PdfDocument(attendance_sheet(event, attendance_of(event.id), now=NOW))[0]
        assert "Zahra Kadhim" in page.get_textpage().get_text_range()
        assert page.get_width() > page.get_height()
        kinds = [thing.type for thing in page.get_objects(max_depth=9)]
        return kinds.count(pdfium.raw.FPDF_PAGEOBJ_PATH), kinds.count(pdfium.raw.FPDF_PAGEOBJ_IMAGE)

    lines, pictures = objects()
    keep_signature(event, zahra.id, ZIGZAG, desk)
    assert objects() == (lines + 1, pictures)
    assert pictures == 0


def test_a_picture_of_a_signature_has_words(event: Event, zahra: Registration, desk: Who) -> None:
    keep_signature(event, zahra.id, ZIGZAG, desk)
    with pytest.raises(PrintingFailed, match="alt"):
        render_typst(
            '#image("s.svg")', {"s.svg": signature_svg(ZIGZAG)}
        )  # the sheet is held to the same rule, and printed
    assert attendance_sheet(event, attendance_of(event.id), "ar", NOW).startswith(b"%PDF")
