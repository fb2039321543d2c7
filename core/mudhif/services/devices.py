"""Phones and displays that are paired with this laptop: offered by a code on its screen, taken once, revoked at once.

A device is a record, so that a case on another laptop can say who and where; its token stays here. What a device says
of itself (how it works, how many scans it keeps) is of the moment and held in memory.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from mudhif.domain.errors import BadInput, MudhifError, NotFound
from mudhif.i18n import N_, _
from mudhif.services.accounts import STAMP_LENGTH, digest
from mudhif.storage.models import Device, DeviceToken, Event, PairingOffer

if TYPE_CHECKING:
    from mudhif.storage.writer import Tx

ROLES = ("scanner", "desk", "display", "timekeeper", "viewer")
"""What a device may become: never somebody who could pair others, change settings or make accounts."""

OFFER_MINUTES = 10
NAME_LENGTH = 60
GATES = 12
AFTER_THE_END = timedelta(hours=12)

Level = Literal["full", "open", "none"]
"""How far a browser trusts this laptop, by what works on it: all; the camera, with the page open; no camera."""


class OfferGone(NotFound):
    message = N_("This code has been used, or it is more than ten minutes old. Show a new one on the laptop.")
    code, status = "offer-gone", 410


class DeviceRevoked(MudhifError):
    message = N_("%(name)s was revoked on the laptop. Scans that it still keeps are taken.")
    code, status = "device-revoked", 401


class DeviceExpired(MudhifError):
    message = N_("The time of %(name)s is up. Pair it again at the laptop. Scans that it still keeps are taken.")
    code, status = "device-expired", 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """A device that was just paired; its token is told this once."""

    device: Device
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a device last said of itself."""

    level: Level | None = None
    kept: int = 0
    """Scans that it holds and has not yet handed in."""
    oldest: datetime | None = None
    """When the first of them was read, by the device's clock."""
    heard: datetime | None = None
    """When it said so, by the laptop's clock."""


reports: dict[str, Report] = {}
"""The last report of each device, since this process began."""


# ---------------------------------------------------------------- pairing


def offer_pairing(
    tx: Tx,
    event: Event,
    role: str,
    *,
    gates: Sequence[str] = (),
    name: str = "",
    until: datetime | None = None,
    now: datetime | None = None,
) -> str:
    """Offer a place to the phone that reads the returned secret, once and within ten minutes.

    Args:
        until: when the device's time is up; None: with the event, or half a day from now if that is over.

    Raises:
        BadInput: a role that no device may have, or an end that has passed.
    """
    now = now or datetime.now(UTC)
    until = until or usual_end(event, now)
    fields: dict[str, list[str]] = {}
    if role not in ROLES:
        fields["role"] = [_("A phone cannot become this.")]
    if until <= now:
        fields["until"] = [_("This time has passed.")]
    if fields:
        raise BadInput(fields=fields)
    PairingOffer.delete().where(PairingOffer.expires < now - timedelta(days=1)).execute()
    secret = secrets.token_urlsafe(16)
    PairingOffer.insert(
        hash=digest(secret),
        event=event.id,
        role=role,
        gates=_tidy(gates),
        name=_line(name),
        until=until,
        expires=now + timedelta(minutes=OFFER_MINUTES),
        by=tx.actor,
    ).execute()
    return secret


def usual_end(event: Event, now: datetime) -> datetime:
    """When a device's time is up, if nobody says otherwise."""
    ends: datetime = event.ends
    return ends if ends > now else now + AFTER_THE_END


def read_offer(secret: str, now: datetime | None = None) -> PairingOffer:
    """What a phone would become.

    Raises:
        OfferGone: unknown, taken, or too old.
    """
    offer: PairingOffer | None = PairingOffer.get_or_none(PairingOffer.hash == digest(secret))
    if offer is None or offer.device is not None or offer.expires <= (now or datetime.now(UTC)):
        raise OfferGone
    return offer


def pair_device(tx: Tx, secret: str, name: str = "", now: datetime | None = None) -> Paired:
    """Take an offer: from now on the holder of the returned token is that device.

    Raises:
        OfferGone: somebody was quicker, or it is too old.
        BadInput: the phone has no name.
    """
    offer = read_offer(secret, now)
    name = _line(name) or offer.name
    if not name:
        raise BadInput(fields={"name": [_("Write a name, such as “Rusul’s phone”.")]})
    device: Device = tx.create(
        Device, name=name, role=offer.role, event=offer.event, gates=offer.gates, expires=offer.until
    )
    token = f"mudhif_{secrets.token_urlsafe(32)}"
    DeviceToken.insert(hash=digest(token), device=device.id).execute()
    PairingOffer.update(device=device.id).where(PairingOffer.hash == offer.hash).execute()
    return Paired(device=device, token=token)


def taken_by(offer_hash: str) -> Device | None:
    """The device that took an offer, if one did."""
    offer = PairingOffer.get_or_none(PairingOffer.hash == offer_hash)
    return Device.get_or_none(Device.id == offer.device) if offer is not None and offer.device else None


def _line(text: str) -> str:
    return " ".join(text.split())[:NAME_LENGTH].strip()


def _tidy(gates: Sequence[str]) -> list[str]:
    return [gate for gate in dict.fromkeys(map(_line, gates)) if gate][:GATES]


# ---------------------------------------------------------------- those that are there


def devices_of(event_id: str) -> list[Device]:
    """The devices of an event that are not revoked, oldest first."""
    good = (Device.event == event_id) & Device.revoked.is_null() & ~Device.deleted
    return list(Device.select().where(good).order_by(Device.id))


def device_of(event_id: str, device_id: str) -> Device | None:
    """A device of an event by its id, also one that may no longer come in."""
    return Device.get_or_none((Device.id == device_id) & (Device.event == event_id) & ~Device.deleted)


def device_report(device_id: str) -> Report | None:
    """What a device last said of itself; None where it has said nothing since this process began."""
    return reports.get(device_id)


def gates_of(event_id: str) -> list[str]:
    """The gates at which devices of an event stand or stood, the latest first."""
    rows = Device.select(Device.gates).where(Device.event == event_id).order_by(Device.id.desc())
    return list(dict.fromkeys(gate for device in rows for gate in device.gates))


def device_gates(event_id: str) -> dict[str, list[str]]:
    """By the id of each device of an event, the gates at which it stands; a device with none is left out."""
    rows = Device.select(Device.id, Device.gates).where(Device.event == event_id, ~Device.deleted)
    return {device.id: device.gates for device in rows if device.gates}


def is_paired_here(device_id: str) -> bool:
    """Whether a device's token lies on this laptop; another laptop's is known by its record alone."""
    return bool(DeviceToken.select().where(DeviceToken.device == device_id).exists())


def revoke_device(tx: Tx, device_id: str, event_id: str | None = None) -> Device:
    """Close a device for good; one that is closed already stays as it is.

    Args:
        event_id: the event whose device it has to be; None: any.

    Raises:
        NotFound: there is no such device.
    """
    device: Device | None = Device.get_or_none(Device.id == device_id)
    if device is None or event_id not in (None, device.event):
        raise NotFound(name=device_id)
    return device if device.revoked else tx.update(device, revoked=datetime.now(UTC))


# ---------------------------------------------------------------- those that may no longer come in


def device_of_token(token: str) -> Device | None:
    """The device of a token, also of one that opens nothing any more."""
    row = DeviceToken.get_or_none(DeviceToken.hash == digest(token))
    return None if row is None else Device.get_or_none(Device.id == row.device)


def device_of_session(device_id: str | None, stamp: str) -> Device | None:
    """The device whose session this is or was."""
    row = DeviceToken.get_or_none(DeviceToken.device == device_id) if device_id else None
    if row is None or not secrets.compare_digest(row.hash[:STAMP_LENGTH], stamp):
        return None
    return Device.get_or_none(Device.id == row.device)


def ended_at(device: Device) -> datetime:
    """Until when a device's own scans count: it was revoked, or its time was up."""
    expires: datetime = device.expires
    return min(device.revoked, expires) if device.revoked else expires


def why_ended(device: Device) -> MudhifError:
    """What to tell a device that may no longer come in."""
    return DeviceRevoked(name=device.name) if device.revoked else DeviceExpired(name=device.name)
