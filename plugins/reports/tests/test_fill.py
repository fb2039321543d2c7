"""A donor's own Word file, filled in place; what could run or reach out is refused."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mudhif_reports import fill
from mudhif_reports.fill import Unfillable, fields_of, fill_docx

sys.path.insert(0, str(Path(__file__).parent))
from word_files import OFFICE, paragraph, table, word_file

VALUES = {"event.title": "Third Session", "participants.total": "15", "text.results": "One.\n\n2. Two & <three>."}
LISTS = {"agenda": [{"start": "09:00", "title": "Opening"}, {"start": "10:30", "title": "Break"}], "coverage": []}


def filled(body: str) -> list[str]:
    made = fill_docx(word_file(body), VALUES, LISTS)
    return [p.text for p in Document(io.BytesIO(made)).paragraphs]


def cells(body: str) -> list[list[str]]:
    (made,) = Document(io.BytesIO(fill_docx(word_file(body), VALUES, LISTS))).tables
    return [[cell.text for cell in row.cells] for row in made.rows]


def test_a_field_is_filled_even_where_word_has_cut_it_into_runs() -> None:
    assert filled(paragraph("[", "[event", ".ti", "tle]", "] took place")) == ["Third Session took place"]


def test_the_words_around_a_field_keep_their_looks() -> None:
    made = fill_docx(
        word_file(paragraph("Title: ", "[[event.title]]", " (", "[[participants.total]]", ")", look="<w:b/>")),
        VALUES,
        LISTS,
    )
    runs = Document(io.BytesIO(made)).paragraphs[0].runs
    assert [(run.text, bool(run.bold)) for run in runs] == [
        ("Title: ", True), ("Third Session", False), (" (", False), ("15", False), (")", False),
    ]  # fmt: skip


def test_two_fields_in_one_run_are_both_filled() -> None:
    assert filled(paragraph("[[event.title]], [[ Participants.Total ]] came")) == ["Third Session, 15 came"]


def test_a_text_of_many_lines_becomes_as_many_paragraphs() -> None:
    assert filled(paragraph("[[text.results]]")) == ["One.", "2. Two & <three>."]
    assert filled(paragraph("So: [[text.results]]")) == ["So: One.  2. Two & <three>."]


def test_a_text_that_nobody_wrote_leaves_its_place_empty() -> None:
    assert filled(paragraph("[[text.next-steps]]")) == [""]


def test_a_row_that_names_a_list_is_repeated() -> None:
    head = (paragraph("When"), paragraph("What"))
    row = (paragraph("[[agenda", ".start]]"), paragraph("[[agenda.title]]"))
    assert cells(table(head, row)) == [["When", "What"], ["09:00", "Opening"], ["10:30", "Break"]]


def test_a_list_with_no_line_takes_its_row_away() -> None:
    assert cells(table((paragraph("Outlet"),), (paragraph("[[coverage.outlet]]"),))) == [["Outlet"]]


def test_a_second_line_of_a_cell_that_is_empty_goes() -> None:
    cell = paragraph("[[event.title]]") + paragraph("[[text.next-steps]]")
    assert cells(table((cell,))) == [["Third Session"]]


def test_a_text_box_is_filled_apart_from_the_paragraph_that_holds_it() -> None:
    inner = f"<w:r><w:pict><w:txbxContent>{paragraph('[[participants.total]]')}</w:txbxContent></w:pict></w:r>"
    box = f"<w:p>{inner}<w:r><w:t>[[event.title]]</w:t></w:r></w:p>"
    made = fill_docx(word_file(box), VALUES, LISTS)
    tree = etree.fromstring(zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml"))
    assert [t.text for t in tree.iter(fill._w("t"))] == ["15", "Third Session"]


def test_head_and_foot_are_filled_and_all_other_parts_stay_as_they_were() -> None:
    foot = f"<w:ftr xmlns:w='{fill.WORD}'>{paragraph('[[event.title]]')}</w:ftr>"
    template = word_file(
        "", {"word/footer1.xml": foot, "word/theme/theme1.xml": b"<a>\r\n  kept </a>", "docProps/x.bin": b"\x00\xff"}
    )
    made = zipfile.ZipFile(io.BytesIO(fill_docx(template, VALUES, LISTS)))
    before = zipfile.ZipFile(io.BytesIO(template))
    assert made.namelist() == before.namelist()
    assert b"Third Session" in made.read("word/footer1.xml")
    same = [name for name in before.namelist() if made.read(name) == before.read(name)]
    assert {"word/theme/theme1.xml", "docProps/x.bin", "[Content_Types].xml"} <= set(same)


def test_jinja_is_plain_text() -> None:
    jinja = "{{ ''.__class__.__mro__[1].__subclasses__() }}{% for x in y %}"
    assert filled(paragraph(jinja)) == [jinja]
    assert fields_of(word_file(paragraph(jinja))) == set()


def test_what_a_guest_typed_is_no_field() -> None:
    made = fill_docx(word_file(paragraph("[[event.title]]")), {"event.title": "[[participants.total]] {{ 7*7 }}"}, {})
    assert Document(io.BytesIO(made)).paragraphs[0].text == "[[participants.total]] {{ 7*7 }}"


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), min_size=1).filter(
        str.strip
    )
)
def test_any_value_comes_out_as_it_went_in(value: str) -> None:
    if "\ufffe" in value or "\uffff" in value:
        return
    made = fill_docx(word_file(paragraph(": [[event.title]]")), {"event.title": value}, {})
    assert Document(io.BytesIO(made)).paragraphs[0].text == f": {value}"


def refused(template: bytes) -> tuple[str, str]:
    with pytest.raises(Unfillable) as caught:
        fill_docx(template, VALUES, LISTS)
    with pytest.raises(Unfillable):
        fields_of(template)
    return caught.value.why, caught.value.what


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(Unfillable) as caught:
        fill_docx(word_file(paragraph("[[event.weather]]")), VALUES, LISTS)
    assert (caught.value.why, caught.value.what) == ("unknown-field", "event.weather")
    assert fields_of(word_file(paragraph("[[event.weather]]"))) == {"event.weather"}


@pytest.mark.parametrize(
    "part",
    ["word/vbaProject.bin", "word/activeX/activeX1.bin", "word/embeddings/oleObject1.bin", "word/afchunk.mht"],
)  # fmt: skip
def test_macros_and_embedded_programs_are_refused(part: str) -> None:
    assert refused(word_file("", {part: b"x"})) == ("runs-code", part)


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "frame", "subDocument"])
def test_a_relation_that_fetches_from_outside_is_refused(kind: str) -> None:
    relation = f'<Relationship Id="r9" Type="{OFFICE}/{kind}" Target="http://203.0.113.5/x" TargetMode="External"/>'
    assert refused(word_file("", relations=relation)) == ("reaches-out", "word/_rels/document.xml.rels")


def test_a_link_that_a_reader_may_click_is_fine() -> None:
    relation = f'<Relationship Id="r9" Type="{OFFICE}/hyperlink" Target="https://example.org" TargetMode="External"/>'
    assert fields_of(word_file("", relations=relation)) == set()


@pytest.mark.parametrize(
    "field",
    [
        "<w:p><w:r><w:instrText>DDEAUTO cmd calc</w:instrText></w:r></w:p>",
        "<w:p><w:r><w:instrText> DD</w:instrText></w:r><w:r><w:instrText>E excel x</w:instrText></w:r></w:p>",
        '<w:p><w:fldSimple w:instr="INCLUDETEXT http://203.0.113.5/x"/></w:p>',
    ],
    ids=["DDEAUTO", "cut in two", "INCLUDETEXT"],
)
def test_fields_that_run_or_fetch_are_refused(field: str) -> None:
    assert refused(word_file(field))[0] == "runs-code"


def test_the_letters_dde_in_a_text_are_only_letters() -> None:
    assert filled(paragraph("Our partner DDE and the page LINK")) == ["Our partner DDE and the page LINK"]


def test_a_zip_that_unpacks_without_end_is_refused_before_it_is_unpacked() -> None:
    bomb = word_file("", {"word/media/x.bin": bytes(fill.MAX_UNPACKED + 1)})
    assert len(bomb) < 200_000
    began = time.perf_counter()
    assert refused(bomb)[0] == "too-large"
    assert time.perf_counter() - began < 1


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    honest = word_file("", {"word/media/x.bin": b"0" * 100_000})
    lying = honest.replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    assert refused(lying)[0] == "not-word"


@pytest.mark.parametrize(
    "content",
    [b"", b"no zip", word_file()[:200], word_file("<w:p>").replace(b"PK\x01\x02", b"PK\x09\x09")],
    ids=["empty", "text", "cut off", "broken"],
)
def test_what_is_no_word_file_is_refused(content: bytes) -> None:
    assert refused(content)[0] == "not-word"


def test_broken_xml_and_entities_are_refused_or_left_alone(tmp_path: Path) -> None:
    assert refused(word_file("<w:p>"))[0] == "not-word"
    secret = tmp_path / "secret"
    secret.write_text("a key", encoding="utf-8")
    document = f'<w:document xmlns:w="{fill.WORD}"><w:body>{paragraph("&e;")}</w:body></w:document>'
    evil = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>{document}'
    made = fill_docx(word_file("", {"word/document.xml": evil}), VALUES, LISTS)
    assert b"a key" not in zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml")


def test_the_child_fills_and_says_in_one_line_why_it_does_not() -> None:
    def child(template: bytes, job: dict[str, object]) -> subprocess.CompletedProcess[bytes]:
        given = json.dumps(job).encode() + b"\n" + template
        return subprocess.run(
            [sys.executable, "-P", "-m", "mudhif_reports.fill"], input=given, capture_output=True, check=False
        )

    job: dict[str, object] = {"values": VALUES, "lists": LISTS}
    done = child(word_file(paragraph("[[event.title]]")), job)
    assert done.returncode == 0
    assert Document(io.BytesIO(done.stdout)).paragraphs[0].text == "Third Session"
    done = child(word_file(paragraph("[[event.weather]]")), job)
    assert (done.returncode, json.loads(done.stdout)) == (3, {"why": "unknown-field", "what": "event.weather"})
    done = child(word_file(paragraph("[[event.weather]]")), {})
    assert json.loads(done.stdout) == ["event.weather"]
