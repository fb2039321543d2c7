"""The attendance sheet as a PDF: who was registered, who came and when, and a cell to sign in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from mudhif.plugin_api import Event, Person, Registration, local, ngettext, render_typst
from mudhif.plugin_api import gettext as _

from .attendance import Attendance
from .words import kinds


def attendance_sheet(event: Event, came: Attendance, language: str = "en", now: datetime | None = None) -> bytes:
    """The sheet of everybody who is registered or came; cancelled guests who stayed away are left out."""
    at = {arrival.registration: arrival.at for arrival in came.arrivals}
    rows = [_row(event, row, at) for row in _guests(event.id) if row[1] != "cancelled" or row[0] in at]
    printed = local(event, now or datetime.now(UTC))
    day = local(event, event.starts)
    hours = _("%(start)s to %(end)s", start=f"{day:%H:%M}", end=f"{local(event, event.ends):%H:%M}")
    data = {
        "language": language,
        "title": _("Attendance sheet"),
        "event": event.title,
        "line": " · ".join(part for part in (f"{day:%d/%m/%Y}", hours, event.venue) if part),
        "headers": [_("No."), _("Name"), _("Organisation"), _("Kind of guest"), _("Arrived"), _("Signature")],
        "rows": rows,
        "total": _("%(arrived)s of %(registered)s arrived.", arrived=len(came.arrivals), registered=came.registered),
        "foot": _("printed %(time)s from %(lines)s", time=f"{printed:%d/%m/%Y %H:%M}",
                  lines=ngettext("%(num)s registration", "%(num)s registrations", len(rows))),
        "page": _("page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    }  # fmt: skip
    source = files("mudhif_checkin").joinpath("sheet.typ").read_text(encoding="utf-8")
    return render_typst(source, {"data.json": json.dumps(data, ensure_ascii=False)})


def _guests(event: str) -> Any:
    return (
        Registration.select(
            Registration.id, Registration.status, Registration.number, Person.name, Person.name_alt,
            Person.organisation, Registration.kind,
        )
        .join(Person, on=(Person.id == Registration.person))
        .where(Registration.event == event, ~Registration.deleted)
        .order_by(Registration.number, Registration.id)
        .tuples()
    )  # fmt: skip


def _row(event: Event, row: tuple[Any, ...], at: dict[str, datetime]) -> list[str]:
    id, _status, number, name, name_alt, organisation, kind = row
    arrived = f"{local(event, at[id]):%H:%M}" if id in at else ""
    return [str(number), name or "", name_alt or "", organisation or "", kinds().get(kind, kind), arrived]
