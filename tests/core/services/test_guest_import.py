"""Importing guest lists: who is new, who is there already, what stays out; all or nothing."""

from __future__ import annotations

import json
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudhif.domain.guests import Kind, NewGuest
from mudhif.domain.seats import Status
from mudhif.services import guest_import
from mudhif.services.guest_export import FORMATS, guest_file
from mudhif.services.guest_import import SAME, TWO, import_guests, person_of_key, plan_import
from mudhif.services.guest_tables import Column, GuestTable, Row, read_guest_file
from mudhif.services.merging import merge_people, undo_merge
from mudhif.services.people import erase
from mudhif.services.registrations import guest_list, register_guest, update_registration
from mudhif.storage.models import ImportedRow, Person, Registration, Ticket
from mudhif.storage.store import write

ZAINAB = {"name": "زينب كاظم الجبوري", "sex": "f", "organisation": "جامعة ذي قار", "phone": "07801234567"}
AMMAR = {"name": "Ammar Saleh", "sex": "m", "organisation": "Directorate", "phone": "0771 123 4567"}
HASSAN = {"name": "Hassan Ali", "sex": "ذكر"}


def table(*rows, first=2):
    fields = list(dict.fromkeys(name for row in rows for name in row))
    columns = tuple(Column(letter="ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i], header=f, field=f) for i, f in enumerate(fields))
    return GuestTable(file="guests.xlsx", columns=columns,
                      rows=tuple(Row(number=first + i, texts=row) for i, row in enumerate(rows)))  # fmt: skip


@pytest.fixture
def import_rows(event):
    """Import rows and say (new, updated, unchanged, duplicates, errors)."""

    def run(*rows, decisions=None):
        plan = import_guests(plan_import(event.id, table(*rows), decisions))
        return tuple(map(len, (plan.new, plan.updated, plan.unchanged, plan.duplicates, plan.errors)))

    return run


@pytest.fixture
def names(event):
    return lambda: [row["name"] for row in guest_list(event.id)]


# ------------------------------------------------------------------------------------------------ taking rows


def test_a_list_is_imported_whole_with_numbers_and_tickets(event, import_rows):
    assert import_rows(ZAINAB, AMMAR, HASSAN) == (3, 0, 0, 0, 0)
    rows = guest_list(event.id)
    assert [(row["number"], row["name"], row["sex"], row["status"]) for row in rows] == [
        (1, ZAINAB["name"], "f", "registered"),
        (2, "Ammar Saleh", "m", "registered"),
        (3, "Hassan Ali", "m", "registered"),
    ]
    assert all(row["ticket"] for row in rows) and Ticket.select().count() == 3
    assert Person.get_by_id(rows[0]["person"]).phone_e164 == "+9647801234567"


def test_a_plan_writes_nothing(event, names):
    plan = plan_import(event.id, table(ZAINAB, AMMAR))
    assert plan.as_json()["created"] == 2 and names() == [] and not Person.select().exists()


def test_the_same_list_again_makes_nobody_and_changes_nothing(import_rows):
    assert import_rows(ZAINAB, AMMAR, HASSAN) == (3, 0, 0, 0, 0)
    assert import_rows(ZAINAB, AMMAR, HASSAN) == (0, 0, 3, 0, 0)


def test_the_same_list_again_does_not_undo_what_was_corrected_since(event, import_rows, names):
    import_rows(HASSAN)
    write(update_registration, guest_list(event.id)[0]["id"], {"name": "Hasan Ali Jabbar", "phone": "07901112233"})
    assert import_rows(HASSAN) == (0, 0, 1, 0, 0) and names() == ["Hasan Ali Jabbar"]


def test_the_same_guest_in_other_spelling_with_the_same_phone_is_updated(event, import_rows, names):
    import_rows(ZAINAB)
    again = {"name": "زينب كاظم جبوري", "phone": "+964 780 123 4567", "role": "Lecturer", "sex": ""}
    assert import_rows(again) == (0, 1, 0, 0, 0)
    (row,) = guest_list(event.id)
    assert (row["name"], row["role"], row["sex"], row["phone"]) == (ZAINAB["name"], "Lecturer", "f", ZAINAB["phone"])


def test_an_empty_cell_changes_nothing_and_a_full_one_does(event, import_rows):
    import_rows(AMMAR)
    assert import_rows(AMMAR | {"organisation": "", "phone": "", "kind": "media"}) == (0, 0, 0, 1, 0)
    assert import_rows(AMMAR | {"organisation": "", "kind": "media"}) == (0, 1, 0, 0, 0)
    (row,) = guest_list(event.id)
    assert (row["organisation"], row["kind"]) == ("Directorate", "media")


def test_a_name_in_the_other_script_is_added_to_the_one_that_is_there(event, import_rows):
    import_rows(AMMAR)
    assert import_rows(AMMAR | {"name_alt": "عمار صالح"}) == (0, 1, 0, 0, 0)
    (row,) = guest_list(event.id)
    assert (row["name"], row["name_alt"]) == ("Ammar Saleh", "عمار صالح")


def test_same_name_and_organisation_are_one_guest_unless_something_contradicts(import_rows):
    import_rows(AMMAR | {"phone": ""})
    assert import_rows({"name": "ammar saleh", "organisation": "directorate"}) == (0, 0, 1, 0, 0)
    import_rows(AMMAR)
    assert import_rows(AMMAR | {"phone": "07901112233"}) == (0, 0, 0, 1, 0)
    assert import_rows(AMMAR | {"phone": "07901112234", "sex": "f"}) == (1, 0, 0, 0, 0)


# ------------------------------------------------------------------------------------------------ namesakes


def test_a_name_alone_makes_no_two_people_one(event, import_rows):
    import_rows(HASSAN)
    assert import_rows(HASSAN | {"organisation": "Team", "phone": "07901112233"}) == (0, 0, 0, 1, 0)
    assert import_rows(HASSAN | {"organisation": "Team"}, decisions={2: TWO}) == (1, 0, 0, 0, 0)
    assert len(guest_list(event.id)) == 2


def test_a_short_name_that_many_have_is_not_even_asked_about(import_rows):
    assert import_rows({"name": "علي"}) == (1, 0, 0, 0, 0)
    assert import_rows({"name": "علي", "organisation": "Team"}) == (1, 0, 0, 0, 0)


def test_namesakes_with_different_phones_and_organisations_are_two(import_rows):
    other = {"name": "Ammar Saleh", "organisation": "University", "phone": "07901112233"}
    assert import_rows(AMMAR, other) == (2, 0, 0, 0, 0)
    assert import_rows(other, AMMAR) == (0, 0, 2, 0, 0)


def test_a_shared_phone_of_people_with_nothing_else_in_common_is_told_and_both_are_taken(event):
    plan = plan_import(event.id, table(ZAINAB, AMMAR | {"phone": ZAINAB["phone"]}))
    assert len(plan.new) == 2 and not plan.duplicates
    assert [(w.row, w.problem.field) for w in plan.warnings] == [(3, "phone")] and ZAINAB["name"] in str(
        plan.warnings[0].problem
    )


def test_the_same_phone_and_a_name_that_sounds_alike_is_asked_about(event, import_rows):
    import_rows(AMMAR)
    plan = plan_import(event.id, table({"name": "عمار صالح", "phone": AMMAR["phone"]}))
    (asked,) = plan.as_json()["duplicates"]
    assert (asked["row"], asked["known_as"], asked["why"]) == (
        2,
        "Ammar Saleh",
        ["same phone", "the name sounds the same"],
    )
    assert asked["registration"] == guest_list(event.id)[0]["id"]


def test_what_a_person_says_of_a_duplicate_is_done_and_remembered(event, import_rows):
    import_rows(AMMAR)
    row = {"name": "عمار صالح", "phone": AMMAR["phone"], "role": "Engineer"}
    assert import_rows(row) == (0, 0, 0, 1, 0)
    assert import_rows(row, decisions={2: SAME}) == (0, 1, 0, 0, 0)
    (guest,) = guest_list(event.id)
    assert (guest["name"], guest["name_alt"], guest["role"]) == ("Ammar Saleh", "عمار صالح", "Engineer")
    assert import_rows(row) == (0, 0, 1, 0, 0)


def test_a_row_that_stands_twice_in_a_file_is_taken_once_and_told(event, import_rows):
    plan = plan_import(event.id, table(AMMAR, HASSAN, AMMAR, HASSAN))
    assert [(d.row, d.same_row, d.registration) for d in plan.duplicates] == [(4, 2, None), (5, 3, None)]
    assert import_rows(AMMAR, HASSAN, AMMAR, HASSAN) == (2, 0, 0, 2, 0)
    assert import_rows(AMMAR, HASSAN, AMMAR, HASSAN) == (0, 0, 2, 2, 0)
    assert import_rows(AMMAR, HASSAN, AMMAR, HASSAN, decisions={5: TWO}) == (1, 0, 2, 1, 0)
    assert import_rows(AMMAR, HASSAN, AMMAR, HASSAN) == (0, 0, 3, 1, 0)


# ------------------------------------------------------------------------------------------------ errors


def test_every_error_of_every_row_is_told_and_only_those_rows_stay_out(event, names):
    plan = plan_import(event.id, table(ZAINAB, {"sex": "X", "phone": "7.80123E+09"}, AMMAR, HASSAN | {"kind": "king"}))
    said = plan.as_json()
    assert [(e["row"], e["field"]) for e in said["errors"]] == [(3, "name"), (3, "sex"), (3, "phone"), (5, "kind")]
    assert "D3" in next(e["message"] for e in said["errors"] if e["field"] == "phone")
    import_guests(plan)
    assert names() == [ZAINAB["name"], "Ammar Saleh"]


def test_a_number_that_cannot_be_checked_is_kept_as_it_is_with_a_warning(event):
    plan = plan_import(event.id, table(HASSAN | {"phone": "066 12345"}))
    assert not plan.errors and [w.problem.field for w in plan.warnings] == ["phone"]
    import_guests(plan)
    assert guest_list(event.id)[0]["phone"] == "066 12345"


def test_nothing_is_written_if_anything_fails_on_the_way(event, names, monkeypatch):
    plan = plan_import(event.id, table(ZAINAB, AMMAR))

    def broken(*_args):
        raise OSError("disk full")

    monkeypatch.setattr(guest_import, "_remember", broken)
    with pytest.raises(OSError, match="disk full"):
        import_guests(plan)
    assert names() == [] and not Person.select().exists()


def test_a_full_event_takes_no_more_and_one_with_a_waiting_list_keeps_them_waiting(event, import_rows):
    write(lambda tx: tx.update(event, capacity=2))
    assert import_rows(ZAINAB, AMMAR, HASSAN) == (2, 0, 0, 0, 1)
    write(lambda tx: tx.update(event, waiting_list=True))
    assert import_rows(ZAINAB, AMMAR, HASSAN) == (1, 0, 2, 0, 0)
    assert [row["status"] for row in guest_list(event.id)] == ["registered", "registered", "waiting"]


def test_the_invited_take_no_place(event, import_rows):
    write(lambda tx: tx.update(event, capacity=1))
    assert import_rows(ZAINAB | {"status": "مدعو"}, AMMAR) == (2, 0, 0, 0, 0)


def test_an_erased_guest_does_not_come_back_by_an_old_export(event, import_rows, names):
    import_rows(ZAINAB, AMMAR)
    old = [dict(row, phone=row["phone"]) for row in guest_list(event.id)]
    erase(old[0]["id"])
    assert ImportedRow.select().count() == 1
    rows = [{name: str(row[name]) for name in ("id", "name", "phone")} for row in old]
    assert import_rows(*rows) == (0, 0, 1, 0, 1)
    assert names() == [None, "Ammar Saleh"]


def test_guests_who_came_between_the_plan_and_the_writing_are_seen(event):
    plan = plan_import(event.id, table(ZAINAB, AMMAR))
    guest = NewGuest(name=ZAINAB["name"], phone="07801234567", phone_e164="+9647801234567")
    write(register_guest, event.id, guest)
    done = import_guests(plan)
    assert (len(done.new), len(done.updated)) == (1, 1)


# ------------------------------------------------------------------------------------------------ there and back

LETTERS = st.characters(categories=["L", "M", "N", "P", "S", "Zs"])
TEXT = st.text(LETTERS, max_size=30)
NAME = st.builds("{}{}".format, st.sampled_from(["زينب", "Ali", "=Ali", "'+Sara", "-"]), TEXT).filter(
    lambda name: any(char.isalpha() for char in name)
)
GUEST = st.fixed_dictionaries(
    {"name": NAME},
    optional={
        "name_alt": NAME, "sex": st.sampled_from("fm"), "organisation": TEXT, "role": TEXT, "stakeholder_group": TEXT,
        "phone": st.integers(7300000000, 7999999999).map("+964{}".format)
        | st.sampled_from(["066 12345", "07801234567 / 07711234567"]),
        "email": st.from_regex(r"[a-z=+]{1,8}@[a-z]{2,8}\.iq", fullmatch=True),
        "birth_year": st.integers(1930, 2010).map(str),
        "age_band": st.sampled_from(["0-17", "18-24", "60+"]), "disability": TEXT,
        "kind": st.sampled_from(list(map(str, Kind))), "status": st.sampled_from(list(map(str, Status))),
    },
)  # fmt: skip


def another(event):
    fields = {"project": event.project, "starts": event.starts, "ends": event.ends}
    return write(lambda tx: tx.create(type(event), code="x", title="x", **fields))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(GUEST, max_size=8), suffix=st.sampled_from(FORMATS))
def test_what_is_exported_is_read_back_without_loss_and_makes_nobody_new(event, tmp_path, rows, suffix):
    fresh = another(event)
    import_guests(plan_import(fresh.id, table(*rows), dict.fromkeys(range(20), TWO)))
    before = guest_list(fresh.id)
    path = tmp_path / f"out{suffix}"
    path.write_bytes(guest_file(suffix, before))
    if before:
        again = plan_import(fresh.id, read_guest_file(path))
        assert not again.errors and not again.new and not again.updated and len(again.unchanged) == len(before)
        elsewhere = another(event)
        import_guests(plan_import(elsewhere.id, read_guest_file(path), dict.fromkeys(range(20), TWO)))
        own = [name for name in before[0] if name not in ("id", "person", "source", "ticket")]
        assert [[row[name] for name in own] for row in guest_list(elsewhere.id)] == [
            [r[n] for n in own] for r in before
        ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(GUEST | st.sampled_from([ZAINAB, AMMAR, HASSAN, {"name": "علي"}]), max_size=8), decided=st.booleans()
)
def test_the_same_file_twice_makes_no_second_person(event, rows, decided):
    fresh = another(event)
    decisions = dict.fromkeys(range(20), TWO) if decided else {}
    first = import_guests(plan_import(fresh.id, table(*rows), decisions))
    again = import_guests(plan_import(fresh.id, table(*rows), decisions))
    assert (len(again.new), len(again.updated), len(again.unchanged)) == (0, 0, len(first.new))
    assert len(guest_list(fresh.id)) == len(first.new)


def test_what_the_command_says_is_one_json_document(event):
    plan = plan_import(event.id, table(ZAINAB, {"sex": "X"}, ZAINAB))
    said = json.loads(json.dumps(plan.as_json()))
    assert {"rows", "created", "updated", "duplicates", "errors"} <= said.keys() and said["rows"] == 3


# ------------------------------------------------------------------------------------------------ size


def many(count):
    given = ["محمد", "علي", "Hussein", "زينب", "Fatima", "Ahmed", "حسن", "Noor", "Karrar", "سجاد"]
    family = ["Jubouri", "العبيدي", "Khafaji", "الياسري", "Musawi", "الربيعي", "Saleh", "كاظم"]
    for n in range(count):
        name = f"{given[n % 10]} {given[n // 10 % 10]} {given[n // 100 % 10]} {family[n // 1000 % 8]}"
        yield {"name": name, "sex": "fm"[n % 2], "organisation": f"Office {n % 97}", "phone": f"0780{n:07}"}


def test_a_long_list_is_planned_and_written_while_others_go_on(event):
    """2,000 rows; what 10,000 take is in tests/benchmarks."""
    plan = plan_import(event.id, table(*many(2_000)))
    assert len(plan.new) == 2_000
    waits = []
    done = threading.Event()

    def desk():
        while not done.is_set():
            began = time.perf_counter()
            write(lambda tx: None)
            waits.append(time.perf_counter() - began)
            time.sleep(0.005)

    thread = threading.Thread(target=desk)
    thread.start()
    import_guests(plan)
    done.set()
    thread.join()
    assert Registration.select().count() == 2_000 == Ticket.select().count()
    assert max(waits) < 2


# ------------------------------------------------------------------------------------------------ who was merged


def test_a_row_that_names_a_merged_record_is_the_guest_who_stands_for_it(event, import_rows):
    import_rows(ZAINAB, AMMAR | {"name": "Zainab Kazem", "sex": "f"})
    kept, other = Registration.select().order_by(Registration.number)
    write(merge_people, kept.person, other.person)
    again = {"name": "Zainab Kazem", "phone": "0771 123 4567", "role": "Trainer"}
    assert import_rows(again) == (0, 1, 0, 0, 0)
    assert [(row["name"], row["role"]) for row in guest_list(event.id)] == [(ZAINAB["name"], "Trainer")]


def test_after_a_merge_is_taken_back_the_rows_are_two_guests_again(event, import_rows):
    import_rows(ZAINAB, AMMAR | {"name": "Zainab Kazem", "sex": "f"})
    kept, other = Registration.select().order_by(Registration.number)
    made = write(merge_people, kept.person, other.person)
    write(undo_merge, made.id)
    assert import_rows(
        ZAINAB | {"role": "Guide"}, {"name": "Zainab Kazem", "phone": "0771 123 4567", "role": "Trainer"}
    )
    assert [row["role"] for row in guest_list(event.id)] == ["Guide", "Trainer"]


def test_a_key_whose_person_was_erased_on_another_laptop_makes_nobody_and_keeps_the_others(event, import_rows):
    write(lambda tx: tx.erase(person_of_key(event.id, "uuid:1")))  # as an exchange brings it, without the rows
    assert import_rows(ZAINAB | {"key": "uuid:1"}, AMMAR | {"key": "uuid:2"}) == (1, 0, 0, 0, 1)
    assert [row["name"] for row in guest_list(event.id)] == [AMMAR["name"]]
