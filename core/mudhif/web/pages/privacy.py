"""A guest's right to their data: given out as a file, erased everywhere; and names that were kept long enough."""

from __future__ import annotations

import json

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import NotFound
from mudhif.i18n import _, ngettext
from mudhif.services import retention
from mudhif.services.merging import is_of_project
from mudhif.services.people import copies_from_before, erase, find_person, person_data
from mudhif.services.series import visits_of
from mudhif.storage.models import Event, Person
from mudhif.web.auth import current_event, requires
from mudhif.web.files import as_file
from mudhif.web.pages.blueprint import core


@core.get("/e/<code>/guests/<registration>/data")
@requires("guests.erase")
def guest_data(code: str, registration: str) -> ResponseReturnValue:
    """All that is held of a guest, with its history, as a file for them."""
    person = _person(current_event(), registration)
    content = json.dumps(person_data(str(person.id)), ensure_ascii=False, indent=1, default=str).encode()
    return as_file(content, "application/json", f"{person.id}.json")


@core.route("/e/<code>/guests/<registration>/erase", methods=["GET", "POST"])
@requires("guests.erase")
def erase_guest(code: str, registration: str) -> ResponseReturnValue:
    """What will go and what stays; then, with the box ticked, it goes."""
    event = current_event()
    person = _person(event, registration)
    unsure = request.method == "POST" and not request.form.get("sure")
    if request.method == "POST" and not unsure:
        erase(str(person.id))
        flash(_("Erased. That somebody was registered stays in the figures."), "ok")
        return redirect(url_for("core.guests", code=code))
    page = render_template(
        "mudhif/erase.html",
        event=event,
        person=person,
        registration=registration,
        visits=visits_of(str(person.id), str(event.project)),
        mentions=retention.mentions_of(person),
        copies=[path.name for path in copies_from_before()],
        errors={"sure": [_("Tick the box first: it cannot be taken back.")]} if unsure else {},
    )
    return page, 422 if unsure else 200


def _person(event: Event, registration: str) -> Person:
    person = find_person(registration)
    if person.name is None or not is_of_project(str(person.id), str(event.project)):
        raise NotFound(name=registration)
    return person


@core.route("/settings/privacy", methods=["GET", "POST"])
@requires("settings.edit")
def privacy() -> ResponseReturnValue:
    """Whose names were kept long enough, by their last event; they go when a person ticks the event."""
    days = retention.retention_days()
    dues = retention.due_for_pseudonyms(days) if days else []
    chosen = [due for due in dues if due.event.id in request.form.getlist("event")]
    unsure = request.method == "POST" and not (chosen and request.form.get("sure"))
    if request.method == "POST" and not unsure:
        done = retention.pseudonymise([str(person.id) for due in chosen for person in due.people])
        flash(ngettext("The name of one person is gone.", "The names of %(num)s people are gone.", done), "ok")
        return redirect(url_for("core.privacy"))
    page = render_template(
        "mudhif/privacy.html",
        days=days,
        dues=dues,
        chosen=[due.event.id for due in chosen],
        copies=[path.name for path in copies_from_before()],
        errors={"sure": [_("Choose the events and tick the box: it cannot be taken back.")]} if unsure else {},
    )
    return page, 422 if unsure else 200
