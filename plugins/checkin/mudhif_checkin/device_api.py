"""The part of the API that phones need to be able to go on without the laptop."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, request
from marshmallow import Schema, fields

from mudhif.plugin_api import current_event, requires

from .api import DoorQuestionSchema, api
from .checkins import SCAN
from .judge import Once
from .phone_list import phone_list

_JSON = "application/json"


class PhoneGuestSchema(Schema):
    """The least of a guest that a door must know."""

    id = fields.String(metadata={"description": "Of the registration."})
    name = fields.String(allow_none=True)
    name_alt = fields.String(allow_none=True, metadata={"description": "The same name in the other script."})
    kind = fields.String()
    status = fields.String()
    serial = fields.Integer(metadata={"description": "Of the ticket that stands; those below are withdrawn."})
    number = fields.Integer(allow_none=True, metadata={"description": "Typed where a code cannot be read."})
    inside = fields.Boolean()
    arrived = fields.Boolean()
    at = fields.DateTime(
        metadata={"description": "When they came in last, where a check-in holds for a day or an item."}
    )
    item = fields.String(allow_none=True, metadata={"description": "For which item of the agenda."})
    asks = fields.List(fields.String(), metadata={"description": "The ids of the questions still to be put to them."})


class PhoneRulesSchema(Schema):
    """What holds at the doors of the event; null and empty stand for "no such rule"."""

    kinds = fields.List(fields.String(), allow_none=True)
    gates = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    opens = fields.DateTime(allow_none=True)
    closes = fields.DateTime(allow_none=True)
    capacity = fields.Integer(allow_none=True)
    reentry = fields.Boolean()
    questions = fields.List(fields.String())
    items = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "By gate, the item of the agenda that it leads to."},
    )


class DoorItemSchema(Schema):
    """An item of the agenda that guests check in to."""

    id = fields.String()
    title = fields.String()
    day = fields.Integer()
    starts = fields.DateTime(allow_none=True)
    ends = fields.DateTime(allow_none=True)


class PhoneListSchema(Schema):
    """What a phone keeps to judge by itself."""

    event = fields.String()
    now = fields.DateTime(metadata={"description": "By the laptop's clock."})
    once = fields.String(
        metadata={"enum": [once.value for once in Once], "description": "For how long a check-in holds."}
    )
    zone = fields.String(metadata={"description": "Whose days they are.", "example": "Asia/Baghdad"})
    rules = fields.Nested(PhoneRulesSchema)
    signature = fields.Boolean(metadata={"description": "Guests are asked to sign when they come in."})
    questions = fields.List(fields.Nested(DoorQuestionSchema))
    items = fields.List(fields.Nested(DoorItemSchema))
    keys = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "The public keys of the organisation's laptops in hexadecimal, by key id."},
    )
    guests = fields.List(fields.Nested(PhoneGuestSchema))


@api.get("/events/<event>/checkins/list")
@requires(SCAN)
@api.response(200, PhoneListSchema)
def get_phone_list(event: str) -> Response:
    """The list that a paired phone keeps, so that it goes on without the laptop.

    Send the `ETag` of the last one as `If-None-Match`: an unchanged list is answered by 304, without a body.
    """
    found = phone_list(current_event())
    response = Response(found.as_json(datetime.now(UTC)), content_type=_JSON)
    response.set_etag(found.tag)
    response.make_conditional(request)
    return response


__all__ = ["api"]
