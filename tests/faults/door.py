"""An event's door under trouble: a real server process, phones, and an observer who remembers every answer.

The observer lives in the test's own process, so that nothing which happens to the server can touch what it noted.
"""

from __future__ import annotations

import atexit
import contextlib
import http.client
import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from peewee import sqlite3

from mudhif.app import opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_token
from mudhif.services.events import create_event, read_event
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.storage.store import write

IS_LONG = os.environ.get("MUDHIF_FAULTS") == "long"
SEED = int(os.environ.get("MUDHIF_SEED", "0"))
"""Of the first round; `make soak` raises it each time."""
PHONES = 4
GUESTS = 120
AS_IT_IS = ("-m", "mudhif")


def planted(name: str) -> tuple[str, ...]:
    """The program beside this file that is `mudhif` with one thing made wrong, or otherwise different."""
    return (str(Path(__file__).with_name(f"{name}.py")),)


@dataclass(slots=True)
class Door:
    """An event's door, and what its phones were told so far."""

    instance: Instance
    event: str
    token: str
    guests: list[str]
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)
    """scan id → registration and direction, of all that was ever sent."""
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    """scan id → the answer that arrived whole."""
    told_at: dict[str, int] = field(default_factory=dict)
    """scan id → when it arrived, in nanoseconds of the monotonic clock."""

    def new_scan(self, chooser: random.Random, registration: str | None = None) -> str:
        """What a phone does before it sends anything."""
        scan_id = str(uuid.UUID(int=chooser.getrandbits(128), version=4))
        direction = "out" if registration is None and chooser.random() < 0.3 else "in"
        self.sent[scan_id] = (registration or chooser.choice(self.guests), direction)
        return scan_id

    def hear(self, scan_id: str, answer: dict[str, Any]) -> None:
        """An answer arrived whole: this is what nobody may ever take back."""
        self.told[scan_id] = answer
        self.told_at[scan_id] = time.monotonic_ns()


def new_door(root: Path, guests: int = GUESTS) -> Door:
    instance = Instance(root)
    with opened(instance, Host.load(None), make=True):
        event = write(create_event, read_event({"title": "T", "date": "2030-03-07", "start": "09:00", "end": "13:00"}))

        def everybody(tx):
            return [register_guest(tx, event.id, NewGuest(name=f"Guest {n}")).id for n in range(guests)]

        registrations = write(everybody)
        token = write(lambda tx: create_token(tx, "door", "desk"))
    return Door(instance, event.id, token, registrations)


class Forked:
    """A server that was forked off a Mudhif that had loaded: as good a process as any, to be killed like any."""

    def __init__(self, words: list[str], folder: Path) -> None:
        output = folder / f"said-{uuid.uuid4().hex}"
        os.mkfifo(output)
        loaded = _loaded()
        assert loaded.stdin is not None and loaded.stdout is not None
        with _loading:
            loaded.stdin.write(json.dumps([str(output), words]) + "\n")
            loaded.stdin.flush()
            self.pid = int(loaded.stdout.readline())
        self._descriptor = os.pidfd_open(self.pid)
        self.stdout = output.open()
        output.unlink()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def wait(self) -> None:
        select.select([self._descriptor], [], [])
        os.close(self._descriptor)


_loading = threading.Lock()


@cache
def _loaded() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, *planted("warm")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(process.communicate)  # its input ends, and so does it
    return process


@contextlib.contextmanager
def server(
    door: Door, program: tuple[str, ...] = AS_IT_IS, around: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen | Forked, int]]:
    """A server in a process of its own; killed at the end, if it still runs.

    Args:
        around: what its environment has beside ours.
    """
    words = ["serve", "--port", "0", "--instance", str(door.instance.root)]
    if program == AS_IT_IS and not around and hasattr(os, "pidfd_open"):
        process = Forked(words, door.instance.root.parent)
    else:
        process = subprocess.Popen(
            [sys.executable, *program, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **(around or {})},
        )
    try:
        first = process.stdout.readline()
        yield process, int(first.rstrip("/\n").rpartition(":")[2])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Refusal(Exception):
    """The server answered, and said no."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status} {body[:300]!r}")
        self.status, self.body = status, body


def post(client: http.client.HTTPConnection, door: Door, scan_id: str) -> dict[str, Any]:
    """Send a scan, and give the answer if it arrives whole.

    Raises:
        Refusal: any other status than 200.
    """
    return _send(client, door, "checkins", _row(door, scan_id))


def post_batch(client: http.client.HTTPConnection, door: Door, scan_ids: list[str]) -> list[dict[str, Any]]:
    """Send many scans at once, and give their answers if they arrive whole.

    Raises:
        Refusal: any other status than 200.
    """
    return _send(client, door, "checkins/batch", [_row(door, scan_id) for scan_id in scan_ids])


def _row(door: Door, scan_id: str) -> dict[str, str]:
    registration, direction = door.sent[scan_id]
    return {"registration": registration, "direction": direction, "scan_id": scan_id}


def _send(client: http.client.HTTPConnection, door: Door, to: str, what: object) -> Any:
    headers = {"Authorization": f"Bearer {door.token}", "Content-Type": "application/json"}
    client.request("POST", f"/api/v1/events/{door.event}/{to}", json.dumps(what), headers)
    answer = client.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise Refusal(answer.status, text)
    return json.loads(text)


def connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=10)


def at_once(tasks: list[Callable[[], object]]) -> None:
    """Run them in a thread each; what one of them raises is raised."""
    raised: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def scan_until_the_server_dies(door: Door, port: int, chooser: random.Random, told: Callable[[], None]) -> None:
    """One phone."""
    client = connect(port)
    with contextlib.suppress(OSError, http.client.HTTPException):
        while True:
            scan_id = door.new_scan(chooser)
            door.hear(scan_id, post(client, door, scan_id))
            told()
    client.close()


def scan_and_kill(door: Door, process: subprocess.Popen | Forked, port: int, seed: int) -> None:
    """Let the phones scan, and kill the server at some moment."""
    chooser, enough = random.Random(seed), threading.Event()
    after = len(door.told) + chooser.randrange(5, 60)

    def told() -> None:
        if len(door.told) >= after:
            enough.set()

    def phone(number: int) -> Callable[[], None]:
        return lambda: scan_until_the_server_dies(door, port, random.Random(seed * 100 + number), told)

    def kill() -> None:
        came_so_far = enough.wait(timeout=30)
        process.kill()
        assert came_so_far, "the server answers nobody"

    at_once([*map(phone, range(PHONES)), kill])


def send_all_again(door: Door, port: int) -> list[str]:
    """What was sent and never answered is sent again, as a phone does; what was answered is answered as before.

    Returns:
        Where an answer is another one than before.
    """
    client, wrong = connect(port), []
    for scan_id in list(door.sent):
        again = post(client, door, scan_id)
        if scan_id not in door.told:
            door.hear(scan_id, again)
        wrong += differences(scan_id, door.told[scan_id], again)
    client.close()
    arrived = len({door.sent[s][0] for s, a in door.told.items() if a["outcome"] == "welcome"})
    if again["counts"]["arrived"] != arrived:
        wrong.append(f"{arrived} were welcomed, {again['counts']['arrived']} are counted")
    return wrong


SAME = ("scan_id", "outcome", "reason", "registration", "checkin", "first")


def differences(scan_id: str, before: dict[str, Any], again: dict[str, Any]) -> list[str]:
    """Two answers to one scan; the counts are those of the moment."""
    return [f"{scan_id}: {name} was {before[name]}, is {again[name]}" for name in SAME if before[name] != again[name]]


def what_is_wrong(door: Door, database: Path | None = None, until: int | None = None) -> list[str]:
    """Where the disk and what the phones were told differ.

    Args:
        database: instead of the door's own.
        until: only what was told before this moment, in nanoseconds of the monotonic clock.
    """
    connection = sqlite3.connect(database or door.instance.database)
    try:
        rows = connection.execute(
            "SELECT id, registration, outcome, turn FROM checkin_scan ORDER BY registration, turn"
        ).fetchall()
        journaled = Counter(
            row for (row,) in connection.execute("SELECT row FROM journal WHERE kind = 'checkin.scan/1'")
        )
        health = connection.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        connection.close()
    kept = {scan_id: outcome for scan_id, _registration, outcome, _turn in rows}
    told = {s: a["outcome"] for s, a in door.told.items() if until is None or door.told_at[s] <= until}
    return [
        *(f"{s}: told {outcome}, not kept" for s, outcome in told.items() if s not in kept),
        *(f"{s}: told {outcome}, kept {kept[s]}" for s, outcome in told.items() if kept.get(s, outcome) != outcome),
        *(f"{s}: {n} times in the journal" for s, n in journaled.items() if n != 1),
        *(f"{s}: in the journal, not in the table" for s in journaled.keys() - kept.keys()),
        *(f"{s}: in the table, not in the journal" for s in kept.keys() - journaled.keys()),
        *(f"{s}: never sent" for s in kept.keys() - door.sent.keys()),
        *_doubled(rows),
        *([] if health == "ok" else [health]),
    ]


def _doubled(rows: list[tuple[str, str, str, int]]) -> Iterator[str]:
    """Guests who were welcomed while they were inside; whoever was never seen coming may leave all the same."""
    inside: set[str] = set()
    for _id, registration, outcome, turn in rows:
        if outcome == "welcome" and registration in inside:
            yield f"guest {registration} was welcomed twice, at turn {turn}"
        if outcome in ("welcome", "left"):
            (inside.add if outcome == "welcome" else inside.discard)(registration)


def check(door: Door) -> list[Any]:
    """What `mudhif check` finds: the chain of the journal, the tables, the references."""
    command = [sys.executable, "-m", "mudhif", "check", "--json", "--instance", str(door.instance.root)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)["problems"]


figures: list[str] = []
"""What the tests of this run counted; shown at its end."""


def report(what: str, rounds: int, door: Door, **more: int) -> None:
    counts = {"rounds": rounds, "scans sent": len(door.sent), "answers": len(door.told), **more}
    figures.append(f"{what}: " + ", ".join(f"{value:,} {name}" for name, value in counts.items()))
