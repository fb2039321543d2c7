"""How many guests an event has and how many came, over the API."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from mudhif.services.figures import breakdowns, guest_counts
from mudhif.web.auth import current_event, requires
from mudhif.web.blueprints import API_PREFIX

blp = Blueprint("figures_api", __name__, url_prefix=API_PREFIX, description="Figures of an event's guests.")


class ShareSchema(Schema):
    """The guests of one sex, age or group."""

    value = fields.String(allow_none=True, metadata={"description": "Null: not recorded.", "example": "f"})
    registered = fields.Integer()
    arrived = fields.Integer(allow_none=True, metadata={"description": "Null where nothing checks guests in."})


class FiguresSchema(Schema):
    """The guests of an event in numbers."""

    invited = fields.Integer()
    registered = fields.Integer()
    waiting = fields.Integer()
    cancelled = fields.Integer()
    by = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(ShareSchema)),
        metadata={"description": "By `sex`, `age_band`, `disability`, `stakeholder_group` and `kind`."},
    )


@blp.get("/events/<event>/figures")
@requires("event.view")
@blp.response(200, FiguresSchema)
def show_figures(event: str) -> dict[str, Any]:
    """Show how many are registered and how many arrived, by sex, age, disability, group and kind."""
    shown = current_event()
    counts = guest_counts(shown.id)
    return {
        "invited": counts.invited,
        "registered": counts.registered,
        "waiting": counts.waiting,
        "cancelled": counts.cancelled,
        "by": breakdowns(shown.id),
    }
