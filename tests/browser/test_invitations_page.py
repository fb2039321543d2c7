"""Inviting by WhatsApp on a phone and on a laptop: the link, and that it is remembered."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("lang", "width"), [("en", 1366), ("ar", 390)])
def test_a_message_opens_filled_in_and_it_is_remembered(make_site, look, problems, lang, width):
    site = make_site()
    page = look(site, lang=lang, width=width)
    page.goto(f"{site.event_url}/invitations")
    assert problems(page) == []
    page.context.route("https://wa.me/**", lambda route: route.fulfill(status=200, body="WhatsApp"))
    with page.expect_popup() as opened, page.expect_response("**/whatsapp") as noted:
        page.locator("[data-note]").first.click()
    assert opened.value.url.startswith("https://wa.me/9647801124471?text=")
    assert noted.value.status == 204
    page.goto(f"{site.event_url}/invitations?only=new")
    assert page.locator(".decided li").count() == len(site.guests) - 1


def test_words_with_a_field_that_nobody_fills_are_refused_at_their_place(make_site, look, problems):
    site = make_site()
    page = look(site)
    page.goto(f"{site.event_url}/invitations")
    page.fill("#invitation_en", "Call [[phone]]")
    page.click("form.card button")
    assert "There is no [[phone]]." in page.inner_text(".field .err")
    assert page.input_value("#invitation_en") == "Call [[phone]]"
    assert problems(page) == []
