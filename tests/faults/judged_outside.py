"""A planted bug, as a program: `mudhif` that judges on what it read before the transaction, and then keeps that."""

from __future__ import annotations

from typing import Any

import mudhif_checkin.api as api
from mudhif.cli import main
from mudhif.plugin_api import write
from mudhif_checkin import queries
from mudhif_checkin.checkins import keep_scan
from mudhif_checkin.counts import tallies


class Later:
    """Stands for a unit of work that has not begun: remembers what is to be written in it."""

    def __init__(self) -> None:
        self.connection = queries.reader()
        self.inserts: list[tuple[Any, ...]] = []

    def insert(self, *values: Any) -> None:
        self.inserts.append(values)


def judge_then_write(event: str, scan: Any, who: Any) -> Any:
    later = Later()
    answered = keep_scan(later, event, scan, who)  # type: ignore[arg-type]

    def keep(tx: Any) -> None:
        tallies().of(tx.connection, event)
        for values in later.inserts:
            tx.insert(*values)

    write(keep)
    return answered


if __name__ == "__main__":
    api.check_in = judge_then_write
    main()
