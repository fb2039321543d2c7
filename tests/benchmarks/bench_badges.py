"""500 and 5,000 badges: issuing the tickets, drawing the codes, laying out the PDF, noting the prints.

Prints seconds; of 500 in a fresh process, as the first who prints after a start waits (cold), and again (warm).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from mudhif.config import Instance
from mudhif.services import qr
from mudhif.services.badge_prints import note_prints
from mudhif.services.badges import Choice, badges_of, chosen, heading_of, render_badges
from mudhif.services.tickets import ticket_texts
from mudhif.storage.models import CORE_MODELS, Event, Person, Project, Registration
from mudhif.storage.store import Store, Tx, use, write

COUNTS = (500, 5000)
LAYOUTS = ("a4", "a4-10", "a6", "label-62", "tent")
NAMES = [("زينب كريم الموسوي", "Zainab Karim Al-Mousawi"), ("Ammar Saleh", "عمار صالح"), ("رسل هادي عبد الأمير", None)]

T = TypeVar("T")


def timed(what: str, work: Callable[[], T]) -> T:
    start, busy = time.perf_counter(), time.process_time()
    made = work()
    print(f"{what:<34}{time.perf_counter() - start:7.3f} s{time.process_time() - busy:9.3f} s of a processor")
    return made


def make_event(tx: Tx, count: int) -> Event:
    now = datetime(2024, 3, 7, 6, tzinfo=UTC)
    project = tx.create(Project, title="Benchmark")
    event = tx.create(Event, project=project, code="bench", title="Third dialogue session", starts=now, ends=now)
    for number in range(1, count + 1):
        name, other = NAMES[number % len(NAMES)]
        person = tx.create(Person, name=f"{name} {number}", name_alt=other, organisation="جامعة ذي قار")
        tx.create(Registration, event=event, person=person, number=number, made=now)
    return event


def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Instance(Path(folder) / "instance"), CORE_MODELS)
        use(store)
        event = write(make_event, count)
        ids = [row.id for row in Registration.select()]
        start = time.perf_counter()
        texts = timed(f"{count} tickets signed and stored", lambda: ticket_texts(ids))
        timed(f"{count} QR codes", lambda: [qr.qr_svg(text, quiet=2) for text in texts.values()])
        badges = timed(f"{count} badges read", lambda: badges_of(event))
        heading = heading_of(event)
        pdf = timed("PDF", lambda: render_badges(heading, badges))
        print(f"{'all of it, cold':<34}{time.perf_counter() - start:7.3f} s")
        timed("all of it, warm", lambda: render_badges(heading_of(event), badges_of(event)))
        print(f"{'PDF':<34}{len(pdf) / 1e6:7.2f} MB")
        timed(f"{count} prints noted", lambda: note_prints(ids, layout="a4"))
        timed("who is left to print", lambda: chosen(event, Choice(unprinted=True)))
        for layout in LAYOUTS if count == COUNTS[0] else ():
            timed(f"PDF, {layout}", lambda layout=layout: render_badges(heading, badges, sheet=layout))
        use(None)
        store.close()


def main() -> None:
    for count in COUNTS:
        measure(count)


if __name__ == "__main__":
    main()
