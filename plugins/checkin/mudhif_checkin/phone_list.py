"""What a phone must know to judge by itself: the least of each guest, the event's rules, and the public keys.

No phone number, no organisation, no answer: a phone is lost more easily than a laptop.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from mudhif.plugin_api import Event, Person, Registration, public_keys

from . import queries
from .counts import Tally, tallies
from .doors import door_of, doors
from .judge import Direction, Door


class PhoneList(NamedTuple):
    """A list as it is sent: without the moment, so that an unchanged list has the same tag."""

    tag: str
    content: dict[str, Any]

    def as_json(self, now: datetime) -> str:
        """The body of the answer; the phone reads from it how far its clock is off."""
        content = {**self.content, "now": now.astimezone(UTC).isoformat(timespec="milliseconds")}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def phone_list(event: Event) -> PhoneList:
    """The list of an event, for its phones."""
    content = {
        "event": event.id,
        "rules": _rules(door_of(event)),
        "keys": {name: sorted(key.hex() for key in keys) for name, keys in sorted(public_keys().items())},
        "guests": _guests(event.id),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return PhoneList(sha256(text.encode()).hexdigest()[:32], content)


def _rules(door: Door) -> dict[str, Any]:
    return {
        "kinds": None if door.kinds is None else sorted(door.kinds),
        "gates": {kind: sorted(gates) for kind, gates in sorted(door.gates.items())},
        "opens": door.opens.isoformat() if door.opens else None,
        "closes": door.closes.isoformat() if door.closes else None,
        "capacity": door.capacity,
        "reentry": door.reentry,
        "questions": list(door.questions),
    }


def _guests(event: str) -> list[dict[str, Any]]:
    fields = ("id", "name", "name_alt", "kind", "status", "serial", "number")
    query = (
        Registration.select(
            Registration.id, Person.name, Person.name_alt, Registration.kind, Registration.status, Registration.serial,
            Registration.number,
        )
        .join(Person, on=(Person.id == Registration.person))
        .where(Registration.event == event, ~Registration.deleted)
        .order_by(Registration.id)
    )  # fmt: skip
    # A copy: the writer changes what is kept in memory meanwhile.
    tally = tallies().known(event) or Tally(queries.reader(), event)
    inside, arrived = frozenset(tally.inside), frozenset(tally.arrived)
    today = doors().of(event).day_of(datetime.now(UTC))
    if today is not None:
        inside, arrived = inside & _came_in(event, today), arrived & _came_in(event, today)
    return [
        {**dict(zip(fields, row, strict=True)), "inside": row[0] in inside, "arrived": row[0] in arrived}
        for row in queries.rows_of(query)
    ]


def _came_in(event: str, day: date) -> frozenset[str]:
    """Who has a check-in of this day, where one holds for a day."""
    day_of = doors().of(event).day_of
    return frozenset(
        registration
        for registration, direction, at in queries.moments_of_event(queries.reader(), event)
        if direction == Direction.IN and day_of(datetime.fromisoformat(at)) == day
    )
