"""A badge from the desk: printed by one press at the size of its label, and every print noted."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from flask.testing import FlaskClient
from PIL import Image

from mudhif.services.badge_layouts import find_layout, kind_colours
from mudhif.services.badge_prints import prints_of
from mudhif.storage.models import BadgePrint, Event, Registration

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
    client = signed_in("desk")
    for name, size in (("single", "90mm 66mm"), ("label-62", "62mm 100mm"), ("label-80", "80mm 120mm")):
        sheet = find_layout(name)
        style = client.get(f"/e/{event.code}/badge/label.css?layout={name}")
        assert f"@page {{ size: {size}; margin: 0; }}" in style.text
        assert style.mimetype == "text/css"
        answer = client.get(f"/e/{event.code}/badge/{zahra.id}/picture.png?layout={name}")
        width, height = Image.open(io.BytesIO(answer.data)).size
        assert abs(width - sheet.width_mm / 25.4 * 300) <= 1
        assert abs(height - sheet.height_mm / 25.4 * 300) <= 1


def test_a_desk_keeps_the_label_that_its_printer_holds(signed_in: SignIn, event: Event, zahra: Registration) -> None:
    client, url = signed_in("desk"), f"/e/{event.code}/badge/{zahra.id}"
    assert '<option value="single" selected>' in client.get(url).text
    client.get(f"{url}?layout=label-62")
    assert '<option value="label-62" selected>' in client.get(url).text
    client.post(url)
    assert [printed.layout for printed in prints_of(zahra.id)] == ["label-62"]
    for none in ("a4", "../a4", "nothing"):  # of which one page holds several, and which are none
        assert '<option value="label-62" selected>' in client.get(f"{url}?layout={none}").text


def test_the_scanners_card_has_the_colours_of_the_badges_band() -> None:
    style = files("mudhif_checkin").joinpath("static/door.css").read_text("utf-8").replace("#fff;", "#ffffff;")
    colours, _line = kind_colours()
    usual = colours["participant"]
    assert re.search(rf"\.out \.kind {{[^}}]*background: {usual.fill}; color: {usual.ink};", style)
    for kind in ("guest", "facilitator", "media", "staff"):
        of = colours[kind]
        assert f'.out .kind[data-kind="{kind}"] {{ background: {of.fill}; color: {of.ink};' in style


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
