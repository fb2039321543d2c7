"""Finding a guest at the door: by name in either script, by number, by the end of the phone number.

The desk is also told of people from earlier events, and what tells namesakes apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from mudhif.plugin_api import (
    Event,
    Person,
    Registration,
    all_kept,
    fold,
    is_holder,
    is_one_of,
    is_registration_of,
    known_people,
    standing_for,
)
from mudhif.plugin_api import find_guests as hits_of

from .attendance import arrived_at

MOST = 20
PROPOSED = 8
LAST_DIGITS = 4


def find_guests(event: str, text: str, most: int = MOST) -> list[dict[str, Any]]:
    """The guests that a search means, with what tells namesakes apart and whether they are in already.

    Args:
        event: the event's id.
        text: nothing finds nobody.
    """
    return [_shown(row, at, near) for row, at, near in _found(event, text, most)]


def propose_people(event: Event, text: str) -> list[dict[str, Any]]:
    """Whom a name may mean while it is typed at the desk: guests of this list, then people of the project's earlier
    events; what only sounds like it comes last.

    To the fields of `find_guests` it adds ``phone_end``, the ``events`` before (``title ordinal came``) and ``person``;
    somebody of an earlier event has no ``id``, no number and no status.
    """
    if not text.strip():
        return []
    found = _found(event.id, text, PROPOSED)
    listed = [
        _shown(row, at, near) | {"person": row[-2], "phone_end": _end_of(row[-1]), "events": []}
        for row, at, near in found
    ]
    sure = [one for one in listed if not one["sounds_like"]]
    known = [_known(one) for one in known_people(event, text, PROPOSED - len(sure))] if len(sure) < PROPOSED else []
    people = sorted([*listed, *known], key=lambda one: one["sounds_like"])[:PROPOSED]
    before = _events_before(event, [one["person"] for one in people])
    return [one | {"events": before.get(one["person"], [])} for one in people]


def _found(event: str, text: str, most: int) -> Iterable[tuple[tuple[Any, ...], datetime | None, bool]]:
    if not text.strip():
        return []
    hits = hits_of(event, text)
    ids = list(hits.ids[:most])
    at = arrived_at(ids)
    rows = {row[0]: row for row in _rows(event, ids)}
    return [(rows[id], at.get(id), id in hits.sounds_like) for id in ids if id in rows]


def _rows(event: str, ids: list[str]) -> Any:
    return (
        Registration.select(
            Registration.id, Person.name, Person.name_alt, Registration.kind, Person.organisation,
            Registration.number, Registration.status, Person.id, Person.phone,
        )
        .join(Person, on=is_holder())
        .where(is_registration_of(event), Registration.id.in_(ids))
        .tuples()
    )  # fmt: skip


def _shown(row: tuple[Any, ...], at: datetime | None, only_near: bool) -> dict[str, Any]:
    fields = ("id", "name", "name_alt", "kind", "organisation", "number", "status")
    moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
    return {**dict(zip(fields, row, strict=False)), "arrived_at": moment, "sounds_like": only_near}


def _known(person: dict[str, Any]) -> dict[str, Any]:
    taken = {name: person[name] for name in ("name", "name_alt", "organisation", "sounds_like")}
    nothing = dict.fromkeys(("id", "kind", "number", "status", "arrived_at"))
    return {**nothing, **taken, "person": person["id"], "phone_end": _end_of(person["phone"])}


def _end_of(phone: str | None) -> str | None:
    digits = "".join(char for char in fold(phone or "") if char.isdecimal())
    return digits[-LAST_DIGITS:] or None


def _events_before(event: Event, people: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The other events of the project at which these people were registered, and whether they came; oldest first."""
    rows: list[Any] = list(
        Registration.select(Registration.id, standing_for(Registration.person), Event.id, Event.title, Event.ordinal)
        .join(Event, on=(Event.id == Registration.event))
        .where(
            Event.project == event.project, Event.id != event.id, ~Event.deleted,
            ~Registration.deleted, Registration.status != "cancelled", is_one_of(Registration.person, people),
        )
        .order_by(Event.starts, Event.id)
        .tuples()
    )  # fmt: skip
    stands = all_kept(row[0] for row in rows)
    came = arrived_at(list(dict.fromkeys(stands.values())))
    visits: dict[str, dict[str, dict[str, Any]]] = {}
    for id, person, of_event, title, ordinal in rows:
        visit = {"title": title, "ordinal": ordinal, "came": stands[id] in came}
        visits.setdefault(person, {}).setdefault(of_event, visit)
    return {person: list(events.values()) for person, events in visits.items()}
