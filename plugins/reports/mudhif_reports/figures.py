"""The figures of an event: those that reports counts in the guest list, and those that other plugins give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mudhif.plugin_api import N_, Event, Person, Project, Registration, ask, current, is_holder, is_registration_of
from mudhif.plugin_api import gettext as _

from .hookspecs import Figure, Scope

_STATUS = {
    "registered": N_("Registrations that hold a place, of every kind."),
    "invited": N_("Registrations that were invited and have not said yes."),
    "waiting": N_("Registrations on the waiting list."),
    "cancelled": N_("Registrations that were cancelled."),
}
REGISTERED_ONLY = N_("Registrations that hold a place; who came is not known here.")
_SEX = {"female": "f", "male": "m", "unknown": None}


def scope_of(event: Event, language: str = "en") -> Scope:
    """An event with its project, as figures are asked for."""
    project = Project.get_or_none(Project.id == event.project) if event.project else None
    return Scope(event=event, project=project, language=language)


def figures_of(scope: Scope) -> dict[str, Figure]:
    """All figures by id, the core's first; where two plugins give one id, the first stands.

    Without a plugin that knows who came, the participants are those who are registered, and the definition says so.
    """
    figures: dict[str, Figure] = {}
    for figure in ask("report_figures", scope=scope, read=current()):
        figures.setdefault(figure.id, figure)
    if "participants.total" not in figures:
        figures |= {figure.id: figure for figure in _registered_as_participants(scope)}
    return figures


def knows_who_came(figures: Mapping[str, Figure]) -> bool:
    """Whether some plugin counted the participants at the door."""
    total = figures.get("participants.total")
    return total is not None and total.definition != _(REGISTERED_ONLY)


def core_figures(scope: Scope) -> list[Figure]:
    """Registrations by status; those that hold a place by sex and by kind."""
    rows = _rows(scope.event.id)
    url = f"/e/{scope.event.code}/guests"
    found = [
        _people(f"registrations.{status}", [row for row in rows if row["status"] == status], _(definition), url)
        for status, definition in _STATUS.items()
    ]
    registered = [row for row in rows if row["status"] == "registered"]
    found += _by_sex("registrations", registered, _("Of those who hold a place, by sex as recorded."), url)
    for kind in dict.fromkeys(row["kind"] for row in registered):
        of_kind = [row for row in registered if row["kind"] == kind]
        found.append(_people(f"registrations.kind.{kind}", of_kind, _("Of those who hold a place, by kind."), url))
    return found


def _registered_as_participants(scope: Scope) -> list[Figure]:
    rows = [row for row in _rows(scope.event.id) if row["status"] == "registered"]
    url = f"/e/{scope.event.code}/guests"
    definition = _(REGISTERED_ONLY)
    return [_people("participants.total", rows, definition, url), *_by_sex("participants", rows, definition, url)]


def _by_sex(prefix: str, rows: list[Mapping[str, Any]], definition: str, url: str) -> list[Figure]:
    return [
        _people(f"{prefix}.{name}", [row for row in rows if row["sex"] == sex], definition, url)
        for name, sex in _SEX.items()
    ]


def _people(figure: str, rows: Iterable[Mapping[str, Any]], definition: str, url: str) -> Figure:
    ids = tuple(row["id"] for row in rows)
    return Figure(id=figure, value=len(ids), unit="people", definition=definition, rows=ids, correct_url=url)


def _rows(event_id: str) -> list[Mapping[str, Any]]:
    found: Any = (
        Registration.select(Registration.id, Registration.status, Registration.kind, Person.sex)
        .join(Person, on=is_holder())
        .where(is_registration_of(event_id))
        .order_by(Registration.number, Registration.id)
        .dicts()
    )
    return list(found)
