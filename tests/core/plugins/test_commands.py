"""`mudhif plugins …` from outside: shapes, exit statuses, and that nothing foreign runs where it must not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def run(prompt, tmp_path):
    """Runs `mudhif` in a process of its own on one instance."""

    def run(
        *words: object, code: int = 0, instance: Path | None = None, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        done = prompt("--instance", instance or tmp_path / "here", *words, stdin=stdin)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return run


@pytest.fixture
def listed(run):
    """`plugins list` as a dictionary by name."""
    return lambda: {p["name"]: p for p in json.loads(run("plugins", "list", "--json").stdout)}


REFUND = """
import click
@hookimpl
def mudhif_commands(): return [click.Command("refund", help="Pay the way home.", callback=lambda: print("paid {}"))]
"""


def test_the_whole_way_of_a_wheel(run, listed, wheel):
    first = wheel("refunds", REFUND.format("1.0"), module="refunds_c")
    made = json.loads(run("plugins", "install", first, "--yes", "--json").stdout)
    assert (made["name"], made["version"], made["adds"]) == ("refunds", "1.0", ["commands: refund"])
    assert len(made["sha256"]) == 64

    shown = listed()["refunds"]
    assert {key: shown[key] for key in ("version", "source", "state", "error", "hooks")} == {
        "version": "1.0",
        "source": "instance",
        "state": "on",
        "error": None,
        "hooks": ["commands"],
    }
    assert run("refund").stdout == "paid 1.0\n"

    run("plugins", "disable", "refunds")
    assert (listed()["refunds"]["state"], listed()["refunds"]["hooks"]) == ("off", [])
    run("refund", code=2)
    run("plugins", "enable", "refunds")
    assert run("refund").stdout == "paid 1.0\n"

    run("plugins", "install", wheel("refunds", REFUND.format("1.1"), module="refunds_c", version="1.1"), "--yes")
    assert run("refund").stdout == "paid 1.1\n"
    assert listed()["refunds"]["former"] == "1.0"
    assert json.loads(run("plugins", "rollback", "refunds", "--json").stdout)["version"] == "1.0"
    assert run("refund").stdout == "paid 1.0\n"

    run("plugins", "remove", "refunds")
    assert "refunds" not in listed()
    run("refund", code=2)


def test_installing_shows_what_it_is_and_asks_and_without_an_answer_installs_nothing(run, wheel, tmp_path):
    file = wheel("refunds", REFUND.format("1"))
    done = run("plugins", "install", file, code=1)

    for words in ("Refunds 1.0", "Pays the way home.", "Published by: Rusul", "It adds: commands", "SHA-256: "):
        assert words in done.stderr
    assert "This plugin runs with full rights. Install it only if you know who made it." in done.stderr
    assert "Nothing was installed: nobody can be asked here." in done.stderr
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize("words", [("list",), ("disable", "x"), ("remove", "x"), ("rollback", "x"), ("check",)])
def test_without_an_instance_the_commands_say_so_and_make_none(run, tmp_path, words):
    done = run("plugins", *words, code=1, instance=tmp_path / "nowhere")

    assert str(tmp_path / "nowhere") in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("words", [("disable", "none"), ("enable", "none"), ("remove", "none"), ("rollback", "none")])
def test_a_plugin_that_is_not_here_is_named(run, tmp_path, words):
    (tmp_path / "here" / "plugins").mkdir(parents=True)

    assert "There is no plugin “none” here." in run("plugins", *words, code=1).stderr


@pytest.mark.parametrize("source", ["import os; os._exit(9)", "1 / 0", "import sys; sys.exit(5)"])
def test_a_plugin_that_broke_after_it_was_installed_can_be_listed_checked_switched_off_and_removed(
    run, listed, wheel, tmp_path, source
):
    run("plugins", "install", wheel("refunds", REFUND.format("1"), module="refunds_c"), "--yes")
    (tmp_path / "here" / "plugins" / "refunds" / "1.0" / "refunds_c" / "__init__.py").write_text(source)

    assert listed()["refunds"]["state"] == "failed"
    assert listed()["refunds"]["error"]
    assert "refunds 1.0 (instance): failed" in run("plugins", "check", code=1).stdout
    run("plugins", "disable", "refunds")
    assert listed()["refunds"]["state"] == "off"
    run("plugins", "remove", "refunds")
    assert "refunds" not in listed()


def test_switching_going_back_and_removing_run_no_code_of_any_plugin(run, wheel, tmp_path):
    mark = tmp_path / "it ran"
    for version in ("1.0", "1.1"):
        run("plugins", "install", wheel("refunds", REFUND.format(""), module="refunds_c", version=version), "--yes")
    for module in (tmp_path / "here" / "plugins" / "refunds").rglob("__init__.py"):
        module.write_text(f"open({str(mark)!r}, 'w')")

    run("plugins", "disable", "refunds")
    run("plugins", "enable", "refunds")
    run("plugins", "rollback", "refunds")
    run("plugins", "remove", "refunds")
    run("--help")

    assert not mark.exists()


def test_doctor_tells_of_a_foreign_plugin_that_failed_and_does_not_load_it(run, wheel, tmp_path):
    run("init", "--admin", "Rusul", "--password-stdin", stdin="reeds by the water")
    run("plugins", "install", wheel("refunds", REFUND.format("1"), module="refunds_c"), "--yes")
    module = tmp_path / "here" / "plugins" / "refunds" / "1.0" / "refunds_c" / "__init__.py"
    module.write_text("1 / 0")
    run("refund", code=2)  # this load sees it
    mark = tmp_path / "it ran"
    module.write_text(f"open({str(mark)!r}, 'w')")

    lines = json.loads(run("doctor", "--json", code=1).stdout)["checks"]

    [line] = [line for line in lines if line["name"] == "plugins.refunds"]
    assert not line["ok"]
    assert "It raised ZeroDivisionError" in line["text"]
    assert not mark.exists()


def test_help_imports_neither_pluggy_nor_a_plugin():
    code = (
        "import sys\nfrom mudhif.cli import main\ntry: main(['-h'])\nexcept SystemExit: print('pluggy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)

    assert done.stdout.splitlines()[-1] == "False"


def test_the_source_of_a_plugin_is_checked_without_an_instance(run, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "2"\n[project.entry-points.mudhif]\nferry = "ferry_c"\n'
    )
    (source / "ferry_c.py").write_text("from mudhif.plugin_api import hookimpl\n@hookimpl\ndef mudhif_ferry(): pass\n")
    nowhere = tmp_path / "nowhere"

    [found] = json.loads(run("plugins", "check", source, "--json", code=1, instance=nowhere).stdout)
    assert (found["name"], found["state"]) == ("ferry", "failed")
    assert "mudhif_ferry, and there is no such hook" in found["error"]
    (source / "ferry_c.py").write_text("")
    assert "ferry 2 (instance): on" in run("plugins", "check", source, instance=nowhere).stdout
    assert not nowhere.exists()
    assert "There is no folder" in run("plugins", "check", tmp_path / "none", code=1).stderr


def test_what_is_no_plugin_is_refused_with_a_sentence(run, tmp_path):
    file = tmp_path / "letter.whl"
    file.write_text("Dear all")

    done = run("plugins", "install", file, "--yes", code=1)

    assert done.stderr.startswith("letter.whl is no plugin that Mudhif can install")
    assert not (tmp_path / "here").exists()
