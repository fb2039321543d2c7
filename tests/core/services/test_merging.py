"""Two records of one person: found, joined by a person, read as one everywhere, and parted again whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudhif.app import DERIVED
from mudhif.services.figures import guest_counts
from mudhif.services.merging import (
    NobodyThere,
    NoMerge,
    OneAlready,
    ask_again,
    merge_people,
    probable_pairs,
    rings,
    say_two,
    settle_ring,
    standing_merges,
    undo_merge,
)
from mudhif.services.people import erase, find_person, person_data
from mudhif.services.registrations import (
    NewGuest,
    cancel_registration,
    guest_list,
    guest_row,
    register_guest,
    update_registration,
)
from mudhif.storage import exchange, merging
from mudhif.storage.models import CORE_MODELS, Event, Merged, Person, Project, Registration
from mudhif.storage.store import Store, current, use, write

LATIN = NewGuest(name="Zainab Kadhim", phone="07801234567", phone_e164="+9647801234567")
ARABIC = NewGuest(
    name="زينب كاظم", phone="07801234567", phone_e164="+9647801234567", sex="f", organisation="University"
)


def people_of(*registrations):
    return [Registration.get_by_id(registration.id).person for registration in registrations]


@pytest.fixture
def twice(event):
    """One woman who was registered in Latin letters by phone and in Arabic ones at the desk."""
    return write(lambda tx: [register_guest(tx, event, guest) for guest in (LATIN, ARABIC)])


@pytest.fixture
def earlier(event):
    """The session before, of the same project."""
    return write(
        lambda tx: tx.create(
            Event,
            project=event.project,
            code="d2",
            title="Second session",
            starts=event.starts - timedelta(days=30),
            ends=event.ends - timedelta(days=30),
        )
    )


def names(event):
    return [row["name"] for row in guest_list(event.id)]


# ------------------------------------------------------------------------------------------------ finding


def test_two_guests_with_one_phone_and_a_name_in_two_scripts_are_set_side_by_side(event, twice):
    (pair,) = probable_pairs(event)
    assert {pair.one["name"], pair.other["name"]} == {"Zainab Kadhim", "زينب كاظم"}
    assert pair.why == ("same phone", "the name sounds the same") and pair.score == 90
    assert pair.one["id"] == people_of(twice[0])[0], "the one who is known longer comes first"


def test_a_name_alone_in_two_scripts_makes_no_pair(event):
    write(lambda tx: [register_guest(tx, event, NewGuest(name=name)) for name in ("Ali Hassan", "علي حسن")])
    assert probable_pairs(event) == []


def test_who_came_to_an_earlier_session_is_found_again(event, earlier):
    old = write(register_guest, earlier, LATIN)
    new = write(register_guest, event, ARABIC)
    (pair,) = probable_pairs(event)
    assert [pair.one["id"], pair.other["id"]] == people_of(old, new)
    assert pair.one["events"] == [(earlier.id, "Second session")]
    assert [p.one["id"] for p in probable_pairs(earlier)] == [pair.one["id"]], "the pair is seen from either event"


def test_an_event_of_another_project_is_nobodys_business(event, earlier):
    other = write(lambda tx: tx.update(earlier, project=tx.create(Project, title="Another").id))
    write(register_guest, other, LATIN)
    write(register_guest, event, ARABIC)
    assert probable_pairs(event) == []


def test_who_was_said_to_be_two_is_not_asked_about_until_it_is_taken_back(event, twice):
    one, other = people_of(*twice)
    said = write(say_two, one, other)
    assert probable_pairs(event) == []
    assert write(say_two, other, one).id == said.id, "one pair, whichever way round it is said, on every laptop"
    write(ask_again, said.id)
    assert len(probable_pairs(event)) == 1
    write(say_two, one, other)
    assert probable_pairs(event) == []


# ------------------------------------------------------------------------------------------------ joining


def test_one_person_is_listed_and_counted_once(event, twice):
    kept, other = people_of(*twice)
    write(merge_people, kept, other)
    assert names(event) == ["Zainab Kadhim"] and guest_counts(event.id).registered == 1
    assert probable_pairs(event) == []
    row = guest_row(twice[1].id)
    assert row["id"] == twice[0].id, "the other registration leads to the one that stands"
    assert (row["name_alt"], row["sex"], row["organisation"]) == ("زينب كاظم", "f", "University"), "what was lacking"
    assert find_person(twice[1].id).id == kept
    assert guest_counts(event.id).women == 1


def test_every_spelling_and_phone_finds_the_one(event, twice):
    kept, other = people_of(*twice)
    write(lambda tx: merge_people(tx, kept, other, take=()))
    for search in ("Zainab", "زينب", "4567", "0002"):
        assert [row["id"] for row in guest_list(event.id, search)] == [twice[0].id], search


def test_values_are_taken_from_the_other_where_a_person_says_so(event, twice):
    kept, other = people_of(*twice)
    write(lambda tx: merge_people(tx, kept, other, take=["name", "organisation"]))
    person = Person.get_by_id(kept)
    assert (person.name, person.organisation, person.sex) == ("زينب كاظم", "University", None)
    assert person.name_alt == "Zainab Kadhim", "the name in the other script is kept beside it"


def test_the_registration_that_has_a_place_stands_for_both(event, twice):
    kept, other = people_of(*twice)
    write(cancel_registration, twice[0].id)
    write(merge_people, kept, other)
    row = guest_row(twice[0].id)
    assert (row["id"], row["status"], row["name"]) == (twice[1].id, "registered", "Zainab Kadhim")


def test_to_cancel_the_one_leaves_no_twin_in_its_place(event, twice):
    write(merge_people, *people_of(*twice))
    write(cancel_registration, twice[0].id)
    assert [row["status"] for row in guest_list(event.id)] == ["cancelled"]
    write(update_registration, twice[0].id, {"status": "registered"})
    assert [row["status"] for row in guest_list(event.id)] == ["registered"]


def test_a_place_that_was_held_twice_is_free_again(event, twice):
    write(lambda tx: tx.update(Event.get_by_id(event.id), capacity=2))
    write(merge_people, *people_of(*twice))
    assert write(register_guest, event, NewGuest(name="Ammar")).status == "registered"


def test_the_history_of_both_is_one(event, twice):
    kept, other = people_of(*twice)
    write(merge_people, kept, other)
    registered = [c for c in person_data(kept)["history"] if c["kind"].startswith("core.registration")]
    assert len(registered) == 2
    assert len(person_data(kept)["tickets"]) == 2


def test_erasing_the_one_erases_the_other(event, twice):
    kept, other = people_of(*twice)
    write(merge_people, kept, other)
    erase(twice[0].id)
    assert [Person.get_by_id(id).name for id in (kept, other)] == [None, None]
    content = current().instance.database.read_bytes()
    assert "زينب".encode() not in content and b"Zainab" not in content and b"7801234567" not in content


def test_one_person_is_not_joined_with_themselves_nor_with_one_who_was_erased(event, twice):
    kept, other = people_of(*twice)
    with pytest.raises(OneAlready):
        write(merge_people, kept, kept)
    write(merge_people, kept, other)
    with pytest.raises(OneAlready):
        write(merge_people, other, kept)
    third = write(register_guest, event, NewGuest(name="Ammar"))
    erase(third.id)
    with pytest.raises(NobodyThere):
        write(merge_people, kept, people_of(third)[0])


# ------------------------------------------------------------------------------------------------ parting


def test_a_merge_is_taken_back_whole(event, twice):
    kept, other = people_of(*twice)
    before = guest_list(event.id), [Person.get_by_id(id).__data__ | {"rev": None} for id in (kept, other)]
    merge = write(lambda tx: merge_people(tx, kept, other, take=["name", "phone", "sex", "organisation"]))
    assert [m.id for m, _kept, _other in standing_merges(event.id)] == [merge.id]
    assert write(undo_merge, merge.id).stayed == ()
    after = guest_list(event.id), [Person.get_by_id(id).__data__ | {"rev": None} for id in (kept, other)]
    assert after == before and not Merged.select().exists() and standing_merges(event.id) == []
    with pytest.raises(NoMerge):
        write(undo_merge, merge.id)


def test_what_was_changed_since_stays_and_is_told(event, twice):
    kept, other = people_of(*twice)
    merge = write(merge_people, kept, other)
    write(update_registration, twice[0].id, {"organisation": "Ministry"})
    assert write(undo_merge, merge.id).stayed == ("organisation",)
    person = Person.get_by_id(kept)
    assert (person.organisation, person.sex) == ("Ministry", None)


def test_a_chain_of_merges_is_one_person_and_parts_link_by_link(event, twice):
    third = write(register_guest, event, NewGuest(name="Zaynab K."))
    one, two, three = people_of(*twice, third)
    first = write(merge_people, two, three)
    write(merge_people, one, two)
    assert names(event) == ["Zainab Kadhim"] and merging.kept(three) == one
    write(undo_merge, first.id)
    assert names(event) == ["Zainab Kadhim", "Zaynab K."]


# ------------------------------------------------------------------------------------------------ two laptops


@pytest.fixture
def laptops(tmp_path):
    opened = [Store(None, CORE_MODELS, DERIVED, label=name) for name in "ab"]
    yield opened
    use(None)
    for store in opened:
        store.close()


def on(store, call, *arguments):
    use(store)
    return write(call, *arguments)


def test_a_into_b_on_one_laptop_and_b_into_a_on_the_other_are_one(laptops, tmp_path):
    a, b = laptops

    def begin(tx):
        project = tx.create(Project, title="P")
        event = tx.create(Event, project=project.id, code="d3", title="T", starts="2024-03-07T06:00:00Z",
                          ends="2024-03-07T10:00:00Z")  # fmt: skip
        return event, [register_guest(tx, event, guest) for guest in (LATIN, ARABIC)]

    event, both = on(a, begin)
    one, two = (registration.person for registration in both)
    swap(a, b)
    on(a, merge_people, one, two)
    on(b, merge_people, two, one)
    swap(a, b)
    for laptop in laptops:
        use(laptop)
        assert merging.kept(one) == merging.kept(two) == min(one, two)
        assert len(guest_list(event.id)) == 1 and guest_counts(event.id).registered == 1
        ((head, tail),) = rings(event.id)
        assert {head.id, tail.id} == {one, two}
    on(b, settle_ring, two)
    swap(a, b)
    for laptop in laptops:
        use(laptop)
        assert merging.kept(one) == merging.kept(two) == two and rings(event.id) == []
        assert [merge.kept for merge, _kept, _other in standing_merges(event.id)] == [two]


def swap(a, b):
    """Each takes in what the other has."""
    for sender, receiver in ((a, b), (b, a)):
        lines = list(exchange.lines_after(sender, exchange.vector_of(receiver)))
        exchange.receive(receiver, lines, exchange.streams_of(sender))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=12))
def test_the_table_of_merges_is_that_of_a_rebuild_whatever_was_joined_and_parted(steps):
    store = Store(None, CORE_MODELS, DERIVED)
    use(store)
    try:
        _join_and_part(steps)
        kept = {row.row: row.kept for row in Merged.select()}
        store.rebuild()
        assert {row.row: row.kept for row in Merged.select()} == kept
    finally:
        use(None)
        store.close()


def _join_and_part(steps):
    def begin(tx):
        project = tx.create(Project, title="P")
        event = tx.create(Event, project=project.id, code="d3", title="T", starts="2024-03-07T06:00:00Z",
                          ends="2024-03-07T10:00:00Z")  # fmt: skip
        return event, [register_guest(tx, event, NewGuest(name=f"Guest {n}")) for n in range(5)]

    event, registrations = write(begin)
    merges = []
    for one, other, back in steps:
        if back and merges:
            write(undo_merge, merges.pop(one % len(merges)).id)
            continue
        try:
            merges.append(write(merge_people, registrations[one].person, registrations[other].person))
        except OneAlready:
            continue
    heads = {merging.kept(registration.person) for registration in registrations}
    assert len(guest_list(event.id)) == len(heads) == 5 - len(merges)
