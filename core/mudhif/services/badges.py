"""Name badges and ticket pictures: the guest's name in both scripts, the kind as a band and a word, the signed ticket.

`badges_pdf` reads the event; `render_badges` only lays out, so that a layout can be tried without a database.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mudhif.domain.errors import BadInput, Refused
from mudhif.i18n import N_, _
from mudhif.services.events import local
from mudhif.services.printing import PrintingFailed, layout, render_typst, render_typst_pages
from mudhif.services.qr import qr_svg
from mudhif.services.tickets import ticket_texts
from mudhif.storage import merging
from mudhif.storage.models import Event, Person, Registration


class NoBadges(Refused):
    """Nobody is on the list, so there is nothing to print."""

    code = "no-badges"
    message = N_("%(event)s has no guests yet. Import or add them first, then print their badges.")


class NothingToPrint(Refused):
    """Of the guests that were named none has a badge."""

    code = "no-badges"
    message = N_("None of these guests has a badge: they are cancelled, waiting or erased.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How badges lie on a page. Margins are what is left over, and hold the marks for cutting."""

    columns: int = 1
    rows: int = 1
    page_width_mm: int
    page_height_mm: int
    width_mm: int = 90
    height_mm: int = 66


SHEETS = {
    "a4": Sheet(columns=2, rows=4, page_width_mm=210, page_height_mm=297),
    "single": Sheet(page_width_mm=90, page_height_mm=66),
}
"""Layouts by name: eight on an A4 sheet with marks for cutting, or one on a page of its own for a label printer."""

KIND_WORDS = {
    "participant": ("Participant", "مشاركة", "مشارك"),
    "guest": ("Guest", "ضيفة", "ضيف"),
    "facilitator": ("Facilitator", "ميسرة", "ميسر"),
    "media": ("Media", "إعلام", "إعلام"),
    "staff": ("Team", "فريق العمل", "فريق العمل"),
}
"""The kinds in both languages, the Arabic word for women and for men; a badge speaks to readers of either language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What stands on one badge."""

    name: str
    other: str | None = None
    kind: str = "participant"
    sex: str | None = None
    organisation: str | None = None
    number: int
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands on every badge of an event."""

    title: str
    when: str
    language: str = "en"


def badges_pdf(event: Event, *, sheet: str = "a4", registrations: Collection[str] | None = None) -> bytes:
    """The badges of an event as a tagged PDF. Not inside a unit of work: tickets that are missing are issued.

    Args:
        sheet: a name in `SHEETS`.
        registrations: only these, by id; None: everybody who is invited or registered.

    Raises:
        NoBadges, NothingToPrint: nobody is left.
    """
    return render_badges(heading_of(event), badges_of(event, registrations), sheet=sheet)


def badges_of(event: Event, registrations: Collection[str] | None = None) -> list[Badge]:
    """The badges of an event, in the order of the guests' numbers.

    Raises:
        NoBadges, NothingToPrint: nobody is left.
    """
    rows = [row for row in _rows(event.id) if registrations is None or row["id"] in registrations]
    texts = ticket_texts(row["id"] for row in rows)
    badges = [
        Badge(
            name=row["name"],
            other=row["name_alt"] or None,
            kind=row["kind"],
            sex=row["sex"],
            organisation=row["organisation"] or None,
            number=row["number"],
            ticket=texts[row["id"]],
        )
        for row in rows
        if row["id"] in texts
    ]
    if not badges:
        raise NothingToPrint if registrations is not None else NoBadges(event=event.title)
    return badges


def _rows(event: str) -> list[dict[str, Any]]:
    query = (
        Registration.select(
            Registration.id, Registration.kind, Registration.number,
            Person.name, Person.name_alt, Person.sex, Person.organisation,
        )
        .join(Person, on=merging.is_holder())
        .where(
            merging.is_registration_of(event),
            Registration.status.in_(("invited", "registered")),
            Person.name.is_null(False),
        )
        .order_by(Registration.number, Registration.id)
    )  # fmt: skip
    rows: list[dict[str, Any]] = list(query.dicts())  # type: ignore[arg-type]  # peewee's types stay those of models
    return rows


def heading_of(event: Event) -> Heading:
    """An event's title, day and place, in its first language."""
    language = "ar" if list(event.languages or ["en"])[:1] == ["ar"] else "en"
    return Heading(title=event.title, when=when_and_where(event, language), language=language)


def when_and_where(event: Event, language: str) -> str:
    """The day, the hours and the place in words, in the event's own time zone."""
    from babel.dates import format_date

    starts, ends = local(event, event.starts), local(event, event.ends)
    day = format_date(starts, "EEEE d MMMM y", locale="ar_IQ" if language == "ar" else "en_GB")
    # Never a dash between digits in Arabic: readers and programs turn the two times round.
    hours = f"من {starts:%H:%M} إلى {ends:%H:%M}" if language == "ar" else f"{starts:%H:%M}–{ends:%H:%M}"
    comma = "، " if language == "ar" else ", "
    place = comma.join(part for part in (event.venue, event.city) if part)
    return " · ".join(part for part in (f"{day}{comma}{hours}", place) if part)


def render_badges(heading: Heading, badges: Sequence[Badge], *, sheet: str = "a4") -> bytes:
    """Badges as a PDF.

    Raises:
        BadInput: there is no such sheet.
    """
    data = {"data.json": _data(heading, badges, sheet)}
    try:
        return render_typst(layout("badges.typ"), data)
    except PrintingFailed:
        # A name in a script that none of our fonts has is printed with gaps, and 499 others with it.
        return render_typst(layout("badges.typ"), data, pdf_ua=False)


def ticket_pictures(heading: Heading, badges: Sequence[Badge]) -> list[bytes]:
    """Each badge as a PNG of its own, to be sent by a messenger."""
    data = {"data.json": _data(heading, badges, "single")}
    return render_typst_pages(layout("badges.typ"), data, ppi=216)


def badge_picture(event: Event, registration: str) -> bytes:
    """One badge as a PNG for a label printer, 90 × 66 mm at 300 dots an inch. Not inside a unit of work.

    Raises:
        NothingToPrint: the guest is cancelled, waiting or erased.
    """
    data = {"data.json": _data(heading_of(event), badges_of(event, [registration]), "single")}
    return render_typst_pages(layout("badges.typ"), data, ppi=300)[0]


def _data(heading: Heading, badges: Sequence[Badge], sheet: str) -> str:
    if sheet not in SHEETS:
        names = ", ".join(SHEETS)
        raise BadInput(fields={"layout": [_("There is no layout of this name. There are: %(names)s.", names=names)]})
    return json.dumps(
        {
            "title": f"{heading.title} · Badges",
            "event": heading.title,
            "when": heading.when,
            "language": heading.language,
            "layout": asdict(SHEETS[sheet]),
            "badges": [_badge_data(badge) for badge in badges],
        },
        ensure_ascii=False,
    )


def _badge_data(badge: Badge) -> dict[str, Any]:
    english, feminine, masculine = KIND_WORDS.get(badge.kind, (badge.kind.capitalize(), badge.kind, badge.kind))
    return {
        "name": badge.name,
        "other": badge.other,
        "organisation": badge.organisation,
        "kind": badge.kind,
        "kind_words": (english, feminine if badge.sex == "f" else masculine),
        "number": f"{badge.number:04d}",
        "qr": qr_svg(badge.ticket, quiet=2),
        "alt": f"Ticket {badge.number:04d}: {badge.name}",
    }
