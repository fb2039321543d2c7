"""The guest list: found while somebody types, filtered, sorted, selected by keyboard, changed together and put back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

MANY = "Name,Sex,Organisation,Phone\n" + "".join(
    f"{'Zahra' if n % 2 else 'Karrar'} Number{n},{'FM'[n % 2]},Office {n % 3},0780 000 {n:04}\n" for n in range(120)
)


@pytest.fixture
def page(site, look):
    opened = look(site)
    opened.goto(f"{site.event_url}/guests")
    return opened


def names(page):
    return [text.splitlines()[0] for text in page.locator("tbody a.name").all_inner_texts()]


def test_the_list_follows_each_letter_in_either_script(site, page, problems):
    page.keyboard.press("/")
    page.keyboard.type("ع")
    expect(page.locator(".told")).to_have_text("2 guests are found")
    assert names(page) == ["Ammar Al-Jubouri", "Mustafa Abdul-Ridha"]
    page.keyboard.press("Backspace")
    page.keyboard.type("Jubory")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody .near")).to_have_text("sounds like")
    assert page.url == f"{site.event_url}/guests?search=Jubory"
    page.reload()
    assert names(page) == ["Ammar Al-Jubouri"] and page.input_value("[type=search]") == "Jubory"
    assert problems(page) == []


@pytest.mark.parametrize(("text", "name"), [("4471", "Zahra Kadhim Al-Asadi"), ("council", "Salim Al-Ghizzi"),
                                            ("2", "Ammar Al-Jubouri"), ("قناة", "هبة جاسم محمد")])  # fmt: skip
def test_a_guest_is_found_by_phone_number_and_organisation(page, text, name):
    page.fill("[type=search]", text)
    expect(page.locator("tbody tr")).to_have_count(1)
    assert names(page) == [name]


def test_the_last_letter_wins_over_an_answer_that_comes_late(page):
    held = []
    page.route("**/guests?search=a", lambda route: held.append(route))
    page.fill("[type=search]", "a")
    page.wait_for_timeout(300)
    page.fill("[type=search]", "zahra")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert len(held) == 1
    page.wait_for_timeout(200)
    assert names(page) == ["Zahra Kadhim Al-Asadi"] and page.url.endswith("search=zahra")


def test_the_search_works_without_javascript(site, look):
    signed = look(site)
    page = look(site, signed_in=False, java_script_enabled=False, storage_state=signed.context.storage_state())
    page.goto(f"{site.event_url}/guests")
    page.fill("[type=search]", "زهراء")
    page.press("[type=search]", "Enter")
    page.wait_for_url("**search=**")
    assert names(page) == ["Zahra Kadhim Al-Asadi"]


def test_columns_are_sorted_by_their_heads(page):
    page.click("th >> text=Name")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Name")
    assert names(page)[0] == "Ammar Al-Jubouri"
    page.click("th >> text=Name")
    assert page.locator("th[aria-sort=descending]").count() == 1
    assert names(page)[-1] == "Ammar Al-Jubouri"


def test_filters_are_chosen_together_and_told(site, page):
    page.click(".filters summary")
    page.select_option(".filters [name=kind]", "guest")
    page.fill(".filters [name=organisation]", "dhi qar council")
    page.click(".filters >> text=Show")
    page.wait_for_url("**kind=guest**")
    assert names(page) == ["Salim Al-Ghizzi"]
    assert page.inner_text(".filters summary").split() == ["Filter", "2"]
    assert "sex=" not in page.url


def test_rows_are_selected_by_keyboard_and_the_change_is_taken_back(make_site, look):
    site = make_site()
    page = look(site)
    page.goto(f"{site.event_url}/guests")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    assert page.inner_text("[data-chosen]") == "3"
    page.keyboard.press("End")
    page.keyboard.press("x")
    assert page.inner_text("[data-chosen]") == "4"
    page.select_option("#chosen [name=kind]", "staff")
    page.click("text=Set kind")
    expect(page.locator(".toast.done")).to_contain_text("4 guests changed.")
    assert page.locator("tbody >> text=Staff").count() == 4
    page.wait_for_load_state()  # the toast is there before the script that hears the keys
    page.keyboard.press("Control+z")
    expect(page.locator(".flashes")).to_contain_text("4 guests are as before.")
    kinds = [guest["kind"] for guest in site.command("guests", "list", site.code)]
    assert kinds == ["participant", "participant", "media", "guest", "guest"]


def test_all_that_are_found_are_changed_after_their_number_was_told(make_site, look, problems):
    site = make_site(guests=MANY, event={"capacity": 200})
    page = look(site)
    page.goto(f"{site.event_url}/guests?search=zahra")
    page.goto(f"{site.event_url}/guests")
    assert page.locator("tbody tr").count() == 100 and "120 guests" in page.inner_text(".told")
    page.check("[data-every]")
    assert page.inner_text("[data-chosen]") == "100"
    page.check("#chosen [name=all]")
    page.click("#chosen summary")
    page.fill("#chosen [name=organisation]", "Ur Youth Team")
    page.click("#chosen .card button >> nth=1")
    assert page.inner_text("h1") == "Change 120 guests?"
    assert problems(page) == []
    page.click("main button.go")
    expect(page.locator(".toast.done")).to_contain_text("120 guests changed.")
    page.fill("[type=search]", "ur youth")
    expect(page.locator(".told")).to_contain_text("120 guests are found")


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1366])
def test_the_list_with_its_menus_open_is_sound(site, look, problems, lang, width):
    page = look(site, lang=lang, width=width)
    page.goto(f"{site.event_url}/guests?search=Jubory")
    assert problems(page) == []
    page.goto(f"{site.event_url}/guests")
    page.click(".filters summary")
    assert problems(page) == []
    page.click(".head summary")
    assert not page.locator(".filters .card").is_visible()
    assert problems(page) == []
    page.keyboard.press("Escape")
    page.check("tbody .box >> nth=0")
    page.click("#chosen summary")
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
