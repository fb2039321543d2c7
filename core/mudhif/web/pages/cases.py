"""The page *Cases*: what plugins found in an event that a person must settle, each with its ways out."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from mudhif.plugins import host
from mudhif.storage.store import current
from mudhif.web.auth import current_event, requires
from mudhif.web.pages.blueprint import core


@core.get("/e/<code>/cases")
@requires("event.edit")
def cases(code: str) -> ResponseReturnValue:
    """Every open case of an event; what is settled is gone at the next look."""
    event, plugins = current_event(), host.current()
    found = plugins.call("cases", event=event, read=current())
    return render_template(
        "mudhif/cases.html", event=event, cases=[answer.value for answer in found], missing=plugins.failing("cases")
    )
