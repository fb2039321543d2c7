"""`mudhif devices list EVENT` and `mudhif devices revoke ID`: the phones and displays that are paired."""

from __future__ import annotations

from typing import Any

import click

from mudhif.cli import Cli


@click.group()
def devices() -> None:
    """List and revoke paired phones and displays."""


@devices.command("list")
@click.argument("event")
@click.pass_obj
def list_devices(cli: Cli, event: str) -> None:
    """List the devices of an event that are not revoked."""
    from mudhif.services.devices import devices_of, is_paired_here
    from mudhif.services.events import find_event, local

    with cli.reading():
        found = find_event(event)
        rows: list[dict[str, Any]] = []
        lines: list[str] = []
        for device in devices_of(found.id):
            here = is_paired_here(device.id)
            until = local(found, device.expires)
            rows.append({
                "id": device.id,
                "name": device.name,
                "role": device.role,
                "gates": device.gates,
                "expires": until.isoformat(),
                "here": here,
            })  # fmt: skip
            where = "" if here else "  (at another laptop)"
            what = ", ".join([device.role, *device.gates])
            lines.append(f"{device.id}  {device.name}  {what}  until {until:%Y-%m-%d %H:%M}{where}")
        cli.emit(rows, "\n".join(lines) or "No device is paired.")


@devices.command("revoke")
@click.argument("id")
@click.pass_obj
def revoke(cli: Cli, id: str) -> None:
    """Revoke a device at once, also while the server runs; scans that it keeps are still taken."""
    from mudhif.services.devices import revoke_device
    from mudhif.storage.store import write

    with cli.writing():
        revoked = write(revoke_device, id)
        data = {"id": revoked.id, "name": revoked.name, "revoked": revoked.revoked.isoformat()}
        cli.emit(data, f"{revoked.name} is revoked.")
