"""How many arrived and how many are registered, kept in memory: never a ``count(*)`` on the way of a check-in.

Read from the tables once for each event, then changed by what every commit brings, of this process or another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from weakref import ref

from mudhif.plugin_api import Change, current, find_event, together

from . import queries
from .judge import Direction
from .presence import Checkin, arrived, inside


class Counts(NamedTuple):
    """What every display shows."""

    arrived: int
    registered: int
    inside: int


class Tally:
    """Who is registered, arrived and inside at one event, by the ids of registrations."""

    __slots__ = ("arrived", "inside", "merged", "others", "registered")

    def __init__(self, connection: Any, event: str) -> None:
        # For a registration of somebody who was merged, the one that stands; and the other way round. Nearly always
        # empty, and then a look into it costs a check-in nothing.
        self.merged: dict[str, str] = dict(queries.merged(connection, event).fetchall())
        self.others: dict[str, list[str]] = {}
        for other, kept in self.merged.items():
            self.others.setdefault(kept, []).append(other)
        self.registered = {row[0] for row in queries.registered(connection, event)}
        facts = list(checkins_of_event(connection, event))
        self.arrived = set(arrived(facts))
        self.inside = set(inside(facts))

    def counts(self) -> Counts:
        return Counts(len(self.arrived), len(self.registered), len(self.inside))

    def settle(self, registration: str, facts: Iterable[Checkin]) -> None:
        """Bring one guest in line with the facts, whatever was thought before."""
        facts = list(facts)
        for known, now in ((self.arrived, arrived(facts)), (self.inside, inside(facts))):
            (known.add if registration in now else known.discard)(registration)


def checkins_of(connection: Any, registration: str, others: Iterable[str] = ()) -> Iterable[Checkin]:
    """The check-ins of one guest, those of registrations merged into it too, with what undoes them."""
    for one in (registration, *others):
        for id, direction, turn, _at, _device, _gate, undo, _item in queries.history(connection, one):
            yield Checkin(id, registration, direction, turn)
            if undo is not None:
                yield Checkin(undo, registration, undoes=id)


def checkins_of_event(connection: Any, event: str) -> Iterable[Checkin]:
    """The check-ins of a whole event, with what undoes them."""
    for id, registration, direction, turn, undo in queries.history_of_event(connection, event):
        yield Checkin(id, registration, direction, turn)
        if undo is not None:
            yield Checkin(undo, registration, undoes=id)


class Tallies:
    """The tallies of one installation. Those of an event are read inside a unit of work, at its first check-in."""

    def __init__(self, store: Any) -> None:
        self.store = ref(store)  # the store holds us
        self._by_event: dict[str, Tally] = {}
        self._noted: set[str] = set()
        self._stream = store.writer.stream
        self._ids: dict[str, str] = {}
        store.before_answers(self._follow)

    def of(self, connection: Any, event: str) -> Tally:
        """The tally of an event; inside a unit of work, where nobody else writes."""
        store = self.store()
        if store is not None and store.writer.stream is not self._stream:
            self._forget_noted(store.writer.stream)
        tally = self._by_event.get(event)
        if tally is None:
            tally = self._by_event[event] = Tally(connection, event)
        return tally

    def known(self, event: str) -> Tally | None:
        """The tally of an event if it was read already."""
        return self._by_event.get(event)

    def note(self, event: str, scan: str, registration: str, direction: str) -> None:
        """Count a check-in ahead of its commit, for the next unit of the same commit to see."""
        tally = self._by_event.get(event)
        if tally is None:  # another's failure took it away just now; whoever reads it anew reads this check-in, too
            return
        if direction == Direction.OUT:
            tally.inside.discard(registration)
        else:
            tally.inside.add(registration)
            tally.arrived.add(registration)
        self._noted.add(scan)

    def take_back(self, event: str, scan: str) -> None:
        """The unit or its commit failed: what was noted ahead of it is not so, and the event is read anew."""
        if scan in self._noted:
            self._noted.discard(scan)
            self._by_event.pop(event, None)

    def _forget_noted(self, stream: Any) -> None:
        """A commit failed: the writer goes on with another stream, perhaps before those who failed take back."""
        self._stream = stream
        if self._noted:
            self._noted.clear()
            self._by_event.clear()

    def event_id(self, text: str) -> str:
        """The id of the event with this id or short code.

        Raises:
            NotFound: there is none.
        """
        found = self._ids.get(text)
        if found is None:
            found = self._ids[text] = str(find_event(text).id)
        return found

    def _follow(self, changes: list[Change]) -> None:
        """What was committed. This runs in the write lock, so only the guests that changed are looked at."""
        for change in changes:
            if change.kind in _FOLLOWED:
                self._settle(change)
            elif change.kind.startswith(_PERSON) and "merged_into" in change.fields:
                self._by_event.clear()
            elif change.kind.startswith(_EVENT):  # its code may be another, or it may be gone
                self._ids.clear()

    def _settle(self, change: Change) -> None:
        tally, store = self._by_event.get(change.event or ""), self.store()
        if tally is None or store is None:
            return
        if change.row in self._noted:  # our own scan
            self._noted.discard(change.row)
            return
        if change.kind == REGISTRATION and together(change.row) != [change.row]:
            self._by_event.pop(str(change.event), None)  # another of the same person's may stand now
            return
        guest = change.row if change.kind == REGISTRATION else change.fields.get("registration")
        if guest is not None:
            _settle(store.db.writer, tally, str(change.event), str(guest))


SCAN, UNDO, REGISTRATION = "checkin.scan/1", "checkin.undo/1", "core.registration/1"
_FOLLOWED = frozenset({SCAN, UNDO, REGISTRATION})
_EVENT, _PERSON = "core.event/", "core.person/"


def _settle(connection: Any, tally: Tally, event: str, registration: str) -> None:
    registration = tally.merged.get(registration, registration)
    tally.settle(registration, checkins_of(connection, registration, tally.others.get(registration, ())))
    row = queries.status_of(connection, registration).fetchone()
    is_registered = row is not None and row[0] == event and row[1] == "registered" and not row[2]
    (tally.registered.add if is_registered else tally.registered.discard)(registration)


_of: Tallies | None = None


def tallies() -> Tallies:
    """Those of the open installation."""
    global _of
    store = current()
    if _of is None or _of.store() is not store:
        _of = Tallies(store)
    return _of


def counts_of(event: str) -> Counts:
    """An event's counts, outside a unit of work: from memory where they are kept, else from the tables."""
    tally = tallies().known(event)
    if tally is None:
        tally = Tally(queries.reader(), event)
    return tally.counts()
