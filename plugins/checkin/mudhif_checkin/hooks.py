"""What the door adds to Mudhif. Everything heavy is imported by the hook that needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mudhif.plugin_api import (
    Case,
    Column,
    Line,
    Link,
    Panel,
    Permission,
    Place,
    Who,
    hookimpl,
    lazy_gettext,
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
    from .models import Decision, Gate, Note, Scan, Undo
    from .signatures import Signature

    return [Scan, Undo, Gate, Note, Signature, Decision]


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
    if who.role == "display":  # which stands where guests come in
        screen = url_for("welcome.show_welcome", code=event.code)
        title = _("Welcome display")
        links.insert(
            0, Link(title=title, url=screen, permission="checkin.view", section="day", icon="screen", weight=5)
        )
    return links


@hookimpl
def mudhif_panels(place: Place, subject: Any, who: Who) -> Sequence[Panel]:
    if place is Place.EVENT:
        from .counts import counts_of

        counts = counts_of(subject.id)
        context = {"counts": counts, "event": subject}
        return [Panel(title=_("At the door"), template="mudhif_checkin/event_panel.html", context=context, weight=20)]
    if place is Place.PRINTS and who.may("guests.view"):
        template, context = "mudhif_checkin/sheet_panel.html", {"event": subject}
        return [Panel(title=_("Attendance sheet"), template=template, context=context, weight=20)]
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
    from .attendance import arrival_times, checked_in

    return [Column(id="checked_in", title=_("Arrived"), values=checked_in, of_event=arrival_times)]


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
    if event is None:
        return []
    from .cases import cases_of

    return cases_of(event)


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
