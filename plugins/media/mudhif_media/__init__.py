"""Media: who reported on an event, and the files that show it.

A module of small implementations; what costs time to import is imported where it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mudhif.plugin_api import Line, Link, Panel, Permission, Place, Who, hookimpl, lazy_gettext
from mudhif.plugin_api import gettext as _

if TYPE_CHECKING:
    import click
    from flask import Blueprint

MUDHIF_API = "1.0"
MUDHIF_TITLE = lazy_gettext("Media")
MUDHIF_SUMMARY = lazy_gettext("Who reported on an event, and the files that show it.")

VIEW, EDIT = "media.view", "media.edit"


@hookimpl
def mudhif_models() -> list[type[Any]]:
    from .models import Attachment, Coverage

    return [Coverage, Attachment]


@hookimpl
def mudhif_blueprints() -> list[Blueprint]:
    from .api import api
    from .pages import pages

    return [pages, api]


@hookimpl
def mudhif_commands() -> list[click.Command]:
    from .commands import media

    return [media]


@hookimpl
def mudhif_permissions() -> list[Permission]:
    return [
        Permission(
            id=VIEW,
            title=lazy_gettext("See coverage and attachments"),  # type: ignore[arg-type]  # shown later
            roles=("administrator", "coordinator", "reporter", "viewer"),
        ),
        Permission(
            id=EDIT,
            title=lazy_gettext("Add coverage and attachments"),  # type: ignore[arg-type]  # shown later
            roles=("administrator", "coordinator", "reporter"),
        ),
    ]


@hookimpl
def mudhif_navigation(event: Any) -> list[Link]:
    if event is None:
        return []
    from flask import url_for

    url = url_for("media.show", code=event.code)
    return [Link(title=_("Media"), url=url, permission=VIEW, section="after", icon="media", weight=20)]


@hookimpl
def mudhif_panels(place: Place, subject: Any, who: Who) -> list[Panel]:
    if place is not Place.EVENT or not who.may(VIEW):
        return []
    from .logbook import attachments_of, coverage_of

    coverage, attachments = coverage_of(subject.id), attachments_of(subject.id)
    if not coverage and not attachments:
        return []
    context = {"event": subject, "coverage": coverage, "attachments": attachments}
    return [Panel(title=_("Media"), template="mudhif_media/panel.html", context=context, weight=60)]


@hookimpl
def mudhif_doctor(event: Any) -> list[Line]:
    from .health import lines_of_event, lines_of_installation

    return lines_of_installation() if event is None else lines_of_event(event)


@hookimpl(optionalhook=True)
def mudhif_report_figures(scope: Any) -> list[Any]:
    from .figures import figures_of

    return figures_of(scope)
