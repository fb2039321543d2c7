"""A guest list of 10,000 made-up people: read, planned, written and listed; and searches in either script."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import xlsxwriter

from mudhif.config import Instance
from mudhif.services.guest_import import apply_import, plan_import
from mudhif.services.guest_tables import read_guest_file
from mudhif.services.registrations import guest_page
from mudhif.services.tickets import ticket_texts
from mudhif.storage.models import CORE_MODELS, Event, Project
from mudhif.storage.search import find_guests, index_people
from mudhif.storage.store import Store, Tx, use, write

COUNT = 10_000
_GIVEN = """محمد علي Hussein زينب Fatima Ahmed حسن Noor Karrar سجاد مرتضى Zahraa Ridha حيدر Ali Murtadha Sara هدى"""
_FAMILY = """Jubouri العبيدي Khafaji الياسري Musawi الربيعي Saleh كاظم Tamimi الخزرجي"""
GIVEN, FAMILY = _GIVEN.split(), _FAMILY.split()
SEARCHES = ["م", "محمد", "محمد حس", "zainab", "Zeinab Jubouri", "Muhamd", "nobody", "4500"]

T = TypeVar("T")


def timed(what: str, work: Callable[[], T]) -> T:
    start = time.perf_counter()
    made = work()
    print(f"{what:<34}{time.perf_counter() - start:7.3f} s")
    return made


def write_list(path: Path) -> None:
    chance = random.Random(1)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Sex", "Organisation", "Phone"])
        for n in range(COUNT):
            name = " ".join([*(chance.choice(GIVEN) for _ in range(3)), chance.choice(FAMILY)])
            sheet.write_row(n + 1, 0, [name, "fm"[n % 2], f"Office {n % 97}", f"0780{n:07}"])


def make_event(tx: Tx) -> Event:
    now = datetime(2024, 3, 7, 6, tzinfo=UTC)
    project = tx.create(Project, title="Benchmark")
    return tx.create(Event, project=project.id, code="bench", title="Congress", starts=now, ends=now)


def measure(folder: Path) -> None:
    event = write(make_event)
    write_list(folder / "guests.xlsx")
    table = timed(f"{COUNT} rows of an .xlsx read", lambda: read_guest_file(folder / "guests.xlsx"))
    plan = timed("planned", lambda: plan_import(event.id, table))
    _done, made = timed("written as one unit", lambda: write(apply_import, plan))
    timed("their tickets signed", lambda: ticket_texts(made))
    timed("the same file planned again", lambda: plan_import(event.id, table))
    timed("a page of the list", lambda: guest_page(event.id, page=1))
    timed("the whole list", lambda: guest_page(event.id))
    for text in SEARCHES:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            found = find_guests(event.id, text)
            times.append(time.perf_counter() - start)
        print(f"search {text:<20}{len(found.ids):4} hits {statistics.median(times) * 1000:8.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Instance(Path(folder) / "instance"), CORE_MODELS, {"core.person": index_people})
        use(store)
        measure(Path(folder))
        use(None)
        store.close()


if __name__ == "__main__":
    main()
