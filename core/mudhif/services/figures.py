"""How many guests an event has, and how many of them are women and men."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import fn

from mudhif.storage import merging
from mudhif.storage.models import Person, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestCounts:
    """The guests of one event; sexes are those of the registered."""

    invited: int = 0
    registered: int = 0
    waiting: int = 0
    cancelled: int = 0
    women: int = 0
    men: int = 0
    unknown: int = 0

    @property
    def all(self) -> int:
        """Every guest on the list, whatever became of it."""
        return self.invited + self.registered + self.waiting + self.cancelled


def guest_counts(event_id: str) -> GuestCounts:
    """Count the guests of an event."""
    query = (
        Registration.select(Registration.status, Person.sex, fn.count(Registration.id))
        .join(Person, on=merging.is_holder())
        .where(merging.is_registration_of(event_id))
        .group_by(Registration.status, Person.sex)
    )
    counts = dict.fromkeys(("invited", "registered", "waiting", "cancelled", "women", "men", "unknown"), 0)
    rows: Any = query.tuples()
    for status, sex, number in rows:
        counts[status] += number
        if status == "registered":
            counts[{"f": "women", "m": "men"}.get(sex, "unknown")] += number
    return GuestCounts(**counts)
