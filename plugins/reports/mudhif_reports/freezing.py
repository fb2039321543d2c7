"""Freezes a report: reads all that a format prints once, so that PDF and DOCX of one report agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from mudhif.plugin_api import (
    N_,
    Event,
    NotFound,
    Person,
    Refused,
    Registration,
    Tx,
    ask,
    blob_path,
    is_holder,
    is_registration_of,
    local,
)
from mudhif.plugin_api import gettext as _

from .accepting import accepted_in, standing
from .checking import check_event
from .figures import knows_who_came, scope_of
from .hookspecs import (
    AgendaRow,
    AttachmentRow,
    Attendant,
    CoverageRow,
    EventFacts,
    Figure,
    Format,
    Frozen,
    ProjectFacts,
    Scope,
)
from .models import Report
from .narrative import narrative_of

Row = TypeVar("Row", AgendaRow, CoverageRow, AttachmentRow)
NAMES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "txt": "text/plain",
}
"""What ``--as`` takes, beside a media type itself."""


class NoFormat(NotFound):
    """No plugin and no pack brings a format of this id."""

    message = N_("There is no report format “%(name)s”. There are: %(there)s.")
    code = "no-such-format"


class FormatCannot(Refused):
    """The format is there, but not in this language or this kind of file."""

    message = N_("The format “%(name)s” cannot be written as %(wanted)s. It can as: %(there)s.")
    code = "format-cannot"


def formats(asker: Callable[..., list[Format]] = ask) -> dict[str, Format]:
    """All formats by id; where two plugins bring one id, the first stands."""
    found: dict[str, Format] = {}
    for form in asker("report_formats"):
        found.setdefault(form.id, form)
    return found


def find_format(name: str) -> Format:
    """The format of this id.

    Raises:
        NoFormat: names those that there are.
    """
    there = formats()
    if name not in there:
        raise NoFormat(name=name, there=", ".join(sorted(there)) or _("none"))
    return there[name]


def media_type_of(form: Format, wanted: str | None) -> str:
    """The media type for ``pdf``, ``docx`` or a media type; the format's first where nothing is asked for.

    Raises:
        FormatCannot: the format does not make it.
    """
    if wanted is None:
        return form.media_types[0]
    media_type = NAMES.get(wanted.casefold(), wanted)
    if media_type not in form.media_types:
        raise FormatCannot(
            name=form.id, wanted=wanted, there=", ".join(extension_of(kind) for kind in form.media_types)
        )
    return media_type


def extension_of(media_type: str) -> str:
    """``pdf`` for ``application/pdf``."""
    return next((name for name, known in NAMES.items() if known == media_type), media_type.rpartition("/")[2])


def language_of(form: Format, wanted: str | None) -> str:
    """The language to write in; the format's first where nothing is asked for.

    Raises:
        FormatCannot: the format is not made in it.
    """
    if wanted is None:
        return form.languages[0]
    if wanted not in form.languages:
        raise FormatCannot(name=form.id, wanted=wanted, there=", ".join(form.languages))
    return wanted


def freeze(event: Event, form: Format, *, language: str, media_type: str, now: datetime | None = None) -> Frozen:
    """Everything that the format prints, read once."""
    scope = scope_of(event, language)
    checked = check_event(event, language=language, form=form)
    findings = standing(checked.findings, accepted_in(event.id))
    return Frozen(
        event=_event(event),
        project=_project(scope),
        language=language,
        media_type=media_type,
        figures=checked.figures,
        texts=narrative_of(event.id, language),
        agenda=_local_rows(event, _table(checked.figures, AgendaRow)),
        coverage=_table(checked.figures, CoverageRow),
        attachments=_table(checked.figures, AttachmentRow),
        attendance=_attendance(event.id, checked.figures),
        findings=tuple(findings),
        made_at=now or datetime.now(UTC),
        draft=any(finding.severity == "error" for finding in findings),
        blob=_blob,
    )


def render(
    event: Event, form: Format, *, language: str, media_type: str, now: datetime | None = None
) -> tuple[bytes, Frozen]:
    """The document in a format, and what it was made of."""
    frozen = freeze(event, form, language=language, media_type=media_type, now=now)
    return form.render(frozen), frozen


def note_report(tx: Tx, event_id: str, form: Format, frozen: Frozen) -> Report:
    """Keep that this report was written, with the figures that stood in it."""
    errors = sum(finding.severity == "error" for finding in frozen.findings)
    kept: Report = tx.fact(
        Report,
        event=event_id,
        format=form.id,
        language=frozen.language,
        media_type=frozen.media_type,
        figures={name: figure.value for name, figure in frozen.figures.items() if not isinstance(figure.value, float)},
        errors=errors,
    )
    return kept


def _event(event: Event) -> EventFacts:
    return EventFacts(
        id=event.id,
        code=event.code,
        title=event.title,
        ordinal=event.ordinal,
        kind=event.kind,
        starts=local(event, event.starts),
        ends=local(event, event.ends),
        timezone=event.timezone,
        venue=event.venue,
        city=event.city,
        governorate=event.governorate,
        district=event.district,
        organiser=event.organiser,
        donor=event.donor,
    )


def _project(scope: Scope) -> ProjectFacts | None:
    project = scope.project
    if project is None:
        return None
    return ProjectFacts(
        id=project.id,
        title=project.title,
        donor=project.donor,
        grant_reference=project.grant_reference,
        aliases=tuple(project.aliases or ()),
    )


def _table(figures: Mapping[str, Figure], kind: type[Row]) -> tuple[Row, ...]:
    """The rows of the first figure that has rows of a kind."""
    for figure in figures.values():
        rows = tuple(row for row in figure.table if isinstance(row, kind))
        if rows:
            return rows
    return ()


def _local_rows(event: Event, rows: tuple[AgendaRow, ...]) -> tuple[AgendaRow, ...]:
    """The agenda with its moments in the event's own zone."""

    def moved(moment: datetime | None) -> datetime | None:
        return local(event, moment) if moment is not None else None

    return tuple(
        replace(
            row,
            starts=moved(row.starts),
            ends=moved(row.ends),
            actual_starts=moved(row.actual_starts),
            actual_ends=moved(row.actual_ends),
        )
        for row in rows
    )


def _attendance(event_id: str, figures: Mapping[str, Figure]) -> tuple[Attendant, ...]:
    """Everybody who holds a place, by name; whether they came, where a plugin knows it."""
    knows = knows_who_came(figures)
    arrived = set(figures["participants.total"].rows) if knows else set()
    person = (Person.name, Person.name_alt, Person.sex, Person.organisation, Person.role)
    rows: Any = (
        Registration.select(Registration.id, Registration.kind, *person)
        .join(Person, on=is_holder())
        .where(is_registration_of(event_id) & (Registration.status == "registered"))
        .order_by(Person.name, Registration.number)
        .dicts()
    )
    return tuple(
        Attendant(
            registration=row["id"],
            name=row["name"] or _("(erased)"),
            name_alt=row["name_alt"],
            sex=row["sex"],
            organisation=row["organisation"],
            role=row["role"],
            kind=row["kind"],
            arrived=row["id"] in arrived if knows else None,
        )
        for row in rows
    )


def _blob(sha256: str) -> bytes:
    return blob_path(sha256).read_bytes()
