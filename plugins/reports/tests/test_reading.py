"""Real files: text in three encodings, Word with everything that loses words, PDF, and files that cannot be read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from mudhif_reports.documents import Document, document_of
from mudhif_reports.reading import UnreadableReport, read_report, text_of

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def lines_of(document: Document) -> list[str]:
    return [line.text for line in document.lines]


def word(path: Path, body: str, **parts: str) -> Path:
    """A Word file with this body."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            package.writestr(f"word/{name}.xml", content)
    return path


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    "data",
    [
        "المرفقات\nصور".encode(),
        "\ufeffالمرفقات\r\nصور".encode(),
        "المرفقات\r\nصور".encode("cp1256"),
        "المرفقات\nصور".encode("utf-16"),
    ],
    ids=["utf-8", "utf-8 with a mark and CRLF", "windows", "utf-16"],
)
def test_text_is_read_in_the_encodings_that_occur(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(data)
    assert lines_of(read_report(path)) == ["المرفقات", "صور"]


def test_only_line_breaks_part_lines() -> None:
    assert lines_of(document_of("one\u2028still\x0bone\rtwo\r\nthree\n")) == ["one\u2028still\x0bone", "two", "three"]


def test_word_keeps_what_a_form_and_tracked_changes_hold_and_leaves_out_what_was_deleted(tmp_path: Path) -> None:
    body = (
        p("Participants", '<w:pStyle w:val="berschrift1"/>')
        + f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{p('kept in a control')}</w:sdtContent></w:sdt>"
        + "<w:p><w:r><w:t>kept </w:t></w:r><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>"
        + "<w:del><w:r><w:delText>deleted</w:delText><w:t>deleted</w:t></w:r></w:del></w:p>"
        + "<w:tbl><w:tr><w:tc>" + p("Male") + "</w:tc><w:tc>" + p("9") + "</w:tc></w:tr></w:tbl>"
        + p("an item", '<w:numPr><w:ilvl w:val="0"/></w:numPr>')
    )  # fmt: skip
    styles = f'<w:styles {W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>'
    document = read_report(word(tmp_path / "r.docx", body, styles=styles))
    assert lines_of(document) == ["Participants", "kept in a control", "kept inserted", "Male\t9", "• an item"]
    assert document.lines[0].is_styled_heading
    assert document.role(3) == "participants"


def test_a_word_report_is_held_against_itself(tmp_path: Path) -> None:
    from mudhif_reports.claims import read_claims

    rows = (("Total", 15), ("Male", 8), ("Female", 6))
    cells = "".join(f"<w:tr><w:tc>{p(name)}</w:tc><w:tc>{p(str(count))}</w:tc></w:tr>" for name, count in rows)
    body = f"{p('Participants')}<w:tbl>{cells}</w:tbl>"
    claims = read_claims(read_report(word(tmp_path / "r.docx", body)))
    assert [claim.value[0] for claim in claims if claim.kind == "people"] == [15, 8, 6]


def pdf(path: Path, *paragraphs: str) -> Path:
    import typst

    source = '#set page(width: 12cm)\n#set text(font: "Amiri")\n' + "\n\n".join(paragraphs)
    fonts = Path(__import__("mudhif").__file__).parent / "fonts"
    path.write_bytes(typst.compile(source.encode(), font_paths=[str(fonts)], ignore_system_fonts=True))
    return path


def test_pdf_gives_words_in_reading_order_and_joins_wrapped_lines(tmp_path: Path) -> None:
    sentence = (
        "The third dialogue session brought people from government offices and organisations together in Nasiriyah."
    )
    path = pdf(tmp_path / "r.pdf", "Introduction", sentence, '#text(lang: "ar")[عدد المشاركين: 15]')
    lines = [line.plain for line in read_report(path).lines if not line.is_blank]
    assert lines[0] == "Introduction"
    assert sentence in " ".join(lines)
    assert any("المشاركين" in line and "15" in line for line in lines)


def test_an_arabic_pdf_keeps_the_order_of_latin_words(tmp_path: Path) -> None:
    arabic = '#set text(lang: "ar")\n'
    latin = "Clean Water for All Towns"
    path = pdf(tmp_path / "r.pdf", arabic, latin, f"عقدت ضمن مشروع {latin} في البصرة")
    lines = [line.text.strip() for line in read_report(path).lines if not line.is_blank]
    assert lines == [latin, f"عقدت ضمن مشروع {latin} في البصرة"]


def test_a_scan_says_that_it_holds_no_text(tmp_path: Path) -> None:
    path = pdf(tmp_path / "scan.pdf", "#rect(width: 3cm, height: 2cm, fill: black)")
    with pytest.raises(UnreadableReport, match="pictures of pages and no text"):
        read_report(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.odt", b"x", "not a text, Word or PDF file"),
        ("r.pdf", b"%PDF-1.7 broken", "damaged"),
        ("r.docx", b"PK nothing", "damaged"),
        ("r.txt", b"%PDF-1.7", "damaged"),
        ("r.txt", b" \n ", "no text"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableReport, match=said) as raised:
        read_report(path)
    assert name in str(raised.value)


def test_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableReport, match=r"no file nowhere\.txt"):
        read_report(tmp_path / "nowhere.txt")


def test_a_word_file_with_a_document_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.docx"
    with zipfile.ZipFile(path, "w") as package:
        bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document/>'
        package.writestr("word/document.xml", bomb)
    with pytest.raises(UnreadableReport, match="damaged"):
        read_report(path)


def test_bytes_of_arabic_windows_are_read() -> None:
    assert text_of("التوصيات".encode("cp1256")) == "التوصيات"
