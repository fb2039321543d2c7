"""What a report counts of media: every figure with the ids of its rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from mudhif.plugin_api import N_, blob_path
from mudhif.plugin_api import gettext as _

from .logbook import attachments_of, coverage_of
from .models import Attachment

if TYPE_CHECKING:
    from mudhif_reports import Figure, Scope

COUNTED = {
    "photo": ("media.photos", N_("Photos that are attached.")),
    "poster": ("media.posters", N_("Posters that are attached.")),
    "signed-list": ("media.signed_lists", N_("Signed attendance lists that are attached.")),
    "presentation": ("media.presentations", N_("Presentations that are attached.")),
}


def figures_of(scope: Scope) -> list[Figure]:
    """Coverage, attachments in all, and attachments by kind; what is not on this laptop is counted, not shown."""
    from mudhif_reports import AttachmentRow, CoverageRow, Figure

    where = f"/e/{scope.event.code}/media"
    coverage, attachments = coverage_of(scope.event.id), attachments_of(scope.event.id)
    figures = [
        Figure(
            id="media.coverage",
            value=len(coverage),
            unit="items",
            definition=_("Pieces of coverage by media that are noted for this event."),
            rows=tuple(row.id for row in coverage),
            correct_url=where,
            table=tuple(
                CoverageRow(
                    id=row.id,
                    outlet=row.outlet,
                    kind=row.kind,
                    on=date.fromisoformat(row.date) if row.date else None,
                    headline=row.headline,
                    link=row.link,
                )
                for row in coverage
            ),
        ),
        Figure(
            id="media.attachments",
            value=len(attachments),
            unit="files",
            definition=_("Files that are attached to this event."),
            rows=tuple(row.id for row in attachments),
            correct_url=where,
            table=tuple(
                AttachmentRow(
                    id=row.id,
                    sha256=row.sha256,
                    name=row.file_name or row.sha256[:12],
                    media_type=row.media_type,
                    kind=row.kind,
                    caption=row.caption or "",
                    alt=row.caption or "",
                    consent=row.consent,
                )
                for row in attachments
                if row.sha256 is not None and blob_path(row.sha256).is_file()
            ),
        ),
    ]
    for kind, (name, definition) in COUNTED.items():
        rows = [row for row in attachments if row.kind == kind]
        figures.append(_count(Figure, name, rows, _(definition), where))
    return figures


def _count(figure: Any, name: str, rows: list[Attachment], definition: str, where: str) -> Figure:
    ids = tuple(row.id for row in rows)
    made: Figure = figure(id=name, value=len(rows), unit="files", definition=definition, rows=ids, correct_url=where)
    return made
