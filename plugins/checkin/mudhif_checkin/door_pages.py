"""The coordinator's page of an event's doors: gates and who may use them; and the note on a guest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.plugin_api import (
    BadInput,
    Event,
    Panel,
    Person,
    Registration,
    current_event,
    current_who,
    device_gates,
    event_pages,
    local,
    requires,
    write,
)
from mudhif.plugin_api import gettext as _

from . import words
from .cases import SETTLED, settle_case
from .checkins import SCAN, UNDO, undo
from .doors import door_of, drop_gate, gates_of, set_gate
from .items import items_of
from .notes import LONGEST, note_of, set_note

doors = event_pages("doors", __name__)


@doors.get("/")
@requires("event.edit")
def show_doors(code: str) -> str:
    """What holds at the doors, and the gates."""
    return _page(current_event())


def _page(event: Event, name: str = "", errors: Mapping[str, Sequence[str]] | None = None) -> str:
    door, gates = door_of(event), gates_of(event.id)
    names = {gate.name for gate in gates}
    at_devices = {gate for of in device_gates(event.id).values() for gate in of}
    return render_template(
        "mudhif_checkin/doors.html",
        door=door,
        gates=gates,
        kinds=words.kinds(),
        items=items_of(event),
        titles={item.id: item.title for item in items_of(event)},
        hour=lambda at: f"{local(event, at):%H:%M}",
        values={"name": name},
        errors=errors or {},
        unused=sorted(at_devices - names) if gates else sorted(at_devices),
    )


@doors.post("/")
@requires("event.edit")
def post_gate(code: str) -> ResponseReturnValue:
    """Make a gate, or change the one of this name."""
    event, name = current_event(), request.form.get("name", "")
    try:
        item = request.form.get("item") or None
        write(set_gate, event.id, name, request.form.getlist("kinds"), item)
    except BadInput as error:
        return make_response(_page(event, name, error.errors), error.status)
    return redirect(url_for("doors.show_doors", code=event.code))


@doors.post("/drop")
@requires("event.edit")
def post_drop(code: str) -> ResponseReturnValue:
    """Take a gate away."""
    event = current_event()
    write(drop_gate, event.id, request.form.get("gate", ""))
    return redirect(url_for("doors.show_doors", code=event.code))


@doors.post("/take-back/<checkin>")
@requires(UNDO)
def post_take_back(code: str, checkin: str) -> ResponseReturnValue:
    """Settle a case: this check-in was none."""
    event = current_event()
    undo(event.id, checkin, SETTLED, current_who())
    flash(_("The check-in was taken back."), "ok")
    return redirect(url_for("core.cases", code=event.code))


@doors.post("/settle")
@requires("event.edit")
@requires(UNDO)
def post_settle(code: str) -> ResponseReturnValue:
    """Settle a case by one of its choices."""
    event = current_event()
    settle_case(event, request.args.get("case", ""), request.args.get("choice", ""), current_who())
    flash(_("Saved."), "ok")
    return redirect(url_for("core.cases", code=event.code))


# --- the note on a guest ----------------------------------------------------------------------------------------------


@doors.post("/note")
@requires("guests.edit")
def post_note(code: str) -> ResponseReturnValue:
    """Say what the door should know of a guest."""
    event, registration = current_event(), request.form.get("registration", "")
    try:
        write(set_note, event.id, registration, request.form.get("flag", ""), request.form.get("text", ""))
    except BadInput as error:
        flash(" ".join(sentence for said in error.errors.values() for sentence in said), "error")
    else:
        flash(_("Saved."), "ok")
    return redirect(url_for("core.guest", code=event.code, registration=registration))


def note_panel(person: Person) -> list[Panel]:
    """The note on the guest whose page of an event is shown."""
    who = current_who()
    if not (request.view_args or {}).get("code") or not (who.may("guests.edit") or who.may(SCAN)):
        return []
    event = current_event()
    guest = Registration.get_or_none(
        Registration.event == event.id, Registration.person == person.id, ~Registration.deleted
    )
    if guest is None:
        return []
    note = note_of(event.id, guest.id)
    context: dict[str, Any] = {
        "event": event,
        "registration": guest.id,
        "note": note or {},
        "said": words.note(note),
        "flags": words.flags(),
        "longest": LONGEST,
        "may_edit": who.may("guests.edit"),
    }
    return [Panel(title=_("For the door"), template="mudhif_checkin/note_panel.html", context=context, weight=30)]
