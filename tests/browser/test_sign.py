"""Signing with a mouse and with a finger, and what is kept of it."""

from __future__ import annotations

import math

import pytest

ZAHRA = "Zahra Kadhim Al-Asadi"


def write_name(page):
    """Two waves over the field, as a pen would."""
    box = page.locator("canvas").bounding_box()
    for line in (0.4, 0.6):
        at = [
            (box["x"] + box["width"] * (0.15 + t / 90), box["y"] + box["height"] * (line + 0.18 * math.sin(t / 3)))
            for t in range(60)
        ]
        page.mouse.move(*at[0])
        page.mouse.down()
        for x, y in at[1:]:
            page.mouse.move(x, y)
        page.mouse.up()


@pytest.mark.parametrize(("lang", "width", "height"), [("en", 1366, 768), ("ar", 390, 844)])
def test_a_guest_signs_at_the_desk(site, look, problems, lang, width, height):
    page = look(site, lang=lang, width=width, height=height)
    zahra = next(guest for guest in site.guests if guest["name"] == ZAHRA)
    page.goto(f"{site.event_url}/sign/{zahra['id']}")
    save, clear = page.locator('[data-part="save"]'), page.locator('[data-part="clear"]')
    assert save.is_disabled()
    write_name(page)
    clear.click()
    assert save.is_disabled()
    write_name(page)
    assert problems(page) == []
    save.click()
    page.wait_for_url(f"{site.event_url}/desk")
    page.goto(f"{site.event_url}/guests/{zahra['id']}")
    assert page.locator("figure.signed svg path").count() == 1
    assert problems(page) == []


def test_a_finger_draws_and_the_page_does_not_scroll(site, look):
    page = look(site, width=390, height=500, has_touch=True, is_mobile=True)
    page.goto(f"{site.event_url}/sign/{site.guests[0]['id']}")
    box = page.locator("canvas").bounding_box()
    touch = page.context.new_cdp_session(page)
    before = page.evaluate("scrollY")
    x, y = box["x"] + 40, box["y"] + 40
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 12):
        point = {"x": x + 12 * step, "y": y + 5 * step}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.locator('[data-part="save"]').is_enabled()
    assert page.evaluate("scrollY") == before
