"""Checking in, from the ticket to the stored fact."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mudhif.domain.errors import NotAllowed
from mudhif.domain.tickets import to_arabic_keyboard
from mudhif.plugins.types import Who
from mudhif.services.registrations import cancel_registration
from mudhif.services.tickets import reissue
from mudhif.storage.models import Event, Registration, Ticket
from mudhif.storage.store import current, write
from mudhif_checkin.checkins import NoCheckin, NothingToUndo, ScanOfAnotherEvent, check_in, undo
from mudhif_checkin.models import Scan, Undo
from mudhif_checkin.requests import read_request

Present = Callable[..., dict[str, Any]]
TicketOf = Callable[[Registration], str]


def test_a_guest_with_a_ticket_is_welcome_and_counted(
    event: Event, zahra: Registration, present: Present, ticket_of: TicketOf
) -> None:
    answer = present(event, ticket_of(zahra))
    assert answer["outcome"] == "welcome"
    assert answer["registration"] == {
        "id": zahra.id,
        "name": "Zahra Kadhim",
        "name_alt": "زهراء كاظم",
        "kind": "participant",
        "organisation": "Department of Education",
        "number": 1,
        "status": "registered",
        "note": None,
    }
    assert answer["checkin"]["device"] == "Desk A"
    assert answer["checkin"]["id"] == answer["scan_id"]
    assert answer["first"] is None
    assert answer["counts"] == {"arrived": 1, "registered": 1}


def test_the_second_time_says_when_where_and_by_whom(
    event: Event, zahra: Registration, phone: Who, present: Present, ticket_of: TicketOf
) -> None:
    first = present(event, ticket_of(zahra), phone, gate="Garden door", at="2024-03-07T09:06:00+03:00")
    second = present(event, ticket_of(zahra))
    assert second["outcome"] == "already"
    assert second["first"] == {
        "id": first["scan_id"],
        "at": "2024-03-07T06:06:00.000000Z",
        "device": "Rusul's phone",
        "gate": "Garden door",
    }
    assert second["checkin"] == first["checkin"]
    assert second["counts"] == {"arrived": 1, "registered": 1}


def test_the_same_scan_again_is_answered_as_it_was_whatever_has_changed(
    event: Event, zahra: Registration, desk: Who, ticket_of: TicketOf
) -> None:
    scan = read_request({"scan_id": str(uuid.uuid4()), "ticket": ticket_of(zahra)})
    before = check_in(event.id, scan, desk).as_dict()
    write(lambda tx: cancel_registration(tx, zahra.id))
    undo(event.id, before["checkin"]["id"], "mistake", desk)
    after = check_in(event.id, scan, desk).as_dict()
    assert after["outcome"] == "welcome"
    assert (after["checkin"], after["first"]) == (before["checkin"], before["first"])
    assert after["counts"] == {"arrived": 0, "registered": 0}
    assert Scan.select().count() == 1


def test_a_stored_already_keeps_its_first_even_after_that_was_undone(
    event: Event, zahra: Registration, desk: Who, present: Present
) -> None:
    first = present(event, zahra)
    scan = read_request({"scan_id": str(uuid.uuid4()), "registration": zahra.id})
    second = check_in(event.id, scan, desk).as_dict()
    undo(event.id, first["scan_id"], None, desk)
    assert check_in(event.id, scan, desk).as_dict()["first"] == second["first"]


def test_a_scan_id_of_another_event_is_refused(
    event: Event, new_event: Callable[..., Event], zahra: Registration, desk: Who, present: Present
) -> None:
    scan_id = present(event, zahra)["scan_id"]
    with pytest.raises(ScanOfAnotherEvent):
        check_in(new_event("Another").id, read_request({"scan_id": scan_id, "ticket": "1"}), desk)


def test_every_scan_is_a_fact_also_a_refused_one_and_holds_no_name(event: Event, present: Present) -> None:
    answer = present(event, "BEGIN:VCARD Noor Hassan")
    assert answer["outcome"] == "unknown"
    assert answer["registration"] is answer["checkin"] is answer["first"] is None
    stored = Scan.get_by_id(answer["scan_id"])
    assert (stored.outcome, stored.registration, stored.turn) == ("unknown", None, 0)
    journal = current().db.execute_sql("SELECT body FROM journal WHERE row = ?", (stored.id,)).fetchone()[0]
    assert "Noor" not in journal


def test_a_changed_ticket_is_forged(event: Event, zahra: Registration, present: Present, ticket_of: TicketOf) -> None:
    ticket = ticket_of(zahra)
    changed = ticket[:-6] + ("A" * 6 if ticket[-6:] != "A" * 6 else "B" * 6)
    assert present(event, changed)["outcome"] == "forged"


def test_a_ticket_of_another_event_says_so_and_names_nobody(
    event: Event, new_event: Callable[..., Event], new_guest: Callable[..., Registration], present: Present,
    ticket_of: TicketOf,
) -> None:  # fmt: skip
    elsewhere = new_guest(new_event("Another"))
    for what in (ticket_of(elsewhere), elsewhere):
        answer = present(event, what)
        assert (answer["outcome"], answer["registration"]) == ("wrong-event", None)


def test_a_ticket_of_another_event_is_told_by_its_signature_alone(
    event: Event, new_event: Callable[..., Event], new_guest: Callable[..., Registration], present: Present,
    ticket_of: TicketOf,
) -> None:  # fmt: skip
    ticket = ticket_of(new_guest(new_event("Another")))
    write(lambda tx: Ticket.delete().execute())
    assert present(event, ticket)["outcome"] == "wrong-event"


def test_a_ticket_that_was_issued_anew_is_withdrawn(
    event: Event, zahra: Registration, present: Present, ticket_of: TicketOf
) -> None:
    old = ticket_of(zahra)
    write(lambda tx: reissue(tx, zahra.id))
    answer = present(event, old)
    assert (answer["outcome"], answer["registration"]["id"]) == ("revoked", zahra.id)
    assert present(event, ticket_of(zahra))["outcome"] == "welcome"


@pytest.mark.parametrize("spelt", ["number", "address", "lower case", "arabic keyboard"])
def test_a_ticket_is_known_in_every_spelling(
    spelt: str, event: Event, zahra: Registration, present: Present, ticket_of: TicketOf
) -> None:
    ticket = ticket_of(zahra)
    texts = {
        "number": "٠٠٠١",
        "address": f"https://192.168.8.2:8443/t/{ticket}",
        "lower case": ticket.lower(),
        "arabic keyboard": to_arabic_keyboard(ticket.lower()),
    }
    answer = present(event, texts[spelt])
    assert (answer["outcome"], answer["registration"]["id"]) == ("welcome", zahra.id)


def test_a_guest_who_is_not_there_is_unknown(event: Event, present: Present) -> None:
    assert present(event, "4711")["outcome"] == "unknown"
    assert present(event, Registration(id=str(uuid.uuid4())))["outcome"] == "unknown"


def test_cancelled_and_waiting_guests_are_told_apart(
    event: Event, new_guest: Callable[..., Registration], present: Present
) -> None:
    for status in ("cancelled", "waiting"):
        assert present(event, new_guest(event, status=status))["outcome"] == status


def test_the_hall_fills_up_by_those_inside_not_by_those_registered(
    new_event: Callable[..., Event], new_guest: Callable[..., Registration], present: Present
) -> None:
    event = new_event(capacity=2)
    first, second = new_guest(event, "One"), new_guest(event, "Two")
    late = new_guest(event, "Three", status="invited")
    assert [present(event, guest)["outcome"] for guest in (first, second, late)] == ["welcome", "welcome", "full"]
    assert present(event, first, direction="out")["outcome"] == "left"
    assert present(event, late)["outcome"] == "welcome"
    assert present(event, first)["outcome"] == "full"


def test_a_guest_may_leave_and_come_back_and_counts_once(event: Event, zahra: Registration, present: Present) -> None:
    outcomes = [present(event, zahra, direction=way)["outcome"] for way in ("in", "out", "in", "in")]
    assert outcomes == ["welcome", "left", "welcome", "already"]
    assert present(event, zahra, direction="out")["counts"] == {"arrived": 1, "registered": 1}


def test_an_undone_checkin_leaves_the_place_free_and_the_scan_in_the_journal(
    event: Event, zahra: Registration, desk: Who, present: Present
) -> None:
    scan_id = present(event, zahra)["scan_id"]
    assert undo(event.id, scan_id, "wrong person", desk)["counts"] == {"arrived": 0, "registered": 1}
    assert Scan.get_by_id(scan_id).outcome == "welcome"
    assert Undo.get().reason == "wrong person"
    assert present(event, zahra)["outcome"] == "welcome"


def test_undoing_twice_undoes_once(event: Event, zahra: Registration, desk: Who, present: Present) -> None:
    scan_id = present(event, zahra)["scan_id"]
    undo(event.id, scan_id, None, desk)
    undo(event.id, scan_id, None, desk)
    assert Undo.select().count() == 1


def test_what_let_nobody_in_cannot_be_undone(event: Event, desk: Who, present: Present) -> None:
    with pytest.raises(NothingToUndo):
        undo(event.id, present(event, "nonsense")["scan_id"], None, desk)
    with pytest.raises(NoCheckin):
        undo(event.id, str(uuid.uuid4()), None, desk)


def test_force_needs_its_right_and_is_marked(
    event: Event, new_guest: Callable[..., Registration], phone: Who, present: Present
) -> None:
    cancelled = new_guest(event, status="cancelled")
    with pytest.raises(NotAllowed, match=r"checkin\.force"):
        present(event, cancelled, phone, force=True)
    answer = present(event, cancelled, force=True)
    assert answer["outcome"] == "welcome"
    assert Scan.get_by_id(answer["scan_id"]).forced


def test_force_marks_nothing_where_nothing_spoke_against_it(
    event: Event, zahra: Registration, present: Present
) -> None:
    assert not Scan.get_by_id(present(event, zahra, force=True)["scan_id"]).forced


def test_answers_to_what_nobody_asks_are_dropped(event: Event, zahra: Registration, present: Present) -> None:
    assert present(event, zahra, answers={"diet": "no fish"})["outcome"] == "welcome"
    assert not Registration.get_by_id(zahra.id).answers


def test_an_erased_guest_has_no_name_in_the_stored_answer(
    event: Event, zahra: Registration, desk: Who, ticket_of: TicketOf
) -> None:
    scan = read_request({"scan_id": str(uuid.uuid4()), "ticket": ticket_of(zahra)})
    check_in(event.id, scan, desk)
    write(lambda tx: tx.erase(zahra.person))
    answer = check_in(event.id, scan, desk).as_dict()
    assert (answer["outcome"], answer["registration"]["name"]) == ("welcome", None)


def test_the_devices_clock_is_kept_as_it_was_told(event: Event, zahra: Registration, present: Present) -> None:
    answer = present(event, zahra, at="2024-03-07T09:06:00+03:00")
    assert Scan.get_by_id(answer["scan_id"]).at == datetime(2024, 3, 7, 6, 6, tzinfo=UTC)


def test_a_rebuild_gives_the_same_facts(event: Event, zahra: Registration, desk: Who, present: Present) -> None:
    undo(event.id, present(event, zahra)["scan_id"], "mistake", desk)
    present(event, zahra)
    present(event, "nonsense")
    before = [list(model.select().order_by(model.id).tuples()) for model in (Scan, Undo)]
    current().rebuild()
    assert [list(model.select().order_by(model.id).tuples()) for model in (Scan, Undo)] == before
