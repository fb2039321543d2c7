"""The disk is full, or fails, while guests are checked in: what cannot be kept is no yes, and it goes on after.

By ENOSPC in the middle of a write; by EIO of every flush; by a limit to the size of files, which needs no compiler.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from .disk import around
from .door import (
    IS_LONG,
    PHONES,
    SEED,
    Door,
    Refusal,
    at_once,
    check,
    connect,
    planted,
    post,
    report,
    send_all_again,
    server,
    what_is_wrong,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fills the disk in a way of Linux"),
]

NO_ROOM = planted("no_room")
ROUNDS = 20 if IS_LONG else 1
SCANS = 20
"""By each phone, before, while and after the disk is full."""


def scan(door: Door, port: int, seed: int) -> list[Refusal]:
    """All phones scan; returns what was refused."""
    refused: list[Refusal] = []

    def phone(chooser: random.Random) -> None:
        client = connect(port)
        for _ in range(SCANS):
            scan_id = door.new_scan(chooser)
            try:
                door.hear(scan_id, post(client, door, scan_id))
            except Refusal as refusal:
                refused.append(refusal)
        client.close()

    at_once([lambda n=number: phone(random.Random(seed * 100 + n)) for number in range(PHONES)])
    return refused


def fill_and_empty(door: Door, port: int, seed: int, fill, empty) -> list[Refusal]:
    """One round; returns what was refused while the disk was full."""
    assert scan(door, port, seed * 10) == []
    fill()
    refused = scan(door, port, seed * 10 + 1)
    assert what_is_wrong(door) == []
    empty()
    assert scan(door, port, seed * 10 + 2) == []
    return refused


@pytest.mark.parametrize("trouble", ["MUDHIF_DISK_FULL", "MUDHIF_DISK_FAILS"])
def test_with_no_space_left_or_a_disk_that_fails_nothing_is_green_that_is_not_kept(door, shim, tmp_path, trouble):
    flag, refused = tmp_path / "flag", []
    environment = around(shim, door.instance.database, Path("/dev/null")) | {trouble: str(flag)}
    with server(door, NO_ROOM, environment) as (_process, port):
        for round in range(ROUNDS):
            refused += fill_and_empty(door, port, SEED + round, flag.touch, flag.unlink)
        assert send_all_again(door, port) == []
        assert what_is_wrong(door) == []
    assert refused
    assert {refusal.status for refusal in refused} == {503}
    assert check(door) == []
    report(f"disk ({trouble})", ROUNDS, door, refused=len(refused), lost=0, doubled=0)


def test_under_a_limit_to_the_size_of_files_nothing_is_green_that_is_not_kept(door):
    import resource

    refused: list[Refusal] = []
    with server(door, NO_ROOM) as (process, port):

        def fill() -> None:
            largest = max(path.stat().st_size for path in door.instance.root.glob("mudhif.db*"))
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (largest + 2_000, resource.RLIM_INFINITY))

        def empty() -> None:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

        for round in range(ROUNDS):
            refused += fill_and_empty(door, port, SEED + round, fill, empty)
        assert send_all_again(door, port) == []
        assert what_is_wrong(door) == []
    assert refused
    assert {refusal.status for refusal in refused} == {503}
    assert check(door) == []
    report("disk full (limit)", ROUNDS, door, refused=len(refused), lost=0, doubled=0)


def test_a_server_that_answers_before_the_commit_is_found_by_a_full_disk(door, shim, tmp_path):
    full = tmp_path / "full"
    environment = around(shim, door.instance.database, Path("/dev/null")) | {"MUDHIF_DISK_FULL": str(full)}
    with server(door, planted("late_commit"), environment) as (_process, port):
        full.touch()
        scan(door, port, seed=1)
    assert any("not kept" in problem for problem in what_is_wrong(door))
