"""The one way to write: units of work, many to a commit, answered only when the commit is on the disk.

No thread of its own: whoever finds the lock free runs all that waits, so a crowd costs no more flushes than one guest.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from mudhif.domain.errors import NotFound
from mudhif.domain.ids import new_id
from mudhif.storage.apply import ERASE, Tables, is_erased
from mudhif.storage.bulk import ReadyRows, add_many, ready
from mudhif.storage.database import Database
from mudhif.storage.journal import INSERT, INSERT_SEALED, Change, Stream, change_of, now_us
from mudhif.storage.model import Fact, Journaled, Record, Stored
from mudhif.storage.refusals import NotWritten, PersonErased, WriteInsideUnit

log = logging.getLogger(__name__)

T = TypeVar("T")
M = TypeVar("M", bound=Journaled)

actor: contextvars.ContextVar[str] = contextvars.ContextVar("actor", default="system")
"""Who the changes of this thread are noted for: an account's, device's or token's id, or ``command-line``."""

BATCH = 64


class _Waiting:
    __slots__ = ("actor", "args", "done", "error", "turn", "unit", "value")

    def __init__(self, unit: Callable[..., Any], args: tuple[Any, ...], who: str) -> None:
        self.unit, self.args, self.actor = unit, args, who
        self.turn = threading.Lock()  # open once it is done, or may run what waits
        self.turn.acquire()
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None

    def wake(self) -> None:
        """Let its thread go on."""
        try:  # noqa: SIM105  # `suppress` would cost as much again, for each guest
            self.turn.release()
        except RuntimeError:  # it is open already
            pass


class Writer:
    """A process's queue of units and its lock.

    Args:
        committed: called inside the lock with the changes of each batch, after its commit and before any answer.
        published: called with them after the lock was given back.
    """

    def __init__(
        self,
        db: Database,
        tables: Tables,
        installation: str,
        label: str,
        committed: Callable[[list[Change]], None],
        published: Callable[[list[Change]], None],
    ) -> None:
        self.db, self.tables = db, tables
        self.installation, self.label = installation, label
        self.stream = Stream.new()
        self.streams = {
            self.stream.id
        }  # all that this writer has opened: after a commit that failed it is more than one
        self.reactions: dict[str, Sequence[Callable[[Tx, Change], Any]]] = {}
        self.report_reaction: Callable[[Callable[..., Any], Exception], None] = _log_reaction
        self._committed, self._published = committed, published
        self._todo: deque[_Waiting] = deque()
        self._lock = threading.Lock()
        self._holder: int | None = None  # the thread that runs what waits
        self._data_version = -1

    def do(self, unit: Callable[..., T], *args: Any) -> T:
        """Run ``unit(tx, *args)`` and return what it returns, once that is on the disk.

        Raises:
            WriteInsideUnit: this thread is in a unit already.
            Exception: what the unit raised, which undid it alone; or what the commit raised, which undid the batch.
        """
        if self._holder == threading.get_ident():
            raise WriteInsideUnit("write() inside a unit of work would wait for itself: use the tx that is there")
        waiting = _Waiting(unit, args, actor.get())
        self._todo.append(waiting)
        # Each waits at a lock of its own: at one for all, whoever is done stands behind those who have just come.
        if self._lock.acquire(blocking=False):
            self._lead(waiting)
        else:
            waiting.turn.acquire()
            if not waiting.done:
                self._lock.acquire()
                self._lead(waiting)
        if waiting.error is not None:
            raise waiting.error
        value: T = waiting.value
        return value

    def _lead(self, waiting: _Waiting) -> None:
        """Run all that waits, this unit with it; the lock is held, and is given back."""
        changes: list[Change] = []
        done: list[_Waiting] = []
        try:
            self._holder = threading.get_ident()
            while not waiting.done:
                _wake(done)
                changes += self._round(done)
        finally:
            # Whoever leads next goes first, so that the disk is busy while those who are done are answered.
            self._give_back()
            _wake(done)
        if changes:
            self._published(changes)

    def _give_back(self) -> None:
        self._holder = None
        self._lock.release()
        # Whoever came meanwhile saw the lock taken and sleeps: the first of them leads now.
        with contextlib.suppress(IndexError):
            self._todo[0].wake()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """No other thread of this process writes meanwhile."""
        self._lock.acquire()
        self._holder = threading.get_ident()
        try:
            yield
        finally:
            self._give_back()

    def _round(self, done: list[_Waiting]) -> list[Change]:
        """Run what waits, as one commit; those who were in it are to be woken then."""
        batch = [self._todo.popleft() for _ in range(min(BATCH, len(self._todo)))]
        changes: list[Change] = []
        try:
            with self.db.writing() as connection:
                self._catch_up(connection)
                for number, waiting in enumerate(batch):
                    changes += self._run(connection, waiting, is_first=number == 0)
            self._committed(changes)
        except BaseException as error:
            # The commit failed: nobody is answered with yes, and no number of this stream is used again.
            told = NotWritten(why=error) if _is_of_the_disk(error) else error
            for waiting in batch:
                waiting.error, waiting.value = told, None
            self.stream = Stream.new(self.stream.tick)
            self.streams.add(self.stream.id)
            self.tables.unlinked.clear()
            changes = []
            if not isinstance(error, Exception):
                raise
        finally:
            for waiting in batch:
                waiting.done = True
            done += batch
        return changes

    def _run(self, connection: Any, waiting: _Waiting, *, is_first: bool) -> list[Change]:
        """One unit; what it raises undoes it alone.

        Before the first there is nothing to keep, so it does without a savepoint, for which SQLite would copy each
        page that it changes.
        """
        mark, unlinked = self.stream.mark(), len(self.tables.unlinked)
        tx = Tx(self, connection, waiting.actor)
        if not is_first:
            connection.execute("SAVEPOINT unit")
        try:
            waiting.value = waiting.unit(tx, *waiting.args)
        except Exception as error:
            waiting.error = error
            if not connection.in_transaction:  # SQLite has taken everything back: the disk is full, or fails
                raise
            if is_first:
                connection.execute("ROLLBACK")
                connection.execute("BEGIN IMMEDIATE")
            else:
                connection.execute("ROLLBACK TO unit")
            self.stream.back_to(mark)
            del self.tables.unlinked[unlinked:]
            tx.changes.clear()
        if not is_first:
            connection.execute("RELEASE unit")
        return tx.changes

    def _catch_up(self, connection: Any) -> None:
        """Raise the tick above what other processes have written since."""
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._data_version:
            self._data_version = version
            greatest = connection.execute("SELECT max(tick) FROM journal").fetchone()[0]
            self.stream.tick = max(self.stream.tick, greatest or 0)

    def saw(self, tick: int) -> None:
        """A change with this tick came from elsewhere: what is written from now on comes after it."""
        self.stream.tick = max(self.stream.tick, tick)


def _wake(done: list[_Waiting]) -> None:
    for waiting in done:
        waiting.wake()
    done.clear()


def _is_of_the_disk(error: BaseException) -> bool:
    return any(sign in str(error) for sign in ("disk is full", "disk I/O error", "readonly database"))


def _log_reaction(reaction: Callable[..., Any], error: Exception) -> None:
    log.error("a reaction of %s raised %s", reaction.__module__, type(error).__name__, exc_info=error)


class Tx:
    """What a unit of work writes with.

    Attributes:
        actor: who it is noted for.
        changes: what it has written so far.
    """

    __slots__ = ("_connection", "_writer", "actor", "changes")

    def __init__(self, writer: Writer, connection: Any, who: str) -> None:
        self._writer, self._connection, self.actor = writer, connection, who
        self.changes: list[Change] = []

    @property
    def connection(self) -> Any:
        """The driver's connection, inside the transaction: for reads by SQL text that was made once."""
        return self._connection

    def create(self, model: type[M], id: str | None = None, **fields: Any) -> M:
        """Make a record and return it."""
        if not issubclass(model, Record):
            raise TypeError(f"{model.__name__} is no record")
        return self._made(model, self.insert(model, id or new_id(), fields))

    def fact(self, model: type[M], id: str | None = None, **fields: Any) -> M:
        """Note that something happened and return it.

        Raises:
            FactStands: a fact with this id is there already.
        """
        if not issubclass(model, Fact):
            raise TypeError(f"{model.__name__} is no fact")
        return self._made(model, self.insert(model, id or new_id(), fields))

    def insert(self, model: type[Journaled], row: str, fields: dict[str, Any]) -> Change:
        """`create` and `fact` without an object to show for it: for the path of a check-in.

        Raises:
            FactStands: a fact with this id is there already.
            TypeError: a field that the model does not have.
        """
        return self._write(model, row, self._writer.tables.stored(model, fields), {})

    def create_many(self, model: type[Journaled], rows: Iterable[Mapping[str, Any]] | ReadyRows) -> list[str]:
        """Make many records, or note many facts, by a few statements in all: for the rows of a file.

        Reactions and derived parts follow when all rows are there.

        Args:
            rows: the fields by name, for each row; ``id`` may be among them. Or what `ready_rows` made of them.

        Returns:
            The ids, in the order of the rows.

        Raises:
            FactStands: one of these ids is there already, or comes twice.
            TypeError: a field that the model does not have.
        """
        writer, db = self._writer, self._connection
        self._open_stream()
        made = rows if isinstance(rows, ReadyRows) else ready(writer.tables, model, rows)
        changes = add_many(db, writer.tables, writer.stream, self.actor, made, self._subject)
        self.changes += changes
        if reactions := writer.reactions.get(writer.tables.kinds[model]):
            for change in changes:
                self._react(reactions, change)
        return [change.row for change in changes]

    def update(self, record: M, **fields: Any) -> M:
        """Change fields of a record; those that stay as they are are not written.

        Returns:
            The record as it now is.
        """
        self.amend(type(record), str(record.id), fields)
        return self._read(type(record), str(record.id))

    def amend(self, model: type[Journaled], row: str, fields: Mapping[str, Any]) -> None:
        """`update` without an object, before or after: for the rows of a file.

        Raises:
            NotFound: there is no such record.
        """
        if not model.is_record:
            raise TypeError(f"{model.__name__} is a fact: facts never change")
        now = self._row(model, row)
        if not now:
            raise NotFound(name=row)
        stored = {name: model._meta.fields[name].stored(value) for name, value in fields.items()}
        rev = json.loads(now["rev"])
        changed = {
            name: value for name, value in stored.items() if now[name] != value or len(rev.get(name, rev["*"])) > 1
        }
        if changed:
            self._write(model, row, changed, {name: rev.get(name, rev["*"]) for name in changed}, now)

    def delete(self, record: Journaled) -> None:
        """Mark a record as deleted, replacing all that stands in it: an edit elsewhere meanwhile stays a conflict."""
        model = type(record)
        if not model.is_record:
            raise TypeError(f"{model.__name__} is a fact: facts never change")
        now = self._row(model, str(record.id))
        rev = json.loads(now.pop("rev"))
        del now["id"]
        booleans = {
            name: bool(value)
            for name, value in now.items()
            if type(model._meta.fields[name]).__name__ == "Boolean" and value is not None
        }
        fields = now | booleans | {"deleted": True}
        self._write(model, str(record.id), fields, {name: rev.get(name, rev["*"]) for name in fields}, now)

    def erase(self, person: str) -> None:
        """Erase a person everywhere; ids, sex and age band stay. See `Tables`."""
        self._record(ERASE, person, person, None, {}, {}, {})

    def _write(
        self,
        model: type[Journaled],
        row: str,
        fields: dict[str, Stored],
        replaces: dict[str, list[str]],
        now: dict[str, Any] | None = None,
    ) -> Change:
        private = {name: fields[name] for name in model._meta.personal if fields.get(name) is not None}
        known = now | fields if now else fields
        subject = self._subject(model, row, known)
        if private and subject is not None and is_erased(self._connection, subject):
            raise PersonErased
        event = row if model._meta.table_name == "event" else known.get("event")
        tables = self._writer.tables
        if not model.is_record:  # its row first: that one is there already is found out by the way
            tables.add_fact(self._connection, model, row, fields)
        is_applied = not model.is_record
        return self._record(tables.kinds[model], row, subject, event, fields, private, replaces, is_applied=is_applied)  # type: ignore[arg-type]

    def _record(
        self,
        kind: str,
        row: str,
        subject: str | None,
        event: str | None,
        fields: dict[str, Stored],
        private: dict[str, Stored],
        replaces: dict[str, list[str]],
        *,
        is_applied: bool = False,
    ) -> Change:
        writer, db = self._writer, self._connection
        self._open_stream()
        line, sealed = writer.stream.add(self.actor, event, kind, row, subject, fields, private, replaces)
        if sealed:
            db.execute(INSERT_SEALED, sealed)
        change = change_of(db.execute(INSERT, line).lastrowid, line, fields, replaces)
        if not is_applied:
            writer.tables.apply(db, change)
        elif writer.tables.derived:
            writer.tables.follow(db, kind.rpartition("/")[0], (row,))
        self.changes.append(change)
        reactions = writer.reactions.get(kind)
        if reactions:
            self._react(reactions, change)
        return change

    def _open_stream(self) -> None:
        writer, stream = self._writer, self._writer.stream
        if not stream.opened:
            stream.last_hash, stream.opened = stream.id, True
            self._connection.execute(
                "INSERT INTO stream (id, installation, label, opened_at) VALUES (?, ?, ?, ?)",
                (stream.id, writer.installation, writer.label, now_us()),
            )

    def _react(self, reactions: Sequence[Callable[[Tx, Change], Any]], change: Change) -> None:
        """Let plugins follow a change made here; one that raises is undone alone."""
        stream = self._writer.stream
        for reaction in reactions:
            mark, before, unlinked = stream.mark(), len(self.changes), len(self._writer.tables.unlinked)
            self._connection.execute("SAVEPOINT reaction")
            try:
                reaction(self, change)
            except Exception as error:
                self._connection.execute("ROLLBACK TO reaction")
                stream.back_to(mark)
                del self.changes[before:], self._writer.tables.unlinked[unlinked:]
                self._writer.report_reaction(reaction, error)
            self._connection.execute("RELEASE reaction")

    def _subject(self, model: type[Journaled], row: str, fields: Mapping[str, Any]) -> str | None:
        name, query = self._writer.tables.subject_of(model)
        value: str | None = row if name == "id" else fields.get(name) if name else None
        if query is None or value is None:
            return value
        found = self._connection.execute(query, (value,)).fetchone()
        return found[0] if found else None

    def _row(self, model: type[Journaled], row: str) -> dict[str, Any]:
        columns = self._writer.tables.columns[model]
        names = ", ".join(f'"{name}"' for name in columns)
        found = self._connection.execute(
            f'SELECT {names} FROM "{model._meta.table_name}" WHERE "id" = ?', (row,)
        ).fetchone()
        return dict(zip(columns, found, strict=True)) if found else {}

    def _read(self, model: type[M], row: str) -> M:
        return self._object(model, self._row(model, row))

    def _made(self, model: type[M], change: Change) -> M:
        return self._read(model, change.row)

    @staticmethod
    def _object(model: type[M], values: dict[str, Any]) -> M:
        made = model()
        for name, value in values.items():
            setattr(made, name, model._meta.fields[name].python_value(value))
        made._dirty.clear()
        return made
