"""PDF and Word files of a report, opened again: both say the same, in both languages."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from docx2python import docx2python
from lxml import etree

from mudhif_reports.content import Content, Items, Pairs, Paragraph, Picture, Table, content_of
from mudhif_reports.hookspecs import Frozen
from mudhif_reports.pictures import PIXELS, small_picture
from mudhif_reports.rendering import to_pdf
from mudhif_reports.word import _ORDER, to_docx

sys.path.insert(0, str(Path(__file__).parent))
from frozen_reports import FIGURES, SECTIONS, TITLE, attached, frozen_report, photo

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ARABIC = re.compile("[\u0621-\u064a]{2,}")
PHOTOS = {"a" * 64: photo(4000, 2500), "b" * 64: photo(640, 480, "#a3211b")}


def with_photos(language: str = "en", **changes: Any) -> Frozen:
    return frozen_report(
        language,
        PHOTOS,
        attachments=(attached("yes.jpg", True), attached("no.jpg", False, "b" * 64)),
        **changes,
    )


@pytest.fixture(scope="module", params=["en", "ar"])
def content(request: pytest.FixtureRequest) -> Content:
    return content_of(with_photos(request.param, draft=True), TITLE, SECTIONS)


@pytest.fixture(scope="module")
def pdf(content: Content) -> bytes:
    return to_pdf(content)


@pytest.fixture(scope="module")
def word(content: Content) -> bytes:
    return to_docx(content)


def pdf_text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def poppler_text(pdf: bytes, folder: Path) -> str:
    (folder / "report.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", str(folder / "report.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()


def word_text(word: bytes) -> str:
    with docx2python(io.BytesIO(word)) as read:
        return str(read.text)


def texts_of(content: Content) -> list[str]:
    """Everything that the report says, in the order of its blocks."""
    said = [content.title, content.subtitle, content.draft or ""]
    for block in content.blocks:
        if isinstance(block, Items):
            said += block.items
        elif isinstance(block, Pairs):
            said += [text for row in block.rows for text in row]
        elif isinstance(block, Table):
            said += [*block.columns, *(text for row in block.rows for text in row)]
        elif isinstance(block, Picture):
            said.append(block.caption)
        else:
            said.append(block.text)
    return said


def words_in(text: str) -> list[str]:
    return re.findall(r"[\w&<:]+", re.sub("[\u064b-\u0652\u200e\u200f]", "", text))


# --- both -------------------------------------------------------------------------------------------------------------


def test_pdf_and_word_say_every_word_of_the_report(content: Content, pdf: bytes, word: bytes) -> None:
    wanted = {part for text in texts_of(content) for part in words_in(text)}
    for found in (pdf_text(pdf), word_text(word)):
        missing = wanted - set(words_in(found))
        if content.language == "ar" and found.startswith(content.title):
            # pdfium gives a Latin word with a sign in it back from the wrong end, where it stands among Arabic ones.
            missing -= {word for word in missing if re.search("[A-Za-z]", word)}
        assert len(missing) <= len(wanted) * 0.01, sorted(missing)


def test_pdf_and_word_print_the_same_figures(pdf: bytes, word: bytes) -> None:
    for value in filter(None, FIGURES.values()):
        assert re.search(rf"(?<!\d){value}(?!\d)", pdf_text(pdf))
    (table,) = [
        t
        for t in Document(io.BytesIO(word)).tables
        if len(t.columns) == 2 and t.rows[0].cells[1].text in ("Number", "العدد")
    ]
    printed = [int(row.cells[1].text) for row in table.rows[1:]]
    assert printed == [value for value in FIGURES.values() if value]


# --- PDF --------------------------------------------------------------------------------------------------------------


def test_the_pdf_is_tagged_and_has_a_title_and_a_language(content: Content, pdf: bytes) -> None:
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.is_tagged()
        assert document.get_metadata_value("Title") == f"{content.title}: {content.subtitle}"
    assert re.search(rb"/Lang\s*\(" + content.language.encode(), pdf)
    assert b"pdfuaid" in pdf
    assert (re.search(rb"/Direction\s*/R2L", pdf) is not None) == (content.language == "ar")


def test_arabic_words_are_found_again_by_two_engines(tmp_path: Path) -> None:
    content = content_of(with_photos("ar", draft=True), TITLE, SECTIONS)
    pdf = to_pdf(content)
    wanted = [
        word
        for text in [*texts_of(content), content.foot]
        for word in ARABIC.findall(re.sub("[\u064b-\u0652]", "", text))
    ]
    assert len(wanted) > 60
    for text in (pdf_text(pdf), poppler_text(pdf, tmp_path)):
        there = set(ARABIC.findall(re.sub("[\u064b-\u0652]", "", text)))
        found = [word for word in wanted if word in there]
        assert len(found) >= 0.99 * len(wanted), sorted(set(wanted) - there)


def test_the_tables_of_an_arabic_report_begin_at_the_right() -> None:
    pdf = to_pdf(content_of(with_photos("ar"), TITLE, SECTIONS))
    places: dict[str, float] = {}
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            for word in ("المخطط", "09:17"):
                if (hit := text.search(word).get_next()) is not None:
                    places[word] = text.get_charbox(hit[0])[0]
    assert places["المخطط"] > 400 > places["09:17"]


def test_a_draft_says_so_and_a_finished_report_does_not() -> None:
    for draft in (True, False):
        content = content_of(frozen_report(draft=draft), TITLE, SECTIONS)
        assert ("Draft: some findings are open" in pdf_text(to_pdf(content))) == draft
        assert ("Draft: some findings are open" in word_text(to_docx(content))) == draft


def test_the_pdf_holds_the_photo_with_consent_and_no_other() -> None:
    pdf = to_pdf(content_of(with_photos(), TITLE, SECTIONS))
    with pypdfium2.PdfDocument(pdf) as document:
        images = [o for page in document for o in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])]
        sizes = [image.get_px_size() for image in images]
        colours = [image.get_bitmap().to_pil().convert("RGB").getpixel((5, 5)) for image in images]
    assert sizes == [(PIXELS, 1000)]
    assert all(abs(a - b) < 6 for a, b in zip(colours[0], (0x0D, 0x59, 0x53), strict=True))


def test_a_tall_photo_stays_on_its_page() -> None:
    assert small_picture(photo(600, 2400)).width_cm < 3
    assert small_picture(photo(2400, 600)).width_cm == 12


def test_letters_that_no_document_can_hold_break_neither() -> None:
    content = content_of(frozen_report(texts={"introduction": "AB\x00C\x1f \ufffe"}), TITLE, SECTIONS)
    assert "ABC" in pdf_text(to_pdf(content))
    assert "ABC" in word_text(to_docx(content))


# --- Word -------------------------------------------------------------------------------------------------------------


def parts_of(word: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        assert archive.testzip() is None
        return {
            name: etree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def test_signs_of_xml_are_text_in_word(word: bytes, content: Content) -> None:
    if content.language == "en":
        assert "They met in Nasiriyah; a < b & c." in [p.text for p in Document(io.BytesIO(word)).paragraphs]


def test_every_part_of_the_word_file_is_sound_and_in_the_order_of_the_schema(word: bytes) -> None:
    for name, tree in parts_of(word).items():
        if name not in ("word/document.xml", "word/styles.xml", "word/footer1.xml"):
            continue
        for parent, order in _ORDER.items():
            for element in tree.iter(W + parent.removeprefix("w:")):
                tags = ["w:" + child.tag.removeprefix(W) for child in element]
                assert len(tags) == len(set(tags)), (name, tags)
                known = [order.index(tag) for tag in tags if tag in order]
                if name != "word/styles.xml":
                    assert known == sorted(known), (name, tags)


def test_arabic_in_word_runs_from_the_right() -> None:
    tree = parts_of(to_docx(content_of(with_photos("ar"), TITLE, SECTIONS)))["word/document.xml"]
    paragraphs = [p for p in tree.iter(W + "p") if "".join(p.itertext()).strip()]
    assert [p for p in paragraphs if p.find(f"{W}pPr/{W}bidi") is None] == []
    for run in tree.iter(W + "r"):
        text = "".join(t.text or "" for t in run.iter(W + "t"))
        if ARABIC.search(text):
            assert run.find(f"{W}rPr/{W}rtl") is not None, text
    assert all(t.find(f"{W}tblPr/{W}bidiVisual") is not None for t in tree.iter(W + "tbl"))
    assert len(list(tree.iter(W + "tbl"))) == 5


def test_english_in_word_has_no_mark_of_direction() -> None:
    tree = parts_of(to_docx(content_of(frozen_report(attendance=()), TITLE, SECTIONS)))["word/document.xml"]
    assert not list(tree.iter(W + "bidi")) and not list(tree.iter(W + "rtl")) and not list(tree.iter(W + "bidiVisual"))


def test_bold_arabic_is_bold_in_word() -> None:
    tree = parts_of(to_docx(content_of(with_photos("ar"), TITLE, SECTIONS)))["word/document.xml"]
    bold = [run for run in tree.iter(W + "r") if run.find(f"{W}rPr/{W}b") is not None]
    assert bold and all(run.find(f"{W}rPr/{W}bCs") is not None for run in bold)


def test_the_word_file_holds_the_photo_with_consent_and_no_other() -> None:
    word = to_docx(content_of(with_photos(), TITLE, SECTIONS))
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        images = [archive.read(name) for name in archive.namelist() if name.startswith("word/media/")]
    assert [hashlib.sha256(image).digest() for image in images] == [
        hashlib.sha256(small_picture(PHOTOS["a" * 64]).jpeg).digest()
    ]
    described = [e.get("descr") for e in parts_of(word)["word/document.xml"].iter() if e.tag.endswith("}docPr")]
    assert described == ["Words for yes.jpg"]


def test_the_word_file_is_ours_and_not_its_librarys(word: bytes, content: Content) -> None:
    about = Document(io.BytesIO(word)).core_properties
    assert (about.title, about.author, about.comments) == (
        f"{content.title}: {content.subtitle}",
        content.organiser,
        "",
    )


def test_sections_in_word_are_headings_in_order(word: bytes, content: Content) -> None:
    headings = [p.text for p in Document(io.BytesIO(word)).paragraphs if p.style.name == "Heading 1"]
    assert headings == [section.heading[content.language] for section in SECTIONS]


def test_a_quiet_line_is_small_in_word() -> None:
    content = Content(title="T", subtitle="S", language="en", foot="F", blocks=(Paragraph(text="so", quiet=True),))
    assert [p.style.name for p in Document(io.BytesIO(to_docx(content))).paragraphs][-1] == "Caption"
