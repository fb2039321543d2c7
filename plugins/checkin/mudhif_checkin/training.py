"""An event of several days or of agenda items: who came when and to what, and for how many hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from mudhif.plugin_api import Event, ngettext
from mudhif.plugin_api import gettext as _

from .hookspecs import DoorItem
from .items import Stay, in_hours, items_of, stays_of


class Came(NamedTuple):
    """Those who came on one day, or to one item: how many people, and their hours together."""

    people: int
    hours: float


class Training(NamedTuple):
    """The stays of an event, oldest first, with the items that its agenda has now."""

    stays: tuple[Stay, ...]
    items: tuple[DoorItem, ...]

    @property
    def is_of_parts(self) -> bool:
        """Whether there is more to say than who came to the event."""
        return len(self.days) > 1 or any(stay.item for stay in self.stays)

    @property
    def days(self) -> dict[date, Came]:
        """Who came on which day, in order."""
        return {day: _came([s for s in self.stays if s.day == day]) for day in sorted({s.day for s in self.stays})}

    @property
    def by_item(self) -> dict[str, Came]:
        """Who came to which item: those of the agenda in its order, then those that are gone from it."""
        scanned = {stay.item for stay in self.stays if stay.item}
        ids = [item.id for item in self.items if item.id in scanned]
        ids += sorted(scanned.difference(ids))
        return {id: _came([s for s in self.stays if s.item == id]) for id in ids}

    def hours_of(self, registration: str) -> float:
        """The hours of one guest."""
        return in_hours(sum((s.hours for s in self.stays if s.registration == registration), timedelta()))

    def days_of(self, registration: str) -> list[tuple[date, datetime]]:
        """The days on which a guest came, each with the first time of that day."""
        came: dict[date, datetime] = {}
        for stay in self.stays:
            if stay.registration == registration:
                came[stay.day] = min(came.get(stay.day, stay.came), stay.came)
        return sorted(came.items())

    def title_of(self, item: str) -> str:
        """What an item is called; one that is gone from the agenda has no name any more."""
        return next((one.title for one in self.items if one.id == item), "") or _("An item no longer on the agenda")

    def as_json(self) -> dict[str, Any]:
        """Beside the attendance of the whole event."""
        return {
            "days": [{"day": f"{day}", "arrived": c.people, "hours": c.hours} for day, c in self.days.items()],
            "items": [
                {"id": id, "title": self.title_of(id), "arrived": c.people, "hours": c.hours}
                for id, c in self.by_item.items()
            ],
        }

    def lines(self) -> list[str]:
        """For people; nothing of an event of one day without items."""
        days = self.days if len(self.days) > 1 else {}
        return [
            *(f"  {day:%d/%m/%Y}: {_in_words(came)}" for day, came in days.items()),
            *(f"  {self.title_of(id)}: {_in_words(came)}" for id, came in self.by_item.items()),
        ]


def training_of(event: Event, now: datetime) -> Training:
    """The stays of an event until now."""
    return Training(
        tuple(sorted(stays_of(event, now), key=lambda stay: (stay.came, stay.registration))), tuple(items_of(event))
    )


def _came(stays: list[Stay]) -> Came:
    return Came(len({stay.registration for stay in stays}), in_hours(sum((s.hours for s in stays), timedelta())))


def _in_words(came: Came) -> str:
    people = ngettext("%(num)s person", "%(num)s people", came.people)
    return _("%(people)s, %(hours)s h together", people=people, hours=f"{came.hours:g}")
