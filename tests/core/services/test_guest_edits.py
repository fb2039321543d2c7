"""Changing many guests at once, and taking back exactly that: what was changed since stays, and is told."""

from __future__ import annotations

import pytest

from mudhif.app import DERIVED
from mudhif.config import Instance
from mudhif.domain.errors import BadInput
from mudhif.domain.guests import NewGuest
from mudhif.domain.seats import EventFull
from mudhif.services import registrations
from mudhif.services.guest_edits import edit_guests, undo_edit
from mudhif.services.merging import merge_people
from mudhif.services.registrations import guest_list, register_guest, update_registration
from mudhif.storage.exchange import lines_after, receive, streams_of, vector_of
from mudhif.storage.models import CORE_MODELS, Event, Person, Registration
from mudhif.storage.search import find_guests
from mudhif.storage.store import Store, use, write


@pytest.fixture
def ids(event):
    names = ("Zahra", "Ammar", "Hiba")
    guests = [NewGuest(name=name, sex="f" if name == "Zahra" else None, organisation="Ur") for name in names]
    return write(lambda tx: [register_guest(tx, event.id, guest).id for guest in guests])


def values(event, field):
    return {row["name"]: row[field] for row in guest_list(event.id)}


def edit(event, ids, **changes):
    return write(edit_guests, event, ids, changes)


def undo(event, edit):
    return write(undo_edit, event, edit.first, edit.last)


@pytest.mark.parametrize(("field", "value"), [("sex", "m"), ("kind", "media"), ("status", "cancelled"),
                                              ("organisation", "Ahwar"), ("stakeholder_group", "Youth")])  # fmt: skip
def test_a_field_of_many_is_set_and_put_back(event, ids, field, value):
    before = values(event, field)
    made = edit(event, ids, **{field: value})
    assert made.changed == 3 and set(values(event, field).values()) == {value}
    assert undo(event, made).restored == 3 and values(event, field) == before


def test_only_who_was_other_before_counts_as_changed(event, ids):
    assert edit(event, ids, sex="f").changed == 2
    assert edit(event, ids, sex="f").changed == 0


def test_what_somebody_changed_since_stays_and_is_told(event, ids):
    made = edit(event, ids, sex="m")
    write(update_registration, ids[1], {"sex": "f"})
    done = undo(event, made)
    assert done.restored == 2 and done.stayed == [("Ammar", "sex")]
    assert values(event, "sex") == {"Zahra": "f", "Ammar": "f", "Hiba": None}


def test_a_change_of_another_field_since_keeps_nothing_from_being_put_back(event, ids):
    made = edit(event, ids, sex="m")
    write(update_registration, ids[1], {"organisation": "Ahwar"})
    assert undo(event, made).stayed == []
    assert values(event, "sex")["Ammar"] is None and values(event, "organisation")["Ammar"] == "Ahwar"


def test_taking_back_twice_puts_nothing_back_twice(event, ids):
    made = edit(event, ids, kind="media")
    undo(event, made)
    again = undo(event, made)
    assert again.restored == 0 and len(again.stayed) == 3


def test_an_edit_is_taken_back_after_a_restart(event, ids, store, tmp_path):
    made = edit(event, ids, kind="staff")
    store.close()
    again = Store(Instance(tmp_path / "instance"), CORE_MODELS)
    use(again)
    assert undo(Event.get_by_id(event.id), made).restored == 3
    assert set(values(event, "kind").values()) == {"participant"}
    again.close()


def test_whoever_was_erased_since_stays_erased(event, ids):
    made = edit(event, ids, organisation="Ahwar")
    write(lambda tx: tx.erase(Registration.get_by_id(ids[0]).person))
    assert undo(event, made).restored == 2
    assert Person.get_by_id(Registration.get_by_id(ids[0]).person).organisation is None


def test_nobody_is_changed_when_one_would_have_no_place(event, ids):
    write(lambda tx: tx.update(event, capacity=1))
    edit(event, ids, status="invited")
    with pytest.raises(EventFull):
        edit(event, ids, status="registered")
    assert set(values(event, "status").values()) == {"invited"}
    assert edit(event, ids[:1], status="registered").changed == 1


def test_a_cancelled_guest_whose_place_was_given_away_stays_cancelled(event, ids):
    write(lambda tx: tx.update(event, capacity=3))
    made = edit(event, ids[:1], status="cancelled")
    write(lambda tx: register_guest(tx, event.id, NewGuest(name="Salim")))
    assert undo(event, made).stayed == [("Zahra", "status")]


@pytest.mark.parametrize("changes", [{"name": "X"}, {"sex": ""}, {"kind": ""}, {"status": "gone"}, {"kind": "king"}])
def test_what_cannot_be_set_for_many_is_refused(event, ids, changes):
    with pytest.raises(BadInput):
        edit(event, ids, **changes)


def test_an_organisation_is_taken_away_and_no_longer_found(event, ids):
    made = edit(event, ids, organisation="")
    assert set(values(event, "organisation").values()) == {None} and find_guests(event.id, "ur").ids == ()
    undo(event, made)
    assert len(find_guests(event.id, "ur").ids) == 3


def test_guests_of_another_event_are_left_alone(event, ids):
    other = write(lambda tx: tx.create(Event, project=event.project, code="d4", title="Fourth", starts=event.starts,
                                       ends=event.ends))  # fmt: skip
    assert edit(other, ids, sex="m").changed == 0
    made = edit(event, ids, sex="m")
    assert undo(other, made).restored == 0 and set(values(event, "sex").values()) == {"m"}


def test_of_two_who_were_merged_the_one_who_stands_is_changed(event, ids):
    people = [Registration.get_by_id(id).person for id in ids]
    write(merge_people, people[0], people[1])
    edit(event, ids, kind="guest", sex="m")
    assert Person.get_by_id(people[0]).sex == "m" and Person.get_by_id(people[1]).sex is None
    assert registrations.guest_row(ids[0])["kind"] == "guest"


def test_what_came_by_an_exchange_meanwhile_stays_on_both_laptops(event, ids, store, tmp_path):
    made = edit(event, ids, sex="m")
    other = Store(Instance(tmp_path / "other"), CORE_MODELS, DERIVED)
    _bring(store, other)
    use(other)
    write(update_registration, ids[2], {"sex": "f"})
    _bring(other, store)
    use(store)
    assert undo(event, made).stayed == [("Hiba", "sex")]
    _bring(store, other)
    expected = {"Zahra": "f", "Ammar": None, "Hiba": "f"}
    assert values(event, "sex") == expected
    use(other)
    assert values(event, "sex") == expected
    use(store)
    other.close()


def _bring(giver, taker):
    receive(taker, lines_after(giver, vector_of(taker)), streams_of(giver))
