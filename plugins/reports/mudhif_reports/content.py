"""What a report says, section by section, as plain blocks: PDF and DOCX print the same ones and so cannot differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from mudhif.plugin_api import N_

from .hookspecs import AttachmentRow, Frozen, Section, in_language
from .pictures import Photo, small_picture
from .values import CARRIERS, DRAFT, KINDS, SEXES, UNKNOWN, Say, day_of, listed, parts_of, span_of, values_of, words_in

CHECKED_IN = N_("Counted are people who were checked in, each once, however often they came and went.")
REGISTERED = N_("Counted are people who are registered; nobody was counted at the door.")


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
    photo: Photo
    alt: str
    caption: str


Block = Heading | Paragraph | Items | Pairs | Table | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole report, ready to be laid out: no layout needs anything else."""

    title: str
    subtitle: str
    language: str
    blocks: tuple[Block, ...]
    foot: str
    draft: str | None = None
    organiser: str = ""


def content_of(frozen: Frozen, title: Mapping[str, str], sections: Sequence[Section]) -> Content:
    """The report in a format's sections, in their order; one that has nothing to say says so."""
    say = words_in(frozen.language)
    values = values_of(frozen)
    blocks = tuple(block for section in sections for block in _section(section, frozen, values, say))
    foot = say(N_("%(event)s · written on %(when)s from what was recorded"))
    made: Content = clean(
        Content(
            title=in_language(title, frozen.language),
            subtitle=frozen.event.title,
            language=frozen.language,
            blocks=blocks,
            foot=foot % {"event": frozen.event.title, "when": _when(frozen)},
            draft=say(DRAFT) if frozen.draft else None,
            organiser=frozen.event.organiser or "",
        )
    )
    return made


def _when(frozen: Frozen) -> str:
    if frozen.made_at is None:
        return UNKNOWN
    there = frozen.made_at.astimezone(ZoneInfo(frozen.event.timezone))
    return f"{day_of(there, frozen.language)} {there:%H:%M}"


_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


def clean(value: Any) -> Any:
    """A value without the letters that no document can hold: a Word file with one of them does not open.

    >>> clean(("a\\x0bb", 3))
    ('ab', 3)
    """
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, tuple):
        return tuple(clean(part) for part in value)
    if isinstance(value, list):
        return [clean(part) for part in value]
    if isinstance(value, dict):
        return {name: clean(part) for name, part in value.items()}
    if isinstance(value, Content | Heading | Paragraph | Items | Pairs | Table | Picture):
        return replace(value, **{field.name: clean(getattr(value, field.name)) for field in fields(value)})
    return value


def _section(section: Section, frozen: Frozen, values: Mapping[str, str], say: Say) -> Iterator[Block]:
    yield Heading(text=in_language(section.heading, frozen.language))
    named = [values[name] for name in section.figures if values.get(name)]
    body: list[Block] = [Paragraph(text=" · ".join(named))] if named and section.filled_by == "text" else []
    typed = frozen.texts.get(section.id, "")
    labelled, typed = _labelled(typed) if section.filled_by == "details" else ((), typed)
    body += text_blocks(typed)
    from_rows: Mapping[str, Callable[[], list[Block]]] = {
        "details": lambda: _details(frozen, values, labelled, say),
        "participants": lambda: _participants(frozen, say),
        "agenda": lambda: _agenda(frozen, say),
        "coverage": lambda: _coverage(frozen, say),
        "attachments": lambda: _attachments(frozen, say),
        "attendance": lambda: _attendance(frozen, say),
    }
    if section.filled_by in from_rows:
        body += from_rows[section.filled_by]()
    yield from body or [Paragraph(text=say(N_("Nothing was recorded for this section.")), quiet=True)]


# --- the narrative ----------------------------------------------------------------------------------------------------

_BULLET = re.compile(r"\s*[•*▪‣·-]\s+(?P<text>.+)")
_NUMBER = re.compile(r"\s*[(]?(?:\d{1,2}|[٠-٩]{1,2})[.)]\s*(?P<text>\S.+)")


def text_blocks(text: str) -> list[Block]:
    """Typed text as paragraphs and lists: a line that begins with a bullet or a number is an item.

    >>> [type(block).__name__ for block in text_blocks("One.\\n\\n1. first\\n2. second\\n\\n• third")]
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


_LABEL = re.compile(r"\s*(?:[•*▪‣·-]\s+|[(]?\d{1,2}[.)]\s*)?(?P<label>[^\d:：]{2,40})[:：]\s+(?P<value>\S.*)")


def _labelled(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The typed lines that are a label with a value, and the lines that are not.

    >>> _labelled("5. Facilitators: Huda (Logistics)\\nIt rained.")
    ((('Facilitators', 'Huda (Logistics)'),), 'It rained.')
    """
    found = [(line, _LABEL.fullmatch(line)) for line in text.splitlines()]
    rows = tuple((match["label"].strip(), match["value"].strip().removesuffix(".")) for _line, match in found if match)
    return rows, "\n".join(line for line, match in found if not match)


def _details(frozen: Frozen, values: Mapping[str, str], typed: tuple[tuple[str, str], ...], say: Say) -> list[Block]:
    """What is recorded of the event, then what somebody typed beside it, line by line."""
    rows = [
        (say(N_("Activity title")), values["event.title"]),
        (say(N_("Number in the series")), values["event.ordinal"]),
        (say(N_("Date")), values["event.dates"]),
        (say(N_("Time")), values["event.times"]),
        (say(N_("Place")), values["event.place"]),
        (say(N_("Facilitators")), values["event.facilitators"]),
        *typed,
        (say(N_("Organiser")), values["event.organiser"]),
        (say(N_("Donor")), values["event.donor"]),
        (say(N_("Project")), values["project.title"]),
        (say(N_("Grant reference")), values["project.grant_reference"]),
    ]
    return [Pairs(rows=tuple((label, value) for label, value in rows if value))]


def _participants(frozen: Frozen, say: Say) -> list[Block]:
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
        (say(N_("By kind: %(kind)s")) % {"kind": say(KINDS.get(kind, kind))}, str(n))
        for kind, n in parts_of(frozen, "participants.kind.")
    ]
    counted += [
        (say(N_("By group: %(group)s")) % {"group": group}, str(n))
        for group, n in parts_of(frozen, "participants.group.")
    ]
    columns = (say(N_("Participants")), say(N_("Number")))
    # Not the figure's own definition: that is in the language of whoever asked, and this is the report's.
    at_the_door = any(person.arrived is not None for person in frozen.attendance)
    counted_how = CHECKED_IN if at_the_door else REGISTERED
    return [
        Table(columns=columns, rows=tuple(counted), widths=(4, 1), numbers=(1,)),
        Paragraph(text=say(counted_how), quiet=True),
    ]


def _agenda(frozen: Frozen, say: Say) -> list[Block]:
    if not frozen.agenda:
        return []
    ran = any(row.actual_starts for row in frozen.agenda)
    columns = [say(N_("Planned")), say(N_("Item"))] + ([say(N_("As it was"))] if ran else [])
    rows = []
    for row in frozen.agenda:
        title = f"{row.title} ({listed(row.speakers)})" if row.speakers else row.title
        line = [span_of(row.starts, row.ends, frozen.language), title or UNKNOWN]
        rows.append(tuple(line + ([span_of(row.actual_starts, row.actual_ends, frozen.language)] if ran else [])))
    return [Table(columns=tuple(columns), rows=tuple(rows), widths=(3, 9, 3) if ran else (3, 10))]


def _coverage(frozen: Frozen, say: Say) -> list[Block]:
    if not frozen.coverage:
        return []
    columns = (say(N_("Outlet")), say(N_("Kind")), say(N_("Date")), say(N_("Headline")))
    rows = tuple(
        (
            row.outlet,
            say(CARRIERS.get(row.kind, row.kind)),
            day_of(row.on, frozen.language) if row.on else UNKNOWN,
            "\n".join(filter(None, (row.headline, row.link))) or UNKNOWN,
        )
        for row in frozen.coverage
    )
    return [Table(columns=columns, rows=rows, widths=(3, 2, 3, 6))]


def _attachments(frozen: Frozen, say: Say) -> list[Block]:
    names = tuple(f"{row.name}: {row.caption}" if row.caption else row.name for row in frozen.attachments)
    blocks: list[Block] = []
    if names:
        blocks += [
            Paragraph(text=say(N_("Files kept with this event:")), quiet=True),
            Items(items=names, ordered=False),
        ]
    if frozen.coverage:
        blocks += [Paragraph(text=say(N_("Coverage in the media:")), quiet=True), *_coverage(frozen, say)]
    return blocks + _pictures(frozen, say)


def _pictures(frozen: Frozen, say: Say) -> list[Block]:
    """The photos with consent; of the others, that they are left out and why."""
    blocks: list[Block] = []
    withheld: list[str] = []
    unreadable: list[str] = []
    for row in filter(_is_picture, frozen.attachments):
        if row.consent is not True:
            withheld.append(row.name)
            continue
        try:
            photo = small_picture(frozen.blob(row.sha256) if frozen.blob else b"")
        except OSError:
            unreadable.append(row.name)
            continue
        blocks.append(Picture(photo=photo, alt=row.alt or row.caption or row.name, caption=row.caption))
    for note, names in (
        (N_("Not printed, since consent is not recorded: %(names)s"), withheld),
        (N_("Not printed, since the file is not on this laptop or cannot be read: %(names)s"), unreadable),
    ):
        if names:
            blocks.append(Paragraph(text=say(note) % {"names": listed(names)}, quiet=True))
    return blocks


def _is_picture(row: AttachmentRow) -> bool:
    return row.media_type in ("image/jpeg", "image/png", "image/webp")


def _attendance(frozen: Frozen, say: Say) -> list[Block]:
    present = [person for person in frozen.attendance if person.arrived is not False]
    columns = (say(N_("No.")), say(N_("Name")), say(N_("Sex")), say(N_("Organisation")), say(N_("Signature")))
    rows = tuple(
        (
            str(number),
            f"{person.name}\n{person.name_alt}" if person.name_alt else person.name,
            say(SEXES[person.sex]) if person.sex in SEXES else UNKNOWN,
            person.organisation or "",
            "",
        )
        for number, person in enumerate(present, 1)
    )
    return [Table(columns=columns, rows=rows, widths=(1, 6, 2, 5, 4), tall=True)] if rows else []
