"""Taking an import back: whole, and never what came since."""

from __future__ import annotations

import io

import openpyxl
import pytest

from mudhif.domain.errors import NotFound
from mudhif.domain.guests import NewGuest
from mudhif.services import guest_undo
from mudhif.services.guest_corrections import corrections_file
from mudhif.services.guest_import import import_guests, plan_import
from mudhif.services.guest_tables import read_guest_file
from mudhif.services.guest_undo import AlreadyUndone, find_import, imports_of, plan_undo, undo_import
from mudhif.services.people import erase
from mudhif.services.registrations import guest_list, register_guest, update_registration
from mudhif.storage.models import Event, ImportedRow, Person, Registration
from mudhif.storage.store import write

TWO = "Name,Sex,Phone\nAli Hassan,m,07801234567\nSara Jabbar,f,07711234567\n"


@pytest.fixture
def taken(event, tmp_path):
    def run(text):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        done = import_guests(plan_import(event.id, read_guest_file(path)))
        return find_import(event.id, done.written_as)

    return run


@pytest.fixture
def names(event):
    return lambda: sorted(row["name"] or "" for row in guest_list(event.id))


def id_of(event, name):
    return next(row["id"] for row in guest_list(event.id) if row["name"] == name)


def test_an_import_is_taken_back_whole_and_can_be_written_again(event, taken, names):
    made = taken(TWO)
    assert plan_undo(made).as_json()["removed"] == 2 and names() == ["Ali Hassan", "Sara Jabbar"]
    undo_import(made)
    assert names() == [] and not Person.select().where(~Person.deleted).exists()
    assert taken(TWO).created == 2 and names() == ["Ali Hassan", "Sara Jabbar"]
    assert ImportedRow.select().count() == 2


def test_what_an_import_changed_is_as_it_was_before(event, taken):
    taken(TWO)
    made = taken("Name,Phone,Role,Kind\nAli Hassan,07801234567,Teacher,media\n")
    assert next((row["role"], row["kind"]) for row in guest_list(event.id)) == ("Teacher", "media")
    assert plan_undo(made).as_json() | {"import": "", "file": ""} == {
        "import": "", "file": "", "removed": 0, "restored": 2, "kept": [], "changed_since": []
    }  # fmt: skip
    undo_import(made)
    assert next((row["role"], row["kind"]) for row in guest_list(event.id)) == (None, "participant")


def test_a_guest_who_was_changed_since_stays_and_is_told(event, taken, names):
    made = taken(TWO)
    write(update_registration, id_of(event, "Ali Hassan"), {"role": "Teacher"})
    plan = plan_undo(made)
    assert [(one.name, one.why) for one in plan.kept] == [("Ali Hassan", "changed since")]
    undo_import(made)
    assert names() == ["Ali Hassan"]


def test_a_guest_who_came_to_another_event_since_stays(event, taken, names):
    made = taken(TWO)
    other = write(lambda tx: tx.create(Event, project=event.project, code="d4", title="x", starts=event.starts,
                                       ends=event.ends))  # fmt: skip
    person = Registration.get_by_id(id_of(event, "Sara Jabbar")).person
    write(lambda tx: tx.create(Registration, event=other.id, person=person, number=1, made=event.starts))
    assert [one.name for one in undo_import(made).kept] == ["Sara Jabbar"]
    assert names() == ["Sara Jabbar"]


def test_a_field_that_was_changed_since_stays_and_the_others_go_back(event, taken):
    taken(TWO)
    made = taken("Name,Phone,Role,Organisation\nAli Hassan,07801234567,Teacher,Univ\n")
    write(update_registration, id_of(event, "Ali Hassan"), {"role": "Head teacher"})
    plan = undo_import(made)
    assert [(one.name, one.stands) for one in plan.changed_since] == [("Ali Hassan", ("role",))]
    row = next(row for row in guest_list(event.id) if row["name"] == "Ali Hassan")
    assert (row["role"], row["organisation"]) == ("Head teacher", None)


def test_who_comes_while_an_import_is_taken_back_stays(event, taken, names, monkeypatch):
    made = taken(TWO)
    monkeypatch.setattr(guest_undo, "AT_ONCE", 1)
    real = guest_undo.plan_undo

    def and_then_somebody_comes(found):
        plan = real(found)
        write(update_registration, id_of(event, "Sara Jabbar"), {"role": "Speaker"})
        return plan

    monkeypatch.setattr(guest_undo, "plan_undo", and_then_somebody_comes)
    undo_import(made)
    assert names() == ["Sara Jabbar"]


def test_others_who_were_registered_before_or_after_are_not_touched(event, taken, names):
    write(register_guest, event.id, NewGuest(name="Noor Before"))
    made = taken(TWO)
    write(register_guest, event.id, NewGuest(name="Noor After"))
    undo_import(made)
    assert names() == ["Noor After", "Noor Before"]


def test_an_erased_guest_is_nobody_s_to_remove(event, taken):
    made = taken(TWO)
    erase(id_of(event, "Ali Hassan"))
    assert [one.name for one in plan_undo(made).gone] == ["Sara Jabbar"]


def test_an_import_is_taken_back_once_and_only_where_it_was_written(event, taken):
    made = taken(TWO)
    undo_import(made)
    (row,) = imports_of(event.id)
    assert row.undone is not None
    with pytest.raises(AlreadyUndone):
        plan_undo(row)
    with pytest.raises(NotFound):
        find_import(event.id, "nothing")


def test_the_file_comes_back_whole_with_what_is_wrong_in_front_and_is_read_again(event, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Name,Sex,Phone\nAli Hassan,m,0780123\nSara Jabbar,f,07711234567\n=1+1,X,\n", encoding="utf-8")
    plan = plan_import(event.id, read_guest_file(path))
    back = corrections_file(plan)
    (tmp_path / "back.xlsx").write_bytes(back)
    cells = [list(row) for row in openpyxl.load_workbook(io.BytesIO(back)).active.iter_rows()]
    assert [cell.value for cell in cells[0]] == ["To be put right", "Name", "Sex", "Phone"]
    assert "C2" in cells[1][0].value and cells[2][0].value in (None, "") and cells[3][0].value.count("\n") == 1
    assert (cells[3][1].value, cells[3][1].data_type, cells[1][3].value) == ("=1+1", "s", "0780123")
    again = read_guest_file(tmp_path / "back.xlsx")
    assert [dict(row.texts) for row in again.rows] == [dict(row.texts) for row in plan.table.rows]
