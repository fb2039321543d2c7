"""Somebody who was registered twice and merged: one person at the door, whichever ticket they bring."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mudhif.services.merging import merge_people, undo_merge
from mudhif.services.registrations import cancel_registration
from mudhif.storage.models import Registration
from mudhif.storage.store import write
from mudhif_checkin.attendance import attendance_of, checked_in, double_entries
from mudhif_checkin.checkins import undo
from mudhif_checkin.counts import counts_of
from mudhif_checkin.items import stays_of
from mudhif_checkin.models import Scan
from mudhif_checkin.phone_list import phone_list


@pytest.fixture
def twin(event, new_guest):
    return new_guest(event, "زهراء كاظم", sex="f")


def join(one, other):
    return write(lambda tx: merge_people(tx, one.person, other.person))


def test_either_ticket_lets_them_in_once(event, zahra, twin, present, ticket_of):
    join(zahra, twin)
    first = present(event, ticket_of(twin))
    assert (first["outcome"], first["registration"]["id"]) == ("welcome", zahra.id)
    assert first["counts"] == {"arrived": 1, "registered": 1}
    assert present(event, ticket_of(zahra))["outcome"] == "already"
    assert {scan.registration for scan in Scan.select()} == {zahra.id}


def test_who_came_before_the_merge_came(event, zahra, twin, present, ticket_of):
    present(event, ticket_of(twin))
    join(zahra, twin)
    assert present(event, ticket_of(zahra))["outcome"] == "already"
    assert checked_in([zahra.id]) == {zahra.id: True}
    assert counts_of(event.id) == (1, 1, 1)


def test_two_who_both_came_are_one_who_came(event, zahra, twin, present, ticket_of, desk):
    scans = [present(event, ticket_of(guest))["scan_id"] for guest in (zahra, twin)]
    merge = join(zahra, twin)
    came = attendance_of(event.id)
    assert ([a.registration for a in came.arrivals], came.registered, len(came.inside)) == ([zahra.id], 1, 1)
    assert counts_of(event.id) == (1, 1, 1)
    assert [registration for registration, _scans in double_entries(event.id)] == [zahra.id]
    assert {stay.registration for stay in stays_of(event, datetime.now(UTC))} == {zahra.id}
    undo(event.id, scans[0], "by mistake", desk)
    assert counts_of(event.id) == (1, 1, 1), "the other check-in stands"
    write(undo_merge, merge.id)
    assert counts_of(event.id) == (1, 2, 1)


def test_a_twin_whose_place_was_cancelled_is_no_guest_who_is_turned_away(event, zahra, twin, present, ticket_of):
    write(cancel_registration, twin.id)
    join(zahra, twin)
    assert present(event, ticket_of(twin))["outcome"] == "welcome"


def test_a_change_of_the_twin_keeps_the_count(event, zahra, twin, present, ticket_of):
    join(zahra, twin)
    present(event, ticket_of(zahra))
    write(lambda tx: tx.update(Registration.get_by_id(twin.id), kind="media"))
    assert counts_of(event.id) == (1, 1, 1)
    assert present(event, ticket_of(twin))["outcome"] == "already"


def test_a_phone_is_told_which_registration_stands(event, zahra, twin):
    join(zahra, twin)
    guests = {guest["id"]: guest for guest in phone_list(event).content["guests"]}
    assert guests[twin.id]["kept"] == zahra.id and "kept" not in guests[zahra.id]
