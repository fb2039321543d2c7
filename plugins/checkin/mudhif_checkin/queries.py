"""The door's reads, as SQL text that peewee made once: the way of a check-in has no time for building queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from peewee import JOIN, SQL, fn

from mudhif.plugin_api import Person, Registration, Ticket, current, is_holder, is_registration_of, standing_for

from .models import Scan, Undo

_ARGUMENT = "\0"  # stands in a query where an argument will


def reader() -> Any:
    """This thread's reading connection."""
    return current().db.connection()  # type: ignore[no-untyped-call]


def rows_of(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a query as tuples: models would be made for each of them."""
    return iter(query.tuples())


class Prepared:
    """A query whose text is made once for each kind of database. Its only parameters are the arguments of a call."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make
        self._texts: dict[str, str] = {}

    def __call__(self, connection: Any, *arguments: Any) -> Any:
        """The cursor of the query with its arguments, in the order in which they stand in the text."""
        text = self._texts.get(Scan._meta.database.param)
        if text is None:
            text, values = self._make(_ARGUMENT).sql()
            assert len(values) == len(arguments), "constants of a query are written by `SQL`"
            self._texts[Scan._meta.database.param] = text
        return connection.execute(text, arguments)


_First = Scan.alias()
_HOLDER = (
    Registration.id, Registration.event, Registration.status, Registration.kind, Registration.serial,
    Registration.number, Person.name, Person.name_alt, Person.organisation,
)  # fmt: skip
_ACCEPTED = Scan.outcome.in_([SQL("'welcome'"), SQL("'left'")])
_REGISTERED = SQL("'registered'")
_NO = SQL("FALSE")


def _holders() -> Any:
    return Registration.select(*_HOLDER).join(Person, on=is_holder())


known_scan = Prepared(
    lambda a: (
        Scan.select(
            Scan.id, Scan.event, Scan.outcome, Scan.reason, Scan.registration, Scan.at, Scan.device,
            _First.id, _First.at, _First.device, _First.gate, Scan.shown,
        )
        .join(_First, JOIN.LEFT_OUTER, on=(_First.id == Scan.first_scan))
        .where(Scan.id == a)
    )
)  # fmt: skip

holder_by_ticket = Prepared(
    lambda a: (
        Ticket.select(Ticket.serial, *_HOLDER)
        .join(Registration, on=(Registration.id == Ticket.registration))
        .join_from(Registration, Person, on=is_holder())
        .where(Ticket.text == a, Registration.deleted == _NO)
    )
)

holder_by_id = Prepared(lambda a: _holders().where(Registration.id == a, Registration.deleted == _NO))

history = Prepared(
    lambda a: (
        Scan.select(Scan.id, Scan.direction, Scan.turn, Scan.at, Scan.device, Scan.gate, Undo.id, Scan.item)
        .join(Undo, JOIN.LEFT_OUTER, on=(Undo.scan == Scan.id))
        .where(Scan.registration == a, _ACCEPTED)
        .order_by(Scan.turn, Scan.id)
    )
)

history_of_event = Prepared(
    lambda a: (
        Scan.select(Scan.id, standing_for(Scan.registration), Scan.direction, Scan.turn, Undo.id)
        .join(Registration, on=(Registration.id == Scan.registration))
        .join_from(Scan, Undo, JOIN.LEFT_OUTER, on=(Undo.scan == Scan.id))
        .where(Registration.event == a, _ACCEPTED)
    )
)

moments_of_event = Prepared(
    lambda a: (
        Scan.select(standing_for(Scan.registration), Scan.direction, Scan.at, Scan.item)
        .join(Registration, on=(Registration.id == Scan.registration))
        .join_from(Scan, Undo, JOIN.LEFT_OUTER, on=(Undo.scan == Scan.id))
        .where(Registration.event == a, _ACCEPTED, Undo.id.is_null())
    )
)

registered = Prepared(
    lambda a: Registration.select(Registration.id).where(is_registration_of(a), Registration.status == _REGISTERED)
)

merged = Prepared(
    lambda a: Registration.select(Registration.id, standing_for(Registration.id)).where(
        Registration.event == a, standing_for(Registration.id) != Registration.id
    )
)

answers_of = Prepared(lambda a: Registration.select(Registration.answers).where(Registration.id == a))

status_of = Prepared(
    lambda a: Registration.select(Registration.event, Registration.status, Registration.deleted).where(
        Registration.id == a
    )
)

undo_of = Prepared(lambda a: Undo.select(fn.COUNT(Undo.id)).where(Undo.scan == a))


def last_entries(connection: Any, event: str) -> dict[str, tuple[datetime, str | None]]:
    """By guest, when and for which item of the agenda they came in last, of the check-ins that stand."""
    last: dict[str, tuple[str, str | None]] = {}
    for registration, direction, at, item in moments_of_event(connection, event):
        if direction == "in" and (registration not in last or at > last[registration][0]):
            last[registration] = (at, item)
    return {registration: (datetime.fromisoformat(at), item) for registration, (at, item) in last.items()}
