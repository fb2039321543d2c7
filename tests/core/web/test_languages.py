"""English and Arabic: how the reader's language is found, and that a page says which it speaks."""

from __future__ import annotations

import pytest

from mudhif.plugins.discovery import find
from mudhif.plugins.host import Host
from mudhif.services.settings import set_event_setting
from mudhif.storage.store import write
from mudhif.web.app import translation_folders


def spoken(page) -> tuple[str, str]:
    text = page.text
    return text.split('lang="', 1)[1].split('"', 1)[0], text.split('dir="', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("ar", "ar"),
        ("ar-IQ,ar;q=0.9,en;q=0.8", "ar"),
        ("en-GB,en;q=0.9,ar;q=0.8", "en"),
        ("ku,fr;q=0.8", "en"),
        ("", "en"),
    ],
)
def test_a_page_speaks_what_the_browser_prefers(client, accepts, language):
    page = client.get("/sign-in", headers={"Accept-Language": accepts})
    assert spoken(page) == (language, "rtl" if language == "ar" else "ltr")


def test_what_was_chosen_once_stays_against_what_the_browser_prefers(client):
    assert spoken(client.get("/sign-in?lang=ar", headers={"Accept-Language": "en"})) == ("ar", "rtl")
    assert spoken(client.get("/sign-in", headers={"Accept-Language": "en"})) == ("ar", "rtl")
    assert spoken(client.get("/sign-in?lang=en")) == ("en", "ltr")
    assert spoken(client.get("/sign-in", headers={"Accept-Language": "ar"})) == ("en", "ltr")


@pytest.mark.parametrize("lang", ["fr", "", "ar<script>", "../ar"])
def test_a_language_that_is_not_there_is_not_kept(client, lang):
    page = client.get("/sign-in", query_string={"lang": lang})
    assert spoken(page) == ("en", "ltr")
    assert "lang=" not in page.headers.get("Set-Cookie", "").replace("mudhif=", "")


def test_the_cookie_of_the_language_carries_nothing_else_and_is_for_this_site(client):
    cookie = next(c for c in client.get("/sign-in?lang=ar").headers.getlist("Set-Cookie") if c.startswith("lang="))
    assert cookie.startswith("lang=ar;") and "SameSite=Lax" in cookie


def test_an_error_of_the_api_speaks_the_reader_s_language(client, event, token):
    english = client.get("/api/v1/events/nothing", headers=token("viewer")).json
    arabic = client.get("/api/v1/events/nothing", headers=token("viewer") | {"Accept-Language": "ar"}).json
    assert english["code"] == arabic["code"] == "not-found"
    assert english["message"] != arabic["message"] or not translated()


def translated() -> bool:
    """Whether catalogues were built (`make install` does)."""
    return any(folder.glob("ar/LC_MESSAGES/*.mo") for folder in translation_folders(Host(None)))


def test_translations_of_the_core_and_of_every_plugin_are_found():
    folders = translation_folders(Host.load(None))
    assert len(folders) == len(set(folders))
    packages = {folder.parent.name for folder in folders}
    assert "mudhif" in packages
    assert (
        {found.name for found in find(None)}
        >= {name.removeprefix("mudhif_") for name in packages - {"mudhif"}}
        != set()
    )


@pytest.fixture
def arabic_installation(installation):
    write(set_event_setting, None, "core", "language", "ar")


def test_the_team_reads_the_language_of_the_installation_until_somebody_chooses_another(client, arabic_installation):
    assert spoken(client.get("/sign-in", headers={"Accept-Language": "en"})) == ("ar", "rtl")
    assert spoken(client.get("/sign-in?lang=en")) == ("en", "ltr")
    assert spoken(client.get("/sign-in")) == ("en", "ltr")


@pytest.mark.parametrize(("accepts", "language"), [("en-GB", "en"), ("ar", "ar"), ("ku", "ar"), ("", "ar")])
def test_a_guest_reads_the_language_of_the_phone_before_that_of_the_installation(
    client, event, arabic_installation, accepts, language
):
    page = client.get(f"/r/{event.code}", headers={"Accept-Language": accepts})
    assert spoken(page)[0] == language
