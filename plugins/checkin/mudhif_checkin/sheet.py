"""The attendance sheet as a PDF: who was registered, who came and when, and the signature or a cell to sign in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from mudhif.plugin_api import Event, Person, Registration, local, ngettext, render_typst
from mudhif.plugin_api import gettext as _

from .attendance import Attendance
from .signatures import Signed, signature_svg, signatures_of
from .training import Training, training_of
from .words import kinds


def attendance_sheet(
    event: Event,
    came: Attendance,
    language: str = "en",
    now: datetime | None = None,
    *,
    phones: bool = True,
) -> bytes:
    """The sheet of everybody who is registered or came; cancelled guests who stayed away are left out.

    Args:
        phones: with the guests' numbers, as donors ask; not for those who may not see them.
    """
    data = sheet_data(event, came, language, now or datetime.now(UTC), phones=phones)
    source = files("mudhif_checkin").joinpath("sheet.typ").read_text(encoding="utf-8")
    return render_typst(source, {"data.json": json.dumps(data, ensure_ascii=False)})


def sheet_data(event: Event, came: Attendance, language: str, now: datetime, *, phones: bool) -> dict[str, Any]:
    """All that the layout prints."""
    at = {arrival.registration: arrival.at for arrival in came.arrivals}
    signed, training = signatures_of(event.id), training_of(event, now)
    rows = [
        _row(event, row, at, signed) | _parts(event, row["id"], training)
        for row in _guests(event.id)
        if row["status"] != "cancelled" or row["id"] in at
    ]
    printed = local(event, now)
    day = local(event, event.starts)
    hours = _("%(start)s to %(end)s", start=f"{day:%H:%M}", end=f"{local(event, event.ends):%H:%M}")
    headers = {
        "number": _("No."), "name": _("Name"), "sex": _("Sex"), "organisation": _("Organisation"),
        "role": _("Position"), "kind": _("Kind of guest"), "phone": _("Phone"), "arrived": _("Arrived"),
        "hours": _("Hours"), "signature": _("Signature"),
    }  # fmt: skip
    if not phones:
        del headers["phone"]
    if not training.is_of_parts:
        del headers["hours"]
    return {
        "language": language,
        "title": _("Attendance sheet"),
        "event": event.title,
        "line": " · ".join(part for part in (_days(event), hours, event.venue, event.city) if part),
        "more": " · ".join(part for part in (event.organiser, event.donor) if part),
        "headers": headers,
        "rows": rows,
        "total": _("%(arrived)s of %(registered)s arrived.", arrived=len(came.arrivals), registered=came.registered),
        "foot": _("printed %(time)s from %(lines)s", time=f"{printed:%d/%m/%Y %H:%M}",
                  lines=ngettext("%(num)s registration", "%(num)s registrations", len(rows))),
        "page": _("page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    }  # fmt: skip


def _days(event: Event) -> str:
    first, last = (f"{local(event, at):%d/%m/%Y}" for at in (event.starts, event.ends))
    return first if first == last else _("%(start)s to %(end)s", start=first, end=last)


def _parts(event: Event, registration: str, training: Training) -> dict[str, str]:
    """Of an event of several days or items: when the guest came on which day, and their hours."""
    if not training.is_of_parts:
        return {}
    hours, days = training.hours_of(registration), training.days_of(registration)
    if len(training.days) == 1:
        return {"hours": f"{hours:g}" if days else ""}
    came = "\n".join(f"{day:%d/%m} {local(event, at):%H:%M}" for day, at in days)
    return {"hours": f"{hours:g}" if days else "", "arrived": came}


def _guests(event: str) -> Any:
    return (
        Registration.select(
            Registration.id, Registration.status, Registration.number, Person.name, Person.name_alt, Person.sex,
            Person.organisation, Person.role, Person.phone, Registration.kind,
        )
        .join(Person, on=(Person.id == Registration.person))
        .where(Registration.event == event, ~Registration.deleted)
        .order_by(Registration.number, Registration.id)
        .dicts()
    )  # fmt: skip


def _row(event: Event, row: dict[str, Any], at: dict[str, datetime], signed: dict[str, Signed]) -> dict[str, str]:
    id, name = row["id"], row["name"] or ""
    sexes = {"f": _("Woman"), "m": _("Man")}
    signature = signed.get(id)
    return {
        "number": str(row["number"] or ""),
        "name": name,
        "other": row["name_alt"] or "",
        "sex": sexes.get(row["sex"], ""),
        "organisation": row["organisation"] or "",
        "role": row["role"] or "",
        "kind": kinds().get(row["kind"], row["kind"]),
        "phone": row["phone"] or "",
        "arrived": f"{local(event, at[id]):%H:%M}" if id in at else "",
        "signature": signature_svg(signature.strokes) if signature else "",
        "alt": _("Signature of %(name)s", name=name or _("A guest")) if signature else "",
    }
