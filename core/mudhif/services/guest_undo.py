"""Take a whole import back: the guests it made go, what it changed is as it was; what came since stays and is told.

What an import did stands in the journal; nothing is kept beside it, so that an erased guest leaves nothing here, too.
It is taken back in units of some hundred guests, so that a check-in meanwhile never waits for ten thousand of them;
one that is broken off half way is finished by taking it back once more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from mudhif.domain.errors import NotFound, Refused
from mudhif.i18n import N_, _
from mudhif.storage.journal import SELECT, Change, change_from
from mudhif.storage.models import GuestImport, ImportedRow, Person, Registration
from mudhif.storage.store import Tx, write

AT_ONCE = 100

CHANGED = N_("changed since")
CAME = N_("recorded at an event since")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class NoImport(NotFound):
    message = N_("No import with the id %(name)s was written on this laptop.")


class AlreadyUndone(Refused):
    """There is nothing left to take back."""

    code = "already-undone"
    message = N_("This import was taken back already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A guest whom the import made; ``why`` says why one stays."""

    registration: str
    person: str
    name: str
    number: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A row that the import changed, with what stood there before; ``stands`` are fields that were changed since."""

    model: type[Person] | type[Registration]
    row: str
    name: str
    before: Mapping[str, Any]
    stands: tuple[str, ...] = ()


@dataclass(slots=True)
class UndoPlan:
    """What taking an import back would do; nothing is written yet."""

    made: GuestImport
    gone: list[Made] = field(default_factory=list)
    kept: list[Made] = field(default_factory=list)
    edited: list[Edited] = field(default_factory=list)

    @property
    def restored(self) -> list[Edited]:
        """The rows in which something is put back."""
        return [row for row in self.edited if row.before]

    @property
    def changed_since(self) -> list[Edited]:
        """The rows in which something stays, for it was changed since."""
        return [row for row in self.edited if row.stands]

    def as_json(self) -> dict[str, Any]:
        """What the command line says of it."""
        return {
            "import": self.made.id,
            "file": self.made.file,
            "removed": len(self.gone),
            "restored": len(self.restored),
            "kept": [{"registration": one.registration, "name": one.name, "why": _(one.why)} for one in self.kept],
            "changed_since": [{"name": one.name, "fields": list(one.stands)} for one in self.changed_since],
        }


def imports_of(event_id: str) -> list[GuestImport]:
    """The imports that were written here into an event, the last one first."""
    rows = GuestImport.select().where(GuestImport.event == event_id).order_by(GuestImport.made.desc())
    return list(rows)


def find_import(event_id: str, import_id: str) -> GuestImport:
    """The import with this id.

    Raises:
        NoImport: none was written here into this event.
    """
    found: GuestImport | None = GuestImport.get_or_none(GuestImport.id == import_id, GuestImport.event == event_id)
    if found is None:
        raise NoImport(name=import_id)
    return found


def plan_undo(made: GuestImport) -> UndoPlan:
    """Find out what taking an import back would do.

    Raises:
        AlreadyUndone: it was taken back.
    """
    if made.undone is not None:
        raise AlreadyUndone
    plan, since = UndoPlan(made), _touched_since(made.last)
    guests = _guests_made(made.event)
    for change in _lines(made.first, made.last):
        kind = change.kind.rpartition("/")[0]
        if kind == "core.registration" and not change.replaces:
            if guest := guests.get(change.row):  # else erased, or gone already
                why = since.get(guest.registration) or since.get(guest.person) or ""
                (plan.kept if why else plan.gone).append(replace(guest, why=why))
        elif kind in _EDITABLE and change.replaces:
            _judge_edited(plan, change)
    return plan


_EDITABLE: dict[str, type[Person] | type[Registration]] = {"core.person": Person, "core.registration": Registration}


def _lines(first: int, last: int) -> Iterator[Change]:
    execute = Registration._meta.database.execute_sql
    while first <= last:
        until = min(first + 999, last)
        rows = execute(f"{SELECT} WHERE j.pos BETWEEN ? AND ? ORDER BY j.pos", (first, until)).fetchall()
        yield from map(change_from, rows)
        first = until + 1


def _touched_since(last: int) -> dict[str, str]:
    """Every id that a later line of the journal names, and what to say of it."""
    found: dict[str, str] = {}
    sql = 'SELECT kind, "row", subject, body FROM journal WHERE pos > ? ORDER BY pos'
    for kind, row, subject, body in Registration._meta.database.execute_sql(sql, (last,)).fetchall():
        for id in (row, subject, *_ID.findall(body)):
            found[id] = CHANGED if kind.startswith("core.") else CAME
    return found


def _guests_made(event_id: str) -> dict[str, Made]:
    """The guests of an event who are there, by registration."""
    columns = (Registration.id, Registration.person, Registration.number, Person.name)
    query: Any = (
        Registration.select(*columns)
        .join(Person, on=(Registration.person == Person.id))
        .where(Registration.event == event_id, ~Registration.deleted, Person.name.is_null(False))
    )
    return {
        id: Made(registration=id, person=person, name=name, number=number)
        for id, person, number, name in query.tuples()
    }


def _judge_edited(plan: UndoPlan, change: Change) -> None:
    model = _EDITABLE[change.kind.rpartition("/")[0]]
    row: Any = model.get_or_none(model.id == change.row)
    if row is None or row.deleted:
        return
    person: Any = row if model is Person else Person.get_or_none(Person.id == row.person)
    if person is None or not person.name:
        return
    rev = json.loads(row.rev)
    stands = tuple(name for name in change.fields if rev.get(name, rev["*"]) != [change.id])
    before = {
        name: _former(ids[0], name) for name, ids in change.replaces.items() if name not in stands and len(ids) == 1
    }
    plan.edited.append(Edited(model=model, row=change.row, name=person.name, before=before, stands=stands))


def _former(id: str, name: str) -> Any:
    stream, _colon, seq = id.rpartition(":")
    row = Registration._meta.database.execute_sql(
        f"{SELECT} WHERE j.stream = ? AND j.seq = ?", (stream, int(seq))
    ).fetchone()
    return change_from(row).fields.get(name) if row else None


# ------------------------------------------------------------------------------------------------------ writing


def undo_import(made: GuestImport) -> UndoPlan:
    """Take an import back.

    Returns:
        What was done, as it was found while it was done.

    Raises:
        AlreadyUndone: it was taken back.
    """
    meanwhile = _Meanwhile(_journal_end())
    plan = plan_undo(made)
    done = UndoPlan(made, kept=list(plan.kept))
    for start in range(0, len(plan.gone), AT_ONCE):
        write(_remove, plan.gone[start : start + AT_ONCE], done, meanwhile)
    for start in range(0, len(plan.edited), AT_ONCE):
        write(_put_back, plan.edited[start : start + AT_ONCE], done)
    write(_note_undone, made)
    return done


@dataclass(slots=True)
class _Meanwhile:
    """Whom others touched while an import is taken back: read on from where it was read last."""

    seen: int
    touched: dict[str, str] = field(default_factory=dict)

    def read_on(self) -> Mapping[str, str]:
        self.touched |= _touched_since(self.seen)
        self.seen = _journal_end()
        return self.touched


def _journal_end() -> int:
    found = Registration._meta.database.execute_sql("SELECT coalesce(max(pos), 0) FROM journal").fetchone()
    return int(found[0])


def _remove(tx: Tx, guests: Sequence[Made], done: UndoPlan, meanwhile: _Meanwhile) -> None:
    """Remove some of them, but none who came or was changed while the others were removed."""
    since = meanwhile.read_on()
    gone: list[Made] = []
    for guest in guests:
        why = since.get(guest.registration) or since.get(guest.person)
        if why:
            done.kept.append(replace(guest, why=why))
            continue
        # `Tx.delete` reads the rows by their ids; reading them as models first would be most of the work.
        tx.delete(Registration(id=guest.registration))
        tx.delete(Person(id=guest.person))
        gone.append(guest)
    # Or the same file, imported once more, would be taken for guests who are there.
    ImportedRow.delete().where(ImportedRow.registration.in_([guest.registration for guest in gone])).execute()
    done.gone += gone


def _put_back(tx: Tx, rows: Sequence[Edited], done: UndoPlan) -> None:
    for row in rows:
        record: Any = row.model.get_by_id(row.row)
        if row.before and not record.deleted:
            tx.update(record, **row.before)
        done.edited.append(row)


def _note_undone(tx: Tx, made: GuestImport) -> None:
    GuestImport.update(undone=datetime.now(UTC)).where(GuestImport.id == made.id).execute()
