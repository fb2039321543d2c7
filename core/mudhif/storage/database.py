"""The SQLite file: one connection that writes, and for each thread one that only reads.

A thread that runs a unit of work sees the writing connection through every model; nobody else ever does.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import peewee
from peewee import SqliteDatabase

if os.name == "nt":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]

    def _unlock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


LOG_PAGES = 4000
"""16 MB. With SQLite's 1000 every 150th guest waits for the log to be moved into the file."""

FREE_BYTES_FOR_ROOM = 1 << 30
"""Where less than 1 GB is free, the log grows as it must."""

WRITER = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": 10_000,
    "wal_autocheckpoint": LOG_PAGES,
}
# A reader that checkpoints beside a writer is what corrupted databases before SQLite 3.51.3.
READER = {"query_only": 1, "foreign_keys": 1, "busy_timeout": 10_000, "wal_autocheckpoint": 0}


class SettingNotTaken(RuntimeError):
    """SQLite did not take a setting on which the promise *nothing lost* rests."""


if TYPE_CHECKING:
    _Sqlite = Any  # its stubs leave out what is overridden here
else:
    _Sqlite = SqliteDatabase


class Database(_Sqlite):  # type: ignore[misc]
    """An installation's SQLite database; ``:memory:`` gives one connection for everything, for tests.

    Args:
        path: the file; made if it is missing.
        lock_path: a file that every process locks round each batch of writes.
    """

    def __init__(self, path: Path | str, lock_path: Path | None = None) -> None:
        super().__init__(str(path), check_same_thread=False, cached_statements=512, isolation_level=None)
        self.in_memory = str(path) == ":memory:"
        # The driver asks each value that is no text and no number how it is to be written, and finds out by four
        # exceptions: 0.7 µs for each NULL and each yes or no, a third of what an INSERT costs.
        self.driver: Any = vars(peewee)["sqlite3"]  # the one that peewee chose
        self.driver.register_adapter(type(None), lambda _: None)
        self.driver.register_adapter(bool, int)
        self._writer: Any = None
        self._opening = threading.Lock()
        self._lock_file: BinaryIO | None = lock_path.open("a+b") if lock_path else None

    @property
    def writer(self) -> Any:
        """The driver's connection that writes; opened at the first use."""
        if self._writer is None:
            with self._opening:
                if self._writer is None:
                    connection = super()._connect()
                    self._set(connection, WRITER)
                    self._writer = connection
        return self._writer

    def _connect(self) -> Any:
        if self.in_memory:
            return self.writer
        # A reader opens after the writer: the file, and its WAL mode, are there then.
        assert self.writer is not None
        connection = super()._connect()
        self._set(connection, READER)
        return connection

    def _close(self, conn: Any) -> None:
        if conn is not self._writer:
            super()._close(conn)

    def _set(self, connection: Any, settings: Mapping[str, object]) -> None:
        for name, wanted in settings.items():
            connection.execute(f"PRAGMA {name} = {wanted}").fetchall()
            took = connection.execute(f"PRAGMA {name}").fetchone()
            if took and str(took[0]) != str(wanted) and not (self.in_memory and name == "journal_mode"):
                raise SettingNotTaken(f"PRAGMA {name} is {took[0]}, not {wanted}")

    @contextlib.contextmanager
    def writing(self) -> Iterator[Any]:
        """This thread reads and writes through the writing connection, inside one durable transaction.

        Commits at the end; rolls everything back if anything is raised. The caller holds the process's write lock;
        other processes are kept out by the lock file.
        """
        connection, state, file = self.writer, self._state, self._lock_file
        mine = (state.conn, state.closed, state.ctx, state.transactions)
        # Not empty, so that a unit's own `atomic()` becomes a savepoint instead of a second BEGIN.
        if file is not None:
            _lock(file)
        try:
            state.conn, state.closed, state.ctx, state.transactions = connection, False, [], [self]
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:  # also Ctrl-C: nothing of it stays
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        finally:
            state.conn, state.closed, state.ctx, state.transactions = mine
            if file is not None:
                _unlock(file)

    def make_room(self) -> None:
        """Let the log have its whole length before the first guest comes.

        A commit that makes a file longer waits for the file system, too, about as long again as for the disk. What a
        big transaction wrote there before it was taken back is written over, and no reader ever sees it.
        """
        if self.in_memory or shutil.disk_usage(Path(self.database).parent).free < FREE_BYTES_FOR_ROOM:
            return
        with contextlib.suppress(self.driver.OperationalError), self._locked():
            self._fill_log()

    def _fill_log(self) -> None:
        connection = self.writer
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("CREATE TABLE room (zeros BLOB)")
            connection.execute("INSERT INTO room VALUES (zeroblob(?))", (LOG_PAGES * 4096,))
        finally:
            connection.execute("ROLLBACK")
        with Path(f"{self.database}-wal").open("r+b") as log:
            os.fsync(log.fileno())

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Other processes do not write meanwhile."""
        if self._lock_file is not None:
            _lock(self._lock_file)
        try:
            yield
        finally:
            if self._lock_file is not None:
                _unlock(self._lock_file)

    def rewrite(self) -> bool:
        """Rewrite the file and cut the log, so that no page keeps what was deleted; the caller holds the write lock.

        Returns:
            False where somebody reads so long that the log could not be cut: it keeps old pages until then.
        """
        with self._locked():
            self.writer.execute("VACUUM")
            return bool(self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that this thread reads meanwhile is of one moment, whatever is written beside."""
        self.execute_sql("BEGIN")
        try:
            yield
        finally:
            self.execute_sql("COMMIT")

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy into a new file, while others read and write."""
        connection = super()._connect()
        try:
            connection.execute("VACUUM INTO ?", (str(path),))
        finally:
            connection.close()

    @contextlib.contextmanager
    def unchecked_references(self) -> Iterator[Any]:
        """The writing connection with foreign keys off, outside any transaction: for dropping and refilling tables."""
        connection = self.writer
        connection.execute("PRAGMA foreign_keys = 0")
        try:
            yield connection
        finally:
            connection.execute("PRAGMA foreign_keys = 1")

    def shut(self) -> None:
        """Close this thread's connection and the writing one."""
        if not self.is_closed():
            self.close()
        with self._opening:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None


class ServeLock:
    """Held by `serve` as long as it runs, so that what needs the instance for itself can refuse."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None

    def take(self) -> bool:
        """Take it without waiting; false if another process has it."""
        file = self.path.open("a+b")
        try:
            if os.name == "nt":
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def give_back(self) -> None:
        if self._file is not None:
            _unlock(self._file)
            self._file.close()
            self._file = None
