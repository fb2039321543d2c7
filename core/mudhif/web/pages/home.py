"""The first page: the next event, and all events by project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from mudhif.i18n import _
from mudhif.plugins.types import Place, Who
from mudhif.services.figures import guest_counts
from mudhif.services.networks import StalePoster, lan_addresses, reach, stale_posters
from mudhif.services.projects import all_projects
from mudhif.storage.models import Event
from mudhif.web.auth import current_who, requires
from mudhif.web.pages import frame, words
from mudhif.web.pages.blueprint import core

DAY_BUTTONS = 3


@core.get("/")
@requires("event.view", anywhere=True)
def home() -> ResponseReturnValue:
    """The next event with its doors; below, every event by its project. An account of one event lands there."""
    who = current_who()
    events = frame.events_of(who)
    if who.event is not None and events:
        return redirect(url_for("core.event", code=events[0].code))
    return render_template(
        "mudhif/home.html",
        next=_next(events, who),
        projects=_by_project(events),
        may_create=who.may("event.edit") and who.event is None,
        panels=frame.panels(Place.HOME, None),
        posters=_stale_posters() if who.may("tickets.print") else [],
    )


def _stale_posters() -> list[StalePoster]:
    opened = reach()
    port = opened.http_port if opened.is_open else None
    return stale_posters(opened.addresses or lan_addresses(), port=port)


def _next(events: Sequence[Event], who: Who) -> dict[str, Any] | None:
    """The event that runs or comes next, else the latest, with the buttons of its day."""
    if not events:
        return None
    now = datetime.now(UTC)
    ahead = [event for event in events if event.ends >= now]
    event = min(ahead, key=lambda one: one.starts) if ahead else events[0]
    url = url_for("core.event", code=event.code)
    links = [link for link in frame.links_for(event, who) if link.section == "day"][:DAY_BUTTONS]
    overview = {"title": _("Overview"), "url": url, "icon": "home"}
    return {
        "title": event.title,
        "url": url,
        "when": words.when(event, now),
        "place": event.venue,
        "links": links or [overview],
    }


def _by_project(events: Sequence[Event]) -> list[dict[str, Any]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        row = {
            "ordinal": event.ordinal,
            "title": event.title,
            "date": words.day(event.starts, event.timezone, "short"),
            "place": words.place(event),
            "guests": words.figure(guest_counts(event.id).registered),
            "url": url_for("core.event", code=event.code),
        }
        rows.setdefault(event.project, []).append(row)
    projects = {project.id: project for project in all_projects()}
    return [
        {"id": id, "title": projects[id].title, "donor": projects[id].donor, "events": of_project}
        for id, of_project in rows.items()
        if id in projects
    ]
