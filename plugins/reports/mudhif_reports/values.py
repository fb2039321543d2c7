"""Everything that a report may print, by name: ``event.title``, ``participants.total``, the rows of ``agenda`` …"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from mudhif.plugin_api import N_

from .hookspecs import Attendant, Frozen

UNKNOWN = "–"
_ARABIC = re.compile("[\u0621-\u064a]")
Say = Callable[[str], str]
"""Our words in the language of the report."""

KINDS = {
    "participant": N_("Participants"),
    "guest": N_("Guests"),
    "facilitator": N_("Facilitators"),
    "media": N_("Media"),
    "staff": N_("Staff"),
}
CARRIERS = {
    "tv": N_("Television"),
    "radio": N_("Radio"),
    "print": N_("Print"),
    "web": N_("Web"),
    "social": N_("Social media"),
}


DRAFT = N_("Draft: some findings are open")
SEXES = {"f": N_("Woman"), "m": N_("Man")}


def words_in(language: str) -> Say:
    """Our own words in the language of a report, whoever reads the page that makes it."""
    return _catalogue(language).gettext


@lru_cache(maxsize=8)
def _catalogue(language: str) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "translations"
    return gettext.translation("messages", folder, [language], fallback=True)


def parts_of(frozen: Frozen, prefix: str) -> list[tuple[str, int | float | str]]:
    """The figures under a prefix that are not nought, by the rest of their names."""
    return [
        (name.removeprefix(prefix), figure.value)
        for name, figure in frozen.figures.items()
        if name.startswith(prefix) and figure.value
    ]


def _with_role(person: Attendant) -> str:
    return f"{person.name} ({person.role})" if person.role else person.name


def values_of(frozen: Frozen) -> dict[str, str]:
    """Everything that a format may name, as text: ``event.title``, ``participants.total``, ``text.introduction`` …"""
    event, project, language = frozen.event, frozen.project, frozen.language
    place = listed(list(dict.fromkeys(filter(None, (event.venue, event.city, event.district, event.governorate)))))
    values = {
        "event.title": event.title,
        "event.ordinal": str(event.ordinal) if event.ordinal else "",
        "event.kind": event.kind or "",
        "event.dates": _dates(event.starts, event.ends, language),
        "event.times": span_of(event.starts, event.ends, language) if event.starts else "",
        "event.place": place,
        "event.organiser": event.organiser or "",
        "event.facilitators": listed(
            [_with_role(person) for person in frozen.attendance if person.kind == "facilitator"]
        ),
        "event.donor": event.donor or (project.donor if project else None) or "",
        "project.title": project.title if project else "",
        "project.grant_reference": (project.grant_reference or "") if project else "",
        "participants.groups": listed([name for name, _n in parts_of(frozen, "participants.group.")]),
        "report.draft": words_in(language)(DRAFT) if frozen.draft else "",
        "report.date": day_of(frozen.made_at, language) if frozen.made_at else "",
    }
    values |= {name: "" if figure.value is None else str(figure.value) for name, figure in frozen.figures.items()}
    return values | {f"text.{section}": text for section, text in frozen.texts.items()}


def listed(names: Sequence[str]) -> str:
    """Names in a row, with the comma of their own script.

    >>> listed(["Salma", "Huda"]), listed(["سلمى", "هدى"])
    ('Salma, Huda', 'سلمى، هدى')
    """
    return ("، " if any(_ARABIC.search(name) for name in names) else ", ").join(names)


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


def span_of(starts: datetime | None, ends: datetime | None, language: str) -> str:
    """From when to when: ``09:00–09:15``."""
    # In Arabic never with a dash between digits: it would be read from the wrong end.
    if starts is None:
        return UNKNOWN
    if ends is None:
        return f"{starts:%H:%M}"
    return f"من {starts:%H:%M} إلى {ends:%H:%M}" if language == "ar" else f"{starts:%H:%M}–{ends:%H:%M}"


_FIGURES = re.compile(
    r"participants\.(total|female|male|unknown|kind\..+|group\..+)|(registrations|media|checkin)\.[a-z_.-]+"
    r"|agenda\.(items|planned_minutes|actual_minutes)"
)
_VALUES = {
    "event": {"title", "ordinal", "kind", "dates", "times", "place", "organiser", "donor", "facilitators"},
    "project": {"title", "grant_reference"},
    "participants": {"groups"},
    "report": {"date", "draft"},
}


def is_known(name: str) -> bool:
    """Whether a pack may name this value: one of every event, a figure, a text of the narrative."""
    owner, _dot, field = name.partition(".")
    return owner == "text" or field in _VALUES.get(owner, ()) or _FIGURES.fullmatch(name) is not None


def is_of_another_plugin(name: str) -> bool:
    """Whether only a plugin that is not ours could bring this value: nobody can know it before it is there."""
    owner = name.partition(".")[0]
    ours = {*_VALUES, *LIST_FIELDS, "text", "registrations", "media", "checkin"}
    return owner not in ours


def is_list_field(name: str) -> bool:
    """Whether this is a field of a list, for the row of a table."""
    owner, _dot, field = name.partition(".")
    return field in LIST_FIELDS.get(owner, ())


LIST_FIELDS = {
    "agenda": frozenset({"start", "end", "title", "speakers", "actual_start", "actual_end"}),
    "attendance": frozenset({"number", "name", "name_alt", "sex", "organisation", "role"}),
    "coverage": frozenset({"outlet", "kind", "date", "headline", "link"}),
}
"""What the rows of a template's tables may name, by list."""


def lists_of(frozen: Frozen) -> dict[str, list[dict[str, str]]]:
    """The lists whose lines fill the rows of a template's tables, each line by the names of its fields."""
    language, say = frozen.language, words_in(frozen.language)
    came = [person for person in frozen.attendance if person.arrived is not False]
    return {
        "agenda": [
            {
                "start": _clock(row.starts),
                "end": _clock(row.ends),
                "title": row.title,
                "speakers": listed(row.speakers),
                "actual_start": _clock(row.actual_starts),
                "actual_end": _clock(row.actual_ends),
            }
            for row in frozen.agenda
        ],
        "attendance": [
            {
                "number": str(number),
                "name": person.name,
                "name_alt": person.name_alt or "",
                "sex": say(SEXES[person.sex]) if person.sex in SEXES else "",
                "organisation": person.organisation or "",
                "role": person.role or "",
            }
            for number, person in enumerate(came, 1)
        ],
        "coverage": [
            {
                "outlet": row.outlet,
                "kind": say(CARRIERS.get(row.kind, row.kind)),
                "date": day_of(row.on, language) if row.on else "",
                "headline": row.headline or "",
                "link": row.link or "",
            }
            for row in frozen.coverage
        ],
    }


def _clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M}" if moment else ""
