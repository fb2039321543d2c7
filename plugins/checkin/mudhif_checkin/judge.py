"""The one judge of the door: a scan and what is known go in, a verdict comes out.

Pure: no database, no clock, no rule language, so that a phone out of reach of the laptop can hold the very same rules.
Its cases stand in ``judge_cases.json``, which every implementation of it must pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    """Which way through the door."""

    IN = "in"
    OUT = "out"


class Once(StrEnum):
    """For how long a check-in holds."""

    EVENT = "event"
    DAY = "day"  # of the event's own time zone: at its midnight everybody may come in anew
    ITEM = "item"  # of the agenda


class Reading(StrEnum):
    """What the presented text turned out to be, before anybody asks whether its holder may enter."""

    GOOD = "good"
    REVOKED = "revoked"  # ours and of this event, but a newer one was issued
    WRONG_EVENT = "wrong-event"  # ours, of another event
    FORGED = "forged"  # looks like ours, the signature says no
    UNKNOWN = "unknown"  # nothing that we know
    UNLISTED = "unlisted"  # truly signed and of this event, but not on the list at hand: a phone's may be an old one


class Outcome(StrEnum):
    """What the volunteer is shown."""

    WELCOME = "welcome"
    ALREADY = "already"
    LEFT = "left"
    CANCELLED = "cancelled"
    WAITING = "waiting"
    WRONG_EVENT = "wrong-event"
    REVOKED = "revoked"
    FORGED = "forged"
    UNKNOWN = "unknown"
    NEEDS_ANSWERS = "needs-answers"
    FULL = "full"
    NOT_ALLOWED = "not-allowed"


class Reason(StrEnum):
    """Why a guest with a good ticket may not pass here and now."""

    GATE = "gate"
    KIND = "kind"
    TOO_EARLY = "too-early"
    CLOSED = "closed"


# Tuples and not dataclasses: this runs for every guest between two commits, and a frozen dataclass costs a microsecond.
class Holder(NamedTuple):
    """Whose ticket it is: what the judge must know of a registration."""

    status: str = "registered"
    kind: str = "participant"
    answered: frozenset[str] = frozenset()  # ids of the questions that need no asking any more


class Door(NamedTuple):
    """What holds at this event's doors. Empty values stand for "no such rule"."""

    kinds: frozenset[str] | None = None  # who is admitted; None: everybody
    gates: Mapping[str, frozenset[str]] = {}  # by kind, the gates it may use; a kind not named may use every gate
    opens: datetime | None = None
    closes: datetime | None = None
    capacity: int | None = None  # so many people inside at most
    reentry: bool = True  # whoever left may come in again
    questions: tuple[str, ...] = ()  # ids that must be answered before entering, in the order of asking
    once: str = Once.EVENT
    zone: tzinfo | None = None  # whose days they are, where a check-in holds for one


class Before(NamedTuple):
    """What happened until now."""

    inside: bool = False  # the last check-in of this holder that stands led in
    arrived: bool = False  # some check-in of this holder stands
    people_inside: int = 0
    at: datetime | None = None  # when and for what the last check-in was; None: one that holds now, or none
    item: str | None = None


class Presented(NamedTuple):
    """The scan itself."""

    at: datetime
    direction: str = Direction.IN
    gate: str | None = None
    force: bool = False
    item: str | None = None  # of the agenda


class Verdict(NamedTuple):
    """The judge's answer."""

    outcome: Outcome
    reason: Reason | None = None
    questions: tuple[str, ...] = ()
    forced: bool = False  # would have been refused without force


_ACCEPTED = frozenset((Outcome.WELCOME, Outcome.LEFT))
_WELCOME = Verdict(Outcome.WELCOME)
_FORCED = Verdict(Outcome.WELCOME, forced=True)
_LEFT = Verdict(Outcome.LEFT)
# No force opens these: without a registration of this event there is nobody to let in.
_NOBODY = {
    reading: Verdict(Outcome(reading.value)) for reading in (Reading.UNKNOWN, Reading.FORGED, Reading.WRONG_EVENT)
}


def accepted(outcome: str) -> bool:
    """Whether a scan with this outcome is a check-in or a check-out."""
    return outcome in _ACCEPTED


def judge(reading: Reading, holder: Holder | None, door: Door, before: Before, scan: Presented) -> Verdict:
    """Decide one scan.

    Args:
        holder: None where the reading names nobody on the list.

    >>> from datetime import UTC
    >>> nine = datetime(2024, 3, 7, 6, 0, tzinfo=UTC)
    >>> judge(Reading.GOOD, Holder(), Door(), Before(), Presented(nine)).outcome.value
    'welcome'
    >>> judge(Reading.GOOD, Holder(), Door(), Before(inside=True, arrived=True), Presented(nine)).outcome.value
    'already'
    """
    nobody = _NOBODY.get(reading)
    if nobody is not None or (holder is None and reading is not Reading.UNLISTED):
        return nobody or _NOBODY[Reading.UNKNOWN]
    # Whoever leaves is asked nothing: a cancelled guest who is inside must be able to go, and the count must follow.
    if scan.direction == Direction.OUT:
        return Verdict(Outcome.REVOKED) if reading is Reading.REVOKED and not scan.force else _LEFT
    refusal = _refusal(reading, holder, door, before, scan)
    if refusal is None:
        return _WELCOME
    return _FORCED if scan.force else refusal


def _refusal(reading: Reading, holder: Holder | None, door: Door, before: Before, scan: Presented) -> Verdict | None:
    """The first thing that speaks against letting the holder in; the order decides which message is shown."""
    if reading is Reading.REVOKED:
        return Verdict(Outcome.REVOKED)
    if holder is not None and holder.status == "cancelled":
        return Verdict(Outcome.CANCELLED)
    if holder is not None and holder.status == "waiting":
        return Verdict(Outcome.WAITING)
    reason = _not_here_not_now(holder, door, scan)
    if reason is not None:
        return Verdict(Outcome.NOT_ALLOWED, reason)
    # Before capacity and questions: who is inside takes no second place, and has answered.
    if (before.inside or (before.arrived and not door.reentry)) and _holds(door, before, scan):
        return Verdict(Outcome.ALREADY)
    if door.capacity is not None and before.people_inside >= door.capacity:
        return Verdict(Outcome.FULL)
    if holder is None:  # of a guest who is not on the list nothing more is known
        return None
    open_questions = tuple(q for q in door.questions if q not in holder.answered)
    if open_questions:
        return Verdict(Outcome.NEEDS_ANSWERS, questions=open_questions)
    return None


def _holds(door: Door, before: Before, scan: Presented) -> bool:
    """Whether the check-in before still holds at this one."""
    if before.at is None:
        return True
    return stay_of(door, before.at, before.item) == stay_of(door, scan.at, scan.item)


def stay_of(door: Door, at: datetime, item: str | None) -> date | str | None:
    """That for which a check-in holds: a day, an item of the agenda ("": none); None: the whole event.

    >>> from zoneinfo import ZoneInfo
    >>> late = datetime.fromisoformat("2024-03-07T21:30:00Z")
    >>> stay_of(Door(once="day", zone=ZoneInfo("Asia/Baghdad")), late, "a").isoformat()
    '2024-03-08'
    >>> stay_of(Door(once="item"), late, "a"), stay_of(Door(), late, "a")
    ('a', None)
    """
    if door.once == Once.EVENT:
        return None
    return (item or "") if door.once == Once.ITEM else at.astimezone(door.zone).date()


def _not_here_not_now(holder: Holder | None, door: Door, scan: Presented) -> Reason | None:
    """Where a kind is not admitted at all, no other gate and no later hour is proposed."""
    if holder is not None:
        if door.kinds is not None and holder.kind not in door.kinds:
            return Reason.KIND
        gates = door.gates.get(holder.kind)
        if gates is not None and scan.gate not in gates:
            return Reason.GATE
    if door.opens is not None and scan.at < door.opens:
        return Reason.TOO_EARLY
    if door.closes is not None and scan.at >= door.closes:
        return Reason.CLOSED
    return None
