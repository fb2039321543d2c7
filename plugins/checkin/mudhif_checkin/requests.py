"""What a door sends: the schema that documents a check-in, and the ten lines that check one in two microseconds."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from mudhif.plugin_api import N_, BadInput, lazy_gettext

from .judge import Outcome

MAX_TICKET = 2000
MAX_GATE = 100
MAX_REASON = 200
MAX_ITEM = 100

is_uuid = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}").fullmatch
# RFC 3339, which is narrower than what `fromisoformat` takes: it reads weeks and times without seconds, too.
_is_moment = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII).fullmatch
_DIRECTIONS = ("in", "out")
_OUTCOMES = tuple(outcome.value for outcome in Outcome)


class After(NamedTuple):
    """What follows a scan: it is taken back, or its guest has signed."""

    scan: str
    reason: str | None = None
    strokes: str | None = None


class Request(NamedTuple):
    """One scan as a device sent it, checked; or, with ``after``, what follows one."""

    scan_id: str
    ticket: str | None = None
    registration: str | None = None
    at: datetime | None = None
    gate: str | None = None
    direction: str = "in"
    force: bool = False
    answers: dict[str, Any] | None = None
    verdict_shown: str | None = None
    is_late: bool = False  # not sent: said by who asks
    force_reason: str | None = None
    item: str | None = None
    after: After | None = None


def read_moment(text: str) -> datetime | None:
    """An RFC 3339 instant in UTC; None for anything else.

    >>> read_moment("2024-03-07T09:00:00+03:00").isoformat()
    '2024-03-07T06:00:00+00:00'
    """
    if not _is_moment(text):
        return None
    try:
        return datetime.fromisoformat(text.upper().replace(" ", "T")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_text(value: Any, longest: int) -> bool:
    """Half of a surrogate pair is text to JSON, and to no database."""
    if type(value) is not str or not 0 < len(value) <= longest:
        return False
    return value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)


def _are_answers(value: Any) -> bool:
    if type(value) is not dict:
        return False
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def read_request(data: Any) -> Request:
    """Check what was sent; what is wrong is said by the schema, which says the same more slowly.

    Raises:
        BadInput: names every field that is wrong.
    """
    if type(data) is dict:
        get = data.get
        scan_id, ticket, registration, at, gate = (
            get("scan_id"),
            get("ticket"),
            get("registration"),
            get("at"),
            get("gate"),
        )
        direction, force, answers = get("direction", "in"), get("force", False), get("answers")
        shown, force_reason, item = get("verdict_shown"), get("force_reason"), get("item")
        moment = read_moment(at) if type(at) is str else None
        if (
            type(scan_id) is str and is_uuid(scan_id)
            and (ticket is None) != (registration is None)
            and (ticket is None or _is_text(ticket, MAX_TICKET))
            and (registration is None or (type(registration) is str and is_uuid(registration)))
            and (at is None or moment is not None)
            and (gate is None or _is_text(gate, MAX_GATE))
            and type(direction) is str and direction in _DIRECTIONS and type(force) is bool
            and (answers is None or _are_answers(answers))
            and (shown is None or (type(shown) is str and shown in _OUTCOMES))
            and (force_reason is None or _is_text(force_reason, MAX_REASON))
            and (item is None or _is_text(item, MAX_ITEM))
        ):  # fmt: skip
            return Request(
                scan_id.lower(),
                ticket,
                registration.lower() if registration else None,
                moment,
                gate,
                direction,
                force,
                answers,
                shown,
                force_reason=force_reason,
                item=item,
            )
        if "undoes" in data or "signs" in data:
            return _read_after(data)
    raise BadInput(fields=wrong_fields(data))


def _read_after(data: dict[str, Any]) -> Request:
    schema = UndoRowSchema() if "undoes" in data else SignatureRowSchema()
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise BadInput(fields=_said(error)) from None
    scan = str(loaded.get("undoes") or loaded.get("signs")).lower()
    reason = (loaded.get("reason") or "").strip() or None
    return Request(loaded["scan_id"].lower(), at=loaded["at"], after=After(scan, reason, loaded.get("strokes")))


def wrong_fields(data: Any) -> dict[str, list[str]]:
    """What the schema says of a request that is not one."""
    try:
        ScanSchema().load(data)
    except ValidationError as error:
        return _said(error)
    return {"_": [str(lazy_gettext("This is not a check-in."))]}


def _said(error: ValidationError) -> dict[str, list[str]]:
    said = error.messages if isinstance(error.messages, dict) else {"_": error.messages}
    return {str(name): [str(sentence) for sentence in _sentences(sentences)] for name, sentences in said.items()}


def _sentences(said: Any) -> list[Any]:
    if isinstance(said, dict):
        return [sentence for inner in said.values() for sentence in _sentences(inner)]
    return list(said) if isinstance(said, list) else [said]


class _Text(fields.String):
    """Text, and not bytes or halves of letters."""

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(validate=validate.Length(1, longest), allow_none=True, load_default=None, **options)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if type(value) is str and 0 < len(value) <= self.longest and not _is_text(value, self.longest):
            raise ValidationError([str(lazy_gettext("This holds half a letter and cannot be stored."))])
        return super()._deserialize(value, attr, data, **options)


class _Moment(fields.Field[datetime]):
    """An instant by RFC 3339, with its offset."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        moment = read_moment(value) if type(value) is str else None
        if moment is None:
            raise ValidationError(
                [str(lazy_gettext("Write a time with its offset, such as 2024-03-07T09:00:00+03:00."))]
            )
        return moment


class _YesOrNo(fields.Boolean):
    """Exactly true or false: "yes" and 1 are what a mistake looks like."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if type(value) is not bool:
            raise self.make_error("invalid", input=value)
        return value


class _Answers(fields.Dict):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not _are_answers(value):
            raise self.make_error("invalid")
        return value


class _Uuid(fields.String):
    """A UUID in its usual spelling, in either case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if type(value) is not str or not is_uuid(value):
            raise ValidationError([str(lazy_gettext("This is not a UUID."))])
        return value


class ScanSchema(Schema):
    """One scan. Either `ticket` or `registration` says who; the scan id makes it safe to send twice."""

    class Meta:
        unknown = EXCLUDE

    scan_id = _Uuid(
        required=True,
        error_messages={"required": lazy_gettext("Send a scan id: a UUID made when the code was read.")},  # type: ignore[dict-item]
        metadata={
            "format": "uuid",
            "description": "Made on the device when the code was read; sent again, it is the same scan.",
        },
    )
    ticket = _Text(
        MAX_TICKET, metadata={"description": "What was read: a ticket, an address with one in it, or a number."}
    )
    registration = _Uuid(
        allow_none=True,
        load_default=None,
        metadata={"format": "uuid", "description": "Who was found by name."},
    )
    at = _Moment(
        allow_none=True,
        load_default=None,
        metadata={"type": "string", "format": "date-time", "description": "When it was read; now, if left out."},
    )
    gate = _Text(MAX_GATE, metadata={"description": "Which door."})
    direction = fields.String(validate=validate.OneOf(_DIRECTIONS), load_default="in")
    force = _YesOrNo(
        load_default=False, metadata={"description": "Let in against the rules; needs the right checkin.force."}
    )
    force_reason = _Text(MAX_REASON, metadata={"description": "Why it is let in against the rules; no names."})
    item = _Text(MAX_ITEM, metadata={"description": "Which item of the agenda, by its id; else that of the gate."})
    answers = _Answers(
        allow_none=True, load_default=None, metadata={"description": "Answers to questions, by their ids."}
    )

    verdict_shown = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.OneOf(_OUTCOMES),
        metadata={"description": "The outcome that the device showed, where it had to judge by itself."},
    )

    @validates_schema(skip_on_field_errors=False)
    def says_who(self, data: dict[str, Any], **_: Any) -> None:
        """One of the two, and not both."""
        if (data.get("ticket") is None) == (data.get("registration") is None):
            raise ValidationError({"ticket": [str(lazy_gettext(N_("Send either a ticket or a registration.")))]})


class _RowSchema(Schema):
    """Of what follows a scan."""

    class Meta:
        unknown = EXCLUDE

    scan_id = _Uuid(
        required=True, metadata={"format": "uuid", "description": "Of this row: sent again, it is the same."}
    )
    at = _Moment(
        allow_none=True,
        load_default=None,
        metadata={"type": "string", "format": "date-time", "description": "When it happened; now, if left out."},
    )


class UndoRowSchema(_RowSchema):
    """A check-in or check-out that is taken back, in its turn among the scans."""

    undoes = _Uuid(required=True, metadata={"format": "uuid", "description": "The scan id of what is taken back."})
    reason = _Text(MAX_REASON, metadata={"description": "Why; no names."})


class SignatureRowSchema(_RowSchema):
    """The signature of the guest of a scan."""

    signs = _Uuid(required=True, metadata={"format": "uuid", "description": "The scan id of the guest who signs."})
    strokes = fields.String(
        required=True,
        metadata={
            "description": "JSON text: strokes `[x, y, dx, dy, …]` in a box of 1000 × 400.",
            "example": "[[100,200,50,-80,50,80]]",
        },
    )
