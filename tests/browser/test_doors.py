"""What volunteers and the coordinator do at the doors, in a real browser: reasons, notes, going out, gates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHOTS = os.environ.get("MUDHIF_SHOTS")
WIDTHS = [pytest.param(1366, 900, id="laptop"), pytest.param(390, 844, id="phone")]


@pytest.fixture(scope="module")
def sessions():
    return {}


@pytest.fixture
def door(site, look, sessions):
    """Opens a page of the event, signed in."""
    if site.url not in sessions:
        sessions[site.url] = look(site).context.storage_state()

    def page_at(path, lang="en", **options):
        page = look(site, signed_in=False, lang=lang, storage_state=sessions[site.url], **options)
        page.context.add_cookies([{"name": "lang", "value": lang, "url": site.url}])
        page.goto(f"{site.event_url}/{path}")
        if path == "scan":
            page.wait_for_selector("main[data-ready]")
        return page

    return page_at


def shot(page, name):
    """A picture, where somebody wants to look at it."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def guest_of(site, name):
    return next(guest for guest in site.command("guests", "list", site.code) if guest["name"].startswith(name))


def card(page, outcome):
    page.wait_for_selector(f"#outcome[data-outcome='{outcome}'] .out")
    return page.locator("#outcome .out")


def by_name(page, name):
    page.click(".tabs button[value='find']")
    page.fill("#find-name", name)
    page.locator("#find li button").first.click()


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_a_note_stands_above_the_name_and_a_second_entry_needs_a_reason(site, door, problems, lang, width, height):
    guest = guest_of(site, "Zahra")
    page = door(f"guests/{guest['id']}", lang, width=width, height=height)
    page.select_option("#flag", "access")
    page.fill("#text", "كرسي متحرك" if lang == "ar" else "wheelchair, side door")
    page.locator("form:has(#flag) button").click()
    page.wait_for_selector(".flashes")
    shot(page, f"person-{lang}-{width}")
    page.goto(f"{site.event_url}/scan")
    page.wait_for_selector("main[data-ready]")
    by_name(page, "zahra")
    page.wait_for_selector("#outcome .note")
    if page.locator("#outcome").get_attribute("data-outcome") == "welcome":
        by_name(page, "zahra")
    page.wait_for_selector("#outcome:is([data-outcome='already'], [data-outcome='just-now'])")
    shot(page, f"note-{lang}-{width}")
    note, who = page.locator("#outcome .note").bounding_box(), page.locator("#outcome .who").bounding_box()
    assert note["y"] + note["height"] <= who["y"]
    page.goto(f"{site.event_url}/scan")
    page.wait_for_selector("main[data-ready]")
    # Until a second scan is no slip of the hand: nobody waits for it, the page's clock jumps.
    page.evaluate("{ const now = Date.now.bind(Date); Date.now = () => now() + 11_000 }")
    by_name(page, "zahra")
    card(page, "already")
    shot(page, f"already-{lang}-{width}")
    page.click("#outcome [data-act='force']")
    shot(page, f"why-{lang}-{width}")
    assert problems(page) == []
    page.click("#outcome button[value='organiser']")
    card(page, "welcome")
    page.click("#out")
    by_name(page, "zahra")
    card(page, "left")
    page.click("#outcome [data-act='undo']")
    page.fill("#word-undo", "she only went to pray")
    page.keyboard.press("Enter")
    card(page, "undone")


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_pages_of_the_doors_are_sound(site, door, problems, lang, width, height):
    page = door("doors", lang, width=width, height=height)
    page.fill("#name", "Garden")
    page.check("input[value='media']")
    page.locator("form:has(#name) button").click()
    page.wait_for_selector(".gates li")
    assert problems(page) == []
    shot(page, f"doors-{lang}-{width}")
    for path in ("desk?direction=out&find=zahra", "edit"):
        page.goto(f"{site.event_url}/{path}")
        assert problems(page) == [], path
        shot(page, f"{path.partition('?')[0]}-{lang}-{width}")


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_page_of_cases_is_sound(site, door, problems, lang, width, height):
    page = door("desk", lang, width=width, height=height)
    script = """async ([url, scan]) => { const csrf = document.querySelector("[name=csrf_token]").value;
      return (await fetch(url, {method: "POST", headers: {"Content-Type": "application/json", "X-CSRFToken": csrf},
        body: JSON.stringify(scan)})).status }"""
    guest = guest_of(site, "Salim")
    api = page.locator("#desk").get_attribute("data-checkins")
    for n in range(2):
        scan = {"scan_id": f"01a20ea3-0000-7000-8000-{n:012d}", "registration": guest["id"], "verdict_shown": "welcome"}
        assert page.evaluate(script, [api, scan]) == 200
    page.goto(f"{site.event_url}/cases")
    assert page.locator("main section").count() == 1
    assert problems(page) == []
    shot(page, f"cases-{lang}-{width}")
