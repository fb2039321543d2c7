"""The form that the poster opens, on a guest's own phone: over plain http, without JavaScript."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest

PHONE = {"width": 390, "height": 844, "signed_in": False}


@pytest.fixture
def phone(look):
    """A phone that runs no script."""
    return lambda site, **more: look(site, java_script_enabled=False, **PHONE, **more)


def fill_in(page, name="Zainab Karim Al-Mousawi", consent=True):
    page.fill("#name", name)
    page.check("#sex", force=True)
    if consent:
        page.check("[name=consent]")


def test_a_guest_registers_without_javascript_and_keeps_a_ticket_that_reads(site, phone):
    import zxingcpp
    from PIL import Image

    page = phone(site)
    page.goto(f"{site.url}/r/{site.code}")
    fill_in(page)
    page.fill("#phone", "0780 341 2299")
    page.click("text=Register me")
    page.wait_for_url("**/t/**")
    assert page.locator("h1").inner_text() == "You are registered."
    assert "Zainab Karim Al-Mousawi" in page.inner_text("main")
    picture = Image.open(io.BytesIO(page.screenshot()))
    listed = {guest["name"]: guest for guest in site.command("guests", "list", site.code)}
    guest = listed["Zainab Karim Al-Mousawi"]
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [guest["ticket"]]
    assert (guest["sex"], guest["status"]) == ("f", "registered")


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(site, phone):
    page = phone(site)
    page.goto(f"{site.url}/r/{site.code}")
    page.fill("#name", "Ali Raheem")
    page.fill("#phone", "0780 34 12")
    page.click("text=Register me")
    assert page.title().startswith("2 errors: ")
    assert "This number has 8 digits" in page.inner_text("#phone-err")
    assert page.locator("#phone").get_attribute("aria-invalid") == "true"
    assert page.input_value("#name") == "Ali Raheem"
    assert page.input_value("#phone") == "0780 34 12"
    assert "nobody can be put on the list" in page.inner_text(".consent")


def test_photographs_are_never_agreed_to_beforehand(site, phone):
    page = phone(site)
    page.goto(f"{site.url}/r/{site.code}")
    assert not page.is_checked("[name=photos]")
    assert not page.is_checked("[name=consent]")


def test_a_form_that_is_sent_twice_registers_once(site, look):
    page = look(site, **PHONE)
    page.goto(f"{site.url}/r/{site.code}")
    fill_in(page, name="Huda Salman")
    form = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form')))")
    answers = [page.request.post(page.url, form=form, max_redirects=0) for _ in range(2)]
    assert [answer.status for answer in answers] == [302, 302]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert [g["name"] for g in site.command("guests", "list", site.code)].count("Huda Salman") == 1


def test_a_second_guest_on_the_same_phone_is_somebody_else(site, look):
    page = look(site, **PHONE)
    page.goto(f"{site.url}/r/{site.code}")
    fill_in(page, name="Sura Najm")
    form = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form')))")
    for name in ("Sura Najm", "Haidar Fadhil"):
        page.request.post(page.url, form=form | {"name": name}, max_redirects=0)
    names = [guest["name"] for guest in site.command("guests", "list", site.code)]
    assert {"Sura Najm", "Haidar Fadhil"} <= set(names)


def test_the_form_keeps_its_draft_when_the_page_is_loaded_again(site, look):
    page = look(site, **PHONE)
    page.goto(f"{site.url}/r/{site.code}")
    fill_in(page, name="Kareem Shaker")
    page.reload()
    assert page.input_value("#name") == "Kareem Shaker"
    assert page.is_checked("[name=consent]")
    page.click("text=Register me")
    page.wait_for_url("**/t/**")
    page.goto(f"{site.url}/r/{site.code}")
    assert page.input_value("#name") == ""


def test_the_form_is_whole_in_arabic(site, look, problems):
    page = look(site, lang="ar", **PHONE)
    page.goto(f"{site.url}/r/{site.code}")
    assert page.locator("h1").inner_text() == "أهلًا بكم. نرجو التسجيل."
    fill_in(page, name="نور الهدى صباح")
    page.click("text=تسجيل >> nth=-1")
    page.wait_for_url("**/t/**")
    assert page.locator("h1").inner_text() == "تم تسجيلك."
    assert problems(page) == []


def test_a_full_hall_says_so_and_one_with_a_waiting_list_says_that(make_site, look, problems):
    full = make_site(event={"capacity": 5})
    page = look(full, **PHONE)
    assert page.goto(f"{full.url}/r/{full.code}").status == 409
    assert page.locator("h1").inner_text() == "The hall is full"
    assert problems(page) == []
    waiting = make_site(event={"capacity": 5, "waiting_list": True})
    page = look(waiting, **PHONE)
    page.goto(f"{waiting.url}/r/{waiting.code}")
    assert "on the waiting list" in page.inner_text("main")
    fill_in(page)
    page.click("text=Register me")
    page.wait_for_url("**/t/**")
    assert page.locator("h1").inner_text() == "You are on the waiting list."


def test_the_form_closes_after_the_event(make_site, look, problems):
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    over = make_site(event={"date": yesterday})
    page = look(over, **PHONE)
    assert page.goto(f"{over.url}/r/{over.code}").status == 409
    assert page.locator("h1").inner_text() == "The event is over"
    assert problems(page) == []


def test_too_many_tries_are_told_to_wait_in_words(site, look, problems):
    page = look(site, **PHONE)
    for _ in range(40):  # on a machine with much to do, a try comes back in the meantime
        page.goto(f"{site.url}/sign-in")
        page.fill("#name", "Nobody")
        page.fill("#password", "not a password")
        with page.expect_response(f"{site.url}/sign-in") as answered:
            page.click("main button")
        if answered.value.status == 429:
            break
    assert answered.value.status == 429
    assert "then try again" in page.inner_text("main")
    assert problems(page) == []
