"""One ticket, held before several phones at the same moment: one welcome."""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest

from .door import (
    GUESTS,
    IS_LONG,
    PHONES,
    SEED,
    Door,
    at_once,
    check,
    connect,
    planted,
    post,
    report,
    server,
    what_is_wrong,
)

pytestmark = pytest.mark.slow

ROUNDS = 20 if IS_LONG else 1


def all_phones_scan_each_guest(door: Door, port: int, seed: int) -> list[str]:
    """Returns where a guest got any other number of welcomes than one."""
    together = threading.Barrier(PHONES)
    guests = door.guests[: GUESTS if IS_LONG else GUESTS // 2]

    def phone(number: int) -> None:
        client, chooser = connect(port), random.Random(seed * 100 + number)
        for guest in guests:
            scan_id = door.new_scan(chooser, guest)
            together.wait(timeout=30)
            door.hear(scan_id, post(client, door, scan_id))
        client.close()

    at_once([lambda n=number: phone(n) for number in range(PHONES)])
    welcomes = Counter(door.sent[s][0] for s, a in door.told.items() if a["outcome"] == "welcome")
    return [f"guest {g} was welcomed {welcomes[g]} times" for g in guests if welcomes[g] != 1] + what_is_wrong(door)


def test_of_several_requests_for_one_ticket_one_is_welcomed(door):
    with server(door) as (_process, port):
        for round in range(ROUNDS):
            assert all_phones_scan_each_guest(door, port, seed=SEED + round) == []
    assert check(door) == []
    report("one ticket at once", ROUNDS, door, lost=0, doubled=0)


def test_the_planted_bug_of_judging_outside_the_transaction_is_found(door):
    with server(door, planted("judged_outside")) as (_process, port):
        found = all_phones_scan_each_guest(door, port, seed=1)
    assert any("was welcomed twice" in problem for problem in found)
