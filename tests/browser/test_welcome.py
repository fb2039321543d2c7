"""The display at the door follows what happens, in both languages."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("lang", "width", "height"), [("en", 1366, 768), ("ar", 390, 844)])
def test_the_display_counts_who_comes_in_by_itself(make_site, look, problems, lang, width, height):
    site = make_site()
    page = look(site, lang=lang, width=width, height=height)
    page.goto(f"{site.url}/x/show/{site.code}/welcome")
    page.wait_for_selector('#welcome[data-state="live"]')
    assert page.locator("[data-part=arrived]").inner_text() == "0"
    for guest in site.guests[:2]:
        site.command("checkin", site.code, guest["id"])
    page.wait_for_function("document.querySelector('[data-part=arrived]').textContent === '2'")
    assert page.locator("h1 span").count() == 2
    assert "Zahra" not in page.inner_text("main")
    assert problems(page) == []
