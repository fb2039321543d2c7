"""The core's own pages, for the team and for guests."""

from __future__ import annotations

from flask import Flask

from mudhif.web.pages import (  # noqa: F401 - each hangs its views on the blueprint
    accounts,
    events,
    guest_form,
    guest_import,
    guests,
    home,
    plugins,
    sign,
    tickets,
    words,
)
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.frame import page_frame

__all__ = ["register_pages"]


def register_pages(app: Flask) -> None:
    """Add the pages, and what their templates use."""
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.globals["page_frame"] = page_frame
    app.register_blueprint(core)
