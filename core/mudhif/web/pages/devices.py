"""Phones and displays of an event: the coordinator's list with its code, and the page that a phone opens by it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mudhif.domain.errors import BadInput, NotFound
from mudhif.i18n import _, ngettext
from mudhif.plugins.types import Place
from mudhif.services import devices as rules
from mudhif.services.accounts import digest
from mudhif.services.devices import Paired
from mudhif.services.events import find_event
from mudhif.services.networks import reach
from mudhif.services.qr import qr_svg
from mudhif.storage.models import Device, DeviceToken, Event, PairingOffer
from mudhif.storage.store import write
from mudhif.storage.writer import actor
from mudhif.web import auth
from mudhif.web.auth import current_event, members, requires
from mudhif.web.pages import frame, words
from mudhif.web.pages.blueprint import core
from mudhif.web.security import floods

NOW_SECONDS = 60
SILENT_AFTER = timedelta(minutes=2)
SCANNING = ("scanner", "desk")
HOURS = (4, 12)

#: By its icon the page is known at which a device begins; plugins bring the pages.
FIRST_PAGES = {
    "scanner": ("scan", "desk"),
    "desk": ("desk",),
    "timekeeper": ("timer",),
    "display": ("screen", "board"),
    "viewer": ("board",),
}


# ---------------------------------------------------------------- the coordinator's page


@core.route("/e/<code>/devices", methods=["GET", "POST"])
@requires("devices.manage")
def devices(code: str) -> ResponseReturnValue:
    """The devices of an event, and the form whose answer shows a code."""
    event = current_event()
    if request.method == "GET":
        return _page(event, {"role": "scanner", "until": "event"})
    form = request.form
    gates = re.split(r"[,،\n]", form.get("gates", ""))
    unit = partial(
        rules.offer_pairing, gates=gates, name=form.get("name", ""), until=_until(form.get("until", ""), event)
    )
    try:
        secret: str = write(unit, event, form.get("role", ""))
    except BadInput as error:
        return _page(event, form, errors=error.errors), error.status
    return _page(event, form, secret=secret)


@core.get("/e/<code>/devices/list")
@requires("devices.manage")
def device_list(code: str) -> ResponseReturnValue:
    """The table alone, which the page asks for again and again, and who has taken the code that it shows."""
    taken = rules.taken_by(request.args.get("offer", ""))
    return render_template(
        "mudhif/device_list.html", devices=_rows(current_event()), taken=taken, event=current_event()
    )


@core.post("/e/<code>/devices/<device>/revoke")
@requires("devices.manage")
def revoke(code: str, device: str) -> ResponseReturnValue:
    """Close a device at once."""
    revoked: Device = write(rules.revoke_device, device, current_event().id)
    members().refresh()
    kept = rules.reports.get(revoked.id, rules.Report()).kept
    sentence = _("%(name)s is revoked.", name=revoked.name)
    if kept:
        sentence += " " + ngettext(
            "It still keeps one scan, which is taken when it is back.",
            "It still keeps %(num)s scans, which are taken when it is back.",
            kept,
        )
    flash(sentence, "ok")
    return redirect(url_for("core.devices", code=code))


def _until(choice: str, event: Event) -> datetime | None:
    """``event``: with the event; else a number of hours."""
    return datetime.now(UTC) + timedelta(hours=int(choice)) if choice.isdigit() and int(choice) in HOURS else None


def _page(
    event: Event, values: Mapping[str, Any], *, errors: Mapping[str, list[str]] | None = None, secret: str | None = None
) -> str:
    opened = reach()
    code = Markup(qr_svg(_pairing_url(secret), label=_("The code for pairing"), quiet=3)) if secret else None
    end = _when(rules.usual_end(event, datetime.now(UTC)), event.timezone)
    hours = [(str(n), ngettext("in %(num)s hour", "in %(num)s hours", n)) for n in HOURS]
    return render_template(
        "mudhif/devices.html",
        event=event,
        devices=_rows(event),
        values=values,
        errors=errors or {},
        roles=[(role, ROLE_NAMES[role]()) for role in rules.ROLES],
        gates=rules.gates_of(event.id),
        ends=[("event", end), *hours],
        code=code,
        offer=digest(secret) if secret else None,
        address=_pairing_url(secret) if secret else None,
        opened=opened,
        trust=Markup(qr_svg(f"{opened.guests}/trust", quiet=3)) if opened.guests else None,
        panels=frame.panels(Place.DEVICES, event),
    )


def _pairing_url(secret: str) -> str:
    """What the phone opens: what is secret stands in the fragment, which no server and no log ever sees."""
    opened = reach()
    base = opened.staff or request.host_url.rstrip("/")
    fingerprint = bytes.fromhex(opened.authority.fingerprint) if opened.authority else b""
    short = base64.urlsafe_b64encode(fingerprint).decode().rstrip("=")
    return f"{base}/pair#{secret}.{short}"


def _rows(event: Event) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    here = {row.device for row in DeviceToken.select(DeviceToken.device)}
    return [_row(device, event, now, device.id in here) for device in rules.devices_of(event.id)]


def _row(device: Device, event: Event, now: datetime, here: bool) -> dict[str, Any]:
    report = rules.reports.get(device.id, rules.Report())
    over = device.expires <= now
    return {
        "id": device.id,
        "name": device.name,
        "what": what(device.role, device.gates, device.expires, event.timezone),
        "over": over,
        "here": here,
        "level": report.level,
        "seen": _seen(members().seen.get(device.id), now) if here else _("at another laptop"),
        "kept": report.kept,
        "reported": device.id in rules.reports and device.role in SCANNING,
        "silent": report.heard is not None and now - report.heard >= SILENT_AFTER,
    }


def _seen(at: float | None, now: datetime) -> str:
    if at is None:
        return _("not since the start")
    ago = now.timestamp() - at
    if ago < NOW_SECONDS:
        return _("now")
    minutes = int(ago // 60)
    if minutes < 60:
        return ngettext("%(num)s min ago", "%(num)s min ago", minutes)
    return ngettext("%(num)s h ago", "%(num)s h ago", minutes // 60)


# ---------------------------------------------------------------- the phone's page


@core.get("/pair")
def pair() -> ResponseReturnValue:
    """What a phone opens by the code. The secret in the address is read by the page and sent from there."""
    authority = reach().authority
    fingerprint = base64.urlsafe_b64encode(bytes.fromhex(authority.fingerprint)).decode() if authority else ""
    return render_template("mudhif/pair.html", fingerprint=fingerprint.rstrip("="), trust=_trust_url())


@core.post("/pair/offer")
def pair_offer() -> ResponseReturnValue:
    """What this phone would become."""
    floods().sign_ins.take(request.remote_addr or "")
    try:
        offer = rules.read_offer(request.form.get("code", ""))
    except NotFound as gone:
        return jsonify(code=gone.code, message=str(gone)), gone.status
    return jsonify(_offered(offer))


@core.post("/pair")
def pair_now() -> ResponseReturnValue:
    """Yes: from here on this browser is that device. Its token is told once, for the time without a laptop in reach."""
    floods().sign_ins.take(request.remote_addr or "")
    try:
        offer = rules.read_offer(request.form.get("code", ""))
        actor.set(offer.by or auth.GUEST_ACTOR)  # who showed the code has made the device
        paired: Paired = write(rules.pair_device, request.form.get("code", ""), request.form.get("name", ""))
    except (NotFound, BadInput) as error:
        said = next(iter(error.errors.values()), [str(error)])
        return jsonify(code=error.code, message=" ".join(said)), error.status
    auth.sign_in(paired.device.id)
    event = find_event(paired.device.event)
    return jsonify(
        id=paired.device.id,
        name=paired.device.name,
        role=paired.device.role,
        event=event.id,
        gates=paired.device.gates,
        expires=paired.device.expires.isoformat(),
        token=paired.token,
        next=first_page(event),
    )


def _offered(offer: PairingOffer) -> dict[str, Any]:
    event = find_event(offer.event)
    return {
        "what": what(offer.role, offer.gates, offer.until, event.timezone),
        "event": event.title,
        "name": offer.name,
    }


def first_page(event: Event) -> str:
    """Where the device that asks begins its work: a page of its day, else the event."""
    who = auth.current_who()
    day = [link for link in frame.links_for(event, who) if link.section == "day"]
    wanted = FIRST_PAGES.get(who.role or "", ())
    by_icon = {link.icon: link.url for link in reversed(day)}
    return next((by_icon[icon] for icon in wanted if icon in by_icon), None) or url_for("core.event", code=event.code)


def _trust_url() -> str | None:
    opened = reach()
    return f"{opened.guests}/trust" if opened.guests else None


# ---------------------------------------------------------------- words

ROLE_NAMES = {
    "scanner": lambda: _("Scanner"),
    "desk": lambda: _("Desk"),
    "display": lambda: _("Display"),
    "timekeeper": lambda: _("Timer"),
    "viewer": lambda: _("Viewer"),
}


#: The same within a sentence.
ROLE_WORDS = {
    "scanner": lambda: _("scanner"),
    "desk": lambda: _("desk"),
    "display": lambda: _("display"),
    "timekeeper": lambda: _("timer control"),
    "viewer": lambda: _("viewer"),
}


def what(role: str, gates: list[str], until: datetime, zone: str) -> str:
    """scanner, Main door, until 14:00"""
    name = ROLE_WORDS[role]() if role in ROLE_WORDS else role
    time = _when(until, zone)
    if gates:
        return _("%(role)s, %(gates)s, until %(time)s", role=name, gates=_(", ").join(gates), time=time)
    return _("%(role)s, until %(time)s", role=name, time=time)


def _when(until: datetime, zone: str) -> str:
    if words.local(until, zone).date() == words.local(datetime.now(UTC), zone).date():
        return words.clock(until, zone)
    return _("%(day)s, %(time)s", day=words.day(until, zone, "short"), time=words.clock(until, zone))
