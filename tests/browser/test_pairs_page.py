"""Possible duplicates in a browser: side by side on a laptop and on a phone, joined and parted."""

from __future__ import annotations

import pytest


@pytest.fixture
def twice(make_site):
    site = make_site(guests="Name,Sex,Organisation,Phone\nAmmar Al-Jubouri,M,Ur Youth Team,0771 908 3320\n")
    add = ("guests", "add", site.code, "--phone", "0780 112 4471", "--name")
    site.command(*add, "Zainab Kadhim")
    site.command(*add, "زينب كاظم", "--sex", "f", "--organisation", "جامعة ذي قار")
    return site


@pytest.mark.parametrize(("lang", "width"), [("en", 1366), ("ar", 390)])
def test_two_records_are_joined_and_parted_again(twice, look, problems, lang, width):
    page = look(twice, lang=lang, width=width)
    page.goto(f"{twice.event_url}/guests/pairs")
    assert problems(page) == []
    assert page.locator(".beside").count() == 1
    page.check("input[name=name][value=other]")
    page.click("button[name=do][value=one]")
    page.wait_for_selector(".decided")
    assert problems(page) == []
    listed = twice.command("guests", "list", twice.code)
    assert sorted(guest["name"] for guest in listed) == ["Ammar Al-Jubouri", "زينب كاظم"]
    page.click(".decided button")
    page.wait_for_selector(".beside")
    assert len(twice.command("guests", "list", twice.code)) == 3
