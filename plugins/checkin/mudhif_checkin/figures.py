"""What a report counts at the door: people who arrived, each figure with the registrations behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mudhif.plugin_api import gettext as _

from .attendance import KINDS, attendance_of
from .items import in_hours
from .training import training_of

if TYPE_CHECKING:
    from mudhif_reports.hookspecs import Figure

SEX_FIGURES = (("female", "f"), ("male", "m"), ("unknown", "unknown"))


def figures_of(event: Any) -> Sequence[Figure]:
    """The participants of one event: all, by sex, by kind and by stakeholder group."""
    from mudhif_reports.hookspecs import Figure

    came = attendance_of(event.id)
    everyone = [arrival.registration for arrival in came.arrivals]
    url = f"/e/{event.code}/guests"

    def figure(id: str, rows: Sequence[str], definition: str) -> Figure:
        return Figure(id=id, value=len(rows), unit="people", definition=definition, rows=tuple(rows), correct_url=url)

    by_sex, by_kind, by_group = came.by("sex"), came.by("kind"), came.by("group")
    total = _("People with a check-in that stands; each counts once, however often they came and went.")
    figures = [figure("participants.total", everyone, total)]
    for name, sex in SEX_FIGURES:
        figures.append(
            figure(f"participants.{name}", by_sex.get(sex, []), _("Of those who arrived, by sex as recorded."))
        )
    for kind in (*KINDS, *(k for k in by_kind if k not in KINDS)):
        if kind in by_kind:
            figures.append(figure(f"participants.kind.{kind}", by_kind[kind], _("Of those who arrived, by kind.")))
    for group, rows in by_group.items():
        if group != "unknown":
            figures.append(
                figure(f"participants.group.{group}", rows, _("Of those who arrived, by stakeholder group."))
            )
    return [*figures, *_training_figures(event, url)]


def _training_figures(event: Any, url: str) -> list[Figure]:
    """Hours and days, where guests checked in to items of the agenda or on several days."""
    from mudhif_reports.hookspecs import Figure

    training = training_of(event, datetime.now(UTC))
    if not training.is_of_parts:
        return []
    came = tuple(dict.fromkeys(stay.registration for stay in training.stays))
    hours = _(
        "Hours of all who came together: from check-in to check-out, within the hours of the agenda or the event."
    )
    found = [
        Figure(id="participants.training_hours", value=in_hours(sum((s.hours for s in training.stays), timedelta())),
               unit="hours", definition=hours, rows=came, correct_url=url)
    ]  # fmt: skip
    for number, (day, of_day) in enumerate(training.days.items(), start=1):
        rows = tuple(dict.fromkeys(stay.registration for stay in training.stays if stay.day == day))
        found.append(
            Figure(id=f"participants.day.{number}", value=of_day.people, unit="people", rows=rows, correct_url=url,
                   definition=_("People who came on %(day)s.", day=f"{day:%d/%m/%Y}"))
        )  # fmt: skip
    return found
