"""The Wi-Fi drops, delays, doubles and reorders; phones send each scan until an answer to it arrives whole."""

from __future__ import annotations

import contextlib
import http.client
import json
import random

import pytest

from .door import (
    AS_IT_IS,
    IS_LONG,
    PHONES,
    SEED,
    Door,
    at_once,
    check,
    connect,
    differences,
    planted,
    post,
    report,
    server,
    what_is_wrong,
)
from .network import FATES, BadNetwork

pytestmark = pytest.mark.slow

ROUNDS = 20 if IS_LONG else 1
SCANS = 50
"""By each phone, in each round."""


def scan(door: Door, port: int, chooser: random.Random) -> None:
    """One phone: a scan waits until the one before it is answered."""
    for _ in range(SCANS):
        scan_id = door.new_scan(chooser)
        for _attempt in range(100):
            client = connect(port)
            with contextlib.suppress(OSError, http.client.HTTPException, json.JSONDecodeError):
                door.hear(scan_id, post(client, door, scan_id))
            client.close()
            if scan_id in door.told:
                break


def scan_over_a_bad_network(door: Door, port: int, seed: int) -> tuple[BadNetwork, list[str]]:
    """Returns the network, and what is wrong with what the phones or the network itself were answered."""
    with BadNetwork(port, seed).running() as network:
        choosers = [random.Random(seed * 100 + n) for n in range(PHONES)]
        at_once([lambda c=chooser: scan(door, network.port, c) for chooser in choosers])
    first: dict[str, dict] = {}
    wrong = [
        problem
        for scan_id, answer in network.answered
        for problem in differences(scan_id, first.setdefault(scan_id, answer), answer)
    ]
    return network, wrong + what_is_wrong(door)


def test_a_bad_network_loses_and_doubles_nothing(door):
    carried = 0
    with server(door, AS_IT_IS) as (_process, port):
        for round in range(ROUNDS):
            network, wrong = scan_over_a_bad_network(door, port, seed=SEED + round)
            assert wrong == []
            assert all(network.fates[fate] > 10 for fate in FATES)
            carried += len(network.answered)
    assert len(door.told) == len(door.sent) == ROUNDS * PHONES * SCANS
    assert check(door) == []
    report("bad network", ROUNDS, door, **{"answers of the server": carried}, lost=0, doubled=0)


@pytest.mark.parametrize(
    ("bug", "sign"), [("no_scan_ids", "never sent"), ("scan_id_last", "outcome was welcome, is already")]
)
def test_a_planted_bug_is_found_by_a_bad_network(door, bug, sign):
    with server(door, planted(bug)) as (_process, port):
        _network, wrong = scan_over_a_bad_network(door, port, seed=1)
    assert any(sign in problem for problem in wrong)
