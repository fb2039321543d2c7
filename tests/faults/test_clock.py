"""The laptop's clock jumps, for years and both ways: order and answers stay right, and nothing is refused for it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from peewee import sqlite3

from .door import IS_LONG, PHONES, Door, at_once, check, connect, post, report, send_all_again, server, what_is_wrong

pytestmark = pytest.mark.slow

YEAR = timedelta(days=365)
# An empty CMOS battery, a wrong year, summer time, and slow drift; back and forth.
JUMPS = [timedelta(0), -20 * YEAR, timedelta(hours=-1), 10 * YEAR, timedelta(seconds=-5), -55 * YEAR]
SCANS = 40 if IS_LONG else 12
"""By each phone, after each jump."""


@pytest.fixture
def set_clock(tmp_path) -> Callable[[timedelta], None]:
    """Puts a server's clock off by so much from now on, also while it runs."""
    path = tmp_path / "clock"

    def put(off: timedelta) -> None:
        with path.open("r+b" if path.exists() else "wb") as file:  # the server has this very file mapped
            file.write(round(off.total_seconds()).to_bytes(8, "little", signed=True))

    put(timedelta(0))
    put.around = {"MUDHIF_CLOCK": str(path)}
    return put


def scan(door: Door, port: int, seed: int) -> None:
    def phone(chooser: random.Random) -> None:
        client = connect(port)
        for _ in range(SCANS):
            scan_id = door.new_scan(chooser)
            door.hear(scan_id, post(client, door, scan_id))
        client.close()

    at_once([lambda n=number: phone(random.Random(seed * 100 + n)) for number in range(PHONES)])


def ticks(door: Door) -> list[int]:
    """In the order in which they were written."""
    connection = sqlite3.connect(door.instance.database)
    try:
        return [tick for (tick,) in connection.execute("SELECT tick FROM journal ORDER BY pos")]
    finally:
        connection.close()


def test_a_clock_that_jumps_while_the_server_runs_changes_no_answer(door, shim, set_clock):
    with server(door, around={"LD_PRELOAD": str(shim), **set_clock.around}) as (_process, port):
        for number, off in enumerate(JUMPS):
            set_clock(off)
            scan(door, port, seed=number)
        assert send_all_again(door, port) == []
    seen = sorted({answer["checkin"]["at"][:4] for answer in door.told.values() if answer["checkin"]})
    wanted = sorted({str((datetime.now(UTC) + off).year) for off in JUMPS})
    assert set(wanted) <= set(seen), "the server did not see the clock jump"
    assert ticks(door) == sorted(set(ticks(door)))
    assert what_is_wrong(door) == []
    assert check(door) == []
    report("clock set, server running", len(JUMPS), door, lost=0, doubled=0)


def test_a_clock_that_jumps_between_two_starts_changes_no_answer(door, shim, set_clock):
    jumps = JUMPS[1::2]
    for number, off in enumerate(jumps):
        set_clock(off)
        with server(door, around={"LD_PRELOAD": str(shim), **set_clock.around}) as (_process, port):
            scan(door, port, seed=number)
    with server(door) as (_process, port):
        assert send_all_again(door, port) == []
    assert ticks(door) == sorted(set(ticks(door)))
    assert what_is_wrong(door) == []
    assert check(door) == []
    report("clock set, server off", len(jumps), door, lost=0, doubled=0)


def test_whoever_came_before_the_clock_went_back_is_inside_and_may_leave_and_come_again(door, shim, set_clock):
    guest, chooser, answers = door.guests[0], random.Random(1), []
    with server(door, around={"LD_PRELOAD": str(shim), **set_clock.around}) as (_process, port):
        client = connect(port)
        for off, direction in ((0, "in"), (-3, "in"), (-6, "out"), (-9, "in"), (-12, "in")):
            set_clock(off * YEAR)
            scan_id = door.new_scan(chooser, guest)
            door.sent[scan_id] = (guest, direction)
            door.hear(scan_id, post(client, door, scan_id))
            answers.append(door.told[scan_id])
        client.close()
    assert [a["outcome"] for a in answers] == ["welcome", "already", "left", "welcome", "already"]
    assert answers[1]["first"]["id"] == answers[0]["scan_id"]
