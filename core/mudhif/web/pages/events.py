"""One event: its overview, and the form that makes or changes one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import BadInput
from mudhif.i18n import _
from mudhif.plugins import host
from mudhif.plugins.types import Line, Link, Place
from mudhif.services.doctor import examine_event
from mudhif.services.events import create_event, event_json, read_event, update_event
from mudhif.services.figures import breakdowns, guest_counts
from mudhif.services.projects import NoProject, all_projects, find_project
from mudhif.services.series import returning_guests
from mudhif.services.settings import set_settings
from mudhif.storage.models import Event
from mudhif.storage.store import current, write
from mudhif.storage.writer import Tx
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.pages import frame, settings, words
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.guest_form import form_url


@core.get("/e/<code>/")
@requires("event.view")
def event(code: str) -> ResponseReturnValue:
    """What is missing, then what is ready, and the figures."""
    shown, who = current_event(), current_who()
    lines = examine_event(shown, current(), host.current())
    links = frame.links_for(shown, who)
    return render_template(
        "mudhif/event.html",
        event=shown,
        until=words.until(shown),
        phase=phase_of(shown),
        day_links=[link for link in links if link.section == "day"],
        missing=[_with_button(line, shown, links) for line in lines if not line.ok],
        ready=[line for line in lines if line.ok],
        figures=guest_counts(shown.id),
        before=returning_guests(shown),
        panels=frame.panels(Place.EVENT, shown),
        form_url=form_url(shown),
        may_edit=who.may("event.edit"),
    )


@core.get("/e/<code>/figures")
@requires("event.view")
def figures(code: str) -> ResponseReturnValue:
    """Registered and arrived by sex, age, disability, group and kind, to be looked at and printed."""
    shown = current_event()
    titles = {
        "sex": _("Women and men"),
        "age_band": _("Age"),
        "disability": _("Disability"),
        "stakeholder_group": _("Stakeholder group"),
        "kind": _("Kind"),
    }
    found = breakdowns(shown.id)
    return render_template(
        "mudhif/figures.html",
        event=shown,
        counts=guest_counts(shown.id),
        # Where nobody was asked, there is no table of nothing but "not recorded".
        tables=[
            (titles[name], [(_in_words(name, share.value), share) for share in shares])
            for name, shares in found.items()
            if any(share.value is not None for share in shares)
        ],
        knows_who_came=any(share.arrived is not None for shares in found.values() for share in shares),
        arrived=sum(share.arrived or 0 for share in found["sex"]),
    )


def _in_words(name: str, value: str | None) -> str:
    if value is None:
        return _("Not recorded")
    known = {
        "sex": {"f": _("Women"), "m": _("Men")},
        "disability": {"yes": _("With a disability"), "no": _("Without a disability")},
    }
    filters = {"kind": words.kind, "age_band": words.age_band}
    return filters[name](value) if name in filters else known.get(name, {}).get(value, value)


def phase_of(event: Event, now: datetime | None = None) -> str:
    """``before``, ``day`` (from six hours before the start) or ``after``."""
    now = now or datetime.now(UTC)
    if now > event.ends:
        return "after"
    return "day" if now > event.starts - timedelta(hours=6) else "before"


def _with_button(line: Line, event: Event, links: list[Link]) -> dict[str, Any]:
    """A line with the page that mends it: the core's own by name, a plugin's by its address in the menu."""
    who = current_who()
    own = {
        "guests": (_("Import a list"), url_for("core.import_list", code=event.code), "guests.import"),
        "consent": (_("Write it"), url_for("core.edit_event", code=event.code), "event.edit"),
        "phones": (_("Pair a phone"), url_for("core.devices", code=event.code), "devices.manage"),
        "badges": (_("Print badges"), url_for("core.tickets", code=event.code), "tickets.print"),
        "poster": (_("Make the poster"), url_for("core.tickets", code=event.code), "tickets.print"),
        "sex": (_("Fill it in"), url_for("core.guests", code=event.code, status="no-sex"), "guests.edit"),
    }
    url = action = None
    if line.name in own:
        title, address, permission = own[line.name]
        if who.may(permission):
            url, action = address, title
    else:
        word = line.name.split(".")[0]
        below = url_for("core.event", code=event.code) + word
        link = next((one for one in links if one.url == below or one.url.startswith(f"{below}/")), None)
        url, action = (link.url, str(link.title)) if link else (None, None)
    return {"text": line.text, "remedy": line.remedy, "url": url, "action": action}


@core.route("/events/new", methods=["GET", "POST"])
@requires("event.edit")
def new_event() -> ResponseReturnValue:
    """The form for a new event, with its project when that is new, too."""
    if request.method == "GET":
        return _form(_("New event"), _("Make the event"), _first_values())
    try:
        made: Event = write(create_event, read_event(request.form.to_dict()))
    except BadInput as error:
        return _form(_("New event"), _("Make the event"), request.form, error.errors), 422
    flash(_("The event is made."), "ok")
    return redirect(url_for("core.event", code=made.code))


@core.route("/e/<code>/edit", methods=["GET", "POST"])
@requires("event.edit")
def edit_event(code: str) -> ResponseReturnValue:
    """The same form for an event that is there."""
    shown = current_event()
    if request.method == "GET":
        values = _values(shown) | settings.stored_values(shown.id)
        return _form(_("Edit the event"), _("Save"), values, event=shown)
    given = settings.given_settings(shown.id, request.form)
    try:
        data = read_event(request.form.to_dict())
        # What this form does not ask stays as it is: whether guests may register, and what came by a file.
        data = {name: value for name, value in data.items() if name in request.form or name in ("starts", "ends")}
        write(_update, shown, data, given)
    except BadInput as error:
        values = request.form.to_dict() | settings.typed_values(given)
        return _form(_("Edit the event"), _("Save"), values, error.errors, event=shown), 422
    flash(_("Saved."), "ok")
    return redirect(url_for("core.event", code=shown.code))


def _update(tx: Tx, event: Event, data: dict[str, Any], given: Mapping[tuple[str, str], Any]) -> None:
    update_event(tx, event, data)
    set_settings(tx, event.id, given)


def _first_values() -> dict[str, Any]:
    values: dict[str, Any] = {"timezone": "Asia/Baghdad", "organiser": words.settings().organisation}
    try:
        project = find_project(request.args.get("project", ""))
    except NoProject:
        return values
    return values | {"project": project.title, "donor": project.donor}


def _values(event: Event) -> dict[str, Any]:
    """What the form shows of an event: its day and times as people write them."""
    plain = event_json(event)
    return plain | {
        "project": plain["project"]["title"],
        "date": plain["start"][:10],
        "start": plain["start"][11:16],
        "end": plain["end"][11:16],
        "wifi_name": event.wifi_name,
        "wifi_password": event.wifi_password,
    }


def _form(
    heading: str,
    button: str,
    values: Mapping[str, Any],
    errors: Mapping[str, Any] | None = None,
    *,
    event: Event | None = None,
) -> str:
    return render_template(
        "mudhif/event_form.html",
        heading=heading,
        button=button,
        values=values,
        errors=errors or {},
        projects=[project.title for project in all_projects()],
        sections=settings.sections(event.id) if event is not None else [],
    )
