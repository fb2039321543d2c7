"""Guest files that spreadsheets open without surprises. That import reads them back stands in test_guest_import."""

from __future__ import annotations

import openpyxl
import pytest

from mudhif.domain.errors import BadInput
from mudhif.services.guest_export import answer_titles, export_guests, export_rows
from mudhif.services.guest_import import import_guests, plan_import
from mudhif.services.guest_tables import read_guest_file
from mudhif.services.questions import event_questions, save_question
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.storage.models import Registration
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


# ------------------------------------------------------------------------------------------------ answers


def options(*titles):
    return [{"title": {"en": title}} for title in titles]


@pytest.fixture
def questions(event):
    """One of each kind, two of one title, and one that is called like a field."""
    every = [
        {"kind": "text", "title": {"en": "Village", "ar": "القرية"}},
        {"kind": "number", "title": {"en": "Buffaloes"}},
        {"kind": "date", "title": {"ar": "تاريخ الوصول"}},
        {"kind": "yes-no", "title": {"en": "Lunch?"}},
        {"kind": "choice", "title": {"en": "Meal"}, "options": options("Fish", "Rice, no meat")},
        {"kind": "choices", "title": {"en": "Topics"}, "options": options("Water; wells", "Homes, roads", "Schools")},
        {"kind": "number", "title": {"en": "Buffaloes"}},
        {"kind": "text", "title": {"en": "Phone"}},
    ]
    return [write(save_question, event.id, one) for one in every]


@pytest.fixture
def answered(event, questions):
    """A guest with an answer to each."""
    meal, topics = questions[4], questions[5]
    both = [topics.options[0]["id"], topics.options[1]["id"]]
    values = ["=Al-Chibayish", 3.5, "2024-03-07", False, meal.options[1]["id"], both, 7, "none, by choice"]
    answers = {question.id: value for question, value in zip(questions, values, strict=True)}
    made = write(register_guest, event.id, NewGuest(name="زينب كاظم", phone="0780 123 4567", answers=answers))
    return made.id, answers


def test_each_question_has_a_column_under_its_title(event, questions, answered):
    [row] = export_rows(event.id)

    told = {name: value for name, value in row.items() if name in answer_titles(event_questions(event.id)).values()}
    assert list(told) == [
        "Village", f"question:{questions[1].id}", "تاريخ الوصول", "Lunch?", "Meal", "Topics",
        f"question:{questions[6].id}", f"question:{questions[7].id}",
    ]  # fmt: skip
    water = questions[5].options[0]["id"]
    assert list(told.values()) == [
        "=Al-Chibayish", 3.5, "2024-03-07", False, "Rice, no meat", f"{water}; Homes, roads", 7, "none, by choice",
    ]  # fmt: skip
    assert row["phone"] == "0780 123 4567"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_answers_that_are_exported_are_read_back_as_they_were(event, answered, tmp_path, suffix):
    guest, answers = answered
    export_guests(event.id, tmp_path / f"out{suffix}")
    write(lambda tx: tx.update(Registration.get_by_id(guest), answers=None))

    table = read_guest_file(tmp_path / f"out{suffix}", questions=event_questions(event.id))
    plan = plan_import(event.id, table)
    assert not plan.errors
    import_guests(plan)

    [row] = Registration.select().where(Registration.event == event.id)
    assert row.answers == answers


def test_who_has_answered_nothing_has_empty_cells(event, questions):
    write(register_guest, event.id, NewGuest(name="Ali"))

    assert export_rows(event.id)[0]["Village"] is None
