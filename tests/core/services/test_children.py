"""Work in a child process: its answer, its limits, and how it fails."""

from __future__ import annotations

import sys
import textwrap

import pytest

from mudhif.services.children import ChildFailed, ChildTooSlow, run_child

needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps all of these limits")


@pytest.fixture
def child(tmp_path, monkeypatch):
    """Run these lines as a module of a child process."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def made(lines, *words, **options):
        (tmp_path / "lines_of_a_test.py").write_text("import sys\n" + textwrap.dedent(lines), encoding="utf-8")
        return run_child("lines_of_a_test", *words, **{"seconds": 20, **options})

    return made


def test_a_child_answers_with_the_bytes_it_writes(child):
    lines = "sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1] + sys.argv[1].encode())"
    assert child(lines, "!", stdin=b"\x00\xff") == b"\xff\x00!"


def test_a_module_in_the_folder_one_is_in_is_not_taken_for_another(child, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "json.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    assert child("import json\nprint(json.dumps(1), end='')") == b"1"


def test_a_child_that_takes_too_long_is_ended(child):
    with pytest.raises(ChildTooSlow):
        child("import time\ntime.sleep(60)", seconds=0.5)


def test_a_status_that_was_not_expected_is_a_failure(child):
    with pytest.raises(ChildFailed) as failed:
        child("print('why', end='')\nsys.exit(3)")
    assert (failed.value.status, failed.value.output) == (3, b"why")


@needs_limits
@pytest.mark.parametrize(
    "greed",
    [
        pytest.param("held = bytearray(400_000_000)", id="memory"),
        pytest.param("while True: pass", id="processor"),
        pytest.param("open(sys.argv[1], 'wb').write(b'x' * 100_000)", id="a file"),
    ],
)
def test_a_greedy_child_ends_and_costs_nobody_else_anything(child, tmp_path, greed):
    limits = "from mudhif.services.children import limit_child\nlimit_child(300_000_000, 2)\n"
    with pytest.raises(ChildFailed) as failed:
        child(limits + greed, str(tmp_path / "written"))
    assert not isinstance(failed.value, ChildTooSlow)


@needs_limits
def test_a_child_that_may_write_files_does(child, tmp_path):
    limits = "from mudhif.services.children import limit_child\nlimit_child(files=True)\n"
    child(limits + "open(sys.argv[1], 'wb').write(b'x')", str(tmp_path / "written"))
    assert (tmp_path / "written").read_bytes() == b"x"
