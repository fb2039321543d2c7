"""Who arrived and who is inside: derived from the facts of the door by pure functions, alike on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .judge import Direction


class Checkin(NamedTuple):
    """A scan that was accepted, or the undoing of one."""

    id: str
    registration: str
    direction: str = Direction.IN
    turn: int = 0  # a clock of this guest's own: one more than the greatest that the writing laptop knew
    undoes: str | None = None  # the id of the check-in that this fact takes back


def standing(checkins: Iterable[Checkin]) -> list[Checkin]:
    """The check-ins that nobody took back, each guest's oldest first.

    Args:
        checkins: facts in any order; the same one twice counts once.
    """
    by_id = {c.id: c for c in checkins}
    undone = {c.undoes for c in by_id.values()}
    # The id breaks ties: two laptops apart can give one turn twice, and every laptop must agree.
    return sorted((c for c in by_id.values() if c.undoes is None and c.id not in undone), key=lambda c: (c.turn, c.id))


def inside(checkins: Iterable[Checkin]) -> frozenset[str]:
    """The registrations whose last check-in that stands led in."""
    last = {c.registration: c for c in standing(checkins)}
    return frozenset(registration for registration, c in last.items() if c.direction == Direction.IN)


def arrivals(checkins: Iterable[Checkin]) -> dict[str, str]:
    """For each registration that arrived, the id of its first check-in that stands."""
    first: dict[str, str] = {}
    for c in standing(checkins):
        if c.direction == Direction.IN:
            first.setdefault(c.registration, c.id)
    return first


def arrived(checkins: Iterable[Checkin]) -> frozenset[str]:
    """The registrations with a check-in that stands, whether they are still inside or not."""
    return frozenset(arrivals(checkins))


def next_turn(checkins: Iterable[Checkin]) -> int:
    """The turn of a fact made after all of these."""
    return max((c.turn for c in checkins), default=0) + 1
