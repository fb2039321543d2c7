"""Who gets a place in an event: the capacity, the waiting list, and when the form is closed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from mudhif.domain.errors import Refused
from mudhif.i18n import N_


class Status(StrEnum):
    """Where a registration stands. Only ``registered`` takes a place."""

    INVITED = "invited"
    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class EventFull(Refused):
    """Every place is taken and the event keeps no waiting list."""

    code = "event-full"
    message = N_(
        "%(event)s is full: all %(capacity)s places are taken. Raise its capacity or turn on its waiting list."
    )


class EventOver(Refused):
    """A guest wanted to register by the form after the event has ended."""

    code = "event-over"
    message = N_("%(event)s is over. Nobody can register any more.")


class FormClosed(Refused):
    """The coordinator has closed the guests' own form."""

    code = "form-closed"
    message = N_("Registration for %(event)s is closed. Ask at the desk.")


class NotWaiting(Refused):
    """A place was offered to somebody who is not on the waiting list."""

    code = "not-waiting"
    message = N_("%(name)s is not on the waiting list.")


class NoFreePlace(Refused):
    """A place was offered, and all are taken."""

    code = "no-free-place"
    message = N_("No place is free of %(capacity)s. One becomes free when a registration is cancelled.")


def seat(capacity: int | None, taken: int, *, waiting_list: bool, waiting: int = 0) -> Status | None:
    """The status of whoever comes next; None where the event is full and keeps no waiting list.

    Args:
        waiting: how many wait already: a place that was freed is theirs, until a person has offered it.

    >>> seat(20, 19, waiting_list=True, waiting=2)
    <Status.WAITING: 'waiting'>

    >>> seat(None, 900, waiting_list=False), seat(20, 20, waiting_list=True), seat(20, 20, waiting_list=False)
    (<Status.REGISTERED: 'registered'>, <Status.WAITING: 'waiting'>, None)
    """
    if capacity is None or (taken < capacity and not (waiting_list and waiting)):
        return Status.REGISTERED
    return Status.WAITING if waiting_list else None


def form_is_over(ends: datetime | None, starts: datetime | None, now: datetime) -> bool:
    """Whether a guest's own form comes too late: after the end, or a day after the start where no end is known.

    >>> from datetime import UTC
    >>> noon, night = datetime(2024, 3, 7, 12, tzinfo=UTC), datetime(2024, 3, 7, 23, tzinfo=UTC)
    >>> form_is_over(noon, None, night), form_is_over(None, noon, night), form_is_over(None, None, night)
    (True, False, False)
    """
    if ends is not None:
        return now > ends
    return starts is not None and (now - starts).total_seconds() > 24 * 3600
