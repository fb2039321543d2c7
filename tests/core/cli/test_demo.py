"""`mudhif demo` goes the whole way with nothing faked: what it leaves is opened again and read."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from tests.forked import Forked

from mudhif.cli import Cli, run
from mudhif.cli.demo import RAN, STEPS, read_tickets
from mudhif.config import Instance

EXPECTED = {
    "ordinal-differs": "error", "project-title-differs": "error", "second-time-range": "error",
    "past-event-end": "error", "misspelt-ordinal": "warning", "figure-unexplained": "warning",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A demo that has run: its folder, what it printed, and a way to ask its installation."""

    root: Path
    story: str
    prompt: Forked

    @property
    def files(self) -> Path:
        return self.root / "files"

    def ask(self, *words: object) -> Any:
        """The JSON of a command on the demo's installation, whatever its exit status."""
        done = self.prompt("--instance", self.root / "instance", "--json", *words)
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def told(prompt: Forked, tmp_path_factory: pytest.TempPathFactory) -> Told:
    root = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "mudhif", "--instance", "instance", "demo", "--no-serve", "--out", "files"],
        cwd=root, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Told(root, done.stdout, prompt)


def text_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_fifteen_guests_arrive_by_the_codes_of_their_printed_badges(told: Told) -> None:
    assert len(set(read_tickets(told.files / "badges.pdf"))) == 15
    attendance = told.ask("attendance", "dialogue-3")
    assert (attendance["registered"], attendance["arrived"]) == (15, 15)
    assert attendance["by_sex"] == {"f": 6, "m": 9, "unknown": 0}
    assert "15 codes read from pictures of the badges, 15 times welcome" in told.story
    assert "the last badge once more: already" in told.story


def test_every_code_on_the_badges_is_a_ticket_of_the_guest_list(told: Told) -> None:
    assert set(read_tickets(told.files / "badges.pdf")) == {
        g["ticket"] for g in told.ask("guests", "list", "dialogue-3")
    }


def test_the_guest_list_is_a_real_workbook_in_two_scripts(told: Told) -> None:
    guests = told.ask("guests", "list", "dialogue-3")
    assert len(guests) == 15
    assert all(guest["checked_in"] for guest in guests)
    assert any(re.search("[\u0621-\u064a]", guest["name"]) for guest in guests)
    assert zipfile.is_zipfile(told.files / "guests.xlsx")


def test_the_report_prints_ten_items_as_planned_and_as_they_were(told: Told) -> None:
    text = text_of(told.files / "report.pdf")
    spans = [f"{start}–{end}" for start, end in itertools.pairwise(RAN)]
    assert len(spans) == 10
    assert [span for span in spans if span not in text] == []
    planned = ["09:00–09:15", "09:15–09:30", "10:30–11:00", "12:15–12:45", "12:45–13:00"]
    assert [span for span in planned if span not in text] == []


def test_the_report_says_who_led_the_session_and_how_many_came(told: Told) -> None:
    text = " ".join(text_of(told.files / "report.pdf").split())
    assert "Salma Jabbar (Project Manager), Yaqoub Nasser (Project Coordinator), Huda Rahim" in text
    assert "Total 15" in text and "Women 6" in text and "Men 9" in text
    assert "Ahwar Channel" in text


def test_the_text_as_it_was_sent_has_the_findings_that_a_careful_reader_has(told: Told) -> None:
    findings = told.ask("report", "check", told.files / "activity-report.en.txt")["findings"]
    found = {finding["rule"]: finding["severity"] for finding in findings}
    assert {rule: found.get(rule) for rule in EXPECTED} == EXPECTED
    assert {rule for rule, severity in found.items() if severity == "error"} == {
        rule for rule, severity in EXPECTED.items() if severity == "error"
    }
    assert "total-differs" not in found
    (ordinal,) = [finding for finding in findings if finding["rule"] == "ordinal-differs"]
    assert len(ordinal["where"]) == 5
    for rule in EXPECTED:
        assert rule in told.story


def test_both_donors_get_files_that_open(told: Told) -> None:
    from docx import Document

    for name in ("report", "activity-sheet"):
        assert (told.files / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        assert "The Third Dialogue Session" in text_of(told.files / f"{name}.pdf")
        assert Document(str(told.files / f"{name}.docx")).tables
    assert {form["id"] for form in told.ask("report", "formats")} >= {"icva-activity-report", "activity-sheet"}


def test_the_photo_lost_the_place_where_it_was_taken(told: Told) -> None:
    (kept,) = told.ask("media", "list", "dialogue-3")["attachments"]
    content = (told.root / "instance/attachments" / kept["sha256"][:2] / kept["sha256"]).read_bytes()
    assert content.startswith(b"\xff\xd8")
    from PIL import Image

    assert Image.open(told.files / "group-photo.jpg").getexif().get_ifd(0x8825)
    assert (
        not Image.open(told.root / "instance/attachments" / kept["sha256"][:2] / kept["sha256"])
        .getexif()
        .get_ifd(0x8825)
    )


def test_the_story_names_its_files_from_where_the_reader_is(told: Told) -> None:
    assert str(told.root) not in told.story
    assert [line[0] for line in re.findall(r"^\d\. .*$", told.story, re.M)] == [
        str(n) for n in range(1, len(STEPS) + 1)
    ]
    named = re.findall(r"^   (\S+\.(?:pdf|docx)) ", told.story, re.M)
    assert named and all((told.files / name).is_file() for name in named)
    assert told.story.rstrip().splitlines()[-1].endswith("mudhif --instance instance serve")


def test_an_installation_with_events_is_left_alone(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    cli = Cli(Instance(told.root / "instance"), as_json=False)
    assert run(["demo", "--no-serve", "--out", str(told.root / "again")], cli) == 1
    assert "holds events already" in capsys.readouterr().err
    assert not (told.root / "again").exists()
    assert len(told.ask("event", "list")) == 1


@pytest.fixture
def without(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    """The story of a demo in an installation where one plugin is switched off."""

    def run_without(plugin: str) -> str:
        def called(*words: str) -> int:
            return run(list(words), Cli(Instance(tmp_path / "instance"), as_json=False))

        (tmp_path / "instance/plugins").mkdir(parents=True)
        assert called("plugins", "disable", plugin) == 0
        assert called("demo", "--no-serve", "--out", str(tmp_path / "files")) == 0
        return capsys.readouterr().out

    return run_without


@pytest.mark.parametrize(("plugin", "command"), [("media", "media"), ("reports", "report"), ("agenda", "agenda")])
def test_a_plugin_that_is_not_there_leaves_its_step_out(
    without: Callable[[str], str], plugin: str, command: str
) -> None:
    story = without(plugin)
    assert re.search(rf"left out, since no plugin here brings it: .*{command}", story)
    assert f"{len(STEPS)}. " in story


def test_a_donor_that_no_plugin_knows_is_said(without: Callable[[str], str]) -> None:
    assert "no plugin here brings a format of ICVA" in without("donor_icva")
