"""Guests of an event over the API."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from mudhif.domain.guests import CONTACT_FIELDS
from mudhif.services import registrations as guests
from mudhif.services import series
from mudhif.services.events import find_event
from mudhif.services.guest_finding import Wanted
from mudhif.services.questions import answer
from mudhif.services.registrations import Source
from mudhif.storage.models import Registration
from mudhif.storage.store import Tx, write
from mudhif.web.api.schemas import (
    CopiedSchema,
    CopySchema,
    GuestChangesSchema,
    GuestQuerySchema,
    GuestSchema,
    NewGuestSchema,
)
from mudhif.web.auth import confine, current_event, current_who, requires
from mudhif.web.blueprints import API_PREFIX

blp = Blueprint(
    "registrations_api", __name__, url_prefix=API_PREFIX, description="Guests and their places in an event."
)


@blp.get("/events/<event>/registrations")
@requires("guests.view")
@blp.arguments(GuestQuerySchema, location="query")
@blp.response(
    200,
    GuestSchema(many=True),
    headers={
        "X-Pagination": {
            "description": "`total`, `total_pages` and `page` of the whole list, as JSON.",
            "schema": {"type": "string"},
        }
    },
)
def list_registrations(query: dict[str, Any], event: str) -> Response:
    """List the guests, 100 a page; a search puts the best hits first."""
    page, status = query.pop("page"), query.pop("status")
    wanted = Wanted(**query | {"search": query["search"] or "", "status": (status,) if status else ()})
    found = guests.guest_page(current_event().id, page=page, wanted=wanted)
    answer = jsonify(GuestSchema(many=True).dump([_visible(row) for row in found.rows]))
    pages = {"total": found.total, "total_pages": found.pages, "page": found.page}
    answer.headers["X-Pagination"] = json.dumps(pages)
    return answer


@blp.post("/events/<event>/registrations")
@requires("guests.edit")
@blp.arguments(NewGuestSchema)
@blp.response(201, GuestSchema)
def create_registration(guest: dict[str, Any], event: str) -> dict[str, Any]:
    """Register a guest, with what they answer; an answer that cannot be read registers nobody."""
    answers = guest.pop("answers", None) or {}
    new, here = guests.guest_from(guest), current_event().id

    def unit(tx: Tx) -> Registration:
        registered = guests.register_guest(tx, here, new, Source.API)
        if answers:
            answer(tx, registered, answers)
        return registered

    made: Registration = write(unit)
    return _visible(guests.guest_row(made.id))


@blp.post("/events/<event>/registrations/copy")
@requires("guests.edit")
@blp.arguments(CopySchema)
@blp.response(200, CopiedSchema)
def copy_registrations(wanted: dict[str, Any], event: str) -> series.Copied:
    """Take the guests of another event of the project over: the same people, with new tickets."""
    here, source = current_event(), find_event(wanted["from"])
    confine(source.id)
    copied: series.Copied = write(
        lambda tx: series.copy_guests(tx, source, here, status=wanted["status"], only_who_came=wanted["only_who_came"])
    )
    return copied


@blp.patch("/registrations/<id>")
@requires("guests.edit", anywhere=True)
@blp.arguments(GuestChangesSchema)
@blp.response(200, GuestSchema)
def change_registration(changes: dict[str, Any], id: str) -> dict[str, Any]:
    """Change a registration or its person; only what is named changes."""
    registration = Registration.get_or_none(Registration.id == id)
    if registration is None:
        raise guests.NoGuest(name=id)
    confine(find_event(registration.event).id)
    write(guests.update_registration, id, changes)
    return _visible(guests.guest_row(id))


def _visible(row: dict[str, Any]) -> dict[str, Any]:
    """A guest's row as far as this account may see it."""
    if current_who().may("guests.contact"):
        return row
    return {name: value for name, value in row.items() if name not in CONTACT_FIELDS}
