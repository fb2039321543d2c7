"""The desk by keyboard: a guest is asked the door's questions; sessions of the agenda; cases; in both languages."""

from __future__ import annotations

import json
import os
import urllib.request
import uuid
from pathlib import Path

import pytest

SHOTS = os.environ.get("MUDHIF_SHOTS")
WIDTHS = [pytest.param(1366, 900, id="laptop"), pytest.param(390, 844, id="phone")]
LUNCH = {
    "kind": "yes-no", "asked_at": "checkin", "required": True,
    "title": {"en": "Will you stay for lunch?", "ar": "هل تبقى للغداء؟"},
}  # fmt: skip
MEAL = {
    "kind": "choice", "asked_at": "checkin", "required": True, "title": {"en": "What may we cook?", "ar": "ماذا نطبخ؟"},
    "options": [
        {"title": {"en": "Fish from the marsh", "ar": "سمك من الهور"}},
        {"title": {"en": "Rice and lamb", "ar": "تمن ولحم"}},
    ],
}  # fmt: skip
ANSWER = {"lunch": False}
AGENDA = """09:00 - 10:30 Checking a picture
10:30 - 11:00 Break
11:00 - 13:00 Interviews
"""


@pytest.fixture(scope="module")
def training(make_site, tmp_path_factory):
    """A training whose guests are asked twice at the door and check in to each session."""
    site = make_site()
    agenda = tmp_path_factory.mktemp("agenda") / "agenda.txt"
    agenda.write_text(AGENDA, "utf-8")
    site.command("agenda", "set", site.code, str(agenda))
    token = site.command("token", "new", "--name", "questions", "--role", "coordinator")["token"]

    def post(path, body):
        request = urllib.request.Request(
            f"{site.url}/api/v1/events/{site.code}/{path}",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    lunch = post("questions", LUNCH)
    meal = post("questions", MEAL | {"shown_if": {"question": lunch["id"], "is": [True]}})
    site.lunch, site.meal, site.post = lunch["id"], meal["id"], post
    site.guests = site.command("guests", "list", site.code)
    return site


def shot(page, name):
    """A picture, where somebody wants to look at it."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def at_the_desk(look, site, width, height, lang, path="desk"):
    page = look(site, width=width, height=height, lang=lang)
    page.context.add_cookies([{"name": "lang", "value": lang, "url": site.url}])
    page.goto(f"{site.event_url}/{path}")
    return page


def test_a_walk_in_is_asked_and_checked_in_without_a_mouse(training, look, problems):
    page = at_the_desk(look, training, 1366, 900, "en")
    page.keyboard.type("Karar Hasan", delay=60)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("2")
    page.wait_for_timeout(300)  # faster than this only a USB scanner types
    page.keyboard.press("Enter")
    page.wait_for_selector("#asked")
    assert page.evaluate("document.activeElement.name") == f"q-{training.lunch}"
    assert page.locator(f"[data-question='{training.meal}']").is_hidden()
    page.keyboard.press("Space")  # yes, the first of the two
    assert page.locator(f"[data-question='{training.meal}']").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_selector("#asked .err")
    assert page.evaluate("document.activeElement.name") == f"q-{training.meal}"
    assert problems(page) == []
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector(".got.welcome")
    assert "Karar Hasan" in page.locator(".got").inner_text()


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_desk_asks_in_the_readers_language(training, look, problems, width, height, lang):
    guest = next(one for one in training.guests if one["name"].startswith("Salim"))
    page = at_the_desk(look, training, width, height, lang, f"desk?find={guest['name'].split()[0]}")
    page.click(".found button")
    page.wait_for_selector("#asked")
    page.locator(f"[name='q-{training.lunch}']").first.check()
    title = {"en": "What may we cook?", "ar": "ماذا نطبخ؟"}[lang]
    shot(page, f"desk-asks-{width}-{lang}")
    assert title in page.locator("#asked").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert problems(page) == []


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_pages_of_the_door_are_calm_in_both_languages(training, look, problems, width, height, lang):
    zahra, ammar = training.guests[0]["id"], training.guests[1]["id"]
    for guest, shown, more in ((zahra, "welcome", {}), (zahra, "welcome", {}), (ammar, "full", ANSWER)):
        answers = {training.lunch: more["lunch"]} if more else {}
        scan = {"scan_id": str(uuid.uuid4()), "registration": guest, "verdict_shown": shown, "answers": answers}
        training.post("checkins", scan)
    for path in ("desk", "doors", "board", "cases"):
        page = at_the_desk(look, training, width, height, lang, path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert problems(page) == []
        shot(page, f"{path}-{width}-{lang}")
