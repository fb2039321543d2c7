"""Register guests, change and cancel registrations, and list them with what plugins know of each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from mudhif.domain.disability import disability_of
from mudhif.domain.errors import BadInput, NotFound, Refused
from mudhif.domain.guests import FIELDS, PERSON_FIELDS, NewGuest, Problem, Reading, Source, read_guest
from mudhif.domain.ids import new_id
from mudhif.domain.seats import EventFull, EventOver, FormClosed, NoFreePlace, NotWaiting, Status, form_is_over, seat
from mudhif.i18n import N_
from mudhif.plugins import host as hosts
from mudhif.services import tickets
from mudhif.services.guest_finding import PAGE_ROWS, Wanted, find
from mudhif.storage import merging
from mudhif.storage.models import Event, Person, Registration
from mudhif.storage.writer import Tx

AT_ONCE = 500
"""So many ids are named in one query."""

__all__ = ["PAGE_ROWS", "AlreadyOnTheList", "EventFull", "EventOver", "FormClosed", "GuestPage", "NewGuest",
           "NoFreePlace", "NoGuest", "NotWaiting",
           "Source", "cancel_registration", "column_values", "free_places", "guest_from", "guest_list", "guest_page",
           "guest_row", "offer_place", "register_guest", "status_counts", "update_registration",
           "waiting_list"]  # fmt: skip


class NoGuest(NotFound):
    message = N_("There is no guest with the id %(name)s.")


class AlreadyOnTheList(Refused):
    code = "already-on-the-list"
    message = N_("%(name)s is on the list of this event already.")


NO_SUCH_FIELD = N_("There is no such field.")


# ------------------------------------------------------------------------------------------------------ writing


def guest_from(data: Mapping[str, Any], **more: Any) -> NewGuest:
    """A guest out of what a form, a program or the command line gives, field by field as people write them.

    Args:
        data: texts (or numbers, or None) by field; fields that a guest does not have are passed over.
        more: what is not text: ``consents``, ``answers``.

    Raises:
        BadInput: names every field that is wrong.
    """
    reading = _read({name: data[name] for name in FIELDS if data.get(name) is not None})
    return replace(reading.guest(), **more)


def _read(given: Mapping[str, Any]) -> Reading:
    reading = read_guest({name: str(value) for name, value in given.items()}, datetime.now(UTC))
    if reading.problems:
        raise BadInput(fields=_by_field(reading.problems))
    return reading


def _by_field(problems: Iterable[Problem]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for problem in problems:
        fields.setdefault(problem.field, []).append(str(problem))
    return fields


def register_guest(
    tx: Tx,
    event: Event | str,
    guest: NewGuest,
    source: str = Source.DESK,
    *,
    registration_id: str | None = None,
    known: str | None = None,
    now: datetime | None = None,
) -> Registration:
    """Give a guest a place in an event, or one in its waiting list; the ticket is issued with it.

    Args:
        event: the event or its id; it is read again here, inside the unit.
        source: ``form`` is the guests' own: it closes with the event, and when the coordinator closes it.
        registration_id: an id that the caller made, so that a form sent twice registers once.
        known: the id of a person who is known from another event; of them is written only what was not known yet.

    Raises:
        AlreadyOnTheList: the known person has a registration for this event.
        EventFull: every place is taken and the event keeps no waiting list.
        EventOver: by the form, after the end.
        FormClosed: by the form, while it is closed.
    """
    event = _event(event)
    if registration_id and (made := Registration.get_or_none(Registration.id == registration_id)):
        return made
    now = now or datetime.now(UTC)
    if source == Source.FORM:
        _refuse_closed_form(event, now)
    status = guest.status
    if status is None or status == Status.REGISTERED:
        status = _seat(event, queues=source == Source.FORM)
    fields = guest.person_fields() | {"disability": guest.disability or disability_of(guest.answers)}
    person = tx.create(Person, **fields) if known is None else _known_person(tx, event, known, fields)
    registration = tx.create(
        Registration,
        id=registration_id or new_id(),
        event=event.id,
        person=person.id,
        kind=str(guest.kind),
        status=str(status),
        source=str(source),
        number=_next_number(event.id),
        answers=dict(guest.answers) or None,
        made=now,
    )
    tickets.issue(tx, registration)
    return registration


def _known_person(tx: Tx, event: Event, id: str, given: Mapping[str, Any]) -> Person:
    """A person of another event, with what was not known of them until now."""
    people = merging.together(id)
    person: Person | None = Person.get_or_none(Person.id == people[0])
    if person is None or person.deleted or person.name is None:
        raise NotFound(name=id)
    here = _plain(event.id).where(Registration.person.in_(people)).first()
    if here is not None:
        raise AlreadyOnTheList(name=person.name)
    new = {name: value for name, value in given.items() if value not in (None, "", []) and not getattr(person, name)}
    return tx.update(person, **new) if new else person


def update_registration(tx: Tx, registration_id: str, changes: Mapping[str, Any]) -> Registration:
    """Change fields of a registration or of its person; an empty value takes a field away.

    Raises:
        NoGuest: there is no such registration.
        BadInput: names every field that is wrong.
        EventFull: it shall be registered, and no place is free.
    """
    registration = _registration(registration_id)
    person = Person.get_by_id(merging.kept(registration.person))
    unknown = {name: [str(NO_SUCH_FIELD)] for name in changes if name not in FIELDS}
    given = {name: value for name, value in changes.items() if value not in (None, "")}
    unknown |= {name: [str(NO_SUCH_FIELD)] for name in ("kind", "status") if name in changes and name not in given}
    if unknown:
        raise BadInput(fields=unknown)
    reading = _read({"name": changes.get("name", person.name) or "", **given})
    values = {name: reading.values.get(name) for name in changes}
    if "phone" in changes:
        values["phone_e164"] = reading.values.get("phone_e164")
    status = values.pop("status", None)
    if status == Status.REGISTERED != registration.status:
        event = _event(registration.event)
        if _seat(event) != Status.REGISTERED:
            raise EventFull(event=event.title, capacity=event.capacity)
    own = {name: value for name, value in values.items() if name in PERSON_FIELDS or name == "phone_e164"}
    if own:
        tx.update(person, **own)
    theirs = {name: value for name, value in (("status", status), ("kind", values.get("kind"))) if value is not None}
    if status == Status.CANCELLED:  # else another registration of the same person would stand in its place
        for twin in merging.together(registration.id)[1:]:
            tx.update(Registration.get_by_id(twin), status=status)
    return tx.update(registration, **theirs) if theirs else registration


def cancel_registration(tx: Tx, registration_id: str) -> Registration:
    """Cancel a registration; its ticket is shown as cancelled at the door, and its place is free again."""
    return update_registration(tx, registration_id, {"status": Status.CANCELLED})


def offer_place(tx: Tx, registration_id: str) -> Registration:
    """Give a place that is free to somebody on the waiting list; whose turn it is, `waiting_list` says.

    Raises:
        NotWaiting: they are not on it.
        NoFreePlace: every place is taken.
    """
    registration = _registration(registration_id)
    if registration.status != Status.WAITING:
        raise NotWaiting(name=_name_of(registration))
    event = _event(registration.event)
    if free_places(event) == 0:
        raise NoFreePlace(capacity=event.capacity)
    return tx.update(registration, status=str(Status.REGISTERED))


def free_places(event: Event) -> int | None:
    """How many places nobody has; None where they are not counted."""
    if event.capacity is None:
        return None
    return max(0, int(event.capacity) - _standing(event.id, Status.REGISTERED))


def waiting_list(event_id: str) -> list[str]:
    """The registrations on the waiting list, in the order in which they came."""
    query = _plain(event_id).where(Registration.status == str(Status.WAITING))
    rows = query.select(Registration.id).order_by(Registration.made, Registration.number, Registration.id)
    return [id for (id,) in rows.tuples()]


def _name_of(registration: Registration) -> str:
    return str(Person.get_by_id(merging.kept(registration.person)).name)


def _event(event: Event | str) -> Event:
    found: Event | None = Event.get_or_none(Event.id == (event if isinstance(event, str) else event.id))
    if found is None or found.deleted:
        raise NotFound(name=event)
    return found


def _registration(registration_id: str) -> Registration:
    found: Registration | None = Registration.get_or_none(Registration.id == merging.kept(registration_id))
    if found is None or found.deleted:
        raise NoGuest(name=registration_id)
    return found


def _refuse_closed_form(event: Event, now: datetime) -> None:
    if form_is_over(event.ends, event.starts, now):
        raise EventOver(event=event.title)
    if not event.form_open:
        raise FormClosed(event=event.title)


def _seat(event: Event, *, queues: bool = False) -> Status:
    """A place for whoever comes next; one who ``queues`` comes after those who wait, even where a place is free."""
    taken = 0 if event.capacity is None else _standing(event.id, Status.REGISTERED)
    waiting = _standing(event.id, Status.WAITING) if queues and event.waiting_list else 0
    status = seat(event.capacity, taken, waiting_list=event.waiting_list, waiting=waiting)
    if status is None:
        raise EventFull(event=event.title, capacity=event.capacity)
    return status


def _standing(event_id: str, status: Status) -> int:
    return int(_plain(event_id).where(Registration.status == str(status)).count())


def _next_number(event_id: str) -> int:
    execute = Registration._meta.database.execute_sql
    found = execute(
        'SELECT coalesce(max("number"), 0) + 1 FROM "registration" WHERE "event" = ?', (event_id,)
    ).fetchone()
    return int(found[0])


# ------------------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestPage:
    """One page of a guest list; ``page`` counts from 1, ``total`` is that of all pages.

    ``is_cut`` says that a search finds more than are listed.
    """

    rows: list[dict[str, Any]]
    total: int
    page: int
    is_cut: bool = False

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.total / PAGE_ROWS))


_COLUMNS = (Registration.id, Registration.number, Registration.kind, Registration.status, Registration.source,
            Registration.person, Person.name, Person.name_alt, Person.sex, Person.organisation, Person.role,
            Person.stakeholder_group, Person.phone, Person.email, Person.birth_year, Person.age_band,
            Person.disability)  # fmt: skip


def guest_list(
    event_id: str, search: str | None = None, status: str | Sequence[str] | None = None, page: int | None = None
) -> list[dict[str, Any]]:
    """The guests of an event as `guests list` and the API give them; see `guest_page`."""
    return guest_page(event_id, search, status, page).rows


def guest_page(
    event_id: str,
    search: str | None = None,
    status: str | Sequence[str] | None = None,
    page: int | None = None,
    wanted: Wanted | None = None,
) -> GuestPage:
    """The guests of an event: by number, or where something is searched for the best hits first.

    Each row has ``id number name name_alt sex kind status organisation role phone email person source ticket`` and
    ``checked_in`` (null where no plugin knows of check-ins), what other columns of plugins say under their ids, and in
    a search ``sounds_like``. An erased guest has no name.

    Args:
        page: from 1, of `PAGE_ROWS` rows; None: all.
        wanted: filters and order, in place of ``search`` and ``status``.
    """
    if wanted is None:
        among = (status,) if isinstance(status, str) else tuple(map(str, status or ()))
        wanted = Wanted(search=search or "", status=tuple(filter(None, among)))
    found = find(event_id, wanted, page)
    rows = _rows_of(event_id, found.ids)
    if wanted.search.strip():
        rows = [row | {"sounds_like": row["id"] in found.sounds_like} for row in rows]
    return GuestPage(rows=_with_the_rest(event_id, rows), total=found.total, page=page or 1, is_cut=found.is_cut)


def _rows_of(event_id: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of these registrations, in their order."""
    by_id: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = list(ids[start : start + AT_ONCE])
        by_id |= {row["id"]: row for row in _plain_rows(_of_event(event_id).where(Registration.id.in_(some)))}
    return [by_id[id] for id in ids if id in by_id]


def guest_row(registration_id: str) -> dict[str, Any]:
    """One guest, as a row of `guest_list`.

    Raises:
        NoGuest: there is no such registration.
    """
    registration = _registration(registration_id)
    query = _of_event(registration.event).where(Registration.id == registration.id)
    return _with_the_rest(registration.event, _plain_rows(query))[0]


def status_counts(event_id: str) -> dict[str, int]:
    """How many registrations of an event stand where: every status has a number."""
    counts = dict.fromkeys(map(str, Status), 0)
    for row in _plain(event_id).select(Registration.status).tuples():
        counts[row[0]] = counts.get(row[0], 0) + 1
    return counts


def _plain(event_id: str) -> Any:
    return Registration.select().where(merging.is_registration_of(event_id))


def _of_event(event_id: str) -> Any:
    return _plain(event_id).select(*_COLUMNS).join(Person, on=merging.is_holder())


def _plain_rows(query: Any) -> list[dict[str, Any]]:
    return list(query.dicts())


def _with_the_rest(event_id: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their tickets and the columns of plugins; each asked once for all of them."""
    ids = [row["id"] for row in rows]
    texts = tickets.ticket_texts(ids)
    columns = column_values(event_id, ids)
    for row in rows:
        row |= {"ticket": texts.get(row["id"]), "checked_in": None}
        row |= {name: values.get(row["id"]) for name, values in columns.items() if name not in row or row[name] is None}
    return rows


def column_values(event_id: str, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What the columns of plugins hold for these registrations, by column; a plugin that fails has none."""
    try:
        host = hosts.current()
    except RuntimeError:  # a program that uses the services without any plugin
        return {}
    found: dict[str, Mapping[str, Any]] = {}
    for answer in host.call("columns", event=_event(event_id)):
        with host.guarding(answer.plugin, "columns"):
            found.setdefault(answer.value.id, answer.value.values(ids))
    return found
