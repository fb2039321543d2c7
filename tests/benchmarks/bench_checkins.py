"""Check-ins over HTTP beside a bare Flask view with one durable commit (`floor.py`), at 1, 8 and 32 keep-alive clients.

Rounds are paired: each measures both servers, in an order that turns every time; the median of the ratios counts. A
ratio from one run on one machine means something; a figure alone does not. CPU time is the server's own, which other
work on the machine changes least.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mudhif.app import opened
from mudhif.config import Instance
from mudhif.domain.ids import new_id
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_token
from mudhif.services.events import create_event, read_event
from mudhif.services.tickets import ticket_texts
from mudhif.storage.models import Person, Registration
from mudhif.storage.store import Tx, write

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("MUDHIF_BENCH_ROUNDS", "9"))
REQUESTS = 400
CLIENTS = (1, 8, 32)
GOALS = {1: 0.8, 8: 1.0, 32: 1.0}
SIZES = (100, 1_000, 10_000, 100_000)
CURVE_CLIENTS = 8

Requests = list[tuple[str, str]]
"""Path and body of each."""


class Server(NamedTuple):
    """A program that serves."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """The processor time that it took until now; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Round(NamedTuple):
    """One run of requests."""

    seconds: float
    p99_seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Door:
    """An instance with guests: where to send check-ins, each of a guest who has not arrived."""

    instance: Instance
    token: str
    waiting: Iterator[tuple[str, str]]  # the event and the ticket

    def requests(self, count: int) -> Requests:
        """The next check-ins."""
        return [
            (f"/api/v1/events/{event}/checkins", body(ticket))
            for event, ticket in (next(self.waiting) for _ in range(count))
        ]


def make_door(folder: Path, guests: int, needed: int) -> Door:
    """As many events of so many guests as the check-ins need."""
    instance = Instance(folder)
    waiting: list[tuple[str, str]] = []
    with opened(instance, Host.load(None), make=True):
        for _ in range(-(-needed // guests)):
            event = write(
                create_event, read_event({"title": "B", "date": "2030-03-07", "start": "09:00", "end": "13:00"})
            )
            ids = write(fill, event, guests)
            texts = ticket_texts(ids)
            waiting += [(event.id, texts[id]) for id in ids]
        token = write(lambda tx: create_token(tx, "bench", "desk"))
    return Door(instance, token, iter(waiting))


def fill(tx: Tx, event, guests: int) -> list[str]:
    """Guests who have registered."""
    people = tx.create_many(Person, ({"name": f"Guest {n}"} for n in range(guests)))
    rows = ({"event": event, "person": person, "number": n, "made": event.starts} for n, person in enumerate(people, 1))
    return tx.create_many(Registration, rows)


def body(ticket: str) -> str:
    """What a phone sends; its scan ids are UUIDs of version 7."""
    return json.dumps({"ticket": ticket, "scan_id": new_id(), "gate": "garden"})


@contextlib.contextmanager
def program(*words: str) -> Iterator[Server]:
    """A server in a process of its own; its port is the last number in the first line that it prints."""
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    try:
        first = process.stdout.readline() if process.stdout else ""
        yield Server(int(first.strip().rstrip("/").rpartition(":")[2]), process.pid)
    finally:
        process.terminate()
        process.wait(timeout=10)


def serving(door: Door) -> contextlib.AbstractContextManager[Server]:
    """Mudhif itself."""
    return program("-m", "mudhif", "serve", "--port", "0", "--instance", str(door.instance.root))


def measure(server: Server, clients: int, requests: Requests, token: str = "") -> Round:
    """Send requests and wait for all answers."""
    given = "\n".join(json.dumps(request) for request in requests)
    headers = [f"Authorization: Bearer {token}"] if token else []
    command = [sys.executable, str(HERE / "load.py"), str(server.port), str(clients), "welcome", *headers]
    before = server.cpu_seconds()
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, p99 = map(float, done.stdout.split())
    return Round(seconds, p99, server.cpu_seconds() - before)


def compare(folder: Path) -> None:
    """Print how Mudhif stands beside the view, by the number of clients."""
    needed = REQUESTS * (ROUNDS + 1) * len(CLIENTS)
    door = make_door(folder / "instance", needed, needed)
    print(f"Check-ins over HTTP beside a bare Flask view with one durable commit: {ROUNDS} paired rounds of {REQUESTS}")
    print("clients   view/s   ours/s   ratio  middle half   goal   p99 ms: view   ours   CPU µs: view   ours")
    with serving(door) as ours, program(str(HERE / "floor.py"), str(folder / "floor.db")) as floor:
        for clients in CLIENTS:
            rounds = [pair(ours, floor, door, clients, turned=number % 2 == 1) for number in range(ROUNDS + 1)]
            print(beside(clients, rounds[1:]), flush=True)  # the first warmed up


class Pair(NamedTuple):
    """Two runs, one after the other."""

    view: Round
    ours: Round

    @property
    def ratio(self) -> float:
        return self.view.seconds / self.ours.seconds


def pair(ours: Server, floor: Server, door: Door, clients: int, *, turned: bool) -> Pair:
    """The same load on both servers."""
    requests = door.requests(REQUESTS)
    bare = [("/checkins", sent) for _, sent in requests]
    if turned:
        view = measure(floor, clients, bare)
        return Pair(view, measure(ours, clients, requests, door.token))
    mine = measure(ours, clients, requests, door.token)
    return Pair(measure(floor, clients, bare), mine)


def beside(clients: int, pairs: list[Pair]) -> str:
    """A line of the table."""
    ratios = sorted(pair.ratio for pair in pairs)
    quarter = len(ratios) // 4
    view, ours = [pair.view for pair in pairs], [pair.ours for pair in pairs]
    return (
        f"{clients:7} {rate(view):8.0f} {rate(ours):8.0f} {statistics.median(ratios):7.2f}"
        f" {ratios[quarter]:6.2f}–{ratios[-1 - quarter]:.2f} {GOALS[clients]:7.1f}"
        f" {p99(view):14.1f} {p99(ours):6.1f} {cpu(view):14.0f} {cpu(ours):6.0f}"
    )


def rate(rounds: list[Round]) -> float:
    """Requests a second, the median."""
    return statistics.median(REQUESTS / one.seconds for one in rounds)


def p99(rounds: list[Round]) -> float:
    """The milliseconds in which 99 of 100 were answered, the median of the rounds."""
    return statistics.median(one.p99_seconds for one in rounds) * 1e3


def cpu(rounds: list[Round]) -> float:
    """The server's microseconds for one request: of all rounds, for the system counts them coarsely."""
    return sum(one.cpu_seconds for one in rounds) / len(rounds) / REQUESTS * 1e6


def curve(folder: Path) -> None:
    """Print what the number of an event's registrations changes."""
    doors = [make_door(folder / str(size), size, REQUESTS * (ROUNDS + 1)) for size in SIZES]
    print(f"The same by the number of an event's registrations, {CURVE_CLIENTS} clients")
    print("guests   ours/s   to the first   p99 ms   CPU µs")
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(serving(door)) for door in doors]
        rounds: list[list[Round]] = []
        for number in range(ROUNDS + 1):
            order = list(range(len(SIZES)))
            order = order[number % len(order) :] + order[: number % len(order)]
            runs = {n: measure(servers[n], CURVE_CLIENTS, doors[n].requests(REQUESTS), doors[n].token) for n in order}
            rounds.append([runs[n] for n in range(len(SIZES))])
    for n, size in enumerate(SIZES):
        mine = [row[n] for row in rounds[1:]]
        to_first = statistics.median(row[0].seconds / row[n].seconds for row in rounds[1:])
        print(f"{size:7} {rate(mine):7.0f} {to_first:14.2f} {p99(mine):8.1f} {cpu(mine):8.0f}", flush=True)


def main() -> None:
    for part in (compare, curve):
        with tempfile.TemporaryDirectory() as folder:
            part(Path(folder))


if __name__ == "__main__":
    main()
