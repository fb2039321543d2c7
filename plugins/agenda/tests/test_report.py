"""What a donor report takes from the agenda."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mudhif.plugin_api import Project
from mudhif.storage.store import write
from mudhif_agenda.report import figures
from mudhif_agenda.services import press
from mudhif_agenda.timer import Do

hookspecs = pytest.importorskip("mudhif_reports.hookspecs")
NINE = datetime(2024, 3, 7, 6, 0, tzinfo=UTC)


def by_id(event):
    scope = hookspecs.Scope(event=event, project=Project.get_by_id(event.project))
    return {figure.id: figure for figure in figures(scope)}


def test_figures_hold_the_rows_that_they_count(event, items):
    write(lambda tx: press(tx, event, Do.START, at=NINE))
    write(lambda tx: press(tx, event, Do.NEXT, at=NINE + timedelta(minutes=32)))
    found = by_id(event)
    assert (found["agenda.items"].value, found["agenda.items"].rows) == (4, tuple(item.id for item in items))
    assert found["agenda.planned_minutes"].value == 240
    assert (found["agenda.actual_minutes"].value, found["agenda.actual_minutes"].rows) == (32, (items[0].id,))
    first = found["agenda.items"].table[0]
    assert (f"{first.starts:%H:%M}", f"{first.actual_ends:%H:%M}") == ("09:00", "09:32")


def test_minutes_that_nobody_recorded_are_not_zero(event, items):
    assert by_id(event)["agenda.actual_minutes"].value is None


def test_an_event_without_an_agenda_has_no_figures(event):
    assert by_id(event) == {}
