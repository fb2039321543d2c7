"""Import a guest list: plan it outside the writer, show it, then write it as one unit of work.

The rule, as the page and ``guests import --help`` say it: what is good is taken, all of it at once; rows with errors
stay out, and so do rows of which a person must say whether they are somebody who is there already; both are listed. An
empty cell changes nothing; a name that is there is not replaced, unless the row carries the id of our own export.

Whether a row is a guest of the event already is found out in this order:

1. by the id in our own export;
2. the very same row was imported before: it makes nothing and changes nothing, whatever was corrected since;
3. by the row's own key (Kobo's `_uuid`): the same key is the same guest, on any laptop, and the row is what is true;
4. the same name and the same phone or e-mail; 5. the same name and organisation, with nothing against it.

All that is done outside the writer. Inside it is looked at only whether a guest changed meanwhile, by the place in the
journal; then it is planned again, outside, so that a check-in never waits for the comparing.

Each guest is taken by one row at most. What is only alike (see `mudhif.domain.guest_matches`) is a probable duplicate:
a name alone never makes two people one.
"""

from __future__ import annotations

import gc
import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from mudhif.domain.errors import NotFound
from mudhif.domain.guest_matches import Identity, Likeness, identity
from mudhif.domain.guests import PERSON_FIELDS, REGISTRATION_FIELDS, Kind, Problem, Reading, Source
from mudhif.domain.ids import new_id
from mudhif.domain.seats import Status, seat
from mudhif.i18n import N_, _
from mudhif.services import tickets
from mudhif.services.column_memory import remember_columns
from mudhif.services.guest_matching import (
    Guests,
    Known,
    all_changes,
    changes,
    erased_people,
    erased_registrations,
    guests_of,
)
from mudhif.services.guest_reading import RowReader
from mudhif.services.guest_tables import GuestTable, Row
from mudhif.services.questions import event_questions
from mudhif.storage.model import canonical
from mudhif.storage.models import Event, GuestImport, Person, Registration
from mudhif.storage.search import index_all, indexed_later
from mudhif.storage.store import ReadyRows, Tx, ready_rows, write

Decision = Literal["same", "two"]
"""What a person said of a probable duplicate: the same person, or two."""

SAME: Decision = "same"
TWO: Decision = "two"

NO_SEAT = N_("%(event)s is full: all %(capacity)s places are taken. Raise its capacity or turn on its waiting list.")
ERASED = N_("This guest was erased; the row is not taken.")
SAME_KEY = N_("Row %(other)s has the same key; it is one row of the form.")
SHARED_PHONE = N_("Another guest, %(name)s, has the same phone.")

TICKETS_AT_ONCE = 200
INDEXED_AT_ONCE = 400
"""Up to so many guests are found in the very moment in which they are written; more, a second later."""

PLANNED_AGAIN = 5
"""How often a plan is made anew outside the writer, while guests change; after that once inside it."""

Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many; it may raise, and nothing was written."""

TOLD_EVERY = 200


def _told_to_nobody(_done: int, _of: int) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Something about one cell: an error (its row stays out) or a warning (it is taken as it stands)."""

    row: int
    problem: Problem
    cell: str = ""

    def as_json(self) -> dict[str, Any]:
        message = f"{self.cell}: {self.problem}" if self.cell else str(self.problem)
        return {"row": self.row, "field": self.problem.field, "message": message, "cell": self.cell or None}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A row that is taken: for a new guest, or for one who is there (``registration``) with what changes of him."""

    row: int
    values: Mapping[str, Any]
    fingerprint: str
    status: str = Status.REGISTERED
    key: str = ""
    registration: str | None = None
    person: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbableDuplicate:
    """A row that may be a guest who is there already, or whom an earlier row names; it stays out until decided."""

    row: int
    name: str
    values: Mapping[str, Any]
    known: Mapping[str, Any]
    registration: str | None
    same_row: int | None
    score: int
    why: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "name": self.name,
            "registration": self.registration,
            "same_row": self.same_row,
            "known_as": self.known.get("name"),
            "score": self.score,
            "why": [_(word) for word in self.why],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would do; nothing is written yet.

    ``seen`` is the place in the journal up to which the guests were known; if they changed since, it is planned again.
    ``written_as`` is the id of the `GuestImport`, once it was written.
    """

    event: str
    table: GuestTable
    decisions: Mapping[int, Decision]
    seen: int
    new: tuple[PlannedRow, ...] = ()
    updated: tuple[PlannedRow, ...] = ()
    unchanged: tuple[PlannedRow, ...] = ()
    duplicates: tuple[ProbableDuplicate, ...] = ()
    errors: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()
    written_as: str = ""

    @property
    def left(self) -> int:
        """How many rows stay out."""
        return len({error.row for error in self.errors} | {pair.row for pair in self.duplicates})

    @property
    def takes_nothing(self) -> bool:
        """Whether there are rows, and every one of them stays out."""
        return bool(self.table.rows) and not (self.new or self.updated or self.unchanged)

    def as_json(self) -> dict[str, Any]:
        """What the command line and the API say of it."""
        return {
            "rows": len(self.table.rows),
            "created": len(self.new),
            "updated": len(self.updated),
            "unchanged": len(self.unchanged),
            "duplicates": [duplicate.as_json() for duplicate in self.duplicates],
            "errors": [error.as_json() for error in self.errors],
            "warnings": [warning.as_json() for warning in self.warnings],
            "columns": {column.header or column.letter: column.field for column in self.table.columns},
            "import": self.written_as or None,
        }


# ------------------------------------------------------------------------------------------------------ planning


def plan_import(
    event_id: str,
    table: GuestTable,
    decisions: Mapping[int, Decision] | None = None,
    progress: Progress = _told_to_nobody,
) -> ImportPlan:
    """Find out what importing a table into an event would do, with all that is wrong with any row.

    Args:
        decisions: by row number, what a person said of probable duplicates.
        progress: told from time to time how far it is; what it raises ends the planning.

    Raises:
        NotFound: there is no such event.
    """
    event = Event.get_or_none(Event.id == event_id)
    if event is None:
        raise NotFound(name=event_id)
    return _Planner(event, table, decisions or {}, progress).plan()


@dataclass(slots=True)
class _Reading:
    row: Row
    reading: Reading
    identity: Identity
    fingerprint: str
    key: str = ""

    @property
    def number(self) -> int:
        return self.row.number


class _Planner:
    def __init__(self, event: Event, table: GuestTable, decisions: Mapping[int, Decision], progress: Progress) -> None:
        self.event, self.table, self.decisions, self.progress = event, table, decisions, progress
        self.reader = RowReader(table, event_questions(event.id), datetime.now(UTC))
        self.seen = _journal_end()
        self.known = Guests(guests_of(event.id))
        self.erased, self.gone = erased_registrations(event.id), erased_people()
        self.free: int | None = None
        if event.capacity is not None:
            self.free = event.capacity - sum(g.values["status"] == Status.REGISTERED for g in self.known.all)
        self.rows: dict[str, list[PlannedRow]] = {"new": [], "updated": [], "unchanged": []}
        self.keys: dict[str, int] = {}
        self.duplicates: list[ProbableDuplicate] = []
        self.errors: list[RowProblem] = []
        self.warnings: list[RowProblem] = []

    def plan(self) -> ImportPlan:
        waiting = list(self._readings())
        # Surest first, over all rows: a row that only looks like a guest may not take one whom another row names.
        for match in (self._by_id, self._by_memory, self._by_key, self._by_contact, self._by_organisation):
            waiting = [reading for reading in waiting if not match(reading)]
        for done, reading in enumerate(waiting):
            self._judge(reading)
            self._tell(len(self.table.rows) + done)
        new, updated, unchanged = (tuple(sorted(rows, key=lambda row: row.row)) for rows in self.rows.values())
        return ImportPlan(
            event=self.event.id,
            table=self.table,
            decisions=self.decisions,
            seen=self.seen,
            duplicates=tuple(self.duplicates),
            errors=tuple(sorted(self.errors, key=lambda error: error.row)),
            warnings=tuple(sorted(self.warnings, key=lambda warning: warning.row)),
            new=new,
            updated=updated,
            unchanged=unchanged,
        )

    def _tell(self, done: int) -> None:
        if done % TOLD_EVERY == 0:
            self.progress(done, 2 * len(self.table.rows))

    def _readings(self) -> Iterator[_Reading]:
        counts: Counter[str] = Counter()
        for done, row in enumerate(self.table.rows):
            self._tell(done)
            reading = self.reader.read(row)
            self.errors += self._of_row(row.number, reading.problems)
            self.warnings += self._of_row(row.number, reading.doubts)
            key = reading.values.get("key", "")
            if key and self.keys.setdefault(key, row.number) != row.number:
                self._error(row.number, "key", SAME_KEY, other=self.keys[key])
            elif not reading.problems:
                # When something was agreed to may be known by the moment of the import alone.
                consents = {consent["id"]: consent["given"] for consent in reading.values.get("consents", [])}
                text = canonical(dict(reading.values) | ({"consents": consents} if consents else {}))
                counts[text] += 1
                # Two rows alike in everything may be two people: each has a memory of its own.
                fingerprint = hashlib.sha256(f"{counts[text]}{text}".encode()).hexdigest()
                yield _Reading(row, reading, identity(reading.values), fingerprint, key)

    def _of_row(self, number: int, problems: Iterable[Problem]) -> list[RowProblem]:
        return [RowProblem(row=number, problem=p, cell=self.table.cell(number, p.field)) for p in problems]

    def _error(self, number: int, field: str, message: str, **values: Any) -> None:
        self.errors += self._of_row(number, [Problem(field=field, message=message, values=values)])

    def _by_id(self, reading: _Reading) -> bool:
        registration = self.known.standing(reading.row.texts.get("id", ""))
        if registration in self.erased:
            self._error(reading.number, "id", ERASED)
            return True
        guest = self.known.by_id.get(registration)
        if guest is None or guest.taken is not None:
            return False
        self._update(reading, guest, all_changes(guest.values, reading.reading.values))
        return True

    def _by_memory(self, reading: _Reading) -> bool:
        guest = self.known.remembered(reading.fingerprint)
        if guest is None or guest.taken is not None:
            return False
        self._update(reading, guest, {})
        return True

    def _by_key(self, reading: _Reading) -> bool:
        if not reading.key:
            return False
        made_of = id_of_key(self.event.id, reading.key)
        if made_of in self.erased or person_of_key(self.event.id, reading.key) in self.gone:
            self._error(reading.number, "key", ERASED)
            return True
        guest = self.known.remembered(_memory_of_key(reading.key)) or self.known.by_id.get(self.known.standing(made_of))
        if guest is None or guest.taken is not None:
            return False
        self._update(reading, guest, all_changes(guest.values, reading.reading.values))
        return True

    def _by_contact(self, reading: _Reading) -> bool:
        return self._by_certainty(reading, "contact")

    def _by_organisation(self, reading: _Reading) -> bool:
        return self._by_certainty(reading, "organisation")

    def _by_certainty(self, reading: _Reading, by: str) -> bool:
        for guest in self.known.candidates(reading.identity):
            if guest.taken is None and guest.likeness(reading.identity).certain == by:
                self._update(reading, guest, changes(guest.values, reading.reading.values))
                return True
        return False

    def _update(self, reading: _Reading, guest: Known, changed: dict[str, Any]) -> None:
        guest.taken = guest.taken or reading.number
        if changed.get("status") == Status.REGISTERED and self._next_seat() != Status.REGISTERED:
            self._error(reading.number, "status", NO_SEAT, event=self.event.title, capacity=self.event.capacity)
            return
        planned = PlannedRow(
            row=reading.number,
            values=reading.reading.values,
            fingerprint=reading.fingerprint,
            key=reading.key,
            registration=guest.registration,
            person=guest.values.get("person"),
            changes=changed,
        )
        self.rows["updated" if changed else "unchanged"].append(planned)

    def _judge(self, reading: _Reading) -> None:
        """A row that is nobody for certain: a probable duplicate, or a new guest."""
        alike = [(guest.likeness(reading.identity), guest) for guest in self.known.candidates(reading.identity)]
        asked = [pair for pair in alike if pair[0].certain or pair[0].ask]
        decision = self.decisions.get(reading.number)
        if asked and decision != TWO:
            best, guest = max(asked, key=lambda pair: (pair[0].score, pair[1].taken is None))
            self._ask(reading, best, guest, decision)
            return
        self._warn_of_shared_phone(reading, alike)
        self._add(reading)

    def _ask(self, reading: _Reading, best: Likeness, guest: Known, decision: Decision | None) -> None:
        if decision == SAME:
            # Of a guest whom an earlier row already is, this row changes nothing.
            changed = changes(guest.values, reading.reading.values) if guest.taken is None else {}
            self._update(reading, guest, changed)
            return
        self.duplicates.append(
            ProbableDuplicate(row=reading.number, name=reading.reading.values["name"], values=reading.reading.values,
                              known=guest.values, registration=guest.registration, same_row=guest.taken,
                              score=best.score, why=best.why)
        )  # fmt: skip

    def _warn_of_shared_phone(self, reading: _Reading, alike: Sequence[tuple[Likeness, Known]]) -> None:
        sharing = next((g for _l, g in alike if g.identity.phone and g.identity.phone == reading.identity.phone), None)
        if sharing is not None:
            problem = Problem(field="phone", message=SHARED_PHONE, values={"name": sharing.values["name"]})
            self.warnings += self._of_row(reading.number, [problem])

    def _add(self, reading: _Reading) -> None:
        values = reading.reading.values
        status = values.get("status", Status.REGISTERED)
        if status == Status.REGISTERED:
            status = self._next_seat()
        if status is None:
            self._error(reading.number, "status", NO_SEAT, event=self.event.title, capacity=self.event.capacity)
            return
        self.known.add(Known(values, reading.identity, taken=reading.number))
        planned = PlannedRow(
            row=reading.number, values=values, fingerprint=reading.fingerprint, status=str(status), key=reading.key
        )
        self.rows["new"].append(planned)

    def _next_seat(self) -> Status | None:
        if self.free is None:
            return Status.REGISTERED
        status = seat(max(self.free, 0), 0, waiting_list=self.event.waiting_list)
        self.free -= status == Status.REGISTERED
        return status


def _journal_end() -> int:
    found = Registration._meta.database.execute_sql("SELECT coalesce(max(pos), 0) FROM journal").fetchone()
    return int(found[0])


def id_of_key(event_id: str, key: str) -> str:
    """The registration that a row with this key makes: the same on every laptop, so that two imports meet as one."""
    return str(uuid.uuid5(uuid.UUID(event_id), f"registration/{key}"))


def person_of_key(event_id: str, key: str) -> str:
    """The person whom a row with this key makes, on every laptop."""
    return str(uuid.uuid5(uuid.UUID(event_id), f"person/{key}"))


def _memory_of_key(key: str) -> str:
    return hashlib.sha256(f"key/{key}".encode()).hexdigest()


# ------------------------------------------------------------------------------------------------------ writing


def import_guests(plan: ImportPlan) -> ImportPlan:
    """Write what was planned, all or nothing, then issue the tickets.

    Returns:
        The plan that was carried out: another one, if guests changed since it was made.
    """
    for _again in range(PLANNED_AGAIN):
        with _collecting_later():
            written = write(_apply_if_true, plan, _new_rows(plan))
        if written is not None:
            break
        plan = plan_import(plan.event, plan.table, plan.decisions)
    else:
        written = write(apply_import, plan)
    done, registrations = written
    index_all()
    # In small units, so that a check-in meanwhile does not wait for ten thousand signatures.
    for start in range(0, len(registrations), TICKETS_AT_ONCE):
        tickets.ticket_texts(registrations[start : start + TICKETS_AT_ONCE])
    return done


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Look for garbage afterwards: with ten thousand rows in hand Python looks through all of them, again and again,
    and a check-in waits for it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def apply_import(tx: Tx, plan: ImportPlan) -> tuple[ImportPlan, list[str]]:
    """Write a plan inside one unit of work; a plan that is no longer true is made again first.

    Returns:
        The plan that was carried out, and the ids of the new registrations; `import_guests` then issues their tickets.
    """
    if _guests_changed(tx, plan):
        plan = plan_import(plan.event, plan.table, plan.decisions)
    return _apply(tx, plan, _new_rows(plan))


def _apply_if_true(tx: Tx, plan: ImportPlan, new: _NewRows) -> tuple[ImportPlan, list[str]] | None:
    return None if _guests_changed(tx, plan) else _apply(tx, plan, new)


def _guests_changed(tx: Tx, plan: ImportPlan) -> bool:
    sql = "SELECT 1 FROM journal WHERE pos > ? AND (kind GLOB 'core.person/*' OR kind GLOB 'core.registration/*'"
    sql += " OR kind GLOB 'core.event/*' OR kind GLOB 'core.question/*' OR kind GLOB 'core.erase/*') LIMIT 1"
    return tx.connection.execute(sql, (plan.seen,)).fetchone() is not None


def _apply(tx: Tx, plan: ImportPlan, rows: _NewRows) -> tuple[ImportPlan, list[str]]:
    before = _journal_end()
    with indexed_later() if len(plan.new) + len(plan.updated) > INDEXED_AT_ONCE else nullcontext():
        for row in plan.updated:
            _change(tx, row)
        tx.create_many(Person, rows.people)
    new = tx.create_many(Registration, rows.registrations)
    remembered = [(row, row.registration) for row in (*plan.updated, *plan.unchanged)]
    _remember(tx, plan.event, [*remembered, *zip(plan.new, new, strict=True)])
    remember_columns(plan.table)
    after = _journal_end()
    return replace(plan, seen=after, written_as=_note(tx, plan, before + 1, after)), new


class _NewRows(NamedTuple):
    """The new guests of a plan, ready to be written."""

    people: ReadyRows
    registrations: ReadyRows


def _new_rows(plan: ImportPlan) -> _NewRows:
    """Make the new guests ready: outside the unit, for a check-in waits for it. True as long as the plan is."""
    database = Registration._meta.database
    greatest = 'SELECT coalesce(max("number"), 0) FROM "registration" WHERE "event" = ?'
    number = int(database.execute_sql(greatest, (plan.event,)).fetchone()[0])
    made = datetime.now(UTC)
    keys = [_free_key(plan.event, row.key) if row.key else "" for row in plan.new]
    people = ready_rows(Person, [_person(plan.event, row, key) for row, key in zip(plan.new, keys, strict=True)])
    registrations: list[dict[str, Any]] = [
        {"event": plan.event, "person": person, "status": row.status, "made": made, "number": number + count,
         "kind": row.values.get("kind", str(Kind.PARTICIPANT)), "source": str(Source.IMPORT),
         "answers": row.values.get("answers")} | ({"id": id_of_key(plan.event, key)} if key else {})
        for count, (row, key, person) in enumerate(zip(plan.new, keys, people.ids, strict=True), start=1)
    ]  # fmt: skip
    return _NewRows(people, ready_rows(Registration, registrations))


def _free_key(event_id: str, key: str) -> str:
    """The key, unless the registration that it makes was there and was removed."""
    sql = 'SELECT 1 FROM "registration" WHERE "id" = ?'
    found = Registration._meta.database.execute_sql(sql, (id_of_key(event_id, key),)).fetchone()
    return key if found is None else ""


def _person(event_id: str, row: PlannedRow, key: str) -> dict[str, Any]:
    own = {name: value for name in _OWN if (value := row.values.get(name)) is not None}
    own["consents"] = row.values.get("consents", [])
    return own | {"id": person_of_key(event_id, key)} if key else own


_OWN = (*PERSON_FIELDS, "phone_e164")
_THEIRS = (*REGISTRATION_FIELDS, "answers")


def _change(tx: Tx, row: PlannedRow) -> None:
    own = {name: value for name, value in row.changes.items() if name not in _THEIRS}
    if own:
        tx.amend(Person, str(row.person), own)
    theirs = {name: value for name, value in row.changes.items() if name in _THEIRS}
    if theirs:
        tx.amend(Registration, str(row.registration), theirs)


def _remember(tx: Tx, event_id: str, rows: Sequence[tuple[PlannedRow, str | None]]) -> None:
    found = tx.connection.execute('SELECT "fingerprint" FROM "imported_row" WHERE "event" = ?', (event_id,)).fetchall()
    known = {row[0] for row in found}
    marks = [(mark, registration) for row, registration in rows if registration for mark in _marks(row)]
    tx.connection.executemany(
        'INSERT INTO "imported_row" ("event", "fingerprint", "registration") VALUES (?, ?, ?)',
        [(event_id, mark, registration) for mark, registration in marks if mark not in known],
    )


def _marks(row: PlannedRow) -> list[str]:
    return [row.fingerprint, *([_memory_of_key(row.key)] if row.key else [])]


def _note(tx: Tx, plan: ImportPlan, first: int, last: int) -> str:
    """Note which lines of the journal this import made, so that it can be taken back."""
    id = new_id()
    GuestImport.insert(
        id=id,
        event=plan.event,
        file=plan.table.file,
        actor=tx.actor,
        made=datetime.now(UTC),
        first=first,
        last=last,
        created=len(plan.new),
        updated=len(plan.updated),
        unchanged=len(plan.unchanged),
        left=plan.left,
    ).execute()
    return id
