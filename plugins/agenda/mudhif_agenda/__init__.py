"""The agenda of an event: pasted text to items, a timer through them, and the displays that follow it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, cast

from mudhif.plugin_api import N_, Line, Link, Panel, Permission, Place, hookimpl, lazy_gettext
from mudhif.plugin_api import gettext as _

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from mudhif.plugin_api import Event, Who

MUDHIF_API = "1.0"
MUDHIF_TITLE = lazy_gettext("Agenda")
MUDHIF_SUMMARY = lazy_gettext("Pasted text becomes an agenda; a timer leads through it, and displays follow.")
KEEPERS = frozenset({"coordinator", "timekeeper"})


def _later(sentence: str) -> str:
    return cast(str, lazy_gettext(sentence))


@hookimpl
def mudhif_models() -> list[type[Any]]:
    from .models import Item, TimerAction

    return [Item, TimerAction]


@hookimpl
def mudhif_blueprints() -> list[Blueprint]:
    from .api import api
    from .displays import now, show
    from .pages import agenda, timer

    return [agenda, timer, show, now, api]


@hookimpl
def mudhif_commands() -> list[click.Command]:
    from .commands import agenda, timer

    return [agenda, timer]


@hookimpl
def mudhif_permissions() -> list[Permission]:
    return [
        Permission(id="agenda.edit", title=_later(N_("Change the agenda")), roles=KEEPERS),
        Permission(id="agenda.timer", title=_later(N_("Run the timer")), roles=KEEPERS),
    ]


@hookimpl
def mudhif_navigation(event: Event | None) -> list[Link]:
    if event is None:
        return []
    from flask import url_for

    return [
        Link(title=_("Agenda"), url=url_for("agenda.edit", code=event.code), permission="agenda.edit",
             section="before", icon="agenda", weight=30),
        Link(title=_("Timer"), url=url_for("timer.control", code=event.code), permission="agenda.timer",
             section="day", icon="timer", weight=30),
    ]  # fmt: skip


@hookimpl
def mudhif_panels(place: Place, subject: Any, who: Who) -> list[Panel]:
    if place is not Place.EVENT:
        return []
    from .services import items_of, state_of

    items = items_of(subject.id)
    if not items:
        return []
    context = {"event": subject, "items": items, "state": state_of(subject), "may_time": who.may("agenda.timer")}
    return [Panel(title=_("Agenda"), template="mudhif_agenda/panel.html", context=context, weight=20)]


@hookimpl
def mudhif_live() -> Mapping[str, Callable[[Any, Sequence[Any]], tuple[str, Mapping[str, Any]] | None]]:
    from .displays import told_agenda, told_timer

    return {"agenda.timeraction/1": told_timer, "agenda.item/1": told_agenda}


@hookimpl
def mudhif_doctor(event: Event | None) -> list[Line]:
    if event is None:
        return []
    from .findings import SEVERITIES
    from .services import findings_of, items_of

    items = items_of(event.id)
    if not items:
        remedy = _("Paste it from Word, WhatsApp or Excel.")
        return [Line(name="agenda", ok=False, text=_("The agenda is empty."), remedy=remedy)]
    open_ = [finding for finding in findings_of(event) if SEVERITIES[finding.rule] != "note"]
    if open_:
        text = _("The agenda has %(items)s items, and %(open)s things to look at.", items=len(items), open=len(open_))
        return [Line(name="agenda", ok=False, text=text, remedy=_("Look at them on the page Agenda."))]
    return [Line(name="agenda", ok=True, text=_("The agenda has %(items)s items.", items=len(items)))]


@hookimpl
def mudhif_serving() -> AbstractContextManager[None]:
    from .clock_guard import guarding

    return guarding()


@hookimpl(optionalhook=True)
def mudhif_door_items(event: Event) -> list[Any]:
    from .report import door_items

    return door_items(event)


@hookimpl(optionalhook=True)
def mudhif_report_figures(scope: Any) -> list[Any]:
    from .report import figures

    found: list[Any] = figures(scope)
    return found
