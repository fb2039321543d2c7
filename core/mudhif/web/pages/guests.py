"""The guests of an event: the list, one guest, and the forms for them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import BadInput, NotFound, Refused
from mudhif.domain.guests import Kind
from mudhif.i18n import _, ngettext
from mudhif.plugins import host
from mudhif.plugins.types import Column, Place
from mudhif.services.figures import guest_counts
from mudhif.services.guest_export import guest_file
from mudhif.services.people import find_person
from mudhif.services.registrations import (
    PAGE_ROWS,
    GuestPage,
    cancel_registration,
    guest_from,
    guest_list,
    guest_page,
    guest_row,
    register_guest,
    update_registration,
)
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import Tx, write
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.pages import frame, words
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.history import history_of
from mudhif.web.pages.sign import inside

NO_SEX = "no-sex"
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
        may_edit=who.may("guests.edit"),
        may_import=who.may("guests.import"),
        may_contact=who.may("guests.contact"),
        kinds=_kinds(),
        page=shown.page,
        pages=shown.pages,
        total=shown.total,
        page_url=lambda page: url_for("core.guests", code=code, search=search or None, status=status, page=page),
    )


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
        panels=frame.panels(Place.PERSON, person),
        history=history_of(person, event) if who.may("guests.edit") else [],
        may_edit=who.may("guests.edit"),
        may_contact=who.may("guests.contact"),
    )


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
        made: Registration = write(register_guest, event, guest_from(request.form))
    except (BadInput, Refused) as error:
        return _form(event, _("Add a guest"), request.form, _errors(error)), error.status
    flash(_("%(name)s is registered.", name=guest_row(made.id)["name"]), "ok")
    return redirect(url_for("core.guests", code=code))


@core.route("/e/<code>/guests/<registration>/edit", methods=["GET", "POST"])
@requires("guests.edit")
def edit_guest(code: str, registration: str) -> ResponseReturnValue:
    """Change what is known of a guest."""
    event = current_event()
    row = _row(event, registration)
    heading = _("Edit a guest")
    if request.method == "GET":
        return _form(event, heading, row)
    try:
        write(update_registration, registration, {name: request.form.get(name, "") for name in FORM_FIELDS})
    except (BadInput, Refused) as error:
        return _form(event, heading, request.form, _errors(error)), error.status
    flash(_("Saved."), "ok")
    return redirect(url_for("core.guest", code=code, registration=registration))


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


def _form(event: Event, heading: str, values: Mapping[str, Any], errors: Mapping[str, list[str]] | None = None) -> str:
    return render_template(
        "mudhif/guest_form.html",
        event=event,
        heading=heading,
        values=values,
        errors=errors or {},
        kinds=_kinds(),
    )


@core.get("/e/<code>/guests/export")
@requires("guests.contact")
def export_guests(code: str) -> ResponseReturnValue:
    """The list as a spreadsheet that import reads again without loss."""
    event = current_event()
    content = guest_file(".xlsx", guest_list(event.id))
    return send_file(BytesIO(content), as_attachment=True, download_name=f"{event.code}-guests.xlsx")
