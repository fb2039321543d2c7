"""`kill -9` in the middle of check-ins: what a phone was told is on the disk, once.

A real server process, real HTTP, several phones at once. A kill leaves the system's own cache alone, so that it cannot
see a missing flush: that `synchronous` is FULL is read back beside it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from peewee import sqlite3

from mudhif.app import opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_token
from mudhif.services.events import create_event, read_event
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.storage.store import write

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of Unix"),
]
pytest.importorskip("mudhif_checkin", reason="checks guests in through the plugin checkin")

ROUNDS = 200 if os.environ.get("MUDHIF_FAULTS") == "long" else 20
PHONES = 4
GUESTS = 120
AS_IT_IS = ("-m", "mudhif")
LATE_COMMIT = (str(Path(__file__).with_name("late_commit.py")),)


@dataclass(slots=True)
class Door:
    """An event's door, and what its phones were told so far."""

    instance: Instance
    event: str
    token: str
    guests: list[str]
    sent: dict[str, str] = field(default_factory=dict)
    """scan id → registration, of all that was ever sent."""
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    """scan id → the answer that arrived whole."""


@pytest.fixture
def door(tmp_path: Path) -> Door:
    instance = Instance(tmp_path / "instance")
    with opened(instance, Host.load(None), make=True):
        event = write(create_event, read_event({"title": "T", "date": "2030-03-07", "start": "09:00", "end": "13:00"}))

        def everybody(tx):
            return [register_guest(tx, event.id, NewGuest(name=f"Guest {n}")).id for n in range(GUESTS)]

        guests = write(everybody)
        token = write(lambda tx: create_token(tx, "door", "desk"))
    return Door(instance, event.id, token, guests)


@contextlib.contextmanager
def server(door: Door, program: tuple[str, ...]) -> Iterator[tuple[subprocess.Popen, int]]:
    """A server in a process of its own; killed at the end, if it still runs."""
    process = subprocess.Popen(
        [sys.executable, *program, "serve", "--port", "0", "--instance", str(door.instance.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        first = process.stdout.readline()
        port = int(first.rstrip("/\n").rpartition(":")[2])
        yield process, port
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def post(client: http.client.HTTPConnection, door: Door, scan_id: str, registration: str) -> dict[str, Any]:
    body = json.dumps({"registration": registration, "scan_id": scan_id})
    client.request(
        "POST",
        f"/api/v1/events/{door.event}/checkins",
        body,
        {"Authorization": f"Bearer {door.token}", "Content-Type": "application/json"},
    )
    answer = client.getresponse()
    assert answer.status == 200
    return json.loads(answer.read())


def scan_until_the_server_dies(door: Door, port: int, chooser: random.Random, enough: threading.Event, after: int):
    """One phone."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.suppress(OSError, http.client.HTTPException):
        while True:
            scan_id, registration = str(uuid.UUID(int=chooser.getrandbits(128), version=4)), chooser.choice(door.guests)
            door.sent[scan_id] = registration
            door.told[scan_id] = post(client, door, scan_id, registration)
            if len(door.told) >= after:
                enough.set()
    client.close()


def kill_in_the_middle(door: Door, program: tuple[str, ...], seed: int) -> None:
    """Let the phones scan, and kill the server at some moment."""
    chooser = random.Random(seed)
    enough = threading.Event()
    after = len(door.told) + chooser.randrange(5, 60)
    with server(door, program) as (process, port):
        phones = [
            threading.Thread(
                target=scan_until_the_server_dies,
                args=(door, port, random.Random(seed * 100 + n), enough, after),
            )
            for n in range(PHONES)
        ]
        for phone in phones:
            phone.start()
        assert enough.wait(timeout=30)
        process.send_signal(signal.SIGKILL)
        for phone in phones:
            phone.join()


def what_is_wrong(door: Door) -> list[str]:
    """Where the disk and what the phones were told differ."""
    connection = sqlite3.connect(door.instance.database)
    try:
        rows = connection.execute("SELECT id, registration, outcome, direction FROM checkin_scan").fetchall()
        journaled = Counter(
            row for (row,) in connection.execute("SELECT row FROM journal WHERE kind = 'checkin.scan/1'")
        )
        health = connection.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        connection.close()
    kept = {scan_id: outcome for scan_id, _registration, outcome, _direction in rows}
    welcomed = Counter(registration for _id, registration, outcome, _direction in rows if outcome == "welcome")
    return [
        *(f"{s}: told {a['outcome']}, not kept" for s, a in door.told.items() if s not in kept),
        *(
            f"{s}: told {a['outcome']}, kept {kept[s]}"
            for s, a in door.told.items()
            if kept.get(s, a["outcome"]) != a["outcome"]
        ),
        *(f"{s}: {n} times in the journal" for s, n in journaled.items() if n != 1),
        *(f"{s}: in the journal, not in the table" for s in journaled.keys() - kept.keys()),
        *(f"{s}: in the table, not in the journal" for s in kept.keys() - journaled.keys()),
        *(f"guest {r} was welcomed {n} times" for r, n in welcomed.items() if n != 1),
        *(f"{s}: never sent" for s in kept.keys() - door.sent.keys()),
        *([] if health == "ok" else [health]),
    ]


def test_no_answered_check_in_is_lost_or_doubled_by_twenty_kills_or_more(door):
    for round in range(ROUNDS):
        kill_in_the_middle(door, AS_IT_IS, seed=round)
        assert what_is_wrong(door) == []
    assert len(door.told) >= 5 * ROUNDS

    # What was sent and never answered is sent again, as a phone does; what was answered is answered as before.
    with server(door, AS_IT_IS) as (_process, port):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for scan_id, registration in door.sent.items():
            again = post(client, door, scan_id, registration)
            before = door.told.setdefault(scan_id, again)
            assert (again["outcome"], again["checkin"]) == (before["outcome"], before["checkin"])
        client.close()
        arrived = len({door.sent[s] for s, a in door.told.items() if a["outcome"] == "welcome"})
        assert again["counts"]["arrived"] == arrived
    assert what_is_wrong(door) == []
    assert check(door) == []


def check(door: Door) -> list[str]:
    """What `mudhif check` finds: the chain of the journal, the tables, the references."""
    command = [sys.executable, "-m", "mudhif", "check", "--json", "--instance", str(door.instance.root)]
    return json.loads(subprocess.run(command, capture_output=True, text=True).stdout)["problems"]


def test_the_planted_bug_of_answering_before_the_commit_is_found(door):
    found: list[str] = []
    for round in range(5):
        kill_in_the_middle(door, LATE_COMMIT, seed=round)
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
