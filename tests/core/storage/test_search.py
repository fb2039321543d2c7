"""Finding guests: in either script, by the end of a phone, by number; and forgetting those who were erased."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudhif.domain.guests import NewGuest
from mudhif.domain.names_table import ROWS
from mudhif.services.merging import merge_people
from mudhif.services.registrations import register_guest
from mudhif.storage import search
from mudhif.storage.models import NameToken, Person
from mudhif.storage.search import find_guests
from mudhif.storage.store import write

NAMES = [
    "زينب كاظم الجبوري",
    "Ammar Saleh",
    "عمر حسن",
    "Mahmoud Ali",
    "محمد علي",
    "Abdul Rahman Al-Obaidi",
    "أحمد إلهام",
]


@pytest.fixture
def guests(event):
    def register(tx):
        found = {}
        for place, name in enumerate(NAMES):
            phone = f"+96478012345{place:02}"
            found[name] = register_guest(tx, event.id, NewGuest(name=name, phone=phone, phone_e164=phone))
        return found

    return write(register)


@pytest.fixture
def names_of(event, guests):
    by_id = {registration.id: name for name, registration in guests.items()}
    return lambda text: [by_id[found] for found in find_guests(event.id, text).ids]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("zainab", "زينب كاظم الجبوري"),
        ("زينب", "زينب كاظم الجبوري"),
        ("Zeinab Jubouri", "زينب كاظم الجبوري"),
        ("كاظم زينب", "زينب كاظم الجبوري"),
        ("jabori", "زينب كاظم الجبوري"),
        ("ammar", "Ammar Saleh"),
        ("عمار صالح", "Ammar Saleh"),
        ("sal", "Ammar Saleh"),
        ("عبد الرحمن", "Abdul Rahman Al-Obaidi"),
        ("عبدالرحمن العبيدي", "Abdul Rahman Al-Obaidi"),
        ("abdurrahman", "Abdul Rahman Al-Obaidi"),
        ("elham", "أحمد إلهام"),
        ("اح", "أحمد إلهام"),
    ],
)
def test_a_guest_is_found_in_either_script(names_of, text, name):
    assert names_of(text) == [name]


def test_namesakes_by_ear_are_not_mixed_up(names_of):
    assert names_of("Mohammed") == ["محمد علي"] and names_of("محمود") == ["Mahmoud Ali"]
    assert names_of("عمار") == ["Ammar Saleh"] and names_of("Omar") == ["عمر حسن"]


def test_a_spelling_that_nobody_knows_finds_all_that_sound_like_it(event, guests, names_of):
    assert set(names_of("Muhamd")) == {"محمد علي", "Mahmoud Ali"}
    assert find_guests(event.id, "Muhamd").sounds_like == {guests["محمد علي"].id, guests["Mahmoud Ali"].id}
    assert find_guests(event.id, "محمد").sounds_like == frozenset()


def test_every_word_must_be_found(names_of):
    assert names_of("zainab saleh") == []


def test_a_whole_word_stands_before_the_beginning_of_one(event):
    write(
        lambda tx: [
            register_guest(tx, event.id, NewGuest(name=name)) for name in ("Alina Noor", "Sami Ali", "Ali Sami")
        ]
    )
    found = find_guests(event.id, "ali").ids
    people = [Person.get_by_id(r.person).name for r in map(_registration, found)]
    assert people == ["Ali Sami", "Sami Ali", "Alina Noor"]


def _registration(registration_id):
    from mudhif.storage.models import Registration

    return Registration.get_by_id(registration_id)


@pytest.mark.parametrize("text", ["4503", "07801234503", "٠٧٨٠١٢٣٤٥٠٣", "+964 780 123 4503", "503"])
def test_the_end_of_a_phone_finds_its_owner(names_of, text):
    assert names_of(text) == ["Mahmoud Ali"]


def test_a_number_finds_its_registration(names_of):
    assert names_of("2") == names_of("٢") == ["Ammar Saleh"]


@pytest.mark.parametrize("text", ["", "  ", "'", "%", "\x00", "*", '"', "()", "--"])
def test_a_search_for_nothing_finds_nobody(names_of, text):
    assert names_of(text) == []


def test_a_changed_name_is_found_and_the_old_one_is_not(event, guests, names_of):
    write(lambda tx: tx.update(Person.get_by_id(guests["Ammar Saleh"].person), name="Karrar Jassim"))
    assert names_of("ammar") == [] and names_of("كرار") == ["Ammar Saleh"]


def test_an_erased_person_has_no_token_left(event, guests, names_of):
    person = guests["زينب كاظم الجبوري"].person
    write(lambda tx: tx.erase(person))
    assert names_of("zainab") == [] and not NameToken.select().where(NameToken.person == person).exists()


def test_a_rebuild_makes_the_same_tokens(store, guests):
    def all_tokens():
        return sorted(NameToken.select(NameToken.kind, NameToken.token, NameToken.person).tuples())

    before = all_tokens()
    write(lambda tx: NameToken.delete().execute())
    store.rebuild()
    assert before and all_tokens() == before


def test_a_large_event_is_searched_alike(monkeypatch, names_of):
    queries = ["zainab", "Zeinab Jubouri", "كاظم زينب", "sal", "ammar", "Muhamd", "ا", "zainab saleh"]
    small = [set(names_of(text)) for text in queries]
    monkeypatch.setattr(search, "SMALL_EVENT", 1)
    assert [set(names_of(text)) for text in queries] == small


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_spelling_in_the_variant_table_is_found_from_every_other(event, row):
    ids = write(lambda tx: {form: register_guest(tx, event.id, NewGuest(name=form)).id for form in row})
    for one, other in itertools.permutations(row, 2):
        assert ids[other] in find_guests(event.id, one).ids


SPELLINGS = [(row, form) for row in ROWS for form in row]


@pytest.mark.parametrize("small_event", [1, 2_000], ids=["from the rarest word", "guest by guest"])
def test_in_a_whole_name_every_spelling_is_found_from_every_other_among_all_of_them(event, monkeypatch, small_event):
    monkeypatch.setattr(search, "SMALL_EVENT", small_event)
    guests = [NewGuest(name=f"{form} Qurayshi", organisation="Office") for _row, form in SPELLINGS]
    ids = write(lambda tx: {guest.name: register_guest(tx, event.id, guest).id for guest in guests})

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(ROWS), st.data(), st.sampled_from([str, str.lower, str.upper]), st.booleans())
    def found(row, data, case, family_first):
        one, other = data.draw(st.sampled_from(row)), data.draw(st.sampled_from(row))
        text = f"qurayshi {case(one)}" if family_first else f"{case(one)} qura"
        hits = find_guests(event.id, text)
        assert ids[f"{other} Qurayshi"] in hits.ids and ids[f"{other} Qurayshi"] not in hits.sounds_like

    found()


def test_an_organisation_is_found_by_its_words_in_any_order_and_beside_a_name(event):
    guests = [("Zahra", "Ahwar Youth Channel"), ("Ammar", "وزارة التربية"), ("Youth Noor", None), ("Ahwar", "Noor")]
    ids = write(lambda tx: {name: register_guest(tx, event.id, NewGuest(name=name, organisation=organisation)).id
                            for name, organisation in guests})  # fmt: skip
    by_id = {id: name for name, id in ids.items()}
    found = {text: [by_id[id] for id in find_guests(event.id, text).ids]
             for text in ("channel ahwar", "zah you", "تربيه", "youth", "noor zahra")}  # fmt: skip
    assert found == {"channel ahwar": ["Zahra"], "zah you": ["Zahra"], "تربيه": ["Ammar"],
                     "youth": ["Youth Noor", "Zahra"], "noor zahra": []}  # fmt: skip


def test_of_a_merged_person_the_list_is_sorted_by_their_own_name(event):
    zahra, ammar = write(lambda tx: [register_guest(tx, event.id, NewGuest(name=name)) for name in ("Zahra", "Ammar")])
    write(merge_people, zahra.person, ammar.person)
    orders = NameToken.select(NameToken.token).where(NameToken.kind == "n", NameToken.person == zahra.person)
    assert [row.token for row in orders] == ["zahra"]
    assert find_guests(event.id, "ammar").ids == (zahra.id,)
