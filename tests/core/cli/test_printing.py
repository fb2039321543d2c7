"""`badges`, `tickets` and `poster` at the prompt: the file is there and whole, or a sentence says why not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mudhif.cli import Cli, run
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.events import create_event, read_event
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.storage.models import Event
from mudhif.storage.store import write

GIVEN = {"date": "2024-03-07", "start": "09:00", "end": "13:00", "wifi_name": "Hall", "project": "P"}


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """An installation with one event of two guests and one of none."""
    from mudhif.app import opened

    made = Instance(tmp_path / "instance")
    with opened(made, Host(None), make=True):
        event: Event = write(create_event, read_event(GIVEN | {"title": "Third session", "code": "third-3"}))
        write(create_event, read_event(GIVEN | {"title": "Nobody yet", "code": "empty"}))
        for name in ("زينب كاظم", 'A/B: "C"'):
            write(lambda tx, n=name: register_guest(tx, event.id, NewGuest(name=n), "desk"))
    return made


@pytest.fixture
def call(instance: Instance, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any, str]]:
    """Runs a command and gives its exit status, its JSON, and what it says to people."""

    def called(*words: str | Path) -> tuple[int, Any, str]:
        status = run([str(word) for word in words], Cli(instance, as_json=True))
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else None, said.err

    return called


def test_badges_are_written_and_the_folder_for_them_is_made(call, tmp_path):
    file = tmp_path / "new" / "badges.pdf"
    status, answer, _ = call("badges", "third-3", "-o", file)
    assert (status, answer["badges"]) == (0, 2)
    assert file.read_bytes().startswith(b"%PDF-")
    assert [path.name for path in file.parent.iterdir()] == ["badges.pdf"]


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_each_guest_gets_a_file_whose_name_every_disk_takes(call, tmp_path, kind):
    status, answer, _ = call("tickets", "third-3", "-o", tmp_path / "t", "--as", kind)
    assert status == 0
    assert sorted(path.name for path in (tmp_path / "t").iterdir()) == sorted(answer["files"])
    assert answer["files"] == [f"0001 زينب كاظم.{kind}", f"0002 A B C.{kind}"]


def test_the_poster_says_which_address_it_opens(call, tmp_path):
    status, answer, _ = call("poster", "third-3", "-o", tmp_path / "p.pdf", "--address", "http://192.168.8.2:8000")
    assert (status, answer["address"]) == (0, "http://192.168.8.2:8000/r/third-3")
    assert (tmp_path / "p.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("badges", "nothing"), "no event under the name “nothing”"),
        (("badges", "empty"), "Nobody yet has no guests"),
        (("badges", "third-3", "--layout", "a7"), "There are: a4, a4-10, a6"),
        (("poster", "third-3", "--address", "no address"), "This is no address"),
    ],
)
def test_what_cannot_be_printed_says_why_and_leaves_no_file(call, tmp_path, words, sentence):
    status, answer, said = call(*words, "-o", tmp_path / "x.pdf")
    assert (status, answer) == (1, None)
    assert sentence in said
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_takes_no_file_is_named(call, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    status, _, said = call("badges", "third-3", "-o", tmp_path / "closed" / "b.pdf")
    assert status == 1
    assert "b.pdf cannot be written" in said


def test_a_file_where_a_folder_should_be_is_named(call, tmp_path):
    (tmp_path / "t").write_text("")
    status, _, said = call("tickets", "third-3", "-o", tmp_path / "t")
    assert status == 1
    assert "cannot be written" in said
