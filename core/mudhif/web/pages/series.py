"""The guest list of an earlier event of the project, taken over into this one; and who of this one came to it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import NotFound
from mudhif.domain.seats import Status
from mudhif.i18n import ngettext
from mudhif.services import series
from mudhif.services.events import find_event
from mudhif.services.registrations import guest_row
from mudhif.storage.models import Event
from mudhif.storage.store import write
from mudhif.web.auth import current_event, requires
from mudhif.web.pages.blueprint import core

SHOWN_GUESTS = 300


@core.get("/e/<code>/guests/earlier")
@requires("guests.edit")
def earlier_lists(code: str) -> ResponseReturnValue:
    """The other events of the project, each with how many would be taken over."""
    event = current_event()
    lists = [
        {
            "event": other,
            "all": len(series.guests_to_copy(other)),
            "came": len(series.guests_to_copy(other, only_who_came=True)),
        }
        for other in series.events_before(event)
    ]
    return render_template("mudhif/earlier.html", event=event, lists=[row for row in lists if row["all"]])


@core.post("/e/<code>/guests/earlier")
@requires("guests.edit")
def copy_list(code: str) -> ResponseReturnValue:
    """Take one of them over."""
    event = current_event()
    copied = write(
        lambda tx: series.copy_guests(
            tx,
            _of_project(event, request.form.get("from", "")),
            event,
            status=Status.REGISTERED if request.form.get("status") == "registered" else Status.INVITED,
            only_who_came=request.form.get("who") == "came",
        )
    )
    flash(_said(copied), "warn" if copied.full else "ok")
    return redirect(url_for("core.guests", code=code))


@core.get("/e/<code>/guests/returning")
@requires("guests.view")
def returning(code: str) -> ResponseReturnValue:
    """The guests who came to the last session before this one, too."""
    event = current_event()
    before = series.returning_guests(event)
    if before is None:
        raise NotFound(name=code)
    rows = [guest_row(registration) for registration in before.registrations[:SHOWN_GUESTS]]
    return render_template("mudhif/returning.html", event=event, before=before, rows=rows)


def _of_project(event: Event, id: str) -> Event:
    other = find_event(id)
    if other.project != event.project:
        raise NotFound(name=id)
    return other


def _said(copied: series.Copied) -> str:
    sentences = [ngettext("One guest was taken over.", "%(num)s guests were taken over.", copied.added)]
    if copied.already:
        sentences.append(ngettext("One was on the list already.", "%(num)s were on the list already.", copied.already))
    if copied.full:
        sentences.append(ngettext("For one no place is left.", "For %(num)s no place is left.", copied.full))
    return " ".join(sentences)
