"""Figures by sex, age, group and kind, on a laptop and on a phone, in both languages."""

from __future__ import annotations

import pytest

GUESTS = """\
Name,Sex,Age,Group,Kind
Zahra Kadhim,F,25-34,Youth,participant
Ammar Al-Jubouri,M,35-49,Local authority,guest
هبة جاسم محمد,F,18-24,Youth,media
Salim Al-Ghizzi,M,60+,,participant
"""


@pytest.mark.parametrize(("lang", "width"), [("en", 1366), ("ar", 390)])
def test_registered_and_arrived_stand_side_by_side(make_site, look, problems, lang, width):
    site = make_site(guests=GUESTS)
    first = site.command("guests", "list", site.code)[0]
    site.command("checkin", site.code, first["ticket"])
    page = look(site, lang=lang, width=width)
    page.goto(f"{site.event_url}/figures")
    assert problems(page) == []
    rows = page.locator(".breakdowns section").first.locator("tbody tr").all_inner_texts()
    assert [row.split()[-2:] for row in rows] == [["2", "1"], ["2", "0"]]
    assert page.locator(".breakdowns section").count() == 4, "nobody was asked about disability: no table of it"
