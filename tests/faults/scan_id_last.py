"""A planted bug, as a program: `mudhif` that judges first, and looks the scan id up only before it would keep it."""

from __future__ import annotations

from typing import Any

import mudhif_checkin.checkins as checkins
from mudhif.cli import main
from mudhif_checkin import queries

keep, known = checkins._keep, queries.known_scan


class NotKept:
    """A unit of work in which nothing is written."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def insert(self, *_values: Any) -> None: ...


class Unknown:
    """What is found when nothing is looked up."""

    def fetchone(self) -> None: ...


def keep_what_is_new(tx: Any, event: str, scan: Any, *judged: Any) -> Any:
    is_known = known(tx.connection, scan.scan_id).fetchone() is not None
    return keep(NotKept(tx.connection) if is_known else tx, event, scan, *judged)  # type: ignore[arg-type]


if __name__ == "__main__":
    checkins._keep = keep_what_is_new
    queries.known_scan = lambda *_arguments: Unknown()  # type: ignore[assignment]
    main()
