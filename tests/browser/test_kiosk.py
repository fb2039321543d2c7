"""The kiosk in a tablet's browser: locked, used by a guest, given back."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("lang", "width", "height"), [("en", 1366, 768), ("ar", 390, 844)])
def test_a_guest_checks_in_by_number_and_the_next_one_finds_the_first_page(
    make_site, look, problems, lang, width, height
):
    site = make_site()
    page = look(site, lang=lang, width=width, height=height)
    kiosk = f"{site.url}/x/kiosk/{site.code}"
    page.goto(kiosk)
    assert problems(page) == []
    page.fill("#pin", "2468")
    page.click("main form button")
    page.wait_for_selector("#present")
    assert problems(page) == []
    page.fill("#ticket", "1")
    page.click("#present button.go")
    page.wait_for_selector('[data-shows="welcome"]')
    assert "Kadhim" not in page.inner_text("main")
    assert problems(page) == []
    page.goto(f"{site.event_url}/guests")
    assert page.url == kiosk
    page.keyboard.type("00000002\n", delay=5)  # a USB scanner, with no field focused
    page.wait_for_selector("[data-shows]")
    page.click(".out a")
    page.click("summary")
    page.fill("#pin", "2468")
    page.click(".kiosk-team button")
    page.wait_for_url(f"{site.event_url}/desk")


def test_a_wide_tablet_has_the_number_beside_the_camera_and_waits_for_a_laptop_out_of_reach(make_site, look, launch):
    site = make_site()
    camera = launch("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    page = look(site, width=1280, height=800, browser=camera)
    page.goto(f"{site.url}/x/kiosk/{site.code}")
    page.fill("#pin", "2468")
    page.click("main form button")
    page.wait_for_selector(".kiosk-eye:not([hidden])")
    eye, number = page.locator(".kiosk-eye").bounding_box(), page.locator("#ticket").bounding_box()
    assert eye["width"] > 500
    assert number["x"] >= eye["x"] + eye["width"]
    page.context.set_offline(True)
    page.fill("#ticket", "1")
    page.click("#present button.go")
    page.wait_for_selector("#away:not([hidden])")
    page.context.set_offline(False)
    page.wait_for_selector('[data-shows="welcome"]')
