"""A guest list of 10,000 rows imported while a desk checks in: how long it takes, and how long the desk waits."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

from mudhif.app import DERIVED
from mudhif.config import Instance
from mudhif.services.guest_import import ImportPlan, import_guests, plan_import
from mudhif.services.guest_tables import read_guest_file
from mudhif.services.guest_undo import find_import, plan_undo, undo_import
from mudhif.storage.models import CORE_MODELS
from mudhif.storage.store import Store, use, write

from .bench_guests import COUNT, make_event, timed, write_list

EVERY_SECONDS = 0.01


class Desk(threading.Thread):
    """Somebody who writes one row again and again, and notes the longest wait."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.longest = 0.0

    def run(self) -> None:
        while not self.ended.wait(EVERY_SECONDS):
            start = time.perf_counter()
            write(lambda tx: None)
            self.longest = max(self.longest, time.perf_counter() - start)

    def __enter__(self) -> Desk:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        self.join()


def measure(folder: Path) -> None:
    event = write(make_event)
    write_list(folder / "guests.xlsx")
    table = timed(f"{COUNT} rows of an .xlsx read", lambda: read_guest_file(folder / "guests.xlsx"))
    plan = timed("previewed", lambda: plan_import(event.id, table))
    done = _with_a_desk("written, tickets signed", plan)
    again = timed("the same file previewed again", lambda: plan_import(event.id, table))
    _with_a_desk("the same file written again", again)
    made = find_import(event.id, done.written_as)
    timed("the undoing previewed", lambda: plan_undo(made))
    with Desk() as desk:
        timed("taken back", lambda: undo_import(made))
    print(f"{'  a check-in waited at most':<34}{desk.longest:7.3f} s")


def _with_a_desk(what: str, plan: ImportPlan) -> ImportPlan:
    with Desk() as desk:
        done = timed(what, lambda: import_guests(plan))
    print(f"{'  a check-in waited at most':<34}{desk.longest:7.3f} s")
    return done


def main() -> None:
    """Measure in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Instance(Path(folder) / "instance"), CORE_MODELS, DERIVED)
        use(store)
        measure(Path(folder))
        use(None)
        store.close()


if __name__ == "__main__":
    main()
