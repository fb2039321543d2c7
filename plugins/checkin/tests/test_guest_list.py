"""The guest list by who came: filtered, sorted by the time of arrival, and right again after a check-in is undone."""

from __future__ import annotations

from mudhif.services.guest_finding import Wanted, find
from mudhif.services.merging import merge_people
from mudhif.storage.store import write
from mudhif_checkin.checkins import undo


def listed(event, **wanted):
    return list(find(event.id, Wanted(**wanted), 1).ids)


def test_the_list_tells_who_came_and_in_which_order(event, new_guest, present, desk):
    guests = [new_guest(event, name) for name in ("Zahra", "Ammar", "Hiba")]
    zahra, ammar, hiba = [guest.id for guest in guests]
    assert listed(event, arrived=True) == [] and listed(event, sort="arrived") == [zahra, ammar, hiba]
    present(event, guests[2])
    first = present(event, guests[0])
    assert listed(event, arrived=True) == [zahra, hiba] and listed(event, arrived=False) == [ammar]
    assert listed(event, sort="arrived") == [hiba, zahra, ammar]
    assert listed(event, sort="arrived", descending=True) == [zahra, hiba, ammar]
    assert listed(event, arrived=True, search="za") == [zahra]
    undo(event.id, first["checkin"]["id"], "mistake", desk)
    assert listed(event, arrived=True) == [hiba]


def test_who_was_merged_came_when_either_of_both_came(event, new_guest, present):
    zahra, twin = new_guest(event, "Zahra Kadhim"), new_guest(event, "زهراء كاظم")
    present(event, twin)
    write(merge_people, zahra.person, twin.person)
    assert listed(event, arrived=True) == listed(event) != []
