"""Importing a guest list on its page: the preview first, nothing written before it is confirmed."""

from __future__ import annotations

import pytest

LIST = """\
Name,Sex,Organisation,Phone
Rusul Haider,F,Volunteer,0784 990 1163
Yousif Daoud,M,No Borders Humanity,0770 018 2245
Amar Aljubory,M,Ur Volunteers,+964 771 908 3320
Bad Phone,F,Ur,7.8E+09
,M,Nobody,0771 300 4482
"""


@pytest.fixture
def page(site, look):
    page = look(site)
    page.goto(f"{site.event_url}/guests/import")
    return page


def upload(page, text=LIST, name="invited.csv"):
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": text.encode()})
    page.click("text=Show the preview")


def test_the_preview_counts_names_errors_by_row_and_writes_nothing(site, page, problems):
    before = site.command("guests", "list", site.code)
    upload(page)
    assert "Nothing is written yet." in page.inner_text("main")
    counts = page.locator(".sum b").all_inner_texts()
    assert counts == ["2", "0", "0", "1", "2"]
    errors = page.locator("section >> text=its last digits are gone")
    assert errors.count() == 1
    assert page.locator("tr:has-text('its last digits are gone') td").first.inner_text() == "5"
    assert problems(page) == []
    assert site.command("guests", "list", site.code) == before


def test_confirming_writes_and_says_what_stayed_out(site, page):
    upload(page)
    page.check("label:has-text('Same person') input", force=True)
    page.click("text=Import 2 rows")
    page.wait_for_url(f"{site.event_url}/guests")
    said = page.locator("[role=status]").inner_text()
    assert "rows imported" in said
    assert "2 rows stayed out" in said
    names = [guest["name"] for guest in site.command("guests", "list", site.code)]
    assert {"Rusul Haider", "Yousif Daoud"} <= set(names)
    assert "Amar Aljubory" not in names


def test_a_file_that_is_no_table_is_refused_in_a_sentence(page, problems):
    upload(page, "%PDF-1.7 nothing here", "list.xlsx")
    assert page.title().startswith("One error: ")
    assert "list.xlsx" in page.inner_text(".field .err")
    assert problems(page) == []


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_preview_is_sound_on_a_phone(site, look, problems, lang):
    page = look(site, lang=lang, width=390)
    page.goto(f"{site.event_url}/guests/import")
    page.set_input_files("#file", {"name": "new.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    page.click("main button.go")
    assert problems(page) == []
