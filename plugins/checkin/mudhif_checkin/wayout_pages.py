"""Where the laptop takes in what a phone kept and could not send: by its webcam, by photos, by a file."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.plugin_api import (
    BadInput,
    Event,
    MudhifError,
    allow_wasm,
    current_event,
    current_who,
    event_pages,
    requires,
)
from mudhif.plugin_api import gettext as _

from . import words
from .checkins import FORCE
from .handing_in import TakenRow, scans_of_file, take_scans
from .pages import _hour

queue = event_pages("queue", __name__)

MOST_BYTES = 8 * 1024 * 1024


@queue.get("/")
@requires(FORCE)
def show_queue(code: str) -> Response:
    """Choose how the scans come in."""
    return _page(current_event())


@queue.post("/")
@requires(FORCE)
def post_queue(code: str) -> ResponseReturnValue:
    """Take the scans in and say what became of each. Loading it again is harmless: each has its scan id."""
    event, upload = current_event(), request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise BadInput(fields={"file": [_("Choose a file first.")]})
        kept = scans_of_file(upload.read(MOST_BYTES + 1))
        rows = take_scans(event.id, kept, current_who())
    except MudhifError as error:
        return _page(event, errors=error.errors or {"file": [str(error)]}), error.status
    return _page(event, device=kept.device, taken=[_shown(event, row) for row in rows])


def _page(event: Event, **more: Any) -> Response:
    page = render_template(
        "mudhif_checkin/queue.html",
        event=event,
        wasm=url_for("queue.static", filename="zxing_reader.wasm"),
        **{"errors": {}, "taken": None, "device": None} | more,
    )
    return allow_wasm(make_response(page))


def _shown(event: Event, row: TakenRow) -> dict[str, Any]:
    """One scan as the page tells of it."""
    answer = row.answer
    return {
        "hour": _hour(event, row.at) if row.at else "",
        "guest": answer["registration"] if answer else None,
        "say": words.cards()[answer["outcome"]].say if answer else None,
        "is_known": row.is_known,
        "wrong": row.message,
    }
