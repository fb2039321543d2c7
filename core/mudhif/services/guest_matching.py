"""The guests of an event, to be compared with rows of a file; and what a row would change of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mudhif.domain.guest_matches import Identity, Likeness, identity, likeness, same_text
from mudhif.domain.guests import PERSON_FIELDS, REGISTRATION_FIELDS
from mudhif.domain.names import script
from mudhif.domain.phones import digits_of
from mudhif.storage import merging
from mudhif.storage.models import ImportedRow, Merged, Person, Registration

# Of very many guests with one name; those with the same phone, e-mail or organisation are all looked at.
NAMESAKES_LOOKED_AT = 60


@dataclass(slots=True)
class Known:
    """A guest to compare with: one of the event, or a row before this one. ``taken``: the row that is this guest.

    ``also`` is by what a record is recognised that was joined to this guest's: a list may still say it so.
    """

    values: Mapping[str, Any]
    identity: Identity
    registration: str | None = None
    taken: int | None = None
    also: tuple[Identity, ...] = ()

    def likeness(self, one: Identity) -> Likeness:
        """How alike somebody is to this guest, as they are or as a joined record says it."""
        best = likeness(one, self.identity)
        for other in self.also:
            best = max(best, likeness(one, other), key=lambda like: (like.certain is not None, like.score))
        return best


class Guests:
    """Guests to compare with, found by what they may be recognised by."""

    def __init__(self, guests: Sequence[Known]) -> None:
        self.all: list[Known] = []
        self.by_id: dict[str, Known] = {}
        self.by_fingerprint: dict[str, str] = {}
        self.kept: dict[str, str] = {}
        self._by: defaultdict[Any, list[Known]] = defaultdict(list)
        for guest in guests:
            self.add(guest)
        if guests:
            rows = ImportedRow.select(ImportedRow.fingerprint, ImportedRow.registration)
            rows = rows.where(ImportedRow.event == guests[0].values["event"])
            self.by_fingerprint = {row.fingerprint: row.registration for row in rows}
            self.kept = {row.row: row.kept for row in Merged.select()}

    def standing(self, registration: str) -> str:
        """The registration that stands for this one: itself, unless its person was joined to another."""
        return self.kept.get(registration, registration)

    def remembered(self, fingerprint: str) -> Known | None:
        """The guest whom a row with this fingerprint made, or was found to be."""
        return self.by_id.get(self.standing(self.by_fingerprint.get(fingerprint, "")))

    def add(self, guest: Known) -> None:
        self.all.append(guest)
        if guest.registration:
            self.by_id[guest.registration] = guest
        for key in dict.fromkeys(key for one in (guest.identity, *guest.also) for key in self._keys(one)):
            self._by[key].append(guest)

    @staticmethod
    def _keys(one: Identity) -> Iterator[tuple[Any, ...]]:
        if one.phone:
            yield "phone", one.phone
        if one.email:
            yield "email", one.email
        for name in one.names:
            yield "name", name
            if one.organisation:
                yield "name", name, one.organisation
        # A name that only sounds the same is never asked about without a contact or an organisation in common.
        if one.organisation:
            for sound in one.sounds:
                yield "sound", sound, one.organisation

    def candidates(self, one: Identity) -> list[Known]:
        """The guests that may be this one, each once."""
        found: dict[int, Known] = {}
        for key in self._keys(one):
            guests = self._by.get(key, ())
            for guest in guests[:NAMESAKES_LOOKED_AT] if len(key) == 2 and key[0] == "name" else guests:
                found[id(guest)] = guest
        return list(found.values())


def guests_of(event_id: str) -> list[Known]:
    """The guests of an event who were not erased, each person once, by number."""
    columns = (Registration.id, Registration.event, Person.id.alias("person"), Registration.kind, Registration.status,
               Registration.answers, Person.consents, Person.phone_e164,
               *(getattr(Person, name) for name in PERSON_FIELDS))  # fmt: skip
    query = (
        Registration.select(*columns)
        .join(Person, on=merging.is_holder())
        .where(merging.is_registration_of(event_id), Person.name.is_null(False))
        .order_by(Registration.number, Registration.id)
    )
    rows: list[Any] = list(query.dicts())
    joined = _joined()
    return [Known(row, identity(row), registration=row["id"], also=joined.get(row["person"], ())) for row in rows]


def _joined() -> dict[str, tuple[Identity, ...]]:
    """By what the records are recognised that were joined to a person's."""
    query: Any = (
        Person.select(Merged.kept, *(getattr(Person, name) for name in (*PERSON_FIELDS, "phone_e164")))
        .join(Merged, on=(Merged.row == Person.id))
        .where(Person.name.is_null(False))
        .dicts()
    )
    found: defaultdict[str, list[Identity]] = defaultdict(list)
    for row in query:
        found[row["kept"]].append(identity(row))
    return {kept: tuple(others) for kept, others in found.items()}


def erased_registrations(event_id: str) -> set[str]:
    """The registrations of an event whose people were erased."""
    sql = 'SELECT r."id" FROM "registration" r JOIN "erased" e ON e."subject" = r."person" WHERE r."event" = ?'
    return {row[0] for row in Registration._meta.database.execute_sql(sql, (event_id,)).fetchall()}


def erased_people() -> set[str]:
    """Everybody who was erased, here or on another laptop, whether their rows came or not."""
    return {row[0] for row in Registration._meta.database.execute_sql('SELECT "subject" FROM "erased"').fetchall()}


def all_changes(known: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What a row that carries its guest's id changes: every field that it gives."""
    fields = (*PERSON_FIELDS, *REGISTRATION_FIELDS)
    changed = {name: values[name] for name in fields if name in values and values[name] != known[name]}
    if "phone" in changed:
        changed["phone_e164"] = values.get("phone_e164")
    answers = {**(known.get("answers") or {}), **values.get("answers", {})}
    if answers != (known.get("answers") or {}):
        changed["answers"] = answers
    before = known.get("consents") or []
    said = {consent["id"] for consent in before}
    if more := [consent for consent in values.get("consents", []) if consent["id"] not in said]:
        changed["consents"] = [*before, *more]
    return changed


def changes(known: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What another row changes: what is not merely spelled otherwise; of names only one in a script not there yet."""
    changed = all_changes(known, values)
    for name in ("organisation", "role", "stakeholder_group", "email"):
        if name in changed and same_text(changed[name], known[name]):
            del changed[name]
    phones = (
        digits_of(values.get("phone_e164") or values.get("phone") or ""),
        digits_of(known["phone_e164"] or known["phone"] or ""),
    )
    if phones[0] == phones[1]:
        changed.pop("phone", None)
        changed.pop("phone_e164", None)
    given = [changed.pop(name) for name in ("name", "name_alt") if name in changed]
    scripts = {script(known[name] or "") for name in ("name", "name_alt")}
    missing = next((spelling for spelling in given if script(spelling) not in scripts), None)
    if missing and not known["name_alt"]:
        changed["name_alt"] = missing
    return changed
