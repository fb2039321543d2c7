"""The door at the prompt, as a separate process uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mudhif.app import Application
from mudhif.cli import Cli, run
from mudhif.services.questions import save_question
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def mudhif(installation: Application, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the installation and gives its exit status and JSON."""

    def ran(*words: str, as_json: bool = True) -> tuple[int, Any]:
        capsys.readouterr()
        status = run(list(words), Cli(installation.instance, as_json))
        out = capsys.readouterr()
        return status, (json.loads(out.out) if as_json and out.out else out.out or out.err)

    return ran


@pytest.fixture
def ticket(zahra: Registration, ticket_of: Callable[[Registration], str]) -> str:
    return ticket_of(zahra)


def test_a_guest_is_checked_in_once(mudhif: Run, event: Event, ticket: str) -> None:
    status, answer = mudhif("checkin", event.code, ticket)
    assert (status, answer["outcome"], answer["checkin"]["device"]) == (0, "welcome", "command line")
    status, answer = mudhif("checkin", event.code, ticket)
    assert (status, answer["outcome"], answer["counts"]) == (0, "already", {"arrived": 1, "registered": 1})
    assert mudhif("checkin", event.code, ticket, "--out")[1]["outcome"] == "left"


def test_the_same_scan_id_is_the_same_scan(mudhif: Run, event: Event, ticket: str) -> None:
    words = ("checkin", event.id, ticket, "--scan-id", "01930b2e-8f3a-7c11-9a52-4be1d0c7f6a9",
             "--at", "2024-03-07T09:06:00+03:00")  # fmt: skip
    assert mudhif(*words) == mudhif(*words)


def test_a_ticket_that_is_not_good_ends_with_1(mudhif: Run, event: Event) -> None:
    status, answer = mudhif("checkin", event.id, "nonsense")
    assert (status, answer["outcome"]) == (1, "unknown")


def test_a_wrong_time_or_event_is_a_sentence(mudhif: Run, event: Event, ticket: str) -> None:
    status, said = mudhif("checkin", event.id, ticket, "--at", "nine", as_json=False)
    assert (status, "2024-03-07T09:00:00+03:00" in said) == (1, True)
    status, said = mudhif("checkin", "nothing", ticket, as_json=False)
    assert (status, "nothing" in said) == (1, True)


def test_people_are_told_in_words(mudhif: Run, event: Event, ticket: str) -> None:
    _status, said = mudhif("checkin", event.id, ticket, as_json=False)
    assert said.splitlines() == [
        "Welcome", "Zahra Kadhim", "Participant · Department of Education", "1 of 1 have arrived.",
    ]  # fmt: skip


def test_attendance_counts_those_who_came(
    mudhif: Run, event: Event, ticket: str, new_guest: Callable[..., Registration]
) -> None:
    new_guest(event, "Ammar", sex="m")
    mudhif("checkin", event.id, ticket)
    status, answer = mudhif("attendance", event.code)
    assert len(answer.pop("days")) == 1
    assert (status, answer) == (
        0,
        {
            "items": [],
            "registered": 2,
            "inside": 1,
            "arrived": 1,
            "by_sex": {"f": 1, "m": 0, "unknown": 0},
            "by_kind": {"participant": 1},
        },
    )


def test_the_attendance_sheet_holds_every_name_and_when_they_came(
    mudhif: Run, event: Event, ticket: str, new_guest: Callable[..., Registration], tmp_path: Path
) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    new_guest(event, "Ammar Saleh", sex="m")
    new_guest(event, "Cancelled Person", status="cancelled")
    mudhif("checkin", event.id, ticket, "--at", "2024-03-07T09:06:00+03:00")
    sheet = tmp_path / "sheet.pdf"
    assert mudhif("attendance", event.id, "-o", str(sheet))[0] == 0
    text = pypdfium2.PdfDocument(sheet)[0].get_textpage().get_text_range()
    for words in ("Attendance sheet", "Third session", "Zahra Kadhim", "زهراء", "Ammar Saleh", "09:06", "Signature"):
        assert words in text
    assert "Cancelled Person" not in text


def test_attendance_of_an_instance_that_is_not_there_makes_none(tmp_path: Path) -> None:
    from mudhif.config import Instance

    assert run(["attendance", "x"], Cli(Instance(tmp_path / "nowhere"), True)) == 1
    assert not (tmp_path / "nowhere").exists()


# --- what a phone gave out as a file ----------------------------------------------------------------------------------


@pytest.fixture
def given_out(tmp_path: Path, event: Event) -> Callable[..., Path]:
    """A file as the scanner's page gives it out."""

    def made(*scans: Any, **more: Any) -> Path:
        data = {"mudhif": "scans/1", "event": event.id, "device": "Rusul's phone", "scans": list(scans)} | more
        path = tmp_path / "scans.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return made


SCAN = {
    "scan_id": "01930b2e-8f3a-7c11-9a52-4be1d0c7f6a9",
    "at": "2024-03-07T09:06:00+03:00",
    "verdict_shown": "welcome",
}


def test_a_file_of_scans_is_taken_in_and_twice_is_once(
    mudhif: Run, event: Event, ticket: str, given_out: Callable[..., Path]
) -> None:
    file = str(given_out(SCAN | {"ticket": ticket}))
    assert mudhif("checkin-import", event.code, file) == (0, {"taken": 1, "outcomes": {"welcome": 1}, "errors": []})
    assert mudhif("checkin-import", event.code, file)[0] == 0
    assert mudhif("attendance", event.code)[1]["arrived"] == 1
    _status, answer = mudhif("checkin", event.code, ticket)
    assert answer["first"]["device"] == "Rusul's phone"


def test_a_wrong_scan_in_a_file_is_named_and_holds_up_no_other(
    mudhif: Run, event: Event, ticket: str, given_out: Callable[..., Path]
) -> None:
    status, taken = mudhif("checkin-import", event.code, str(given_out({"scan_id": "x"}, 7, SCAN | {"ticket": ticket})))
    assert (status, taken["taken"], len(taken["errors"])) == (1, 1, 2)
    assert mudhif("attendance", event.code)[1]["arrived"] == 1


def test_a_file_of_another_event_or_of_something_else_is_refused(
    mudhif: Run, event: Event, given_out: Callable[..., Path], new_event: Callable[..., Event]
) -> None:
    status, said = mudhif("checkin-import", new_event("Another").code, str(given_out()), as_json=False)
    assert (status, "another event" in said) == (1, True)
    for wrong in ({"mudhif": "guests/1"}, {"scans": None}):
        status, said = mudhif("checkin-import", event.code, str(given_out(**wrong)), as_json=False)
        assert (status, "not a file of scans" in said) == (1, True)


def test_answers_are_given_at_the_prompt(mudhif: Run, event: Event, ticket: str, zahra: Registration) -> None:
    data = {"title": {"en": "Meal?"}, "kind": "choices", "asked_at": "checkin", "required": True,
            "options": [{"id": "fish", "title": {"en": "Fish"}}, {"id": "rice", "title": {"en": "Rice"}}]}  # fmt: skip
    question = write(save_question, event.id, data).id
    status, said = mudhif("checkin", event.code, ticket, as_json=False)
    assert (status, f"{question}: Meal?" in said) == (1, True)
    status, said = mudhif("checkin", event.code, ticket, "--answer", f"{question}=soup", as_json=False)
    assert status == 1 and "none of the answers" in said
    words = ("--answer", f"{question}=fish", "--answer", f"{question}=Rice")
    assert mudhif("checkin", event.code, ticket, *words)[1]["outcome"] == "welcome"
    assert Registration.get_by_id(zahra.id).answers == {question: ["fish", "rice"]}


def test_attendance_tells_days_and_items_apart(mudhif: Run, event: Event, ticket: str) -> None:
    mudhif("checkin", event.code, ticket, "--item", "gone", "--at", "2024-03-07T09:00:00+03:00")
    status, data = mudhif("attendance", event.code)
    assert (status, data["arrived"], data["days"]) == (0, 1, [{"day": "2024-03-07", "arrived": 1, "hours": 4.0}])
    assert data["items"] == [{"id": "gone", "title": "An item no longer on the agenda", "arrived": 1, "hours": 4.0}]
    assert "1 person, 4 h together" in mudhif("attendance", event.code, as_json=False)[1]


def test_the_sheet_is_written_blank_and_in_groups(
    mudhif: Callable[..., Any], event: Event, zahra: Registration, tmp_path: Path
) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    sheet = tmp_path / "sheet.pdf"
    assert mudhif("attendance", event.id, "-o", str(sheet), "--blank", "--by", "kind", "--rows", "3")[0] == 0
    text = pypdfium2.PdfDocument(sheet)[0].get_textpage().get_text_range()
    assert "Participant" in text
    assert "Came without a registration" in text
    assert mudhif("attendance", event.id, "--by", "height")[0] == 2
