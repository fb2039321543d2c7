"""What a guest's own phone opens, over plain http and without JavaScript: the form of the poster, and the ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from mudhif.domain import tickets as ticket_rules
from mudhif.domain.disability import WASHINGTON_IDS
from mudhif.domain.errors import BadInput, NotFound, Refused
from mudhif.domain.guests import AGE_BANDS, NewGuest
from mudhif.domain.ids import is_id, new_id
from mudhif.domain.questions import Asked, AskedAt, judge_answers
from mudhif.domain.seats import EventFull, EventOver, FormClosed, Status, form_is_over, seat
from mudhif.i18n import N_, _
from mudhif.plugins.types import Place
from mudhif.services.consents import consent_texts, consents_given
from mudhif.services.events import find_event
from mudhif.services.figures import guest_counts
from mudhif.services.networks import reach
from mudhif.services.poster import form_address, lan_address
from mudhif.services.qr import qr_svg
from mudhif.services.questions import event_questions
from mudhif.services.registrations import Source, guest_from, guest_row, register_guest, waiting_list
from mudhif.services.settings import CORE, event_setting
from mudhif.services.tickets import ticket_text
from mudhif.storage.models import Event, Person, Registration, Ticket
from mudhif.storage.store import write
from mudhif.web.answers import by_field, given_answers, of_questions
from mudhif.web.pages import frame, words
from mudhif.web.pages.blueprint import core

FIELDS = ("name", "sex", "phone", "organisation", "age_band")


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
    questions = event_questions(event.id, AskedAt.FORM)
    try:
        guest = _guest(event, questions, request.form)
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
    counts = guest_counts(event.id)
    return seat(event.capacity, counts.registered, waiting_list=event.waiting_list, waiting=counts.waiting)


def _guest(event: Event, questions: Sequence[Asked], form: MultiDict[str, str]) -> NewGuest:
    """The guest out of the form, with what was answered and agreed to.

    Raises:
        BadInput: names every field that is wrong.
    """
    judged = judge_answers(questions, given_answers(questions, form))
    fields = by_field(judged.mistakes)
    if not form.get("consent"):
        fields["consent"] = [_("Without this, nobody can be put on the list. The desk can help.")]
    language = words.language()
    consents = consents_given(
        consent_texts(event.id, language), {name for name, value in form.items() if value}, language, datetime.now(UTC)
    )
    own = {name: form.get(name, "") for name in FIELDS if name != "age_band" or asks_age(event)}
    try:
        guest = guest_from(own, consents=consents, answers=judged.answers)
    except BadInput as error:
        raise BadInput(fields=error.errors | fields) from None
    if fields:
        raise BadInput(fields=fields)
    return guest


def asks_age(event: Event) -> bool:
    """Whether this event's form asks for the age group."""
    return bool(event_setting(event.id, CORE, "ask_age"))


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
    questions = event_questions(event.id, AskedAt.FORM)
    typed = given_answers(questions, request.form)
    return render_template(
        "mudhif/register.html",
        event=event,
        when=words.when(event),
        values=values,
        errors=errors or {},
        waiting=len(waiting_list(event.id)) if _seat(event) is Status.WAITING else None,
        questions=[question for question in questions if question.id not in WASHINGTON_IDS],
        difficulties=[question for question in questions if question.id in WASHINGTON_IDS],
        answers=typed,
        wrong=of_questions(errors or {}),
        ages=[(band, words.age_band(band)) for band in AGE_BANDS] if asks_age(event) else [],
        consents=consent_texts(event.id, words.language()),
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
    waits = waiting_list(event.id) if registration.status == Status.WAITING else []
    is_new = "new" in request.args
    return render_template(
        "mudhif/ticket.html",
        event=event,
        guest=guest_row(registration.id),
        heading=heading,
        under=under,
        place=waits.index(registration.id) + 1 if registration.id in waits else None,
        since=registration.made,
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
