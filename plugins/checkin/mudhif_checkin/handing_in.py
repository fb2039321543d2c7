"""Handing in many scans at once: by whoever may scan, by a device that may no more, and by a file."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from mudhif.plugin_api import (
    N_,
    BadFile,
    MudhifError,
    NotAllowed,
    Refused,
    Who,
    current_event,
    current_who,
    device_of,
    ended_at,
    former_device,
    requires,
    why_ended,
)

from .checkins import FORCE, SCAN, UNDO, Answered, check_in
from .counts import tallies
from .models import Scan, Undo
from .requests import Request, read_request
from .signatures import Signature
from .words import right


class ReadTooLate(NotAllowed):
    """The device had been revoked, or its time was up, when it read this ticket; or it does not say when."""

    code = "read-too-late"
    message = N_("This ticket was read after %(name)s was closed. It is not kept.")


def open_batch(event: str) -> Callable[[Request], Answered]:
    """What takes the scans of the one who asks, at the event that the address names.

    Raises:
        NotSignedIn, NotAllowed, OtherEvent: nobody who may.
        DeviceRevoked, DeviceExpired: a closed device, and of another event.
    """
    device = former_device() if current_who().role is None else None
    if device is None:
        return _take_all(event)
    who = _as_who(device)
    if device.event != current_event().id or not who.may(SCAN):
        raise why_ended(device)
    return lambda scan: _take_from(device, who, scan)


def _as_who(device: Any) -> Who:
    """A device with the rights that it had while it was open."""
    rights = {"desk": {SCAN, UNDO, FORCE}, "scanner": {SCAN, UNDO}}.get(device.role, set())
    return Who(id=device.id, name=device.name, role=device.role, permissions=frozenset(rights), event=device.event)


def _take_from(device: Any, who: Who, scan: Request) -> Answered:
    """Take a scan of a closed device: one that it read while it was open, with a mark."""
    if scan.at is None or scan.at >= ended_at(device):
        raise ReadTooLate(name=device.name)
    return check_in(device.event, scan._replace(is_late=True), who)


@requires(SCAN)
def _take_all(event: str) -> Callable[[Request], Answered]:
    event_id, who = tallies().event_id(event), current_who()
    return lambda scan: check_in(event_id, scan, who)


# --- by a file, or by the pictures that hold one ----------------------------------------------------------------------

NOT_SCANS = N_("This is not a file of scans that a phone gave out.")
GZIP = b"\x1f\x8b"
MOST_BYTES = 32 * 1024 * 1024


class ScansOfAnotherEvent(Refused):
    code = "scans-of-another-event"
    message = N_("These scans were made at another event.")


class KeptScans(NamedTuple):
    """What a phone gave out: its event's id, its name, its id where it was paired, its scans as they were read."""

    event: str
    device: str | None
    device_id: str | None
    scans: list[Any]


def scans_of_file(content: bytes) -> KeptScans:
    """Read what a phone gave out: JSON, or JSON in gzip as the pictures hold it.

    Raises:
        BadFile: it is something else.
    """
    try:
        data = json.loads(_unpacked(content))
    except (ValueError, RecursionError, zlib.error):
        raise BadFile(NOT_SCANS) from None
    if not isinstance(data, dict) or data.get("mudhif") != "scans/1" or not isinstance(data.get("scans"), list):
        raise BadFile(NOT_SCANS)
    device, device_id = data.get("device"), data.get("device_id")
    name = device[:100] if isinstance(device, str) and device else None
    return KeptScans(str(data.get("event")), name, device_id if isinstance(device_id, str) else None, data["scans"])


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(GZIP):
        return content
    unpacking = zlib.decompressobj(wbits=31)
    plain = unpacking.decompress(content, MOST_BYTES)
    if not unpacking.eof:  # cut off, or far more than any phone has ever kept
        raise ValueError("unfinished")
    return plain


class TakenRow(NamedTuple):
    """What became of one scan of a file."""

    scan_id: str | None
    at: datetime | None
    answer: dict[str, Any] | None
    is_known: bool  # it was here before: by the Wi-Fi, or by the same file
    code: str | None = None
    message: str | None = None


def take_scans(event: str, kept: KeptScans, by: Who) -> list[TakenRow]:
    """Take in the scans of a file, in their order; one that is wrong holds up no other.

    They count as the paired phone's own, with the rights that it had: whoever brings its file lends it none.

    Raises:
        ScansOfAnotherEvent: the file belongs elsewhere.
    """
    if kept.event != event:
        raise ScansOfAnotherEvent
    take = _taker(event, kept, by)
    return [_taken(take, row) for row in kept.scans]


def _taker(event: str, kept: KeptScans, by: Who) -> Callable[[Request], Answered]:
    device = device_of(event, kept.device_id) if kept.device_id else None
    if device is None:
        who = Who(id=by.id, name=kept.device or by.name, role=by.role, permissions=by.permissions)
        return lambda scan: check_in(event, scan, who)
    who = _as_who(device)
    if not who.may(SCAN):
        raise NotAllowed(right=right(SCAN))
    is_closed = ended_at(device) <= datetime.now(UTC)
    return lambda scan: _take_from(device, who, scan) if is_closed else check_in(event, scan, who)


def _taken(take: Callable[[Request], Answered], row: Any) -> TakenRow:
    try:
        scan = read_request(row)
        is_known = any(kind.get_or_none(kind.id == scan.scan_id) for kind in (Scan, Undo, Signature))
        return TakenRow(scan.scan_id, scan.at, take(scan).as_dict(), is_known)
    except MudhifError as error:
        if error.status >= 500:  # the laptop's own trouble says nothing of this row: the file is taken in once more
            raise
        scan_id = row.get("scan_id") if isinstance(row, dict) else None
        return TakenRow(scan_id if isinstance(scan_id, str) else None, None, None, False, error.code, str(error))


def take_file(event: str, kept: KeptScans, by: Who) -> dict[str, Any]:
    """Take in the scans of a file, for the prompt.

    Returns:
        How many were taken, their outcomes, and what is wrong with the others.

    Raises:
        ScansOfAnotherEvent: the file belongs elsewhere.
    """
    rows = take_scans(event, kept, by)
    outcomes = Counter(str(row.answer["outcome"]) for row in rows if row.answer)
    errors = [{"scan_id": row.scan_id, "code": row.code, "message": row.message} for row in rows if row.answer is None]
    return {"taken": outcomes.total(), "outcomes": dict(sorted(outcomes.items())), "errors": errors}
