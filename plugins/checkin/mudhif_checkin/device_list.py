"""The devices of an event as the board shows them: what each still keeps, and what it sent last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from peewee import fn

from mudhif.plugin_api import device_report, devices_of

from .models import Scan
from .queries import rows_of

ALARM_AFTER = timedelta(minutes=2)


class AtTheDoor(NamedTuple):
    """One device."""

    name: str
    kept: int | None  # None: it has said nothing since the laptop started
    minutes: int | None  # since when it keeps the oldest of them
    is_late: bool
    last: datetime | None  # the moment of the last scan of it that is here
    silent: int | None = None  # for how many minutes nothing was heard of it: what it keeps now, nobody knows


def devices_at_the_door(event: str, now: datetime) -> list[AtTheDoor]:
    """The devices of an event that scan; those that keep scans for too long first, then the one that sent last."""
    last = dict(_last_scans(event))
    found = [
        _at_the_door(device.id, device.name, last.get(device.id), now)
        for device in devices_of(event)
        if device.role in ("scanner", "desk")
    ]
    return sorted(found, key=lambda d: (not d.is_late, -(d.last.timestamp() if d.last else 0), d.name))


def _last_scans(event: str) -> list[tuple[str, datetime]]:
    query = Scan.select(Scan.by, fn.MAX(Scan.at)).where(Scan.event == event, Scan.by.is_null(False)).group_by(Scan.by)
    return [(by, at if isinstance(at, datetime) else datetime.fromisoformat(at)) for by, at in rows_of(query)]


def _at_the_door(id: str, name: str, last: datetime | None, now: datetime) -> AtTheDoor:
    report = device_report(id)
    if report is None:
        return AtTheDoor(name, None, None, False, last)
    waits = now - report.oldest if report.kept and report.oldest else timedelta()
    minutes = max(0, int(waits.total_seconds() // 60)) if report.kept and report.oldest else None
    silence = now - report.heard if report.heard else timedelta()
    silent = int(silence.total_seconds() // 60) if silence >= ALARM_AFTER else None
    return AtTheDoor(name, report.kept, minutes, waits >= ALARM_AFTER or silent is not None, last, silent)
