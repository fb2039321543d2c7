"""Guest files as people really send them: read with true row numbers, or refused with a sentence."""

from __future__ import annotations

import struct
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from mudhif.domain.errors import BadFile
from mudhif.services import guest_tables
from mudhif.services.guest_headers import field_of
from mudhif.services.guest_sheets import MAX_COLUMNS, Unreadable, decoded, read_sheets
from mudhif.services.guest_tables import read_guest_file

ARABIC = "الاسم;الجنس;الجهة;رقم الهاتف\nزينب كاظم;أنثى;جامعة ذي قار;07801234567\nعلي حسن;ذكر;مديرية;07711234567\n"


@pytest.fixture
def saved(tmp_path):
    def save(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


@pytest.fixture
def workbook(tmp_path):
    def make(rows, name="guests.xlsx", first_row=0, first_column=0):
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet("ضيوف")
            for number, row in enumerate(rows, start=first_row):
                for index, value in enumerate(row, start=first_column):
                    sheet.write(number, index, value)
        return path

    return make


def rows_of(table):
    return [(row.number, dict(row.texts)) for row in table.rows]


# ------------------------------------------------------------------------------------------------ what is read


def test_a_workbook_is_read_with_the_numbers_and_letters_that_it_shows(workbook):
    table = read_guest_file(workbook([["Name", "Phone"], ["Ali", 7801234567]], first_row=4, first_column=2))
    assert rows_of(table) == [(6, {"name": "Ali", "phone": "7801234567"})]
    assert table.cell(6, "phone") == "D6" and table.sheet == "ضيوف"


def test_titles_above_blank_numbered_hxl_and_repeated_header_rows_are_passed_over(workbook):
    header = ["ت", "الاسم الثلاثي", "الجنس", "رقم الموبايل"]
    hxl = ["#id", "#name", "#sex", "#contact+phone"]
    rows = [["قائمة المشاركين في الجلسة"], [], header, hxl, [1, "زينب كاظم", "أنثى", ""], [], header,
            [2, "Ammar", "M", "0771 123 4567"], [3], [4]]  # fmt: skip
    table = read_guest_file(workbook(rows))
    assert rows_of(table) == [
        (5, {"name": "زينب كاظم", "sex": "أنثى"}),
        (8, {"name": "Ammar", "sex": "M", "phone": "0771 123 4567"}),
    ]


def test_dates_and_truth_are_told_as_people_write_them(workbook):
    table = read_guest_file(workbook([["Name", "Date of birth", "Disability"], ["Ali", date(1990, 3, 1), True]]))
    assert rows_of(table)[0][1] == {"name": "Ali", "birth_year": "1990-03-01", "disability": "yes"}


def test_a_workbook_of_openpyxl_and_a_second_sheet_are_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Notes of the team"])
    book.create_sheet("List").append(["Full name", "Gender"])
    book["List"].append(["Ali Hassan", "male"])
    book.save(tmp_path / "two.xlsx")
    table = read_guest_file(tmp_path / "two.xlsx")
    assert table.sheet == "List" and rows_of(table) == [(2, {"name": "Ali Hassan", "sex": "male"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
@pytest.mark.parametrize("separator", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
def test_arabic_text_is_read_in_every_encoding_and_separator(saved, encoding, separator):
    table = read_guest_file(saved("guests.csv", ARABIC.replace(";", separator).encode(encoding)))
    assert [row.texts["name"] for row in table.rows] == ["زينب كاظم", "علي حسن"]
    assert table.rows[0].texts["organisation"] == "جامعة ذي قار" and table.rows[1].number == 3


def test_french_letters_are_not_taken_for_arabic(saved):
    table = read_guest_file(saved("guests.csv", "Name,Organisation\nZoé Müller,École ÇÃO\n".encode("cp1252")))
    assert table.rows[0].texts == {"name": "Zoé Müller", "organisation": "École ÇÃO"} and table.encoding == "cp1252"


def test_the_encoding_can_be_said(saved):
    path = saved("guests.csv", "Name,Sex\nÇÃÈÊ,f\n".encode("cp1252"))
    assert read_guest_file(path).encoding == "cp1256"
    assert read_guest_file(path, encoding="cp1252").rows[0].texts["name"] == "ÇÃÈÊ"


@pytest.mark.parametrize(
    "text",
    ["sep=;\nName;Sex\nAli;m\n", "Name,Sex\rAli,m\r", 'Name,Sex\r\n"Ali",m\r\n', "Name|Sex\nAli|m",
     '"Name"\t"Sex"\nAli\tm\n'],
    ids=["sep line", "lone carriage returns", "quotes", "bars", "tabs"],
)  # fmt: skip
def test_ways_to_write_a_text_table(saved, text):
    assert rows_of(read_guest_file(saved("guests.csv", text))) == [(2, {"name": "Ali", "sex": "m"})]


def test_a_cell_of_several_lines_is_one_row_and_blank_lines_count(saved):
    table = read_guest_file(saved("guests.csv", 'Name,Role\n"Ali","first\nsecond"\n\nSara,third\n'))
    assert [(row.number, row.texts["name"]) for row in table.rows] == [(2, "Ali"), (4, "Sara")]


def test_a_quote_before_a_formula_is_taken_off(saved):
    table = read_guest_file(saved("guests.csv", "Name,Phone\n'=Ali,'+9647801234567\nO'Brien,'07\n"))
    assert [dict(row.texts) for row in table.rows] == [
        {"name": "=Ali", "phone": "+9647801234567"},
        {"name": "O'Brien", "phone": "'07"},
    ]


def test_names_in_parts_and_in_two_scripts_are_put_together(saved):
    parts = read_guest_file(saved("a.csv", "First name,Father's name,Last name,Sex\nAli,Hassan,Jubouri,m\n"))
    assert parts.rows[0].texts["name"] == "Ali Hassan Jubouri"
    both = read_guest_file(saved("b.csv", "Name in Arabic,Name in English\nعلي,Ali\n"))
    assert both.rows[0].texts == {"name": "علي", "name_alt": "Ali"}
    second = read_guest_file(saved("c.csv", "الاسم,English name\nعلي,Ali\n"))
    assert second.rows[0].texts == {"name": "علي", "name_alt": "Ali"}


def test_our_own_json_is_read_and_rows_are_counted_from_one(saved):
    table = read_guest_file(
        saved("guests.json", '{"guests": [{"name": "Ali", "birth_year": 1990, "sex": null}, {"name": "Sara"}]}')
    )
    assert rows_of(table) == [(1, {"name": "Ali", "birth_year": "1990"}), (2, {"name": "Sara"})]


# ------------------------------------------------------------------------------------------------ columns


@pytest.mark.parametrize(
    ("header", "field"),
    [("Full Name *", "name"), ("الاسم / Name", "name"), ("NAME:", "name"), ("رقم الهاتف", "phone"),
     ("Phone No.", "phone"), ("الجنس (ذكر/أنثى)", "sex"), ("Sex (M/F)", "sex"), ("E-mail", "email"),
     ("المؤسسه", "organisation"), ("birth_year", "birth_year"), ("How did you hear of us", None), ("", None)],
)  # fmt: skip
def test_headers_are_understood_in_both_languages(header, field):
    assert field_of(header) == field


def test_a_person_says_which_column_is_which_by_heading_or_letter(saved):
    path = saved("guests.csv", "Who,Sex,Name\nAli,m,Team A\n")
    table = read_guest_file(path, {"who": "name", "C": "organisation", "Sex": "-"})
    assert table.rows[0].texts == {"name": "Ali", "organisation": "Team A"}
    assert [column.guessed for column in table.columns] == [False, False, False]


def test_a_list_without_headings_is_read_by_letters(saved):
    table = read_guest_file(saved("guests.csv", "Ali,0780\nSara,0790\n"), {"A": "name", "B": "phone"})
    assert rows_of(table) == [(1, {"name": "Ali", "phone": "0780"}), (2, {"name": "Sara", "phone": "0790"})]


def test_what_is_left_out_is_named(saved):
    table = read_guest_file(saved("guests.csv", "Name,Sex,Favourite colour,Phone,Mobile\nAli,m,blue,0780,0790\n"))
    assert table.left_out == ("Favourite colour", "Mobile") and table.rows[0].texts["phone"] == "0780"


def test_a_type_that_is_no_kind_of_guest_is_taken_for_a_group_and_a_strange_status_is_left_out(saved):
    text = "Name,Type,Status\nAli,{},{}\nSara,{},{}\n"
    table = read_guest_file(saved("a.csv", text.format("Academic", "paid", "Volunteer team leader", "paid")))
    assert table.rows[0].texts == {"name": "Ali", "stakeholder_group": "Academic"} and table.left_out == ("Status",)
    table = read_guest_file(saved("b.csv", text.format("media", "invited", "ضيف", "king")))
    assert table.rows[1].texts == {"name": "Sara", "kind": "ضيف", "status": "king"}


def test_a_sheet_of_libreoffice_is_read(saved):
    name = "urn:oasis:names:tc:opendocument:xmlns"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'.format
    number = (
        '<table:table-cell office:value-type="float" office:value="{}"><text:p>{}</text:p></table:table-cell>'.format
    )
    rows = [cell("الاسم") + cell("الهاتف"), cell("زينب") + number(7801234567, "7.8E+09")]
    spaces = " ".join(f'xmlns:{short}="{name}:{short}:1.0"' for short in ("office", "table", "text"))
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="S">'
        + "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    entries = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{name}:manifest:1.0"/>',
    }
    path = saved("guests.ods", zip_of(entries))
    assert rows_of(read_guest_file(path)) == [(2, {"name": "زينب", "phone": "7801234567"})]


# ------------------------------------------------------------------------------------------------ what is refused


def zip_of(entries):
    import io

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"this is no table", "names its columns"),
        (b"", "is empty"),
        (b"\n\n , ,\n", "is empty"),
        (PNG, "PNG"),
        (b"%PDF-1.7 \xe2\xe3", "PDF"),
        (b"<!DOCTYPE html><table>", "HTML"),
        (b"Name,Sex\nAli\x00,m\x01\n", "bytes that no text has"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE, "damaged"),
        (zip_of({"word/document.xml": "<x/>"}), "damaged"),
        (b"PK\x03\x04 half a workbook", "damaged"),
        (b"Sex,Phone\nf,0780\n", "holds names"),
        ((",".join(f"c{n}" for n in range(300)) + "\n").encode(), f"300 columns; a guest list may have {MAX_COLUMNS}"),
        (b'[{"name": "Ali"}, 7]', "no list of guests"),
        (b'{"name": ', "damaged"),
        (zip_of({"xl/workbook.xml": bytes(300_000_000)}), "unpacks to 300 MB"),
        (zip_of({f"xl/{n}.xml": bytes(30_000_000) for n in range(2)}), "unpacks to 60 MB"),
    ],
    ids=["prose", "empty", "only blanks", "picture", "pdf", "page", "nul bytes", "encrypted", "broken xls", "docx",
         "half", "no names", "300 columns", "json of others", "half json", "bomb", "small bomb"],
)  # fmt: skip
def test_what_is_no_guest_list_is_refused_with_a_sentence(saved, content, said):
    with pytest.raises(BadFile) as refused:
        read_guest_file(saved("x.xlsx", content))
    assert said in str(refused.value) and "x.xlsx" in str(refused.value)


def test_a_file_that_is_not_there_and_one_that_is_too_large_are_refused(saved, monkeypatch):
    with pytest.raises(BadFile, match="There is no file"):
        read_guest_file(saved("x.csv", "").parent / "nothing.csv")
    monkeypatch.setattr(guest_tables, "MAX_FILE_BYTES", 1_000_000)
    with pytest.raises(BadFile, match="2 MB"):
        read_guest_file(saved("x.csv", bytes(2_000_000)))


def test_a_csv_of_200_megabytes_is_refused_before_it_is_opened(saved):
    path = saved("x.csv", "Name,Sex\n")
    with path.open("r+b") as file:
        file.truncate(200_000_000)
    with pytest.raises(BadFile, match="200 MB"):
        read_guest_file(path)


def test_a_file_that_takes_too_long_is_refused(saved, monkeypatch):
    monkeypatch.setattr(guest_tables, "SECONDS", 0.001)
    with pytest.raises(BadFile, match="too much time or memory"):
        read_guest_file(saved("x.csv", ARABIC))


def test_a_sheet_that_claims_the_whole_grid_takes_bounded_memory(workbook):
    """One cell at each end: a dense grid of 17,000,000,000 cells."""
    path = workbook([["Name", "Sex"], ["Ali", "m"]])
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    sheet = entries["xl/worksheets/sheet1.xml"]
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path.write_bytes(zip_of(entries | {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", far)}))
    with pytest.raises(BadFile):
        read_guest_file(path)


def test_one_long_text_that_all_cells_share_takes_bounded_memory(workbook):
    path = workbook([["Name", "Sex"], *[["Ali " * 4000, "m"]] * 5_000])
    assert path.stat().st_size < 1_000_000
    with pytest.raises(BadFile, match="too much time or memory"):
        read_guest_file(path)


@pytest.mark.parametrize("mapping", [{"Nope": "name"}, {"Name": "nope"}])
def test_a_mapping_that_does_not_fit_is_refused(saved, mapping):
    with pytest.raises(BadFile, match=r"no column|no field"):
        read_guest_file(saved("x.csv", "Name,Sex\nAli,m\n"), mapping)


def test_a_module_beside_the_guest_list_is_not_run(saved, monkeypatch, tmp_path):
    saved("csv.py", "raise SystemExit('run')")
    monkeypatch.chdir(tmp_path)
    assert len(read_guest_file(saved("x.csv", ARABIC)).rows) == 2


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | st.binary(max_size=60).map(lambda b: OLE + b))
def test_no_file_breaks_the_reader(content):
    try:
        answer = read_sheets(content)
    except Unreadable:
        return
    assert "records" in answer or all(
        isinstance(cell, str) for s in answer["sheets"] for row in s["rows"] for cell in row
    )


@given(st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=3, max_size=20), st.sampled_from(["cp1256", "utf-8", "utf-16"]))
def test_an_arabic_word_comes_out_whatever_it_was_saved_in(word, encoding):
    assert decoded(f"Name\n{word}\n".encode(encoding))[0] == f"Name\n{word}\n"


def test_the_guard_of_the_archive_is_its_declared_size_and_what_lies_about_it_meets_the_limit_of_memory(saved):
    content = zip_of({"xl/workbook.xml": bytes(1000)})
    lying = content.replace(struct.pack("<I", 1000), struct.pack("<I", 10))
    with pytest.raises(BadFile):
        read_guest_file(saved("x.xlsx", lying))
