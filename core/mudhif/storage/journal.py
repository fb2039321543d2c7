"""The journal: every change, in the order in which it came, each chained to the one before it in its stream.

Tables and invariants: docs/architecture.md, *The journal*.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mudhif.storage.model import Stored, canonical

# No index by subject or row: each is a page more to flush with every check-in. Only an erasure and one person's history
# ask by subject; `place` is the index by row, brought up to date when somebody asks by it.
TABLES = """
CREATE TABLE IF NOT EXISTS stream (
    id TEXT PRIMARY KEY, installation TEXT NOT NULL, label TEXT NOT NULL, opened_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS journal (
    pos INTEGER PRIMARY KEY, stream TEXT NOT NULL, seq INTEGER NOT NULL, tick INTEGER NOT NULL, at INTEGER NOT NULL,
    actor TEXT NOT NULL, event TEXT, kind TEXT NOT NULL, "row" TEXT NOT NULL, subject TEXT,
    body TEXT NOT NULL, sealed TEXT, hash TEXT NOT NULL, UNIQUE (stream, seq));
CREATE TABLE IF NOT EXISTS place ("row" TEXT NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY ("row", pos)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sealed (
    stream TEXT NOT NULL, seq INTEGER NOT NULL, salt TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (stream, seq));
CREATE TABLE IF NOT EXISTS erased (subject TEXT PRIMARY KEY, by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS problem (
    stream TEXT NOT NULL, seq INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (stream, seq));
CREATE TABLE IF NOT EXISTS fork (
    stream TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, raw TEXT NOT NULL, PRIMARY KEY (stream, seq, hash));
CREATE TABLE IF NOT EXISTS vector (
    peer TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (peer, stream));
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

COLUMNS = ["stream", "seq", "tick", "at", "actor", "event", "kind", "row", "subject", "body", "sealed", "hash"]
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
INSERT = f"INSERT INTO journal ({_NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})"
INSERT_AT = f"INSERT INTO journal (pos, {_NAMES}) VALUES (?, {', '.join('?' * len(COLUMNS))})"
INSERT_SEALED = "INSERT INTO sealed (stream, seq, salt, body) VALUES (?, ?, ?, ?)"
PLACED = "placed"
"""The row of ``meta`` with the place in the journal up to which `place` goes."""
_READ = ", ".join(f'j."{name}"' for name in COLUMNS)
SELECT = f"SELECT j.pos, {_READ}, s.salt, s.body FROM journal j LEFT JOIN sealed s USING (stream, seq)"

Line = tuple[Any, ...]
"""A line's values in the order of `COLUMNS`."""

Sealed = tuple[str, int, str, str]
"""Stream, seq, salt and the personal fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the journal, opened.

    Attributes:
        at: wall clock in microseconds since 1970; shown, never compared.
        tick: Lamport's integer: greater than that of every change that its writer had seen.
        fields: the values; a personal one is null once its subject is erased.
        replaces: for each field of a record, the ids of the changes that this one replaces; empty for one that creates.
    """

    pos: int
    stream: str
    seq: int
    tick: int
    at: int
    actor: str
    event: str | None
    kind: str
    row: str
    subject: str | None
    fields: dict[str, Stored]
    replaces: dict[str, list[str]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Names this change in a record's ``rev``."""
        return f"{self.stream}:{self.seq}"


def change_of(pos: int, line: Line, fields: dict[str, Stored], replaces: dict[str, list[str]]) -> Change:
    """A line that was written just now as a `Change`."""
    stream, seq, tick, at, actor, event, kind, row, subject = line[:9]
    return Change(
        pos=pos,
        stream=stream,
        seq=seq,
        tick=tick,
        at=at,
        actor=actor,
        event=event,
        kind=kind,
        row=row,
        subject=subject,
        fields=fields,
        replaces=replaces,
    )


def change_from(row: tuple[Any, ...]) -> Change:
    """A row of `SELECT` as a `Change`."""
    pos, body, private = row[0], row[10], row[14]
    opened = json.loads(body)
    hidden = json.loads(private) if private is not None else {}
    return change_of(pos, row[1:], opened["f"] | hidden, opened["r"])


def body_of(fields: dict[str, Stored], private: dict[str, Stored], replaces: dict[str, list[str]]) -> str:
    """What the chain holds of a change's fields: of the personal ones their names alone."""
    return canonical({"f": fields | dict.fromkeys(private) if private else fields, "r": replaces})


def chain(previous: str, envelope: Sequence[Any], body: str, sealed: str | None) -> str:
    """The hash of a change: over that of the one before it, the envelope, the body and the sealed part's digest."""
    return hashlib.sha256("\n".join((previous, canonical(envelope), body, sealed or "")).encode()).hexdigest()


def seal(private: dict[str, Stored]) -> tuple[str, str, str]:
    """Salt, body and digest of the personal fields; deleting the first two leaves the chain whole."""
    salt, body = os.urandom(16).hex(), canonical(private)
    return salt, body, digest_of(salt, body)


def digest_of(salt: str, body: str) -> str:
    """What the journal keeps of a sealed part."""
    return hashlib.sha256(bytes.fromhex(salt) + body.encode()).hexdigest()


@dataclass(slots=True)
class Stream:
    """One writer's life. A new one is opened at each start, so that no copy of a database ever re-uses a number."""

    id: str
    seq: int = 0
    tick: int = 0
    last_hash: str = ""
    opened: bool = False

    @classmethod
    def new(cls, tick: int = 0) -> Stream:
        return cls(id=os.urandom(8).hex(), tick=tick)

    def add(
        self,
        actor: str,
        event: str | None,
        kind: str,
        row: str,
        subject: str | None,
        fields: dict[str, Stored],
        private: dict[str, Stored],
        replaces: dict[str, list[str]],
    ) -> tuple[Line, Sealed | None]:
        """The next line of this stream, and what of it is sealed."""
        salt, hidden, digest = seal(private) if private else (None, None, None)
        line = self.append(actor, event, kind, row, subject, body_of(fields, private, replaces), digest)
        return line, (self.id, self.seq, salt, hidden) if salt and hidden else None

    def append(
        self,
        actor: str,
        event: str | None,
        kind: str,
        row: str,
        subject: str | None,
        body: str,
        digest: str | None,
    ) -> Line:
        """The same with a body that is there already, and the digest of what is sealed."""
        self.seq, self.tick = self.seq + 1, self.tick + 1
        envelope = (self.id, self.seq, self.tick, now_us(), actor, event, kind, row, subject)
        self.last_hash = chain(self.last_hash, envelope, body, digest)
        return (*envelope, body, digest, self.last_hash)

    def mark(self) -> tuple[int, int, str, bool]:
        """Where the stream stands, to come `back_to` when a unit of work is undone."""
        return self.seq, self.tick, self.last_hash, self.opened

    def back_to(self, mark: tuple[int, int, str, bool]) -> None:
        self.seq, self.tick, self.last_hash, self.opened = mark


def now_us() -> int:
    """The wall clock in microseconds since 1970."""
    return time.time_ns() // 1000
