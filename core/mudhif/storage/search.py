"""Find guests of an event by name in either script, by the end of a phone, or by number, without the database's help.

`NameToken` holds, for each person, what a name may be looked for by. No database folds Arabic letters, so the folding
is ours and the index is a plain one, alike on SQLite and PostgreSQL. Kinds of tokens: ``w`` a folded word, looked for
by its beginning; ``v`` a row of the variant table; ``s`` the skeleton of a word that stands in no row of it, ``t`` of
one that does; ``p`` a phone's digits from the last to the first; ``o`` a folded word of the organisation. Two more are
for lists, not for searches: ``n`` the whole name folded, by which it is sorted, and ``g`` the whole organisation.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mudhif.domain.names import fold, skeleton, words
from mudhif.domain.names_table import rows_of, words_of
from mudhif.domain.phones import digits_of, read_phone
from mudhif.storage.merging import all_kept
from mudhif.storage.models import NameToken, Unindexed
from mudhif.storage.store import write
from mudhif.storage.writer import Tx

LIMIT = 300
ENOUGH = 20  # with fewer hits, what only sounds like it is looked for, too
SMALL_EVENT = 2_000
MIN_PHONE_DIGITS = 3

_PERSON = 'SELECT "name", "name_alt", "phone", "phone_e164", "organisation", "deleted" FROM "person" WHERE "id" = ?'
_ONE_WITH = (
    'SELECT "name", "name_alt", "phone", "phone_e164", "organisation" FROM "person" WHERE "id" IN ('
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


@contextlib.contextmanager
def index_stays() -> Iterator[None]:
    """Inside a unit that changes many people, and nothing of what they are found or sorted by."""
    _unit.stays = True
    try:
        yield
    finally:
        _unit.stays = False


def index_rest(tx: Tx) -> bool:
    """Index some of the people who were noted; true while there are more. Outside the unit that made them."""
    people = [person for (person,) in tx.connection.execute(_NOTED, (AT_ONCE,)).fetchall()]
    index_people(tx.connection, people)
    tx.connection.executemany(_DONE, [(person,) for person in people])
    return len(people) == AT_ONCE


def index_all() -> None:
    """Index everybody who was noted, in small units: so that they are found before anything is answered."""
    while Unindexed.select().exists() and write(index_rest):
        pass


def index_people(db: Any, people: Sequence[str]) -> None:
    """Bring the tokens of people in line with their rows; one who was erased or is gone has none.

    Args:
        db: the driver's connection, inside the transaction that changed the rows.
    """
    if getattr(_unit, "stays", False):
        return
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
        if row is not None and row[0] is not None and not row[5]
        for token in _tokens_of(row).union(
            _order_of(row[0], row[4]), *_tokens_of_others(db, person) if any_merged else ()
        )
    ]
    # In the table's order: a page is then touched once, not once for each of its words.
    db.executemany(_KEEP, sorted(kept))


def _tokens_of_others(db: Any, person: str) -> list[set[tuple[str, str]]]:
    """Who was merged with somebody is found by what stands in either record."""
    others = db.execute(_ONE_WITH, (person,) * 3).fetchall()
    return [_tokens_of(row) for row in others if row[0] is not None]


def _tokens_of(row: Sequence[Any]) -> set[tuple[str, str]]:
    return tokens(row[0], row[1], row[3] or row[2], row[4])


def _order_of(name: str, organisation: str | None) -> list[tuple[str, str]]:
    """By what the lists are sorted; of a person who was merged, by their own record alone."""
    whole = (("n", fold(name)), ("g", fold(organisation or "")))
    return [token for token in whole if token[1]]


def tokens(
    name: str | None, name_alt: str | None, phone: str | None, organisation: str | None = None
) -> set[tuple[str, str]]:
    """What a person is looked for by, as (kind, token).

    >>> sorted(tokens("سارة", "Sara", "+9647801234567", "Al-Amal")) == [
    ...     ("o", "alamal"), ("o", "amal"), ("p", "7654321087469"),
    ...     ("t", "sr"), ("v", "سارة"), ("w", "sara"), ("w", "ساره")]
    True
    """
    found: set[tuple[str, str]] = set()
    for spelling in (name, name_alt):
        for forms in words(spelling or ""):
            found |= _of_word(forms)
    found.update(("o", form) for forms in words(organisation or "") for form in forms)
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
    """Registrations that were found, best first, and those among them whose name only sounds like it.

    Attributes:
        is_cut: there are more than were looked for.
    """

    ids: tuple[str, ...]
    sounds_like: frozenset[str] = frozenset()
    is_cut: bool = False


Condition = tuple[str, Sequence[Any]]
"""A condition on a registration ``r`` and its holder ``p``, and what fills its question marks."""
ANY: Condition = ("", ())


def find_guests(event: str, text: str, where: Condition = ANY, limit: int | None = LIMIT) -> Hits:
    """The registrations of an event that a search means: words of a name or an organisation, ends of phones, a number.

    Every word must begin a word of the name, in either script, or of the organisation. An empty text finds nobody.

    Args:
        where: what else must hold of them.
        limit: no more than so many; None: all.
    """
    among = _Among(event, where, limit)
    digits = digits_of(text)
    if digits and not any(char.isalpha() for char in text):
        return among.standing(_by_digits(among, text, digits))
    wanted = words(text)
    if not wanted:
        return Hits(())
    found = among.matching([_named(forms) for forms in wanted])
    ranked = _ranked(found, wanted)
    if len(ranked) >= ENOUGH:
        return among.standing(ranked)
    near = _sounding_like(among, wanted, found={row[0] for row in found})
    return among.standing([*ranked, *near], frozenset(near))


Row = tuple[str, str | None, str | None, int]
_ROW = 'r."id", p."name", p."name_alt", r."number"'


class _Among:
    """The guests of one event who may be found, and how many are enough."""

    def __init__(self, event: str, where: Condition, limit: int | None) -> None:
        self.limit = limit
        self._any_merged = is_anybody_merged()
        self._is_small = not _execute(
            'SELECT 1 FROM "registration" WHERE "event" = ? LIMIT 1 OFFSET ?', [event, SMALL_EVENT]
        )
        condition, values = where
        there = 'NOT r."deleted"' + (f" AND ({condition})" if condition else "")
        self.of_event = f'r."event" = ? AND {there}'
        # The same where a person is known already: or SQLite might take the index of the event, and read all of it.
        self.of_event_by_person = f"(r.\"event\" || '') = ? AND {there}"
        self.values = [event, *values]
        person = 'coalesce((SELECT m."kept" FROM "merged" m WHERE m."row" = r."person"), r."person")'
        self.holder = f'p."id" = {person}' if self._any_merged else 'p."id" = r."person"'

    @property
    def cut(self) -> str:
        """The end of a query: one more than are enough, to know whether there are more."""
        return "" if self.limit is None else f" LIMIT {self.limit + 1}"

    def matching(self, conditions: Sequence[Wanted]) -> list[Row]:
        """The guests for whom every condition holds of one of their tokens."""
        rest = list(conditions)
        if self._is_small:
            # A few guests among many people: look at each guest's tokens.
            person, values = 'r."person"', self.values
            sql = f'FROM "registration" r JOIN "person" p ON {self.holder} WHERE {self.of_event}'
        else:
            # A large event: start from the rarest word's tokens, and stop as soon as there are enough.
            counts = {wanted: _how_many(wanted) for wanted in rest} if len(rest) > 1 else {}
            rest.sort(key=lambda wanted: counts.get(wanted, 0))
            first = rest.pop(0)
            person, values = 't."person"', [*itertools.chain(*first), *self.values]
            # Each person once where few will hold and all are looked at; else the first ones are enough, and nobody
            # waits for the rest.
            union = " UNION " if len(rest) > 1 or (rest and counts[first] < _MANY) else " UNION ALL "
            start = union.join([f'SELECT "person" FROM "name_token" WHERE {_IN_RANGE}'] * len(first))
            sql = (
                f'FROM ({start}) t CROSS JOIN "registration" r ON r."person" = t."person" '
                f'CROSS JOIN "person" p ON {self.holder} WHERE {self.of_event_by_person}'
            )
        for ranges in rest:
            # Not one EXISTS with an OR inside: for each guest, SQLite would gather what either side finds.
            one = f'EXISTS (SELECT 1 FROM "name_token" WHERE "person" = {person} AND {_IN_RANGE})'
            sql += f" AND ({' OR '.join([one] * len(ranges))})"
            values = [*values, *itertools.chain(*ranges)]
        return [(row[0], row[1], row[2], row[3]) for row in _execute(f"SELECT DISTINCT {_ROW} {sql}{self.cut}", values)]

    def standing(self, ids: Iterable[str], sounds_like: frozenset[str] = frozenset()) -> Hits:
        """The hits with each person once: in place of a registration that was merged, the one that stands for it."""
        found = list(ids)
        if self._any_merged:
            stands = all_kept(found)
            named = {stands[id] for id in found if id not in sounds_like}
            sounds_like = frozenset(stands[id] for id in sounds_like) - named
            found = list(dict.fromkeys(stands[id] for id in found))
        return Hits(tuple(found[: self.limit]), sounds_like, self.limit is not None and len(found) > self.limit)


def is_anybody_merged() -> bool:
    """Whether anybody was merged with somebody: nearly always not, and then a query does without asking who stands."""
    return bool(_execute('SELECT 1 FROM "merged" LIMIT 1'))


Wanted = tuple[tuple[str, str, str], ...]
"""One word of a search: (kind, first, last) of the tokens of which any one will do."""
_IN_RANGE = '"kind" = ? AND "token" >= ? AND "token" <= ?'
_END = "\U0010ffff"
_MANY = 10_000


def _how_many(wanted: Wanted) -> int:
    """How many tokens a word has, up to very many: what it costs to start from them."""
    count = f'SELECT count(*) FROM (SELECT 1 FROM "name_token" WHERE {_IN_RANGE} LIMIT {_MANY})'
    return sum(int(_execute(count, tokens)[0][0]) for tokens in wanted)


def _named(forms: Sequence[str]) -> Wanted:
    """The beginning of a word, or the same row of the variant table: one name in whatever spelling; or of an
    organisation's word."""
    rows = [("v", row, row) for row in sorted(rows_of(forms[0]))]
    return (*rows, *[("w", form, form + _END) for form in forms], *[("o", form, form + _END) for form in forms])


def _sounds(forms: Sequence[str], *, begins: bool = False) -> Wanted:
    """The name itself, or the same consonants; but two words in different rows of the variant table are two names."""
    bones = skeleton(forms[0])
    end = bones + _END if begins and len(bones) > 1 else bones
    return (*_named(forms), *[(kind, bones, end) for kind in ("s" if rows_of(forms[0]) else "st")])


def _sounding_like(among: _Among, wanted: Sequence[Sequence[str]], found: set[str]) -> list[str]:
    near = among.matching([_sounds(forms) for forms in wanted])
    if not near and not found:
        # Somebody is still typing the last word.
        near = among.matching([*[_sounds(forms) for forms in wanted[:-1]], _sounds(wanted[-1], begins=True)])
    return [row[0] for row in sorted(near, key=lambda row: row[3]) if row[0] not in found]


def _execute(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    return list(NameToken._meta.database.execute_sql(sql, values).fetchall())


def _ranked(found: Iterable[Row], wanted: Sequence[Sequence[str]]) -> list[str]:
    """Whole words before beginnings, words in the places where they were typed before others, names before
    organisations, then by number."""
    same = [words_of(rows_of(forms[0])) | {forms[0]} for forms in wanted]
    begins = tuple(form for forms in wanted for form in forms)

    def rank(row: Row) -> tuple[int, int, int, int]:
        names = [[forms[0] for forms in words(spelling)] for spelling in row[1:3] if spelling]
        whole = max((sum(not one.isdisjoint(name) for one in same) for name in names), default=0)
        placed = max((sum(word in one for one, word in zip(same, name, strict=False)) for name in names), default=0)
        named = max((sum(word.startswith(begins) for word in name) for name in names), default=0)
        return -whole, -placed, -min(named, 1), row[3]

    return [row[0] for row in sorted(found, key=rank)]


def _by_digits(among: _Among, text: str, digits: str) -> list[str]:
    found: list[tuple[Any, ...]] = []
    if len(digits) <= 9:
        of_number = f'SELECT r."id" FROM "registration" r CROSS JOIN "person" p ON {among.holder} WHERE r."number" = ?'
        found += _execute(f"{of_number} AND {among.of_event}", [int(digits), *among.values])
    if len(digits) >= MIN_PHONE_DIGITS:
        phone = read_phone(text)
        end = (digits_of(phone.e164) if phone and phone.e164 else digits.lstrip("0") or digits)[::-1]
        found += _execute(
            f'SELECT r."id" FROM "name_token" t CROSS JOIN "registration" r ON r."person" = t."person" '
            f'CROSS JOIN "person" p ON {among.holder} '
            f'WHERE t."kind" = \'p\' AND t."token" >= ? AND t."token" <= ? AND {among.of_event_by_person}{among.cut}',
            [end, end + _END, *among.values],
        )
    return list(dict.fromkeys(row[0] for row in found))
