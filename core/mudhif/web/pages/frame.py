"""What stands round every page: the menu from the core and the plugins, the event shown, the other language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import g, render_template, request, url_for
from markupsafe import Markup

from mudhif.i18n import _
from mudhif.plugins import host
from mudhif.plugins.types import Link, Place, Who
from mudhif.services.events import all_events
from mudhif.storage.models import Event
from mudhif.storage.store import current
from mudhif.web.auth import current_who, event_shown, members
from mudhif.web.pages import words

LANGUAGES = {"en": "English", "ar": "عربي"}
NEAREST = 5
SEEN_SECONDS = 60
MIRRORED = frozenset({"agenda", "list", "exchange", "go", "undo", "out"})
"""Icons whose drawing has a reading direction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An event in the header."""

    title: str
    line: str
    url: str
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the menu, as the template needs it."""

    title: str
    url: str
    icon: str
    here: bool
    mirror: bool
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One of the four groups of the menu."""

    title: str
    links: list[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """All that base.html shows beside the page itself."""

    lang: str
    dir: str
    other: dict[str, str]
    home: str
    sign_out: str
    who: Who
    groups: list[Group]
    event: Shown | None
    events: list[Shown]
    saved: str
    phones: int
    """Paired devices of this event that asked for something within the last minute."""
    organisation: str


def page_frame() -> Frame:
    """The frame of this page, made once for each request."""
    if "frame" not in g:
        g.frame = _make()
    frame: Frame = g.frame
    return frame


def _make() -> Frame:
    lang = words.language()
    who, event = current_who(), event_shown()
    other = "en" if lang == "ar" else "ar"
    inside = who.role is not None
    return Frame(
        lang=lang,
        dir="rtl" if lang == "ar" else "ltr",
        other={"lang": other, "name": LANGUAGES[other], "url": _same_page_in(other)},
        home=url_for("core.home"),
        sign_out=url_for("core.sign_out"),
        who=who,
        groups=groups(event, who) if inside else [],
        event=_shown(event, event) if inside and event is not None else None,
        events=[_shown(one, event) for one in nearest(who, event)] if inside else [],
        saved=_saved(event) if inside else "",
        phones=_phones(event) if event is not None and who.may("devices.manage") else 0,
        organisation=words.settings().organisation,
    )


def _same_page_in(lang: str) -> str:
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    # A form that was posted has the address of its page, so the switch is a plain link there, too.
    return f"{request.path}?{urlencode([*arguments, ('lang', lang)])}"


def nearest(who: Who, event: Event | None = None) -> list[Event]:
    """The few events nearest to now, the one that is shown among them."""
    now = datetime.now(UTC)
    near = sorted(events_of(who), key=lambda one: abs(one.starts - now))[:NEAREST]
    if event is not None and all(one.id != event.id for one in near):
        near = [event, *near[: NEAREST - 1]]
    return near


def events_of(who: Who) -> list[Event]:
    """The events that one may see."""
    return [event for event in all_events() if who.event in (None, event.id)]


def _shown(event: Event, here: Event | None) -> Shown:
    line = words.day(event.starts, event.timezone, "short")
    where = words.place(event)
    return Shown(
        title=event.title,
        line=f"{line} · {where}" if where else line,
        url=url_for("core.event", code=event.code),
        here=here is not None and event.id == here.id,
    )


def _phones(event: Event) -> int:
    here = members()
    recent = datetime.now(UTC).timestamp() - SEEN_SECONDS
    devices = here.devices.values()
    return sum(device.event == event.id and here.seen.get(device.id, 0) > recent for device in devices)


def _saved(event: Event | None) -> str:
    execute: Any = current().db.execute_sql
    row = execute("SELECT at FROM journal ORDER BY pos DESC LIMIT 1").fetchone()
    if row is None:
        return _("All saved on this laptop")
    at = datetime.fromtimestamp(row[0] / 1_000_000, UTC)
    zone = event.timezone if event is not None else "Asia/Baghdad"
    return _("Saved on this laptop, %(time)s", time=words.clock(at, zone))


# --- the menu ---------------------------------------------------------------------------------------------------------


def core_links(event: Event | None) -> list[Link]:
    """The menu's lines of the core itself."""
    links = [
        Link(title=_("Plugins"), url=url_for("core.plugins"), permission="plugins.manage", section="laptop",
             icon="plugins", weight=10),
        Link(title=_("Accounts"), url=url_for("core.accounts"), permission="accounts.manage", section="laptop",
             icon="person", weight=20),
        Link(title=_("Settings"), url=url_for("core.settings"), permission="settings.edit", section="laptop",
             icon="settings", weight=30),
    ]  # fmt: skip
    if event is None:
        return links
    code = event.code
    return [
        *links,
        Link(title=_("Overview"), url=url_for("core.event", code=code), permission="event.view", section="before",
             icon="home", weight=10),
        Link(title=_("Guests"), url=url_for("core.guests", code=code), permission="guests.view", section="before",
             icon="guests", weight=20),
        Link(title=_("Registration form"), url=url_for("core.questions", code=code), permission="event.edit",
             section="before", icon="list", weight=30),
        Link(title=_("Tickets, badges"), url=url_for("core.tickets", code=code), permission="tickets.print",
             section="before", icon="badge", weight=60),
        Link(title=_("Devices"), url=url_for("core.devices", code=code), permission="devices.manage", section="day",
             icon="phone", weight=60),
        Link(title=_("Cases"), url=url_for("core.cases", code=code), permission="event.edit", section="day",
             icon="merge", weight=70),
    ]  # fmt: skip


def links_for(event: Event | None, who: Who) -> list[Link]:
    """All lines of the menu that one may see, lightest first."""
    brought = [answer.value for answer in host.current().call("navigation", event=event, who=who)]
    allowed = [link for link in core_links(event) + brought if link.permission is None or who.may(link.permission)]
    return sorted(allowed, key=lambda link: link.weight)


def groups(event: Event | None, who: Who) -> list[Group]:
    """The menu in its four groups; an empty one is left out."""
    titles = {"before": _("Before"), "day": _("On the day"), "after": _("After"), "laptop": _("This laptop")}
    links = links_for(event, who)
    here = _here(links)
    return [
        Group(title=title, links=[_line(link, link is here) for link in of_section])
        for section, title in titles.items()
        if (of_section := [link for link in links if link.section == section])
    ]


def _line(link: Link, here: bool) -> Line:
    return Line(title=str(link.title), url=link.url, icon=link.icon, here=here, mirror=link.icon in MIRRORED)


def _here(links: Iterable[Link]) -> Link | None:
    """The line whose page this is, or whose page this one lies under."""
    under = [link for link in links if request.path.startswith(urlsplit(link.url).path)]
    event = event_shown()
    if (
        event is not None and request.blueprint != "core"
    ):  # all of an event lies under its overview, but is no part of it
        overview = url_for("core.event", code=event.code)
        under = [link for link in under if link.url != overview]
    return max(under, key=lambda link: len(urlsplit(link.url).path), default=None)


# --- boxes of plugins -------------------------------------------------------------------------------------------------


def panels(place: Place, subject: Any) -> list[dict[str, Any]]:
    """What plugins show at a place; one whose template raises loses its box, not the page."""
    plugins = host.current()
    shown = []
    for answer in plugins.call("panels", place=place, subject=subject, who=current_who()):
        with plugins.guarding(answer.plugin, "panels"):
            html = Markup(render_template(answer.value.template, **answer.value.context))
            shown.append({"title": str(answer.value.title), "html": html})
    return shown
