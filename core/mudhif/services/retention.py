"""When names are kept no longer: whose last event is long over, and what is left of them when their names go.

Nothing goes by itself: a person looks at who it is and decides. What stays is what an erasure leaves: that somebody of
this sex and age band was registered and came, so that every report remains true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mudhif.domain.guests import age_band_in
from mudhif.services.people import erase_person
from mudhif.services.settings import CORE, event_setting
from mudhif.storage import merging
from mudhif.storage.models import Event, Person, Registration
from mudhif.storage.store import current, write
from mudhif.storage.writer import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An event that is long over, and who was at none since."""

    event: Event
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place in which a name stands in free text: nothing changes it, a person decides.

    ``kind`` is that of the row without its version (``media.coverage``), ``field`` its field.
    """

    kind: str
    row: str
    field: str
    text: str


def retention_days() -> int | None:
    """After how many days the names of an event's guests are due; None: they are kept."""
    days: int | None = event_setting(None, CORE, "retention_days")
    return days


def due_for_pseudonyms(days: int, now: datetime | None = None) -> list[Due]:
    """People whose last event ended more than so many days ago, by that event, the oldest first."""
    before = (now or datetime.now(UTC)) - timedelta(days=days)
    events = {event.id: event for event in Event.select()}
    rows: Any = Registration.select(Registration.person, Registration.event).where(~Registration.deleted).tuples()
    found: list[tuple[str, str]] = list(rows)
    stands = merging.all_kept({person for person, _event in found})
    last: dict[str, Event] = {}
    for person, event_id in found:
        event, who = events[event_id], stands[person]
        if who not in last or _end(event) > _end(last[who]):
            last[who] = event
    of_event: defaultdict[str, list[Person]] = defaultdict(list)
    for named in _named(who for who, event in last.items() if _end(event) < before):
        of_event[last[str(named.id)].id].append(named)
    dues = [Due(event=events[id], people=tuple(sorted(of, key=lambda p: str(p.name)))) for id, of in of_event.items()]
    return sorted(dues, key=lambda due: _end(due.event))


def _end(event: Event) -> datetime:
    end: datetime = event.ends or event.starts
    return end


def _named(people: Iterable[str]) -> Iterator[Person]:
    ids = list(people)
    for start in range(0, len(ids), 500):
        yield from Person.select().where(Person.id.in_(ids[start : start + 500]), Person.name.is_null(False))


def pseudonymise(people: Iterable[str]) -> int:
    """Take the names and all else that is theirs from people; sex and age band stay. It cannot be taken back.

    Who is registered for an event that is not over stays as they are.

    Returns:
        How many it were.
    """
    count: int = write(_pseudonymise, list(people))
    current().tidy_after_erasing()
    return count


def _pseudonymise(tx: Tx, people: list[str]) -> int:
    done = 0
    for person in _named(people):
        if _is_expected(str(person.id)):
            continue
        if person.birth_year and not person.age_band:
            tx.update(person, age_band=age_band_in(_last_year(str(person.id)), person.birth_year))
        erase_person(tx, str(person.id))
        done += 1
    return done


def _is_expected(person: str) -> bool:
    """Whether an event that is not over expects somebody, who may have been registered since the list was looked at."""
    return any(_end(event) > datetime.now(UTC) for event in _events_of(person))


def _last_year(person: str) -> int:
    return max(int(event.starts.year) for event in _events_of(person))


def _events_of(person: str) -> list[Event]:
    of_person = Registration.select(Registration.event).where(Registration.person.in_(merging.together(person)))
    return list(Event.select().where(Event.id.in_(of_person)))


def mentions_of(person: Person) -> list[Mention]:
    """Where a person's name stands in text that is not theirs: a caption, a note, a headline, a report."""
    names = [name for name in (person.name, person.name_alt) if name]
    found = {
        (mention.kind, mention.row, mention.field): mention
        for kind, model in sorted(current().tables.models.items())
        for field in model._meta.sorted_fields
        if type(field).__name__ in ("Text", "Json") and field.name not in model._meta.personal
        for name in names
        for mention in _mentions(kind, model._meta.table_name, field.column_name, name)
    }
    return list(found.values())


def _mentions(kind: str, table: str, column: str, name: str) -> Iterator[Mention]:
    like = "%" + name.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    sql = f'SELECT "id", "{column}" FROM "{table}" WHERE "{column}" LIKE ? ESCAPE \'!\''
    rows: Any = Person._meta.database.execute_sql(sql, (like,))
    for row, text in rows.fetchall():
        yield Mention(kind=kind, row=row, field=column, text=str(text))
