"""The door's part of the API. Checking in takes the short way; everything else is plain."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields

from mudhif.plugin_api import N_, BadInput, MudhifError, Who, api_blueprint, current_who, lazy_gettext, requires

from .afterwards import AFTERWARDS
from .attendance import event_by_id
from .checkins import FORCE, SCAN, UNDO, Answered, check_in, undo
from .counts import tallies
from .find import find_guests, propose_people
from .handing_in import open_batch
from .judge import Outcome, Reason
from .notes import FLAGS
from .requests import Request, ScanSchema, SignatureRowSchema, UndoRowSchema, read_request

MAX_BATCH = 500
MAX_SCAN_BYTES = 64 * 1024
_JSON = "application/json"
REGISTER = "guests.edit"

api = api_blueprint("checkin", __name__)


class TooManyScans(BadInput):
    code, status = "too-many-scans", 413
    message = N_("A batch takes up to %(most)s scans. Send the rest in another one.")


class DoorNoteSchema(Schema):
    """What the volunteer should know of a guest."""

    flag = fields.String(allow_none=True, metadata={"enum": [*FLAGS, None]})
    text = fields.String(allow_none=True)


class DoorGuestSchema(Schema):
    """Whose ticket it is; names are null where the person was erased."""

    id = fields.String()
    name = fields.String(allow_none=True)
    name_alt = fields.String(allow_none=True, metadata={"description": "The same name in the other script."})
    kind = fields.String()
    organisation = fields.String(allow_none=True)
    number = fields.Integer(allow_none=True)
    status = fields.String()


class DoorScannedSchema(DoorGuestSchema):
    """The guest of a scan, with the note for the volunteer."""

    note = fields.Nested(DoorNoteSchema, allow_none=True)


class DoorVisitSchema(Schema):
    """An earlier event of the project at which somebody was registered."""

    title = fields.String()
    ordinal = fields.Integer(allow_none=True)
    came = fields.Boolean()


class DoorFoundSchema(DoorGuestSchema):
    """A guest found by name; with `known`, also somebody of an earlier event: without id, kind, number and status."""

    id = fields.String(allow_none=True)
    kind = fields.String(allow_none=True)
    status = fields.String(allow_none=True)
    arrived_at = fields.DateTime(allow_none=True)
    sounds_like = fields.Boolean(metadata={"description": "The name is only near to what was searched for."})
    person = fields.String(metadata={"description": "With `known`: the person's id."})
    phone_end = fields.String(allow_none=True, metadata={"description": "With `known`: its last four digits."})
    events = fields.List(
        fields.Nested(DoorVisitSchema), metadata={"description": "With `known`: the project's other events."}
    )


class DoorCheckinSchema(Schema):
    """A scan that was accepted."""

    id = fields.String()
    at = fields.DateTime()
    device = fields.String(allow_none=True)


class DoorFirstSchema(DoorCheckinSchema):
    """The check-in that an *already* speaks of."""

    gate = fields.String(allow_none=True)


class DoorCountsSchema(Schema):
    """Of the whole event, now."""

    arrived = fields.Integer()
    registered = fields.Integer()


class DoorQuestionSchema(Schema):
    """A question as a phone draws it; texts by language."""

    id = fields.String()
    kind = fields.String(metadata={"enum": ["text", "number", "choice", "choices", "date", "yes-no"]})
    title = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"example": {"en": "Lunch?"}})
    help = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    options = fields.List(fields.Dict(), metadata={"example": [{"id": "a", "title": {"en": "Fish"}}]})
    required = fields.Boolean()
    shown_if = fields.Dict(allow_none=True, metadata={"example": {"question": "id", "is": [True]}})


class ScanAnswerSchema(Schema):
    """What the device shows."""

    scan_id = fields.String(metadata={"format": "uuid"})
    outcome = fields.String(metadata={"enum": [o.value for o in Outcome]})
    reason = fields.String(allow_none=True, metadata={"enum": [*(r.value for r in Reason), None]})
    questions = fields.List(
        fields.Nested(DoorQuestionSchema),
        metadata={
            "description": "Of needs-answers: what must be answered, and what the answers may show beside it. Send the "
            "`answers` with a new scan."
        },
    )
    registration = fields.Nested(DoorScannedSchema, allow_none=True)
    checkin = fields.Nested(DoorCheckinSchema, allow_none=True)
    first = fields.Nested(DoorFirstSchema, allow_none=True)
    counts = fields.Nested(DoorCountsSchema)


class ScanRowSchema(ScanAnswerSchema):
    """The answer to one row of a batch; of a wrong row: code, message and errors."""

    outcome = fields.String(metadata={"enum": [*(o.value for o in Outcome), *AFTERWARDS]})
    code = fields.String()
    message = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class CheckinUndoneSchema(Schema):
    """A check-in taken back."""

    id = fields.String()
    undone = fields.Boolean()
    registration = fields.String()
    counts = fields.Nested(DoorCountsSchema)


class CheckinUndoSchema(Schema):
    """Why."""

    reason = fields.String(load_default=None, metadata={"description": "Kept with the undoing; no names."})


class DoorSearchSchema(Schema):
    """What is searched for."""

    search = fields.String(load_default="")
    known = fields.Boolean(
        load_default=False,
        metadata={
            "description": "With people of the project's earlier events, and what tells namesakes apart. For who may "
            "register guests (guests.edit); for others it changes nothing."
        },
    )


def _body() -> Any:
    try:
        return json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        raise BadInput(fields={"_": [str(lazy_gettext("The body is not JSON."))]}) from None


@api.post("/events/<event>/checkins")
@requires(SCAN)
@api.doc(
    requestBody={"required": True, "content": {_JSON: {"schema": ScanSchema}}},
    responses={"200": {"description": "The outcome", "content": {_JSON: {"schema": ScanAnswerSchema}}}},
)
def post_checkin(event: str) -> Response:
    """Check a guest in or out.

    A ticket that is not good is an outcome, not an error. The same scan id again gives the stored outcome.
    """
    scan = read_request(_body())
    answered = check_in(tallies().event_id(event), scan, current_who())
    return Response(answered.as_json(), content_type=_JSON)


@api.short_way("checkins", SCAN)
def answer_checkin(event: str, body: bytes, who: Who) -> str:
    """The same without Flask, for a program with a token; what is wrong with a request is said by `post_checkin`."""
    return check_in(tallies().event_id(event), read_request(json.loads(body)), who).as_json()


@api.post("/events/<event>/checkins/batch")
@api.doc(
    requestBody={
        "required": True,
        "content": {
            _JSON: {
                "schema": {
                    "type": "array",
                    "items": {"oneOf": [ScanSchema, UndoRowSchema, SignatureRowSchema]},
                    "maxItems": MAX_BATCH,
                }
            }
        },
    }
)
@api.response(200, ScanRowSchema(many=True))
def post_checkins(event: str) -> Response:
    """Check many scans in, in their order; a wrong row is answered in its place and holds up no other.

    Between the scans there may be what follows one: it is taken back, or its guest has signed; these answer
    `undone`, `nothing-to-undo` and `signed`. A device that was revoked, or whose time is up, may hand in what it
    read before.
    """
    hand_in = open_batch(event)
    rows = _body()
    if not isinstance(rows, list):
        raise BadInput(fields={"_": [str(lazy_gettext("Send an array of check-ins."))]})
    if len(rows) > MAX_BATCH:
        raise TooManyScans(most=MAX_BATCH)
    return Response(json.dumps([_row(hand_in, row) for row in rows]), content_type=_JSON)


def _row(hand_in: Callable[[Request], Answered], row: Any) -> dict[str, Any]:
    try:
        answered = hand_in(read_request(row))
    except MudhifError as error:
        if error.status >= 500:  # the laptop's own trouble says nothing of this row: all of them are sent again
            raise
        scan_id = row.get("scan_id") if isinstance(row, dict) else None
        return {
            "scan_id": scan_id if isinstance(scan_id, str) else None,
            "code": error.code,
            "message": str(error),
            "errors": error.errors,
        }
    return answered.as_dict()


@api.delete("/events/<event>/checkins/<checkin>")
@requires(UNDO)
@api.arguments(CheckinUndoSchema, location="query")
@api.response(200, CheckinUndoneSchema)
def delete_checkin(args: dict[str, Any], event: str, checkin: str) -> Response:
    """Take a check-in or check-out back, with a reason."""
    undone = undo(tallies().event_id(event), checkin, args["reason"], current_who())
    return Response(json.dumps(undone), content_type=_JSON)


@api.get("/events/<event>/checkins/guests")
@requires(SCAN)
@api.arguments(DoorSearchSchema, location="query")
@api.response(200, DoorFoundSchema(many=True))
def get_guests(args: dict[str, Any], event: str) -> Response:
    """Find a guest by name in either script, by number or by the end of the phone number.

    Twenty at most; with `known` the eight that are meant first.
    """
    id, search = tallies().event_id(event), args["search"]
    if args["known"] and current_who().may(REGISTER):
        return Response(json.dumps(propose_people(event_by_id(id), search)), content_type=_JSON)
    return Response(json.dumps(find_guests(id, search)), content_type=_JSON)


__all__ = ["FORCE", "api"]
