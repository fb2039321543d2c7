"""Every outcome's card at the width of a phone: words, drawing and colour, with long names, notes and no laptop.

The pictures are kept where MUDHIF_PICTURES says, to be looked at.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from .test_scan import OUTCOMES, answering, card, scanner_types

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
