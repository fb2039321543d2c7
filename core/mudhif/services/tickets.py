"""Issue tickets, find whose ticket is shown, and withdraw one.

The private key lies in ``instance/keys/ticket.key`` and never leaves the installation; the public one is journaled,
so that every laptop of the organisation can verify what any of them issued.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from mudhif.domain import tickets
from mudhif.domain.errors import NotFound, Refused
from mudhif.domain.tickets import MAX_SERIAL, TicketBody, Verdict
from mudhif.i18n import N_
from mudhif.storage.apply import is_erased
from mudhif.storage.models import Registration, Ticket, TicketKey
from mudhif.storage.store import Store, Tx, current, write

KEY_FILE = "ticket.key"
_FIND = "SELECT text FROM ticket WHERE registration = ? AND serial = ?"
_KEEP = "INSERT INTO ticket (text, registration, event, serial) VALUES (?, ?, ?, ?) ON CONFLICT (text) DO NOTHING"
_KNOWN_KEY = "SELECT 1 FROM ticket_key WHERE public = ?"


class TicketsUsedUp(Refused):
    """A ticket's serial is one byte."""

    code = "tickets-used-up"
    message = N_("This guest's ticket was issued anew %(count)d times; it cannot be again. Register the guest anew.")


class NoTicketForErased(Refused):
    """Nothing is issued for a person who was erased."""

    code = "person-erased"
    message = N_("This guest was erased and has no ticket any more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReading:
    """What a presented text turned out to be, and whose it is where that is known.

    ``good`` says that the ticket is true and stands; whether its guest is cancelled or waiting, the registration says.
    A truly signed ticket of a guest who is not on this laptop's list is ``unknown``, with the registration's id.
    """

    verdict: Verdict
    registration: str | None = None
    ticket: str | None = None


def issue(tx: Tx, registration: Registration | str) -> str:
    """The text of a registration's ticket, made if there is none of its serial; call it where the guest is registered.

    Raises:
        NotFound: there is no such registration.
        NoTicketForErased: its person was erased.
    """
    row = _registration(registration)
    if row is None:
        raise NotFound(name=registration)
    # By SQL text: an import issues 10,000 of these, and a model's query costs as much as the signature.
    known = tx.connection.execute(_FIND, (row.id, row.serial)).fetchone()
    if known is not None:
        return str(known[0])
    if _is_erased(row.person):
        raise NoTicketForErased
    private, public = _signing_key(tx)
    body = TicketBody(
        key_id=tickets.key_id(public),
        event_tail=tickets.event_tail(row.event),
        registration=row.id,
        serial=row.serial,
    )
    text = tickets.sign(body, private)
    tx.connection.execute(_KEEP, (text, row.id, row.event, row.serial))
    return text


def reissue(tx: Tx, registration: Registration | str) -> str:
    """A new ticket in place of the old one, which is revoked from now on, on every laptop that hears of it.

    Raises:
        TicketsUsedUp: the serial has no room left.
    """
    row = _registration(str(getattr(registration, "id", registration)))
    if row is None:
        raise NotFound(name=registration)
    if row.serial >= MAX_SERIAL:
        raise TicketsUsedUp(count=row.serial)
    return issue(tx, tx.update(row, serial=row.serial + 1))


def ticket_text(registration: str) -> str:
    """The text of a registration's ticket; issues it if it was never asked for here. Not inside a unit of work."""
    found = ticket_texts([registration])
    if registration not in found:
        raise NotFound(name=registration)
    return found[registration]


def ticket_texts(registrations: Iterable[str]) -> dict[str, str]:
    """The tickets of many registrations at once; whoever is not there or was erased has none. Not inside a unit."""
    wanted = list(registrations)
    found = _known_texts(wanted)
    missing = [registration for registration in wanted if registration not in found]
    if missing:
        found |= write(_issue_all, missing)
    return found


def _known_texts(registrations: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(registrations), 500):
        some = registrations[start : start + 500]
        query = (
            Ticket.select(Ticket.registration, Ticket.text)
            .join(Registration, on=(Registration.id == Ticket.registration))
            .where(Ticket.registration.in_(some), Ticket.serial == Registration.serial)
        )
        found |= {row.registration: row.text for row in query}
    return found


def _issue_all(tx: Tx, registrations: list[str]) -> dict[str, str]:
    rows: list[Registration] = []
    for start in range(0, len(registrations), 500):
        rows.extend(Registration.select().where(Registration.id.in_(registrations[start : start + 500])))
    return {row.id: issue(tx, row) for row in rows if not _is_erased(row.person)}


def read_ticket(text: str, event: str) -> TicketReading:
    """Judge what was shown at an event's door: a ticket in any of its spellings, or a registration's number.

    Args:
        event: the event's id.
    """
    reading = tickets.read(text)
    if reading.number is not None:
        return _by_number(reading.number, event)
    for candidate in reading.tickets:
        # Its whole text stands in the database: it was issued here, and no signature needs to be checked.
        known = Ticket.get_or_none(Ticket.text == candidate)
        if known is not None:
            verdict = Verdict.GOOD if known.event == event else Verdict.WRONG_EVENT
            return _against_list(verdict, known.registration, known.serial, candidate)
    keys = public_keys() if reading.tickets else {}
    for candidate in reading.tickets:
        verdict, body = tickets.verify(candidate, event, keys)
        if body is not None:
            return _against_list(verdict, body.registration, body.serial, candidate)
    return TicketReading(verdict=Verdict.FORGED if reading.tickets else Verdict.UNKNOWN)


def _by_number(number: int, event: str) -> TicketReading:
    """A number that two laptops gave twice names nobody: the guest is found by name then."""
    rows = list(
        Registration.select().where(
            Registration.event == event, Registration.number == number, Registration.deleted == False  # noqa: E712
        )
    )  # fmt: skip
    if len(rows) != 1 or _is_erased(rows[0].person):
        return TicketReading(verdict=Verdict.UNKNOWN)
    return TicketReading(verdict=Verdict.GOOD, registration=rows[0].id)


def _against_list(verdict: Verdict, registration: str, serial: int, ticket: str) -> TicketReading:
    """What the list says of a true ticket."""
    row = _registration(registration)
    if verdict is Verdict.GOOD:
        if row is None or row.deleted or _is_erased(row.person):
            verdict = Verdict.UNKNOWN
        elif serial < row.serial:
            verdict = Verdict.REVOKED
    return TicketReading(verdict=verdict, registration=registration, ticket=ticket)


def public_keys() -> dict[str, list[bytes]]:
    """The public keys of all installations that this one knows of, by key id."""
    keys: dict[str, list[bytes]] = defaultdict(list)
    for row in TicketKey.select():
        keys[row.key_id].append(bytes.fromhex(row.public))
    return dict(keys)


def _registration(registration: Registration | str) -> Registration | None:
    if isinstance(registration, Registration):
        return registration
    found: Registration | None = Registration.get_or_none(Registration.id == registration)
    return found


def _is_erased(person: str) -> bool:
    connection = current().db.connection()  # type: ignore[no-untyped-call]  # peewee annotates some of it
    return is_erased(connection, person)


# ------------------------------------------------------------------------------------------------ the private key

_key_pairs: WeakKeyDictionary[Store, tuple[bytes, bytes]] = WeakKeyDictionary()


def _signing_key(tx: Tx) -> tuple[bytes, bytes]:
    """The installation's private and public key; made and journaled the first time."""
    store = current()
    if store not in _key_pairs:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = _private_key(store)
        _key_pairs[store] = private, Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    private, public = _key_pairs[store]
    # Asked each time: the unit that first journaled it may have been undone.
    if not tx.connection.execute(_KNOWN_KEY, (public.hex(),)).fetchone():
        tx.fact(TicketKey, key_id=tickets.key_id(public), public=public.hex())
    return private, public


def _private_key(store: Store) -> bytes:
    if store.instance is None:  # in memory, for tests
        return os.urandom(32)
    path = store.instance.keys / KEY_FILE
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return _new_key_file(path)


def _new_key_file(path: Path) -> bytes:
    """Batches of all processes take one lock, so nobody else makes this file at the same time."""
    private = os.urandom(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(private.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return private
