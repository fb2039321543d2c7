"""Everything that is held of one person: found, given out as a file, and erased."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mudhif.domain.errors import NotFound
from mudhif.domain.names import fold
from mudhif.i18n import N_
from mudhif.storage import merging
from mudhif.storage.journal import SELECT, change_from
from mudhif.storage.models import ColumnMemory, Person, Registration, Ticket
from mudhif.storage.store import Tx, current, write


class NoPerson(NotFound):
    message = N_("There is no person and no guest with the id %(name)s.")


def find_person(text: str) -> Person:
    """The person with this id, or the one that a registration of this id belongs to; of people merged, the one kept.

    Raises:
        NoPerson: there is none.
    """
    registration = Registration.get_or_none(Registration.id == text)
    stands = merging.kept(registration.person if registration else text)
    person: Person | None = Person.get_or_none(Person.id == stands)
    if person is None:
        raise NoPerson(name=text)
    return person


def person_data(person_id: str) -> dict[str, Any]:
    """All that is held of a person, the plugins' rows too: as it now is, and every change with who made it and when.

    Generic over all models with a subject: what says of itself that it is about this person is in it.
    """
    store = current()
    execute: Any = store.db.execute_sql
    people = merging.together(person_id)
    marks = ", ".join("?" * len(people))
    journal = execute(f"{SELECT} WHERE j.subject IN ({marks}) ORDER BY j.pos", people).fetchall()
    changes = [change_from(row) for row in journal]
    kinds = {(change.kind.rpartition("/")[0], change.row) for change in changes}
    rows = [row for kind, row_id in sorted(kinds) if (row := _row(kind, row_id)) is not None]
    registrations = [row["id"] for row in rows if row["kind_of_row"] == "core.registration"]
    tickets = Ticket.select(Ticket.text, Ticket.registration).where(Ticket.registration.in_(registrations))
    return {
        "person": person_id,
        "rows": rows,
        "tickets": list(tickets.dicts()),
        "history": [
            {
                "at": datetime.fromtimestamp(change.at / 1_000_000, UTC).isoformat(),
                "by": change.actor,
                "kind": change.kind,
                "row": change.row,
                "fields": change.fields,
            }
            for change in changes
        ],
    }


def _row(kind: str, row_id: str) -> dict[str, Any] | None:
    model = current().tables.models.get(kind)
    found = model.select().where(model.id == row_id).dicts().first() if model is not None else None
    if found is None:
        return None
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
    return {"kind_of_row": kind} | plain


def erase_person(tx: Tx, person_id: str) -> None:
    """Erase a person: name, phone and all else that is theirs goes everywhere; ids, sex and age band stay.
    Who was merged with them is the same person, and is erased, too.

    Call `erase` instead where no unit of work runs yet: it also rewrites the file.
    """
    people = merging.together(person_id)
    _forget_headers(people)
    registrations = [row.id for row in Registration.select(Registration.id).where(Registration.person.in_(people))]
    for one in people:
        tx.erase(one)
    Ticket.delete().where(Ticket.registration.in_(registrations)).execute()


def _forget_headers(people: Sequence[str]) -> None:
    """Forget what was said of files whose headers name one of them: a list without headers begins with a guest."""
    fields = (Person.name, Person.name_alt, Person.phone, Person.email)
    rows: Any = Person.select(*fields).where(Person.id.in_(list(people))).tuples()
    said = {fold(text) for row in list(rows) for text in row if text and fold(text)}
    for memory in list(ColumnMemory.select()):
        if any(text in fold(header) for text in said if text for header in memory.mapping):
            ColumnMemory.delete().where(ColumnMemory.headers == memory.headers).execute()


def erase(text: str) -> str:
    """Erase the person that an id of a person or of a registration names, and let no page of the file keep anything.

    Returns:
        The person's id.

    Raises:
        NoPerson: there is none.
    """
    person_id = str(find_person(text).id)
    write(erase_person, person_id)
    current().tidy_after_erasing()
    return person_id


def copies_from_before() -> list[Path]:
    """Backups and folders kept aside that lie beside the data: who was erased since still stands in them."""
    instance = current().instance
    if instance is None:
        return []
    root = instance.root
    beside = [*root.parent.glob(f"{root.name}.before-*"), *root.parent.glob(".restore-*")]
    return sorted([*instance.backups.glob("*"), *beside])
