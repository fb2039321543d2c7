"""Two records of one person over the API: pairs to look at, joining, parting, and that two are two."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from mudhif.domain.errors import NotFound
from mudhif.domain.guests import CONTACT_FIELDS
from mudhif.services import merging
from mudhif.storage.models import NotSamePerson, PersonMerge
from mudhif.storage.store import write
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.blueprints import API_PREFIX

FIELDS = ("id", "name", "name_alt", "sex", "organisation", "role", "phone", "email", "birth_year")

blp = Blueprint("merges_api", __name__, url_prefix=API_PREFIX, description="Two records of one person.")


class PairedSchema(Schema):
    """One of two people who may be one."""

    id = fields.String(metadata={"description": "The person's id."})
    name = fields.String(allow_none=True)
    name_alt = fields.String(allow_none=True)
    sex = fields.String(allow_none=True)
    organisation = fields.String(allow_none=True)
    role = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    birth_year = fields.Integer(allow_none=True)
    events = fields.List(fields.String(), metadata={"description": "The titles of their events."})


class PairSchema(Schema):
    """Two people who may be one."""

    one = fields.Nested(PairedSchema, metadata={"description": "The one who is known longer."})
    other = fields.Nested(PairedSchema)
    score = fields.Integer(metadata={"description": "How alike they are; shown from 50.", "example": 90})
    why = fields.List(fields.String(), metadata={"description": "By what.", "example": ["same phone"]})


class TwoSchema(Schema):
    """Two people, by their ids."""

    one = fields.String(required=True, validate=validate.Length(min=1, max=64))
    other = fields.String(required=True, validate=validate.Length(min=1, max=64))


class NewMergeSchema(TwoSchema):
    """Which record is kept (`one`), and of which fields the other's value is taken."""

    take = fields.List(
        fields.String(validate=validate.OneOf(merging.CHOSEN)),
        allow_none=True,
        load_default=None,
        metadata={"description": "Fields; null: those that the kept one lacks."},
    )


class MergeSchema(Schema):
    """A merge that stands."""

    id = fields.String()
    kept = fields.String(metadata={"description": "The person who stands for both."})
    other = fields.String()


@blp.get("/events/<event>/pairs")
@requires("guests.edit")
@blp.response(200, PairSchema(many=True))
def list_pairs(event: str) -> list[dict[str, Any]]:
    """Guests who may be one person, the likest first."""
    return [
        {"one": _visible(pair.one), "other": _visible(pair.other), "score": pair.score, "why": pair.why}
        for pair in merging.probable_pairs(current_event())
    ]


@blp.get("/events/<event>/merges")
@requires("guests.edit")
@blp.response(200, MergeSchema(many=True))
def list_merges(event: str) -> list[PersonMerge]:
    """The merges that stand of an event's guests, newest first."""
    return [merge for merge, _kept, _other in merging.standing_merges(current_event().id)]


@blp.post("/events/<event>/merges")
@requires("guests.edit")
@blp.arguments(NewMergeSchema)
@blp.response(201, MergeSchema)
def create_merge(merge: dict[str, Any], event: str) -> PersonMerge:
    """Join two records of one person."""
    _of_this_event(merge)
    made: PersonMerge = write(merging.merge_people, merge["one"], merge["other"], merge["take"])
    return made


@blp.delete("/events/<event>/merges/<merge>")
@requires("guests.edit")
@blp.response(204)
def delete_merge(event: str, merge: str) -> None:
    """Take a merge back."""
    if merge not in [found.id for found, _kept, _other in merging.standing_merges(current_event().id)]:
        raise merging.NoMerge(name=merge)
    write(merging.undo_merge, merge)


@blp.post("/events/<event>/not-same")
@requires("guests.edit")
@blp.arguments(TwoSchema)
@blp.response(201, TwoSchema)
def create_not_same(two: dict[str, Any], event: str) -> NotSamePerson:
    """Remember that two people who look alike are two."""
    _of_this_event(two)
    said: NotSamePerson = write(merging.say_two, two["one"], two["other"])
    return said


def _of_this_event(two: dict[str, Any]) -> None:
    for id in (two["one"], two["other"]):
        if not merging.is_of_project(id, str(current_event().project)):
            raise NotFound(name=id)


def _visible(person: Any) -> dict[str, Any]:
    hidden = () if current_who().may("guests.contact") else CONTACT_FIELDS
    return {name: person[name] for name in FIELDS if name not in hidden} | {
        "events": [title for _id, title in person["events"]]
    }
