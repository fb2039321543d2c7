"""A walk-in at the desk: registered and checked in by one press of Enter, in one unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from mudhif.plugin_api import (
    AlreadyOnTheList,
    BadInput,
    Event,
    NewGuest,
    NotAllowed,
    NotFound,
    Person,
    Registration,
    Tx,
    Who,
    free_places,
    guest_from,
    is_registration_of,
    judge_answers,
    register_guest,
    together,
    write,
)
from mudhif.plugin_api import answer as keep_answers

from . import queries
from .asking import questions_of_a_walk_in
from .checkins import FORCE, answer
from .counts import tallies
from .requests import Request
from .words import right


class Received(NamedTuple):
    """A walk-in who is registered; ``is_asked`` where questions come before the check-in."""

    scan_id: str
    registration: str
    is_asked: bool


def receive(event: Event, values: Mapping[str, str], scan: Request, who: Who, known: str | None = None) -> Received:
    """Register a walk-in and check them in; the same form sent twice does nothing more.

    Args:
        known: the id of a person of the project's earlier events; then no name is needed.

    Raises:
        BadInput: names every field that is wrong.
        EventFull: every place is taken, the event keeps no waiting list, and it is not forced.
        NotAllowed: it asks for force, which this role does not have.
        NotFound: nobody of the project's people has this id.
    """
    if scan.force and not who.may(FORCE):
        raise NotAllowed(right=right(FORCE))
    given = {name: value for name, value in values.items() if value}
    guest = guest_from({"name": _name_of(event, known), **given} if known else given)
    try:
        return write(_receive, event.id, guest, scan, who, known)
    except BaseException:  # whatever it was, the scan is not on the disk and is not counted
        tallies().take_back(event.id, scan.scan_id)
        raise


def _name_of(event: Event, person: str) -> str:
    of_project = (
        Registration.select()
        .join(Event, on=(Event.id == Registration.event))
        .where(Registration.person.in_(together(person)), Event.project == event.project)
    )
    row = Person.get_or_none(Person.id == together(person)[0])
    if row is None or row.name is None or not of_project.exists():
        raise NotFound(name=person)
    return str(row.name)


def _receive(tx: Tx, event: str, guest: NewGuest, scan: Request, who: Who, known: str | None) -> Received:
    registration = _registered(tx, Event.get_by_id(event), guest, scan, known)
    before = queries.known_scan(tx.connection, scan.scan_id).fetchone()
    if before is not None and before[4] != registration.id:
        # An old page was gone back to, and another name written in it.
        scan = scan._replace(scan_id=str(uuid5(UUID(scan.scan_id), registration.id)))
    if not scan.force and before is None and questions_of_a_walk_in(event).of_the_form(registration.answers or {}):
        return Received(scan.scan_id, registration.id, is_asked=True)
    answer(tx, event, scan._replace(registration=registration.id), who)
    return Received(scan.scan_id, registration.id, is_asked=False)


def _registered(tx: Tx, event: Event, guest: NewGuest, scan: Request, known: str | None) -> Registration:
    """The registration; its id comes from the form's and from whom it is about, so that twice is once."""
    id = str(uuid5(UUID(scan.scan_id), known or guest.name))
    if scan.force and free_places(event) == 0:
        guest = replace(guest, status="waiting")  # no place is given: they are let in all the same
    try:
        return register_guest(tx, event, guest, "desk", registration_id=id, known=known)
    except AlreadyOnTheList:  # by another desk, just now
        of_them = Registration.person.in_(together(str(known)))
        return Registration.get(is_registration_of(event.id), of_them)


def answer_and_check_in(event: str, registration: str, given: Mapping[str, Any], scan: Request, who: Who) -> str:
    """Keep what a walk-in answers to the questions of form and door, and check them in; the scan's id.

    Raises:
        BadInput: names every question that is open, and every answer that cannot be read; nothing is kept then.
    """
    try:
        return write(_answer_and_check_in, event, registration, given, scan, who)
    except BaseException:  # whatever it was, the scan is not on the disk and is not counted
        tallies().take_back(event, scan.scan_id)
        raise


def _answer_and_check_in(
    tx: Tx, event: str, registration: str, given: Mapping[str, Any], scan: Request, who: Who
) -> str:
    row = Registration.get_or_none(Registration.id == registration, Registration.event == event)
    if row is None:
        raise NotFound(name=registration)
    questions = questions_of_a_walk_in(event)
    here = {question.id for question in questions.asked}
    judged = judge_answers(questions.all, {**(row.answers or {}), **given})
    wrong = {id: said for id, said in judged.mistakes.items() if id in here}
    if wrong:
        raise BadInput(fields=wrong)
    keep_answers(tx, row, given)
    answer(tx, event, scan._replace(registration=registration), who)
    return scan.scan_id
