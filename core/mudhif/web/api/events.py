"""Events over the API."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from mudhif.services.events import all_events, event_json
from mudhif.web.api.schemas import EventSchema
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.blueprints import API_PREFIX

blp = Blueprint("events_api", __name__, url_prefix=API_PREFIX, description="Gatherings with a time and a place.")


@blp.get("/events")
@requires("event.view", anywhere=True)
@blp.response(200, EventSchema(many=True))
def list_events() -> list[dict[str, Any]]:
    """List the events, the latest first; a token of one event sees that one."""
    confined = current_who().event
    return [event_json(event) for event in all_events() if confined in (None, event.id)]


@blp.get("/events/<event>")
@requires("event.view")
@blp.response(200, EventSchema)
def show_event(event: str) -> dict[str, Any]:
    """Show one event."""
    return event_json(current_event())
