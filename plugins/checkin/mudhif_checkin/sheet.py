"""The attendance sheet as a PDF: to be signed on paper, or filled from what was recorded.

Of several days it has a column for each: the time and the signature of that day, or the room for one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any, Literal

from mudhif.plugin_api import (
    Event,
    Person,
    Registration,
    all_kept,
    is_holder,
    is_registration_of,
    local,
    ngettext,
    render_typst,
)
from mudhif.plugin_api import gettext as _

from .attendance import KINDS, Attendance
from .queries import rows_of
from .signatures import Signature, Signed, signature_svg, signatures_of
from .training import Training, training_of
from .words import kinds

Group = Literal["kind", "organisation"]
GROUPS: tuple[Group, ...] = ("kind", "organisation")
DAYS_ABREAST = 5
"""More days go into a further table: a signature needs the room."""
EMPTY_ROWS = 10
"""Of a blank sheet, for those who come without having registered."""

Row = dict[str, Any]


def attendance_sheet(
    event: Event,
    came: Attendance,
    language: str = "en",
    now: datetime | None = None,
    *,
    phones: bool = True,
    by: Group | None = None,
    blank: bool = False,
    empty_rows: int | None = None,
) -> bytes:
    """The sheet of everybody who is registered or came; cancelled guests who stayed away are left out.

    Args:
        phones: with the guests' numbers, as donors ask; not for those who may not see them.
        by: in groups with a heading each.
        blank: to be signed on paper; nothing that was recorded stands in it.
        empty_rows: for guests who come unregistered; of a blank sheet ten, else none.
    """
    data = sheet_data(
        event, came, language, now or datetime.now(UTC), phones=phones, by=by, blank=blank, empty_rows=empty_rows
    )
    source = files("mudhif_checkin").joinpath("sheet.typ").read_text(encoding="utf-8")
    return render_typst(source, {"data.json": json.dumps(data, ensure_ascii=False)})


def sheet_data(
    event: Event,
    came: Attendance,
    language: str,
    now: datetime,
    *,
    phones: bool,
    by: Group | None = None,
    blank: bool = False,
    empty_rows: int | None = None,
) -> dict[str, Any]:
    """All that the layout prints."""
    at = {arrival.registration: arrival.at for arrival in came.arrivals}
    training = training_of(event, now)
    signed = {} if blank else signatures_of(event.id)
    days = _days_of(event, () if blank else training.days)
    signed_days = {} if blank else _signatures_by_day(event, days)
    rows = []
    for guest in _guests(event.id):
        id = guest["id"]
        if guest["status"] in ("cancelled", "waiting") if blank else guest["status"] == "cancelled" and id not in at:
            continue
        row = _row(event, guest, {} if blank else at, signed)
        row["days"] = [] if len(days) == 1 else _cells(event, row, days, training, id, signed_days.get(id, {}), blank)
        rows.append(row if blank else row | _parts(event, id, training))
    printed = local(event, now)
    day = local(event, event.starts)
    hours = _("%(start)s to %(end)s", start=f"{day:%H:%M}", end=f"{local(event, event.ends):%H:%M}")
    return {
        "language": language,
        "title": _("Attendance sheet"),
        "event": event.title,
        "line": " · ".join(part for part in (_days(event), hours, event.venue, event.city) if part),
        "more": " · ".join(part for part in (event.organiser, event.donor) if part),
        "headers": (headers := _headers(training, days, phones=phones, by=by, blank=blank)),
        "parts": _parts_of_days(days),
        "rows": rows,
        "groups": _groups(rows, by, (EMPTY_ROWS if blank else 0) if empty_rows is None else empty_rows, headers),
        "total": ngettext("One is registered.", "%(num)s are registered.", came.registered)
        if blank
        else _("%(arrived)s of %(registered)s arrived.", arrived=len(at), registered=came.registered),
        "foot": _("printed %(time)s from %(lines)s", time=f"{printed:%d/%m/%Y %H:%M}",
                  lines=ngettext("%(num)s registration", "%(num)s registrations", len(rows))),
        "page": _("page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    }  # fmt: skip


def _signatures_by_day(event: Event, days: Sequence[date]) -> dict[str, dict[date, str]]:
    """The last drawing of each guest on each day of the event's zone; who signs afterwards signs for the last."""
    query = (
        Signature.select(Signature.registration, Signature.at, Signature.strokes)
        .join(Registration, on=(Registration.id == Signature.registration))
        .where(Registration.event == event.id, Signature.strokes.is_null(False))
        .order_by(Signature.at, Signature.id)
    )
    rows = list(rows_of(query))
    stands = all_kept(row[0] for row in rows)
    found: dict[str, dict[date, str]] = {}
    for id, at, strokes in rows:
        day = local(event, at).date()
        found.setdefault(stands[id], {})[day if day in days else days[-1]] = strokes
    return found


def _days_of(event: Event, recorded: Iterable[date]) -> list[date]:
    """The event's own days, and those on which something was recorded."""
    first, last = local(event, event.starts).date(), local(event, event.ends).date()
    planned = {first + timedelta(days=n) for n in range(min((last - first).days, 60) + 1)}
    return sorted(planned | set(recorded))


def _headers(
    training: Training, days: Sequence[date], *, phones: bool, by: Group | None, blank: bool
) -> dict[str, str]:
    """The columns before those of the days."""
    headers = {
        "number": _("No."), "name": _("Name"), "sex": _("Sex"), "organisation": _("Organisation"),
        "role": _("Position"), "kind": _("Kind of guest"), "phone": _("Phone"), "arrived": _("Arrived"),
        "hours": _("Hours"), "signature": _("Signature"),
    }  # fmt: skip
    several = len(days) > 1
    left_out = {
        "phone": not phones or (several and len(days) > 2),
        "role": several,
        "kind": by == "kind" or several,
        "organisation": by == "organisation",
        "arrived": blank or several,
        "hours": blank or not training.is_of_parts,
        "signature": several,
    }
    return {id: words for id, words in headers.items() if not left_out.get(id)}


def _parts_of_days(days: Sequence[date]) -> list[dict[str, Any]]:
    """The columns of days, table by table; one table without any where there is one day."""
    if len(days) == 1:
        return [{"start": 0, "days": []}]
    shown = [f"{day:%d/%m}" for day in days]
    starts = range(0, len(shown), DAYS_ABREAST)
    return [{"start": start, "days": shown[start : start + DAYS_ABREAST]} for start in starts]


def _groups(rows: Sequence[Row], by: Group | None, empty_rows: int, headers: Iterable[str]) -> list[dict[str, Any]]:
    """The rows under their headings; those of a walk-in last."""
    if by is None:
        groups = [{"title": "", "rows": list(rows)}]
    else:
        titles = {row[by] for row in rows}
        order = [kinds().get(kind, kind) for kind in KINDS] if by == "kind" else sorted(titles - {""}, key=str.casefold)
        order += [*sorted(titles.difference(order, {""})), ""]
        groups = [{"title": title or _("No organisation"), "rows": of} for title in order
                  if (of := [row for row in rows if row[by] == title])]  # fmt: skip
    if empty_rows:
        empty: Row = dict.fromkeys((*headers, "name", "other", "signature", "alt"), "") | {"days": []}
        groups.append({"title": _("Came without a registration"), "rows": [empty] * empty_rows})
    return groups


def _cells(
    event: Event, row: Row, days: Sequence[date], training: Training, id: str, signed: dict[date, str], blank: bool
) -> list[dict[str, str]]:
    """What stands in the column of each day."""
    came = {} if blank else dict(training.days_of(id))
    return [
        {
            "time": f"{local(event, came[day]):%H:%M}" if day in came else "",
            "signature": signature_svg(signed[day]) if day in signed else "",
            "alt": _("Signature of %(name)s", name=row["name"] or _("A guest")),
        }
        for day in days
    ]


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
        .join(Person, on=is_holder())
        .where(is_registration_of(event))
        .order_by(Registration.number, Registration.id)
        .dicts()
    )  # fmt: skip


def _row(event: Event, row: dict[str, Any], at: dict[str, datetime], signed: dict[str, Signed]) -> Row:
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
