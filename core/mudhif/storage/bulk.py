"""Many rows of one model at once: the same journal as row by row, by a few statements in all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from mudhif.domain.ids import new_id
from mudhif.storage.apply import Tables
from mudhif.storage.journal import INSERT_AT, INSERT_SEALED, Change, Stream, change_of
from mudhif.storage.model import Journaled
from mudhif.storage.refusals import FactStands, PersonErased

SubjectOf = Callable[[type[Journaled], str, Mapping[str, Any]], str | None]


def add_many(
    db: Any,
    tables: Tables,
    stream: Stream,
    actor: str,
    model: type[Journaled],
    rows: Iterable[Mapping[str, Any]],
    subject_of: SubjectOf,
) -> list[Change]:
    """Write the lines and the rows; see `Tx.create_many`.

    Args:
        db: the driver's connection, inside the transaction.
        stream: an opened one.
    """
    kind, personal, is_event = tables.kinds[model], model._meta.personal, model._meta.table_name == "event"
    (pos,) = db.execute("SELECT coalesce(max(pos), 0) FROM journal").fetchone()
    erased = {one for (one,) in db.execute("SELECT subject FROM erased").fetchall()} if personal else set()
    lines, sealed, changes = [], [], []
    for row, given in _with_ids(db, tables, model, list(rows)):
        fields = {name: value for name, value in given.items() if name != "id"}
        values = tables.stored(model, fields)
        private = {name: values[name] for name in personal if values[name] is not None}
        subject = subject_of(model, row, values)
        if private and subject in erased:
            raise PersonErased
        event = row if is_event else values.get("event")
        line, hidden = stream.add(actor, event, kind, row, subject, values, private, {})  # type: ignore[arg-type]
        pos += 1
        lines.append((pos, *line))
        changes.append(change_of(pos, line, values, {}))
        if hidden:
            sealed.append(hidden)
    db.executemany(INSERT_AT, lines)
    db.executemany(INSERT_SEALED, sealed)
    tables.apply_new(db, model, changes)
    return changes


def _with_ids(
    db: Any, tables: Tables, model: type[Journaled], rows: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row with the id that it brings, or a new one; new ones rise, so that each tree grows at its end alone."""
    new = iter(sorted(new_id() for _ in rows))
    seen: set[str] = set()
    for fields in rows:
        given = fields.get("id")
        if given is not None and (given in seen or tables.is_there(db, model, given)):
            raise FactStands(kind=model.__name__.lower(), id=given)
        row = given or next(new)
        seen.add(row)
        yield row, fields
