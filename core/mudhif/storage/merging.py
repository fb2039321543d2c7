"""What follows from merges of people, kept ready in the table `merged`: the one place that readers ask.

A merge is one field, `Person.merged_into`. For each person who was merged, and for each of several registrations of
one person for one event, `merged` names the row that stands for it. It is made anew from the tables whenever a person
or a registration that is concerned changes, here or by an exchange, so a merge that is taken back leaves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from peewee import fn

from mudhif.domain.merges import representative, standing
from mudhif.storage.models import Merged, Person, Registration

_ANY = 'SELECT EXISTS (SELECT 1 FROM "person" WHERE "merged_into" IS NOT NULL) OR EXISTS (SELECT 1 FROM "merged")'
_TOGETHER = (
    'SELECT "kept" FROM "merged" WHERE "row" = ? UNION SELECT "row" FROM "merged" WHERE "kept" = ?'
    ' UNION SELECT o."row" FROM "merged" m JOIN "merged" o ON o."kept" = m."kept" WHERE m."row" = ?'
)
_REGISTRATIONS = 'SELECT "id", "event", "status", "person", "deleted" FROM "registration" WHERE "person" IN ({})'
_KEEP = 'INSERT INTO "merged" ("row", "kept") VALUES (?, ?)'
_FORGET = 'DELETE FROM "merged" WHERE "row" = ?'


def is_registration_of(event_id: str) -> Any:
    """The condition that every list and count of an event's registrations has: there, and each person once."""
    merged = Registration.id.in_(Merged.select(Merged.row))
    return (Registration.event == event_id) & ~Registration.deleted & ~merged


def is_holder() -> Any:
    """What joins `Person` to `Registration`: the person whose it is, or the one who stands for that person."""
    return Person.id == standing_for(Registration.person)


def standing_for(column: Any) -> Any:
    """A column that refers to people or registrations, with the one that stands in place of one that was merged."""
    return fn.COALESCE(Merged.select(Merged.kept).where(Merged.row == column), column)


def is_one_of(column: Any, rows: Sequence[str]) -> Any:
    """The condition that a column refers to one of these people or registrations, or to one merged into them."""
    return column.in_(rows) | column.in_(Merged.select(Merged.row).where(Merged.kept.in_(rows)))


def follow_people(db: Any, people: Sequence[str]) -> Sequence[str]:
    """Bring `merged` in line with people's rows.

    Args:
        db: the driver's connection, inside the transaction that changed the rows.

    Returns:
        These people with all who are one with them, or were until now.
    """
    if not db.execute(_ANY).fetchone()[0]:
        return people
    done: dict[str, None] = {}
    for person in people:
        if person not in done:
            group = sorted(_group(db, person))
            done |= dict.fromkeys(group)
            if len(group) > 1:
                _settle(db, group)
    return list(done)


def follow_registrations(db: Any, registrations: Sequence[str]) -> None:
    """Bring `merged` in line with registrations' rows, as `follow_people` does."""
    if not db.execute(_ANY).fetchone()[0]:
        return
    people = [
        db.execute('SELECT "person" FROM "registration" WHERE "id" = ?', (id,)).fetchone() for id in registrations
    ]
    follow_people(db, [found[0] for found in people if found is not None])


def _group(db: Any, person: str) -> set[str]:
    """A person with all who are one with them, or were until now."""
    waiting, reached = {person, *(row for (row,) in db.execute(_TOGETHER, (person,) * 3).fetchall())}, set[str]()
    while waiting:
        one = waiting.pop()
        reached.add(one)
        merged = db.execute('SELECT "id" FROM "person" WHERE "merged_into" = ?', (one,)).fetchall()
        into = _merged_into(db, one)
        waiting |= {row for (row,) in merged} | ({into} if into else set())
        waiting -= reached
    return reached


def _merged_into(db: Any, person: str) -> str | None:
    found = db.execute('SELECT "merged_into" FROM "person" WHERE "id" = ?', (person,)).fetchone()
    return found[0] if found else None


def _settle(db: Any, people: Sequence[str]) -> None:
    """Say anew who stands for whom; at each event the registrations of one person become one."""
    stands = {one: representative(one, lambda at: _merged_into(db, at)) for one in people}
    marks = ", ".join("?" * len(stands))
    rows = db.execute(_REGISTRATIONS.format(marks), tuple(stands)).fetchall()
    of_one: defaultdict[tuple[str, str], list[tuple[str, str, bool]]] = defaultdict(list)
    for id, event, status, person, deleted in rows:
        if not deleted:
            of_one[event, stands[person]].append((id, status, person == stands[person]))
    for several in of_one.values():
        stands |= dict.fromkeys([id for id, _status, _own in several], standing(several))
    db.executemany(_FORGET, [(row,) for row in [*stands, *(row[0] for row in rows)]])
    db.executemany(_KEEP, [(row, kept) for row, kept in stands.items() if row != kept])


def kept(row: str) -> str:
    """The person or registration that stands for this one: often itself."""
    found = Merged.get_or_none(Merged.row == row)
    return str(found.kept) if found else row


def together(row: str) -> list[str]:
    """The row that stands and all that were merged into it, that one first; for a row of nothing merged, itself."""
    stands_for_all = kept(row)
    others = Merged.select().where(Merged.kept == stands_for_all).order_by(Merged.row)
    return [stands_for_all, *(str(other.row) for other in others)]


def all_kept(rows: Iterable[str]) -> dict[str, str]:
    """For each of these rows, the one that stands for it."""
    wanted = list(rows)
    found = {row: row for row in wanted}
    for start in range(0, len(wanted), 500):
        some = Merged.select().where(Merged.row.in_(wanted[start : start + 500]))
        found |= {str(merged.row): str(merged.kept) for merged in some}
    return found
