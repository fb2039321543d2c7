"""A phone that was paired goes on without the laptop, and is closed while it is out of reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mudhif.services.networks import lan_addresses

from .test_pairing import doubting, open_site, phone, show_code, trusting

__all__ = ["doubting", "open_site", "phone", "trusting"]  # fixtures

pytestmark = pytest.mark.skipif(not lan_addresses(), reason="this machine is in no network")


def read(page, text):
    page.keyboard.type(text)
    page.keyboard.press("Enter")


@pytest.fixture
def paired(look, open_site, phone):
    """A phone with a trusted laptop, at the scanner's page, with its list; and the laptop's page of devices."""
    laptop = look(open_site)
    open_site.command("guests", "add", open_site.code, "--name", "Somebody")  # with the first ticket comes the key
    page = phone(trusts=True)
    page.goto(show_code(laptop, open_site))
    page.fill("#name", "Rusul’s phone")
    page.click("#yes button")
    page.wait_for_url(f"**/e/{open_site.code}/scan")  # a scanner begins at the scanner
    page.wait_for_selector("main[data-ready]")
    page.wait_for_selector("#kept[data-listed]:not([data-listed=''])", state="attached")
    return laptop, page


def test_a_phone_that_is_revoked_out_of_reach_hands_in_what_it_read_and_forgets_the_rest(open_site, paired):
    laptop, page = paired
    guest = open_site.command("guests", "add", open_site.code, "--name", "Let in far away")
    page.context.set_offline(True)
    read(page, guest["ticket"])
    page.wait_for_selector("#outcome[data-outcome='welcome']")
    page.wait_for_selector("#kept[data-kept='1']")

    laptop.goto(f"{open_site.event_url}/devices")
    laptop.on("dialog", lambda dialog: dialog.accept())
    row = laptop.locator("tr", has_text="Rusul’s phone")
    row.locator("button").last.click()
    expect(row).to_have_count(0)

    page.context.set_offline(False)
    page.wait_for_selector("#kept[data-kept='0'][data-listed='']", state="attached", timeout=25_000)
    expect(page.locator("#kept")).to_contain_text("Closed on the laptop")
    assert open_site.command("attendance", open_site.code)["arrived"] == 1
    assert page.evaluate("localStorage.getItem('mudhif.device')") is None
    another = open_site.command("guests", "add", open_site.code, "--name", "Too late")
    read(page, another["ticket"])
    page.wait_for_selector("#outcome[data-outcome='unsent']")
    expect(page.locator("#outcome")).not_to_contain_text("did not answer")
    expect(page.locator("#outcome [data-act='again']")).to_have_count(0)
    expect(page.locator("#state")).to_contain_text("Closed on the laptop")
    assert open_site.command("attendance", open_site.code)["arrived"] == 1


def test_the_coordinator_sees_what_a_phone_keeps(open_site, paired):
    laptop, page = paired
    guest = open_site.command("guests", "add", open_site.code, "--name", "Answer Lost")
    # Only the queue does not come through: the phone is in reach and cannot hand in.
    page.route("**/checkins", lambda route: route.abort())
    page.route("**/checkins/batch", lambda route: route.abort())
    read(page, guest["ticket"])
    page.wait_for_selector("#kept[data-kept='1']")
    laptop.goto(f"{open_site.event_url}/devices")
    row = laptop.locator("tr", has_text="Rusul’s phone")
    expect(row).not_to_contain_text("all sent", timeout=25_000)
    expect(row).to_contain_text("1")


def test_a_phone_whose_queue_waits_for_two_minutes_is_red_on_the_board(open_site, paired):
    laptop, page = paired
    guest = open_site.command("guests", "add", open_site.code, "--name", "Waits Long")
    page.route("**/checkins", lambda route: route.abort())
    page.route("**/checkins/batch", lambda route: route.abort())
    # Read three minutes ago: nobody waits for them, the page's clock is set back for one scan.
    page.evaluate(SET_BACK)
    read(page, guest["ticket"])
    page.wait_for_selector("#kept[data-kept='1']")
    page.evaluate("window.Date = window.TrueDate")
    expect(page.locator("#kept")).to_have_class("kept alarm", timeout=25_000)
    red = laptop.locator(".devices li[data-late='yes']", has_text="Rusul’s phone")
    for _ in range(15):
        laptop.goto(f"{open_site.event_url}/board")
        if red.count():
            break
        laptop.wait_for_timeout(1000)
    expect(red).to_contain_text("1 scan kept · for 3 min")


SET_BACK = """() => {
    window.TrueDate = Date;
    window.trueNow = Date.now;
    const early = () => window.trueNow() - 180_000;
    window.Date = class extends window.TrueDate {
        constructor(...given) { super(...(given.length ? given : [early()])); }
        static now() { return early(); }
    };
}"""
