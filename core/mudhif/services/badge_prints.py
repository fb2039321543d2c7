"""Which badges were printed, when and by whom: each print is a fact, at the desk as from the page of the badges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from mudhif.storage import merging
from mudhif.storage.models import BadgePrint, Registration
from mudhif.storage.store import write
from mudhif.storage.writer import Tx

AT_ONCE = 250
"""Prints noted in one unit: a check-in waits no longer than that."""


class Printed(NamedTuple):
    """One print, as it is shown."""

    at: datetime
    layout: str | None
    device: str | None


def note_prints(
    registrations: Sequence[str],
    *,
    layout: str,
    device: str | None = None,
    by: str | None = None,
    now: datetime | None = None,
) -> None:
    """Keep that badges went to the printer. Not inside a unit of work.

    Args:
        device: the name of who or what printed.
    """
    at = now or datetime.now(UTC)

    def unit(tx: Tx, some: Sequence[str]) -> None:
        for registration in some:
            tx.fact(BadgePrint, registration=registration, at=at, layout=layout, device=device, by=by)

    for start in range(0, len(registrations), AT_ONCE):
        write(unit, registrations[start : start + AT_ONCE])


def prints_of(registration: str) -> list[Printed]:
    """The prints of a guest's badge, the latest first."""
    query = (
        BadgePrint.select(BadgePrint.at, BadgePrint.layout, BadgePrint.device)
        .where(BadgePrint.registration.in_(merging.together(registration)))
        .order_by(BadgePrint.at.desc(), BadgePrint.id.desc())
    )
    return [Printed(row.at, row.layout, row.device) for row in query]


def printed_badges(event: str) -> frozenset[str]:
    """The registrations of an event whose badge was printed at least once."""
    query = (
        BadgePrint.select(BadgePrint.registration)
        .join(Registration, on=(Registration.id == BadgePrint.registration))
        .where(Registration.event == event)
        .distinct()
    )
    return frozenset(merging.all_kept(row.registration for row in query).values())
