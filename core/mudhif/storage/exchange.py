"""Changes that travel: what another installation does not have yet, and taking in what it sends.

They travel in the sender's order of arrival, so causes come before effects and a cut-off transfer is a valid prefix.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mudhif.storage.apply import is_erased
from mudhif.storage.foreign import can_be_erased, is_line, is_stream
from mudhif.storage.journal import COLUMNS, INSERT, INSERT_SEALED, SELECT, chain, change_from, digest_of
from mudhif.storage.store import Store

Vector = dict[str, int]
"""For each stream, how far it is known: ``{stream: seq}``."""

Line = dict[str, Any]
"""A line of the journal as it travels: its columns without ``pos``, with ``salt`` and ``private`` while they exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of lines that were sent: how many were new, stand in ``fork`` or ``problem`` since, or were no
    lines at all."""

    new: int
    forked: int
    problems: int
    refused: int = 0


def vector_of(store: Store) -> Vector:
    """How far this installation knows each stream."""
    return dict(store.db.execute_sql("SELECT stream, max(seq) FROM journal GROUP BY stream").fetchall())


def streams_of(store: Store) -> list[tuple[Any, ...]]:
    """The streams it knows: (id, installation, label, opened_at)."""
    return list(store.db.execute_sql("SELECT id, installation, label, opened_at FROM stream ORDER BY id").fetchall())


def lines_after(store: Store, known: Mapping[str, int]) -> Iterator[Line]:
    """The lines that somebody who knows that much does not have, in this installation's order of arrival."""
    for row in store.db.execute_sql(f"{SELECT} ORDER BY j.pos").fetchall():
        line = dict(zip((*COLUMNS, "salt", "private"), row[1:], strict=True))
        if line["seq"] > known.get(line["stream"], 0):
            yield line


def receive(store: Store, lines: Iterable[Line], streams: Iterable[tuple[Any, ...]] = ()) -> Received:
    """Take in lines from another installation, all in one transaction.

    A line that is known is passed over; one with a known name and another hash goes to ``fork``; one whose chain or
    seal does not fit is not taken, nor is what follows it in its stream. What is no line at all is counted and left.
    An erased person's sealed part is dropped.
    """
    lines = list(lines)
    good = [line for line in lines if is_line(line) and can_be_erased(store.tables, line)]
    erased = _erased(store)

    def take(tx: Any) -> Received:
        connection = tx.connection
        connection.executemany(
            "INSERT OR IGNORE INTO stream (id, installation, label, opened_at) VALUES (?, ?, ?, ?)",
            [stream for stream in streams if is_stream(stream)],
        )
        new = sum(_take_one(store, connection, line) for line in good)
        store.retry_problems(connection)
        count = "SELECT (SELECT count(*) FROM fork), (SELECT count(*) FROM problem)"
        forked, problems = connection.execute(count).fetchone()
        return Received(new=new, forked=forked, problems=problems, refused=len(lines) - len(good))

    received = store.write(take)
    if store.instance is not None and _erased(store) > erased:
        store.tidy_after_erasing()
    return received


def _erased(store: Store) -> int:
    return int(store.db.execute_sql("SELECT count(*) FROM erased").fetchone()[0])


def _take_one(store: Store, connection: Any, line: Line) -> bool:
    stream, seq = line["stream"], line["seq"]
    known = connection.execute("SELECT hash FROM journal WHERE stream = ? AND seq = ?", (stream, seq)).fetchone()
    if known:
        if known[0] != line["hash"]:
            _keep_fork(connection, line)
        return False
    before = connection.execute(
        "SELECT seq, hash FROM journal WHERE stream = ? ORDER BY seq DESC LIMIT 1", (stream,)
    ).fetchone()
    last_seq, last_hash = before or (0, stream)
    envelope = [line[name] for name in COLUMNS[:9]]
    fits = seq == last_seq + 1 and line["hash"] == chain(last_hash, envelope, line["body"], line["sealed"])
    private = line.get("private")
    if not fits or (private is not None and digest_of(line["salt"], private) != line["sealed"]):
        _keep_fork(connection, line)
        return False
    pos = connection.execute(INSERT, [line[name] for name in COLUMNS]).lastrowid
    if private is not None and not (line["subject"] and is_erased(connection, line["subject"])):
        connection.execute(INSERT_SEALED, (stream, seq, line["salt"], private))
    store.writer.saw(line["tick"])
    row = connection.execute(f"{SELECT} WHERE j.pos = ?", (pos,)).fetchone()
    store.apply_or_note(connection, change_from(row))
    return True


def _keep_fork(connection: Any, line: Line) -> None:
    if line["subject"] and is_erased(connection, line["subject"]):
        line = line | {"salt": None, "private": None}
    connection.execute(
        "INSERT OR IGNORE INTO fork (stream, seq, hash, raw) VALUES (?, ?, ?, ?)",
        (line["stream"], line["seq"], line["hash"], json.dumps(line, ensure_ascii=False)),
    )
