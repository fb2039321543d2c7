"""Who came, in figures and by name: for the board, the attendance sheet, the guest list and reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import JOIN

from mudhif.plugin_api import (
    Event,
    Person,
    Registration,
    is_holder,
    is_one_of,
    is_registration_of,
    standing_for,
)

from .doors import doors
from .judge import Direction
from .models import Scan, Undo
from .presence import Checkin, arrivals, inside
from .queries import rows_of

KINDS = ("participant", "guest", "facilitator", "media", "staff")
SEXES = ("f", "m", "unknown")
STEP = timedelta(minutes=5)
_AT_ONCE = 500  # ids in one query


class Arrival(NamedTuple):
    """One guest who arrived, by the first check-in that stands."""

    registration: str
    checkin: str
    at: datetime
    device: str | None
    gate: str | None
    name: str | None
    name_alt: str | None
    sex: str | None
    kind: str
    organisation: str | None
    group: str | None
    source: str
    number: int


class Attendance(NamedTuple):
    """An event's attendance: how many hold a place, who is inside, who arrived (oldest first)."""

    registered: int
    inside: frozenset[str]
    arrivals: tuple[Arrival, ...]

    def by(self, field: str) -> dict[str, list[str]]:
        """The registrations of those who arrived, by a field; what is not recorded is ``unknown``."""
        groups: dict[str, list[str]] = {}
        for arrival in self.arrivals:
            groups.setdefault(getattr(arrival, field) or "unknown", []).append(arrival.registration)
        return groups

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        by_sex, by_kind = self.by("sex"), self.by("kind")
        return {
            "registered": self.registered,
            "inside": len(self.inside),
            "arrived": len(self.arrivals),
            "by_sex": {sex: len(by_sex.get(sex, ())) for sex in SEXES},
            "by_kind": {kind: len(by_kind[kind]) for kind in (*KINDS, *by_kind) if kind in by_kind},
        }


def attendance_of(event: str) -> Attendance:
    """The attendance of an event, from its facts."""
    facts = list(_facts(Registration.event == event))
    first = arrivals(facts)
    by_id = {arrival.checkin: arrival for arrival in _arrivals(event)}
    came = sorted((by_id[id] for id in first.values() if id in by_id), key=lambda a: (a.at, a.checkin))
    return Attendance(registered_count(event), inside(facts), tuple(came))


def registered_count(event: str) -> int:
    """How many have the status *registered*, of every kind."""
    return int(Registration.select().where(is_registration_of(event), Registration.status == "registered").count())


def arrived_at(registrations: Sequence[str]) -> dict[str, datetime]:
    """When each of these guests arrived; who did not is missing."""
    moments: dict[str, datetime] = {}
    for start in range(0, len(registrations), _AT_ONCE):
        some = list(registrations[start : start + _AT_ONCE])
        first = arrivals(_facts(is_one_of(Scan.registration, some)))
        at = {row[0]: row[1] for row in rows_of(Scan.select(Scan.id, Scan.at).where(Scan.id.in_(list(first.values()))))}
        moments.update({registration: at[checkin] for registration, checkin in first.items()})
    return moments


def arrival_times(event: str) -> dict[str, datetime]:
    """When each guest of an event arrived; who did not is missing."""
    first = arrivals(_facts(Registration.event == event))
    scans = Scan.select(Scan.id, Scan.at).join(Registration, on=(Registration.id == Scan.registration))
    at = dict(rows_of(scans.where(Registration.event == event)))
    return {registration: at[checkin] for registration, checkin in first.items()}


def checked_in(registrations: Sequence[str]) -> Mapping[str, bool]:
    """Whether each of these guests arrived."""
    came = arrived_at(registrations)
    return {registration: registration in came for registration in registrations}


def per_five_minutes(arrivals: Iterable[datetime], until: datetime, steps: int = 6) -> list[tuple[datetime, int]]:
    """How many arrived in each of the last steps of five minutes, oldest first; the last one holds ``until``.

    >>> from datetime import UTC
    >>> nine = datetime(2024, 3, 7, 9, 0, tzinfo=UTC)
    >>> came = [nine, nine + timedelta(minutes=6)]
    >>> [(step.minute, n) for step, n in per_five_minutes(came, nine + timedelta(minutes=7), 3)]
    [(55, 0), (0, 1), (5, 1)]
    """
    last = until - timedelta(minutes=until.minute % 5, seconds=until.second, microseconds=until.microsecond)
    counted = {last - STEP * n: 0 for n in range(steps - 1, -1, -1)}
    for at in arrivals:
        step = last - STEP * -((at - last) // STEP)
        if step in counted:
            counted[step] += 1
    return list(counted.items())


def _facts(condition: Any) -> Iterator[Checkin]:
    query = (
        Scan.select(Scan.id, standing_for(Scan.registration), Scan.direction, Scan.turn, Undo.id)
        .join(Registration, on=(Registration.id == Scan.registration))
        .join_from(Scan, Undo, JOIN.LEFT_OUTER, on=(Undo.scan == Scan.id))
        .where(condition, Scan.outcome.in_(["welcome", "left"]))
    )
    for id, registration, direction, turn, undo in rows_of(query):
        yield Checkin(id, registration, direction, turn)
        if undo is not None:
            yield Checkin(undo, registration, undoes=id)


def _arrivals(event: str) -> Iterator[Arrival]:
    query = (
        Scan.select(
            standing_for(Registration.id), Scan.id, Scan.at, Scan.device, Scan.gate,
            Person.name, Person.name_alt, Person.sex,
            Registration.kind, Person.organisation, Person.stakeholder_group, Registration.source, Registration.number,
        )
        .join(Registration, on=(Registration.id == Scan.registration))
        .join_from(Registration, Person, on=is_holder())
        .where(Registration.event == event, Scan.outcome == "welcome", Scan.direction == Direction.IN.value)
    )  # fmt: skip
    return map(Arrival._make, rows_of(query))


def double_entries(event: str) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Guests who were let in twice without leaving between: by registration, the scans that stand.

    Two phones out of reach of each other did not know better; force knew, and is left out. So is another day's check-in
    where one holds for a day, and another item's where one holds for an item.
    """
    stay_of = doors().of(event).stay_of
    query = (
        Scan.select(
            standing_for(Scan.registration),
            Scan.id,
            Scan.at,
            Scan.device,
            Scan.gate,
            Scan.direction,
            Scan.forced,
            Person.name,
            Scan.item,
        )
        .join(Undo, JOIN.LEFT_OUTER, on=(Undo.scan == Scan.id))
        .join_from(Scan, Registration, on=(Registration.id == Scan.registration))
        .join_from(Registration, Person, on=is_holder())
        .where(Registration.event == event, Scan.outcome.in_(["welcome", "left"]), Undo.id.is_null())
        .order_by(standing_for(Scan.registration), Scan.turn, Scan.id)
    )
    found: dict[str, list[tuple[Any, ...]]] = {}
    last: tuple[Any, ...] | None = None
    for row in rows_of(query):
        came_in_twice = last and last[0] == row[0] and last[5] == row[5] == Direction.IN and not row[6]
        if last and came_in_twice and stay_of(last[2], last[8]) == stay_of(row[2], row[8]):
            found.setdefault(row[0], [last]).append(row)
        last = row
    return [(registration, sorted(scans, key=lambda scan: (scan[2], scan[1]))) for registration, scans in found.items()]


def last_of(event: str, by: str | None, most: int) -> list[dict[str, Any]]:
    """The last guests that one account or device let in and did not take back, latest first."""
    query = (
        Scan.select(Scan.id, Scan.at, standing_for(Scan.registration), Person.name, Person.name_alt)
        .join(Undo, JOIN.LEFT_OUTER, on=(Undo.scan == Scan.id))
        .join_from(Scan, Registration, on=(Registration.id == Scan.registration))
        .join_from(Registration, Person, on=is_holder())
        .where(Registration.event == event, Scan.by == by, Scan.outcome == "welcome", Undo.id.is_null())
        .order_by(Scan.at.desc(), Scan.id.desc())
        .limit(most)
    )
    return [dict(zip(("id", "at", "registration", "name", "name_alt"), row, strict=True)) for row in rows_of(query)]


def event_by_id(event: str) -> Event:
    """The event's row."""
    found: Event = Event.get_by_id(event)
    return found
