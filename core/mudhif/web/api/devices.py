"""Paired devices over the API: what a device says of itself, and what the coordinator sees of all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from mudhif.domain.errors import NotAllowed
from mudhif.i18n import N_
from mudhif.services import devices as rules
from mudhif.storage.models import Device
from mudhif.storage.store import write
from mudhif.web.auth import check, confine, current_device, current_event, members, requires
from mudhif.web.blueprints import API_PREFIX

blp = Blueprint("devices_api", __name__, url_prefix=API_PREFIX, description="Paired phones and displays.")


class OnlyDevices(NotAllowed):
    message = N_("Only a paired phone or display tells this of itself.")
    code = "only-devices"


class DeviceSchema(Schema):
    """A paired phone or display."""

    id = fields.String(metadata={"description": "Its id."})
    name = fields.String(metadata={"description": "Its name.", "example": "Rusul’s phone"})
    role = fields.String(metadata={"description": "What it may do.", "example": "scanner"})
    event = fields.String(metadata={"description": "The id of its event."})
    gates = fields.List(fields.String(), metadata={"description": "Where it stands.", "example": ["Main door"]})
    expires = fields.AwareDateTime(metadata={"description": "When its time is up."})
    revoked = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was revoked."})
    seen = fields.AwareDateTime(allow_none=True, metadata={"description": "When it last asked for something."})
    level = fields.String(allow_none=True, metadata={"description": "What works on it: full, open or none."})
    kept = fields.Integer(metadata={"description": "Scans that it has not yet handed in."})
    oldest = fields.AwareDateTime(allow_none=True, metadata={"description": "When the first of them was read."})


class ReportSchema(Schema):
    """What a device says of itself."""

    class Meta:
        unknown = EXCLUDE

    level = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(["full", "open", "none"]),
        metadata={"description": "All works; the camera while the page stays open; no camera."},
    )  # fmt: skip
    kept = fields.Integer(
        load_default=0, validate=validate.Range(0, 1_000_000), metadata={"description": "Scans not yet handed in."}
    )
    oldest = fields.AwareDateTime(
        load_default=None, allow_none=True, default_timezone=UTC,
        metadata={"description": "When the first of them was read, by the device's clock."},
    )  # fmt: skip


@blp.get("/devices/me")
@blp.response(200, DeviceSchema)
def show_me() -> dict[str, Any]:
    """Show the device that asks. 401 `device-revoked` or `device-expired`: its list and keys have to go at once."""
    return _shown(_asking())


@blp.post("/devices/me")
@blp.arguments(ReportSchema)
@blp.response(200, DeviceSchema)
def tell_of_me(told: dict[str, Any]) -> dict[str, Any]:
    """Tell how the device that asks works and how many scans it keeps; held until the server ends."""
    device = _asking()
    before = rules.reports.get(device.id, rules.Report())
    rules.reports[device.id] = rules.Report(
        level=cast("rules.Level | None", told["level"]) or before.level,
        kept=told["kept"],
        oldest=told["oldest"],
        heard=datetime.now(UTC),
    )
    return _shown(device)


@blp.get("/events/<event>/devices")
@requires("devices.manage")
@blp.response(200, DeviceSchema(many=True))
def list_devices(event: str) -> list[dict[str, Any]]:
    """List the devices of an event that are not revoked."""
    return [_shown(device) for device in rules.devices_of(current_event().id)]


@blp.delete("/devices/<device>")
@requires("devices.manage", anywhere=True)
@blp.response(200, DeviceSchema)
def revoke_device(device: str) -> dict[str, Any]:
    """Revoke a device at once."""
    known = Device.get_or_none(Device.id == device)
    if known is not None:
        confine(known.event)
    revoked: Device = write(rules.revoke_device, device)
    members().refresh()
    return _shown(revoked)


def _asking() -> Device:
    check("event.view", anywhere=True)
    device = current_device()
    if device is None:
        raise OnlyDevices
    return device


def _shown(device: Device) -> dict[str, Any]:
    report, seen = rules.reports.get(device.id, rules.Report()), members().seen.get(device.id)
    return {
        "id": device.id,
        "name": device.name,
        "role": device.role,
        "event": device.event,
        "gates": device.gates,
        "expires": device.expires,
        "revoked": device.revoked,
        "seen": datetime.fromtimestamp(seen, UTC) if seen is not None else None,
        "level": report.level,
        "kept": report.kept,
        "oldest": report.oldest,
    }
