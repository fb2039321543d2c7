"""Every page of the core, in both languages and at both widths."""

from __future__ import annotations

import pytest

WIDTHS = [pytest.param(1366, id="laptop"), pytest.param(390, id="phone")]
LANGUAGES = [("en", "ltr"), ("ar", "rtl")]
FOR_THE_TEAM = {
    "home": "/",
    "overview": "/e/{code}/",
    "guests": "/e/{code}/guests",
    "search": "/e/{code}/guests?search=زهراء",
    "nobody found": "/e/{code}/guests?search=qqqq",
    "add a guest": "/e/{code}/guests/add",
    "a guest": "/e/{code}/guests/{guest}",
    "edit a guest": "/e/{code}/guests/{guest}/edit",
    "import": "/e/{code}/guests/import",
    "tickets": "/e/{code}/tickets",
    "edit the event": "/e/{code}/edit",
    "new event": "/events/new",
    "plugins": "/plugins",
    "accounts": "/settings/accounts",
    "settings": "/settings",
    "no page": "/nothing-here",
}
FOR_GUESTS = {"form": "/r/{code}", "ticket": "/t/{ticket}", "no ticket": "/t/AAAA", "sign-in": "/sign-in"}


def address(site, path):
    first = site.guests[0]
    return site.url + path.format(code=site.code, guest=first["id"], ticket=first["ticket"])


@pytest.mark.parametrize(("lang", "direction"), LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_the_team_is_sound(site, look, problems, lang, direction, width):
    page = look(site, lang=lang, width=width)
    for name, path in FOR_THE_TEAM.items():
        page.goto(address(site, path))
        root = page.locator("html")
        assert (root.get_attribute("lang"), root.get_attribute("dir")) == (lang, direction), name
        assert page.locator("h1").count() == 1, name
        assert problems(page) == [], name


@pytest.mark.parametrize(("lang", "direction"), LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_a_guest_is_sound(site, look, problems, lang, direction, width):
    page = look(site, signed_in=False, lang=lang, width=width)
    for name, path in FOR_GUESTS.items():
        page.goto(address(site, path))
        assert page.locator("html").get_attribute("dir") == direction, name
        assert page.locator("h1").count() == 1, name
        assert problems(page) == [], name


def test_pages_of_the_team_ask_for_a_sign_in_and_then_go_on(site, look):
    page = look(site, signed_in=False)
    page.goto(f"{site.event_url}/guests")
    assert page.url.startswith(f"{site.url}/sign-in")
    page.fill("#name", "Noor")
    page.fill("#password", "not this one")
    page.click("main button")
    assert "do not belong together" in page.inner_text("main")
    page.fill("#password", "a long enough sentence")
    page.click("main button")
    assert page.url == f"{site.event_url}/guests"


def test_the_one_time_link_makes_the_administrator_and_opens_no_second_time(make_site, look, problems):
    site = make_site(administrator=False)
    link = next(word for word in site.said.split() if "/welcome/" in word)
    page = look(site, signed_in=False)
    page.goto(link)
    assert problems(page) == []
    page.fill('[name="core.organisation"]', "Reed House")
    page.check('[name="core.digits"][value="arab"]')
    page.fill("#name", "Sara")
    page.fill("#password", "a long enough sentence")
    page.click("main button")
    assert page.locator("h1").inner_text() == "New event"
    assert page.input_value("#organiser") == "Reed House"
    page.fill("#title", "First session")
    page.fill("#project", "Raise Our Voice")
    page.fill("#date", "2030-03-07")
    page.fill("#start", "09:00")
    page.fill("#end", "13:00")
    page.click("main button.go")
    assert page.locator("h1").inner_text() == "First session"
    page.click("text=عربي")
    assert "٧ آذار ٢٠٣٠" in page.inner_text("main")
    assert page.goto(link).status == 404


def test_settings_of_the_house_and_of_an_event_are_saved_without_javascript(site, look):
    page = look(site, java_script_enabled=False)
    page.goto(f"{site.event_url}/")
    page.click("nav.rail >> text=Settings")
    page.fill('[name="core.organisation"]', "Reed House")
    page.click("main button.go")
    assert "Saved." in page.inner_text("main")
    assert "Reed House" in page.inner_text("nav.rail")
    page.goto(f"{site.event_url}/edit")
    page.check('[name="checkin.on_registration"]')
    page.click("main button.go")
    page.goto(f"{site.event_url}/edit")
    assert page.is_checked('[name="checkin.on_registration"]')


def test_the_date_of_a_past_event_stands_within_its_arch(make_site, look):
    site = make_site(event={"date": "2024-03-07"}, guests="")
    for lang in ("en", "ar"):
        page = look(site, lang=lang)
        page.goto(f"{site.event_url}/")
        # The innermost arch is two thirds of the whole, and narrower than its foot at the height of the words.
        arch = page.locator(".hero .nave").bounding_box()
        words = page.evaluate(
            """() => {
                const range = document.createRange();
                range.selectNodeContents(document.querySelector(".hero .soon b"));
                const box = range.getBoundingClientRect();
                return [box.left, box.right];
            }"""
        )
        middle, half = arch["x"] + arch["width"] / 2, arch["width"] * 0.66 / 2
        assert middle - half * 0.95 < words[0] < words[1] < middle + half * 0.95, lang


def test_the_language_is_switched_by_its_own_name_and_kept(site, look):
    page = look(site)
    page.goto(f"{site.event_url}/guests")
    page.click("text=عربي")
    assert page.locator("h1").inner_text() == "الضيوف"
    page.goto(f"{site.event_url}/tickets")
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_arabic_counts_have_their_own_plurals(site, look):
    page = look(site, lang="ar")
    page.goto(f"{site.event_url}/tickets")
    assert "5 باجات" in page.inner_text("main")


def test_a_guest_is_found_by_the_keyboard_alone_in_either_script(site, look):
    page = look(site)
    page.goto(f"{site.event_url}/guests")
    page.keyboard.press("/")
    page.keyboard.type("عمار")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=**")
    assert page.locator("tbody tr").count() == 1
    assert "Ammar Al-Jubouri" in page.inner_text("tbody")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.event_url}/guests/*")
    assert page.locator("h1").inner_text().startswith("Ammar Al-Jubouri")


def test_the_menu_of_a_phone_opens_and_closes_without_javascript(site, look):
    signed = look(site, width=390)
    page = look(
        site, width=390, signed_in=False, java_script_enabled=False, storage_state=signed.context.storage_state()
    )
    page.goto(f"{site.event_url}/")
    assert not page.locator("#menu").is_visible()
    page.click("a.menu")
    page.click("#menu >> text=Close")
    assert not page.locator("#menu").is_visible()
    page.click("a.menu")
    page.click("#menu >> text=Guests")
    page.wait_for_url(f"{site.event_url}/guests")


def test_a_desk_account_sees_its_own_pages_only(site, look, problems):
    page = look(site)
    page.goto(f"{site.url}/settings/accounts")
    page.fill("#name", "Rusul")
    page.select_option("#role", "desk")
    page.fill("#password", "at the garden door")
    page.click("main button.go")
    assert "Rusul can sign in." in page.inner_text("[role=status]")
    desk = look(site, signed_in=False)
    desk.goto(f"{site.url}/sign-in")
    desk.fill("#name", "Rusul")
    desk.fill("#password", "at the garden door")
    desk.click("main button")
    desk.goto(f"{site.event_url}/guests")
    menu = desk.inner_text("#menu")
    assert "Guests" in menu
    assert "Plugins" not in menu
    assert "Import a list" not in desk.inner_text("main")
    assert desk.goto(f"{site.url}/plugins").status == 403
    assert problems(desk) == []


def test_a_missing_sex_is_filled_in_from_the_list_and_in_the_history(site, look):
    page = look(site)
    page.goto(f"{site.event_url}/guests?status=no-sex")
    assert page.locator("tbody tr").count() == 1
    page.click("tbody >> text=Woman")
    assert "هبة جاسم محمد: Woman" in page.inner_text("[role=status]")
    guest = next(guest for guest in site.guests if guest["name"] == "هبة جاسم محمد")
    page.goto(f"{site.event_url}/guests/{guest['id']}")
    assert "Changed: sex, by Noor" in page.inner_text(".history")


def test_a_registration_is_cancelled_and_taken_back(site, look):
    page = look(site)
    page.goto(f"{site.event_url}/guests/{site.guests[-1]['id']}")
    page.click("text=Cancel this registration")
    assert "Cancelled" in page.inner_text(".facts")
    page.click("text=Register again")
    assert "Registered" in page.inner_text(".facts")


def test_badges_poster_and_list_come_as_files(site, look):
    page = look(site)
    page.goto(f"{site.event_url}/tickets")
    for link, ending in (("Badges as PDF", "badges.pdf"), ("Poster as PDF", "poster.pdf")):
        with page.expect_download() as download:
            page.click(f"text={link}")
        assert download.value.suggested_filename == f"{site.code}-{ending}"
        assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.goto(f"{site.event_url}/guests")
    with page.expect_download() as download:
        page.click("text=Export")
    assert download.value.suggested_filename == f"{site.code}-guests.xlsx"


def test_selected_guests_are_changed_together_by_keyboard(site, look):
    page = look(site)
    page.goto(f"{site.event_url}/guests")
    assert not page.locator("#chosen").is_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    assert page.inner_text("[data-chosen]") == "2"
    page.select_option("#chosen [name=kind]", "staff")
    page.click("text=Set kind")
    assert "2 guests changed." in page.inner_text(".toast.done")
    kinds = {guest["name"]: guest["kind"] for guest in site.command("guests", "list", site.code)}
    assert [kinds[guest["name"]] for guest in site.guests[:3]] == ["staff", "staff", "media"]
    page.check("tbody .box >> nth=0")
    page.click("text=Print badges")
    page.wait_for_url("**/tickets?id=*")
    assert "One guest chosen from the list" in page.inner_text("main")
    with page.expect_download() as download:
        page.click("text=Badges as PDF")
    assert download.value.path().read_bytes().startswith(b"%PDF-")
