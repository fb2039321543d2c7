"""Guest lists as forms and offices send them: Google Forms, KoboToolbox, headers of two rows, formulas, dates."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from mudhif.domain.questions import Asked
from mudhif.services import guest_import
from mudhif.services.column_memory import remembered_columns
from mudhif.services.guest_columns import answers_given
from mudhif.services.guest_export import export_guests
from mudhif.services.guest_import import id_of_key, import_guests, plan_import
from mudhif.services.guest_tables import open_guest_file, read_guest_file
from mudhif.services.guest_undo import imports_of, undo_import
from mudhif.services.people import erase
from mudhif.services.questions import event_questions, save_question
from mudhif.services.registrations import NewGuest, guest_list, register_guest, update_registration
from mudhif.storage.models import Person, Registration, Unindexed
from mudhif.storage.search import LIMIT, find_guests
from mudhif.storage.store import current, write

LUNCH = {"kind": "yes-no", "title": {"en": "Will you stay for lunch?", "ar": "هل ستبقى للغداء؟"}}
NEEDS = {
    "kind": "choices",
    "title": {"en": "What do you need?", "ar": "ماذا تحتاج؟"},
    "options": [
        {"id": "ramp", "title": {"en": "A ramp, or a lift", "ar": "منحدر"}},
        {"id": "sign", "title": {"en": "Sign language", "ar": "لغة الإشارة"}},
        {"id": "ride", "title": {"en": "Transport", "ar": "نقل"}},
    ],
}
BORN = {"kind": "date", "title": {"en": "Day of arrival", "ar": "يوم الوصول"}}


@pytest.fixture
def asked(event):
    """Make questions of the event; gives their ids."""

    def make(*questions):
        return [write(lambda tx, q=q: save_question(tx, event.id, q)).id for q in questions]

    return make


@pytest.fixture
def read(event, tmp_path):
    """Read a text table as the event does."""

    def run(text, name="list.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_guest_file(path, questions=event_questions(event.id), remembered=remembered_columns)

    return run


@pytest.fixture
def taken(event, read):
    """Import a text table; gives the plan that was written."""
    return lambda text, **more: import_guests(plan_import(event.id, read(text, **more)))


def lines(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def fields_of(table):
    return {column.header: column.field for column in table.columns}


# ------------------------------------------------------------------------------------------------ Google Forms


@pytest.mark.parametrize(
    "headers",
    [
        ("Timestamp", "Email Address", "Full name", "Gender", "I agree that my data are kept for this event",
         "May we publish photos of you? I agree", "Will you stay for lunch?", "What do you need?"),
        ("طابع زمني", "عنوان البريد الإلكتروني", "الاسم الكامل", "الجنس", "أوافق على حفظ بياناتي",
         "أوافق على نشر صوري", "هل ستبقى للغداء؟", "ماذا تحتاج؟"),
    ],
    ids=["english", "arabic"],
)  # fmt: skip
def test_a_form_of_google_is_read_with_its_consents_and_the_answers_to_the_events_questions(
    event, asked, taken, headers
):
    lunch, needs = asked(LUNCH, NEEDS)
    row = ("2026-03-01 10:22:33", "sara@example.iq", "Sara Jabbar", "Female", "Yes", "لا أوافق", "نعم",
           "A ramp, or a lift, Transport")  # fmt: skip
    plan = taken(lines(headers, row))
    assert not plan.errors and len(plan.new) == 1
    registration = Registration.get()
    assert registration.answers == {lunch: True, needs: ["ramp", "ride"]}
    person = Person.get_by_id(registration.person)
    assert (person.name, person.email, person.sex) == ("Sara Jabbar", "sara@example.iq", "f")
    said = [(consent["id"], consent["given"], consent["at"], consent["text"]) for consent in person.consents]
    at = "2026-03-01T10:22:33+00:00"
    assert said == [("attendance", True, at, headers[4]), ("photos", False, at, headers[5])]
    assert len(taken(lines(headers, row)).unchanged) == 1


def test_an_answer_that_cannot_be_read_is_an_error_of_its_cell_and_a_consent_that_says_nothing_a_warning(
    event, asked, read
):
    asked(LUNCH)
    headers = ("Timestamp", "Name", "Do you agree to photos?", "Will you stay for lunch?")
    plan = plan_import(event.id, read(lines(headers, ("1", "Sara Jabbar", "perhaps", "if it is fish"))))
    assert [(error.cell, str(error.problem)) for error in plan.errors] == [("D2", "Answer with yes or no.")]
    assert [warning.cell for warning in plan.warnings] == ["C2"]


def test_a_later_form_adds_answers_and_keeps_those_that_were_given(event, asked, taken):
    lunch, needs = asked(LUNCH, NEEDS)
    taken(lines(("Name", "Phone", "Will you stay for lunch?"), ("Sara Jabbar", "07801234567", "yes")))
    plan = taken(lines(("Name", "Phone", "ماذا تحتاج؟"), ("Sara Jabbar", "07801234567", "لغة الإشارة")))
    assert len(plan.updated) == 1 and Registration.get().answers == {lunch: True, needs: ["sign"]}


# ------------------------------------------------------------------------------------------------ KoboToolbox

KOBO = ("start", "end", "group_a/full_name", "group_a/sex", "phone_number", "What do you need?",
        "What do you need?/A ramp, or a lift", "What do you need?/Sign language", "_id", "_uuid", "_submission_time",
        "_index")  # fmt: skip


def kobo(*rows, separator=";"):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([KOBO, *rows])
    return text.getvalue()


def one(name="زينب كاظم", phone="07801234567", uuid="9f0c-1", sign="0"):
    return ("2026-03-01", "2026-03-01", name, "female", phone, "", "1", sign, "17", uuid, "2026-03-01T10:22:33", "1")


def test_an_export_of_kobo_is_read_without_its_own_columns(event, asked, read, taken):
    (needs,) = asked(NEEDS)
    table = read(kobo(one(sign="1")))
    answered = {f"question:{needs}{choice}" for choice in ("", ":ramp", ":sign")}
    assert {field for field in fields_of(table).values() if field} == {
        "meta", "timestamp", "name", "sex", "phone", "key", *answered
    }  # fmt: skip
    taken(kobo(one(sign="1")))
    assert Registration.get().answers == {needs: ["ramp", "sign"]}


def test_the_same_uuid_is_the_same_guest_whatever_else_was_corrected(event, taken):
    assert len(taken(kobo(one(), one("علي حسن", "07711234567", "9f0c-2"))).new) == 2
    again = taken(kobo(one("زينب كاظم الجبوري", "07909998877"), one("علي حسن", "07711234567", "9f0c-2")))
    assert (len(again.new), len(again.updated), len(again.unchanged), len(again.duplicates)) == (0, 1, 1, 0)
    assert {row["name"]: row["phone"] for row in guest_list(event.id)} == {
        "زينب كاظم الجبوري": "07909998877", "علي حسن": "07711234567"
    }  # fmt: skip


def test_the_same_submission_again_does_not_undo_what_the_desk_corrected(event, taken):
    taken(kobo(one()))
    write(update_registration, guest_list(event.id)[0]["id"], {"name": "زينب كاظم محمد"})
    assert len(taken(kobo(one())).unchanged) == 1
    assert [row["name"] for row in guest_list(event.id)] == ["زينب كاظم محمد"]


def test_a_guest_who_was_there_before_is_known_by_the_key_from_then_on(event, taken):
    taken(lines(("Name", "Phone"), ("زينب كاظم", "07801234567")))
    assert len(taken(kobo(one())).updated) == 1
    assert len(taken(kobo(one("Zainab K.", "07909998877"))).updated) == 1
    assert len(guest_list(event.id)) == 1


def test_a_key_makes_the_same_registration_on_every_laptop(event, taken):
    taken(kobo(one()))
    assert Registration.get().id == id_of_key(event.id, "9f0c-1")


def test_one_submission_that_stands_twice_in_a_file_is_taken_once_and_told(event, taken):
    plan = taken(kobo(one(), one(phone="07909998877")))
    assert [(error.row, error.problem.field) for error in plan.errors] == [(3, "key")]
    assert len(guest_list(event.id)) == 1


def test_who_was_erased_does_not_come_back_by_the_key(event, taken):
    taken(kobo(one()))
    erase(guest_list(event.id)[0]["id"])
    plan = taken(kobo(one()))
    assert not plan.new and [error.problem.field for error in plan.errors] == ["key"]


# ------------------------------------------------------------------------------------------------ headers


@pytest.fixture
def workbook(tmp_path):
    def make(fill):
        path = tmp_path / "guests.xlsx"
        with xlsxwriter.Workbook(path) as book:
            fill(book.add_worksheet("ضيوف"))
        return path

    return make


def test_headers_of_two_rows_with_merged_cells_are_read_together(workbook):
    def fill(sheet):
        sheet.merge_range(0, 0, 0, 5, "قائمة المشاركين")
        sheet.merge_range(1, 0, 2, 0, "ت")
        sheet.merge_range(1, 1, 1, 2, "الاسم")
        sheet.write_row(2, 1, ["بالعربي", "بالإنكليزي"])
        sheet.merge_range(1, 3, 2, 3, "الجنس")
        sheet.merge_range(1, 4, 1, 5, "Contact")
        sheet.write_row(2, 4, ["Phone", "E-mail"])
        sheet.write_row(3, 0, [1, "زينب كاظم", "Zainab Kadhim", "أنثى", "٠٧٨٠١٢٣٤٥٦٧", "z@x.iq"])

    table = read_guest_file(workbook(fill))
    assert [(row.number, dict(row.texts)) for row in table.rows] == [
        (4, {"name": "زينب كاظم", "name_alt": "Zainab Kadhim", "sex": "أنثى", "phone": "٠٧٨٠١٢٣٤٥٦٧",
             "email": "z@x.iq"})
    ]  # fmt: skip
    assert "Contact / Phone" in fields_of(table) and table.cell(4, "phone") == "E4"


def test_a_row_of_groups_above_the_headers_is_no_header_by_itself(workbook):
    def fill(sheet):
        sheet.merge_range(0, 0, 0, 1, "Guest")
        sheet.merge_range(0, 2, 0, 3, "Office")
        sheet.write_row(1, 0, ["Name", "Sex", "Organisation", "Phone"])
        sheet.write_row(2, 0, ["Ali Hassan", "m", "Univ", "07801234567"])

    (row,) = read_guest_file(workbook(fill)).rows
    assert dict(row.texts) == {"name": "Ali Hassan", "sex": "m", "organisation": "Univ", "phone": "07801234567"}


def test_two_rows_of_headers_in_a_text_table_are_read_too(read):
    (row,) = read("Name,Sex,Contact,\n,,Phone,E-mail\nAli Hassan,m,07801234567,a@b.iq\n").rows
    assert (row.number, row.texts["phone"], row.texts["email"]) == (3, "07801234567", "a@b.iq")


def test_what_is_merged_down_several_rows_belongs_to_each_of_them(workbook):
    def fill(sheet):
        sheet.write_row(0, 0, ["Name", "Organisation"])
        sheet.write_column(1, 0, ["Ali Hassan", "Sara Jabbar", "Huda Salman"])
        sheet.merge_range(1, 1, 2, 1, "Univ")

    assert [row.texts.get("organisation") for row in read_guest_file(workbook(fill)).rows] == ["Univ", "Univ", None]


def test_a_row_with_an_empty_name_below_the_headers_is_no_second_row_of_headers(read):
    table = read("Name,Sex,Phone\n,m,07801234567\nAli Hassan,m,07711234567\n")
    assert [row.number for row in table.rows] == [2, 3]


def test_hxl_tags_are_no_guest(read):
    assert len(read("Name,Sex\n#contact+name+v1,#meta+sex\nAli Hassan,m\n").rows) == 1


# ------------------------------------------------------------------------------------------------ cells


def test_a_formula_without_a_value_is_an_error_of_its_cell_and_not_an_empty_row(event, tmp_path):
    book = openpyxl.Workbook()
    for row in (["Name", "Sex", "Phone"], ['=A1&" Hassan"', "m", "07801234567"], ["Ali Hassan", "m", "=C2+1"]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    plan = plan_import(event.id, read_guest_file(tmp_path / "f.xlsx"))
    assert not plan.new and [(error.cell, error.problem.field) for error in plan.errors] == [
        ("A2", "name"), ("C3", "phone")
    ]  # fmt: skip
    assert "formula" in str(plan.errors[0].problem)


def test_a_phone_that_a_csv_has_cut_is_refused_with_the_address_of_its_cell(event, read):
    plan = plan_import(event.id, read("\nName,x,Phone\nAli Hassan,1,7.80123E+09\n"))
    assert [error.cell for error in plan.errors] == ["C3"] and "its last digits are gone" in str(plan.errors[0].problem)


def test_a_date_that_the_sheet_keeps_as_a_number_is_a_date_and_said(event, asked, taken):
    (arrival,) = asked(BORN)
    plan = taken("Name,Date of birth,Day of arrival\nAli Hassan,32874,46082\n")
    assert Person.get().birth_year == 1990 and Registration.get().answers == {arrival: "2026-03-01"}
    assert [warning.cell for warning in plan.warnings] == ["B2", "C2"]


def test_a_date_that_can_be_read_two_ways_is_taken_day_first_and_said(event, asked, taken):
    (arrival,) = asked(BORN)
    plan = taken("Name,يوم الوصول\nAli Hassan,01/03/2026\n")
    assert Registration.get().answers == {arrival: "2026-03-01"}
    assert "2026-03-01, the day first" in str(plan.warnings[0].problem)


NAMES = st.text(st.characters(categories=["L", "M"]), min_size=1, max_size=20)


@given(first=NAMES, second=NAMES)
def test_no_names_letters_are_changed(tmp_path_factory, first, second):
    import unicodedata

    path = tmp_path_factory.mktemp("names") / "x.csv"
    name = unicodedata.normalize("NFC", f"{first} {second}")
    path.write_text(lines(("Name", "Sex"), (name, "m")), encoding="utf-8")
    from mudhif.domain.guests import tidy
    from mudhif.services.guest_sheets import read_sheets

    ((_header, (read_name, _sex)),) = [sheet["rows"] for sheet in read_sheets(path.read_bytes())["sheets"]]
    assert read_name == name and tidy(read_name).replace("\u00ad", "") == name


# ------------------------------------------------------------------------------------------------ columns


def test_what_a_person_said_of_columns_is_known_for_the_next_file_with_such_headers(event, tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text("Wer,Sex,Group\nAli Hassan,m,Blue\n", encoding="utf-8")
    import_guests(plan_import(event.id, read_guest_file(path, {"Wer": "name", "Group": "organisation"})))
    table = read("Group,Wer,Sex\nRed,Sara Jabbar,f\n")
    assert fields_of(table) == {"Group": "organisation", "Wer": "name", "Sex": "sex"}
    assert fields_of(read("Group,Name,Sex\nRed,Sara Jabbar,f\n"))["Group"] == "stakeholder_group"


def test_what_was_only_guessed_is_not_kept(event, taken):
    taken("Name,Sex\nAli Hassan,m\n")
    assert remembered_columns(["Name", "Sex"]) == {}


def test_a_list_in_which_nothing_is_known_shows_its_first_rows_by_letter(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Sajad Karim;m\nNoor Saleh;f\n", encoding="utf-8")
    table = open_guest_file(path).table()
    assert not table.has_names and [(c.letter, c.samples) for c in table.columns] == [
        ("A", ("Sajad Karim", "Noor Saleh")), ("B", ("m", "f"))
    ]  # fmt: skip
    headed = open_guest_file(path).table(headed=True)
    assert headed.headers == ("Sajad Karim", "m")


CHOICES = Asked(
    id="c", kind="choices", title={"en": "Which?"},
    options=[{"id": name, "title": {"en": name}} for name in ("a, or b", "a", "b", "b c")],
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "given"),
    [("a, b", ["a", "b"]), ("a, or b, b c", ["a, or b", "b c"]), ("a b", ["a", "b"]), ("b c", ["b c"])],
)
def test_several_choices_in_one_cell_are_told_apart_the_longest_first(text, given):
    assert sorted(answers_given([CHOICES], {"question:c": text})["c"]) == sorted(given)


def test_a_cell_that_names_something_else_is_left_for_a_person():
    assert answers_given([CHOICES], {"question:c": "a, z"})["c"] == "a, z"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_answers_are_exported_and_read_back_without_loss(event, asked, taken, tmp_path, suffix):
    asked(LUNCH, NEEDS, BORN, {"kind": "text", "title": {"en": "Role"}})
    headers = ("Name", "Phone", *(question.title["en"] for question in event_questions(event.id)[:3]))
    taken(lines(headers, ("=Sara Jabbar", "07801234567", "no", "A ramp, or a lift; Transport", "2026-03-01")))
    path = tmp_path / f"out{suffix}"
    export_guests(event.id, path)
    table = read_guest_file(path, questions=event_questions(event.id))
    assert len(plan_import(event.id, table).unchanged) == 1
    before = Registration.get().answers
    undo_import(imports_of(event.id)[0])
    import_guests(plan_import(event.id, table))
    assert Registration.get(~Registration.deleted).answers == before


def test_a_long_list_is_one_unit_that_compares_nothing_and_is_found_right_after(event, tmp_path, monkeypatch):
    """What a check-in waits for is the writing alone; how long that is, `bench_import` measures."""
    path = tmp_path / "long.csv"
    rows = [(f"Guest {n} Of Many", f"0780{n:07}") for n in range(1_000)]
    path.write_text(lines(("Name", "Phone"), *rows), encoding="utf-8")
    plan = plan_import(event.id, read_guest_file(path))

    def never(*_args, **_more):
        raise AssertionError("compared inside the writer")

    monkeypatch.setattr(guest_import, "plan_import", never)
    end = "SELECT max(pos) FROM journal"
    first = Registration._meta.database.execute_sql(end).fetchone()[0]
    done = import_guests(plan)
    assert Registration._meta.database.execute_sql(end).fetchone()[0] - first == 2 * 1_000 + 1  # the tickets' key
    assert len(done.new) == 1_000 and len(find_guests(event.id, "many").ids) == LIMIT
    assert not Unindexed.select().exists()


def test_guests_who_change_while_a_list_is_compared_make_it_compared_again_outside_the_writer(event, read, monkeypatch):
    plan = plan_import(event.id, read("Name,Phone\nAli Hassan,07801234567\n"))
    write(register_guest, event.id, NewGuest(name="Ali Hassan", phone="07801234567", phone_e164="+9647801234567"))
    real, inside = guest_import.plan_import, []

    def watched(*args):
        inside.append(current().writer._holder)
        return real(*args)

    monkeypatch.setattr(guest_import, "plan_import", watched)
    done = import_guests(plan)
    assert inside == [None] and not done.new and len(done.unchanged) == 1
