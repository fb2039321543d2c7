"""How many guests an event has and how many came: women and men, ages, disability, groups and kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import fn

from mudhif.domain.guests import AGE_BANDS, age_band_in
from mudhif.services.registrations import column_values
from mudhif.storage import merging
from mudhif.storage.models import Event, Person, Registration


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


BREAKDOWNS = ("sex", "age_band", "disability", "stakeholder_group", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The guests of one sex, age or group; ``value`` is None where it was not recorded.

    ``arrived`` is None where no plugin knows of check-ins.
    """

    value: str | None
    registered: int
    arrived: int | None


def breakdowns(event_id: str) -> dict[str, list[Share]]:
    """The registered and those who arrived, by each of `BREAKDOWNS`; the largest first, what is unknown last.

    Who arrived counts whatever became of the registration since.
    """
    rows = _who_counts(event_id)
    came = column_values(event_id, [row["id"] for row in rows]).get("checked_in")
    return {name: _shares(rows, name, came) for name in BREAKDOWNS}


def _who_counts(event_id: str) -> list[dict[str, Any]]:
    query: Any = (
        Registration.select(
            Registration.id,
            Registration.status,
            Registration.kind,
            Person.sex,
            Person.age_band,
            Person.birth_year,
            Person.disability,
            Person.stakeholder_group,
            Event.starts,
        )
        .join(Person, on=merging.is_holder())
        .join_from(Registration, Event, on=(Event.id == Registration.event))
        .where(merging.is_registration_of(event_id))
        .dicts()
    )
    rows: list[dict[str, Any]] = list(query)
    for row in rows:
        if row["birth_year"] and not row["age_band"]:
            row["age_band"] = age_band_in(row["starts"].year, row["birth_year"])
    return rows


def _shares(rows: Sequence[Mapping[str, Any]], name: str, came: Mapping[str, Any] | None) -> list[Share]:
    registered = Counter(row[name] or None for row in rows if row["status"] == "registered")
    arrived = Counter(row[name] or None for row in rows if came and came.get(row["id"]))
    order = AGE_BANDS if name == "age_band" else ()
    values = sorted(
        registered.keys() | arrived.keys(),
        key=lambda v: (v is None, order.index(v) if v in order else len(order), -registered[v], str(v)),
    )
    return [
        Share(value=value, registered=registered[value], arrived=None if came is None else arrived[value])
        for value in values
    ]
