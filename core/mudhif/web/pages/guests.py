"""The guests of an event: the list, one guest, and the forms for them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import BadInput, NotFound, Refused
from mudhif.domain.guests import Kind
from mudhif.domain.questions import Asked, judge_answers
from mudhif.domain.seats import Status
from mudhif.i18n import _, ngettext
from mudhif.plugins import host
from mudhif.plugins.types import Column, Place
from mudhif.services.figures import guest_counts
from mudhif.services.guest_export import export_rows, guest_file
from mudhif.services.people import find_person
from mudhif.services.questions import answer, event_questions
from mudhif.services.registrations import (
    PAGE_ROWS,
    GuestPage,
    cancel_registration,
    free_places,
    guest_from,
    guest_page,
    guest_row,
    offer_place,
    register_guest,
    update_registration,
    waiting_list,
)
from mudhif.services.series import came_to, visits_of
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import Tx, write
from mudhif.web.answers import by_field, given_answers, of_questions
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.pages import frame, words
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.history import history_of
from mudhif.web.pages.sign import inside

NO_SEX = "no-sex"
NEXT_ONES = 8
"""So many of the waiting list are shown in their order."""
FORM_FIELDS = ("name", "name_alt", "sex", "kind", "organisation", "phone", "email")


@core.get("/e/<code>/guests")
@requires("guests.view")
def guests(code: str) -> ResponseReturnValue:
    """The list: searched in either script, by status, a hundred on a page."""
    event, who = current_event(), current_who()
    search = request.args.get("search", "").strip()
    status = request.args.get("status") or None
    number = max(1, request.args.get("page", 1, type=int))
    shown = _without_sex(event, search, number) if status == NO_SEX else guest_page(event.id, search, status, number)
    return render_template(
        "mudhif/guests.html",
        event=event,
        search=search,
        status=status,
        chips=_chips(event, status),
        guests=shown.rows,
        columns=columns_of(event),
        waiting=_next_ones(event) if status == Status.WAITING and who.may("guests.edit") else None,
        may_edit=who.may("guests.edit"),
        may_import=who.may("guests.import"),
        may_contact=who.may("guests.contact"),
        kinds=_kinds(),
        page=shown.page,
        pages=shown.pages,
        total=shown.total,
        page_url=lambda page: url_for("core.guests", code=code, search=search or None, status=status, page=page),
    )


def _next_ones(event: Event) -> dict[str, Any]:
    """Whose turn it is: the first of the waiting list, and how many places are free."""
    ids = waiting_list(event.id)
    return {"free": free_places(event), "total": len(ids), "first": [guest_row(id) for id in ids[:NEXT_ONES]]}


def _without_sex(event: Event, search: str, number: int) -> GuestPage:
    rows = [row for row in guest_page(event.id, search, ("invited", "registered", "waiting")).rows if not row["sex"]]
    return GuestPage(rows=rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS], total=len(rows), page=number)


def _chips(event: Event, status: str | None) -> list[tuple[str, int, str, bool]]:
    counts = guest_counts(event.id)
    every = [
        (_("All"), counts.all, None),
        (_("Registered"), counts.registered, "registered"),
        (_("Invited"), counts.invited, "invited"),
        (_("On the waiting list"), counts.waiting, "waiting"),
        (_("Cancelled"), counts.cancelled, "cancelled"),
        (_("No sex recorded"), counts.unknown, NO_SEX),
    ]
    return [
        (title, number, url_for("core.guests", code=event.code, status=id), id == status)
        for title, number, id in every
        if number or id is None or id == status
    ]


def columns_of(event: Event) -> list[Column]:
    """The columns that plugins add; their values stand in the rows under the columns' ids."""
    return [answer.value for answer in host.current().call("columns", event=event)]


# --- one guest --------------------------------------------------------------------------------------------------------


@core.get("/e/<code>/guests/<registration>")
@requires("guests.view")
def guest(code: str, registration: str) -> ResponseReturnValue:
    """All that is known of one guest, with its history."""
    event, who = current_event(), current_who()
    row = _row(event, registration)
    person = find_person(registration)
    return render_template(
        "mudhif/guest.html",
        event=event,
        guest=row,
        columns=columns_of(event),
        ticket_url=url_for("core.ticket", ticket=row["ticket"]) if row["ticket"] else None,
        answers=_answered(event, registration) if who.may("guests.edit") else [],
        offers=_offers(event) if row["status"] == Status.WAITING and who.may("guests.edit") else None,
        panels=frame.panels(Place.PERSON, person),
        visits=(visits := visits_of(str(person.id), str(event.project))),
        came_to=came_to(visits),
        history=history_of(person, event) if who.may("guests.edit") else [],
        may_edit=who.may("guests.edit"),
        may_erase=who.may("guests.erase"),
        may_contact=who.may("guests.contact"),
    )


def _answered(event: Event, registration: str) -> list[tuple[Asked, Any]]:
    """The event's questions with what this guest has answered."""
    given = Registration.get_by_id(registration).answers or {}
    return [(question, given[question.id]) for question in event_questions(event.id) if question.id in given]


def _offers(event: Event) -> dict[str, Any]:
    """The waiting list as a person offers places from it: how many are free, and who waits in which place."""
    return {"free": free_places(event), "places": {id: n for n, id in enumerate(waiting_list(event.id), start=1)}}


def _row(event: Event, registration: str) -> dict[str, Any]:
    """The guest's row, if it is one of this event's."""
    found = Registration.get_or_none(Registration.id == registration, Registration.event == event.id)
    if found is None:
        raise NotFound(name=registration)
    return guest_row(registration)


@core.route("/e/<code>/guests/add", methods=["GET", "POST"])
@requires("guests.edit")
def add_guest(code: str) -> ResponseReturnValue:
    """Register a guest at the desk."""
    event = current_event()
    if request.method == "GET":
        return _form(event, _("Add a guest"), {"kind": str(Kind.PARTICIPANT)})
    try:
        guest = guest_from(request.form, answers=_judged(event))
        made: Registration = write(register_guest, event, guest)
    except (BadInput, Refused) as error:
        return _form(event, _("Add a guest"), request.form, _errors(error)), error.status
    flash(_("%(name)s is registered.", name=guest_row(made.id)["name"]), "ok")
    return redirect(url_for("core.guests", code=code))


def _judged(event: Event) -> dict[str, Any]:
    """What was answered at the desk. What is missing may be asked later, so it keeps nobody from being registered.

    Raises:
        BadInput: an answer cannot be read.
    """
    questions = event_questions(event.id)
    judged = judge_answers(questions, given_answers(questions, request.form))
    if judged.wrong:
        raise BadInput(fields=by_field(judged.errors))
    return judged.answers


@core.route("/e/<code>/guests/<registration>/edit", methods=["GET", "POST"])
@requires("guests.edit")
def edit_guest(code: str, registration: str) -> ResponseReturnValue:
    """Change what is known of a guest, and what they answered."""
    event = current_event()
    row = _row(event, registration)
    heading = _("Edit a guest")
    if request.method == "GET":
        return _form(event, heading, row, answers=Registration.get_by_id(registration).answers or {})
    try:
        _judged(event)
        given = given_answers(event_questions(event.id), request.form)
        write(_change, registration, {name: request.form.get(name, "") for name in FORM_FIELDS}, given)
    except (BadInput, Refused) as error:
        return _form(event, heading, request.form, _errors(error)), error.status
    flash(_("Saved."), "ok")
    return redirect(url_for("core.guest", code=code, registration=registration))


def _change(tx: Tx, registration: str, changes: Mapping[str, str], given: Mapping[str, Any]) -> None:
    changed = update_registration(tx, registration, changes)
    if given:
        answer(tx, changed, given)


@core.post("/e/<code>/guests/<registration>/offer")
@requires("guests.edit")
def offer_guest(code: str, registration: str) -> ResponseReturnValue:
    """Give somebody on the waiting list a place that became free."""
    row = _row(current_event(), registration)
    try:
        write(offer_place, registration)
    except Refused as error:
        flash(str(error), "bad")
    else:
        flash(_("%(name)s has a place now. Please tell them.", name=row["name"]), "ok")
    back = inside(request.form.get("back")) or url_for("core.guest", code=code, registration=registration)
    return redirect(back)


@core.post("/e/<code>/guests/sex")
@requires("guests.edit")
def set_sex(code: str) -> ResponseReturnValue:
    """Fill in the sex of one guest from the list; the button's name is the sex, its value the guest."""
    event = current_event()
    sex = next((name for name in ("f", "m") if name in request.form), None)
    if sex is not None:
        row = _row(event, request.form[sex])
        write(update_registration, row["id"], {"sex": sex})
        flash(_("%(name)s: %(sex)s", name=row["name"], sex=words.sex(sex)), "ok")
    return redirect(inside(request.form.get("back")) or url_for("core.guests", code=code))


@core.post("/e/<code>/guests/<registration>/cancel")
@requires("guests.edit")
def cancel_guest(code: str, registration: str) -> ResponseReturnValue:
    """Cancel a registration, or take the cancelling back."""
    row = _row(current_event(), registration)
    if row["status"] == "cancelled":
        write(update_registration, registration, {"status": "registered"})
        flash(_("%(name)s is registered again.", name=row["name"]), "ok")
    else:
        write(cancel_registration, registration)
        flash(_("The registration of %(name)s is cancelled.", name=row["name"]), "ok")
    return redirect(url_for("core.guest", code=code, registration=registration))


@core.post("/e/<code>/guests/chosen")
@requires("guests.edit")
def change_guests(code: str) -> ResponseReturnValue:
    """Set the sex or the kind of all that are selected, in one unit."""
    event = current_event()
    form = request.form
    changes = {"kind": form["to"]} if form.get("do") == "kind" and form.get("to") else {}
    changes |= {"sex": form["sex"]} if form.get("sex") else {}
    chosen = [_row(event, id)["id"] for id in request.form.getlist("id")]
    if chosen and changes:
        write(_change_all, chosen, changes)
        flash(ngettext("One guest changed.", "%(num)s guests changed.", len(chosen)), "ok")
    return redirect(inside(request.form.get("back")) or url_for("core.guests", code=code))


def _change_all(tx: Tx, registrations: list[str], changes: Mapping[str, str]) -> None:
    for registration in registrations:
        update_registration(tx, registration, changes)


def _kinds() -> list[tuple[str, str]]:
    return [(str(kind), words.kind(str(kind))) for kind in Kind]


def _errors(error: BadInput | Refused) -> Mapping[str, list[str]]:
    return error.errors or {"": [str(error)]}


def _form(
    event: Event,
    heading: str,
    values: Mapping[str, Any],
    errors: Mapping[str, list[str]] | None = None,
    *,
    answers: Mapping[str, Any] | None = None,
) -> str:
    questions = event_questions(event.id)
    return render_template(
        "mudhif/guest_form.html",
        event=event,
        heading=heading,
        values=values,
        errors=errors or {},
        kinds=_kinds(),
        questions=questions,
        answers=answers if answers is not None else given_answers(questions, request.form),
        wrong=of_questions(errors or {}),
    )


@core.get("/e/<code>/guests/export")
@requires("guests.contact")
def export_guests(code: str) -> ResponseReturnValue:
    """The list as a spreadsheet that import reads again without loss."""
    event = current_event()
    content = guest_file(".xlsx", export_rows(event.id))
    return send_file(BytesIO(content), as_attachment=True, download_name=f"{event.code}-guests.xlsx")
