"""How long finding a guest takes at 1,000, 10,000 and 100,000 people in one event, and how that grows.

Times are the process's own CPU time, the median and the worst of several: others who use the machine do not count.
Run one size by naming it: ``python tests/benchmarks/bench_search.py 10000``.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mudhif.config import Instance
from mudhif.domain.ids import new_id
from mudhif.domain.names_table import ROWS
from mudhif.services.registrations import guest_page
from mudhif.storage.models import CORE_MODELS, Event, Person, Project, Registration
from mudhif.storage.search import index_people, index_rest, indexed_later
from mudhif.storage.store import Store, Tx, use, write

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 9
AT_ONCE = 5_000
FAMILIES = [row for row in ROWS if row[0].startswith("ال")]
GIVEN = [row for row in ROWS if row not in FAMILIES and " " not in row[0]]
SEARCHES = {
    "first letter": "م",
    "first letter, Latin": "a",
    "two letters": "مح",
    "a common name": "محمد",
    "its other spelling": "Muhammed",
    "two common words": "محمد علي",
    "two, the last begun": "محمد حس",
    "two in Latin": "Ahmed Hussein",
    "three words": "Zainab Ali Jubouri",
    "common and rare": "محمد نازنين",
    "two that meet nobody": "Dilshad Musawi Sherko",
    "by ear": "Muhamd",
    "by ear, two": "Muhamd Huseyin",
    "nobody": "qqqq",
    "organisation": "Office 17",
    "a name and its office": "Ali Office 17",
    "phone, four digits": "4500",
    "whole phone": "07800004500",
    "number": "812",
}


def people(count: int) -> Iterator[dict[str, Any]]:
    """Made-up people: the first rows of the variant table far more often than the last, every fifth in Latin."""
    chance = random.Random(1)
    weights = [1 / (place + 1) for place in range(len(GIVEN))]
    for n in range(count):
        rows = [*chance.choices(GIVEN, weights, k=3), chance.choice(FAMILIES)]
        latin = " ".join(chance.choice(row[1:]) for row in rows)
        arabic = " ".join(row[0] for row in rows)
        name, other = (latin, arabic) if n % 5 == 0 else (arabic, latin if n % 3 == 0 else None)
        yield {"id": new_id(), "name": name, "name_alt": other, "sex": (None, "f", "m", "f")[n % 4],
               "organisation": f"Office {n % 97}", "phone": f"0780{n:07}", "phone_e164": f"+964780{n:07}"}  # fmt: skip


def fill(count: int) -> Event:
    event: Event = write(_event)
    made = list(people(count))
    for start in range(0, count, AT_ONCE):
        with indexed_later():
            write(_register, event.id, made[start : start + AT_ONCE], start)
    while write(index_rest):
        pass
    return event


def _event(tx: Tx) -> Event:
    now = datetime(2024, 3, 7, 6, tzinfo=UTC)
    project = tx.create(Project, title="Benchmark")
    return tx.create(Event, project=project.id, code="bench", title="Congress", starts=now, ends=now)


def _register(tx: Tx, event: str, rows: list[dict[str, Any]], start: int) -> None:
    tx.create_many(Person, rows)
    now = datetime(2024, 3, 7, 6, tzinfo=UTC)
    tx.create_many(
        Registration,
        [
            {"event": event, "person": row["id"], "number": n, "made": now, "status": "registered"}
            for n, row in enumerate(rows, start=start + 1)
        ],
    )


def cpu(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """The median and the worst CPU time in milliseconds, and what came out."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        made = work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times), max(times), made


def measure(event: Event) -> dict[str, tuple[float, float, int]]:
    found = {}
    for what, text in SEARCHES.items():
        middle, worst, page = cpu(lambda text=text: guest_page(event.id, search=text, page=1))
        found[f"{what}: {text}"] = (middle, worst, page.total)
    return found


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    all_found = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            derived = {"core.person": index_people}
            store = Store(Instance(Path(folder) / "instance"), CORE_MODELS, derived)
            use(store)
            all_found[size] = measure(fill(size))
            use(None)
            store.close()
    print(f"{'CPU ms, median (worst), hits':<44}" + "".join(f"{size:>26,}" for size in sizes))
    for what in all_found[sizes[0]]:
        row = [all_found[size][what] for size in sizes]
        print(f"{what:<44}" + "".join(f"{middle:10.1f} ({worst:6.1f}){hits:7}" for middle, worst, hits in row))


if __name__ == "__main__":
    main()
