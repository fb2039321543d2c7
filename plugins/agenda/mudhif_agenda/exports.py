"""The agenda as a file: iCalendar, Excel, CSV, PDF, JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from mudhif.plugin_api import N_, BadInput, Event, local
from mudhif.plugin_api import gettext as _

from .models import Item
from .parser import clock_text
from .services import item_json, items_of, moment_of, stamp
from .words import KINDS, Say

Made = Callable[[Event, list[Item], Say], bytes]


def export_agenda(event: Event, kind: str, say: Say = _) -> bytes:
    """The event's agenda as a file of a kind: ics, xlsx, csv, pdf or json.

    Raises:
        BadInput: there is no such kind.
    """
    make = _MAKERS.get(kind.lower().lstrip("."))
    if make is None:
        kinds = ", ".join(_MAKERS)
        raise BadInput(N_("An agenda can be written as %(kinds)s, not as “%(kind)s”."), kinds=kinds, kind=kind)
    return make(event, items_of(event.id), say)


def _json(event: Event, items: list[Item], say: Say) -> bytes:
    document = {
        "event": {"id": event.id, "code": event.code, "title": event.title, "start": stamp(event, event.starts),
                  "end": stamp(event, event.ends), "timezone": event.timezone},
        "items": [item_json(item) for item in items],
    }  # fmt: skip
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _heads(say: Say) -> list[str]:
    heads = (
        N_("Day"),
        N_("Date"),
        N_("Start"),
        N_("End"),
        N_("Minutes"),
        N_("Title"),
        N_("Type"),
        N_("Speakers"),
        N_("Details"),
    )
    return [say(head) for head in heads]


def _rows(event: Event, items: list[Item], say: Say) -> list[list[Any]]:
    return [
        [
            item.day,
            _date(event, item),
            clock_text(item.start_minute) or "",
            clock_text(item.end_minute) or "",
            item.duration_seconds // 60 if item.duration_seconds is not None else "",
            item.title,
            say(KINDS.get(item.kind, item.kind)),
            "; ".join(item.speakers),
            item.description or "",
        ]
        for item in items
    ]


def _date(event: Event, item: Item) -> str:
    start = moment_of(event, item.day, item.start_minute if item.start_minute is not None else 12 * 60)
    return "" if start is None else local(event, start).date().isoformat()


def _csv(event: Event, items: list[Item], say: Say) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([_heads(say), *_rows(event, items, say)])
    return text.getvalue().encode("utf-8-sig")  # Excel takes it for UTF-8 by the mark


def _xlsx(event: Event, items: list[Item], say: Say) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(say(N_("Agenda"))[:31])
    bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_row(0, 0, _heads(say), bold)
    for number, row in enumerate(_rows(event, items, say), 1):
        sheet.write_row(number, 0, row, wrap)
    for column, width in enumerate((6, 12, 8, 8, 9, 52, 14, 28, 40)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _ics(event: Event, items: list[Item], say: Say) -> bytes:
    """Items with a known start; what has no known length has no end in the calendar either."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//Mudhif//{event.code}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", event.title)
    for item in items:
        start = moment_of(event, item.day, item.start_minute)
        if start is None:
            continue
        entry = icalendar.Event()
        entry.add("uid", f"{item.id}@mudhif")
        entry.add("dtstamp", datetime.now(UTC))
        entry.add("dtstart", start)
        if (end := moment_of(event, item.day, item.end_minute)) is not None and end > start:
            entry.add("dtend", end)
        entry.add("summary", item.title)
        if event.venue:
            entry.add("location", event.venue)
        if details := "\n".join(filter(None, [", ".join(item.speakers), item.description])):
            entry.add("description", details)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _pdf(event: Event, items: list[Item], say: Say) -> bytes:
    from mudhif.plugin_api import render_typst

    days: list[dict[str, Any]] = []
    for item in items:
        if not days or days[-1]["day"] != item.day:
            days.append(
                {
                    "day": item.day,
                    "heading": say(N_("Day %(day)s"), day=item.day),
                    "date": _date(event, item),
                    "items": [],
                }
            )
        days[-1]["items"].append({
            "start": clock_text(item.start_minute) or "", "end": clock_text(item.end_minute) or "", "title": item.title,
            "kind": item.kind, "speakers": ", ".join(item.speakers), "details": item.description or "",
        })  # fmt: skip
    document = {
        "title": event.title, "heading": say(N_("Agenda")), "place": ", ".join(filter(None, [event.venue, event.city])),
        "days": days, "empty": say(N_("The agenda is empty.")),
    }  # fmt: skip
    source = (files("mudhif_agenda") / "agenda.typ").read_text(encoding="utf-8")
    return render_typst(source, {"data.json": json.dumps(document, ensure_ascii=False)})


_MAKERS: dict[str, Made] = {"ics": _ics, "xlsx": _xlsx, "pdf": _pdf, "csv": _csv, "json": _json}
