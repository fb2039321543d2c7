"""Every outcome's card at the width of a phone: words, drawing and colour, with long names, notes and no laptop.

The pictures are kept where MUDHIF_PICTURES says, to be looked at.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from .test_scan import OUTCOMES, answer, answering, card, scanner_types

LANGUAGES = ["en", "ar"]
COLOURS = {
    "welcome": "rgb(95, 221, 143)",
    "already": "rgb(255, 196, 54)",
    "just-now": "rgb(217, 224, 220)",
    "left": "rgb(217, 224, 220)",
    "needs-answers": "rgb(156, 196, 255)",
    "waiting": "rgb(213, 184, 255)",
    "full": "rgb(213, 184, 255)",
}
WORDS = {"en": "True ticket, not on this phone’s list", "ar": "بطاقة صحيحة ليست في قائمة هذا الهاتف"}
RED = "rgb(255, 134, 120)"
LONG = {
    "name": "Fatima Al-Zahraa Abdul-Hussein Abdul-Ameer Al-Khafaji",
    "name_alt": "فاطمة الزهراء عبد الحسين عبد الأمير الخفاجي",
    "organisation": "Directorate of Education of Dhi Qar, Department of Girls’ Schools in the Marshes",
}


@pytest.fixture
def scanner(site, look):
    """The scanner at 390 px, listening."""

    def opened(lang, **options):
        page = look(site, lang=lang, **({"width": 390, "height": 844} | options))
        page.goto(f"{site.event_url}/scan")
        page.wait_for_selector("main[data-ready]")
        return page

    return opened


def keep(page, name):
    """A picture for a person to look at, where one asked for it."""
    if folder := os.environ.get("MUDHIF_PICTURES"):
        page.wait_for_timeout(200)
        page.screenshot(path=Path(folder) / f"{name}.png")


def fits(shown):
    return shown.evaluate("(card) => card.scrollHeight <= card.clientHeight && card.scrollWidth <= card.clientWidth")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_outcome_has_the_colour_of_its_kind(scanner, lang):
    page = scanner(lang)
    for outcome in OUTCOMES:
        page.route("**/checkins", answering(outcome))
        scanner_types(page, f"COLOUR-{outcome.upper()}")
        shown = card(page, outcome)
        page.unroute("**/checkins")
        keep(page, f"{outcome}.{lang}")
        assert shown.evaluate("(card) => getComputedStyle(card).backgroundColor") == COLOURS.get(outcome, RED), outcome
        assert fits(shown), outcome


def told(**more):
    """A laptop that lets in a guest with a long name, and says this besides."""

    def respond(route):
        scan_id = json.loads(route.request.post_data)["scan_id"]
        said = answer("welcome") | {"scan_id": scan_id}
        said["registration"] = said["registration"] | LONG | more
        route.fulfill(json=said)

    return respond


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("height", [844, 660, 560], ids=["whole screen", "beside the browser's bars", "small phone"])
def test_a_card_with_much_to_say_keeps_its_word_its_name_and_its_buttons_in_sight(scanner, lang, height):
    page = scanner(lang, height=height, width=390 if height > 600 else 320)
    note = {"flag": "access", "text": "Wheelchair; the seat at the aisle in the second row is kept for her."}
    page.route("**/checkins", told(note=note))
    scanner_types(page, "MUCH-TO-SAY")
    shown = card(page, "welcome")
    keep(page, f"much.{height}.{lang}")
    name = LONG["name_alt"] if lang == "ar" else LONG["name"]
    assert shown.locator(".who").inner_text() == name
    assert shown.evaluate("(card) => card.scrollWidth <= card.clientWidth")
    for part in (".say", ".note", ".who", ".acts button"):
        box, field = shown.locator(part).first.bounding_box(), shown.bounding_box()
        assert box["y"] >= field["y"], part
        assert box["y"] + box["height"] <= field["y"] + field["height"] + 1, part


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_true_ticket_that_is_not_on_the_phones_list_is_let_in_with_a_mark(site, scanner, lang):
    site.command("guests", "add", site.code, "--name", f"On the list of {lang}")  # with the first ticket comes the key
    page = scanner(lang)
    page.wait_for_selector("#kept[data-listed]:not([data-listed=''])", state="attached")
    late = site.command("guests", "add", site.code, "--name", f"Later in {lang}")
    page.context.set_offline(True)
    scanner_types(page, late["ticket"])
    shown = card(page, "welcome")
    keep(page, f"unlisted.{lang}")
    assert WORDS[lang] in shown.locator(".why").inner_text()
    assert fits(shown)
    raw = bytearray(base64.b32decode(late["ticket"] + "=" * (-len(late["ticket"]) % 8)))
    raw[-1] ^= 1
    scanner_types(page, base64.b32encode(bytes(raw)).decode().rstrip("="))
    card(page, "forged")
    page.context.set_offline(False)
    page.wait_for_selector("#kept[data-kept='0']")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_undone_unsent_and_the_questions_of_why_are_cards_too(site, scanner, problems, lang):
    guest = site.command("guests", "add", site.code, "--name", f"Taken back in {lang}")
    page = scanner(lang)
    scanner_types(page, guest["ticket"])
    card(page, "welcome")
    page.click("[data-act='undo']")
    page.wait_for_selector("#outcome form.because")
    keep(page, f"why.{lang}")
    assert problems(page) == []
    page.click("#outcome button[value='by-mistake']")
    assert fits(card(page, "undone"))
    keep(page, f"undone.{lang}")
