"""What all pages share: style sheets for both directions, templates that the strict policy lets through, weight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mudhif.services.registrations import guest_from, register_guest
from mudhif.storage.store import write

ROOT = Path(__file__).parents[3]
SHEETS = [*ROOT.glob("core/mudhif/web/static/css/*.css"), *ROOT.glob("plugins/*/mudhif_*/static/*.css")]
TEMPLATES = [*ROOT.glob("core/mudhif/web/templates/**/*.html"), *ROOT.glob("plugins/*/mudhif_*/templates/**/*.html")]

PHYSICAL = re.compile(
    r"(?<![\w-])(?:left|right|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)(?:-\w+)?)\s*:"
    r"|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
)
INLINE = re.compile(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\bsrc=)|javascript:")
ELSEWHERE = re.compile(r"(?:src|href|url)[=(]\s*[\"']?(?:https?:)?//")
ALWAYS = ("base", "parts", "shell", "narrow")
GUEST = {
    "name": "Zahra Kadhim Al-Asadi",
    "name_alt": "زهراء كاظم الأسدي",
    "organisation": "Department of Education, Dhi Qar",
    "phone": "0780 112 4471",
}
ICON = re.compile(r"""icon\(["']([a-z-]+)["']""")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_knows_no_left_and_right(sheet):
    assert PHYSICAL.findall(sheet.read_text("utf-8")) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_has_no_inline_code_and_asks_nobody_else(template):
    text = template.read_text("utf-8")
    assert INLINE.findall(text) == []
    assert ELSEWHERE.findall(text) == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "core/mudhif/web/static/icons.svg").read_text("utf-8")))
    named = {name for template in TEMPLATES for name in ICON.findall(template.read_text("utf-8"))}
    assert named <= sprite


def test_a_full_page_of_guests_weighs_little_enough_for_an_old_laptop(client, event, token):
    def register(tx):
        for number in range(100):
            register_guest(tx, event, guest_from(GUEST | {"sex": "" if number % 10 == 0 else "f"}))

    write(register)
    page = client.get(f"/e/{event.code}/guests", headers=token("coordinator")).data
    assert page.count(b"<tr>") == 101
    static = ROOT / "core/mudhif/web/static"
    ours = [static / "page.js", *(static / "css" / f"{name}.css" for name in ALWAYS)]
    assert len(page) + sum(file.stat().st_size for file in ours if file.exists()) < 120_000
