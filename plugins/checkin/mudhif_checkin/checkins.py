"""Check a guest in, take a check-in back. What a device is answered is on the disk before it is answered.

The scan id comes first: a scan that is known is answered as it was, whatever has changed since, and makes nothing new.
Everything is read inside the unit of work, by SQL text made once: two doors then never judge past each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from mudhif.plugin_api import (
    N_,
    Asked,
    BadInput,
    NotAllowed,
    NotFound,
    Refused,
    Registration,
    Tx,
    Who,
    judge_answers,
    new_id,
    read_ticket,
    write,
)
from mudhif.plugin_api import answer as keep_answers

from . import queries
from .apart import settle
from .asking import NOTHING_ASKED, still_open
from .counts import Tally, counts_of, tallies
from .doors import Rules, doors
from .judge import Before, Direction, Holder, Outcome, Presented, Reading, Verdict, judge
from .judge import accepted as is_accepted
from .models import Scan, Undo
from .notes import note_of
from .requests import Request
from .words import right

SCAN, FORCE, UNDO = "checkin.scan", "checkin.force", "checkin.undo"
POSTER = "poster"
"""The gate of those who checked themselves in on their own phone."""


class ScanOfAnotherEvent(Refused):
    """A scan id is one scan, at one event."""

    code = "scan-of-another-event"
    message = N_("This scan id belongs to a scan at another event. Make a new one for each scan.")


class NoCheckin(NotFound):
    code = "no-checkin"
    message = N_("There is no check-in with the id %(name)s at this event.")


class NothingToUndo(Refused):
    """A refused scan let nobody in, so there is nothing to take back."""

    code = "nothing-to-undo"
    message = N_("This scan let nobody in or out, so there is nothing to undo.")


class Guest(NamedTuple):
    """What is read of a registration at the door."""

    id: str
    event: str
    status: str
    kind: str
    serial: int
    number: int | None
    name: str | None
    name_alt: str | None
    organisation: str | None

    def shown(self) -> dict[str, Any]:
        """What the device is told."""
        return {
            "id": self.id,
            "name": self.name,
            "name_alt": self.name_alt,
            "kind": self.kind,
            "organisation": self.organisation,
            "number": self.number,
            "status": self.status,
        }


class Past(NamedTuple):
    """The check-ins of one guest until now."""

    inside: bool
    first: tuple[str, str, str | None, str | None] | None  # id, at, device and gate of the check-in that stands
    turn: int


class Answered(NamedTuple):
    """One scan, answered: the contract's fields but the counts, which are those of the moment of answering."""

    event: str
    outcome: str
    fields: dict[str, Any]

    def as_json(self) -> str:
        """The body of the answer."""
        return json.dumps(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """The answer with the counts of now."""
        return {**self.fields, "counts": _shown_counts(self.event)}


def check_in(event: str, scan: Request, who: Who) -> Answered:
    """Judge one scan and keep it, in a unit of work of its own.

    Args:
        event: the event's id.

    Raises:
        NotAllowed: it asks for force, which this role does not have.
        ScanOfAnotherEvent: the scan id was used elsewhere.
    """
    if scan.after is not None:
        from .afterwards import keep_afterwards  # it builds on what stands here

        return keep_afterwards(event, scan, who)
    if scan.force and not who.may(FORCE):
        raise NotAllowed(right=right(FORCE))
    try:
        return write(answer, event, scan, who)
    except BaseException:  # whatever it was, the scan is not on the disk and is not counted
        tallies().take_back(event, scan.scan_id)
        raise


def answer(tx: Tx, event: str, scan: Request, who: Who) -> Answered:
    """Answer one scan inside a unit of work; whoever opened it calls `Tallies.take_back` if it fails."""
    known = queries.known_scan(tx.connection, scan.scan_id).fetchone()
    if known is not None:
        tallies().of(tx.connection, event)
        if scan.verdict_shown is not None:
            _keep_what_was_shown(tx, event, scan, known, who)
        return _stored(tx.connection, event, known)
    answered = keep_scan(tx, event, scan, who)
    if answered.fields["checkin"] and answered.fields["checkin"]["id"] == scan.scan_id:
        tallies().note(event, scan.scan_id, answered.fields["registration"]["id"], scan.direction)
    return answered


def keep_scan(tx: Tx, event: str, scan: Request, who: Who) -> Answered:
    """Judge a scan that is not known yet and keep it, inside a unit of work."""
    tally = tallies().of(tx.connection, event)
    rules = doors().of(event)
    scan = _at_its_gate(scan, rules, who)
    reading, guest = _standing(tx.connection, tally, _read(tx.connection, event, scan))
    at = scan.at or datetime.now(UTC)
    past = _past(tx.connection, tally, guest.id, rules, at, scan.item) if guest else _NO_PAST
    people = _people_inside(tx.connection, event, tally.inside, rules, at, scan.item)
    asked = _asked(tx.connection, guest, scan, rules) if guest and rules.questions is not NOTHING_ASKED else _NOTHING
    now = verdict = _judge(reading, guest, past, people, scan, at, rules, asked.missing)
    if scan.verdict_shown is not None:
        verdict = settle(scan.verdict_shown, now, guest is not None)
    return _keep(tx, event, scan, who, _Judged(at, guest, past, verdict, now, asked))


class _Asked(NamedTuple):
    """What a guest has answered and what not, with the answers that the scan brought."""

    given: Mapping[str, Any] = MappingProxyType({})  # what the scan brought and can be kept
    missing: tuple[str, ...] = ()
    open: tuple[Asked, ...] = ()  # what to ask, where something is missing


_NOTHING = _Asked()


class _Judged(NamedTuple):
    """A scan with all that was found out about it."""

    at: datetime
    guest: Guest | None
    past: Past
    verdict: Verdict
    now: Verdict
    asked: _Asked = _NOTHING


def _keep(tx: Tx, event: str, scan: Request, who: Who, judged: _Judged) -> Answered:
    at, guest, past, verdict, now, asked = judged
    accepted = is_accepted(verdict.outcome)
    first = past.first if verdict.outcome is Outcome.ALREADY else None
    moment = at.isoformat(timespec="microseconds")[:-6] + "Z"  # `at` is UTC: as the field itself would write it
    tx.insert(
        Scan,
        scan.scan_id,
        {
            "event": event,
            "registration": guest.id if guest else None,
            "direction": scan.direction,
            "outcome": verdict.outcome.value,
            "reason": verdict.reason.value if verdict.reason else None,
            "at": moment,
            "device": who.name,
            "by": who.id,
            "gate": scan.gate,
            "item": scan.item,
            "forced": verdict.forced,
            "forced_reason": scan.force_reason if verdict.forced else None,
            "first_scan": first[0] if first else None,
            "turn": past.turn + 1 if guest else 0,
            "shown": scan.verdict_shown,
            "now": now.outcome.value if scan.verdict_shown is not None else None,
            "late": scan.is_late,
            "code": sha256(scan.ticket.encode()).hexdigest()[:16] if scan.ticket is not None else None,
        },
    )
    # Also of a guest of whom more has to be asked: what was answered is not asked again.
    if guest and asked.given and (accepted or verdict.outcome is Outcome.NEEDS_ANSWERS):
        keep_answers(tx, Registration.get_by_id(guest.id), asked.given)
    checkin = (scan.scan_id, moment, who.name) if accepted else first[:3] if first else None
    questions = asked.open if verdict.outcome is Outcome.NEEDS_ANSWERS else ()
    return _answered(event, scan.scan_id, verdict.outcome, verdict.reason, guest, checkin, first, questions)


def _keep_what_was_shown(tx: Tx, event: str, scan: Request, known: tuple[Any, ...], who: Who) -> None:
    """A scan that was answered, but the answer was lost, and the device had to judge by itself.

    Where it showed something else than what stands, that is a scan of its own: its id comes from the first one's, so
    that it is the same however often it is sent.
    """
    scan_id, of_event, outcome, shown_before = str(known[0]), known[1], str(known[2]), known[-1]
    shown = str(scan.verdict_shown)
    if of_event != event or shown_before is not None or is_accepted(shown) == is_accepted(outcome):
        return
    second = str(uuid5(UUID(scan_id), "shown"))
    if queries.known_scan(tx.connection, second).fetchone() is not None:
        return
    rules = doors().of(event)
    scan = _at_its_gate(scan, rules, who)
    tally = tallies().of(tx.connection, event)
    _reading, guest = _standing(tx.connection, tally, _read(tx.connection, event, scan))
    at = scan.at or datetime.now(UTC)
    past = _past(tx.connection, tally, guest.id, rules, at, scan.item) if guest else _NO_PAST
    now = Verdict(Outcome(outcome))
    judged = _Judged(at, guest, past, settle(shown, now, guest is not None), now)
    _keep(tx, event, scan._replace(scan_id=second), who, judged)


def _read(connection: Any, event: str, scan: Request) -> tuple[Reading, Guest | None]:
    """What was presented, and whose it is where it is a guest of this event."""
    if scan.ticket is None:
        row = queries.holder_by_id(connection, scan.registration).fetchone()
        return _of_event(event, Reading.GOOD, Guest._make(row) if row else None)
    row = queries.holder_by_ticket(connection, scan.ticket).fetchone()
    if row is not None:  # its whole text is known, so that no signature needs a check
        guest = Guest._make(row[1:])
        return _of_event(event, Reading.REVOKED if row[0] < guest.serial else Reading.GOOD, guest)
    read = read_ticket(scan.ticket, event)
    reading = Reading(read.verdict.value)
    if read.registration is None or reading not in (Reading.GOOD, Reading.REVOKED):
        return reading, None
    row = queries.holder_by_id(connection, read.registration).fetchone()
    return _of_event(event, reading, Guest._make(row) if row else None)


def _of_event(event: str, reading: Reading, guest: Guest | None) -> tuple[Reading, Guest | None]:
    if guest is None:
        return Reading.UNKNOWN, None
    return (reading, guest) if guest.event == event else (Reading.WRONG_EVENT, None)


def _standing(connection: Any, tally: Tally, read: tuple[Reading, Guest | None]) -> tuple[Reading, Guest | None]:
    """The same; in place of a registration of somebody who was merged the one that stands for both."""
    reading, guest = read
    kept = tally.merged.get(guest.id) if guest and tally.merged else None
    if kept is None:
        return read
    row = queries.holder_by_id(connection, kept).fetchone()
    return (reading, Guest._make(row)) if row else read


def _at_its_gate(scan: Request, rules: Rules, who: Who) -> Request:
    gate = rules.gate_of(who.id, scan.gate)
    item = rules.item_of(gate, scan.item)
    return scan if gate == scan.gate and item == scan.item else scan._replace(gate=gate, item=item)


def _asked(connection: Any, guest: Guest, scan: Request, rules: Rules) -> _Asked:
    """What is asked of a guest here.

    Raises:
        BadInput: names every answer that cannot be read. One that a phone took along out of reach is left out instead:
            its guest is inside already.
    """
    text = queries.answers_of(connection, guest.id).fetchone()[0]
    stored = json.loads(text) if text else {}
    given = scan.answers or {}
    judged = judge_answers(rules.questions.all, {**stored, **given})
    wrong = {id: said for id, said in judged.errors.items() if id in given}
    if wrong and scan.verdict_shown is None:
        raise BadInput(fields=wrong)
    given = {id: value for id, value in given.items() if id not in wrong}
    answers = {**stored, **given}
    missing = rules.questions.missing(answers)
    # Who is asked at all is asked everything at once: a question that may be left out stops nobody by itself.
    to_ask = still_open(rules.questions, answers) if missing else ()
    return _Asked(given, missing, tuple(to_ask))


_NO_PAST = Past(False, None, 0)


def _past(connection: Any, tally: Tally, registration: str, rules: Rules, now: datetime, item: str | None) -> Past:
    """The guest's check-ins that stand; as `presence` has it, for one guest and already in order.

    Where a check-in holds for one day or one item, those of others are none.
    """
    turn, is_inside, stay = 0, False, rules.stay_of(now, item)
    first: tuple[str, str, str | None, str | None] | None = None
    for id, direction, this_turn, at, device, gate, undo, of_item in _history(connection, tally, registration):
        turn = this_turn
        if undo is not None or (stay is not None and rules.stay_of(datetime.fromisoformat(at), of_item) != stay):
            continue
        is_inside = direction == Direction.IN
        if is_inside and first is None:
            first = (id, at, device, gate)
    return Past(is_inside, first, turn)


def _history(connection: Any, tally: Tally, registration: str) -> Iterable[tuple[Any, ...]]:
    """The check-ins of a guest in their order, with those of registrations that were merged into this one."""
    history: Iterable[tuple[Any, ...]] = queries.history(connection, registration)
    if registration not in tally.others:
        return history
    every = [*history, *(row for other in tally.others[registration] for row in queries.history(connection, other))]
    return sorted(every, key=lambda row: (row[2], row[0]))  # by turn and id, as `presence` has it


def _people_inside(connection: Any, event: str, inside: set[str], rules: Rules, at: datetime, item: str | None) -> int:
    """How many are inside. Of a day or an item they are counted anew only where the hall may be full."""
    stay, capacity = rules.stay_of(at, item), rules.door.capacity
    if stay is None or capacity is None or len(inside) < capacity:
        return len(inside)
    last = queries.last_entries(connection, event)
    return sum(rules.stay_of(*last[one]) == stay for one in inside if one in last)


def _judge(
    reading: Reading,
    guest: Guest | None,
    past: Past,
    people_inside: int,
    scan: Request,
    at: datetime,
    rules: Rules,
    missing: tuple[str, ...],
) -> Verdict:
    holder = Holder(guest.status, guest.kind) if guest else None
    # Whoever registered at the poster came by no gate.
    door = rules.door._replace(gates={}) if scan.gate == POSTER else rules.door
    if missing:
        door = door._replace(questions=missing)
    before = Before(past.inside, past.first is not None, people_inside)
    return judge(reading, holder, door, before, Presented(at, scan.direction, scan.gate, scan.force, scan.item))


def _stored(connection: Any, event: str, row: tuple[Any, ...]) -> Answered:
    """The answer to a scan that is known: as it was judged, with the name of now."""
    scan_id, of_event, outcome, reason, registration, at, device, *first, _shown = row
    if of_event != event:
        raise ScanOfAnotherEvent
    found = queries.holder_by_id(connection, registration).fetchone() if registration else None
    shown = (first[0], first[1], first[2], first[3]) if first[0] is not None else None
    checkin = (scan_id, at, device) if is_accepted(outcome) else shown[:3] if shown else None
    guest = Guest._make(found) if found else None
    questions = _asked_now(connection, guest, event) if outcome == Outcome.NEEDS_ANSWERS and guest else ()
    return _answered(event, scan_id, outcome, reason, guest, checkin, shown, questions)


def _asked_now(connection: Any, guest: Guest, event: str) -> tuple[Asked, ...]:
    """What is still to be asked of a guest who was asked before."""
    return _asked(connection, guest, Request(guest.id), doors().of(event)).open


def answer_of(event: str, scan_id: str) -> dict[str, Any] | None:
    """The stored answer to a scan of an event; None if there is none. Outside a unit of work."""
    connection = queries.reader()
    row = queries.known_scan(connection, scan_id.lower()).fetchone()
    if row is None or row[1] != event:
        return None
    undone = queries.undo_of(connection, row[0]).fetchone()[0] > 0
    return {**_stored(connection, event, row).as_dict(), "undone": undone}


def _answered(
    event: str,
    scan_id: str,
    outcome: str,
    reason: str | None,
    guest: Guest | None,
    checkin: tuple[str, str, str | None] | None,
    first: tuple[str, str, str | None, str | None] | None,
    questions: tuple[Asked, ...],
) -> Answered:
    return Answered(
        event,
        outcome,
        {
            "scan_id": scan_id,
            "outcome": outcome,
            "reason": reason,
            "questions": [question.json() for question in questions],
            "registration": {**guest.shown(), "note": note_of(event, guest.id)} if guest else None,
            "checkin": {"id": checkin[0], "at": checkin[1], "device": checkin[2]} if checkin else None,
            "first": {"id": first[0], "at": first[1], "device": first[2], "gate": first[3]} if first else None,
        },
    )


def undo(event: str, checkin: str, reason: str | None, who: Who) -> dict[str, Any]:
    """Take a check-in or check-out back; twice is once.

    Raises:
        NoCheckin: there is none of this id at this event.
        NothingToUndo: it is a refused scan.
    """
    registration = write(_undo, event, checkin, reason, who)
    return {"id": checkin, "undone": True, "registration": registration, "counts": _shown_counts(event)}


def _shown_counts(event: str) -> dict[str, int]:
    counts = counts_of(event)
    return {"arrived": counts.arrived, "registered": counts.registered}


def _undo(tx: Tx, event: str, checkin: str, reason: str | None, who: Who) -> str:
    tallies().of(tx.connection, event)
    scan = Scan.get_or_none((Scan.id == checkin.lower()) & (Scan.event == event))
    if scan is None:
        raise NoCheckin(name=checkin)
    if not is_accepted(scan.outcome):
        raise NothingToUndo
    if not queries.undo_of(tx.connection, scan.id).fetchone()[0]:
        tx.fact(
            Undo,
            event=event,
            registration=scan.registration,
            scan=scan.id,
            reason=(reason or "").strip()[:200] or None,
            at=datetime.now(UTC),
            device=who.name,
            by=who.id,
        )
    return str(scan.registration)


def check_in_here(tx: Tx, event: str, registration: str) -> None:
    """Check a guest in who just registered at the poster; inside the unit that registered."""
    who = Who(id=tx.actor, name=None, role=None)
    keep_scan(tx, event, Request(new_id(), registration=registration, gate=POSTER), who)
