"""Importing a guest list on its page: the preview first, nothing written before it is confirmed, and its undoing."""

from __future__ import annotations

import io

import openpyxl
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


@pytest.fixture
def names(site):
    return lambda: [guest["name"] for guest in site.command("guests", "list", site.code)]


def upload(page, text=LIST, name="invited.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
    page.click("main button.go")


def paste(page, text):
    page.fill("#rows", text)
    page.click("main button.go")


def confirm(page):
    page.click(".foot2 button.go")
    page.wait_for_url("**/guests/imports/*")


def test_the_preview_counts_names_errors_by_row_and_writes_nothing(site, page, problems, names):
    before = names()
    upload(page)
    assert "Nothing is written yet." in page.inner_text("main")
    counts = page.locator(".sum b").all_inner_texts()
    assert counts == ["2", "0", "0", "1", "2"]
    errors = page.locator("section >> text=its last digits are gone")
    assert errors.count() == 1
    row = page.locator("tr:has-text('its last digits are gone') td")
    assert row.first.inner_text() == "5" and "D5" in row.nth(1).inner_text()
    assert problems(page) == []
    assert names() == before


def test_what_is_put_right_on_the_page_is_written_the_rest_comes_back_as_a_file_and_all_is_undone(
    page, problems, names
):
    before = names()
    upload(page)
    page.fill("[name='fix-5-phone']", "0780 555 1234")
    page.click("text=Check again")
    assert page.locator(".sum b").all_inner_texts() == ["3", "0", "0", "1", "1"]
    page.check("label:has-text('Same person') input", force=True)
    confirm(page)
    assert page.locator(".sum b").all_inner_texts() == ["3", "1", "0", "1"]
    assert {"Rusul Haider", "Yousif Daoud", "Bad Phone"} <= set(names()) and "Amar Aljubory" not in names()
    assert problems(page) == []
    with page.expect_download() as download:
        page.click("text=errors marked")
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert "Write the name" in sheet["A6"].value and sheet["E6"].value == "0771 300 4482" and not sheet["A2"].value
    page.click("text=Undo …")
    assert "3 guests go." in page.inner_text("main") and problems(page) == []
    page.click("text=Take the import back")
    assert "3 guests removed." in page.inner_text("[role=status]")
    assert names() == before


def test_rows_are_pasted_out_of_a_sheet(page, problems, names):
    paste(page, "الاسم\tالجنس\tالجهة\nزينب مهدي كاظم\tأنثى\tجامعة ذي قار\n")
    assert page.locator(".sum b").first.inner_text() == "1" and problems(page) == []
    confirm(page)
    assert "زينب مهدي كاظم" in names()


def test_rows_without_headings_ask_which_column_is_which_and_headings_are_remembered(page, site, problems, names):
    paste(page, "Sajad Karim;m;Ur Team\nNoor Ali Saleh;f;Ur Team\n")
    assert "Say which one does." in page.inner_text("main") and "Noor Ali Saleh" in page.inner_text("main")
    assert problems(page) == []
    page.select_option("[name=column-0]", "name")
    page.select_option("[name=column-1]", "sex")
    page.click("main button.go")
    assert page.locator(".sum b").first.inner_text() == "2"
    page.goto(f"{site.event_url}/guests/import")
    paste(page, "Wer,Was\nHuda Salman Reda,Teacher\n")
    page.select_option("[name=column-0]", "name")
    page.select_option("[name=column-1]", "role")
    page.check("[name=headed]")
    page.click("main button.go")
    confirm(page)
    assert "Huda Salman Reda" in names()
    page.goto(f"{site.event_url}/guests/import")
    paste(page, "Was,Wer\nDriver,Salam Hadi Jasim\n")
    assert page.locator(".sum b").first.inner_text() == "1" and "Salam Hadi Jasim" in page.inner_text("main")


def test_letters_that_were_read_wrongly_are_read_in_another_encoding(page, problems):
    upload(page, "Name;Sex;Organisation\nAndré Élise;m;Société Générale\n".encode("cp1252"), "french.csv")
    page.click("text=Back to columns")
    assert page.input_value("#encoding") in ("cp1252", "cp1256") and problems(page) == []
    page.select_option("#encoding", "cp1256" if page.input_value("#encoding") == "cp1252" else "cp1252")
    page.click("main button.go")
    assert page.locator("#encoding").count() == 1
    page.select_option("#encoding", "cp1252")
    page.click("main button.go")
    if page.locator("#encoding").count():
        page.click("main button.go")
    assert "André Élise" in page.inner_text("main")


def test_a_file_that_is_no_table_is_refused_in_a_sentence(page, problems):
    upload(page, "%PDF-1.7 nothing here", "list.xlsx")
    assert page.title().startswith("One error: ")
    assert "list.xlsx" in page.inner_text(".field .err")
    assert problems(page) == []


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_pages_are_sound_on_a_phone(site, look, problems, lang):
    page = look(site, lang=lang, width=390)
    page.goto(f"{site.event_url}/guests/import")
    assert problems(page) == []
    upload(page, LIST, "new.csv")
    assert problems(page) == []
    page.goto(f"{page.url}/columns")
    assert problems(page) == []
