"""Handing in many scans at once: by whoever may scan, by a device that may no more, and by a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
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
    ended_at,
    former_device,
    requires,
    why_ended,
)

from .checkins import FORCE, SCAN, Answered, check_in
from .counts import tallies
from .requests import Request, read_request


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
    if device.event != current_event().id:
        raise why_ended(device)
    rights = {SCAN, FORCE} if device.role == "desk" else {SCAN} if device.role == "scanner" else set()
    who = Who(id=device.id, name=device.name, role=device.role, permissions=frozenset(rights), event=device.event)
    if not who.may(SCAN):
        raise why_ended(device)
    end: datetime = ended_at(device)

    def take(scan: Request) -> Answered:
        if scan.at is None or scan.at >= end:
            raise ReadTooLate(name=device.name)
        return check_in(device.event, scan._replace(is_late=True), who)

    return take


@requires(SCAN)
def _take_all(event: str) -> Callable[[Request], Answered]:
    event_id, who = tallies().event_id(event), current_who()
    return lambda scan: check_in(event_id, scan, who)


# --- by a file --------------------------------------------------------------------------------------------------------

NOT_SCANS = N_("This is not a file of scans that a phone gave out.")


class ScansOfAnotherEvent(Refused):
    code = "scans-of-another-event"
    message = N_("These scans were made at another event.")


class KeptScans(NamedTuple):
    """What a phone gave out: its event's id, its name, its scans in the order in which they were read."""

    event: str
    device: str | None
    scans: list[Any]


def scans_of_file(content: bytes) -> KeptScans:
    """Read what a phone gave out.

    Raises:
        BadFile: it is something else.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise BadFile(NOT_SCANS) from None
    if not isinstance(data, dict) or data.get("mudhif") != "scans/1" or not isinstance(data.get("scans"), list):
        raise BadFile(NOT_SCANS)
    device = data.get("device")
    name = device[:100] if isinstance(device, str) and device else None
    return KeptScans(str(data.get("event")), name, data["scans"])


def take_file(event: str, kept: KeptScans, by: Who) -> dict[str, Any]:
    """Take in the scans of a file, in their order; one that is wrong holds up no other.

    Returns:
        How many were taken, their outcomes, and what is wrong with the others.

    Raises:
        ScansOfAnotherEvent: the file belongs elsewhere.
    """
    if kept.event != event:
        raise ScansOfAnotherEvent
    who = Who(id=by.id, name=kept.device or by.name, role=by.role, permissions=by.permissions)
    outcomes: Counter[str] = Counter()
    errors = []
    for row in kept.scans:
        try:
            outcomes[check_in(event, read_request(row), who).outcome] += 1
        except MudhifError as error:
            scan_id = row.get("scan_id") if isinstance(row, dict) else None
            errors.append({"scan_id": scan_id, "code": error.code, "message": str(error)})
    return {"taken": outcomes.total(), "outcomes": dict(sorted(outcomes.items())), "errors": errors}
