"""Finding a guest at the door: by name in either script, by number, by the end of the phone number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from mudhif.plugin_api import Person, Registration, guest_list

from .attendance import arrived_at

MOST = 20


def find_guests(event: str, text: str) -> list[dict[str, Any]]:
    """The guests that a search means, with what tells namesakes apart and whether they are in already.

    Args:
        event: the event's id.
        text: nothing finds nobody.
    """
    if not text.strip():
        return []
    ids = [guest["id"] for guest in guest_list(event, search=text, page=1)][:MOST]
    at = arrived_at(ids)
    rows = {row[0]: row for row in _rows(ids)}
    return [_shown(rows[id], at.get(id)) for id in ids if id in rows]


def _rows(ids: list[str]) -> Any:
    return (
        Registration.select(
            Registration.id, Person.name, Person.name_alt, Registration.kind, Person.organisation,
            Registration.number, Registration.status,
        )
        .join(Person, on=(Person.id == Registration.person))
        .where(Registration.id.in_(ids))
        .tuples()
    )  # fmt: skip


def _shown(row: tuple[Any, ...], at: datetime | None) -> dict[str, Any]:
    fields = ("id", "name", "name_alt", "kind", "organisation", "number", "status")
    moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
    return {**dict(zip(fields, row, strict=True)), "arrived_at": moment}
