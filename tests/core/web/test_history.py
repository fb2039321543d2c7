"""A guest's page tells who changed what and when, with what stood there before."""

from __future__ import annotations

import pytest

from mudhif.services.merging import merge_people, undo_merge
from mudhif.services.people import find_person
from mudhif.services.registrations import guest_from, register_guest, update_registration
from mudhif.storage.store import write
from mudhif.web.pages.history import history_of


@pytest.fixture
def guest(event):
    guest = write(register_guest, event, guest_from({"name": "Zainab Kadhim", "phone": "0780 112 4471"}))
    write(update_registration, guest.id, {"organisation": "Ministry"})
    write(update_registration, guest.id, {"organisation": "University", "sex": "f", "phone": "0790 555 1234"})
    return guest


def test_each_change_has_its_value_before_and_after(app, event, guest):
    with app.test_request_context():
        last, first, made = history_of(find_person(guest.id), event)
    assert last["changed"] == [
        ("organisation", "Ministry", "University"),
        ("phone", "0780 112 4471", "0790 555 1234"),
        ("sex", "", "Woman"),
    ]
    assert first["changed"] == [("organisation", "", "Ministry")]
    assert (made["sentence"], made["changed"]) == ("Registered", [])


def test_who_may_not_see_phones_sees_none_in_the_history(app, event, guest):
    with app.test_request_context():
        last = history_of(find_person(guest.id), event, with_contact=False)[0]
    assert [field for field, _before, _after in last["changed"]] == ["organisation", "sex"]


def test_the_page_shows_it_with_every_letter_as_text(signed_in, event, guest):
    write(update_registration, guest.id, {"organisation": "<b>Bold</b>"})
    page = signed_in("coordinator").get(f"/e/{event.code}/guests/{guest.id}").text
    assert "organisation: from <bdi>University</bdi> to <bdi>&lt;b&gt;Bold&lt;/b&gt;</bdi>" in page
    assert "organisation: from nothing to <bdi>Ministry</bdi>" in page


def test_joining_and_parting_are_told(app, event, guest):
    other = write(register_guest, event, guest_from({"name": "Zainab Kadhim", "phone": "0790 555 1234"}))
    made = write(merge_people, guest.person, other.person)
    write(undo_merge, made.id)
    with app.test_request_context():
        said = [entry["sentence"] for entry in history_of(find_person(other.id), event)]
    assert said[:2] == ["Parted from another record", "Joined with another record"]
