"""A badge from the desk: printed by one press at the size of its label, and every print noted."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from flask.testing import FlaskClient
from PIL import Image

from mudhif.services.badges import SHEETS
from mudhif.storage.models import Event, Registration
from mudhif_checkin.badges import BadgePrint, prints_of

SignIn = Callable[[str], FlaskClient]


def test_the_desk_prints_a_badge_and_a_second_one_is_told_of(
    signed_in: SignIn, event: Event, zahra: Registration, present: Callable[..., Any]
) -> None:
    scan_id = present(event, zahra)["scan_id"]
    client = signed_in("desk")
    desk = client.get(f"/e/{event.code}/desk?scan={scan_id}").text
    url = f"/e/{event.code}/badge/{zahra.id}"
    assert f'action="{url}?scan={scan_id}"' in desk
    assert "Print the badge" in client.get(url).text
    printing = client.post(f"{url}?scan={scan_id}").text
    assert re.search(rf'data-print data-back="/e/{event.code}/desk\?scan={scan_id}"', printing)
    client.post(url)
    shown = client.get(url).text
    assert "Print again" in shown
    assert "data-print" not in shown
    assert [printed.device for printed in prints_of(zahra.id)] == ["Hanan", "Hanan"]


def test_the_page_and_its_picture_have_the_size_of_the_label(
    signed_in: SignIn, event: Event, zahra: Registration
) -> None:
    sheet = SHEETS["single"]
    style = files("mudhif_checkin").joinpath("static/badge.css").read_text("utf-8")
    assert f"@page {{ size: {sheet.page_width_mm}mm {sheet.page_height_mm}mm; margin: 0; }}" in style
    answer = signed_in("desk").get(f"/e/{event.code}/badge/{zahra.id}/picture.png")
    width, height = Image.open(io.BytesIO(answer.data)).size
    assert abs(width - sheet.width_mm / 25.4 * 300) <= 1
    assert abs(height - sheet.height_mm / 25.4 * 300) <= 1


def test_a_guest_without_a_badge_leaves_no_trace_of_a_print(
    signed_in: SignIn, event: Event, new_guest: Callable[..., Registration]
) -> None:
    gone = new_guest(event, "Ammar Saleh", status="cancelled")
    answer = signed_in("desk").post(f"/e/{event.code}/badge/{gone.id}")
    assert answer.status_code == 409
    assert BadgePrint.select().count() == 0


def test_a_phone_that_only_scans_prints_nothing(signed_in: SignIn, event: Event, zahra: Registration) -> None:
    client = signed_in("scanner")
    assert client.post(f"/e/{event.code}/badge/{zahra.id}").status_code == 403
    assert BadgePrint.select().count() == 0
