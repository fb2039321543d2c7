"""What holds at the doors of an event: its settings and its gates, kept in memory, for no check-in waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from weakref import ref
from zoneinfo import ZoneInfo

from mudhif.plugin_api import (
    BadInput,
    Change,
    Event,
    NotFound,
    Tx,
    current,
    device_gates,
    event_setting,
    new_id,
)
from mudhif.plugin_api import gettext as _

from .judge import Door
from .models import Gate, Note
from .requests import MAX_GATE
from .settings import DAY

KINDS = ("participant", "guest", "facilitator", "media", "staff")


class Rules(NamedTuple):
    """What the live path must know of an event, beside the guest."""

    door: Door
    day_zone: ZoneInfo | None  # where a check-in holds for one day: whose days
    stands_at: Mapping[str, Sequence[str]]  # by device, its gates
    noted: frozenset[str]  # the registrations that a volunteer should be told something about

    def gate_of(self, who: str | None, sent: str | None) -> str | None:
        """At which gate a scan was made: a device stands where the coordinator put it, whatever it says."""
        gates = self.stands_at.get(who or "")
        return sent if not gates or sent in gates else gates[0]

    def day_of(self, at: datetime) -> date | None:
        """The day for which a check-in at this moment holds; None: for the whole event."""
        return at.astimezone(self.day_zone).date() if self.day_zone else None


def rules_of(event_id: str) -> Rules:
    """Read an event's rules."""
    event = Event.get_by_id(event_id)
    notes = Note.select(Note.registration).where(Note.event == event_id, ~Note.deleted)
    return Rules(
        door_of(event),
        ZoneInfo(event.timezone) if event_setting(event_id, "checkin", "once") == DAY else None,
        device_gates(event_id),
        frozenset(note.registration for note in notes),
    )


def door_of(event: Event) -> Door:
    """What holds at the doors of an event, by its settings and gates."""

    def said(name: str) -> Any:
        return event_setting(event.id, "checkin", name)

    kinds = frozenset(kind for kind in KINDS if said(f"only_{kind}"))
    before, after = said("opens_before"), said("closes_after")
    return Door(
        kinds=kinds or None,
        gates=ways_in(gates_of(event.id)),
        opens=None if before is None else event.starts - timedelta(minutes=before),
        closes=None if after is None else event.ends + timedelta(minutes=after),
        capacity=event.capacity,
        reentry=not said("no_reentry"),
    )


def ways_in(gates: Iterable[Gate]) -> dict[str, frozenset[str]]:
    """By kind, the gates that it may use, of those kinds that some gate does not take.

    A kind that no gate takes has every gate, or a gate that was made for others would shut it out.
    """
    gates = list(gates)
    by_kind = {kind: frozenset(gate.name for gate in gates if not gate.kinds or kind in gate.kinds) for kind in KINDS}
    return {kind: names for kind, names in by_kind.items() if 0 < len(names) < len({gate.name for gate in gates})}


# --- gates ------------------------------------------------------------------------------------------------------------


def gates_of(event_id: str) -> list[Gate]:
    """The gates of an event, in the order in which they were made."""
    return list(Gate.select().where(Gate.event == event_id, ~Gate.deleted).order_by(Gate.id))


def set_gate(tx: Tx, event_id: str, name: str, kinds: Iterable[str]) -> Gate:
    """Make a gate, or change which kinds the one of this name takes.

    Args:
        kinds: none: all.

    Raises:
        BadInput: it has no name.
    """
    name = " ".join(name.split())[:MAX_GATE]
    if not name:
        raise BadInput(fields={"name": [_("Write the gate’s name, as on the phones that stand there.")]})
    taken = [kind for kind in KINDS if kind in set(kinds)]
    known: Gate | None = Gate.get_or_none(Gate.event == event_id, Gate.name == name, ~Gate.deleted)
    made: Gate = (
        tx.update(known, kinds=taken) if known else tx.create(Gate, id=new_id(), event=event_id, name=name, kinds=taken)
    )
    return made


def drop_gate(tx: Tx, event_id: str, gate_id: str) -> None:
    """Take a gate away; its scans keep its name.

    Raises:
        NotFound: the event has no such gate.
    """
    gate = Gate.get_or_none(Gate.id == gate_id, Gate.event == event_id, ~Gate.deleted)
    if gate is None:
        raise NotFound(name=gate_id)
    tx.delete(gate)


# --- in memory --------------------------------------------------------------------------------------------------------

_EVENT = "core.event/"
_FOLLOWED = (_EVENT, "core.setting/", "core.device/", "checkin.gate/", "checkin.note/")


class Doors:
    """The rules of one installation's events, read at the first check-in after each change of them."""

    def __init__(self, store: Any) -> None:
        self.store = ref(store)  # the store holds us
        self._by_event: dict[str, Rules] = {}
        store.before_answers(self._follow)

    def of(self, event: str) -> Rules:
        """The rules of an event; inside a unit of work or outside."""
        rules = self._by_event.get(event)
        if rules is None:
            rules = self._by_event[event] = rules_of(event)
        return rules

    def _follow(self, changes: list[Change]) -> None:
        for change in changes:
            if change.kind.startswith(_FOLLOWED):
                self._by_event.pop(change.row if change.kind.startswith(_EVENT) else change.event or "", None)


_of: Doors | None = None


def doors() -> Doors:
    """Those of the open installation."""
    global _of
    store = current()
    if _of is None or _of.store() is not store:
        _of = Doors(store)
    return _of
