"""The guests of an event: the list, one guest, and the forms for them."""

from __future__ import annotations

from collections.abc import Container, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import flash, make_response, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import BadInput, NotFound, Refused
from mudhif.domain.guests import Kind
from mudhif.domain.questions import Asked, judge_answers
from mudhif.domain.seats import Status
from mudhif.i18n import _, ngettext
from mudhif.plugins import host
from mudhif.plugins.types import Column, Place, Who
from mudhif.services.figures import guest_counts
from mudhif.services.guest_edits import EDITABLE, Edit, Undone, edit_guests, undo_edit
from mudhif.services.guest_export import export_rows, guest_file
from mudhif.services.guest_finding import SEXES, SORTS, Wanted, arrivals, find
from mudhif.services.people import find_person
from mudhif.services.questions import answer, event_questions
from mudhif.services.registrations import (
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
from mudhif.storage.search import index_all
from mudhif.storage.store import Tx, write
from mudhif.storage.unchanged import unless_changed
from mudhif.web.answers import by_field, given_answers, of_questions
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.pages import frame, words
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.history import history_of
from mudhif.web.pages.sign import inside

NO_SEX = "no-sex"
NAMED = 5
"""So many names are said of those who stay as they are."""
NEXT_ONES = 8
"""So many of the waiting list are shown in their order."""
COUNTED = 5_000
"""Up to so many guests, the list says how many of them arrived."""
FORM_FIELDS = ("name", "name_alt", "sex", "kind", "organisation", "phone", "email")
STANDING = tuple(map(str, (Status.INVITED, Status.REGISTERED, Status.WAITING)))


@core.get("/e/<code>/guests")
@requires("guests.view")
def guests(code: str) -> ResponseReturnValue:
    """The list: searched in either script, filtered, sorted, a hundred on a page. While somebody types, the page asks
    for its list alone."""
    event, who = current_event(), current_who()
    asked = _asked(request.args)
    wanted = _wanted(asked)
    shown = guest_page(event.id, page=max(1, request.args.get("page", 1, type=int)), wanted=wanted)
    is_part = request.headers.get("X-Part") == "list"
    answer = make_response(
        render_template(
            "mudhif/guests_list.html" if is_part else "mudhif/guests.html",
            event=event,
            asked=asked,
            wanted=wanted,
            shown=shown,
            columns=columns_of(event),
            may_edit=who.may("guests.edit"),
            may_contact=who.may("guests.contact"),
            kinds=_kinds(),
            statuses=[(str(status), words.status(str(status))) for status in Status],
            back=_list_url(event, asked),
            list_page=lambda number: _list_url(event, asked | {"page": number}),
            list_url=lambda **other: _list_url(event, asked | other),
            **({} if is_part else _around(event, who, asked)),
        )
    )
    answer.vary.add("X-Part")
    return answer


def _around(event: Event, who: Who, asked: Mapping[str, str]) -> dict[str, Any]:
    """What stands around the list and does not change while somebody types."""
    edited = session.get("edited") or {}
    came = arrivals(event.id)
    return {
        "chips": _chips(event, asked, came),
        "knows_arrivals": came is not None,
        "asks_questions": any(question.required for question in event_questions(event.id)),
        "waiting": _next_ones(event) if asked.get("status") == Status.WAITING and who.may("guests.edit") else None,
        "may_import": who.may("guests.import"),
        "edited": edited if edited.get("event") == event.id and who.may("guests.edit") else None,
        "is_new": session.pop("just_edited", False),
    }


ASKED = ("search", "status", "kind", "sex", "door", "organisation", "missing", "invited", "sort", "down")


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """What the address asks for, as far as a list knows it."""
    allowed: dict[str, Container[str]] = {
        "status": {NO_SEX, *map(str, Status)}, "kind": set(map(str, Kind)), "sex": SEXES, "door": ("arrived", "not"),
        "missing": ("yes",), "invited": ("yes", "no"), "sort": SORTS, "down": ("yes",),
    }  # fmt: skip
    asked = {name: given.get(name, "").strip() for name in ASKED}
    return {name: text for name, text in asked.items() if text and text in allowed.get(name, [text])}


def _wanted(asked: Mapping[str, str]) -> Wanted:
    status, door = asked.get("status", ""), asked.get("door")
    statuses = STANDING if status == NO_SEX else (status,) if status else ()
    return Wanted(
        search=asked.get("search", ""),
        status=statuses or ((str(Status.REGISTERED),) if door == "not" else ()),
        kind=asked.get("kind", ""),
        sex="none" if status == NO_SEX else asked.get("sex", ""),
        arrived={"arrived": True, "not": False}.get(door or ""),
        organisation=asked.get("organisation", ""),
        missing="missing" in asked,
        invited={"yes": True, "no": False}.get(asked.get("invited", "")),
        sort=asked.get("sort", ""),
        descending="down" in asked,
    )


def _list_url(event: Event, asked: Mapping[str, Any]) -> str:
    return url_for("core.guests", code=event.code, **{name: value for name, value in asked.items() if value})


def _next_ones(event: Event) -> dict[str, Any]:
    """Whose turn it is: the first of the waiting list, and how many places are free."""
    ids = waiting_list(event.id)
    return {"free": free_places(event), "total": len(ids), "first": [guest_row(id) for id in ids[:NEXT_ONES]]}


def _chips(
    event: Event, asked: Mapping[str, str], came: Mapping[str, Any] | None
) -> list[tuple[str, int | None, str, bool]]:
    counts = unless_changed(("guest counts", event.id), lambda: guest_counts(event.id))
    is_counted = counts.all <= COUNTED
    arrived = find(event.id, Wanted(arrived=True), 1).total if came is not None and is_counted else None
    absent = find(event.id, _wanted({"door": "not"}), 1).total if came is not None and is_counted else None
    every: list[tuple[str, int | None, dict[str, str]]] = [
        (_("All"), counts.all, {}),
        (_("Arrived"), arrived, {"door": "arrived"}),
        (_("Not yet"), absent, {"door": "not"}),
        (_("Registered"), counts.registered, {"status": "registered"}),
        (_("Invited"), counts.invited, {"status": "invited"}),
        (_("On the waiting list"), counts.waiting, {"status": "waiting"}),
        (_("Cancelled"), counts.cancelled, {"status": "cancelled"}),
        (_("No sex recorded"), counts.unknown, {"status": NO_SEX}),
    ]
    here = {name: asked[name] for name in ("status", "door") if name in asked}
    kept = {name: value for name, value in asked.items() if name not in ("status", "door")}
    return [
        (title, number, _list_url(event, kept | chosen), chosen == here)
        for title, number, chosen in every
        if number or not chosen or chosen == here or ("door" in chosen and came is not None and not is_counted)
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
        history=history_of(person, event, with_contact=who.may("guests.contact")) if who.may("guests.edit") else [],
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
    """Set one field of all who are selected, in one unit; of all who are found only after their number was told."""
    event, form = current_event(), request.form
    back = inside(form.get("back")) or url_for("core.guests", code=code)
    changes = _changes(form)
    if form.get("all"):
        chosen = list(find(event.id, _wanted(_asked(dict(parse_qsl(urlsplit(back).query))))).ids)
        if chosen and changes and form.get("sure") != str(len(chosen)):
            return render_template(
                "mudhif/guests_sure.html", event=event, back=back, count=len(chosen), changes=changes,
                said=[_said(*change) for change in changes.items()],
            )  # fmt: skip
    else:
        chosen = form.getlist("id")
    if not chosen or not changes:
        return redirect(back)
    try:
        edit: Edit = write(edit_guests, event, chosen, changes)
    except (BadInput, Refused) as error:
        flash(" ".join(sentence for sentences in _errors(error).values() for sentence in sentences), "bad")
        return redirect(back)
    index_all()
    session["just_edited"] = True
    session["edited"] = {
        "event": event.id, "first": edit.first, "last": edit.last, "changed": edit.changed,
        "said": ", ".join(_said(*change) for change in changes.items()),
    }  # fmt: skip
    return redirect(back)


def _changes(form: Mapping[str, str]) -> dict[str, str]:
    """The field that the button names, with its value; a button of a sex is that sex."""
    field = form.get("do", "")
    if form.get("sex") and field in ("", "sex"):
        return {"sex": form["sex"]}
    text = form.get(field, "").strip() if field in EDITABLE else ""
    return {field: text} if text or (field in ("organisation", "stakeholder_group") and "empty" in form) else {}


def _said(field: str, value: str) -> str:
    titles = {
        "sex": _("Sex"), "kind": _("Kind"), "status": _("Status"), "organisation": _("Organisation"),
        "stakeholder_group": _("Group"),
    }  # fmt: skip
    in_words = {"sex": words.sex, "kind": words.kind, "status": words.status}.get(field, str)(value)
    return _("%(field)s: %(value)s", field=titles[field], value=in_words or _("none"))


@core.post("/e/<code>/guests/chosen/undo")
@requires("guests.edit")
def undo_change(code: str) -> ResponseReturnValue:
    """Take the last change of many guests back, and say who stays as they are because they were changed since."""
    event = current_event()
    edited = session.pop("edited", None)
    if edited and edited["event"] == event.id and edited["first"]:
        done: Undone = write(undo_edit, event, edited["first"], edited["last"])
        index_all()
        flash(ngettext("One guest is as before.", "%(num)s guests are as before.", done.restored), "ok")
        if done.stayed:
            names = list(dict.fromkeys(name for name, _field in done.stayed))
            some = _(", ").join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
            flash(
                ngettext(
                    "Changed since, and left alone: %(names)s.",
                    "Changed since, and left alone (%(num)s): %(names)s.",
                    len(names),
                    names=some,
                ),
                "warn",
            )
    return redirect(inside(request.form.get("back")) or url_for("core.guests", code=code))


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
