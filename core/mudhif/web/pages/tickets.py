"""What is printed for the door: badges with their tickets, and the poster."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from mudhif.i18n import _
from mudhif.plugins.types import Place
from mudhif.services.badge_layouts import all_layouts, find_layout
from mudhif.services.badge_prints import note_prints, printed_badges
from mudhif.services.badges import (
    KIND_WORDS,
    Choice,
    NothingToPrint,
    badges_of,
    badges_pdf,
    chosen,
    heading_of,
    preview_picture,
    render_badges,
)
from mudhif.services.networks import note_poster
from mudhif.services.poster import poster_pdf
from mudhif.storage.store import write
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.files import PDF, as_file
from mudhif.web.pages import frame, words
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.guest_form import form_url


@core.get("/e/<code>/tickets")
@requires("tickets.print")
def tickets(code: str) -> ResponseReturnValue:
    """What can be printed, each with its file; the badges with how they will look."""
    event, usable, choice = current_event(), all_layouts(), _choice(request.args)
    layout = find_layout(request.args.get("layout") or USUAL)
    everybody = chosen(event, Choice())
    printed = printed_badges(event.id)
    asked: dict[str, Any] = request.args.to_dict(flat=False)
    count = len(everybody if choice == Choice() else chosen(event, choice))
    return render_template(
        "mudhif/tickets.html",
        event=event,
        layout=layout,
        layouts=[(one.name, one.title_in(words.language())) for one in usable.usable],
        wrong=usable.wrong,
        choice=choice,
        kinds=KIND_WORDS,
        everybody=len(everybody),
        count=count,
        printed=sum(registration in printed for registration in everybody),
        pictures=[
            url_for("core.badges_preview", **asked | {"code": code, "page": page})
            for page in ((1, 2) if layout.per_page == 1 and count != 1 else (1,))
        ],
        form_url=form_url(event),
        may_invite=current_who().may("guests.contact") and current_who().may("guests.edit"),
        panels=frame.panels(Place.PRINTS, event),
    )


@core.post("/e/<code>/tickets")
@requires("tickets.print")
def choose_badges(code: str) -> ResponseReturnValue:
    """Show the same page with another layout or other guests; the address says which, so that it can be kept."""
    return redirect(_page_of(code))


@core.get("/e/<code>/badges.png")
@requires("tickets.print")
def badges_preview(code: str) -> ResponseReturnValue:
    """One page of badges to look at, without a true ticket."""
    event, choice = current_event(), _choice(request.args)
    picture = preview_picture(
        event,
        request.args.get("layout") or USUAL,
        2 if request.args.get("page") == "2" else 1,
        registrations=None if choice == Choice() else chosen(event, choice),
    )
    return send_file(BytesIO(picture), mimetype="image/png")


@core.get("/e/<code>/badges.pdf")
@requires("tickets.print")
def badges(code: str) -> ResponseReturnValue:
    """The badges of everybody, to look at; whoever chose guests of the list is led to the layouts first."""
    event = current_event()
    if request.args.getlist("id"):
        return redirect(_page_of(code))
    layout = request.args.get("layout") or USUAL
    return as_file(badges_pdf(event, sheet=layout), PDF, f"{event.code}-badges.pdf")


@core.post("/e/<code>/badges.pdf")
@requires("tickets.print")
def print_badges(code: str) -> ResponseReturnValue:
    """The badges that were chosen; it is noted that they were printed."""
    event, who = current_event(), current_who()
    layout = find_layout(request.form.get("layout") or USUAL)
    try:
        made = badges_of(event, chosen(event, _choice(request.form)))
    except NothingToPrint:
        flash(_("No badge is left to print in this choice."), "warn")
        return redirect(_page_of(code))
    document = render_badges(heading_of(event), made, sheet=layout)
    note_prints([badge.registration for badge in made], layout=layout.name, device=who.name, by=who.id)
    return as_file(document, PDF, f"{event.code}-badges.pdf")


USUAL = "a4"


def _choice(given: MultiDict[str, str]) -> Choice:
    kind = given.get("kind")
    return Choice(
        guests=tuple(given.getlist("id")),
        kinds=frozenset({kind} if kind else ()),
        unprinted=bool(given.get("unprinted")),
    )


def _page_of(code: str) -> str:
    """The address of the page with what was chosen, and nothing else that a form sends."""
    given = request.values
    asked: dict[str, Any] = {name: given[name] for name in ("layout", "kind", "unprinted") if given.get(name)}
    return url_for("core.tickets", code=code, id=given.getlist("id"), **asked)


@core.get("/e/<code>/poster.pdf")
@requires("tickets.print")
def poster(code: str) -> ResponseReturnValue:
    """The poster that opens the form."""
    event = current_event()
    address = form_url(event)
    document = poster_pdf(event, address)
    write(note_poster, event.id, address)
    return as_file(document, PDF, f"{event.code}-poster.pdf")
