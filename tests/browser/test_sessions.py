"""One person over the sessions of a project: their list taken over, and where they were, as the desk sees it."""

from __future__ import annotations

import pytest


@pytest.fixture
def series(make_site, tmp_path):
    """A site with this session, and one of last month with a guest who came."""
    from tests.browser.conftest import event_file

    site = make_site(guests="Name,Sex\nAmmar Al-Jubouri,M\n")
    before = event_file(
        tmp_path, title="Second dialogue session", ordinal=2, date="2026-01-15", start="09:00", end="13:00"
    )
    earlier = site.command("event", "create", str(before))["code"]
    guest = site.command("guests", "add", earlier, "--name", "زينب كاظم", "--sex", "f")
    site.command("checkin", earlier, guest["ticket"], "--at", "2026-01-15T09:05:00+03:00")
    return site


@pytest.mark.parametrize(("lang", "width"), [("en", 1366), ("ar", 390)])
def test_the_list_of_an_earlier_session_is_taken_over_and_the_record_says_who_came(series, look, problems, lang, width):
    page = look(series, lang=lang, width=width)
    page.goto(f"{series.event_url}/guests/earlier")
    assert problems(page) == []
    page.check("input[name=who][value=came]", force=True)
    page.check("input[name=status][value=registered]", force=True)
    page.click("main form button")
    page.wait_for_url(f"{series.event_url}/guests")
    guest = series.command("guests", "list", series.code, "--search", "زينب")[0]
    page.goto(f"{series.event_url}/guests/{guest['id']}")
    assert problems(page) == []
    assert page.locator(".decided li").count() == 2
    assert page.locator(".decided .mark.good").count() == 1
