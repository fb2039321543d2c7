"""`mudhif report …` as people and scripts call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mudhif.cli import Cli, run
from mudhif.config import instance_at

CONTRADICTION = (
    "Activity Report: Fourth Dialogue Session\n\nIntroduction: We organized the second dialogue session in Basra.\n\n"
    "Participants\n\nTotal number of participants: 15 | Male: 9 | Female: 6\n"
)
EVENT = (
    'title = "Third Dialogue Session"\nproject = "Clean Water"\ndate = 2024-03-07\nstart = "09:00"\nend = '
    '"13:00"\ncode = "d3"\nordinal = 3\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report.txt").write_text(CONTRADICTION, encoding="utf-8")
    (tmp_path / "event.toml").write_text(EVENT, encoding="utf-8")
    return tmp_path


def called(folder: Path, *words: object, as_json: bool = False) -> int:
    return run([str(word) for word in words], Cli(instance_at(str(folder / "instance")), as_json))


def answered(folder: Path, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any]:
    capsys.readouterr()
    status = called(folder, *words, as_json=True)
    return status, json.loads(capsys.readouterr().out)


def test_a_file_is_checked_without_an_instance(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer = answered(folder, capsys, "report", "check", folder / "report.txt")
    assert status == 1
    assert answer["facts"] == {
        "title": "Fourth Dialogue Session", "ordinal": 4, "date": None, "start": None, "end": None, "venue": None,
        "participants": {"total": 15, "male": 9, "female": 6},
    }  # fmt: skip
    first = answer["findings"][0]
    assert (first["rule"], first["severity"], first["values"]) == ("ordinal-differs", "error", [4, 2])
    assert first["where"] == [
        {"line": 1, "text": "Fourth Dialogue Session"},
        {"line": 3, "text": "the second dialogue session"},
    ]
    assert not (folder / "instance").exists()


def test_a_file_without_errors_is_fine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "report.txt").write_text(CONTRADICTION.replace("second", "fourth"), encoding="utf-8")
    status, answer = answered(folder, capsys, "report", "check", folder / "report.txt")
    assert status == 0
    assert {finding["severity"] for finding in answer["findings"]} <= {"warning", "note"}


def test_notes_are_folded_unless_somebody_is_strict(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    called(folder, "report", "check", folder / "report.txt")
    folded = capsys.readouterr().out
    called(folder, "report", "check", "--strict", folder / "report.txt")
    strict = capsys.readouterr().out
    assert "Note ·" not in folded and "--strict" in folded
    assert "Note ·" in strict


def test_a_file_that_is_not_there_is_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(folder, "report", "check", folder / "nowhere.docx") == 1
    assert "nowhere.docx" in capsys.readouterr().err


def test_an_event_is_written_checked_and_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(folder, "event", "create", folder / "event.toml") == 0
    status, answer = answered(folder, capsys, "report", "import", "d3", folder / "report.txt")
    assert (status, answer["sections"]) == (0, ["introduction"])
    status, answer = answered(folder, capsys, "report", "check", "d3")
    assert status == 1
    (found,) = [finding for finding in answer["findings"] if finding["rule"] == "ordinal-differs"]
    assert found["where"][1] == {"line": 1, "text": "the second dialogue session", "field": "introduction"}
    status, figures = answered(folder, capsys, "report", "figures", "d3")
    assert status == 0
    assert all({"id", "value", "unit", "rows"} <= set(figure) for figure in figures)


def test_a_reading_command_makes_no_instance(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("report", "check", "d3"), ("report", "figures", "d3")):
        assert called(folder, *words) == 1
    assert not (folder / "instance").exists()


def test_a_format_that_is_not_there_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    called(folder, "event", "create", folder / "event.toml")
    assert called(folder, "report", "export", "d3", "--format", "no-such", "-o", folder / "out.pdf") == 1
    assert "no-such" in capsys.readouterr().err
    assert not (folder / "out.pdf").exists()


def test_formats_are_listed_without_an_instance(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, formats = answered(folder, capsys, "report", "formats")
    assert status == 0
    assert all({"id", "title", "donor", "media_types", "languages", "source"} <= set(form) for form in formats)
    assert not (folder / "instance").exists()
