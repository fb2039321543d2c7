"""The team's pages: the agenda, pasting one, and the timer's control. All work without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from mudhif.plugin_api import BadInput, Event, Refused, current_event, event_pages, ngettext, requires, write
from mudhif.plugin_api import gettext as _

from . import services
from .exports import export_agenda
from .files import short_enough, text_in
from .findings import Finding, by_weight
from .parser import Agenda, ParsedItem, clock_text, parse_agenda, settle, split_lines
from .screen import screen_of
from .strip import day_strips
from .timer import Do
from .words import KINDS, as_json, in_language, minutes_text

agenda = event_pages("agenda", __name__)
timer = event_pages("timer", __name__)

MEDIA_TYPES = {
    "ics": "text/calendar",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "pdf": "application/pdf",
    "json": "application/json",
}


@agenda.app_template_filter("agenda_clock")
def _clock_filter(minute: int | None) -> str:
    return clock_text(minute) or ""


@agenda.app_template_filter("agenda_length")
def _length_filter(seconds: int | None) -> str:
    return minutes_text(None if seconds is None else seconds // 60)


# --- the agenda -------------------------------------------------------------------------------------------------------


@agenda.get("/")
@requires("agenda.edit")
def edit(code: str) -> str:
    """The items, what is doubtful, and the day to scale."""
    event = current_event()
    items = services.items_of(event.id)
    findings = by_weight(services.findings_of(event))
    return render_template(
        "mudhif_agenda/agenda.html",
        items=items,
        cards=_cards(findings),
        by_id={item.id: item for item in items},
        kinds=_kinds(),
        strips=day_strips(items, findings),
        sums=_sums(items),
    )


def _cards(findings: Sequence[Finding]) -> list[list[dict[str, Any]]]:
    """What is doubtful in one place is one card, the gravest first."""
    cards: dict[Any, list[dict[str, Any]]] = {}
    for finding in findings:
        where = finding.where[0]
        cards.setdefault(where.row or where.line, []).append(as_json(finding))
    return list(cards.values())


def _kinds() -> dict[str, str]:
    return {kind: _(word) for kind, word in KINDS.items()}


def _sums(items: Any) -> str:
    """`talk 3 h 15, breaks 45 min, ends 13:00`."""
    pauses = sum(item.duration_seconds or 0 for item in items if item.kind in ("break", "meal"))
    talks = sum(item.duration_seconds or 0 for item in items) - pauses
    parts = []
    if talks:
        parts.append(_("talk %(length)s", length=minutes_text(talks // 60)))
    if pauses:
        parts.append(_("breaks %(length)s", length=minutes_text(pauses // 60)))
    ends = [item.end_minute for item in items if item.end_minute is not None]
    if ends and items[-1].end_minute is not None:
        parts.append(_("ends %(time)s", time=clock_text(items[-1].end_minute)))
    return _(", ").join(parts)


@agenda.route("/item", methods=["GET", "POST"])
@agenda.route("/item/<item_id>", methods=["GET", "POST"])
@requires("agenda.edit")
def item(code: str, item_id: str | None = None) -> ResponseReturnValue:
    """One item: a new one, or one that is there."""
    event = current_event()
    row = services.find_item(event.id, item_id) if item_id else None
    if request.method == "GET":
        return _item_form(event, row, _written(row))
    try:
        fields = services.read_item(request.form)
    except BadInput as error:
        return _item_form(event, row, request.form, error.errors), 422
    if row is None:
        write(services.add_item, event, fields)
    else:
        write(lambda tx: tx.update(row, **fields))
    flash(_("Saved."), "ok")
    return _back(event)


def _written(row: Any) -> dict[str, Any]:
    if row is None:
        return {"day": request.args.get("day", "1"), "kind": "session"}
    length = "" if row.duration_seconds is None else row.duration_seconds // 60
    return {
        "title": row.title, "day": row.day, "start": clock_text(row.start_minute) or "", "length": length,
        "kind": row.kind, "speakers": ", ".join(row.speakers), "hard": row.hard,
    }  # fmt: skip


def _item_form(event: Event, row: Any, values: Any, errors: Any = None) -> str:
    return render_template(
        "mudhif_agenda/item.html", row=row, values=values, errors=errors or {}, kinds=list(_kinds().items())
    )


@agenda.post("/item/<item_id>/move")
@requires("agenda.edit")
def move(code: str, item_id: str) -> ResponseReturnValue:
    """Up or down by one."""
    event = current_event()
    write(services.move_item, event, item_id, -1 if request.form.get("to") == "up" else 1)
    return _back(event, f"#item-{item_id}")


@agenda.post("/item/<item_id>/delete")
@requires("agenda.edit")
def delete(code: str, item_id: str) -> ResponseReturnValue:
    """Take an item out."""
    event = current_event()
    title = services.find_item(event.id, item_id).title
    write(services.delete_item, event, item_id)
    flash(_("“%(title)s” is no longer in the agenda.", title=title), "ok")
    return _back(event)


@agenda.post("/item/<item_id>/settle")
@requires("agenda.edit")
def settle_item(code: str, item_id: str) -> ResponseReturnValue:
    """Choose between two times that one line gave."""
    event = current_event()
    write(services.settle_second_range, event, item_id, request.form.get("choice", "first"))
    return _back(event)


@agenda.get("/export.<kind>")
@requires("agenda.edit")
def export(code: str, kind: str) -> Response:
    """The agenda as a file."""
    event = current_event()
    made = export_agenda(event, kind, in_language(None))
    answer = Response(made, mimetype=MEDIA_TYPES[kind])
    answer.headers["Content-Disposition"] = f"attachment; filename=agenda-{event.code}.{kind}"
    return answer


def _back(event: Event, place: str = "") -> ResponseReturnValue:
    return redirect(url_for("agenda.edit", code=event.code) + place, 303)


# --- pasting ----------------------------------------------------------------------------------------------------------


@agenda.route("/paste", methods=["GET", "POST"])
@requires("agenda.edit")
def paste(code: str) -> ResponseReturnValue:
    """A text and what it became, beside each other; nothing is written before *Take over*."""
    event = current_event()
    if request.method == "GET":
        return render_template("mudhif_agenda/paste.html", text="", read=None)
    text = _pasted(request.files.get("file"))
    read = _settled(parse_agenda(text, bounds=services.bounds_of(event)))
    is_open = any(finding.severity == "error" for finding in read.findings)
    if request.form.get("take") == "yes" and read.items and not is_open:
        write(services.take_over, event, read)
        said = ngettext("%(num)s item is in the agenda.", "%(num)s items are in the agenda.", len(read.items))
        flash(said, "ok")
        return _back(event)
    return render_template(
        "mudhif_agenda/paste.html",
        text=text,
        read=read,
        is_open=is_open,
        lines=_shown_lines(text, read),
        cards=_cards(by_weight(read.findings)),
        marked={place.line: finding.severity for finding in read.findings for place in finding.where},
        kinds=_kinds(),
        sums=_sums([_Sum(item) for item in read.items]),
    ), 200 if read.items else 422


class _Sum:
    """A parsed item with the names of a stored one."""

    def __init__(self, item: ParsedItem) -> None:
        self.kind, self.duration_seconds, self.end_minute = item.kind, item.seconds, item.end


def _pasted(file: FileStorage | None) -> str:
    if file is not None and file.filename:
        return text_in(file.read(), file.filename)
    return short_enough(request.form.get("text", ""), _("The text"))


def _settled(read: Agenda) -> Agenda:
    """What was chosen where a line gave two times: `second-3=both`."""
    chosen = {
        int(name.removeprefix("second-")): choice
        for name, choice in request.form.items()
        if name.startswith("second-") and name.removeprefix("second-").isdigit()
    }
    return settle(read, chosen) if chosen else read


def _shown_lines(text: str, read: Agenda) -> list[tuple[int, str, str]]:
    """The lines of the agenda itself: number, text, what it became."""
    inside = [n for n, role in read.roles.items() if role not in ("outside",)]
    first, last = (min(inside), max(inside)) if inside else (1, 0)
    lines = split_lines(text)
    return [(n, lines[n - 1], read.roles[n]) for n in range(first, last + 1) if read.roles[n] != "blank"]


# --- the timer --------------------------------------------------------------------------------------------------------


@timer.get("/")
@requires("agenda.timer")
def control(code: str) -> str:
    """The timer's control: what runs, five large buttons, the run."""
    event = current_event()
    template = "_timer" if request.args.get("part") else "timer"
    return render_template(f"mudhif_agenda/{template}.html", screen=screen_of(event, scale=350 / 600, length=24))


@timer.post("/")
@requires("agenda.timer")
def press(code: str) -> ResponseReturnValue:
    """Press a button. Without a script the page comes back; a script gets the part that has changed."""
    event = current_event()
    word, _colon, rest = request.form.get("do", "").partition(":")
    if word not in {do.value for do in Do} - {Do.CLOCK.value}:
        raise BadInput(fields={"do": [_("There is no such button.")]})
    more: dict[str, Any] = {"seen": request.form.get("seen")}
    if word == Do.ADD:
        more["seconds"] = int(rest) if rest.lstrip("-").isdigit() else None
    elif word == Do.JUMP:
        more["item"] = rest
    elif word in (Do.MESSAGE, Do.BLACKOUT, Do.UNDO, Do.SHORTEN):
        more = {"text": request.form.get("text")} if word == Do.MESSAGE else {}
    try:
        write(lambda tx: services.press(tx, event, Do(word), **more))
    except Refused as error:
        if not request.args.get("part"):
            flash(str(error), "warn")
    if request.args.get("part"):
        return control(code)
    return redirect(url_for("timer.control", code=event.code), 303)
