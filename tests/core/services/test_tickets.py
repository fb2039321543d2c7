"""Tickets of one installation, and what another laptop makes of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mudhif.config import Instance
from mudhif.domain.tickets import MAX_SERIAL, TicketBody, Verdict, event_tail, sign, to_arabic_keyboard
from mudhif.services import tickets
from mudhif.services.tickets import NoTicketForErased, TicketsUsedUp, read_ticket
from mudhif.storage.models import CORE_MODELS, Event, Person, Project, Registration, Ticket, TicketKey
from mudhif.storage.search import index_people
from mudhif.storage.store import Store, Tx, use, write

MORNING = datetime(2024, 3, 7, 6, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(Instance(tmp_path / "instance"), CORE_MODELS)
    use(opened)
    yield opened
    use(None)
    opened.close()


def make_event(tx: Tx, code: str = "d3") -> Event:
    project = tx.create(Project, title="Empowering communities")
    return tx.create(Event, project=project, code=code, title="Third session", starts=MORNING, ends=MORNING)


def make_guest(tx: Tx, event: Event, number: int = 1) -> Registration:
    person = tx.create(Person, name="زينب كاظم")
    return tx.create(Registration, event=event, person=person, number=number, made=MORNING)


@pytest.fixture
def event(store: Store) -> Event:
    return write(make_event)


@pytest.fixture
def guest(event: Event) -> Registration:
    return write(make_guest, event)


@pytest.fixture
def ticket(guest: Registration) -> str:
    return write(tickets.issue, guest)


def test_an_issued_ticket_is_good_and_says_whose_it_is(event, guest, ticket):
    reading = read_ticket(ticket, event.id)
    assert (reading.verdict, reading.registration, reading.ticket) == (Verdict.GOOD, guest.id, ticket)


def test_a_ticket_typed_by_a_scanner_through_an_arabic_keyboard_is_found(event, guest, ticket):
    for typed in (to_arabic_keyboard(ticket), to_arabic_keyboard(ticket.lower())):
        assert read_ticket(typed, event.id).registration == guest.id


def test_issuing_again_gives_the_same_ticket(guest, ticket):
    assert write(tickets.issue, guest.id) == ticket == tickets.ticket_text(guest.id)
    assert Ticket.select().count() == 1


def test_the_private_key_is_a_file_that_only_its_owner_reads(store, ticket):
    path = store.instance.keys / "ticket.key"
    assert len(bytes.fromhex(path.read_text())) == 32
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["ticket.key"]


def test_the_public_key_is_journaled_once(store, event, ticket):
    write(lambda tx: tickets.issue(tx, make_guest(tx, event, 2)))
    assert TicketKey.select().count() == 1
    kinds = [row[0] for row in store.db.execute_sql("SELECT kind FROM journal").fetchall()]
    assert kinds.count("core.ticketkey/1") == 1


def test_a_key_whose_first_unit_was_undone_is_journaled_by_the_next(event, guest):
    def fails(tx: Tx) -> None:
        tickets.issue(tx, guest)
        raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        write(fails)
    assert TicketKey.select().count() == 0
    ticket = write(tickets.issue, guest)
    assert TicketKey.select().count() == 1
    assert read_ticket(ticket, event.id).verdict is Verdict.GOOD


def test_a_ticket_that_the_database_does_not_hold_is_judged_by_its_signature(event, guest, ticket):
    write(lambda tx: Ticket.delete().execute())
    assert read_ticket(ticket, event.id) == tickets.TicketReading(
        verdict=Verdict.GOOD, registration=guest.id, ticket=ticket
    )
    assert read_ticket(ticket[:-6] + "AAAAAA", event.id).verdict is Verdict.FORGED


def test_a_changed_ticket_is_forged_although_its_guest_is_on_the_list(event, ticket):
    changed = ticket[:-6] + ("A" * 6 if ticket[-6:] != "A" * 6 else "B" * 6)
    assert read_ticket(changed, event.id) == tickets.TicketReading(verdict=Verdict.FORGED)


@pytest.mark.parametrize("text", ["nonsense", "", "زينب", "999"])
def test_what_is_no_ticket_is_unknown(event, ticket, text):
    assert read_ticket(text, event.id) == tickets.TicketReading(verdict=Verdict.UNKNOWN)


@pytest.mark.parametrize("kept", [True, False], ids=["issued here", "by signature"])
def test_the_ticket_of_another_event_is_told(event, ticket, kept):
    other = write(make_event, "d4")
    if not kept:
        write(lambda tx: Ticket.delete().execute())
    assert read_ticket(ticket, other.id).verdict is Verdict.WRONG_EVENT


@pytest.mark.parametrize("kept", [True, False], ids=["issued here", "by signature"])
def test_a_reissued_ticket_is_good_and_the_old_one_revoked(event, guest, ticket, kept):
    new = write(tickets.reissue, guest.id)
    if not kept:
        write(lambda tx: Ticket.delete().execute())
    assert new != ticket
    assert tickets.ticket_text(guest.id) == new
    assert read_ticket(new, event.id).verdict is Verdict.GOOD
    assert read_ticket(ticket, event.id).verdict is Verdict.REVOKED


def test_a_serial_is_never_wrapped_round(event, guest):
    last = write(lambda tx: tx.update(guest, serial=MAX_SERIAL))
    with pytest.raises(TicketsUsedUp):
        write(tickets.reissue, last)


def test_a_number_finds_the_guest(event, guest):
    assert read_ticket("٠٠٠١", event.id).registration == guest.id


def test_a_number_that_stands_twice_finds_nobody(event, guest):
    write(make_guest, event, 1)
    assert read_ticket("1", event.id).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("kept", [True, False], ids=["issued here", "by signature"])
def test_the_ticket_of_an_erased_guest_is_unknown_and_none_is_issued(event, guest, ticket, kept):
    write(lambda tx: tx.erase(guest.person))
    if not kept:
        write(lambda tx: Ticket.delete().execute())
    assert read_ticket(ticket, event.id).verdict is Verdict.UNKNOWN
    assert read_ticket("1", event.id).verdict is Verdict.UNKNOWN
    write(lambda tx: Ticket.delete().execute())
    assert tickets.ticket_texts([guest.id]) == {}
    with pytest.raises(NoTicketForErased):
        write(tickets.issue, guest.id)


def test_an_erasure_drops_the_tickets_of_the_person_wherever_it_came_from(tmp_path):
    opened = Store(Instance(tmp_path / "other"), CORE_MODELS, {"core.person": index_people})
    use(opened)
    try:
        made = write(make_event)
        kept, gone = (write(make_guest, made, number) for number in (1, 2))
        texts = tickets.ticket_texts([kept.id, gone.id])
        write(lambda tx: tx.erase(gone.person))
        assert [row.text for row in Ticket.select()] == [texts[kept.id]]
    finally:
        use(None)
        opened.close()


def test_a_true_ticket_of_a_guest_who_is_not_on_this_list_yet_is_unknown_and_not_forged(store, event, ticket):
    private = bytes.fromhex((store.instance.keys / "ticket.key").read_text())
    elsewhere = TicketBody(
        key_id=TicketKey.get().key_id,
        event_tail=event_tail(event.id),
        registration="01930b2e-9111-7abc-8def-0123456789ab",
        serial=1,
    )
    reading = read_ticket(sign(elsewhere, private), event.id)
    assert (reading.verdict, reading.registration) == (Verdict.UNKNOWN, elsewhere.registration)


def test_many_tickets_are_issued_in_one_unit(store, event):
    ids = write(lambda tx: [make_guest(tx, event, n).id for n in range(700)])
    found = tickets.ticket_texts([*ids, "not-there"])
    assert set(found) == set(ids)
    assert tickets.ticket_texts(ids) == found
