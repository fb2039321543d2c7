"""What the event's own rows say, as claims: an event's report is held against them as against a second text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mudhif.plugin_api import Event, local

from .claims.ordinals import head_of
from .claims.organisations import party_key
from .folding import is_arabic, key
from .hookspecs import AgendaRow, AttachmentRow, Claim, CoverageRow, Figure, Format, Place, Scope, in_language

_PEOPLE = {"participants.total": "total", "participants.male": "male", "participants.female": "female"}


def recorded_claims(scope: Scope, figures: Mapping[str, Figure], form: Format | None = None) -> list[Claim]:
    """Everything that is recorded of an event and that a check may hold against its text."""
    return [
        *_of_event(scope.event),
        *_of_project(scope),
        *_of_figures(scope.event, figures),
        *(_asked(form, scope.language) if form else ()),
    ]


def _claim(kind: str, value: Any, field: str, text: str | None = None, **more: Any) -> Claim:
    place = Place(text=str(value) if text is None else text, field=field)
    return Claim(kind=kind, value=value, place=place, labelled=True, recorded=True, more=more)


def _of_event(event: Event) -> Iterator[Claim]:
    head, modifiers = head_of(" ".join(filter(None, (event.title, event.kind))))
    if event.ordinal is not None:
        yield _claim("ordinal", event.ordinal, "event.ordinal", head=head, modifiers=modifiers, about="this",
                     in_title=False, meant=None)  # fmt: skip
    starts, ends = local(event, event.starts), local(event, event.ends)
    yield _claim(
        "date",
        (starts.date().isoformat(), ends.date().isoformat()),
        "event.starts",
        starts.date().isoformat(),
        about="event",
        in_title=False,
        month_day=(starts.month, starts.day, ends.day),
        weekday=None,
        ambiguous=False,
        month_first=False,
    )
    minutes = (starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute)
    yield _claim("event-time", minutes, "event.ends", f"{starts:%H:%M}–{ends:%H:%M}")
    venue = ", ".join(filter(None, (event.venue, event.city, event.governorate)))
    if event.venue:
        yield _claim("venue", event.venue, "event.venue", venue)
    for role, name in (("organiser", event.organiser), ("donor", event.donor)):
        if name:
            yield _claim("party", party_key(name, {}), f"event.{role}", name, role=role, words=name, long=" " in name)


def _of_project(scope: Scope) -> Iterator[Claim]:
    project = scope.project
    if project is None:
        return
    yield _title("project-title", project.title, "project.title")
    if project.grant_reference:
        yield _claim("grant", project.grant_reference, "project.grant_reference")
    for alias in project.aliases or ():
        yield _title("project-alias", alias, "project.aliases")


def _title(kind: str, title: str, field: str) -> Claim:
    return _claim(kind, title, field, key=key(title), language="ar" if is_arabic(title) else "en", bound=True)


def _of_figures(event: Event, figures: Mapping[str, Figure]) -> Iterator[Claim]:
    for name, who in _PEOPLE.items():
        figure = figures.get(name)
        if figure is not None and isinstance(figure.value, int):
            yield Claim(
                kind="people",
                value=(figure.value, figure.value),
                place=Place(text=str(figure.value), field=name),
                labelled=True,
                recorded=True,
                more={"who": who, "label": figure.definition, "line": -1},
            )
    for figure in figures.values():
        for item, row in enumerate(figure.table):
            if isinstance(row, AgendaRow):
                yield from _row(event, row, item)
            elif isinstance(row, AttachmentRow):
                yield _claim("attachment-recorded", row.name, "media.attachments", what=row.kind, consent=row.consent)
            elif isinstance(row, CoverageRow):
                yield _claim(
                    "coverage-recorded",
                    row.outlet,
                    "media.coverage",
                    has_date=row.on is not None,
                    has_link=bool(row.link),
                    has_headline=bool(row.headline),
                )


def _row(event: Event, row: AgendaRow, item: int) -> Iterator[Claim]:
    if row.starts is None:
        return
    starts = local(event, row.starts)
    ends = local(event, row.ends) if row.ends else None
    begin = starts.hour * 60 + starts.minute
    length = int((ends - starts).total_seconds()) // 60 if ends else None
    yield Claim(
        kind="agenda-row",
        value=(begin, None if length is None else begin + length),
        place=Place(text=row.title, field="agenda.items", item=item),
        recorded=True,
        more={"title": row.title, "second": (), "words": row.title, "day": starts.date().isoformat()},
    )


def _asked(form: Format, language: str) -> Iterator[Claim]:
    """The texts that a format asks for; a section that prints figures says something without one."""
    for section in form.sections:
        if section.filled_by == "text":
            title = in_language(section.heading, language)
            required = section.required and not section.figures
            yield _claim(
                "section-asked", section.id, section.id, title, title=title, required=required, limit=section.words
            )
