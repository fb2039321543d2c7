"""The page of the badges: a layout chosen, its pictures there, the PDF printed, and what was printed told."""

from __future__ import annotations

import os

import pytest


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1366])
def test_a_layout_is_chosen_looked_at_and_printed(site, look, problems, lang, width):
    page = look(site, lang=lang, width=width)
    page.goto(f"{site.event_url}/tickets")
    page.select_option("#layout", "label-62")
    page.select_option("#kind", "media")
    page.locator("form[action$=tickets] button").first.click()
    page.wait_for_url("**/tickets?layout=label-62&kind=media")
    assert page.input_value("#layout") == "label-62"
    widths = page.eval_on_selector_all(".previews img", "found => found.map(img => img.complete && img.naturalWidth)")
    assert len(widths) == 1
    assert all(widths)
    assert problems(page) == []
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/badges-{lang}-{width}.png", full_page=True)
    with page.expect_download() as download:
        page.click(".badges .btn.go")
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.goto(f"{site.event_url}/tickets?kind=media&unprinted=yes")
    assert not page.locator(".badges button.go").is_visible()
    if folder:
        page.goto(f"{site.event_url}/tickets")
        page.screenshot(path=f"{folder}/sheet-{lang}-{width}.png", full_page=True)
        page.goto(f"{site.event_url}/badge/{site.guests[0]['id']}?layout=label-62")
        page.screenshot(path=f"{folder}/one-{lang}-{width}.png", full_page=True)
        page.goto(f"{site.url}/settings")
        page.screenshot(path=f"{folder}/logo-{lang}-{width}.png", full_page=True)
