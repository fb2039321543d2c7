"""What is printed for the door: badges with their tickets, and the poster."""

from __future__ import annotations

from io import BytesIO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from mudhif.services.badges import badges_pdf
from mudhif.services.figures import guest_counts
from mudhif.services.networks import note_poster
from mudhif.services.poster import poster_pdf
from mudhif.storage.store import write
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.guest_form import form_url


@core.get("/e/<code>/tickets")
@requires("tickets.print")
def tickets(code: str) -> ResponseReturnValue:
    """What can be printed, each with its file."""
    event = current_event()
    return render_template(
        "mudhif/tickets.html",
        event=event,
        count=guest_counts(event.id).registered,
        form_url=form_url(event),
        may_invite=current_who().may("guests.contact") and current_who().may("guests.edit"),
    )


@core.get("/e/<code>/badges.pdf")
@requires("tickets.print")
def badges(code: str) -> ResponseReturnValue:
    """The badges of everybody who may come, or of those whose ids are named."""
    event = current_event()
    return _pdf(badges_pdf(event, registrations=request.args.getlist("id") or None), f"{event.code}-badges.pdf")


@core.get("/e/<code>/poster.pdf")
@requires("tickets.print")
def poster(code: str) -> ResponseReturnValue:
    """The poster that opens the form."""
    event = current_event()
    address = form_url(event)
    document = poster_pdf(event, address)
    write(note_poster, event.id, address)
    return _pdf(document, f"{event.code}-poster.pdf")


def _pdf(document: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(document), mimetype="application/pdf", as_attachment=True, download_name=name)
