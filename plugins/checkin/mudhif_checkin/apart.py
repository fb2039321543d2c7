"""Scans that a phone judged by itself, with no laptop in reach: what stands of them, and what a person must look at.

Whoever was let in is in, and whoever was sent away is not, whatever the laptop would have said: a count that disagrees
with the hall helps nobody. Both verdicts are kept, and where they differ the coordinator is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from peewee import JOIN

from mudhif.plugin_api import Person, Registration

from .judge import Outcome, Verdict, accepted
from .models import Scan, Undo
from .queries import rows_of


def settle(shown: str, now: Verdict, is_known: bool) -> Verdict:
    """What stands of a scan that a device showed as ``shown`` and the laptop now judges as ``now``.

    Args:
        is_known: the scan names a guest of this event, so that somebody can be counted.

    >>> full = Verdict(Outcome.FULL)
    >>> settle("welcome", full, is_known=True)
    Verdict(outcome=<Outcome.WELCOME: 'welcome'>, reason=None, questions=(), forced=True)
    >>> settle("welcome", Verdict(Outcome.UNKNOWN), is_known=False).outcome.value
    'unknown'
    >>> settle("cancelled", Verdict(Outcome.WELCOME), is_known=True).outcome.value
    'cancelled'
    """
    if accepted(shown) == accepted(now.outcome):
        return now
    if not accepted(shown):
        return Verdict(Outcome(shown))
    if not is_known:
        return now
    # Let in at two doors apart is nobody's breach of a rule: both entries stand, and one person is counted.
    return Verdict(Outcome(shown), forced=now.outcome is not Outcome.ALREADY)


class Apart(NamedTuple):
    """A scan at which a phone and the laptop differ."""

    scan: str
    registration: str | None
    at: datetime
    device: str | None
    gate: str | None
    shown: str
    now: str
    name: str | None
    status: str | None


def differing(event: str, arrived: frozenset[str]) -> list[Apart]:
    """The scans of an event at which the difference still matters, oldest first.

    What was taken back is settled, and so is a guest whose place was confirmed since, or who came in after all. Double
    entries and a hall too full are cases of their own.

    Args:
        arrived: the registrations of those who arrived.
    """
    query = (
        Scan.select(
            Scan.id, Scan.registration, Scan.at, Scan.device, Scan.gate, Scan.shown, Scan.now, Person.name,
            Registration.status,
        )
        .join(Undo, JOIN.LEFT_OUTER, on=(Undo.scan == Scan.id))
        .join_from(Scan, Registration, JOIN.LEFT_OUTER, on=(Registration.id == Scan.registration))
        .join_from(Registration, Person, JOIN.LEFT_OUTER, on=(Person.id == Registration.person))
        .where(Scan.event == event, Scan.shown != Scan.now, Undo.id.is_null())
        .order_by(Scan.at, Scan.id)
    )  # fmt: skip
    found: dict[tuple[str | None, bool, str], Apart] = {}
    for scan in map(Apart._make, rows_of(query)):
        was_let_in = accepted(scan.shown)
        if was_let_in == accepted(scan.now) or scan.now in (Outcome.ALREADY, Outcome.FULL):
            continue
        is_settled = (
            scan.now in (Outcome.CANCELLED, Outcome.WAITING) and scan.status in ("registered", "invited")
            if was_let_in
            else scan.registration in arrived
        )
        if not is_settled:
            found[scan.registration or scan.scan, was_let_in, scan.now] = scan
    return list(found.values())
