"""Erasing one guest, and names that were kept long enough, as they are seen."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("lang", "width"), [("en", 1366), ("ar", 390)])
def test_the_page_says_what_goes_and_what_stays_before_anything_goes(make_site, look, problems, lang, width):
    site = make_site()
    guest = site.command("guests", "list", site.code)[0]
    page = look(site, lang=lang, width=width)
    page.goto(f"{site.event_url}/guests/{guest['id']}/erase")
    assert problems(page) == []
    page.check("input[name=sure]")
    page.click("button.danger")
    page.wait_for_url(f"{site.event_url}/guests")
    assert guest["name"] not in [row["name"] for row in site.command("guests", "list", site.code)]


@pytest.mark.parametrize(("lang", "width"), [("en", 1366), ("ar", 390)])
def test_names_that_are_due_are_shown_by_event(make_site, look, problems, lang, width):
    site = make_site(event={"date": "2024-03-07", "start": "09:00", "end": "13:00"})
    page = look(site, lang=lang, width=width)
    page.goto(f"{site.url}/settings")
    page.fill('input[name="core.retention_days"]', "90")
    page.click("main form button")
    page.goto(f"{site.url}/settings/privacy")
    assert problems(page) == []
    page.click("summary")
    page.check("input[name=event]")
    page.check("input[name=sure]")
    page.click("button.danger")
    page.wait_for_selector(".flashes")
    assert {row["name"] for row in site.command("guests", "list", site.code)} == {None}
