"""The items of the agenda at the door, and the hours that guests spent at each: what a training is reported by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from mudhif.plugin_api import Event, ask, local, standing_for

from .hookspecs import DoorItem
from .judge import Direction
from .models import Scan, Undo
from .queries import rows_of


def items_of(event: Event) -> list[DoorItem]:
    """What guests of an event can check in to, by whichever plugin has an agenda; none: nothing."""
    found: list[DoorItem] = ask("door_items", event=event)
    return found


Hours = tuple[datetime, datetime]


class Pass(NamedTuple):
    """One check-in or check-out that stands."""

    registration: str
    direction: str
    at: datetime
    item: str | None
    day: date


class Stay(NamedTuple):
    """How long one guest was at one item (None: at the event as a whole) of one day."""

    registration: str
    day: date
    item: str | None
    came: datetime
    hours: timedelta


def stays_of(event: Event, now: datetime) -> list[Stay]:
    """Who was how long at what, by the scans that stand; days are those of the event's time zone."""
    planned = {item.id: (item.starts, item.ends) for item in items_of(event) if item.starts and item.ends}
    return stays(_passes(event), lambda one: planned.get(one.item or "") or hours_of(event, one.day), now)


def hours_of(event: Event, day: date) -> Hours:
    """The hours of an event on one of its days: those of its first and its last, which may lie after midnight."""
    starts, ends = local(event, event.starts), local(event, event.ends)
    begin = datetime.combine(day, starts.time(), starts.tzinfo)
    end = datetime.combine(day, ends.time(), ends.tzinfo)
    return begin, end if end > begin else end + timedelta(days=1)


def stays(passes: Iterable[Pass], planned: Callable[[Pass], Hours], now: datetime) -> list[Stay]:
    """The length of each stay: from a check-in to the guest's next scan, a check-out or the check-in to another item.

    Hours before and after the planned ones count for nothing, nor does what is still to come; so a stay that nobody
    ended lasts as long as was planned.

    Args:
        passes: each guest's in their order.
        planned: the hours of what a check-in was for.
    """
    by_guest: dict[str, list[Pass]] = {}
    for one in passes:
        by_guest.setdefault(one.registration, []).append(one)
    found: dict[tuple[str, date, str | None], tuple[datetime, timedelta]] = {}
    for registration, of_guest in by_guest.items():
        for here, then in zip(of_guest, [*of_guest[1:], None], strict=True):
            if here.direction == Direction.IN:
                begin, end = planned(here)
                until = min(end, now, then.at if then else now)
                key = (registration, here.day, here.item)
                came, length = found.get(key, (here.at, timedelta()))
                found[key] = (min(came, here.at), length + max(timedelta(), until - max(here.at, begin)))
    return [Stay(*key, *of) for key, of in found.items()]


def _passes(event: Event) -> list[Pass]:
    query = (
        Scan.select(standing_for(Scan.registration), Scan.direction, Scan.at, Scan.item)
        .left_outer_join(Undo, on=(Undo.scan == Scan.id))
        .where(
            Scan.event == event.id,
            Scan.registration.is_null(False),
            Scan.outcome.in_(["welcome", "left"]),
            Undo.id.is_null(),
        )
        .order_by(standing_for(Scan.registration), Scan.turn, Scan.id)
    )
    return [
        Pass(registration, direction, at, item, local(event, at).date())
        for registration, direction, at, item in rows_of(query)
    ]


def in_hours(length: timedelta) -> float:
    """Hours with two digits after the point.

    >>> in_hours(timedelta(minutes=100))
    1.67
    """
    return round(length.total_seconds() / 3600, 2)
