"""What the door adds to Mudhif, seen through the hooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mudhif.app import Application
from mudhif.plugins.types import NOBODY, Place, Who
from mudhif.services.registrations import guest_list, update_registration
from mudhif.services.settings import set_event_setting
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import current, write
from mudhif_checkin.attendance import checked_in
from mudhif_checkin.checkins import undo
from mudhif_checkin.hooks import live_counts, mudhif_cases, mudhif_doctor, mudhif_panels
from mudhif_checkin.models import Scan

Present = Callable[..., dict[str, Any]]


@pytest.fixture
def coming(new_event: Callable[..., Event]) -> Event:
    """An event that is not over, so that its form is open."""
    return new_event(date="2090-03-07")


@pytest.fixture
def door_at_the_poster(coming: Event) -> None:
    write(lambda tx: set_event_setting(tx, coming.id, "checkin", "on_registration", True))


def test_the_plugin_is_on_and_every_hook_of_it_is_known(installation: Application) -> None:
    (info,) = [p for p in installation.host.plugins if p.name == "checkin"]
    assert (info.state, info.error) == ("on", None)
    assert set(info.hooks) >= {"models", "blueprints", "commands", "permissions", "settings", "navigation", "panels",
                               "columns", "reactions", "live", "cases", "doctor"}  # fmt: skip


@pytest.mark.usefixtures("door_at_the_poster")
def test_whoever_registers_at_the_poster_is_checked_in(coming: Event, new_guest: Callable[..., Registration]) -> None:
    guest = new_guest(coming, source="form")
    stored = Scan.get()
    assert (stored.registration, stored.outcome, stored.gate) == (guest.id, "welcome", "poster")
    assert checked_in([guest.id]) == {guest.id: True}


@pytest.mark.usefixtures("door_at_the_poster")
def test_neither_the_desk_nor_an_import_nor_an_edit_checks_in_by_itself(
    coming: Event, new_guest: Callable[..., Registration], desk: Who
) -> None:
    new_guest(coming, source="import")
    new_guest(coming, source="desk")
    new_guest(coming, source="form", status="waiting")
    assert Scan.select().count() == 0
    guest = new_guest(coming, source="form")
    undo(coming.id, Scan.get().id, None, desk)
    write(lambda tx: update_registration(tx, guest.id, {"kind": "guest"}))
    write(lambda tx: tx.delete(Registration.get_by_id(guest.id)))  # names every field, as a creation does
    assert Scan.select().count() == 1


def test_without_the_setting_the_form_only_registers(coming: Event, new_guest: Callable[..., Registration]) -> None:
    new_guest(coming, source="form")
    assert Scan.select().count() == 0


def test_the_guest_list_says_who_arrived(
    event: Event, zahra: Registration, new_guest: Callable[..., Registration], desk: Who, present: Present
) -> None:
    ammar, noor = new_guest(event, "Ammar"), new_guest(event, "Noor")
    present(event, zahra)
    undo(event.id, present(event, noor)["scan_id"], None, desk)
    assert {row["id"]: row["checked_in"] for row in guest_list(event.id)} == {
        zahra.id: True,
        ammar.id: False,
        noor.id: False,
    }


def test_the_column_is_asked_once_for_any_number_of_rows(event: Event, zahra: Registration, present: Present) -> None:
    present(event, zahra)
    came = checked_in([zahra.id, *(f"nobody-{n}" for n in range(1200))])
    assert sum(came.values()) == 1
    assert len(came) == 1201


def test_a_guests_own_page_says_that_they_are_checked_in(event: Event, zahra: Registration, present: Present) -> None:
    assert mudhif_panels(Place.POSTER_DONE, zahra, NOBODY) == []
    present(event, zahra)
    for place in (Place.POSTER_DONE, Place.TICKET):
        (panel,) = mudhif_panels(place, zahra, NOBODY)
        assert panel.context["zone"] == "Asia/Baghdad"


def test_the_event_shows_how_many_arrived(event: Event, zahra: Registration, present: Present) -> None:
    present(event, zahra)
    (panel,) = mudhif_panels(Place.EVENT, event, NOBODY)
    assert panel.context["counts"].arrived == 1


def test_live_counts_follow_a_scan_and_a_registration(event: Event, zahra: Registration, present: Present) -> None:
    told: list[Any] = []
    current().after_answers(lambda changes: told.append(live_counts(current(), changes)))
    present(event, zahra)
    assert told == [("counts", {"arrived": 1, "registered": 1, "inside": 1})]


def let_in_apart(event: Event, registration: Registration, times: int) -> None:
    """As two phones do that do not hear of each other: facts with the same turn."""

    def unit(tx: Any) -> None:
        for n in range(times):
            fields = {"outcome": "welcome", "at": f"2024-03-07T06:0{n}:00.000000Z", "turn": 1, "device": f"Phone {n}"}
            tx.fact(Scan, event=event.id, registration=registration.id, **fields)

    write(unit)


def test_one_ticket_at_two_doors_is_a_case_and_one_person(event: Event, zahra: Registration) -> None:
    let_in_apart(event, zahra, 2)
    (case,) = mudhif_cases(event)
    assert case.sentence == "Zahra Kadhim was let in twice. Counted once."
    assert (case.values, case.who) == (["09:00", "09:01"], ["Phone 0", "Phone 1"])
    assert not mudhif_doctor(event)[0].ok


def test_leaving_undoing_and_force_are_no_case(event: Event, zahra: Registration, desk: Who, present: Present) -> None:
    undo(event.id, present(event, zahra)["scan_id"], None, desk)
    for way in ("in", "out", "in"):
        present(event, zahra, direction=way)
    present(event, zahra, force=True)
    assert mudhif_cases(event) == []
    assert mudhif_doctor(event)[0].ok


def test_more_people_inside_than_places_is_a_case_and_nobody_is_sent_out(
    new_event: Callable[..., Event], new_guest: Callable[..., Registration], present: Present
) -> None:
    event = new_event(capacity=1)
    guests = [new_guest(event, f"Guest {n}", status="invited") for n in range(2)]
    for guest in guests:
        present(event, guest, force=True)
    (case,) = mudhif_cases(event)
    assert case.sentence.startswith("2 guests are inside, and the hall has 1 places.")


def test_the_scanners_files_are_examined(installation: Application) -> None:
    (line,) = mudhif_doctor(None)
    assert line.ok or line.remedy


def test_roles_hold_what_they_need(installation: Application) -> None:
    roles = {id: set(permission.roles) for id, permission in installation.host.permissions.items() if "checkin" in id}
    assert roles["checkin.scan"] == roles["checkin.undo"] == {"administrator", "coordinator", "desk", "scanner"}
    assert "scanner" not in roles["checkin.force"]
    assert NOBODY.role is None


def test_figures_carry_the_registrations_behind_them(
    event: Event, zahra: Registration, new_guest: Callable[..., Registration], present: Present
) -> None:
    pytest.importorskip("mudhif_reports")
    from mudhif_checkin.figures import figures_of

    ammar = new_guest(event, "Ammar", sex="m", kind="media", stakeholder_group="Media")
    new_guest(event, "Noor")
    for guest in (zahra, ammar):
        present(event, guest)
    figures = {figure.id: figure for figure in figures_of(event)}
    assert {id: figure.value for id, figure in figures.items()} == {
        "participants.total": 2,
        "participants.female": 1,
        "participants.male": 1,
        "participants.unknown": 0,
        "participants.kind.participant": 1,
        "participants.kind.media": 1,
        "participants.group.Media": 1,
    }
    assert figures["participants.total"].rows == (zahra.id, ammar.id)
    assert figures["participants.male"].rows == (ammar.id,)
    assert all(len(figure.rows) == figure.value for figure in figures.values())
