"""Two records of one person: found, set side by side, joined by somebody who knows, and parted again whole.

A merge is a field of the other record, and nothing of that record is changed or lost: a merge that is taken back leaves
both as they were. Nobody is joined by a program: of 10,000 rows, 15 % had a namesake who was somebody else.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mudhif.domain.errors import NotFound, Refused
from mudhif.domain.guest_matches import identity, likeness
from mudhif.domain.guests import PERSON_FIELDS
from mudhif.domain.names import script
from mudhif.i18n import N_
from mudhif.services.guest_matching import Guests, Known
from mudhif.storage import merging
from mudhif.storage.models import Event, NotSamePerson, Person, PersonMerge, Registration
from mudhif.storage.writer import Tx

_NAMES = uuid.UUID("6d756468-6966-7000-8000-6e6f7473616d")
CHOSEN = (*PERSON_FIELDS, "consents")
"""The fields of which one record's value is chosen."""


class OneAlready(Refused):
    code = "one-already"
    message = N_("Both are one person already.")


class NobodyThere(Refused):
    code = "erased"
    message = N_("One of them was erased, so they cannot be joined.")


class NoMerge(NotFound):
    message = N_("There is no merge with the id %(name)s, or it was taken back already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two people who may be one: the one who is known longer, the other, how alike they are and by what.

    ``one`` and ``other`` hold a person's fields, and under ``events`` the (id, title) of each event they are of, under
    ``registrations`` the ids. ``why`` are words to translate.
    """

    one: Mapping[str, Any]
    other: Mapping[str, Any]
    score: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """What taking a merge back did: ``stayed`` are the fields that somebody changed since, which were left alone."""

    other: str
    stayed: tuple[str, ...]


# ------------------------------------------------------------------------------------------------------ finding


def probable_pairs(event: Event) -> list[Pair]:
    """The guests of an event who look like another guest of it or of its project's other events, the likest first.

    Who is one already, and who was said to be two, are not in it.
    """
    people = {person["id"]: person for person in _people_of(str(event.project))}
    known = Guests([])
    for person in people.values():
        known.add(Known(person, identity(person)))
    apart = set(_told_apart())
    pairs: dict[tuple[str, str], Pair] = {}
    for person in people.values():
        if event.id not in dict(person["events"]):
            continue
        for other in known.candidates(identity(person)):
            ids = _in_order(person["id"], other.values["id"])
            if ids[0] == ids[1] or ids in pairs or ids in apart:
                continue
            like = likeness(identity(person), other.identity)
            if like.certain or like.ask:
                one, second = sorted((person, other.values), key=lambda p: p["first"])
                pairs[ids] = Pair(one=one, other=second, score=like.score, why=like.why)
    return sorted(pairs.values(), key=lambda pair: (-pair.score, str(pair.one["id"])))


def pair_of(event: Event, one: str, other: str) -> Pair:
    """Two people whom somebody chose, side by side; the one who is known longer first.

    Raises:
        NotFound: they are not two people of the event's project.
    """
    found = [person for person in _people_of(str(event.project)) if person["id"] in (one, other)]
    if len(found) != 2:
        raise NotFound(name=other)
    first, second = sorted(found, key=lambda person: str(person["first"]))
    like = likeness(identity(first), identity(second))
    return Pair(one=first, other=second, score=like.score, why=like.why)


def is_of_project(person: str, project: str) -> bool:
    """Whether a person, or one who was merged with them, is registered for an event of a project."""
    here = Registration.person.in_(merging.together(person))
    query = Registration.select().join(Event, on=(Event.id == Registration.event)).where(here, Event.project == project)
    return bool(query.exists())


def _people_of(project: str) -> Iterator[dict[str, Any]]:
    """The people of a project who stand for themselves, each with their events; who was erased is not in it."""
    events: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    registrations: defaultdict[str, list[str]] = defaultdict(list)
    query: Any = (
        Registration.select(Registration.id, Registration.person, Registration.event, Event.title)
        .join(Event, on=(Event.id == Registration.event))
        .where(Event.project == project, ~Registration.deleted)
        .order_by(Event.starts, Registration.id)
        .tuples()
    )
    found: list[tuple[str, str, str, str]] = list(query)
    stands = merging.all_kept({row[1] for row in found})
    for registration, person, event, title in found:
        who = stands[person]
        registrations[who].append(registration)
        if (event, title) not in events[who]:
            events[who].append((event, title))
    ids = list(events)
    for start in range(0, len(ids), 500):
        some: Any = Person.select().where(Person.id.in_(ids[start : start + 500]), Person.name.is_null(False)).dicts()
        for row in some:
            own = registrations[row["id"]]
            yield row | {"events": events[row["id"]], "registrations": own, "first": min(own)}


def _told_apart() -> Iterator[tuple[str, str]]:
    query: Any = NotSamePerson.select(NotSamePerson.one, NotSamePerson.other).where(~NotSamePerson.deleted).tuples()
    rows: list[tuple[str, str]] = list(query)
    stands = merging.all_kept({id for row in rows for id in row})
    for one, other in rows:
        yield _in_order(stands[one], stands[other])


def _in_order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


# ------------------------------------------------------------------------------------------------------ joining


def merge_people(tx: Tx, kept: str, other: str, take: Collection[str] | None = None) -> PersonMerge:
    """Join two records of one person; from now on both are read as the kept one.

    Args:
        kept, other: ids of people; of one who was merged before, the person who stands for them is meant.
        take: the fields of which the other's value is taken; None: those that the kept one lacks.

    Raises:
        NotFound: one of them is not there.
        OneAlready, NobodyThere: they cannot be joined.
    """
    one, second = _standing(kept), _standing(other)
    if one.id == second.id:
        raise OneAlready()
    if one.name is None or second.name is None:
        raise NobodyThere()
    values, others = _values_of(one), _values_of(second)
    after = _taken(values, others, lacking(values, others) if take is None else take)
    before = {name: values[name] for name in after}
    made = tx.create(PersonMerge, kept=one.id, other=second.id, before=before, after=after, made=datetime.now(UTC))
    if after:
        tx.update(one, **after)
    tx.update(second, merged_into=one.id)
    return made


def _standing(person: str) -> Person:
    found: Person | None = Person.get_or_none(Person.id == merging.kept(person))
    if found is None or found.deleted:
        raise NotFound(name=person)
    return found


def _values_of(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in (*CHOSEN, "phone_e164")}


def offered(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What the other record has for each field; for a name in the other script, also its own name serves."""
    values = {name: other[name] for name in CHOSEN}
    if script(other["name"]) != script(one["name"]):
        values["name_alt"] = other["name"]
    return values


def lacking(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The fields that one record lacks and the other has."""
    empty: tuple[Any, ...] = (None, "", [])
    return [name for name, value in offered(one, other).items() if one[name] in empty and value not in empty]


def _taken(one: Mapping[str, Any], other: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    values = {name: value for name, value in offered(one, other).items() if name in names}
    if "phone" in values:
        values["phone_e164"] = other["phone_e164"]
    if "name" in values and values.get("name_alt", one["name_alt"]) in (None, "", values["name"]):
        values["name_alt"] = one["name"] if script(one["name"]) != script(values["name"]) else one["name_alt"]
    return {name: value for name, value in values.items() if value != one[name]}


def undo_merge(tx: Tx, merge_id: str) -> Parted:
    """Take a merge back: both are people of their own again, and the kept one has what stood there before.

    Raises:
        NoMerge: there is none, or it was taken back.
    """
    merge: PersonMerge | None = PersonMerge.get_or_none(PersonMerge.id == merge_id)
    if merge is None or merge.undone is not None:
        raise NoMerge(name=merge_id)
    one, other = Person.get_by_id(merge.kept), Person.get_by_id(merge.other)
    before, after = merge.before or {}, merge.after or {}
    back = {name: value for name, value in before.items() if getattr(one, name) == after.get(name)}
    if back:
        tx.update(one, **back)
    if other.merged_into is not None:
        tx.update(other, merged_into=None)
    tx.update(merge, undone=datetime.now(UTC))
    return Parted(other=str(other.id), stayed=tuple(name for name in before if name not in back))


def standing_merges(event_id: str) -> list[tuple[PersonMerge, Person, Person]]:
    """The merges that stand of people who are registered for an event, newest first, each with both people."""
    here = Registration.select(Registration.person).where(Registration.event == event_id)
    merges = list(
        PersonMerge.select()
        .where(PersonMerge.undone.is_null(), PersonMerge.kept.in_(here) | PersonMerge.other.in_(here))
        .order_by(PersonMerge.made.desc())
    )
    ids = [id for merge in merges for id in (merge.kept, merge.other)]
    people = {person.id: person for person in Person.select().where(Person.id.in_(ids))}
    return [(merge, people[merge.kept], people[merge.other]) for merge in merges]


def rings(event_id: str) -> list[list[Person]]:
    """Guests of an event who were merged into each other on laptops apart: one person by either, and no head."""
    here = Registration.select(Registration.person).where(Registration.event == event_id)
    merged = list(Person.select().where(Person.id.in_(here), Person.merged_into.is_null(False)))
    heads = {merging.kept(person.id) for person in merged}
    ringed = Person.select().where(Person.id.in_(list(heads)), Person.merged_into.is_null(False)).order_by(Person.id)
    return [_ring(head) for head in ringed]


def _ring(head: Person) -> list[Person]:
    ring = [head]
    while (following := Person.get_by_id(ring[-1].merged_into)).id != head.id:
        ring.append(following)
    return ring


def settle_ring(tx: Tx, keep: str) -> None:
    """Say which record of a ring is kept; the merge of that one into another is taken back.

    Raises:
        NotFound: that person is in no ring.
    """
    person = Person.get_or_none(Person.id == keep)
    if person is None or person.merged_into is None:
        raise NotFound(name=keep)
    for merge in list(PersonMerge.select().where(PersonMerge.other == keep, PersonMerge.undone.is_null())):
        tx.update(merge, undone=datetime.now(UTC))
    tx.update(person, merged_into=None)


# ------------------------------------------------------------------------------------------------------ two, not one


def said_to_be_two(event_id: str) -> list[tuple[str, str, str]]:
    """The (id, name, other name) of pairs who were said to be two, of whom one is registered for an event."""
    here = Registration.select(Registration.person).where(Registration.event == event_id)
    said = list(
        NotSamePerson.select().where(
            ~NotSamePerson.deleted, NotSamePerson.one.in_(here) | NotSamePerson.other.in_(here)
        )
    )
    ids = [id for pair in said for id in (pair.one, pair.other)]
    names = {p.id: p.name for p in Person.select().where(Person.id.in_(ids), Person.name.is_null(False))}
    return [(p.id, names[p.one], names[p.other]) for p in said if p.one in names and p.other in names]


def say_two(tx: Tx, one: str, other: str) -> NotSamePerson:
    """Remember that two people who look alike are two."""
    first, second = _in_order(one, other)
    id = str(uuid.uuid5(_NAMES, f"{first}/{second}"))
    known: NotSamePerson | None = NotSamePerson.get_or_none(NotSamePerson.id == id)
    if known is None:
        return tx.create(NotSamePerson, id=id, one=first, other=second)
    return tx.update(known, deleted=False) if known.deleted else known


def ask_again(tx: Tx, id: str) -> None:
    """Take back that two people are two: they are asked about again.

    Raises:
        NotFound: nobody said so.
    """
    known = NotSamePerson.get_or_none(NotSamePerson.id == id)
    if known is None or known.deleted:
        raise NotFound(name=id)
    tx.delete(known)
