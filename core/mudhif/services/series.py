"""One person over the events of a project: where they were, who came before, and the last list taken into the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mudhif.domain.errors import Refused
from mudhif.domain.guests import NewGuest, Source
from mudhif.domain.seats import EventFull, Status
from mudhif.i18n import N_
from mudhif.services.registrations import AlreadyOnTheList, column_values, register_guest
from mudhif.storage import merging
from mudhif.storage.models import Event, Person, Registration
from mudhif.storage.search import find_guests
from mudhif.storage.unchanged import unless_changed
from mudhif.storage.writer import Tx

CHECKED_IN = "checked_in"
"""The column by which a plugin says who came."""
EVENTS_LOOKED_AT = 12
SUGGESTED = ("id", "name", "name_alt", "sex", "organisation", "phone", "email")


class OfAnotherProject(Refused):
    code = "another-project"
    message = N_("“%(event)s” belongs to another project. A guest list is taken over within one project.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One event that somebody was registered for; ``came`` is None where no plugin knows of check-ins."""

    event: Event
    registration: str
    status: str
    came: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What taking a list over did, in numbers: ``full`` are those for whom no place was left."""

    added: int
    already: int
    full: int = 0


def events_before(event: Event) -> list[Event]:
    """The other events of an event's project, the last one first."""
    others = Event.select().where(Event.project == event.project, Event.id != event.id, ~Event.deleted)
    return list(others.order_by(Event.starts.desc(), Event.id.desc()))


def visits_of(person: str, project: str) -> list[Visit]:
    """The events of a project that a person is registered for, the first one first."""
    events = {event.id: event for event in Event.select().where(Event.project == project, ~Event.deleted)}
    of_person = Registration.person.in_(merging.together(person))
    rows = list(Registration.select().where(of_person, Registration.event.in_(list(events)), ~Registration.deleted))
    stands = merging.all_kept(row.id for row in rows)
    visits = [
        Visit(
            event=events[row.event],
            registration=row.id,
            status=row.status,
            came=_came(row.event, [row.id]).get(row.id),
        )
        for row in rows
        if stands[row.id] == row.id
    ]
    return sorted(visits, key=lambda visit: (visit.event.starts, visit.event.id))


def came_to(visits: Sequence[Visit], now: datetime | None = None) -> tuple[int, int] | None:
    """(to how many they came, how many were held by now and they were registered for); None where nobody knows."""
    held = [visit for visit in visits if visit.event.starts <= (now or datetime.now(UTC)) and visit.came is not None]
    return (sum(bool(visit.came) for visit in held), len(held)) if held else None


def _came(event: str, registrations: Sequence[str]) -> Mapping[str, Any]:
    return column_values(event, registrations).get(CHECKED_IN, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """Guests of an event who came to an earlier one of its project: their registrations here."""

    event: Event
    registrations: tuple[str, ...]


def returning_guests(event: Event) -> Returning | None:
    """Who of an event's guests came to the last session before it to which anybody came; None where none of them did.

    Who arrived is counted anew with the core's own tables only: at an event that is over nobody arrives any more.
    """
    return unless_changed(("returning", event.id), lambda: _returning(event))


def _returning(event: Event) -> Returning | None:
    here = {person: registration for registration, person in _holders(event.id)}
    for other in events_before(event):
        if other.starts >= event.starts or not here:
            continue
        there = _holders(other.id)
        came = _came(other.id, [registration for registration, _person in there])
        if not any(came.values()):
            continue
        both = tuple(here[person] for registration, person in there if person in here and came.get(registration))
        return Returning(event=other, registrations=both) if both else None
    return None


def _holders(event_id: str) -> list[tuple[str, str]]:
    query: Any = (
        Registration.select(Registration.id, Person.id)
        .join(Person, on=merging.is_holder())
        .where(
            merging.is_registration_of(event_id),
            Registration.status != str(Status.CANCELLED),
            Person.name.is_null(False),
        )
        .order_by(Registration.number, Registration.id)
        .tuples()
    )
    return list(query)


def guests_to_copy(source: Event, *, only_who_came: bool = False) -> list[Registration]:
    """Whom taking a list over would take: everybody who was not cancelled or erased, or only who came."""
    rows = list(
        Registration.select(Registration)
        .join(Person, on=merging.is_holder())
        .where(
            merging.is_registration_of(source.id),
            Registration.status != str(Status.CANCELLED),
            Person.name.is_null(False),
        )
        .order_by(Registration.number, Registration.id)
    )
    if not only_who_came:
        return rows
    came = _came(source.id, [row.id for row in rows])
    return [row for row in rows if came.get(row.id)]


def copy_guests(
    tx: Tx, source: Event, event: Event, *, status: str = Status.INVITED, only_who_came: bool = False
) -> Copied:
    """Take the guests of one event over into another of the same project: the same people, with new tickets.

    Who is on the list already stays as they are.

    Args:
        status: ``invited`` or ``registered``.

    Raises:
        OfAnotherProject: the events have nothing to do with each other.
    """
    if source.project != event.project:
        raise OfAnotherProject(event=source.title)
    added = already = full = 0
    for row in guests_to_copy(source, only_who_came=only_who_came):
        guest = NewGuest(name="", kind=row.kind, status=str(status))
        try:
            register_guest(tx, event, guest, Source.DESK, known=row.person)
            added += 1
        except AlreadyOnTheList:
            already += 1
        except EventFull:
            full += 1
    return Copied(added=added, already=already, full=full)


def known_people(event: Event, text: str, most: int = 8) -> list[dict[str, Any]]:
    """People of the project's last events whom a name means, while it is typed at the desk; not who is on this list.

    Each has ``id name name_alt sex organisation phone email``, the titles of their ``events``, and ``sounds_like``
    where the name is only near to what was typed; those come last.
    """
    only_near: dict[str, bool] = {}
    for other in events_before(event)[:EVENTS_LOOKED_AT]:
        hits = find_guests(other.id, text)
        ids = hits.ids[:most]
        people = {row.id: row.person for row in Registration.select().where(Registration.id.in_(ids))}
        stands = merging.all_kept(people.values())
        for id in (id for id in ids if id in people):
            person = stands[people[id]]
            only_near[person] = only_near.get(person, True) and id in hits.sounds_like
    here = _who_is_on(event, only_near)
    found = [person for person in sorted(only_near, key=lambda one: only_near[one]) if person not in here][:most]
    people, titles = _people(found), _titles(found, str(event.project))
    return [_suggested(people[one]) | {"events": titles.get(one, []), "sounds_like": only_near[one]} for one in found]


def _who_is_on(event: Event, people: Iterable[str]) -> set[str]:
    """Those of these people who are on an event's list, under whichever of their records."""
    holder = merging.standing_for(Registration.person)
    of_them = merging.is_one_of(Registration.person, list(people))
    rows: Any = Registration.select(holder).where(merging.is_registration_of(event.id), of_them)
    return {person for (person,) in rows.tuples()}


def _people(ids: Sequence[str]) -> dict[str, Person]:
    return {row.id: row for row in Person.select().where(Person.id.in_(ids))}


def _titles(people: Sequence[str], project: str) -> dict[str, list[str]]:
    """The events of a project for which people are registered, the first one first."""
    rows: Any = (
        Registration.select(merging.standing_for(Registration.person), Event.id, Event.title)
        .join(Event, on=(Registration.event == Event.id))
        .where(
            merging.is_one_of(Registration.person, people),
            Event.project == project,
            ~Event.deleted,
            ~Registration.deleted,
        )
        .order_by(Event.starts, Event.id)
    )
    titles: dict[str, dict[str, str]] = {}
    for person, event, title in rows.tuples():
        titles.setdefault(person, {})[event] = title
    return {person: list(events.values()) for person, events in titles.items()}


def _suggested(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in SUGGESTED}
