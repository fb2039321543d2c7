"""500 badges: issuing the tickets, drawing the codes, laying out the PDF. Prints seconds, cold and warm."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from mudhif.config import Instance
from mudhif.services import qr
from mudhif.services.badges import badges_of, heading_of, render_badges
from mudhif.services.tickets import ticket_texts
from mudhif.storage.models import CORE_MODELS, Event, Person, Project, Registration
from mudhif.storage.store import Store, Tx, use, write

COUNT = 500
NAMES = [("زينب كريم الموسوي", "Zainab Karim Al-Mousawi"), ("Ammar Saleh", "عمار صالح"), ("رسل هادي عبد الأمير", None)]

T = TypeVar("T")


def timed(what: str, work: Callable[[], T]) -> T:
    start = time.perf_counter()
    made = work()
    print(f"{what:<34}{time.perf_counter() - start:7.3f} s")
    return made


def make_event(tx: Tx) -> Event:
    now = datetime(2024, 3, 7, 6, tzinfo=UTC)
    project = tx.create(Project, title="Benchmark")
    event = tx.create(Event, project=project, code="bench", title="Third dialogue session", starts=now, ends=now)
    for number in range(1, COUNT + 1):
        name, other = NAMES[number % len(NAMES)]
        person = tx.create(Person, name=f"{name} {number}", name_alt=other, organisation="جامعة ذي قار")
        tx.create(Registration, event=event, person=person, number=number, made=now)
    return event


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Instance(Path(folder) / "instance"), CORE_MODELS)
        use(store)
        event = write(make_event)
        ids = [row.id for row in Registration.select()]
        texts = timed(f"{COUNT} tickets signed and stored", lambda: ticket_texts(ids))
        timed(f"{COUNT} QR codes", lambda: [qr.qr_svg(text, quiet=2) for text in texts.values()])
        badges = timed(f"{COUNT} badges read", lambda: badges_of(event))
        heading = heading_of(event)
        pdf = timed("PDF, cold", lambda: render_badges(heading, badges))
        timed("PDF, warm", lambda: render_badges(heading, badges))
        print(f"{'PDF':<34}{len(pdf) / 1e6:7.2f} MB")
        use(None)
        store.close()


if __name__ == "__main__":
    main()
