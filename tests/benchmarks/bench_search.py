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
from mudhif.services.figures import guest_counts
from mudhif.services.guest_edits import edit_guests, undo_edit
from mudhif.services.guest_finding import Wanted, find
from mudhif.services.registrations import guest_page
from mudhif.storage.models import CORE_MODELS, Event, Person, Project, Registration
from mudhif.storage.search import index_people, index_rest, indexed_later
from mudhif.storage.store import Store, Tx, use, write
from mudhif.storage.unchanged import unless_changed

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
    works: dict[str, Callable[[], int]] = {}
    for what, text in SEARCHES.items():
        works[f"{what}: {text}"] = lambda text=text: guest_page(event.id, page=1, wanted=Wanted(search=text)).total
    lists = {
        "list, first page": Wanted(),
        "list, women": Wanted(sex="f"),
        "list by name": Wanted(sort="name"),
        "list by organisation, downwards": Wanted(sort="organisation", descending=True),
        "list of an organisation": Wanted(organisation="office 17"),
        "list, not invited": Wanted(invited=False),
        "search with a filter": Wanted(search="محمد", sex="m"),
        "search, sorted by name": Wanted(search="محمد", sort="name"),
        "search, all that it finds": Wanted(search="محمد علي"),
    }
    for what, wanted in lists.items():
        page = None if what.endswith("finds") else 1
        works[what] = lambda wanted=wanted, page=page: (
            guest_page(event.id, page=page, wanted=wanted).total if page else len(find(event.id, wanted).ids)
        )
    works["list, last page"] = lambda: guest_page(event.id, page=guest_page(event.id, page=1).pages).total
    works["counts of the chips, nobody changed"] = lambda: unless_changed("c", lambda: guest_counts(event.id)).all
    works["counts of the chips, after a change"] = lambda: guest_counts(event.id).all
    found = {what: cpu(work) for what, work in works.items()}
    ids = find(event.id, Wanted()).ids[:1000]
    for what, changes in (("sex", {"sex": "f"}), ("kind", {"kind": "media"}), ("organisation", {"organisation": "Ur"})):
        start = time.process_time()
        edit = write(edit_guests, event, ids, changes)
        spent, start = time.process_time() - start, time.process_time()
        write(undo_edit, event, edit.first, edit.last)
        found[f"{what} of 1,000 set"] = (spent * 1000, spent * 1000, edit.changed)
        spent = time.process_time() - start
        found[f"{what} of 1,000 put back"] = (spent * 1000, spent * 1000, edit.changed)
    return found


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:] if size.isdigit()] or list(SIZES)
    all_found: dict[int, dict[str, tuple[float, float, int]]] = {}
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
