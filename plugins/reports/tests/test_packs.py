"""Donor packs: what is wrong in one is named, and one goes from a stick into a report and out again."""

from __future__ import annotations

import io
import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

import mudhif
from mudhif.cli import Cli, run
from mudhif.config import instance_at
from mudhif_reports import packs
from mudhif_reports.packs import BadPack, as_sheet, check_pack, load_pack, read_declaration
from mudhif_reports.rendering import DOCX, PDF

sys.path.insert(0, str(Path(__file__).parent))
from frozen_reports import frozen_report
from word_files import OFFICE, paragraph, table, word_file

SHEET = Path(mudhif.__file__).parent / "demo/activity-sheet"
FORM = """
pack = 1
[format]
id = "small-fund"
version = "1"
title = { en = "Small fund" }
donor = "Small Fund"
source = "The fund's page."
languages = ["en"]
[[output]]
as = "docx"
engine = "fields"
template = { en = "form.docx" }
[[section]]
id = "results"
heading = { en = "Results" }
words = 200
[checks]
error = ["disaggregation-missing"]
off = ["break-share"]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack that is right: a declaration and a form with two fields."""
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "pack.toml").write_text(FORM, encoding="utf-8")
    (folder / "form.docx").write_bytes(word_file(paragraph("[[event.title]]") + paragraph("[[text.results]]")))
    return folder


def declared(pack: Path, old: str, new: str) -> Path:
    text = (pack / "pack.toml").read_text(encoding="utf-8")
    assert old in text
    (pack / "pack.toml").write_text(text.replace(old, new), encoding="utf-8")
    return pack


def found(pack: Path) -> list[tuple[str, str]]:
    return [(finding["rule"], finding["message"]) for finding in check_pack(pack)]


# --- the declaration --------------------------------------------------------------------------------------------------


def test_a_pack_that_is_right_has_no_finding(pack: Path) -> None:
    assert check_pack(pack) == []
    assert check_pack(SHEET) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[format]", "[format]\ncolour = 'red'", "format.colour: Unknown field."),
        ("pack = 1", "pack = 2", "pack: Must be equal to 1."),
        ("words = 200", "words = 'many'", "section.0.words: Not a valid integer."),
        ('languages = ["en"]', 'languages = ["tlh"]', "format.languages.0: Must be one of: en, ar."),
        ('engine = "fields"', 'engine = "docxtpl"', "output.0.engine: Must be one of: standard, fields."),
        ('id = "small-fund"', 'id = "Small Fund"', "format.id:"),
        ('id = "small-fund"\n', "", "format.id: Missing data for required field."),
        ('"form.docx"', '"../../form.docx"', "Name a .docx beside pack.toml."),
        ('"form.docx"', '"form.docm"', "Name a .docx beside pack.toml."),
        ("[format]", "[format", "pack.toml cannot be read: "),
        ('error = ["disagg', 'fatal = ["disagg', "checks.fatal"),
        ('words = 200', 'filled_by = "magic"', "section.0.filled_by: Must be one of: text,"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_declaration_is_named_with_its_place(pack: Path, old: str, new: str, said: str) -> None:
    declared(pack, old, new)
    ((rule, message),) = found(pack)
    assert rule == "pack-unreadable"
    assert said in message and message.startswith("pack.toml")
    with pytest.raises(BadPack):
        load_pack(pack)


def test_everything_wrong_is_said_at_once(pack: Path) -> None:
    declared(declared(pack, "pack = 1", "pack = 2"), "words = 200", "words = 0")
    ((_rule, message),) = found(pack)
    assert "pack: " in message and "section.0.words: " in message


def test_a_folder_without_a_declaration_is_no_pack(tmp_path: Path) -> None:
    assert found(tmp_path) == [("pack-unreadable", "There is no pack.toml in the pack.")]


def test_a_title_that_a_language_has_not_is_a_finding(pack: Path) -> None:
    declared(pack, 'languages = ["en"]', 'languages = ["en", "ar"]')
    assert found(pack) == [
        ("title-missing", "“format” has no title in the language “ar”."),
        ("title-missing", "“results” has no title in the language “ar”."),
        ("template-missing", "There is no template for the language “ar”."),
    ]


def test_a_template_that_is_not_there_is_a_finding(pack: Path) -> None:
    (pack / "form.docx").unlink()
    assert found(pack) == [("template-missing", "The template “form.docx” is not in the pack.")]


def test_a_template_that_is_a_link_is_a_finding(pack: Path, tmp_path: Path) -> None:
    (pack / "form.docx").rename(tmp_path / "outside.docx")
    (pack / "form.docx").symlink_to(tmp_path / "outside.docx")
    assert [rule for rule, _message in found(pack)] == ["template-missing"]


def test_fields_and_figures_that_there_are_not_are_findings(pack: Path) -> None:
    body = paragraph("[[event.weather]]") + table((paragraph("[[agenda.mood]]"), paragraph("[[agenda.title]]")))
    (pack / "form.docx").write_bytes(word_file(body))
    declared(pack, "words = 200", 'figures = ["participants.femal"]')
    assert found(pack) == [
        ("unknown-figure", "“results” names the figure “participants.femal”, which there is not."),
        ("unknown-field", "form.docx names the field [[agenda.mood]], which there is not."),
        ("unknown-field", "form.docx names the field [[event.weather]], which there is not."),
    ]


def test_a_figure_that_another_plugin_may_bring_is_a_warning(pack: Path) -> None:
    declared(pack, "words = 200", 'figures = ["transport.cents"]')
    (finding,) = check_pack(pack)
    assert (finding["rule"], finding["severity"]) == ("figure-of-a-plugin", "warning")


def test_a_section_that_is_declared_twice_is_a_finding(pack: Path) -> None:
    declared(pack, "[checks]", '[[section]]\nid = "results"\nheading = { en = "Again" }\n[checks]')
    assert found(pack) == [("declared-twice", "The section “results” is declared twice.")]


def test_a_template_that_could_run_or_reach_out_is_a_finding(pack: Path) -> None:
    (pack / "form.docx").write_bytes(word_file("", {"word/vbaProject.bin": b"x"}))
    ((rule, message),) = found(pack)
    assert rule == "template-unusable" and "word/vbaProject.bin" in message
    link = f'<Relationship Id="r9" Type="{OFFICE}/attachedTemplate" Target="http://203.0.113.5" TargetMode="External"/>'
    (pack / "form.docx").write_bytes(word_file("", relations=link))
    ((rule, message),) = found(pack)
    assert rule == "template-unusable" and "from outside itself" in message


# --- the format -------------------------------------------------------------------------------------------------------


def test_a_pack_is_a_format_with_its_source_and_its_own_severities(pack: Path) -> None:
    form = load_pack(pack)
    assert (form.id, form.donor, form.source, form.media_types) == (
        "small-fund",
        "Small Fund",
        "The fund's page.",
        (DOCX,),
    )
    assert form.severities == {"disaggregation-missing": "error", "break-share": "off"}
    assert form.sections[0].words == 200
    assert form.as_json("en")["source"] == "The fund's page."


def test_the_activity_sheet_asks_seven_fields_and_a_list_to_sign() -> None:
    form = load_pack(SHEET)
    assert len(form.sections) == 8
    assert form.sections[-1].filled_by == "attendance"
    for language, signature in (("en", "Signature"), ("ar", "التوقيع")):
        assert set(form.languages) == {"en", "ar"}
        made = Document(io.BytesIO(form.render(frozen_report(language, media_type=DOCX))))
        fields, people = made.tables
        assert len(fields.rows) == 7
        assert [cell.text for cell in people.rows[0].cells][-1] == signature
        assert [row.cells[1].text for row in people.rows[1:]] == ["زينب كاظم عباس\nZainab Kadhim", "Omar Khalaf"]
        assert "17" in fields.rows[3].cells[1].text
        assert "[[" not in "".join(cell.text for row in fields.rows for cell in row.cells)


def test_the_activity_sheet_says_that_it_is_a_draft() -> None:
    def texts(draft: bool) -> list[str]:
        made = load_pack(SHEET).render(frozen_report(media_type=DOCX, draft=draft))
        return [p.text for p in Document(io.BytesIO(made)).paragraphs]

    assert "Draft: some findings are open" in texts(True)
    assert "Draft: some findings are open" not in texts(False)


def test_a_sheet_keeps_every_word_of_its_sections() -> None:
    from mudhif_reports.content import Content, Heading, Items, Pairs, Paragraph, Table

    people = Table(columns=("No.",), rows=(("1",),), widths=(1,))
    content = Content(
        title="T", subtitle="S", language="en", foot="F",
        blocks=(
            Heading(text="Results"), Paragraph(text="One."), Items(items=("two", "three"), ordered=True),
            Items(items=("four",), ordered=False), Heading(text="List"), people,
        ),
    )  # fmt: skip
    assert as_sheet(content).blocks == (
        Pairs(rows=(("Results", "One.\n1. two\n2. three\n• four"),)), Heading(text="List"), people,
    )  # fmt: skip


def test_a_field_that_is_unknown_when_the_report_is_written_is_named(pack: Path) -> None:
    (pack / "form.docx").write_bytes(word_file(paragraph("[[media.weather]]")))
    with pytest.raises(BadPack, match=r"form\.docx names the field \[\[media\.weather\]\]"):
        load_pack(pack).render(frozen_report(media_type=DOCX))


def test_a_template_that_went_away_is_a_sentence(pack: Path) -> None:
    form = load_pack(pack)
    (pack / "form.docx").unlink()
    with pytest.raises(BadPack, match=r"form\.docx is not in the pack any more"):
        form.render(frozen_report(media_type=DOCX))


def test_filling_ends_when_its_time_is_over(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "SECONDS", 0.01)
    with pytest.raises(BadPack, match="within its limits of time and memory"):
        load_pack(pack).render(frozen_report(media_type=DOCX))


def test_letters_that_xml_cannot_hold_are_left_out_of_a_form(pack: Path) -> None:
    made = load_pack(pack).render(frozen_report(media_type=DOCX, texts={"results": "a\x00b\x1fc"}))
    assert "abc" in [p.text for p in Document(io.BytesIO(made)).paragraphs]


def test_a_declaration_alone_makes_a_whole_format(tmp_path: Path) -> None:
    text = FORM.replace('engine = "fields"\ntemplate = { en = "form.docx" }', "").replace('"docx"', '"pdf"')
    (tmp_path / "pack.toml").write_text(text, encoding="utf-8")
    form = load_pack(tmp_path)
    assert form.media_types == (PDF,)
    assert form.render(frozen_report(texts={"results": "It worked."})).startswith(b"%PDF")
    assert read_declaration(tmp_path)["format"]["layout"] == "report"


# --- from a stick into a report and out again -------------------------------------------------------------------------

Call = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """A command on one installation with an event: its exit status, its JSON and what it said to people."""

    def called(*words: object) -> tuple[int, Any, str]:
        capsys.readouterr()
        status = run([str(word) for word in words], Cli(instance_at(str(tmp_path / "instance")), as_json=True))
        told = capsys.readouterr()
        return status, json.loads(told.out) if told.out.strip() else None, told.err

    (tmp_path / "event.toml").write_text(
        'title = "Third Session"\nproject = "P"\ndate = 2024-03-07\nstart = "09:00"\nend = "13:00"\ncode = "d3"\n',
        encoding="utf-8",
    )
    assert called("event", "create", tmp_path / "event.toml")[0] == 0
    return called


def zipped(pack: Path) -> Path:
    return Path(shutil.make_archive(str(pack.parent / "stick"), "zip", pack))


def written(call: Call, tmp_path: Path) -> list[str] | str:
    """The lines of the report in the pack's format, or the sentence that says why there is none."""
    target = tmp_path / "report.docx"
    target.unlink(missing_ok=True)
    status, _answer, said = call("report", "export", "d3", "--format", "small-fund", "-o", target)
    if status:
        assert status == 1 and not target.exists()
        return said
    return [p.text for p in Document(str(target)).paragraphs]


def formats(call: Call) -> set[str]:
    return {form["id"] for form in call("report", "formats")[1]}


def test_a_pack_goes_from_a_stick_into_a_report_and_out_again(call: Call, pack: Path, tmp_path: Path) -> None:
    assert "small-fund" not in formats(call)
    status, told, said = call("plugins", "install", zipped(pack), "--yes")
    assert (status, told["name"], told["version"]) == (0, "small-fund", "1")
    assert told["adds"] == ["the report format “Small fund”"]
    assert "runs no code" in said and told["sha256"] in said
    assert ("small-fund", "instance", "on") in [
        (p["name"], p["source"], p["state"]) for p in call("plugins", "list")[1]
    ]
    assert written(call, tmp_path) == ["Third Session", ""]
    assert call("plugins", "disable", "small-fund")[0] == 0
    assert "small-fund" not in formats(call)
    assert call("plugins", "enable", "small-fund")[0] == 0
    assert "small-fund" in formats(call)
    assert call("plugins", "remove", "small-fund")[0] == 0
    assert "There is no report format “small-fund”" in written(call, tmp_path)


def test_a_newer_pack_replaces_the_older_and_can_be_rolled_back(call: Call, pack: Path, tmp_path: Path) -> None:
    call("plugins", "install", zipped(pack), "--yes")
    declared(pack, 'version = "1"', 'version = "2"')
    (pack / "form.docx").write_bytes(word_file(paragraph("New: [[event.title]]")))
    status, told, said = call("plugins", "install", zipped(pack), "--yes")
    assert (status, told["version"]) == (0, "2") and "Replaces: small-fund 1" in said
    assert written(call, tmp_path) == ["New: Third Session"]
    assert call("plugins", "rollback", "small-fund")[1]["version"] == "1"
    assert written(call, tmp_path) == ["Third Session", ""]


def test_a_pack_that_somebody_spoilt_after_the_install_costs_only_itself(
    call: Call, pack: Path, tmp_path: Path
) -> None:
    call("plugins", "install", zipped(pack), "--yes")
    (installed,) = (tmp_path / "instance/plugins").rglob("pack.toml")
    installed.write_text("pack = 7\n", encoding="utf-8")
    (state,) = [p for p in call("plugins", "list")[1] if p["name"] == "small-fund"]
    assert state["state"] == "failed" and "pack.toml" in state["error"]
    assert "icva-activity-report" in formats(call) and "small-fund" not in formats(call)


@pytest.mark.parametrize("spoil", ["a byte", "cut off"])
def test_a_file_that_was_changed_on_the_way_is_refused(call: Call, pack: Path, spoil: str) -> None:
    file = zipped(pack)
    content = file.read_bytes()
    at = content.index(b"form.docx") + 60
    file.write_bytes(
        content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] if spoil == "a byte" else content[:-40]
    )
    status, _told, said = call("plugins", "install", file, "--yes")
    assert status == 1 and said.strip()
    assert "small-fund" not in {p["name"] for p in call("plugins", "list")[1]}


def test_a_pack_with_a_link_is_refused(call: Call, pack: Path) -> None:
    file = zipped(pack)
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("logo.png")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    status, _told, said = call("plugins", "install", file, "--yes")
    assert status == 1 and "logo.png" in said and "link" in said


def test_a_pack_with_an_error_is_not_installed_and_every_error_is_said(call: Call, pack: Path) -> None:
    (pack / "form.docx").write_bytes(word_file(paragraph("[[event.weather]]")))
    declared(pack, 'languages = ["en"]', 'languages = ["en", "ar"]')
    status, _told, said = call("plugins", "install", zipped(pack), "--yes")
    assert status == 1
    assert "[[event.weather]]" in said and "“ar”" in said and "not installed" in said
    assert "small-fund" not in formats(call)


def test_a_pack_is_checked_in_its_folder_before_it_is_packed(call: Call, pack: Path) -> None:
    status, told, _said = call("plugins", "check", pack)
    assert status == 0 and told[0]["findings"] == []
    (pack / "form.docx").unlink()
    status, told, _said = call("plugins", "check", pack)
    assert status == 1
    assert [finding["rule"] for finding in told[0]["findings"]] == ["template-missing"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "no-such"), "There is no report format “no-such”. There are: icva-activity-report."),
        (("--format", "icva-activity-report", "--as", "xlsx"), "cannot be written as xlsx. It can as: pdf, docx"),
        (("--format", "icva-activity-report", "--lang", "fr"), "cannot be written as fr. It can as: en, ar"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_no_file(
    call: Call, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    status, _told, told = call("report", "export", "d3", *words, "-o", tmp_path / "out.pdf")
    assert status == 1 and said in told
    assert not (tmp_path / "out.pdf").exists()


def test_a_folder_that_is_not_there_is_said(call: Call, tmp_path: Path) -> None:
    target = tmp_path / "nowhere/report.pdf"
    status, _told, said = call("report", "export", "d3", "--format", "icva-activity-report", "-o", target)
    assert status == 1 and "nowhere" in said and "cannot be written" in said
    assert not target.parent.exists()
