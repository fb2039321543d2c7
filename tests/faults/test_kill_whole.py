"""`kill -9` while every table is made anew, or a backup is put back: the installation is as before, or as wanted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from mudhif.cli import Cli, run
from mudhif.config import Instance

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of Unix"),
]

EVENT = 'title = "Dialogue"\nproject = "P"\ndate = 2024-03-07\nstart = "09:00"\nend = "13:00"\ncode = "d3"\n'
GUESTS = 1_000
KILLS = 8


@pytest.fixture
def mudhif(tmp_path, capsys):
    """Run a command on an installation with many guests; gives its exit status and what it wrote."""

    def command(*words):
        capsys.readouterr()
        status = run([str(word) for word in words], Cli(Instance(tmp_path / "instance"), True))
        return status, capsys.readouterr().out

    (tmp_path / "event.toml").write_text(EVENT)
    (tmp_path / "guests.csv").write_text("name,sex\n" + "".join(f"Guest {n} Of{n},f\n" for n in range(GUESTS)))
    assert command("event", "create", tmp_path / "event.toml")[0] == 0
    assert command("guests", "import", "d3", tmp_path / "guests.csv")[0] == 0
    return command


def kill(tmp_path, words, after):
    command = [sys.executable, "-m", "mudhif", *map(str, words), "--instance", str(tmp_path / "instance")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(after)
        process.kill()


def is_whole(mudhif):
    return mudhif("check")[0] == 0 and len(json.loads(mudhif("guests", "list", "d3")[1])) == GUESTS


def test_a_rebuild_that_is_killed_changes_nothing(mudhif, tmp_path):
    begun = time.monotonic()
    assert mudhif("rebuild")[0] == 0
    took = time.monotonic() - begun + 0.6  # a new process has to load first
    for number in range(KILLS):
        kill(tmp_path, ["rebuild"], after=0.2 + took * number / KILLS)
        assert is_whole(mudhif)


def test_a_restore_that_is_killed_leaves_the_old_or_the_new(mudhif, tmp_path):
    assert mudhif("backup", "-o", tmp_path / "b.mudhif")[0] == 0
    for number in range(KILLS):
        kill(tmp_path, ["restore", tmp_path / "b.mudhif", "--replace"], after=0.05 + number * 0.06)
        assert is_whole(mudhif)


def test_beside_a_server_nothing_is_replaced(mudhif, tmp_path):
    assert mudhif("backup", "-o", tmp_path / "b.mudhif")[0] == 0
    command = [sys.executable, "-m", "mudhif", "serve", "--port", "0", "--instance", str(tmp_path / "instance")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            assert mudhif("rebuild")[0] == 1
            assert mudhif("restore", tmp_path / "b.mudhif", "--replace")[0] == 1
            assert mudhif("check")[0] == 0
            assert mudhif("backup", "-o", tmp_path / "c.mudhif")[0] == 0
            assert subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 1
        finally:
            server.terminate()
    assert is_whole(mudhif)
