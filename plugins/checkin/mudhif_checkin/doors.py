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

from .asking import Questions, questions_of
from .judge import Door, stay_of
from .models import Gate, Note
from .requests import MAX_GATE

KINDS = ("participant", "guest", "facilitator", "media", "staff")


class Rules(NamedTuple):
    """What the live path must know of an event, beside the guest."""

    door: Door
    stands_at: Mapping[str, Sequence[str]]  # by device, its gates
    noted: frozenset[str]  # the registrations that a volunteer should be told something about
    items: Mapping[str, str]  # by gate, the item of the agenda that it leads to
    questions: Questions

    def gate_of(self, who: str | None, sent: str | None) -> str | None:
        """At which gate a scan was made: a device stands where the coordinator put it, whatever it says."""
        gates = self.stands_at.get(who or "")
        return sent if not gates or sent in gates else gates[0]

    def item_of(self, gate: str | None, sent: str | None) -> str | None:
        """For which item of the agenda a scan was made: the one that was said, else that of the gate."""
        return sent if sent is not None or gate is None else self.items.get(gate)

    def stay_of(self, at: datetime, item: str | None) -> date | str | None:
        """That for which a check-in holds; None: for the whole event."""
        return stay_of(self.door, at, item)


def rules_of(event_id: str) -> Rules:
    """Read an event's rules."""
    event = Event.get_by_id(event_id)
    notes = Note.select(Note.registration).where(Note.event == event_id, ~Note.deleted)
    return Rules(
        door_of(event),
        device_gates(event_id),
        frozenset(note.registration for note in notes),
        {gate.name: gate.item for gate in gates_of(event_id) if gate.item},
        questions_of(event_id),
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
        once=said("once"),
        zone=ZoneInfo(event.timezone),
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


def set_gate(tx: Tx, event_id: str, name: str, kinds: Iterable[str], item: str | None = None) -> Gate:
    """Make a gate, or change which kinds the one of this name takes.

    Args:
        kinds: none: all.
        item: of the agenda, to which this gate leads.

    Raises:
        BadInput: it has no name.
    """
    name = " ".join(name.split())[:MAX_GATE]
    if not name:
        raise BadInput(fields={"name": [_("Write the gate’s name, as on the phones that stand there.")]})
    taken = [kind for kind in KINDS if kind in set(kinds)]
    known: Gate | None = Gate.get_or_none(Gate.event == event_id, Gate.name == name, ~Gate.deleted)
    made: Gate = (
        tx.update(known, kinds=taken, item=item)
        if known
        else tx.create(Gate, id=new_id(), event=event_id, name=name, kinds=taken, item=item)
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
_FOLLOWED = (_EVENT, "core.setting/", "core.device/", "core.question/", "checkin.gate/", "checkin.note/")


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
