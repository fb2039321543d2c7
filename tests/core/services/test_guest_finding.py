"""What a guest list shows and in which order: filters, sorting, pages, for few guests and for many."""

from __future__ import annotations

import pytest

from mudhif.domain.guests import NewGuest
from mudhif.services.figures import guest_counts
from mudhif.services.guest_finding import Wanted, find
from mudhif.services.invitations import note_invitation
from mudhif.services.questions import save_question
from mudhif.services.registrations import cancel_registration, guest_page, register_guest, update_registration
from mudhif.storage import search
from mudhif.storage.models import Registration
from mudhif.storage.store import write
from mudhif.storage.unchanged import unless_changed

GUESTS = [
    NewGuest(name="زينب كاظم", sex="f", organisation="Ahwar Channel"),
    NewGuest(name="Ammar Saleh", sex="m", organisation="وزارة التربية"),
    NewGuest(name="أحمد حسن", sex=None, organisation="Ur Youth Team"),
    NewGuest(name="Zahra Ali", sex="f", organisation=None),
    NewGuest(name="احمد باقر", sex="m", organisation="ur youth team"),
]


@pytest.fixture
def ids(event):
    return write(lambda tx: [register_guest(tx, event.id, guest).id for guest in GUESTS])


@pytest.fixture
def names(event, ids):
    def listed(page=1, **wanted):
        return [row["name"] for row in guest_page(event.id, page=page, wanted=Wanted(**wanted)).rows]

    return listed


def test_names_are_sorted_as_they_are_folded_and_the_nameless_come_last(event, ids, names):
    in_order = ["Ammar Saleh", "Zahra Ali", "احمد باقر", "أحمد حسن", "زينب كاظم"]
    assert names(sort="name") == in_order
    assert names(sort="name", descending=True) == in_order[::-1]
    write(lambda tx: tx.erase(Registration.get_by_id(ids[0]).person))
    assert names(sort="name")[-1] is None and names(sort="name", descending=True)[-1] is None


def test_organisations_are_sorted_and_whoever_has_none_comes_last(names):
    assert names(sort="organisation") == ["زينب كاظم", "أحمد حسن", "احمد باقر", "Ammar Saleh", "Zahra Ali"]
    assert names(sort="organisation", descending=True)[-1] == "Zahra Ali"


def test_a_filter_takes_the_whole_organisation_however_it_is_written(names):
    assert names(organisation="UR  YOUTH TEAM") == ["أحمد حسن", "احمد باقر"]
    assert names(organisation="وزاره التربيه") == ["Ammar Saleh"]
    assert names(organisation="ur") == []


def test_filters_hold_together_and_with_a_search(names):
    assert names(sex="f") == ["زينب كاظم", "Zahra Ali"]
    assert names(sex="none") == ["أحمد حسن"]
    assert names(sex="m", search="احمد") == ["احمد باقر"]
    assert names(search="احمد", sort="name") == ["احمد باقر", "أحمد حسن"]
    assert names(search="احمد", sort="number", descending=True) == ["احمد باقر", "أحمد حسن"]


def test_kind_and_status_are_filters(event, ids, names):
    write(update_registration, ids[1], {"kind": "media"})
    write(cancel_registration, ids[2])
    assert names(kind="media") == ["Ammar Saleh"]
    assert names(status=("cancelled",)) == ["أحمد حسن"]
    assert len(names(status=("registered", "invited"))) == 4


def test_who_was_not_invited_yet_is_found(ids, names):
    write(note_invitation, ids[0], "whatsapp")
    assert names(invited=True) == ["زينب كاظم"] and len(names(invited=False)) == 4


def test_whose_answers_are_missing_is_found(event, ids, names):
    assert names(missing=True) == []
    question = write(
        save_question, event.id, {"asked_at": "form", "kind": "yes-no", "title": {"en": "Lunch?"}, "required": True}
    )
    write(lambda tx: tx.update(Registration.get_by_id(ids[3]), answers={question.id: False}))
    assert len(names(missing=True)) == 4 and "Zahra Ali" not in names(missing=True)


def test_where_no_plugin_knows_of_check_ins_nobody_arrived(names):
    assert names(arrived=True) == [] and len(names(arrived=False)) == 5
    assert len(names(sort="arrived")) == 5


def test_pages_follow_the_order_and_all_hits_are_counted(event):
    write(lambda tx: [register_guest(tx, event.id, NewGuest(name=f"Ali {n:03}")) for n in range(250, 0, -1)])
    wanted = Wanted(sort="name")
    pages = [guest_page(event.id, page=page, wanted=wanted) for page in (1, 2, 3)]
    assert [row["name"] for page in pages for row in page.rows] == [f"Ali {n:03}" for n in range(1, 251)]
    assert {page.total for page in pages} == {250}


def test_a_search_says_that_it_found_more_than_it_lists_and_can_give_all(event, monkeypatch):
    monkeypatch.setattr("mudhif.services.guest_finding.LIMIT", 10)
    write(lambda tx: [register_guest(tx, event.id, NewGuest(name=f"Ali {n}")) for n in range(12)])
    found = find(event.id, Wanted(search="ali"), 1)
    assert found.total == 10 and found.is_cut
    assert len(find(event.id, Wanted(search="ali")).ids) == 12


@pytest.mark.parametrize("wanted", [Wanted(search="ahmed", sex="m"), Wanted(search="ur"), Wanted(search="zah ali"),
                                    Wanted(search="2"), Wanted(search="ا", organisation="ur youth team")])  # fmt: skip
def test_a_large_event_is_listed_alike(event, ids, monkeypatch, wanted):
    small = set(find(event.id, wanted, 1).ids)
    monkeypatch.setattr(search, "SMALL_EVENT", 1)
    assert set(find(event.id, wanted, 1).ids) == small != set()


def test_counts_are_made_anew_when_a_guest_changed_and_not_before(event, ids):
    counted = []

    def count():
        counted.append(1)
        return guest_counts(event.id)

    assert unless_changed("counts", count).men == 2
    assert unless_changed("counts", count).men == 2 and len(counted) == 1
    write(update_registration, ids[2], {"sex": "m"})
    assert unless_changed("counts", count).men == 3 and len(counted) == 2
