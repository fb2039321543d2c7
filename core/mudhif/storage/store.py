"""An open installation: its database, its models and its writer, and what is done to all of them at once."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from peewee import Model

from mudhif.config import Instance
from mudhif.domain.errors import InstanceBusy, NotFound, Unavailable
from mudhif.domain.ids import new_id
from mudhif.i18n import N_
from mudhif.storage.apply import CannotApply, Derived, Tables
from mudhif.storage.bulk import ReadyRows, ready
from mudhif.storage.database import Database, ServeLock
from mudhif.storage.journal import SELECT, TABLES, Change, change_from
from mudhif.storage.model import Journaled, Local
from mudhif.storage.writer import Tx, Writer

T = TypeVar("T")


class NoInstance(NotFound):
    message = N_(
        "There is no Mudhif installation in %(path)s. Name another folder with --instance, "
        "or make one: mudhif init --admin NAME."
    )
    code = "no-instance"


class StillRead(Unavailable):
    message = N_(
        "The person is erased, but another program is reading the database, and its log keeps the name meanwhile. "
        "Stop that program and erase once more."
    )
    code = "still-read"


class Store:
    """One open installation.

    Args:
        instance: its folder; None keeps everything in memory, for tests.
        models: every Fact, Record and Local class, the plugins' too.
        derived: see `mudhif.storage.apply.Derived`.
        label: how this process is named in its streams.
    """

    def __init__(
        self,
        instance: Instance | None,
        models: Iterable[type[Model]],
        derived: dict[str, Derived] | None = None,
        label: str = "",
    ) -> None:
        self.instance = instance
        self.models = list(models)
        self.journaled = [model for model in self.models if issubclass(model, Journaled)]
        for model in self.journaled:
            model._meta.without_rowid = True  # one tree less for each row: a page less to flush with every check-in
        self.local = [model for model in self.models if issubclass(model, Local)]
        if instance is not None:
            instance.create()
        self.db = Database(instance.database if instance else ":memory:", instance.write_lock if instance else None)
        self.tables = Tables(self.journaled, derived)
        self._before_answers: list[Callable[[list[Change]], None]] = []
        self._after_answers: list[Callable[[list[Change]], None]] = []
        self._seen = 0
        self._polling = threading.Lock()
        self._prepare()
        self.writer = Writer(self.db, self.tables, self.installation, label, self._committed, self._published)

    # ---------------------------------------------------------------- opening

    def _prepare(self) -> None:
        """Make what is missing, and refill the tables of models that are new or of a new version.

        Raises:
            InstanceBusy: a server runs whose tables would be made anew under it.
        """
        connection = self.db.writer
        connection.executescript(TABLES)
        with self.bound(), self.db.writing():
            connection.execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('installation', ?)", (new_id(),))
            self.installation = connection.execute("SELECT value FROM meta WHERE name = 'installation'").fetchone()[0]
            self._seen = connection.execute("SELECT coalesce(max(pos), 0) FROM journal").fetchone()[0]
            self.db.create_tables(self.local, safe=True)
            stale = [model for model in self.journaled if self._noted(model) != self._shape(model)]
            came_back = not stale and self._waits_for_a_model(connection)
        if any(self._noted(model) is not None for model in stale):
            lock = self.alone()  # a server that runs writes these tables as they were
            try:
                self._refill(stale)
            finally:
                lock.give_back()
        elif stale:
            self._refill(stale)
        elif came_back:
            with self.bound(), self.db.writing():
                self.retry_problems(connection)

    def _waits_for_a_model(self, connection: Any) -> bool:
        """Whether changes came while the plugin that knows their kind was away, or was an older one."""
        waiting = connection.execute(
            "SELECT DISTINCT j.kind FROM problem p JOIN journal j USING (stream, seq) "
            "WHERE p.reason LIKE 'unknown kind %' OR p.reason LIKE '% is newer than version %'"
        )
        return any(self.tables.knows(kind) for (kind,) in waiting.fetchall())

    @staticmethod
    def _shape(model: type[Journaled]) -> str:
        """What a table of this model looks like: changes when its version or its columns do."""
        columns = [f"{f.name} {type(f).__name__} {f.null}" for f in model._meta.sorted_fields]
        indexes = repr(model._meta.indexes)
        return hashlib.sha256("\n".join([model.journal_kind(), *columns, indexes]).encode()).hexdigest()

    def _noted(self, model: type[Journaled]) -> str | None:
        found = self.db.writer.execute(
            "SELECT value FROM meta WHERE name = ?", (f"table:{model._meta.table_name}",)
        ).fetchone()
        return found[0] if found else None

    @contextlib.contextmanager
    def bound(self) -> Iterator[Store]:
        """All models read from this installation meanwhile."""
        with self.db.bind_ctx(self.models, bind_refs=False, bind_backrefs=False):
            yield self

    def bind(self) -> Store:
        """All models read from this installation from now on."""
        self.db.bind(self.models, bind_refs=False, bind_backrefs=False)
        return self

    # ---------------------------------------------------------------- writing

    def write(self, unit: Callable[..., T], *args: Any) -> T:
        """Run ``unit(tx, *args)`` as one unit of work and return what it returns, once that is on the disk."""
        return self.writer.do(unit, *args)

    def before_answers(self, follow: Callable[[list[Change]], None]) -> None:
        """Call ``follow`` with the changes of each batch, after its commit and before anyone is answered.

        For counts in memory: it runs inside the write lock, so it must be quick and must not raise.
        """
        self._before_answers.append(follow)

    def after_answers(self, follow: Callable[[list[Change]], None]) -> None:
        """Call ``follow`` with the changes of each committed batch, of this process or another: for live updates."""
        self._after_answers.append(follow)

    def _committed(self, changes: list[Change]) -> None:
        for follow in self._before_answers:
            follow(changes)

    def _published(self, changes: list[Change]) -> None:
        for follow in self._after_answers:
            follow(changes)
        self._unlink()

    def _unlink(self) -> None:
        if not self.tables.unlinked or self.instance is None:
            return
        from mudhif.storage.blobs import drop_blob

        while self.tables.unlinked:
            name = self.tables.unlinked.pop()
            if not self._is_needed(name):
                drop_blob(name)

    def _is_needed(self, blob: str) -> bool:
        """Whether a row that is not deleted names this attachment."""
        for model in self.journaled:
            if model._meta.blob is not None:
                stands = ' AND NOT "deleted"' if model.is_record else ""
                query = f'SELECT 1 FROM "{model._meta.table_name}" WHERE "{model._meta.blob}" = ?{stands} LIMIT 1'
                if self.db.execute_sql(query, (blob,)).fetchone():
                    return True
        return False

    def data_version(self) -> int:
        """A number that changes when another process has committed; of this thread's connection."""
        return int(self.db.execute_sql("PRAGMA data_version").fetchone()[0])

    def foreign_changes(self) -> list[Change]:
        """What other processes have written since the last call; tells the followers of it, too."""
        with self._polling:
            rows = self.db.execute_sql(f"{SELECT} WHERE j.pos > ? ORDER BY j.pos", (self._seen,)).fetchall()
            if not rows:
                return []
            self._seen = rows[-1][0]
            changes = [change_from(row) for row in rows if row[1] not in self.writer.streams]
        if changes:
            with self.writer.alone():  # its followers count in memory, and so does each commit
                self._committed(changes)
            self._published(changes)
        return changes

    # ---------------------------------------------------------------- tables from the journal

    def rebuild(self) -> None:
        """Empty every journaled table and fill it from the journal again."""
        self._refill(self.journaled)

    def _refill(self, models: list[type[Journaled]]) -> None:
        names = {model.journal_name() for model in models}
        with self.db.unchecked_references(), self.bound(), self.db.writing() as connection:
            for model in models:
                connection.execute(f'DROP TABLE IF EXISTS "{model._meta.table_name}"')
            self.db.create_tables(models, safe=True)
            self.tables.deferred, self.tables.check_references = {}, True
            try:
                self._fold(connection, names)
                waiting, self.tables.deferred = self.tables.deferred, None
                for kind, rows in waiting.items():
                    self.tables.derived[kind](connection, sorted(rows))
            finally:
                self.tables.deferred, self.tables.check_references = None, False
            for model in models:
                connection.execute(
                    "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
                    (f"table:{model._meta.table_name}", self._shape(model)),
                )

    def _fold(self, connection: Any, names: set[str]) -> None:
        connection.execute(
            "DELETE FROM problem WHERE (stream, seq) IN (SELECT stream, seq FROM journal "
            f"WHERE substr(kind, 1, instr(kind, '/') - 1) IN ({', '.join('?' * len(names))}))",
            sorted(names),
        )
        last = 0
        while rows := connection.execute(f"{SELECT} WHERE j.pos > ? ORDER BY j.pos LIMIT 1000", (last,)).fetchall():
            last = rows[-1][0]
            for row in rows:
                if row[7].rpartition("/")[0] in names:
                    self.apply_or_note(connection, change_from(row))
        self.retry_problems(connection)

    def apply_or_note(self, connection: Any, change: Change) -> bool:
        """Apply a change that is in the journal; what cannot be applied is noted in ``problem`` with its reason."""
        connection.execute("SAVEPOINT change")
        try:
            self.tables.check_values(change)
            self.tables.apply(connection, change)
        except CannotApply as error:
            connection.execute("ROLLBACK TO change")
            connection.execute(
                "INSERT OR REPLACE INTO problem (stream, seq, reason) VALUES (?, ?, ?)",
                (change.stream, change.seq, str(error)),
            )
            return False
        finally:
            connection.execute("RELEASE change")
        return True

    def retry_problems(self, connection: Any) -> None:
        """Try what could not be applied again, until nothing more can be."""
        progress = True
        while progress:
            progress = False
            for row in connection.execute(f"{SELECT} JOIN problem USING (stream, seq) ORDER BY j.pos").fetchall():
                change = change_from(row)
                if self.apply_or_note(connection, change):
                    connection.execute("DELETE FROM problem WHERE stream = ? AND seq = ?", (change.stream, change.seq))
                    progress = True

    # ---------------------------------------------------------------- all of it

    def tidy_after_erasing(self) -> None:
        """Let no page of the file keep what was erased, nor a guest list that was sent and not yet written.

        Raises:
            StillRead: another program reads so long that the log could not be cut.
        """
        with self.writer.alone():
            if self.instance is not None:
                for file in self.instance.uploads.glob("*"):
                    file.unlink(missing_ok=True)
            if not self.db.rewrite():
                raise StillRead

    def make_room(self) -> None:
        """Let commits be quick from the first one on: for a server that starts."""
        with self.writer.alone():
            self.db.make_room()

    def alone(self) -> ServeLock:
        """The lock of `serve`, taken; for what needs the installation for itself.

        Raises:
            InstanceBusy: a server runs on it.
        """
        assert self.instance is not None
        lock = ServeLock(self.instance.serve_lock)
        if not lock.take():
            raise InstanceBusy(path=self.instance.root)
        return lock

    def close(self) -> None:
        self.db.shut()


_current: Store | None = None


def current() -> Store:
    """The installation that this process has open."""
    if _current is None:
        raise RuntimeError("no installation is open")
    return _current


def use(store: Store | None) -> None:
    """Make this the process's open installation, or none."""
    global _current
    _current = store
    if store is not None:
        store.bind()


def write(unit: Callable[..., T], *args: Any) -> T:
    """Run ``unit(tx, *args)`` as one unit of work in the open installation; returns once it is on the disk."""
    return current().write(unit, *args)


def ready_rows(model: type[Journaled], rows: Iterable[Mapping[str, Any]]) -> ReadyRows:
    """Rows for `Tx.create_many`, made ready outside the unit, which then keeps a check-in waiting half as long."""
    return ready(current().tables, model, rows)


__all__ = ["NoInstance", "ReadyRows", "Store", "Tx", "current", "ready_rows", "use", "write"]
