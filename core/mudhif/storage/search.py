"""Find guests of an event by name in either script, by the end of a phone, or by number, without the database's help.

`NameToken` holds, for each person, what a name may be looked for by. No database folds Arabic letters, so the folding
is ours and the index is a plain one, alike on SQLite and PostgreSQL. Kinds of tokens: ``w`` a folded word, looked for
by its beginning; ``v`` a row of the variant table; ``s`` the skeleton of a word that stands in no row of it, ``t`` of
one that does; ``p`` a phone's digits from the last to the first.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mudhif.domain.names import skeleton, words
from mudhif.domain.names_table import rows_of
from mudhif.domain.phones import digits_of, read_phone
from mudhif.storage.merging import all_kept
from mudhif.storage.models import NameToken, Unindexed
from mudhif.storage.writer import Tx

LIMIT = 500
ENOUGH = 20  # with fewer hits, what only sounds like it is looked for, too
SMALL_EVENT = 2_000
MIN_PHONE_DIGITS = 3

_PERSON = 'SELECT "name", "name_alt", "phone", "phone_e164", "deleted" FROM "person" WHERE "id" = ?'
_ONE_WITH = (
    'SELECT "name", "name_alt", "phone", "phone_e164" FROM "person" WHERE "id" IN ('
    'SELECT "kept" FROM "merged" WHERE "row" = ? UNION SELECT "row" FROM "merged" WHERE "kept" = ?'
    ' UNION SELECT o."row" FROM "merged" m JOIN "merged" o ON o."kept" = m."kept" WHERE m."row" = ?)'
)
_FORGET = 'DELETE FROM "name_token" WHERE "person" = ?'
_FORGET_ROWS = 'DELETE FROM "imported_row" WHERE "registration" IN (SELECT "id" FROM "registration" WHERE "person" = ?)'
_FORGET_TICKETS = 'DELETE FROM "ticket" WHERE "registration" IN (SELECT "id" FROM "registration" WHERE "person" = ?)'
_KEEP = 'INSERT INTO "name_token" ("kind", "token", "person") VALUES (?, ?, ?)'


_NOTE = 'INSERT OR IGNORE INTO "unindexed" ("person") VALUES (?)'
_NOTED = 'SELECT "person" FROM "unindexed" LIMIT ?'
_DONE = 'DELETE FROM "unindexed" WHERE "person" = ?'
AT_ONCE = 400

_unit = threading.local()


@contextlib.contextmanager
def indexed_later() -> Iterator[None]:
    """Inside a unit that makes very many people: they are noted, and `index_rest` makes them found soon after.

    The index is half of what such a unit costs, and every check-in waits for the whole of it.
    """
    _unit.later = True
    try:
        yield
    finally:
        _unit.later = False


def index_rest(tx: Tx) -> bool:
    """Index some of the people who were noted; true while there are more. Outside the unit that made them."""
    people = [person for (person,) in tx.connection.execute(_NOTED, (AT_ONCE,)).fetchall()]
    index_people(tx.connection, people)
    tx.connection.executemany(_DONE, [(person,) for person in people])
    return len(people) == AT_ONCE


def is_all_indexed() -> bool:
    """Whether nobody waits for `index_rest`: after an import that was broken off, somebody may."""
    return not Unindexed.select().exists()


def index_people(db: Any, people: Sequence[str]) -> None:
    """Bring the tokens of people in line with their rows; one who was erased or is gone has none.

    Args:
        db: the driver's connection, inside the transaction that changed the rows.
    """
    if getattr(_unit, "later", False):
        db.executemany(_NOTE, [(person,) for person in people])
        return
    rows = [(person, db.execute(_PERSON, (person,)).fetchone()) for person in people]
    db.executemany(_FORGET, [(person,) for person in people])
    erased = [(person,) for person, row in rows if row is not None and row[0] is None]
    if erased:  # also where the erasure came from another laptop
        db.executemany(_FORGET_ROWS, erased)  # even the fingerprint of an imported row says who it was
        db.executemany(_FORGET_TICKETS, erased)
    any_merged = db.execute('SELECT EXISTS (SELECT 1 FROM "merged")').fetchone()[0]
    kept = [
        (*token, person)
        for person, row in rows
        if row is not None and row[0] is not None and not row[4]
        for token in tokens(row[0], row[1], row[3] or row[2]).union(
            *_tokens_of_others(db, person) if any_merged else ()
        )
    ]
    # In the table's order: a page is then touched once, not once for each of its words.
    db.executemany(_KEEP, sorted(kept))


def _tokens_of_others(db: Any, person: str) -> list[set[tuple[str, str]]]:
    """Who was merged with somebody is found by what stands in either record."""
    others = db.execute(_ONE_WITH, (person,) * 3).fetchall()
    return [tokens(row[0], row[1], row[3] or row[2]) for row in others if row[0] is not None]


def tokens(name: str | None, name_alt: str | None, phone: str | None) -> set[tuple[str, str]]:
    """What a person is looked for by, as (kind, token).

    >>> sorted(tokens("سارة", "Sara", "+9647801234567")) == [
    ...     ("p", "7654321087469"), ("t", "sr"), ("v", "سارة"), ("w", "sara"), ("w", "ساره")]
    True
    """
    found: set[tuple[str, str]] = set()
    for spelling in (name, name_alt):
        for forms in words(spelling or ""):
            found |= _of_word(forms)
    if phone and (digits := digits_of(phone)):
        found.add(("p", digits[::-1]))
    return found


@lru_cache(maxsize=16384)
def _of_word(forms: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    rows = rows_of(forms[0])
    bones = ("t" if rows else "s", skeleton(forms[0]))
    return frozenset((*[("w", form) for form in forms], *[("v", row) for row in rows], bones))


@dataclass(frozen=True, slots=True)
class Hits:
    """Registrations that were found, best first, and those among them whose name only sounds like it."""

    ids: tuple[str, ...]
    sounds_like: frozenset[str] = frozenset()


def find_guests(event: str, text: str) -> Hits:
    """The registrations of an event that a search means: words of a name, ends of phones, or a number.

    Every word must begin a word of the name, in either script. An empty text finds nobody.
    """
    digits = digits_of(text)
    if digits and not any(char.isalpha() for char in text):
        return _standing(Hits(_by_digits(event, text, digits)))
    wanted = words(text)
    if not wanted:
        return Hits(())
    found = _matching(event, [_named(forms) for forms in wanted])
    ranked = tuple(_ranked(found, wanted))
    if len(ranked) >= ENOUGH:
        return _standing(Hits(ranked))
    near = _sounding_like(event, wanted, found={row[0] for row in found})
    return _standing(Hits((*ranked, *near), frozenset(near)))


def _standing(hits: Hits) -> Hits:
    """The same with each person once: in place of a registration that was merged, the one that stands for it."""
    stands = all_kept(hits.ids)
    if all(id == kept for id, kept in stands.items()):
        return hits
    named = {stands[id] for id in hits.ids if id not in hits.sounds_like}
    return Hits(
        tuple(dict.fromkeys(stands[id] for id in hits.ids)), frozenset(stands[id] for id in hits.sounds_like) - named
    )


Condition = tuple[str, list[str]]
"""A condition on a token ``t``, and what fills its question marks."""


def _named(forms: Sequence[str]) -> Condition:
    """The beginning of a word, or the same row of the variant table: one name in whatever spelling."""
    begins = _any("w", [(form, form + "\U0010ffff") for form in forms])
    rows = sorted(rows_of(forms[0]))
    return _either(begins, _any("v", [(row, row) for row in rows])) if rows else begins


def _any(kinds: str, ranges: Sequence[tuple[str, str]]) -> Condition:
    one = f"(t.kind IN ({', '.join('?' * len(kinds))}) AND t.token >= ? AND t.token <= ?)"
    return " OR ".join([one] * len(ranges)), [value for ends in ranges for value in (*kinds, *ends)]


def _either(*conditions: Condition) -> Condition:
    return " OR ".join(sql for sql, _values in conditions), [value for _sql, values in conditions for value in values]


def _sounds(forms: Sequence[str], *, begins: bool = False) -> Condition:
    """The name itself, or the same consonants; but two words in different rows of the variant table are two names."""
    bones = skeleton(forms[0])
    end = bones + "\U0010ffff" if begins and len(bones) > 1 else bones
    return _either(_named(forms), _any("s" if rows_of(forms[0]) else "st", [(bones, end)]))


def _sounding_like(event: str, wanted: Sequence[Sequence[str]], found: set[str]) -> list[str]:
    near = _matching(event, [_sounds(forms) for forms in wanted])
    if not near and not found:
        # Somebody is still typing the last word.
        near = _matching(event, [*[_sounds(forms) for forms in wanted[:-1]], _sounds(wanted[-1], begins=True)])
    return [row[0] for row in sorted(near, key=lambda row: row[3]) if row[0] not in found]


Row = tuple[str, str | None, str | None, int]
_ROW = 'r."id", p."name", p."name_alt", r."number"'
_OF_EVENT = 'r."event" = ? AND NOT r."deleted"'


def _matching(event: str, conditions: Sequence[Condition]) -> list[Row]:
    """The guests of an event for whom every condition holds of one of their tokens; at most `LIMIT`."""
    rest, values = list(conditions), [event]
    if _is_small(event):
        # A few guests among many people: look at each guest's tokens.
        start = f'FROM "registration" r JOIN "person" p ON p."id" = r."person" WHERE {_OF_EVENT}'
    else:
        # A large event: start from the longest word's tokens, and stop as soon as there are enough.
        rest.sort(key=lambda condition: -max(map(len, condition[1])))
        sql, filled = rest.pop(0)
        start = (
            f'FROM "name_token" t CROSS JOIN "registration" r ON r."person" = t."person" '
            f'CROSS JOIN "person" p ON p."id" = r."person" WHERE ({sql}) AND {_OF_EVENT}'
        )
        values = [*filled, event]
    for sql, filled in rest:
        start += f' AND EXISTS (SELECT 1 FROM "name_token" t WHERE t."person" = p."id" AND ({sql}))'
        values += filled
    found = _execute(f"SELECT DISTINCT {_ROW} {start} LIMIT {LIMIT}", values)
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _is_small(event: str) -> bool:
    return not _execute('SELECT 1 FROM "registration" WHERE "event" = ? LIMIT 1 OFFSET ?', [event, SMALL_EVENT])


def _execute(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    return list(NameToken._meta.database.execute_sql(sql, values).fetchall())


def _ranked(found: Iterable[Row], wanted: Sequence[Sequence[str]]) -> list[str]:
    """Whole words before beginnings, words in the places where they were typed before others, then by number."""

    def rank(row: Row) -> tuple[int, int, int]:
        spellings = [words(spelling) for spelling in row[1:3] if spelling]
        whole = max((sum(any(_is(a, b) for b in name) for a in wanted) for name in spellings), default=0)
        placed = max((sum(map(_is, wanted, name)) for name in spellings), default=0)
        return -whole, -placed, row[3]

    return [row[0] for row in sorted(found, key=rank)]


def _is(one: Sequence[str], other: Sequence[str]) -> bool:
    return one[0] == other[0] or bool(rows_of(one[0]) & rows_of(other[0]))


def _by_digits(event: str, text: str, digits: str) -> tuple[str, ...]:
    found: list[tuple[Any, ...]] = []
    if len(digits) <= 9:
        number = 'SELECT "id" FROM "registration" r WHERE "number" = ? AND ' + _OF_EVENT
        found += _execute(number, [int(digits), event])
    if len(digits) >= MIN_PHONE_DIGITS:
        phone = read_phone(text)
        end = (digits_of(phone.e164) if phone and phone.e164 else digits.lstrip("0") or digits)[::-1]
        found += _execute(
            f'SELECT r."id" FROM "name_token" t JOIN "registration" r ON r."person" = t."person" '
            f"WHERE t.kind = 'p' AND t.token >= ? AND t.token <= ? AND {_OF_EVENT} LIMIT {LIMIT}",
            [end, end + "\U0010ffff", event],
        )
    return tuple(dict.fromkeys(row[0] for row in found))
