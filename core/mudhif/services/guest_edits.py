"""Change one field of many guests as one unit, and take exactly that back; what was changed since stays and is told.

Nothing is kept beside the journal: an edit is named by the places of its first and last line in it, and what stood
there before is what these lines replaced. So it can be taken back after a restart and after an exchange, and an erased
guest leaves nothing here, too.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mudhif.domain.errors import BadInput
from mudhif.domain.guests import read_guest
from mudhif.domain.seats import EventFull, Status
from mudhif.i18n import N_
from mudhif.services.registrations import free_places
from mudhif.storage import merging
from mudhif.storage.journal import SELECT, Change, change_from
from mudhif.storage.models import Event, Person, Registration
from mudhif.storage.search import index_stays, indexed_later, is_anybody_merged
from mudhif.storage.writer import Tx

OF_PERSON = ("sex", "organisation", "stakeholder_group")
OF_REGISTRATION = ("kind", "status")
EDITABLE = (*OF_PERSON, *OF_REGISTRATION)
AT_ONCE = 500
INDEXED_AT_ONCE = 100

NOT_EDITABLE = N_("This cannot be set for many guests at once.")
NOT_EMPTY = N_("Choose what it shall be.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What was done: how many guests are other than before, and the lines of the journal that say so.

    ``first`` is 0 where nothing changed.
    """

    changed: int
    first: int = 0
    last: int = 0


@dataclass(slots=True)
class Undone:
    """What taking an edit back did: how many are as before, and who stays as (name, field)."""

    restored: int = 0
    stayed: list[tuple[str, str]] = field(default_factory=list)


# ------------------------------------------------------------------------------------------------------ editing


def edit_guests(tx: Tx, event: Event, registrations: Sequence[str], changes: Mapping[str, str]) -> Edit:
    """Set fields of many guests of an event; all or none. Whoever was erased is passed over.

    Args:
        changes: of `EDITABLE`; an empty organisation or group is taken away.

    Raises:
        BadInput: names every field that is wrong.
        EventFull: more shall be registered than there are places.
    """
    values = _read(changes)
    own = {name: value for name, value in values.items() if name in OF_PERSON}
    theirs = {name: value for name, value in values.items() if name in OF_REGISTRATION}
    rows = list(_rows(event.id, registrations))
    if theirs.get("status") == Status.REGISTERED:
        free = free_places(Event.get_by_id(event.id))
        if free is not None and sum(row.status != Status.REGISTERED for row, _person in rows) > free:
            raise EventFull(event=event.title, capacity=event.capacity)
    start, changed = len(tx.changes), 0
    with _indexing(values, len(rows)):
        for registration, person in rows:
            before = len(tx.changes)
            if own:
                tx.update(person, **own)
            if theirs:
                tx.update(registration, **theirs)
                _cancel_twins(tx, registration, theirs)
            changed += len(tx.changes) > before
    made = tx.changes[start:]
    return Edit(changed=changed, first=made[0].pos, last=made[-1].pos) if made else Edit(changed=0)


def _read(changes: Mapping[str, str]) -> dict[str, Any]:
    wrong = {name: [str(NOT_EDITABLE)] for name in changes if name not in EDITABLE}
    wrong |= {name: [str(NOT_EMPTY)] for name in ("sex", *OF_REGISTRATION) if changes.get(name, "-") == ""}
    if wrong:
        raise BadInput(fields=wrong)
    reading = read_guest(
        {"name": "Any guest", **{name: text for name, text in changes.items() if text}}, datetime.now(UTC)
    )
    if reading.problems:
        raise BadInput(fields={problem.field: [str(problem)] for problem in reading.problems})
    read = {name: reading.values.get(name) for name in changes}
    return {name: str(value) if value is not None else None for name, value in read.items()}


def _rows(event_id: str, registrations: Sequence[str]) -> Iterator[tuple[Registration, Person]]:
    """The registrations of the event among these, each with the person who holds it; each person once."""
    for start in range(0, len(registrations), AT_ONCE):
        some = list(registrations[start : start + AT_ONCE])
        found = list(Registration.select().where(merging.is_registration_of(event_id), Registration.id.in_(some)))
        holders = merging.all_kept(row.person for row in found)
        people = {row.id: row for row in Person.select().where(Person.id.in_(list(set(holders.values()))))}
        for row in found:
            person = people.get(holders[row.person])
            if person is not None and person.name is not None:
                yield row, person


def _cancel_twins(tx: Tx, registration: Registration, changes: Mapping[str, Any]) -> None:
    """Else another registration of the same person would stand in its place."""
    if changes.get("status") == Status.CANCELLED and is_anybody_merged():
        for twin in merging.together(registration.id)[1:]:
            tx.update(Registration.get_by_id(twin), status=changes["status"])


def _indexing(values: Mapping[str, Any], count: int) -> contextlib.AbstractContextManager[None]:
    """The search index holds organisations and nothing else of what is edited here."""
    if "organisation" not in values:
        return index_stays()
    return indexed_later() if count > INDEXED_AT_ONCE else contextlib.nullcontext()


# ------------------------------------------------------------------------------------------------------ taking back

_MODELS: dict[str, type[Person] | type[Registration]] = {"core.person": Person, "core.registration": Registration}


def undo_edit(tx: Tx, event: Event, first: int, last: int) -> Undone:
    """Put back what an edit changed, where nobody has changed it since.

    Args:
        first, last: as `edit_guests` gave them; lines that are no edit of this event's guests are passed over.
    """
    done, event = Undone(), Event.get_by_id(event.id)
    edits = [change for change in _lines(first, last) if change.replaces and change.kind.rpartition("/")[0] in _MODELS]
    with indexed_later() if len(edits) > INDEXED_AT_ONCE else contextlib.nullcontext():
        for start in range(0, len(edits), AT_ONCE):
            some = edits[start : start + AT_ONCE]
            standing = _standing(event, some)
            for change in some:
                if change.row in standing:
                    _put_back(tx, event, *standing[change.row], change, done)
    return done


def _standing(event: Event, edits: Sequence[Change]) -> dict[str, tuple[Person | Registration, str]]:
    """The rows of these lines that are there and of this event's guests, each with the guest's name."""
    found: dict[str, tuple[Person | Registration, str]] = {}
    rows = [change.row for change in edits]
    registrations = list(Registration.select().where(Registration.id.in_(rows), Registration.event == event.id))
    holders = merging.all_kept(row.person for row in registrations)
    here = merging.all_kept(_people_of(event, rows))
    people = {
        row.id: row
        for row in Person.select().where(Person.id.in_([*holders.values(), *here.values()]), Person.name.is_null(False))
    }
    for row in registrations:
        if not row.deleted and (holder := people.get(holders[row.person])):
            found[row.id] = row, str(holder.name)
    return found | {id: (people[id], str(people[id].name)) for id in here.values() if id in people}


def _people_of(event: Event, people: Sequence[str]) -> list[str]:
    """Who among these people, or who was merged into them, is registered for an event."""
    here = merging.is_one_of(Registration.person, people) & (Registration.event == event.id)
    return [row.person for row in Registration.select(Registration.person).where(here)]


def _put_back(
    tx: Tx, event: Event, row: Person | Registration, holder: str, change: Change, done: Undone
) -> None:  # fmt: skip
    rev = json.loads(str(row.rev))
    back: dict[str, Any] = {}
    for name in (name for name in change.fields if name in EDITABLE):
        before = change.replaces.get(name, [])
        stands = rev.get(name, rev["*"]) == [change.id] and len(before) == 1
        value = _former(before[0], name) if stands else None
        if not stands or (name == "status" and value == Status.REGISTERED and free_places(event) == 0):
            done.stayed.append((holder, name))
        else:
            back[name] = value
    if back:
        tx.update(row, **back)
        done.restored += 1


def _lines(first: int, last: int) -> Iterator[Change]:
    execute = Registration._meta.database.execute_sql
    for start in range(first, last + 1, 1000):
        end = min(start + 999, last)
        rows = execute(f"{SELECT} WHERE j.pos BETWEEN ? AND ? ORDER BY j.pos", (start, end)).fetchall()
        yield from map(change_from, rows)


def _former(id: str, name: str) -> Any:
    """What the line that was replaced had put there."""
    stream, _colon, seq = id.rpartition(":")
    execute = Registration._meta.database.execute_sql
    row = execute(f"{SELECT} WHERE j.stream = ? AND j.seq = ?", (stream, int(seq))).fetchone()
    return change_from(row).fields.get(name) if row else None
