"""What a guest's own phone opens, over plain http and without JavaScript: the form of the poster, and the ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mudhif.domain import tickets as ticket_rules
from mudhif.domain.errors import BadInput, NotFound, Refused
from mudhif.domain.guests import NewGuest
from mudhif.domain.ids import is_id, new_id
from mudhif.domain.seats import EventFull, EventOver, FormClosed, Status, form_is_over, seat
from mudhif.i18n import N_, _
from mudhif.plugins.types import Place
from mudhif.services.events import find_event
from mudhif.services.figures import guest_counts
from mudhif.services.networks import reach
from mudhif.services.poster import form_address, lan_address
from mudhif.services.qr import qr_svg
from mudhif.services.registrations import Source, guest_from, guest_row, register_guest
from mudhif.services.tickets import ticket_text
from mudhif.storage.models import Event, Person, Registration, Ticket
from mudhif.storage.store import write
from mudhif.web.pages import frame, words
from mudhif.web.pages.blueprint import core

CONSENTS = ("attendance", "photos")
CONSENT_TEXT_VERSION = "1"
"""Raised when a consent's sentence in the form changes: what was agreed to stays known."""


class NoSuchForm(NotFound):
    message = N_("There is no form at this address. Read the code on the poster once more, or ask at the desk.")


class NoSuchTicket(NotFound):
    message = N_("This ticket is not known on this laptop. Ask at the desk; you are found there by name.")


def form_url(event: Event) -> str:
    """The form's address for guests' phones: this laptop's on the network, at the port that answers here."""
    opened = reach()
    if opened.guests is not None:
        return form_address(event.code, opened.guests)
    port = request.host.rpartition(":")[2] if ":" in request.host else "80"
    base = f"http://{lan_address()}:{port}" if port.isdigit() and not request.is_secure else None
    return form_address(event.code, base)


@core.route("/r/<code>", methods=["GET", "POST"])
def register(code: str) -> ResponseReturnValue:
    """The form that the poster opens."""
    event = _event(code)
    refusal = why_closed(event)
    if refusal is not None:
        return _notice(event, refusal), refusal.status
    if request.method == "GET":
        return _form(event, {"once": new_id()})
    try:
        guest = _guest(request.form)
        unit = partial(register_guest, registration_id=_once(guest))
        made: Registration = write(unit, event, guest, Source.FORM)
    except BadInput as error:
        return _form(event, request.form, error.errors), error.status
    except Refused as error:  # the last place went, or the form was closed, while it was filled in
        return _notice(event, error), error.status
    return redirect(url_for("core.ticket", ticket=ticket_text(made.id), new=1))


def _event(code: str) -> Event:
    try:
        return find_event(code)
    except NotFound:
        raise NoSuchForm from None


def why_closed(event: Event, now: datetime | None = None) -> Refused | None:
    """Why nobody can register by the form just now; None where one can."""
    if form_is_over(event.ends, event.starts, now or datetime.now(UTC)):
        return EventOver(event=event.title)
    if not event.form_open:
        return FormClosed(event=event.title)
    if _seat(event) is None:
        return EventFull(event=event.title, capacity=event.capacity)
    return None


def _seat(event: Event) -> Status | None:
    return seat(event.capacity, guest_counts(event.id).registered, waiting_list=event.waiting_list)


def _guest(form: Mapping[str, str]) -> NewGuest:
    """The guest out of the form, with what was agreed to.

    Raises:
        BadInput: names every field that is wrong.
    """
    fields: dict[str, list[str]] = {}
    if not form.get("consent"):
        fields["consent"] = [_("Without this, nobody can be put on the list. The desk can help.")]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    given = {"attendance": bool(form.get("consent")), "photos": bool(form.get("photos"))}
    consents = tuple(
        {"id": id, "given": given[id], "at": now, "text": CONSENT_TEXT_VERSION, "lang": words.language()}
        for id in CONSENTS
    )
    own = {name: form.get(name, "") for name in ("name", "sex", "phone", "organisation")}
    try:
        guest = guest_from(own, consents=consents)
    except BadInput as error:
        raise BadInput(fields={**error.errors, **fields}) from None
    if fields:
        raise BadInput(fields=fields)
    return guest


def _once(guest: NewGuest) -> str:
    """The id that the form carries, so that one sent twice registers once; never that of somebody else."""
    once = request.form.get("once", "")
    if not is_id(once):
        return new_id()
    known = Registration.get_or_none(Registration.id == once)
    if known is not None and Person.get_by_id(known.person).name != guest.name:
        return new_id()
    return once


def _form(event: Event, values: Mapping[str, Any], errors: Mapping[str, list[str]] | None = None) -> str:
    return render_template(
        "mudhif/register.html",
        event=event,
        when=words.when(event),
        values=values,
        errors=errors or {},
        waiting=_seat(event) is Status.WAITING,
    )


def _notice(event: Event, refusal: Refused) -> str:
    headings = {
        EventOver: (_("The event is over"), _("Thank you for coming. Nobody can register any more."), "left"),
        FormClosed: (_("Registration is closed"), _("Please ask at the desk; they can register you."), "not-allowed"),
        EventFull: (_("The hall is full"), _("Every place is taken. Please ask at the desk."), "full"),
    }
    heading, sentence, door = headings.get(type(refusal), (_("Registration is closed"), str(refusal), "not-allowed"))
    return render_template("mudhif/notice.html", event=event, heading=heading, sentence=sentence, door=door)


# --- the ticket -------------------------------------------------------------------------------------------------------


@core.get("/t/<ticket>")
def ticket(ticket: str) -> ResponseReturnValue:
    """A guest's ticket, to be shown at the door or kept as a picture."""
    known: Ticket | None = Ticket.get_or_none(Ticket.text.in_(list(ticket_rules.read(ticket).tickets)))
    if known is None:
        raise NoSuchTicket
    registration = Registration.get_or_none(Registration.id == known.registration)
    if registration is None or registration.deleted:
        raise NoSuchTicket
    event = find_event(registration.event)
    if known.serial < registration.serial:
        sentence = _("A newer ticket was issued for you. Ask at the desk.")
        page = render_template(
            "mudhif/notice.html", event=event, heading=_("Ticket withdrawn"), sentence=sentence, door="revoked"
        )
        return page, 410
    heading, under = _greeting(registration)
    is_new = "new" in request.args
    return render_template(
        "mudhif/ticket.html",
        event=event,
        guest=guest_row(registration.id),
        heading=heading,
        under=under,
        qr=Markup(qr_svg(known.text, label=_("The QR code of your ticket"), quiet=0)),
        panels=frame.panels(Place.POSTER_DONE if is_new else Place.TICKET, registration),
        again=url_for("core.register", code=event.code) if why_closed(event) is None else None,
    )


def _greeting(registration: Registration) -> tuple[str, str]:
    if registration.status == Status.CANCELLED:
        return _("This registration is cancelled."), _("Please ask at the desk.")
    if registration.status == Status.WAITING:
        return _("You are on the waiting list."), _("Please wait near the desk; you are called by name.")
    return _("You are registered."), _("Please show this code at the door.")
