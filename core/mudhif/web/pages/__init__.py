"""The core's own pages, for the team and for guests."""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from mudhif import i18n
from mudhif.web import answers
from mudhif.web.pages import (  # noqa: F401 - each hangs its views on the blueprint
    accounts,
    captive,
    cases,
    devices,
    events,
    guest_form,
    guest_import,
    guests,
    home,
    invitations,
    pairs,
    plugins,
    privacy,
    questions,
    series,
    settings,
    sign,
    tickets,
    trust,
    words,
)
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.frame import page_frame

__all__ = ["register_pages"]


def register_pages(app: Flask) -> None:
    """Add the pages, and what their templates use."""
    i18n.write_count = words.figure
    app.jinja_env.filters.update(words.FILTERS | answers.FILTERS)
    app.jinja_env.globals["page_frame"] = page_frame
    app.jinja_env.globals["ngettext"] = _count_in_digits(app.jinja_env.globals["ngettext"])
    app.register_blueprint(core)


def _count_in_digits(ngettext: Any) -> Any:
    """Jinja's own ``ngettext``, whose ``%(num)s`` is written in the digits of the page."""

    @pass_context
    def counted(context: Context, singular: str, plural: str, num: int, **values: Any) -> Any:
        return ngettext(context, singular, plural, num, **{"num": words.figure(num), **values})

    return counted
