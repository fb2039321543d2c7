"""What a report says, section by section, as plain blocks: PDF and DOCX print the same ones and so cannot differ."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from mudhif.plugin_api import N_

from .hookspecs import AttachmentRow, Frozen, Section, in_language

UNKNOWN = "–"

_KINDS = {
    "participant": N_("Participants"),
    "guest": N_("Guests"),
    "facilitator": N_("Facilitators"),
    "media": N_("Media"),
    "staff": N_("Staff"),
}
_CARRIERS = {
    "tv": N_("Television"),
    "radio": N_("Radio"),
    "print": N_("Print"),
    "web": N_("Web"),
    "social": N_("Social media"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    items: tuple[str, ...]
    ordered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Labels with their values, one to a line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``widths`` are shares of the line; ``numbers`` are the columns that are set at the line's end."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numbers: tuple[int, ...] = ()
    tall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    sha256: str
    alt: str
    caption: str


Block = Heading | Paragraph | Items | Pairs | Table | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole report, ready to be laid out."""

    title: str
    subtitle: str
    language: Literal["en", "ar"] | str
    blocks: tuple[Block, ...]
    foot: str
    draft: str | None


def words_in(language: str) -> Callable[[str], str]:
    """Our own words in the language of a report, whoever reads the page that makes it."""
    return _catalogue(language).gettext


@lru_cache(maxsize=8)
def _catalogue(language: str) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "translations"
    return gettext.translation("messages", folder, [language], fallback=True)


def content_of(frozen: Frozen, title: Mapping[str, str], sections: Sequence[Section]) -> Content:
    """The report in a format's sections, in their order; a section that has nothing to say says so where it is required."""
    say = words_in(frozen.language)
    values = values_of(frozen)
    blocks = tuple(block for section in sections for block in _section(section, frozen, values, say))
    foot = say(N_("%(event)s · printed %(when)s from what was recorded")) % {
        "event": frozen.event.title,
        "when": frozen.made_at.strftime("%Y-%m-%d %H:%M UTC") if frozen.made_at else UNKNOWN,
    }
    return Content(
        title=in_language(title, frozen.language),
        subtitle=frozen.event.title,
        language=frozen.language,
        blocks=blocks,
        foot=foot,
        draft=say(N_("Draft: some findings are open")) if frozen.draft else None,
    )


def _section(section: Section, frozen: Frozen, values: Mapping[str, str], say: Callable[[str], str]) -> Iterator[Block]:
    yield Heading(text=in_language(section.heading, frozen.language))
    named = [values[name] for name in section.figures if values.get(name)]
    body: list[Block] = [Paragraph(text=" · ".join(named))] if named and section.filled_by == "text" else []
    body += text_blocks(frozen.texts.get(section.id, ""))
    body += {
        "text": lambda: [],
        "details": lambda: _details(frozen, values, say),
        "participants": lambda: _participants(frozen, say),
        "agenda": lambda: _agenda(frozen, say),
        "coverage": lambda: _coverage(frozen, say),
        "attachments": lambda: _attachments(frozen, say),
        "attendance": lambda: _attendance(frozen, say),
    }[section.filled_by]()
    yield from body or [Paragraph(text=say(N_("Nothing was recorded for this section.")), quiet=True)]


# --- the narrative ----------------------------------------------------------------------------------------------------

_BULLET = re.compile(r"\s*[•*▪‣·-]\s+(?P<text>.+)")
_NUMBER = re.compile(r"\s*[(]?(?:\d{1,2}|[٠-٩]{1,2})[.)]\s*(?P<text>\S.+)")


def text_blocks(text: str) -> list[Block]:
    """Typed text as paragraphs and lists: a line that begins with a bullet or a number is an item.

    >>> [type(block).__name__ for block in text_blocks("One.\\n\\n1. a\\n2. b\\n\\n• c")]
    ['Paragraph', 'Items', 'Items']
    """
    blocks: list[Block] = []
    items: list[str] = []
    ordered = False

    def close() -> None:
        if items:
            blocks.append(Items(items=tuple(items), ordered=ordered))
            items.clear()

    for line in text.splitlines():
        bullet, number = _BULLET.match(line), _NUMBER.match(line)
        item = bullet or number
        if item is None:
            if line.strip():
                close()
                blocks.append(Paragraph(text=line.strip()))
            continue
        if items and ordered != (number is not None and bullet is None):
            close()
        ordered = bullet is None
        items.append(item["text"].strip())
    close()
    return blocks


# --- what is filled from rows -----------------------------------------------------------------------------------------


def _details(frozen: Frozen, values: Mapping[str, str], say: Callable[[str], str]) -> list[Block]:
    facilitators = [person.name for person in frozen.attendance if person.kind == "facilitator"]
    rows = [
        (say(N_("Activity title")), values["event.title"]),
        (say(N_("Number in the series")), values["event.ordinal"]),
        (say(N_("Date")), values["event.dates"]),
        (say(N_("Time")), values["event.times"]),
        (say(N_("Place")), values["event.place"]),
        (say(N_("Facilitators")), ", ".join(facilitators)),
        (say(N_("Organiser")), values["event.organiser"]),
        (say(N_("Donor")), values["event.donor"]),
        (say(N_("Project")), values["project.title"]),
        (say(N_("Grant reference")), values["project.grant_reference"]),
    ]
    return [Pairs(rows=tuple((label, value) for label, value in rows if value))]


def _participants(frozen: Frozen, say: Callable[[str], str]) -> list[Block]:
    def value(name: str) -> str | None:
        figure = frozen.figures.get(name)
        return None if figure is None or figure.value is None else str(figure.value)

    total = value("participants.total")
    if total is None:
        return []
    counted = [(say(N_("Total")), total)]
    counted += [
        (label, found)
        for name, label in (
            ("participants.female", say(N_("Women"))),
            ("participants.male", say(N_("Men"))),
            ("participants.unknown", say(N_("Sex not recorded"))),
        )
        if (found := value(name)) is not None and not (name.endswith("unknown") and found == "0")
    ]
    counted += [
        (say(N_("By kind: %(kind)s")) % {"kind": say(_KINDS.get(kind, kind))}, str(n))
        for kind, n in _parts(frozen, "participants.kind.")
    ]
    counted += [
        (say(N_("By group: %(group)s")) % {"group": group}, str(n))
        for group, n in _parts(frozen, "participants.group.")
    ]
    columns = (say(N_("Participants")), say(N_("Number")))
    definition = frozen.figures["participants.total"].definition
    return [
        Table(columns=columns, rows=tuple(counted), widths=(4, 1), numbers=(1,)),
        Paragraph(text=str(definition), quiet=True),
    ]


def _parts(frozen: Frozen, prefix: str) -> list[tuple[str, int | float | str]]:
    return [
        (name.removeprefix(prefix), figure.value)
        for name, figure in frozen.figures.items()
        if name.startswith(prefix) and figure.value
    ]


def _agenda(frozen: Frozen, say: Callable[[str], str]) -> list[Block]:
    if not frozen.agenda:
        return []
    ran = any(row.actual_starts for row in frozen.agenda)
    columns = [say(N_("Planned")), say(N_("Item"))] + ([say(N_("As it was"))] if ran else [])
    rows = []
    for row in frozen.agenda:
        title = f"{row.title} ({', '.join(row.speakers)})" if row.speakers else row.title
        line = [_span(row.starts, row.ends, frozen.language), title or UNKNOWN]
        rows.append(tuple(line + ([_span(row.actual_starts, row.actual_ends, frozen.language)] if ran else [])))
    return [Table(columns=tuple(columns), rows=tuple(rows), widths=(3, 9, 3) if ran else (3, 10))]


def _coverage(frozen: Frozen, say: Callable[[str], str]) -> list[Block]:
    if not frozen.coverage:
        return []
    columns = (say(N_("Outlet")), say(N_("Kind")), say(N_("Date")), say(N_("Headline")))
    rows = tuple(
        (
            row.outlet,
            say(_CARRIERS.get(row.kind, row.kind)),
            day_of(row.on, frozen.language) if row.on else UNKNOWN,
            " · ".join(filter(None, (row.headline, row.link))) or UNKNOWN,
        )
        for row in frozen.coverage
    )
    return [Table(columns=columns, rows=rows, widths=(3, 2, 3, 6))]


def _attachments(frozen: Frozen, say: Callable[[str], str]) -> list[Block]:
    names = tuple(f"{row.name}: {row.caption}" if row.caption else row.name for row in frozen.attachments)
    blocks: list[Block] = []
    if names:
        blocks += [
            Paragraph(text=say(N_("Files kept with this event:")), quiet=True),
            Items(items=names, ordered=False),
        ]
    blocks += _coverage(frozen, say)
    withheld = [row for row in frozen.attachments if _is_picture(row) and row.consent is not True]
    blocks += [
        Picture(sha256=row.sha256, alt=row.alt or row.caption or row.name, caption=row.caption)
        for row in frozen.attachments
        if _is_picture(row) and row.consent is True
    ]
    if withheld:
        note = say(N_("Not printed, since consent is not recorded: %(names)s"))
        blocks.append(Paragraph(text=note % {"names": ", ".join(row.name for row in withheld)}, quiet=True))
    return blocks


def _is_picture(row: AttachmentRow) -> bool:
    return row.media_type in ("image/jpeg", "image/png", "image/webp")


def _attendance(frozen: Frozen, say: Callable[[str], str]) -> list[Block]:
    present = [person for person in frozen.attendance if person.arrived is not False]
    columns = (say(N_("No.")), say(N_("Name")), say(N_("Sex")), say(N_("Organisation")), say(N_("Signature")))
    sexes = {"f": say(N_("Woman")), "m": say(N_("Man"))}
    rows = tuple(
        (
            str(number),
            f"{person.name} · {person.name_alt}" if person.name_alt else person.name,
            sexes.get(person.sex or "", UNKNOWN),
            person.organisation or "",
            "",
        )
        for number, person in enumerate(present, 1)
    )
    return [Table(columns=columns, rows=rows, widths=(1, 6, 2, 5, 4), tall=True)] if rows else []


# --- values by name ---------------------------------------------------------------------------------------------------


def values_of(frozen: Frozen) -> dict[str, str]:
    """Everything that a format may name, as text: ``event.title``, ``participants.total``, ``text.introduction`` …"""
    event, project, language = frozen.event, frozen.project, frozen.language
    place = ", ".join(dict.fromkeys(filter(None, (event.venue, event.city, event.district, event.governorate))))
    values = {
        "event.title": event.title,
        "event.ordinal": str(event.ordinal) if event.ordinal else "",
        "event.kind": event.kind or "",
        "event.dates": _dates(event.starts, event.ends, language),
        "event.times": _span(event.starts, event.ends, language) if event.starts else "",
        "event.place": place,
        "event.organiser": event.organiser or "",
        "event.donor": event.donor or (project.donor if project else None) or "",
        "project.title": project.title if project else "",
        "project.grant_reference": (project.grant_reference or "") if project else "",
        "participants.groups": ", ".join(name for name, _n in _parts(frozen, "participants.group.")),
        "report.date": day_of(frozen.made_at, language) if frozen.made_at else "",
    }
    values |= {name: "" if figure.value is None else str(figure.value) for name, figure in frozen.figures.items()}
    return values | {f"text.{section}": text for section, text in frozen.texts.items()}


def day_of(day: date | datetime, language: str) -> str:
    """A date as people write it: ``7 March 2024``, ``7 آذار 2024``."""
    from babel.dates import format_date

    return format_date(day, "d MMMM y", locale="ar_IQ" if language == "ar" else "en_GB")


def _dates(starts: datetime | None, ends: datetime | None, language: str) -> str:
    if starts is None:
        return ""
    first = day_of(starts, language)
    last = day_of(ends, language) if ends is not None else first
    if last == first:
        return first
    return f"من {first} إلى {last}" if language == "ar" else f"{first} to {last}"


def _span(starts: datetime | None, ends: datetime | None, language: str) -> str:
    # In Arabic never with a dash between digits: it would be read from the wrong end.
    if starts is None:
        return UNKNOWN
    if ends is None:
        return f"{starts:%H:%M}"
    return f"من {starts:%H:%M} إلى {ends:%H:%M}" if language == "ar" else f"{starts:%H:%M}–{ends:%H:%M}"


def known_names(figures: Iterable[str] = ()) -> frozenset[str]:
    """The names of values that every event has, beside the figures of plugins."""
    return frozenset(
        "event.title event.ordinal event.kind event.dates event.times event.place event.organiser event.donor project.title "
        "project.grant_reference participants.groups report.date".split()
    ) | frozenset(figures)
