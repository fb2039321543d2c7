"""`kill -9` in the middle of check-ins: what a phone was told is on the disk, once.

A kill leaves the system's own cache alone, so that it cannot see a missing flush: test_power.py does.
"""

from __future__ import annotations

import os

import pytest

from mudhif.app import opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.storage.store import write

from .door import IS_LONG, SEED, check, planted, report, scan_and_kill, send_all_again, server, what_is_wrong

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of Unix"),
]

ROUNDS = 1_000 if IS_LONG else 30


def test_no_answered_check_in_is_lost_or_doubled_by_kills(door):
    for round in range(ROUNDS):
        with server(door) as (process, port):
            assert what_is_wrong(door) == []  # of the kill before: the server itself has put its file in order
            scan_and_kill(door, process, port, seed=SEED + round)
    with server(door) as (_process, port):
        assert what_is_wrong(door) == []
        unanswered = len(door.sent) - len(door.told)
        assert send_all_again(door, port) == []
    assert what_is_wrong(door) == []
    assert check(door) == []
    assert len(door.told) >= 5 * ROUNDS
    report("kill -9", ROUNDS, door, **{"of them after sending again": unanswered}, lost=0, doubled=0)


def test_the_planted_bug_of_answering_before_the_commit_is_found(door):
    found: list[str] = []
    for round in range(5):
        with server(door, planted("late_commit")) as (process, port):
            scan_and_kill(door, process, port, seed=round)
        found = what_is_wrong(door)
        if found:
            break
    assert any("not kept" in problem for problem in found)


def test_every_commit_waits_for_the_disk(tmp_path):
    def settings(tx):
        return {
            name: tx.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("synchronous", "journal_mode", "foreign_keys", "secure_delete")
        }

    with opened(Instance(tmp_path / "instance"), Host(None), make=True):
        assert write(settings) == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}
