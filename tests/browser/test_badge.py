"""A badge from the desk, as the printer gets it."""

from __future__ import annotations

import pytest

POINTS = 72 / 25.4  # of a millimetre


def test_a_badge_is_printed_on_a_page_of_its_own_size_and_the_desk_comes_back(site, look, problems, tmp_path):
    pdfium = pytest.importorskip("pypdfium2")
    page = look(site)
    page.goto(f"{site.event_url}/badge/{site.guests[0]['id']}")
    assert problems(page) == []
    page.pdf(path=str(tmp_path / "badge.pdf"), prefer_css_page_size=True)
    printed = pdfium.PdfDocument(tmp_path / "badge.pdf")
    assert len(printed) == 1
    assert printed[0].get_size() == pytest.approx((90 * POINTS, 66 * POINTS), abs=1)
    ink = printed[0].render(scale=4).to_pil().convert("L").crop((150, 30, 900, 700)).histogram()
    assert sum(ink[:100]) > 20_000  # the badge, and not the page's header above a white label
    page.add_init_script("window.print = () => window.dispatchEvent(new Event('afterprint'))")  # no dialog opens here
    page.click("main button")
    page.wait_for_url(f"{site.event_url}/desk")
