"""Reports: figures that can be recounted, the narrative, checks of any finished report, donor formats."""

from __future__ import annotations

import re
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mudhif.plugin_api import N_, Line, Link, Permission, hookimpl, lazy_gettext
from mudhif.plugin_api import gettext as _

from .hookspecs import (
    AgendaRow,
    AttachmentRow,
    Attendant,
    Check,
    Claim,
    Claims,
    CoverageRow,
    Demand,
    EventFacts,
    Figure,
    Finding,
    Format,
    Frozen,
    Place,
    ProjectFacts,
    Scope,
    Section,
    in_language,
)

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from mudhif.plugin_api import Event, PackageKind

    from .documents import Document

MUDHIF_API = "1.0"
MUDHIF_TITLE = lazy_gettext("Reports")
MUDHIF_SUMMARY = lazy_gettext("Figures that can be recounted, checks of finished reports, and donors' forms.")

__all__ = [
    "AgendaRow",
    "AttachmentRow",
    "Attendant",
    "Check",
    "Claim",
    "Claims",
    "CoverageRow",
    "Demand",
    "EventFacts",
    "Figure",
    "Finding",
    "Format",
    "Frozen",
    "Place",
    "ProjectFacts",
    "Scope",
    "Section",
    "in_language",
]


@hookimpl
def mudhif_hookspecs() -> ModuleType:
    from . import hookspecs

    return hookspecs


@hookimpl
def mudhif_models() -> list[type[Any]]:
    from .models import Accepted, Narrative, Report

    return [Narrative, Report, Accepted]


@hookimpl
def mudhif_blueprints() -> list[Blueprint]:
    from .pages import report

    return [report]


@hookimpl
def mudhif_commands() -> list[click.Command]:
    from .commands import report

    return [report]


@hookimpl
def mudhif_permissions() -> list[Permission]:
    return [
        Permission(
            id="reports.read",
            title=lazy_gettext(N_("Read reports")),  # type: ignore[arg-type]
            roles=("coordinator", "reporter", "viewer"),
        ),
        Permission(
            id="reports.edit",
            title=lazy_gettext(N_("Write reports")),  # type: ignore[arg-type]
            roles=("coordinator", "reporter"),
        ),
    ]


@hookimpl
def mudhif_navigation(event: Event | None) -> list[Link]:
    if event is None:
        return []
    from flask import url_for

    url = url_for("report.overview", code=event.code)
    return [Link(title=_("Report"), url=url, permission="reports.read", section="after", icon="report", weight=30)]


@hookimpl
def mudhif_doctor(event: Event | None) -> list[Line]:
    if event is None:
        return []
    from .narrative import narrative_of

    lines = _format_lines(event)
    if any(narrative_of(event.id, language) for language in ("en", "ar")):
        return [Line(name="report", ok=True, text=_("The report has a text.")), *lines]
    remedy = _("Write it on the page Report, or take it over from a finished text.")
    return [Line(name="report", ok=False, text=_("The report has no text yet."), remedy=remedy), *lines]


def _format_lines(event: Event) -> list[Line]:
    """Whether the event's donor has a format here; nothing where no donor is named."""
    from .freezing import formats

    donor = (event.donor or "").strip()
    if not donor:
        return []
    # "ICVA" on the event is "International Council of Voluntary Agencies (ICVA)" in its format.
    said = re.compile(rf"(?<!\w){re.escape(donor)}(?!\w)", re.IGNORECASE)
    if any(said.search(form.donor or "") for form in formats().values()):
        return [Line(name="report.format", ok=True, text=_("Report format: %(donor)s", donor=donor))]
    text = _("There is no report format of %(donor)s", donor=donor)
    remedy = _("Install the donor's pack on the page Plugins; until then a general format serves.")
    return [Line(name="report.format", ok=False, text=text, remedy=remedy)]


@hookimpl
def mudhif_package_kinds() -> list[PackageKind]:
    from .packs import PACK_KIND

    return [PACK_KIND]


@hookimpl
def mudhif_report_figures(scope: Scope) -> list[Figure]:
    from .figures import core_figures

    return core_figures(scope)


@hookimpl
def mudhif_report_claims(document: Document) -> list[Claim]:
    from .claims import read_claims

    return read_claims(document)


@hookimpl
def mudhif_report_checks() -> list[Check]:
    from .checks import CHECKS

    return list(CHECKS)
