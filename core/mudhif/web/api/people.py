"""People over the API: where they were, all that is held of them, and names that go."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from mudhif.domain.errors import NotFound
from mudhif.services import retention
from mudhif.services.events import find_event
from mudhif.services.people import erase, find_person, person_data
from mudhif.services.registrations import NoGuest
from mudhif.services.series import came_to, visits_of
from mudhif.storage.models import Person, Registration
from mudhif.web.auth import confine, current_who, requires
from mudhif.web.blueprints import API_PREFIX

blp = Blueprint("people_api", __name__, url_prefix=API_PREFIX, description="People over the events of a project.")


class VisitSchema(Schema):
    """One event that somebody was registered for."""

    event = fields.String(attribute="event.code", metadata={"description": "Its short code.", "example": "dialogue-2"})
    title = fields.String(attribute="event.title")
    registration = fields.String()
    status = fields.String()
    came = fields.Boolean(allow_none=True, metadata={"description": "Null where nothing checks guests in."})


class VisitsSchema(Schema):
    """A person's events; "came to 2 of 3" of those that were held."""

    visits = fields.List(fields.Nested(VisitSchema))
    came = fields.Integer(allow_none=True)
    held = fields.Integer(allow_none=True)


class HeldSchema(Schema):
    """All that is held of a person; plugins' rows, too."""

    person = fields.String()
    rows = fields.List(fields.Dict(), metadata={"description": "As they are now; `kind_of_row` says what each is."})
    tickets = fields.List(fields.Dict())
    history = fields.List(fields.Dict(), metadata={"description": "Every change: `at by kind row fields`."})


class SureSchema(Schema):
    """That it is meant: it cannot be taken back."""

    sure = fields.Boolean(required=True, validate=validate.Equal(True), metadata={"example": True})


class ErasedSchema(Schema):
    """Who was erased."""

    person = fields.String()


class DueSchema(Schema):
    """An event that is long over, and who was at none since."""

    event = fields.String(metadata={"description": "The event's id."})
    title = fields.String()
    people = fields.List(fields.String(), metadata={"description": "Ids of people."})


class PseudonymiseSchema(SureSchema):
    """Whose names go: by the events that `GET /privacy/due` lists."""

    events = fields.List(fields.String(), required=True, validate=validate.Length(1, 1000))


class GoneSchema(Schema):
    """How many names went."""

    gone = fields.Integer()


@blp.get("/registrations/<id>/visits")
@requires("guests.view", anywhere=True)
@blp.response(200, VisitsSchema)
def show_visits(id: str) -> dict[str, Any]:
    """Show the events of the project that a guest was registered for, and to how many they came."""
    registration = _registration(id)
    confined = current_who().event
    project = str(find_event(registration.event).project)
    visits = [v for v in visits_of(registration.person, project) if confined in (None, v.event.id)]
    came, held = came_to(visits) or (None, None)
    return {"visits": visits, "came": came, "held": held}


@blp.get("/registrations/<id>/data")
@requires("guests.erase", anywhere=True)
@blp.response(200, HeldSchema)
def show_data(id: str) -> dict[str, Any]:
    """Give out all that is held of a guest, with every change, who made it and when."""
    return person_data(str(_named(id).id))


@blp.post("/registrations/<id>/erase")
@requires("guests.erase", anywhere=True)
@blp.arguments(SureSchema)
@blp.response(200, ErasedSchema)
def erase_guest(sure: dict[str, Any], id: str) -> dict[str, str]:
    """Erase a guest everywhere; that somebody was registered stays in the figures."""
    return {"person": erase(str(_named(id).id))}


@blp.get("/privacy/due")
@requires("settings.edit")
@blp.response(200, DueSchema(many=True))
def list_due() -> list[dict[str, Any]]:
    """List whose names were kept long enough, by their last event; empty where no number of days is set."""
    return [
        {"event": due.event.id, "title": due.event.title, "people": [str(person.id) for person in due.people]}
        for due in _dues()
    ]


@blp.post("/privacy/pseudonymise")
@requires("settings.edit")
@blp.arguments(PseudonymiseSchema)
@blp.response(200, GoneSchema)
def pseudonymise(wanted: dict[str, Any]) -> dict[str, int]:
    """Take the names of those who are due away; sex and age band stay."""
    people = [str(person.id) for due in _dues() if due.event.id in wanted["events"] for person in due.people]
    return {"gone": retention.pseudonymise(people) if people else 0}


def _dues() -> list[retention.Due]:
    days = retention.retention_days()
    return retention.due_for_pseudonyms(days) if days else []


def _registration(id: str) -> Registration:
    """A registration of an event that this account may see."""
    found: Registration | None = Registration.get_or_none(Registration.id == id, ~Registration.deleted)
    if found is None:
        raise NoGuest(name=id)
    confine(str(found.event))
    return found


def _named(id: str) -> Person:
    person = find_person(_registration(id).id)
    if person.name is None:
        raise NotFound(name=id)
    return person
