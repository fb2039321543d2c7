"""The power goes while guests are checked in: what was not flushed is gone, the last write torn, and no answer is.

Each round runs a server on a logged disk and kills it. Its files are made anew as a cut at that moment would leave
them, and the next round's server starts from those. Many other moments of the same log are cut and compared besides.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from .disk import MAIN, WAL, Disk, Step, around, steps
from .door import (
    AS_IT_IS,
    IS_LONG,
    SEED,
    Door,
    check,
    figures,
    planted,
    report,
    scan_and_kill,
    send_all_again,
    server,
    what_is_wrong,
)
from .test_import import ROWS, guest_file, importing, there

pytestmark = pytest.mark.slow

SMALL_LOG = planted("small_log")

ROUNDS = 100 if IS_LONG else 5
CUTS = 20
"""Moments of each round that are cut besides its end."""


def run_and_cut(door: Door, shim: Path, program: tuple[str, ...], folder: Path, seed: int) -> list[str]:
    """One round. Returns what is wrong at any of its cuts but the last, which is left on the disk."""
    disk, log = Disk(door.instance.database), folder / f"log{seed}"
    with server(door, program, around(shim, door.instance.database, log)) as (process, port):
        wrong = what_is_wrong(door)
        scan_and_kill(door, process, port, seed)
    done, chooser = steps(log), random.Random(seed)
    log.unlink()
    seen = {(step.kind, step.file) for step in done}
    assert program not in (AS_IT_IS, SMALL_LOG) or ("w", WAL) in seen, "the shim does not see the disk"
    assert program != SMALL_LOG or {("w", MAIN), ("s", MAIN)} <= seen, "the log was never moved into the database"
    return wrong + cut(door, disk, done, folder / "cut.db", chooser)


def cut(door: Door, disk: Disk, done: list[Step], scratch: Path, chooser: random.Random) -> list[str]:
    """Cut at some moments into a scratch file and compare; cut at the end into the installation itself."""
    wrong: list[str] = []
    moments = set(chooser.sample(range(len(done)), min(CUTS, len(done))))
    for number, step in enumerate(done):
        if number in moments:
            disk.cut(scratch, chooser)
            wrong += [f"cut at step {number}: {problem}" for problem in what_is_wrong(door, scratch, until=step.at)]
        disk.do(step)
    disk.cut(door.instance.database, chooser)
    return wrong


def test_no_answered_check_in_is_lost_or_doubled_by_a_power_cut(door, shim, tmp_path):
    for round in range(ROUNDS):
        program = SMALL_LOG if round % 2 else AS_IT_IS
        assert run_and_cut(door, shim, program, tmp_path, seed=SEED + round) == []
        assert not IS_LONG or check(door) == []
    with server(door) as (_process, port):
        assert what_is_wrong(door) == []
        unanswered = len(door.sent) - len(door.told)
        assert send_all_again(door, port) == []
    assert what_is_wrong(door) == []
    assert check(door) == []
    more = {"of them after sending again": unanswered, "cuts compared": ROUNDS * (CUTS + 1)}
    report("power cut", ROUNDS, door, **more, lost=0, doubled=0)


@pytest.mark.parametrize("bug", ["normal_sync", "late_commit"])
def test_a_planted_bug_is_found_by_a_power_cut(door, shim, tmp_path, bug):
    found = run_and_cut(door, shim, planted(bug), tmp_path, seed=1) or what_is_wrong(door)
    assert any("not kept" in problem for problem in found)


IMPORTS = 10 if IS_LONG else 1


def run_and_cut_an_import(
    door: Door, shim: Path, program: tuple[str, ...], folder: Path, number: int
) -> tuple[list[Counter], list[Counter]]:
    """How many guests of a list are there how often: after cuts in the middle, and after it said that all are."""
    names, disk, log = guest_file(folder, number), Disk(door.instance.database), folder / f"import{number}"
    with importing(door, folder / f"{number}.csv", program, around(shim, door.instance.database, log)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("{")  # it says that they are there …
        process.kill()  # … and the power goes
        process.wait()
    done, chooser = steps(log), random.Random(SEED + number)
    found, scratch = [], folder / "cut.db"
    for step in done:
        if chooser.random() < CUTS / len(done):
            disk.cut(scratch, chooser)
            found.append(there(door, names, scratch))
        disk.do(step)
    told = []
    for _ in range(CUTS):  # the same moment, and each time the disk kept something else
        disk.cut(door.instance.database, chooser)
        told.append(there(door, names))
    return found, told


def test_an_import_is_there_whole_or_not_at_all_after_a_power_cut(door, shim, tmp_path):
    cuts, whole = 0, 0
    for number in range(IMPORTS):
        before, told = run_and_cut_an_import(door, shim, AS_IT_IS, tmp_path, number)
        assert all(found in ({0: ROWS}, {1: ROWS}) for found in before)
        assert told == [{1: ROWS}] * CUTS
        cuts, whole = cuts + len(before) + CUTS, whole + before.count(Counter({1: ROWS})) + CUTS
    assert check(door) == []
    figures.append(f"import, power cut: {IMPORTS} imports of {ROWS} guests, {cuts} cuts, {whole} with the whole list")


def test_the_planted_bug_of_not_waiting_for_the_disk_is_found_by_an_import(door, shim, tmp_path):
    _before, told = run_and_cut_an_import(door, shim, planted("normal_sync"), tmp_path, 0)
    assert {0: ROWS} in told


def test_the_disk_keeps_what_was_flushed_and_may_lose_all_else(tmp_path):
    database = tmp_path / "a.db"
    database.write_bytes(b"old!")
    disk, found = Disk(database), set()
    disk.do(Step(0, "w", 0, 0, b"new"))
    disk.do(Step(1, "s", 0, 0, b""))
    disk.do(Step(2, "w", 0, 4, b"tail"))
    for seed in range(200):
        disk.cut(database, random.Random(seed))
        found.add(database.read_bytes())
    assert {b"new!", b"new!t", b"new!tai", b"new!tail"} <= found
    assert all(content.startswith(b"new!") for content in found)
