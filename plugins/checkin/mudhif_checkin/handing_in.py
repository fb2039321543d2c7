"""Who may hand in many scans at once: whoever may scan, and a device that may no more, for what it read until then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from mudhif.plugin_api import (
    N_,
    NotAllowed,
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
from .requests import Request


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
