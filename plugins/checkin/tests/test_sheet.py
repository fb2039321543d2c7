"""The attendance sheet: what donors ask for stands in it, with the signatures as drawings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mudhif.plugins.types import Who
from mudhif.services.events import update_event
from mudhif.services.merging import merge_people
from mudhif.services.printing import PrintingFailed, render_typst
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
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


def titles(data: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(group["title"], [row["name"] for row in group["rows"]]) for group in data["groups"]]


def test_a_sheet_to_sign_on_paper_has_rooms_for_signatures_and_rows_for_walk_ins(
    event: Event, zahra: Registration, new_guest: Callable[..., Registration], present: Callable[..., Any], desk: Who
) -> None:
    new_guest(event, "Ammar Saleh", status="cancelled")
    present(event, zahra, at="2024-03-07T09:06:00+03:00")
    keep_signature(event, zahra.id, ZIGZAG, desk)
    data = sheet_data(event, attendance_of(event.id), "en", NOW, phones=True, blank=True)
    assert list(data["headers"]) == ["number", "name", "sex", "organisation", "role", "kind", "phone", "signature"]
    assert [(row["name"], row["signature"]) for row in data["rows"]] == [("Zahra Kadhim", "")]
    assert titles(data) == [("", ["Zahra Kadhim"]), ("Came without a registration", [""] * 10)]
    assert data["total"] == "One is registered."


def test_the_rows_stand_under_their_kinds_or_organisations(
    event: Event, new_guest: Callable[..., Registration]
) -> None:
    for name, kind, organisation in [
        ("A", "media", "Ur"), ("B", "participant", None), ("C", "media", "أور"), ("D", "guest", "Ur"),
    ]:  # fmt: skip
        new_guest(event, name, kind=kind, organisation=organisation)
    came = attendance_of(event.id)
    by_kind = sheet_data(event, came, "en", NOW, phones=False, by="kind")
    assert titles(by_kind) == [("Participant", ["B"]), ("Guest of honour", ["D"]), ("Media", ["A", "C"])]
    assert "kind" not in by_kind["headers"]
    by_organisation = sheet_data(event, came, "en", NOW, phones=False, by="organisation")
    assert titles(by_organisation) == [("Ur", ["A", "D"]), ("أور", ["C"]), ("No organisation", ["B"])]
    assert "organisation" not in by_organisation["headers"]


@pytest.fixture
def seven_days(event: Event) -> Event:
    write(update_event, event, {"ends": event.ends + timedelta(days=6)})
    found: Event = Event.get_by_id(event.id)
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("by", [None, "kind", "organisation"])
@pytest.mark.parametrize("blank", [True, False], ids=["blank", "filled"])
def test_several_days_have_a_column_each_and_more_than_five_a_further_table(
    seven_days: Event, zahra: Registration, present: Callable[..., Any], desk: Who, language: str, by: Any, blank: bool
) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    present(seven_days, zahra, at="2024-03-07T09:06:00+03:00")
    keep_signature(seven_days, zahra.id, ZIGZAG, desk, now=datetime(2024, 3, 7, 7, tzinfo=UTC))
    came = attendance_of(seven_days.id)
    data = sheet_data(seven_days, came, language, NOW, phones=True, by=by, blank=blank)
    assert [part["days"] for part in data["parts"]] == [
        ["07/03", "08/03", "09/03", "10/03", "11/03"], ["12/03", "13/03"],
    ]  # fmt: skip
    assert "signature" not in data["headers"]
    days = data["rows"][0]["days"]
    assert [day["time"] for day in days] == ["" if blank else "09:06", *[""] * 6]
    assert [bool(day["signature"]) for day in days] == [not blank, *[False] * 6]
    pdf = pdfium.PdfDocument(attendance_sheet(seven_days, came, language, NOW, by=by, blank=blank))
    pages = [page.get_textpage().get_text_range() for page in pdf]
    assert "07/03" in pages[0]
    assert "13/03" in pages[-1]
    assert sum("Zahra" in page for page in pages) == 2


def test_who_signs_after_the_event_signs_for_its_last_day(seven_days: Event, zahra: Registration, desk: Who) -> None:
    keep_signature(seven_days, zahra.id, ZIGZAG, desk, now=datetime(2024, 4, 1, tzinfo=UTC))
    data = sheet_data(seven_days, attendance_of(seven_days.id), "en", NOW, phones=True)
    assert [bool(day["signature"]) for day in data["rows"][0]["days"]] == [*[False] * 6, True]


def test_one_person_of_two_records_has_one_row(
    event: Event, zahra: Registration, new_guest: Callable[..., Registration], present: Callable[..., Any]
) -> None:
    twin = new_guest(event, "زهراء كاظم")
    present(event, twin, at="2024-03-07T09:01:00+03:00")
    present(event, zahra, at="2024-03-07T09:06:00+03:00")
    write(merge_people, zahra.person, twin.person)
    (row,) = sheet_data(event, attendance_of(event.id), "en", NOW, phones=True)["rows"]
    assert row["arrived"] in ("09:01", "09:06")
