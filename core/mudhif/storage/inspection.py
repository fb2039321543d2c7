"""`mudhif check`: whether the journal is whole, the tables are what it says, and the attachments are there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from mudhif.i18n import N_, _
from mudhif.storage.journal import COLUMNS, SELECT, chain, change_from, digest_of
from mudhif.storage.store import Store


def problems_of(store: Store) -> Iterator[str]:
    """Every problem as a sentence; nothing where all is well. Somebody may write meanwhile."""
    with store.db.snapshot():
        yield from _problems_of(store)


def _problems_of(store: Store) -> Iterator[str]:
    said = [row[0] for row in store.db.execute_sql("PRAGMA integrity_check").fetchall()]
    if said != ["ok"]:
        yield _(N_("The database file is damaged: %(what)s. Restore the last backup."), what="; ".join(said[:3]))
        return
    yield from _broken_chains(store)
    yield from _unapplied(store)
    yield from _differing_tables(store)
    yield from _missing_attachments(store)


def _broken_chains(store: Store) -> Iterator[str]:
    last: dict[str, tuple[int, str]] = {}
    for row in store.db.execute_sql(f"{SELECT} ORDER BY j.stream, j.seq"):
        line = dict(zip((*COLUMNS, "salt", "private"), row[1:], strict=True))
        stream, seq = line["stream"], line["seq"]
        before_seq, before_hash = last.get(stream, (0, stream))
        fits = seq == before_seq + 1 and line["hash"] == chain(
            before_hash, [line[n] for n in COLUMNS[:9]], line["body"], line["sealed"]
        )
        if fits and line["private"] is not None:
            fits = digest_of(line["salt"], line["private"]) == line["sealed"]
        if not fits:
            yield _(
                N_("The journal was changed at %(stream)s:%(seq)s (its hash does not fit)."), stream=stream, seq=seq
            )
        last[stream] = seq, line["hash"]


def _unapplied(store: Store) -> Iterator[str]:
    # A kind of a plugin that is not installed is no damage: it is kept and passed on.
    for stream, seq, reason in store.db.execute_sql(
        "SELECT stream, seq, reason FROM problem WHERE reason NOT LIKE 'unknown kind%' ORDER BY stream, seq"
    ):
        yield _(
            N_("The change %(stream)s:%(seq)s could not be applied: %(reason)s."), stream=stream, seq=seq, reason=reason
        )


def _differing_tables(store: Store) -> Iterator[str]:
    """Fold the journal into a second installation in memory, and compare."""
    again = Store(None, store.journaled)
    try:
        with again.bound(), again.db.unchecked_references(), again.db.writing() as connection:
            for stream_subject in store.db.execute_sql("SELECT subject, by, at FROM erased"):
                connection.execute("INSERT INTO erased VALUES (?, ?, ?)", stream_subject)
            again.tables.check_references = True
            for row in store.db.execute_sql(f"{SELECT} ORDER BY j.pos"):
                _copy(connection, row)
                again.apply_or_note(connection, change_from(row))
            again.retry_problems(connection)
        for model in store.journaled:
            names = ", ".join(f'"{f.column_name}"' for f in model._meta.sorted_fields)
            query = f'SELECT {names} FROM "{model._meta.table_name}" ORDER BY "id"'
            if store.db.execute_sql(query).fetchall() != again.db.execute_sql(query).fetchall():
                yield _(
                    N_("The table %(table)s is not what the journal says. `mudhif rebuild` makes it anew."),
                    table=model._meta.table_name,
                )
    finally:
        again.close()
        store.bind()


def _copy(connection: Any, row: tuple[Any, ...]) -> None:
    names = ", ".join(f'"{name}"' for name in ("pos", *COLUMNS))
    connection.execute(f"INSERT INTO journal ({names}) VALUES ({', '.join('?' * 13)})", row[:13])
    if row[13] is not None:
        connection.execute("INSERT INTO sealed VALUES (?, ?, ?, ?)", (row[1], row[2], row[13], row[14]))


def _missing_attachments(store: Store) -> Iterator[str]:
    assert store.instance is not None
    from mudhif.storage.blobs import blob_path

    for model in store.journaled:
        blob = model._meta.blob
        if blob is None:
            continue
        for (sha256,) in store.db.execute_sql(
            f'SELECT DISTINCT "{blob}" FROM "{model._meta.table_name}" WHERE "{blob}" IS NOT NULL'
            + (' AND NOT "deleted"' if model.is_record else "")
        ).fetchall():
            path = blob_path(sha256)
            if not path.exists():
                yield _(N_("The attachment %(name)s is missing."), name=sha256[:12])
            elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                yield _(N_("The attachment %(name)s was changed."), name=sha256[:12])
