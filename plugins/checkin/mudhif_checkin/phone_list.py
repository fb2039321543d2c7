"""What a phone must know to judge by itself: the least of each guest, the event's rules, and the public keys.

No phone number, no organisation, no answer: a phone is lost more easily than a laptop.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from mudhif.plugin_api import Event, Person, Registration, event_setting, is_holder, public_keys

from . import queries
from .asking import Questions, still_open, without_settled_conditions
from .counts import Tally, tallies
from .doors import door_of, doors
from .items import items_of
from .judge import Door, Once


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
    rules = doors().of(event.id)
    content = {
        "event": event.id,
        "once": rules.door.once,
        "zone": event.timezone,
        "rules": _rules(door_of(event)) | {"items": dict(sorted(rules.items.items()))},
        "questions": [question.json() for question in without_settled_conditions(rules.questions.at_the_door)],
        "items": [item.json() for item in items_of(event)],
        "signature": bool(event_setting(event.id, "checkin", "signature")),
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
            Registration.number, Registration.answers,
        )
        .join(Person, on=is_holder())
        .where(Registration.event == event, ~Registration.deleted)
        .order_by(Registration.id)
    )  # fmt: skip
    # A copy: the writer changes what is kept in memory meanwhile.
    tally = tallies().known(event) or Tally(queries.reader(), event)
    inside, arrived, merged = frozenset(tally.inside), frozenset(tally.arrived), dict(tally.merged)
    rules = doors().of(event)
    last = queries.last_entries(queries.reader(), event) if rules.door.once != Once.EVENT else {}
    return [
        dict(zip(fields, row[:-1], strict=True))
        | {"inside": row[0] in inside, "arrived": row[0] in arrived}
        | ({"kept": merged[row[0]]} if row[0] in merged else {})
        | _last_entry(last.get(row[0]))
        | _to_ask(rules.questions, row[-1])
        for row in queries.rows_of(query)
    ]


def _last_entry(last: tuple[datetime, str | None] | None) -> dict[str, Any]:
    """When and for what a guest came in last, where that is over at midnight or with an item of the agenda."""
    return {"at": last[0].astimezone(UTC).isoformat(), "item": last[1]} if last else {}


def _to_ask(questions: Questions, answers: dict[str, Any] | None) -> dict[str, Any]:
    """The ids of what is to be asked of a guest at the door. What was answered stays on the laptop."""
    to_ask = still_open(questions, answers or {}) if questions.at_the_door else []
    return {"asks": [question.id for question in to_ask]} if to_ask else {}
