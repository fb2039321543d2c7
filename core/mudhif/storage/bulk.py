"""Many rows of one model at once: the same journal as row by row, by a few statements in all.

What costs most of it needs no place in the journal, so that it can be made `ready` before the unit begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mudhif.domain.ids import new_id
from mudhif.storage.apply import Tables
from mudhif.storage.journal import INSERT_AT, INSERT_SEALED, Change, Stream, body_of, change_of, seal
from mudhif.storage.model import Journaled, Stored
from mudhif.storage.refusals import FactStands, PersonErased

SubjectOf = Callable[[type[Journaled], str, Mapping[str, Any]], str | None]


class ReadyRow(NamedTuple):
    """One row but for its place in the journal."""

    id: str
    is_given: bool  # the id came with the row, so that there may be one already
    values: dict[str, Stored]
    body: str
    sealed: tuple[str, str, str] | None  # salt, personal fields and their digest


@dataclass(frozen=True, slots=True)
class ReadyRows:
    """Rows of one model, to be written by `Tx.create_many` in this installation."""

    model: type[Journaled]
    rows: tuple[ReadyRow, ...]

    @property
    def ids(self) -> list[str]:
        """The ids that they will have."""
        return [row.id for row in self.rows]


def ready(tables: Tables, model: type[Journaled], rows: Iterable[Mapping[str, Any]]) -> ReadyRows:
    """Prepare rows; nothing is read or written.

    Raises:
        TypeError: a field that the model does not have.
    """
    given = list(rows)
    new = iter(sorted(new_id() for _ in given))  # they rise, so that each tree grows at its end alone
    return ReadyRows(model, tuple(_ready(tables, model, fields, new) for fields in given))


def _ready(tables: Tables, model: type[Journaled], given: Mapping[str, Any], new: Iterator[str]) -> ReadyRow:
    id = given.get("id")
    values = tables.stored(model, {name: value for name, value in given.items() if name != "id"})
    private = {name: values[name] for name in model._meta.personal if values[name] is not None}
    return ReadyRow(
        id or next(new), id is not None, values, body_of(values, private, {}), seal(private) if private else None
    )


def add_many(
    db: Any, tables: Tables, stream: Stream, actor: str, rows: ReadyRows, subject_of: SubjectOf
) -> list[Change]:
    """Write the lines and the rows; see `Tx.create_many`.

    Args:
        db: the driver's connection, inside the transaction.
        stream: an opened one.
    """
    model = rows.model
    kind, personal, is_event = tables.kinds[model], model._meta.personal, model._meta.table_name == "event"
    (pos,) = db.execute("SELECT coalesce(max(pos), 0) FROM journal").fetchone()
    erased = {one for (one,) in db.execute("SELECT subject FROM erased").fetchall()} if personal else set()
    lines, sealed, changes = [], [], []
    _check_ids(db, tables, rows)
    for row in rows.rows:
        values = row.values
        subject = subject_of(model, row.id, values)
        if row.sealed and subject in erased:
            raise PersonErased
        event = row.id if is_event else values.get("event")
        digest = row.sealed[2] if row.sealed else None
        line = stream.append(actor, event, kind, row.id, subject, row.body, digest)  # type: ignore[arg-type]
        pos += 1
        lines.append((pos, *line))
        changes.append(change_of(pos, line, values, {}))
        if row.sealed:
            sealed.append((stream.id, stream.seq, *row.sealed[:2]))
    db.executemany(INSERT_AT, lines)
    db.executemany(INSERT_SEALED, sealed)
    tables.apply_new(db, model, changes)
    return changes


def _check_ids(db: Any, tables: Tables, rows: ReadyRows) -> None:
    seen: set[str] = set()
    for row in rows.rows:
        if row.is_given and (row.id in seen or tables.is_there(db, rows.model, row.id)):
            raise FactStands(kind=rows.model.__name__.lower(), id=row.id)
        seen.add(row.id)
