"""The display at the door, and the devices on the board."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.plugins.types import Who
from mudhif.services.devices import Report, offer_pairing, pair_device, reports, revoke_device
from mudhif.services.settings import set_event_setting
from mudhif.storage.models import Device, Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.device_list import devices_at_the_door

SignIn = Callable[[str], FlaskClient]
NOW = datetime(2024, 3, 7, 6, 30, tzinfo=UTC)


@pytest.fixture
def paired(event: Event) -> Callable[..., Device]:
    def made(name: str, role: str = "scanner") -> Device:
        secret = write(lambda tx: offer_pairing(tx, event, role, now=NOW, until=NOW + timedelta(hours=9)))
        return write(lambda tx: pair_device(tx, secret, name, now=NOW)).device

    return made


def test_guests_are_welcomed_in_both_languages_and_by_no_name(
    signed_in: SignIn, event: Event, zahra: Registration, present: Callable[..., Any]
) -> None:
    present(event, zahra)
    page = signed_in("display").get(f"/x/show/{event.code}/welcome").text
    assert re.search(r'<span lang="en" dir="ltr">Welcome</span><span lang="ar" dir="rtl">أهلًا وسهلًا</span>', page)
    assert re.search(r'data-part="arrived">1</b> / 1<', page)
    assert "Zahra" not in page


def test_first_names_are_shown_where_the_event_allows_it(
    signed_in: SignIn, event: Event, zahra: Registration, present: Callable[..., Any]
) -> None:
    present(event, zahra)
    write(lambda tx: set_event_setting(tx, event.id, "checkin", "names_on_welcome", True))
    page = signed_in("display").get(f"/x/show/{event.code}/welcome?part=1").text
    assert '<bdi lang="en">Zahra</bdi>' in page
    assert "Kadhim" not in page
    assert "<html" not in page


def test_the_display_is_for_the_team(client: FlaskClient, event: Event) -> None:
    assert client.get(f"/x/show/{event.code}/welcome").status_code == 302


def test_a_device_that_keeps_scans_for_two_minutes_is_an_alarm(
    event: Event, zahra: Registration, paired: Callable[..., Device], present: Callable[..., Any]
) -> None:
    phone, tablet, screen = paired("Rusul's phone"), paired("Tablet", "desk"), paired("Projector", "display")
    who = Who(id=tablet.id, name=tablet.name, role="desk", permissions=frozenset({"checkin.scan"}))
    present(event, zahra, who, at="2024-03-07T09:06:00+03:00")
    reports[phone.id] = Report(kept=3, oldest=NOW - timedelta(seconds=121))
    reports[tablet.id] = Report(kept=1, oldest=NOW - timedelta(seconds=119))
    late, soon = devices_at_the_door(event.id, NOW)
    assert (late.name, late.kept, late.minutes, late.is_late, late.last) == ("Rusul's phone", 3, 2, True, None)
    assert (soon.name, soon.minutes, soon.is_late) == ("Tablet", 1, False)
    assert soon.last == datetime(2024, 3, 7, 6, 6, tzinfo=UTC)
    assert screen.name not in (late.name, soon.name)


def test_a_device_that_nothing_is_heard_of_for_two_minutes_is_an_alarm(
    signed_in: SignIn, event: Event, paired: Callable[..., Device]
) -> None:
    phone, tablet = paired("Rusul's phone"), paired("Tablet", "desk")
    reports[phone.id] = Report(heard=NOW - timedelta(seconds=121))
    reports[tablet.id] = Report(heard=NOW - timedelta(seconds=119))
    late, soon = devices_at_the_door(event.id, NOW)
    assert (late.name, late.is_late, late.silent) == ("Rusul's phone", True, 2)
    assert (soon.name, soon.is_late, soon.silent) == ("Tablet", False, None)
    reports[phone.id] = Report(heard=datetime.now(UTC) - timedelta(minutes=7))
    board = signed_in("coordinator").get(f"/e/{event.code}/board").text
    assert re.search(r'data-late="yes">.*Rusul.*out of reach for 7 min', board.replace("\n", ""))


def test_the_board_says_what_devices_keep_and_forgets_revoked_ones(
    signed_in: SignIn, event: Event, paired: Callable[..., Device]
) -> None:
    phone = paired("Rusul's phone")
    paired("Ali's phone")
    reports[phone.id] = Report(kept=3, oldest=datetime.now(UTC) - timedelta(minutes=5))
    client = signed_in("coordinator")
    board = client.get(f"/e/{event.code}/board").text
    assert re.search(r'data-late="yes">.*Rusul.*3 scans kept · for 5 min', board.replace("\n", ""))
    assert "not heard of since the start" in board
    write(lambda tx: revoke_device(tx, phone.id))
    assert "Rusul" not in client.get(f"/e/{event.code}/board/parts").text
