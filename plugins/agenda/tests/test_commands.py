"""`mudhif agenda` and `mudhif timer`, as a script calls them."""

from __future__ import annotations

import json

import pytest

EVENT = """title = "Third session"
project = "Our Voice"
date = 2024-03-07
start = "09:00"
end = "13:00"
code = "third"
"""


@pytest.fixture
def mudhif(prompt, tmp_path):
    """Runs a command on one instance; gives its exit status, its JSON and what it said to people."""

    def run(*words: str, stdin: str = ""):
        done = prompt(*words, "--json", "--instance", tmp_path / "instance", stdin=stdin)
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr

    return run


@pytest.fixture
def event(mudhif, tmp_path):
    path = tmp_path / "event.toml"
    path.write_text(EVENT, encoding="utf-8")
    assert mudhif("event", "create", str(path))[0] == 0
    return "third"


def test_parse_needs_no_instance_and_fails_on_errors_alone(mudhif, tmp_path):
    status, said, _ = mudhif(
        "agenda", "parse", "-", stdin="09:00 - 09:30 Opening\n12:45 PM – 01:00 PM Lunch 01:00 PM – 02:00 PM\n"
    )
    assert (status, len(said["items"])) == (0, 2)
    assert said["items"][0] == {
        "day": 1, "start": "09:00", "end": "09:30", "duration": 1800, "title": "Opening", "kind": "ceremony",
        "speakers": [], "line": 1,
    }  # fmt: skip
    assert set(said["findings"][0]) == {"rule", "severity", "where", "message", "values"}
    assert mudhif("agenda", "parse", "-", stdin="09:30 - 09:00 Opening")[0] == 1
    assert not (tmp_path / "instance").exists()


def test_parse_speaks_the_language_that_is_asked_for(mudhif):
    _, said, _ = mudhif("agenda", "parse", "-", "--lang", "ar", stdin="09:30 - 09:00 Opening")
    assert said["findings"][0]["values"] == ["09:30", "09:00"]


def test_a_missing_file_is_a_sentence(mudhif):
    status, _, said = mudhif("agenda", "parse", "no-such-file.txt")
    assert (status, "no-such-file.txt" in said) == (1, True)


def test_set_then_the_timer_through_it(mudhif, event, tmp_path):
    path = tmp_path / "agenda.txt"
    path.write_text("no times at all", encoding="utf-8")
    status, _, said = mudhif("agenda", "set", event, str(path))
    assert (status, "No item was found" in said) == (1, True)
    path.write_text("09:00 - 09:30 Opening\n09:30 - 14:00 Talk\n", encoding="utf-8")
    status, said, _ = mudhif("agenda", "set", event, str(path))
    assert (status, [f["rule"] for f in said["findings"]]) == (0, ["past-event-end"])
    at = "2024-03-07T09:{:02}:00+03:00".format
    assert mudhif("timer", event, "start", "--at", at(0))[1]["state"] == "running"
    assert mudhif("timer", event, "add", "-60", "--at", at(1))[1]["remaining"] == 1680
    assert mudhif("timer", event, "next", "--at", at(31))[1]["offset"] == 60
    shown = mudhif("timer", event, "show", "--at", at(41))[1]
    assert (shown["item"]["title"], shown["elapsed"], shown["expected_end"]) == (
        "Talk",
        600,
        "2024-03-07T14:01:00+03:00",
    )
    assert mudhif("timer", event, "stop")[1]["state"] == "idle"
    assert mudhif("timer", event, "stop")[0] == 1
    assert mudhif("timer", event, "start", "--at", "nine")[0] == 1
    assert mudhif("timer", event, "explode")[0] == 2


@pytest.mark.parametrize("kind", ["ics", "csv", "json"])
def test_export_writes_the_file_that_is_named(mudhif, event, tmp_path, kind):
    path = tmp_path / "agenda.txt"
    path.write_text("09:00 - 09:30 Opening\n", encoding="utf-8")
    mudhif("agenda", "set", event, str(path))
    assert mudhif("agenda", "export", event, "-o", str(tmp_path / f"out.{kind}"))[0] == 0
    assert (tmp_path / f"out.{kind}").stat().st_size > 100
