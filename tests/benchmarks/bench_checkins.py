"""Check-ins a second over HTTP, as a ratio to the floor (`floor.py`), at 1 and at 8 keep-alive clients.

Rounds are paired: each measures both servers, in an order that turns every time; the median of the ratios counts.
A ratio from one run on one machine means something; a figure alone does not.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mudhif.app import opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_token
from mudhif.services.events import create_event, read_event
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.services.tickets import ticket_texts
from mudhif.storage.store import write

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("MUDHIF_BENCH_ROUNDS", "9"))
REQUESTS = 400
CLIENTS = (1, 8)
CHUNK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One number of clients: check-ins a second and the ratio to the floor, medians of the rounds."""

    clients: int
    floor: float
    ours: float
    ratio: float
    low: float
    high: float


@contextlib.contextmanager
def program(*words: str) -> Iterator[int]:
    """A server in a process of its own; its port is the last number in the first line that it prints."""
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    try:
        first = process.stdout.readline() if process.stdout else ""
        yield int(first.strip().rstrip("/").rpartition(":")[2])
    finally:
        process.terminate()
        process.wait(timeout=10)


def make_instance(folder: Path, guests: int) -> tuple[Instance, str, str, list[str]]:
    """An event with guests: the instance, the event's id, a token and the tickets."""
    instance = Instance(folder / "instance")
    with opened(instance, Host.load(None), make=True):
        event = write(create_event, read_event({"title": "B", "date": "2030-03-07", "start": "09:00", "end": "13:00"}))
        ids: list[str] = []
        for first in range(0, guests, CHUNK):

            def some(tx, first=first):
                return [register_guest(tx, event.id, NewGuest(name=f"Guest {first + n}")).id for n in range(CHUNK)]

            ids += write(some)
        texts = ticket_texts(ids)
        token = write(lambda tx: create_token(tx, "bench", "desk"))
    return instance, event.id, token, [texts[id] for id in ids]


def measure(port: int, clients: int, requests: list[tuple[str, str]], *headers: str) -> float:
    """Requests a second."""
    given = "\n".join(json.dumps(request) for request in requests)
    command = [sys.executable, str(HERE / "load.py"), str(port), str(clients), "welcome", *headers]
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return len(requests) / float(done.stdout)


def checkins() -> list[Measured]:
    """Measure."""
    needed = REQUESTS * (ROUNDS + 1) * len(CLIENTS)
    with tempfile.TemporaryDirectory() as folder:
        instance, event, token, tickets = make_instance(Path(folder), needed)
        waiting = iter(tickets)
        with (
            program("-m", "mudhif", "serve", "--port", "0", "--instance", str(instance.root)) as ours,
            program(str(HERE / "floor.py"), str(Path(folder) / "floor.db")) as floor,
        ):

            def one(which: str, clients: int) -> float:
                if which == "floor":
                    return measure(floor, clients, [("/checkins", body(next_ticket)) for next_ticket in sample])
                path = f"/api/v1/events/{event}/checkins"
                requests = [(path, body(next(waiting))) for _ in range(REQUESTS)]
                return measure(ours, clients, requests, f"Authorization: Bearer {token}")

            sample = tickets[:REQUESTS]
            return [paired(clients, one) for clients in CLIENTS]


def body(ticket: str) -> str:
    """What a phone sends."""
    return json.dumps({"ticket": ticket, "scan_id": str(uuid.uuid4()), "gate": "garden"})


def paired(clients, one) -> Measured:
    """The rounds of one number of clients; the first warms up and does not count."""
    rounds = []
    for number in range(ROUNDS + 1):
        order = ("floor", "ours") if number % 2 else ("ours", "floor")
        rounds.append({which: one(which, clients) for which in order})
    counted = rounds[1:]
    ratios = sorted(r["ours"] / r["floor"] for r in counted)
    return Measured(
        clients=clients,
        floor=statistics.median(r["floor"] for r in counted),
        ours=statistics.median(r["ours"] for r in counted),
        ratio=statistics.median(ratios),
        low=ratios[len(ratios) // 4],
        high=ratios[-1 - len(ratios) // 4],
    )


def main() -> None:
    print(f"Check-ins a second over HTTP, medians of {ROUNDS} paired rounds of {REQUESTS}")
    print(f"{'clients':>7} {'floor':>8} {'ours':>8} {'ratio':>7}   middle half")
    for row in checkins():
        spread = f"{row.low:.2f} to {row.high:.2f}"
        print(f"{row.clients:7} {row.floor:8.0f} {row.ours:8.0f} {row.ratio:7.2f}   {spread}", flush=True)


if __name__ == "__main__":
    main()
