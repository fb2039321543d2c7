"""Badges that are printed at the door, one at a time: each print is a fact, so that a second one can be asked about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from mudhif.plugin_api import Event, Fact, Moment, Ref, Text, Tx, Who, badge_picture, write

from .queries import rows_of
from .signatures import guest_of


class BadgePrint(Fact):
    """One badge was sent to the printer."""

    registration = Ref("registration")
    at = Moment()
    device = Text(null=True)
    by = Text(null=True)

    class Meta:
        table_name = "checkin_badgeprint"
        version = 1
        subject = "registration.person"


class Printed(NamedTuple):
    """One print, as it is shown."""

    at: datetime
    device: str | None


def print_badge(event: Event, registration: str, who: Who, now: datetime | None = None) -> None:
    """Note that a guest's badge is printed.

    Raises:
        NotFound: no such guest at this event.
        Refused: the guest has no badge.
    """
    guest_of(event, registration)
    badge_picture(event, registration)  # refuses before anything is noted

    def unit(tx: Tx) -> None:
        tx.fact(BadgePrint, registration=registration, at=now or datetime.now(UTC), device=who.name, by=who.id)

    write(unit)


def prints_of(registration: str) -> list[Printed]:
    """The prints of a guest's badge, the latest first."""
    query = BadgePrint.select(BadgePrint.at, BadgePrint.device).where(BadgePrint.registration == registration)
    return [Printed(*row) for row in rows_of(query.order_by(BadgePrint.at.desc(), BadgePrint.id.desc()))]
