"""What others take from the agenda: a donor report its items and minutes, the door what guests can check in to."""

from __future__ import annotations

from typing import Any

from mudhif.plugin_api import gettext as _
from mudhif.plugin_api import local

from .services import items_of, moment_of, state_of


def figures(scope: Any) -> list[Any]:
    """Figures with the ids of their rows; minutes that nobody recorded are None."""
    from mudhif_reports.hookspecs import AgendaRow, Figure

    event = scope.event
    items = items_of(event.id)
    if not items:
        return []
    rows = {row.item.id: row for row in state_of(event).rows}
    table = tuple(
        AgendaRow(
            id=item.id, title=item.title, kind=item.kind, speakers=tuple(item.speakers),
            starts=_local(event, moment_of(event, item.day, item.start_minute)),
            ends=_local(event, moment_of(event, item.day, item.end_minute)),
            actual_starts=_local(event, rows[item.id].actual_start),
            actual_ends=_local(event, rows[item.id].actual_end),
        )
        for item in items
    )  # fmt: skip
    ids = tuple(item.id for item in items)
    timed = [item for item in items if item.duration_seconds is not None]
    ran = [row for row in rows.values() if row.actual_end is not None]
    url = f"/e/{event.code}/agenda"
    planned = sum(item.duration_seconds or 0 for item in timed) // 60 if timed else None
    actual = sum(row.seconds for row in ran) // 60 if ran else None
    return [
        Figure(id="agenda.items", value=len(items), unit="items", rows=ids, correct_url=url, table=table,
               definition=_("Items of the agenda, breaks and meals included.")),
        Figure(id="agenda.planned_minutes", value=planned, unit="minutes", rows=tuple(item.id for item in timed),
               correct_url=url, definition=_("Minutes of all items whose length the agenda gives.")),
        Figure(id="agenda.actual_minutes", value=actual, unit="minutes", rows=tuple(row.item.id for row in ran),
               correct_url=url, definition=_("Minutes that the timer ran, pauses left out.")),
    ]  # fmt: skip


def door_items(event: Any) -> list[Any]:
    """The items that guests can check in to at the door; nobody checks in to a break."""
    from mudhif_checkin.hookspecs import DoorItem

    return [
        DoorItem(
            id=item.id, title=item.title, day=item.day, starts=moment_of(event, item.day, item.start_minute),
            ends=moment_of(event, item.day, item.end_minute),
        )
        for item in items_of(event.id)
        if item.kind not in ("break", "meal")
    ]  # fmt: skip


def _local(event: Any, moment: Any) -> Any:
    return None if moment is None else local(event, moment)
