"""Name badges and ticket pictures: the guest's name in both scripts, the kind as a band and a word, the signed ticket.

`badges_pdf` reads the event; `render_badges` only lays out, so that a layout can be tried without a database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from mudhif.domain.errors import NotFound, Refused
from mudhif.domain.names import script
from mudhif.i18n import N_
from mudhif.services.badge_layouts import DRAWING, Layout, WrongLayout, find_layout
from mudhif.services.badge_prints import printed_badges
from mudhif.services.events import local
from mudhif.services.logo import Logo, read_logo
from mudhif.services.printing import PrintingFailed, layout, render_typst, render_typst_pages
from mudhif.services.qr import qr_svg
from mudhif.services.settings import installation
from mudhif.services.tickets import ticket_texts
from mudhif.storage import merging
from mudhif.storage.models import Event, Person, Registration

T = TypeVar("T")


class NoBadges(Refused):
    """Nobody is on the list, so there is nothing to print."""

    code = "no-badges"
    message = N_("%(event)s has no guests yet. Import or add them first, then print their badges.")


class NothingToPrint(Refused):
    """Of the guests that were named none has a badge."""

    code = "no-badges"
    message = N_("None of these guests has a badge: they are cancelled, waiting or erased.")


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
    registration: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Whose badges are meant: those who are named (by id or number), of these kinds, and not printed yet."""

    guests: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    unprinted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands on every badge of an event."""

    title: str
    when: str
    language: str = "en"
    organiser: str = ""
    logo: Logo | None = None


def badges_pdf(event: Event, *, sheet: str = "a4", registrations: Collection[str] | None = None) -> bytes:
    """The badges of an event as a tagged PDF. Not inside a unit of work: tickets that are missing are issued.

    Args:
        sheet: the name of a layout.
        registrations: only these, by id; None: everybody who is invited or registered.

    Raises:
        NoBadges, NothingToPrint: nobody is left.
        BadInput: there is no such layout, or it cannot be used.
    """
    layout = find_layout(sheet)
    return render_badges(heading_of(event), badges_of(event, registrations), sheet=layout)


def badges_of(event: Event, registrations: Collection[str] | None = None) -> list[Badge]:
    """The badges of an event, in the order of the guests' numbers.

    Raises:
        NoBadges, NothingToPrint: nobody is left.
    """
    wanted = None if registrations is None else frozenset(registrations)
    rows = [row for row in _rows(event.id) if wanted is None or row["id"] in wanted]
    texts = ticket_texts(row["id"] for row in rows)
    badges = [_badge(row, texts[row["id"]]) for row in rows if row["id"] in texts]
    if not badges:
        raise NothingToPrint if registrations is not None else NoBadges(event=event.title)
    return badges


def chosen(event: Event, choice: Choice) -> list[str]:
    """The registrations that a choice means, in the order of their numbers; of all who have a badge.

    Raises:
        NotFound: a guest who was named is not at this event.
    """
    rows = _rows(event.id)
    named = [_named(rows, guest) for guest in choice.guests]
    printed = printed_badges(event.id) if choice.unprinted else frozenset()
    return [
        row["id"]
        for row in rows
        if (not choice.guests or row["id"] in named)
        and (not choice.kinds or row["kind"] in choice.kinds)
        and row["id"] not in printed
    ]


def _named(rows: Sequence[Mapping[str, Any]], guest: str) -> str:
    found = merging.kept(guest)
    for row in rows:
        if row["id"] == found or (guest.isdecimal() and row["number"] == int(guest)):
            return str(row["id"])
    raise NotFound(name=guest)


def _badge(row: Mapping[str, Any], ticket: str) -> Badge:
    return Badge(
        registration=row["id"],
        name=row["name"],
        other=row["name_alt"] or None,
        kind=row["kind"],
        sex=row["sex"],
        organisation=row["organisation"] or None,
        number=row["number"],
        ticket=ticket,
    )


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
    """An event's title, day and place, in its first language, and whose it is."""
    language = "ar" if list(event.languages or ["en"])[:1] == ["ar"] else "en"
    return Heading(
        title=event.title,
        when=when_and_where(event, language),
        language=language,
        organiser=installation().organisation,
        logo=read_logo(),
    )


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


def render_badges(heading: Heading, badges: Sequence[Badge], *, sheet: str | Layout = "a4") -> bytes:
    """Badges as a PDF.

    Raises:
        BadInput: there is no such layout, or it cannot be used.
    """
    layout = find_layout(sheet) if isinstance(sheet, str) else sheet
    source, data = _document(heading, badges, layout)
    try:
        return render_typst(source, data)
    except PrintingFailed:
        # A name in a script that none of our fonts has is printed with gaps, and 499 others with it.
        return _own_drawing(layout, lambda: render_typst(source, data, pdf_ua=False))


def ticket_pictures(heading: Heading, badges: Sequence[Badge]) -> list[bytes]:
    """Each badge as a PNG of its own, to be sent by a messenger."""
    source, data = _document(heading, badges, find_layout("single"))
    return render_typst_pages(source, data, ppi=216)


def badge_picture(event: Event, registration: str, sheet: str = "single") -> bytes:
    """One badge as a PNG for a label printer, at 300 dots an inch. Not inside a unit of work.

    Args:
        sheet: the name of a layout, of one badge on a page.

    Raises:
        NothingToPrint: the guest is cancelled, waiting or erased.
        BadInput: there is no such layout, or it cannot be used.
    """
    layout = find_layout(sheet)
    source, data = _document(heading_of(event), badges_of(event, [merging.kept(registration)]), layout)
    return _own_drawing(layout, lambda: render_typst_pages(source, data, ppi=300))[0]


SAMPLE_TICKET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 4 + "ABCDEFGHI2345"
"""As long as a ticket, and none: a preview opens no door."""

SAMPLES = (
    Badge(name="زينب عبد الأمير كريم الموسوي", other="Zainab Abdul-Ameer Al-Mousawi", sex="f",
          organisation="جامعة ذي قار", number=1, ticket=SAMPLE_TICKET),
    Badge(name="Mustafa Abdul-Ridha Al-Ghizzi", other="مصطفى عبد الرضا الغزي", kind="guest",
          organisation="Nasiriyah Municipality", number=2, ticket=SAMPLE_TICKET),
)  # fmt: skip
"""Who is shown of an event without guests."""


def preview_picture(event: Event, sheet: str, page: int = 1, *, registrations: Collection[str] | None = None) -> bytes:
    """A page as it will be printed, as a PNG to look at: the longest names in either script, none of them a ticket.

    Args:
        page: 1 or 2; of a layout of one badge on a page, one for each script.
    """
    layout = find_layout(sheet)
    rows = [row for row in _rows(event.id) if registrations is None or row["id"] in registrations]
    badges = _longest([_badge(row, SAMPLE_TICKET) for row in rows]) or list(SAMPLES)
    some = badges[: layout.per_page] if layout.per_page > 1 else badges[page - 1 : page] or badges[:1]
    source, data = _document(heading_of(event), some, layout)
    ppi = PREVIEW_PX / max(layout.page_width_mm, layout.page_height_mm) * 25.4
    return _own_drawing(layout, lambda: render_typst_pages(source, data, ppi=round(ppi)))[0]


PREVIEW_PX = 1100


def _longest(badges: Sequence[Badge]) -> list[Badge]:
    """The longest names first, an Arabic and a Latin one in turn."""
    by_length = sorted(badges, key=lambda badge: -len(badge.name))
    arabic = [badge for badge in by_length if script(badge.name) == "ar"]
    latin = [badge for badge in by_length if script(badge.name) != "ar"]
    pairs = [one for pair in zip(arabic, latin, strict=False) for one in pair]
    return [*pairs, *arabic[len(latin) :], *latin[len(arabic) :]]


def _own_drawing(layout: Layout, draw: Callable[[], T]) -> T:
    """What typst says of a drawing of the organisation's own names its file."""
    try:
        return draw()
    except PrintingFailed as error:
        if not layout.drawing:
            raise
        raise WrongLayout(f"layouts/{layout.name}.typ", [str(error)]) from error


def _document(heading: Heading, badges: Sequence[Badge], sheet: Layout) -> tuple[str, dict[str, bytes | str]]:
    logo = heading.logo if sheet.show["logo"] else None
    data = {
        "title": f"{heading.title} · Badges",
        "event": heading.title,
        "when": heading.when,
        "language": heading.language,
        "organiser": heading.organiser or "Logo",
        "logo": f"logo.{logo.ending}" if logo else None,
        "layout": {key: value for key, value in asdict(sheet).items() if key not in ("drawing", "title", "weight")}
        | {"columns": sheet.columns, "rows": sheet.rows},
        "badges": [_badge_data(badge, sheet.show) for badge in badges],
    }
    drawing = layout(DRAWING)
    beside = {"data.json": json.dumps(data, ensure_ascii=False)} | ({DRAWING: drawing} if sheet.drawing else {})
    return sheet.drawing or drawing, beside | ({f"logo.{logo.ending}": logo.content} if logo else {})


def _badge_data(badge: Badge, show: Mapping[str, bool]) -> dict[str, Any]:
    english, feminine, masculine = KIND_WORDS.get(badge.kind, (badge.kind.capitalize(), badge.kind, badge.kind))
    return {
        "name": badge.name,
        "other": badge.other if show["other"] else None,
        "organisation": badge.organisation if show["organisation"] else None,
        "kind": badge.kind,
        "kind_words": (english, feminine if badge.sex == "f" else masculine),
        "number": f"{badge.number:04d}" if show["number"] else None,
        "qr": qr_svg(badge.ticket, quiet=2) if show["qr"] else "",
        "alt": f"Ticket {badge.number:04d}: {badge.name}",
    }
