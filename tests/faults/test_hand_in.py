"""What phones kept while the laptop was away is handed in, and the laptop dies, the Wi-Fi fails, the disk is full.

Batches by themselves, from phones that send one until every row of it is answered; and the scanner's own modules,
which judge alone where nobody answers: every tick that a volunteer saw is on the laptop at the end, once.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from peewee import sqlite3

from .disk import around
from .door import (
    AS_IT_IS,
    IS_LONG,
    PHONES,
    SEED,
    Door,
    Refusal,
    at_once,
    check,
    connect,
    differences,
    planted,
    post_batch,
    report,
    send_all_again,
    server,
    what_is_wrong,
)
from .network import BadNetwork
from .phones import RealPhone, copied, needs_node, phones

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of Unix"),
]

BATCH = 8
KILLS = 200 if IS_LONG else 6
LIVES = 100 if IS_LONG else 4
NETWORKS = 20 if IS_LONG else 1


def hear(door: Door, rows: list[dict]) -> None:
    for row in rows:
        assert "outcome" in row, row
        door.hear(row["scan_id"], row)


# --- batches ----------------------------------------------------------------------------------------------------------


def hand_in_until_the_server_dies(door: Door, port: int, kept: list[str], chooser: random.Random, told) -> None:
    """One phone: what it keeps leaves only when it is answered, so that the next server is sent it again."""
    client = connect(port)
    with contextlib.suppress(OSError, http.client.HTTPException):
        while True:
            if not kept:
                kept += [door.new_scan(chooser) for _ in range(BATCH)]
            hear(door, post_batch(client, door, kept))
            kept.clear()
            told()
    client.close()


def hand_in_and_kill(door: Door, program: tuple[str, ...], kept: list[list[str]], seed: int) -> list[str]:
    """One server's life; what is wrong on its disk before it."""
    chooser, enough = random.Random(seed), threading.Event()
    after, batches = chooser.randrange(3, 20), iter(range(1_000_000))

    def told() -> None:
        if next(batches) >= after:
            enough.set()

    with server(door, program) as (process, port):
        wrong = what_is_wrong(door)

        def phone(number: int) -> Callable[[], None]:
            own = random.Random(seed * 100 + number)
            return lambda: hand_in_until_the_server_dies(door, port, kept[number], own, told)

        def kill() -> None:
            came_so_far = enough.wait(timeout=30)
            process.kill()
            assert came_so_far, "the server answers nobody"

        at_once([*map(phone, range(PHONES)), kill])
    return wrong


def test_no_answered_row_of_a_batch_is_lost_or_doubled_by_kills(door):
    kept: list[list[str]] = [[] for _ in range(PHONES)]
    again = 0
    for round in range(KILLS):
        assert hand_in_and_kill(door, AS_IT_IS, kept, seed=SEED + round) == []
        again += sum(map(len, kept))
    with server(door) as (_process, port):
        client = connect(port)
        for scan_ids in filter(None, kept):
            hear(door, post_batch(client, door, scan_ids))
        client.close()
        assert send_all_again(door, port) == []
    assert what_is_wrong(door) == []
    assert check(door) == []
    report("batches, kill -9", KILLS, door, **{"times one was sent again": again}, lost=0, doubled=0)


def test_the_planted_bug_of_answering_a_batch_before_the_commit_is_found(door):
    kept: list[list[str]] = [[] for _ in range(PHONES)]
    found: list[str] = []
    for round in range(5):
        hand_in_and_kill(door, planted("late_commit"), kept, seed=round)
        found = what_is_wrong(door)
        if found:
            break
    assert any("not kept" in problem for problem in found)


def hand_in_over_a_bad_network(door: Door, port: int, seed: int) -> tuple[BadNetwork, list[str]]:
    """All phones hand in ten batches; what is wrong with any answer of the server, seen or not, and on its disk."""

    def phone(chooser: random.Random) -> None:
        for _ in range(10):
            scan_ids = [door.new_scan(chooser) for _ in range(BATCH)]
            while not door.told.keys() >= set(scan_ids):
                client = connect(network.port)
                with contextlib.suppress(OSError, http.client.HTTPException, json.JSONDecodeError):
                    hear(door, post_batch(client, door, scan_ids))
                client.close()

    with BadNetwork(port, seed).running() as network:
        at_once([lambda n=n: phone(random.Random(seed * 100 + n)) for n in range(PHONES)])
    first: dict[str, dict] = {}
    wrong = [
        problem
        for scan_id, answer in network.answered
        for problem in differences(scan_id, first.setdefault(scan_id, answer), answer)
    ]
    return network, wrong + what_is_wrong(door)


def test_a_bad_network_loses_and_doubles_no_row_of_a_batch(door):
    carried = 0
    with server(door) as (_process, port):
        for round in range(NETWORKS):
            network, wrong = hand_in_over_a_bad_network(door, port, seed=SEED + round)
            assert wrong == []
            carried += len(network.answered)
    assert len(door.told) == len(door.sent) < carried
    assert check(door) == []
    report("batches, bad network", NETWORKS, door, **{"answers of the server": carried}, lost=0, doubled=0)


def test_a_batch_whose_rows_are_taken_for_new_each_time_is_found_by_a_bad_network(door):
    with server(door, planted("no_scan_ids")) as (_process, port):
        _network, wrong = hand_in_over_a_bad_network(door, port, seed=1)
    assert any("never sent" in problem for problem in wrong)


def test_a_batch_on_a_full_disk_is_refused_as_a_whole_and_can_be_sent_again(door, shim, tmp_path):
    flag, chooser = tmp_path / "full", random.Random(SEED)
    environment = around(shim, door.instance.database, Path("/dev/null")) | {"MUDHIF_DISK_FULL": str(flag)}
    before, scan_ids = ([door.new_scan(chooser) for _ in range(BATCH)] for _ in range(2))
    with server(door, planted("no_room"), around=environment) as (_process, port):
        client = connect(port)
        hear(door, post_batch(client, door, before))
        flag.touch()
        with pytest.raises(Refusal) as refused:
            post_batch(client, door, scan_ids)
        assert refused.value.status == 503
        flag.unlink()
        hear(door, post_batch(client, door, scan_ids))
        client.close()
    assert what_is_wrong(door) == []
    assert check(door) == []


# --- the scanner's own modules ----------------------------------------------------------------------------------------


@pytest.fixture
def modules(tmp_path) -> Path:
    (tmp_path / "modules").mkdir()
    return copied(tmp_path / "modules")


def read_and_kill(door: Door, hands: list[RealPhone], seed: int) -> None:
    """A server's life: phones hand in, and read on, also for a while after it died."""
    chooser = random.Random(seed)
    with server(door) as (process, port):
        assert what_is_wrong(door) == []
        dies_at = chooser.randrange(4, 40)
        reads = iter(range(1_000_000))

        def phone(hand: RealPhone, own: random.Random) -> None:
            for _ in range(chooser.randrange(8, 16)):
                if own.random() < 0.3:
                    hand.round(port)
                hand.read(port, own)
                if next(reads) == dies_at:
                    process.kill()

        at_once([lambda h=h, n=n: phone(h, random.Random(seed * 100 + n)) for n, h in enumerate(hands)])


def not_there(door: Door, hands: list[RealPhone]) -> Iterator[str]:
    """Where what a volunteer saw is not what is kept; one that was shown otherwise is a case, and none is made here."""
    connection = sqlite3.connect(door.instance.database)
    try:
        kept = dict(connection.execute("SELECT id, outcome FROM checkin_scan"))
    finally:
        connection.close()
    for hand in hands:
        for scan_id, shown in hand.shown.items():
            if scan_id not in kept:
                yield f"{scan_id}: shown {shown['outcome']}, not kept"
            elif kept[scan_id] != shown["outcome"]:
                yield f"{scan_id}: shown {shown['outcome']}, kept {kept[scan_id]}"


@needs_node
def test_every_tick_that_a_phone_showed_is_there_however_often_the_laptop_dies(door, modules):
    with phones(door, modules) as hands:
        for round in range(LIVES):
            read_and_kill(door, hands, seed=SEED + round)
        with server(door) as (_process, port):
            states = [[hand.round(port) for _ in range(2)][-1] for hand in hands]
    assert [(state["kept"], state["bad"]) for state in states] == [(0, [])] * len(hands)
    assert list(not_there(door, hands)) == []
    assert what_is_wrong(door) == []
    assert check(door) == []
    alone = sum(bool(shown.get("kept")) for hand in hands for shown in hand.shown.values())
    assert alone > LIVES
    shown = sum(len(hand.shown) for hand in hands)
    report("phones of their own, kill -9", LIVES, door, shown=shown, **{"judged without the laptop": alone}, lost=0)


@needs_node
def test_a_phone_keeps_what_a_full_disk_cannot_take_and_hands_it_in_later(door, modules, shim, tmp_path):
    flag, chooser = tmp_path / "full", random.Random(SEED)
    environment = around(shim, door.instance.database, Path("/dev/null")) | {"MUDHIF_DISK_FULL": str(flag)}
    program = planted("no_room")
    with phones(door, modules, count=1) as (hand,), server(door, program, around=environment) as (_process, port):
        hand.round(port)
        flag.touch()
        for _ in range(10):
            hand.read(port, chooser)
        full = hand.round(port)
        flag.unlink()
        after = [hand.round(port) for _ in range(2)][-1]
    assert (full["kept"], full["bad"]) == (10, [])
    assert (after["kept"], after["bad"]) == (0, [])
    assert len(hand.shown) == 10
    assert list(not_there(door, [hand])) == []
    assert what_is_wrong(door) == []
