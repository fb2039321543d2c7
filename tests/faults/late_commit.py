"""A planted bug, as a program: `mudhif` whose writer answers before the commit.

The commit comes a tenth of a second later, or when the environment says, from a thread.
A test that stays green with this program tests nothing.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from mudhif.cli import main
from mudhif.storage import database
from mudhif.storage.database import Database
from mudhif.storage.writer import Writer

COMMIT_EVERY_SECONDS = float(os.environ.get("MUDHIF_COMMIT_EVERY", "0.1"))


class LateCommit:
    """The writing connection, without the commit at the end of a batch."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *values: Any) -> Any:
        if sql == "COMMIT" or (sql == "BEGIN IMMEDIATE" and self._connection.in_transaction):
            return self._connection.execute("SELECT 1")
        return self._connection.execute(sql, *values)


def plant() -> None:
    """Put the bug into the writer of this process."""
    opened, start = Database.writer.fget, Writer.__init__
    late: dict[int, LateCommit] = {}

    def writer(self: Database) -> Any:
        connection = opened(self)
        return late.setdefault(id(connection), LateCommit(connection)) if self in serving else connection

    serving: set[Database] = set()

    def begin(self: Writer, db: Database, *args: Any, **options: Any) -> None:
        start(self, db, *args, **options)
        serving.add(db)
        threading.Thread(target=commit_now_and_then, args=(self,), daemon=True).start()

    Database.writer = property(writer)  # type: ignore[assignment,method-assign]
    Writer.__init__ = begin  # type: ignore[method-assign]


def commit_now_and_then(writer: Writer) -> None:
    while True:
        time.sleep(COMMIT_EVERY_SECONDS)
        with writer.alone():
            connection = writer.db.writer._connection
            if connection.in_transaction:
                connection.execute("COMMIT")


if __name__ == "__main__":
    database.FREE_BYTES_FOR_ROOM = 1 << 62  # else a full disk is met only when the log's room is used up
    plant()
    main()
