"""What the door adds to Mudhif. Everything heavy is imported by the hook that needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mudhif.plugin_api import (
    Case,
    Choice,
    Column,
    Line,
    Link,
    Panel,
    Permission,
    Place,
    Who,
    hookimpl,
    lazy_gettext,
    ngettext,
)
from mudhif.plugin_api import gettext as _

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from marshmallow import Schema

    from mudhif_reports.hookspecs import Figure, Scope

_DESK = frozenset({"administrator", "coordinator", "desk"})
_DOOR = _DESK | {"scanner"}
_ALL = _DOOR | {"reporter", "timekeeper", "display", "viewer"}


@hookimpl
def mudhif_hookspecs() -> ModuleType:
    from . import hookspecs

    return hookspecs


@hookimpl
def mudhif_models() -> Sequence[type[Any]]:
    from .badges import BadgePrint
    from .models import Gate, Note, Scan, Undo
    from .signatures import Signature

    return [Scan, Undo, Gate, Note, Signature, BadgePrint]


@hookimpl
def mudhif_blueprints() -> Sequence[Blueprint]:
    from .badge_pages import badge
    from .device_api import api
    from .door_pages import doors
    from .kiosk import kiosk
    from .pages import board, desk, scan
    from .sign_pages import sign
    from .wayout_pages import queue
    from .welcome_pages import welcome

    return [desk, scan, board, sign, badge, welcome, kiosk, doors, queue, api]


@hookimpl
def mudhif_commands() -> Sequence[click.Command]:
    from .commands import attendance, checkin, checkin_import

    return [checkin, checkin_import, attendance]


@hookimpl
def mudhif_permissions() -> Sequence[Permission]:
    return [
        Permission(id="checkin.scan", title=lazy_gettext("Scan tickets and check guests in"), roles=_DOOR),  # type: ignore[arg-type]
        Permission(id="checkin.undo", title=lazy_gettext("Take a check-in back"), roles=_DOOR),  # type: ignore[arg-type]
        Permission(id="checkin.force", title=lazy_gettext("Let guests in against the rules"), roles=_DESK),  # type: ignore[arg-type]
        Permission(id="checkin.view", title=lazy_gettext("See the live board"), roles=_ALL),  # type: ignore[arg-type]
    ]


@hookimpl
def mudhif_settings() -> Mapping[str, type[Schema]]:
    from .screen_settings import ScreenSettings

    return {"event": ScreenSettings}


@hookimpl
def mudhif_navigation(event: Any, who: Who) -> Sequence[Link]:
    if event is None:
        return []
    from flask import url_for

    pages = ("scan.show_scan", "desk.show_desk", "board.show_board", "doors.show_doors")
    scan, desk, board, doors = (url_for(page, code=event.code) for page in pages)
    links = [
        Link(title=_("Desk"), url=desk, permission="checkin.scan", section="day", icon="desk", weight=10),
        Link(title=_("Live board"), url=board, permission="checkin.view", section="day", icon="board", weight=20),
        Link(title=_("Doors"), url=doors, permission="event.edit", section="before", icon="lock", weight=60),
    ]
    if who.role == "scanner":  # whose phone begins here; on a laptop the desk has a scanner of its own
        link = Link(title=_("Scanner"), url=scan, permission="checkin.scan", section="day", icon="scan", weight=5)
        links.insert(0, link)
    return links


@hookimpl
def mudhif_panels(place: Place, subject: Any, who: Who) -> Sequence[Panel]:
    if place is Place.EVENT:
        from .counts import counts_of

        counts = counts_of(subject.id)
        context = {"counts": counts, "event": subject}
        return [Panel(title=_("At the door"), template="mudhif_checkin/event_panel.html", context=context, weight=20)]
    if place is Place.DEVICES and who.may("checkin.force"):
        template, context = "mudhif_checkin/wayout_panel.html", {"event": subject}
        return [Panel(title=_("Without a Wi-Fi"), template=template, context=context, weight=50)]
    if place is Place.PERSON:
        from .door_pages import note_panel
        from .sign_pages import panels_of

        return [*note_panel(subject), *panels_of(subject)]
    if place in (Place.TICKET, Place.POSTER_DONE):
        from .attendance import arrived_at, event_by_id

        at = arrived_at([subject.id]).get(subject.id)
        if at is None:
            return []
        context = {"at": at, "zone": event_by_id(subject.event).timezone}
        return [Panel(title=_("At the door"), template="mudhif_checkin/ticket_panel.html", context=context, weight=10)]
    return []


@hookimpl
def mudhif_columns() -> Sequence[Column]:
    from .attendance import checked_in

    return [Column(id="checked_in", title=_("Arrived"), values=checked_in)]


@hookimpl
def mudhif_reactions() -> Mapping[str, Callable[[Any, Any], None]]:
    return {"core.registration/1": check_in_who_registers_here}


def check_in_who_registers_here(tx: Any, change: Any) -> None:
    """Check in who registers by the poster's form, if the event says so; an edit of a registration is none."""
    from mudhif.plugin_api import event_setting

    from .checkins import check_in_here

    made = change.fields
    if change.replaces or made.get("source") != "form" or made.get("status") != "registered":
        return
    if event_setting(change.event, "checkin", "on_registration"):
        check_in_here(tx, str(change.event), change.row)


@hookimpl
def mudhif_live() -> Mapping[str, Callable[[Any, Sequence[Any]], tuple[str, Mapping[str, Any]] | None]]:
    return {"checkin.scan/1": live_counts, "checkin.undo/1": live_counts, "core.registration/1": live_counts}


def live_counts(read: Any, changes: Sequence[Any]) -> tuple[str, Mapping[str, Any]] | None:
    """The counts after some changes of one event."""
    from .counts import counts_of

    event = changes[-1].event
    return ("counts", counts_of(event)._asdict()) if event else None


@hookimpl
def mudhif_cases(event: Any) -> Sequence[Case]:
    return [] if event is None else [*_double_entries(event), *_over_capacity(event), *_judged_apart(event)]


def _double_entries(event: Any) -> list[Case]:
    from mudhif.plugin_api import local

    from .attendance import double_entries

    return [
        Case(
            id=f"checkin.twice.{registration}",
            sentence=_("%(name)s was let in twice. Counted once.", name=scans[0][7] or _("A guest")),
            values=[f"{local(event, at):%H:%M}" for _r, _id, at, *_rest in scans],
            who=[_where(device, gate) for _r, _id, _at, device, gate, *_rest in scans],
            effect=_("The report counts one person. A second person may be inside with this ticket."),
            choices=[
                _take_back(event, scan[1], _("Take back that of %(time)s", time=f"{local(event, scan[2]):%H:%M}"))
                for scan in scans
            ],
        )
        for registration, scans in double_entries(event.id)
    ]


def _take_back(event: Any, checkin: str, title: str) -> Choice:
    from flask import has_request_context, url_for

    path = f"/e/{event.code}/doors/take-back/{checkin}"
    if has_request_context():
        path = url_for("doors.post_take_back", code=event.code, checkin=checkin)
    return Choice(id=f"take-back.{checkin}", title=title, url=path)


def _where(device: str | None, gate: str | None) -> str:
    return " · ".join(part for part in (device, gate) if part) or "–"


def _over_capacity(event: Any) -> list[Case]:
    from .counts import counts_of

    inside = counts_of(event.id).inside
    if event.capacity is None or inside <= event.capacity:
        return []
    sentence = ngettext(
        "%(num)s guest is inside, and the hall has %(capacity)s places. Nobody is sent out; decide at the door.",
        "%(num)s guests are inside, and the hall has %(capacity)s places. Nobody is sent out; decide at the door.",
        inside,
        capacity=event.capacity,
    )
    return [Case(id=f"checkin.over-capacity.{event.id}", sentence=sentence, values=[str(inside), str(event.capacity)])]


def _judged_apart(event: Any) -> list[Case]:
    """A phone without the laptop said one thing, and the laptop now says another."""
    from mudhif.plugin_api import local

    from .apart import differing
    from .counts import Tally, tallies
    from .queries import reader
    from .words import cards

    says = {name: card.say for name, card in cards().items()}
    tally = tallies().known(event.id) or Tally(reader(), event.id)
    cases = []
    for scan in differing(event.id, frozenset(tally.arrived)):
        name, choices = scan.name or _("A guest"), list[Choice]()
        if scan.shown not in ("welcome", "left"):
            sentence = _("%(name)s was sent away by a phone out of reach. The list lets this guest in.", name=name)
            effect = _("The guest counts as not arrived.")
        elif scan.registration is None:
            sentence = _("A phone out of reach let somebody in whose ticket is not on the list.")
            effect = _("Nobody is counted for it. Find the guest by name, or register a walk-in.")
        else:
            choices = [_take_back(event, scan.scan, _("Take the check-in back"))] if scan.shown == "welcome" else []
            sentence = _("%(name)s was let in by a phone out of reach. The list says otherwise.", name=name)
            effect = _("The guest is counted as arrived. Undo the check-in, or correct the registration.")
        cases.append(
            Case(
                id=f"checkin.apart.{scan.scan}",
                sentence=sentence,
                values=[says.get(scan.shown, scan.shown), says.get(scan.now, scan.now)],
                who=[f"{_where(scan.device, scan.gate)} · {local(event, scan.at):%H:%M}", _("This laptop")],
                effect=effect,
                choices=choices,
            )
        )
    return cases


@hookimpl
def mudhif_doctor(event: Any) -> Sequence[Line]:
    if event is None:
        return [_scanner_line()]
    cases = mudhif_cases(event)
    if not cases:
        return [Line(name="door", ok=True, text=_("The door has no open case."), remedy=None)]
    return [Line(name="door", ok=False, text=cases[0].sentence, remedy=_("See the cases of this event."))]


def _scanner_line() -> Line:
    from importlib.resources import files

    static = files("mudhif_checkin").joinpath("static")
    missing = [
        name
        for name in (
            "scan.js",
            "board.js",
            "desk.js",
            "sign.js",
            "badge.js",
            "welcome.js",
            "kiosk.js",
            "zxing_reader.wasm",
        )
        if not static.joinpath(name).is_file()
    ]
    if missing:
        text = _("The scanner's page is not complete: %(files)s", files=", ".join(missing))
        return Line(name="scanner", ok=False, text=text, remedy=_("Run `make install` once while there is a network."))
    return Line(name="scanner", ok=True, text=_("The scanner's page is complete."), remedy=None)


@hookimpl(optionalhook=True)
def mudhif_report_figures(scope: Scope) -> Sequence[Figure]:
    from .figures import figures_of

    return figures_of(scope.event)


__all__ = [name for name in dir() if name.startswith("mudhif_")]
