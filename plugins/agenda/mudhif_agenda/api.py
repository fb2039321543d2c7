# mypy: disable-error-code="untyped-decorator"
"""The agenda's and the timer's part of the API."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from mudhif.plugin_api import api_blueprint, current_event, requires, write
from mudhif.plugin_api import gettext as _

from .clock_guard import steady_ms
from .services import item_json, items_of, press, state_of, timer_json
from .timer import Do, Phase

PRESSES = tuple(do.value for do in Do if do is not Do.CLOCK)

api = api_blueprint("agenda", __name__)


def _is_a_press(action: str) -> None:
    if action not in PRESSES:
        raise ValidationError(_("There is no such button."))


class TimerItemSchema(Schema):
    """The item that runs."""

    id = fields.String()
    title = fields.String(allow_none=True)


class TimerSchema(Schema):
    """The timer. Lengths are whole seconds; what is unknown is null."""

    state = fields.String(metadata={"enum": [phase.value for phase in Phase]})
    item = fields.Nested(TimerItemSchema, allow_none=True)
    elapsed = fields.Integer(allow_none=True)
    remaining = fields.Integer(allow_none=True, metadata={"description": "Below 0 once the item runs over."})
    offset = fields.Integer(allow_none=True, metadata={"description": "Behind the plan; negative when ahead."})
    expected_end = fields.String(allow_none=True, metadata={"format": "date-time"})


class PressSchema(Schema):
    """Something that is pressed."""

    class Meta:
        unknown = EXCLUDE

    action = fields.String(
        required=True,
        validate=_is_a_press,
        metadata={"enum": list(PRESSES)},
    )
    id = fields.UUID(load_default=None, metadata={"description": "Of the fact: sent again, it is the same press."})
    item = fields.String(load_default=None, metadata={"description": "Where jump and start lead."})
    seconds = fields.Integer(load_default=None, metadata={"description": "Of add; negative ones take away."})
    text = fields.String(load_default=None, validate=validate.Length(max=200))
    seen = fields.String(load_default=None, metadata={"description": "The item that was on the screen that pressed."})


class ItemSchema(Schema):
    """An agenda item. `start` and `end` are times of day at the event's place."""

    id = fields.String()
    day = fields.Integer()
    start = fields.String(allow_none=True)
    end = fields.String(allow_none=True)
    duration = fields.Integer(allow_none=True)
    title = fields.String()
    kind = fields.String()
    speakers = fields.List(fields.String())
    description = fields.String(allow_none=True)
    line = fields.Integer(allow_none=True)


class ClockSchema(Schema):
    """Where the laptop's clocks stand, in milliseconds."""

    steady = fields.Integer(metadata={"description": "Of a clock that nobody can set; for screens to count against."})
    wall = fields.Integer(metadata={"description": "Since 1970."})


@api.get("/events/<event>/timer")
@requires("event.view")
@api.response(200, TimerSchema)
def show_timer(event: str) -> dict[str, Any]:
    """The timer of an event."""
    found = current_event()
    return timer_json(found, state_of(found))


@api.post("/events/<event>/timer")
@requires("agenda.timer")
@api.arguments(PressSchema)
@api.response(200, TimerSchema)
def press_timer(pressed: dict[str, Any], event: str) -> dict[str, Any]:
    """Press something; answers with the timer after it."""
    found = current_event()
    id = str(pressed["id"]) if pressed["id"] else None
    state = write(
        lambda tx: press(
            tx, found, Do(pressed["action"]), item=pressed["item"], seconds=pressed["seconds"], text=pressed["text"],
            seen=pressed["seen"], id=id,
        )
    )  # fmt: skip
    return timer_json(found, state)


@api.get("/events/<event>/agenda")
@requires("event.view")
@api.response(200, ItemSchema(many=True))
def show_agenda(event: str) -> list[dict[str, Any]]:
    """The items of an event's agenda in their order."""
    return [item_json(item) for item in items_of(current_event().id)]


@api.get("/clock")
@requires("event.view", anywhere=True)
@api.response(200, ClockSchema)
def show_clock() -> dict[str, int]:
    """The laptop's clocks, for a screen that counts by itself."""
    from time import time

    return {"steady": steady_ms(), "wall": round(time() * 1000)}
