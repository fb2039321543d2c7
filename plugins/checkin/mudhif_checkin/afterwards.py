"""What a device sends beside its scans: one taken back, a guest's signature. Each has an id and counts once, too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from mudhif.plugin_api import NotAllowed, NotFound, Tx, Who, write

from . import queries
from .checkins import UNDO, Answered, Guest, NoCheckin, ScanOfAnotherEvent
from .counts import tallies
from .judge import accepted as is_accepted
from .models import Scan, Undo
from .notes import note_of
from .requests import After, Request
from .signatures import Signature, as_text, read_drawing
from .words import right

AFTERWARDS = UNDONE, NOTHING, SIGNED = "undone", "nothing-to-undo", "signed"


def keep_afterwards(event: str, row: Request, who: Who) -> Answered:
    """Keep what follows a scan, in a unit of work; known by its id, it is answered as it was.

    Args:
        event: the event's id.

    Raises:
        NotAllowed: this role takes nothing back.
        NoCheckin: there is no such scan at this event.
        BadInput: what was drawn cannot be kept.
    """
    after = row.after
    assert after is not None
    if after.strokes is not None:
        return write(_sign, event, row, as_text(read_drawing(after.strokes)), who)
    if not who.may(UNDO):
        raise NotAllowed(right=right(UNDO))
    return write(_undo, event, row, after, who)


def _undo(tx: Tx, event: str, row: Request, after: After, who: Who) -> Answered:
    tallies().of(tx.connection, event)
    known = Undo.get_or_none(Undo.id == row.scan_id)
    scans = _scans(event, after.scan)
    standing = [scan for scan in scans if is_accepted(scan.outcome)]
    if known is None:
        for scan in standing:
            # The row's own id goes to the first: sent again, it is found by it.
            id = row.scan_id if scan is standing[0] else str(uuid5(UUID(row.scan_id), scan.id))
            if not queries.undo_of(tx.connection, scan.id).fetchone()[0]:
                tx.fact(
                    Undo, id=id, event=event, registration=scan.registration, scan=scan.id, reason=after.reason,
                    at=row.at or datetime.now(UTC), device=who.name, by=who.id,
                )  # fmt: skip
    # The phone let somebody in whom the laptop did not: nothing stands, so nothing is taken back.
    return _answered(tx, event, row, UNDONE if standing else NOTHING, scans)


def _sign(tx: Tx, event: str, row: Request, strokes: str, who: Who) -> Answered:
    after = row.after
    assert after is not None
    scans = _scans(event, after.scan)
    signer = next((scan.registration for scan in scans if scan.registration is not None), None)
    if signer is None:
        raise NotFound(name=after.scan)
    if Signature.get_or_none(Signature.id == row.scan_id) is None:
        at = row.at or datetime.now(UTC)
        tx.fact(Signature, id=row.scan_id, registration=signer, strokes=strokes, at=at, device=who.name, by=who.id)
    return _answered(tx, event, row, SIGNED, scans)


def _scans(event: str, scan_id: str) -> list[Scan]:
    """The scan of this id, and the one that stands for what its phone showed where the first answer was lost."""
    ids = [scan_id, str(uuid5(UUID(scan_id), "shown"))]
    found = list(Scan.select().where(Scan.id.in_(ids)))
    if not found:
        raise NoCheckin(name=scan_id)
    if any(scan.event != event for scan in found):
        raise ScanOfAnotherEvent
    return sorted(found, key=lambda scan: ids.index(scan.id))


def _answered(tx: Tx, event: str, row: Request, outcome: str, scans: list[Scan]) -> Answered:
    registration = next((scan.registration for scan in scans if scan.registration is not None), None)
    found = queries.holder_by_id(tx.connection, registration).fetchone() if registration else None
    guest: dict[str, Any] | None = None
    if found is not None:
        holder = Guest._make(found)
        guest = {**holder.shown(), "note": note_of(event, holder.id)}
    fields: dict[str, Any] = {
        "scan_id": row.scan_id, "outcome": outcome, "reason": None, "questions": [], "registration": guest,
        "checkin": None, "first": None,
    }  # fmt: skip
    return Answered(event, outcome, fields)
