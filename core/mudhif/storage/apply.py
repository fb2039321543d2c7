"""One generic `apply` turns a change into table rows, for all models, the plugins' too.

The tables are the fold of `apply` over the journal, in whatever order changes arrived, as long as causes came first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mudhif.storage.journal import PLACED, SELECT, Change, change_from
from mudhif.storage.model import Journaled, Ref, Stored, canonical
from mudhif.storage.refusals import FactStands

ERASE = "core.erase/1"
_SHA256 = re.compile("[0-9a-f]{64}")

Derived = Callable[[Any, Sequence[str]], None]
"""Brings what is made from rows (a search index) in line with them: called with the connection and the rows' ids."""


class CannotApply(Exception):
    """A change that is kept, passed on and shown, but that this installation cannot turn into rows; says why."""


class Tables:
    """The models of an installation, and the SQL that writes their rows, built once.

    Args:
        models: every Fact and Record.
        derived: for a kind without its version, what follows a row of it; see `Derived`.
    """

    def __init__(self, models: Iterable[type[Journaled]], derived: dict[str, Derived] | None = None) -> None:
        self.models = {model.journal_name(): model for model in models}
        self.derived = derived or {}
        self._insert = {model: _insert_sql(model) for model in self.models.values()}
        self.columns = {model: [f.name for f in model._meta.sorted_fields] for model in self.models.values()}
        self._given = {  # what a caller may give for a row
            model: {f.name: f for f in model._meta.sorted_fields if f.name not in ("id", "rev")}
            for model in self.models.values()
        }
        self._defaults = {
            model: {name: _default(model, name) for name, field in fields.items() if not callable(field.default)}
            for model, fields in self._given.items()
        }
        self._subjects: dict[type[Journaled], tuple[str | None, str | None]] = {}
        # By kind, the rows whose derived part waits for the end of a rebuild.
        self.deferred: dict[str, set[str]] | None = None
        self.unlinked: list[str] = []  # SHA-256 of attachments that rows of erased people named
        self.kinds = {model: model.journal_kind() for model in self.models.values()}
        self.references = {model: _references(model) for model in self.models.values()}
        self.check_references = False  # a rebuild runs with the database's own check off

    def model_of(self, kind: str) -> type[Journaled]:
        """The model of a kind.

        Raises:
            CannotApply: no plugin here knows it, or only an older version of it.
        """
        name, _, version = kind.rpartition("/")
        model = self.models.get(name)
        if model is None:
            raise CannotApply(f"unknown kind {kind}")
        if int(version) > model._meta.version:
            raise CannotApply(f"{kind} is newer than version {model._meta.version}, which this installation knows")
        return model

    def knows(self, kind: str) -> bool:
        """Whether a change of this kind can be applied here."""
        try:
            self.model_of(kind)
        except CannotApply:
            return False
        return True

    def check_values(self, change: Change) -> None:
        """Refuse values that do not fit their columns: what comes from elsewhere may hold anything.

        Raises:
            CannotApply: they do not fit, or the kind is not known here.
        """
        if change.kind == ERASE:
            return
        fields = self.model_of(change.kind)._meta.fields
        for name, value in change.fields.items():
            field = fields.get(name)
            if field is None or value is None or not hasattr(field, "stored"):
                continue
            try:
                fits = field.stored(value) == value
            except (ValueError, TypeError):
                fits = False
            if not fits:
                raise CannotApply(f"{change.kind} {change.row}: {name} holds what does not fit it")

    def apply(self, db: Any, change: Change) -> None:
        """Turn one change into rows.

        Args:
            db: the driver's connection, inside a transaction.

        Raises:
            CannotApply: the change is kept in the journal, but has no rows here.
        """
        if change.kind == ERASE:
            self._erase(db, change)
            return
        model = self.model_of(change.kind)
        if model._meta.personal and change.subject is not None and is_erased(db, change.subject):
            blank = dict.fromkeys(set(model._meta.personal) & change.fields.keys())
            change = _with_fields(change, change.fields | blank)
        if self.check_references:
            self._check_references(db, model, change)
        try:
            if not model.is_record:
                self._apply_fact(db, model, change)
            elif change.replaces:
                self._apply_edit(db, model, change)
            else:
                self._apply_creation(db, model, change)
        except Exception as error:
            if type(error).__name__ == "IntegrityError":
                raise CannotApply(f"{change.kind} {change.row}: what it refers to is not here") from error
            raise
        if self.derived:
            self.follow(db, change.kind.rpartition("/")[0], (change.row,))

    def apply_new(self, db: Any, model: type[Journaled], changes: Sequence[Change]) -> None:
        """Turn changes of one model that make rows, none of which is there, into rows at once.

        Raises:
            CannotApply: as `apply`; then all of them have no rows.
        """
        revs: list[dict[str, Stored]] = [
            {"rev": f'{{"*":["{change.id}"]}}'} if model.is_record else {} for change in changes
        ]
        rows = [[c.row, *self._values(model, c.fields | rev)] for c, rev in zip(changes, revs, strict=True)]
        try:
            db.executemany(self._insert[model], rows)
        except Exception as error:
            if type(error).__name__ == "IntegrityError":
                raise CannotApply(f"{self.kinds[model]}: what one of them refers to is not here") from error
            raise
        self.follow(db, model.journal_name(), [change.row for change in changes])

    def add_fact(self, db: Any, model: type[Journaled], row: str, fields: dict[str, Stored]) -> None:
        """Write the row of a fact that is noted here and now.

        Raises:
            FactStands: it is there already.
            CannotApply: what it refers to is not here.
        """
        try:
            written = db.execute(self._insert[model], [row, *self._values(model, fields)]).rowcount
        except Exception as error:
            if type(error).__name__ == "IntegrityError":
                raise CannotApply(f"{self.kinds[model]} {row}: what it refers to is not here") from error
            raise
        if written == 0:
            raise FactStands(kind=model.__name__.lower(), id=row)

    def subject_of(self, model: type[Journaled]) -> tuple[str | None, str | None]:
        """How to find the person whom a row is about: by which of its fields, and, where that names a row of another
        table, by which query."""
        if model not in self._subjects:
            self._subjects[model] = self._find_subject(model)
        return self._subjects[model]

    def _find_subject(self, model: type[Journaled]) -> tuple[str | None, str | None]:
        if model._meta.subject is None:
            return None, None
        first, *rest = model._meta.subject.split(".")
        query, name = "?", first
        for column in rest:
            table = dict(self.references[model])[name]
            query = f'(SELECT "{column}" FROM "{table}" WHERE "id" = {query})'
            model = next((m for m in self.models.values() if m._meta.table_name == table), model)
            name = column
        return first, f"SELECT {query}" if rest else None

    def is_there(self, db: Any, model: type[Journaled], row: str) -> bool:
        """Whether there is a row with this id."""
        return db.execute(f'SELECT 1 FROM "{model._meta.table_name}" WHERE "id" = ?', (row,)).fetchone() is not None

    def stored(self, model: type[Journaled], fields: Mapping[str, Any]) -> dict[str, Stored]:
        """What the journal keeps of a new row: every field, with its default where none is given.

        Raises:
            TypeError: a field that the model does not have.
        """
        known = self._given[model]
        if not fields.keys() <= known.keys():
            raise TypeError(f"{model.__name__} has no field {', '.join(sorted(fields.keys() - known.keys()))}")
        values = self._defaults[model] | {
            name: None if value is None else known[name].stored(value) for name, value in fields.items()
        }
        if len(values) < len(known):
            values |= {name: _default(model, name) for name in known.keys() - values.keys()}
        return values

    def _check_references(self, db: Any, model: type[Journaled], change: Change) -> None:
        for name, table in self.references[model]:
            wanted = change.fields.get(name)
            if wanted is not None and not db.execute(f'SELECT 1 FROM "{table}" WHERE "id" = ?', (wanted,)).fetchone():
                raise CannotApply(f"{change.kind} {change.row}: what it refers to is not here")

    def follow(self, db: Any, kind_name: str, rows: Sequence[str]) -> None:
        follow = self.derived.get(kind_name)
        if follow is None:
            return
        if self.deferred is not None:
            self.deferred.setdefault(kind_name, set()).update(rows)
        else:
            follow(db, rows)

    def _apply_fact(self, db: Any, model: type[Journaled], change: Change) -> None:
        fields = _upcast(model, change)
        written = db.execute(self._insert[model], [change.row, *self._values(model, fields)])
        if written.rowcount == 1:
            return
        # The same fact from two laptops (a phone sent one scan to both): every laptop keeps the same one.
        first = min((c.tick, c.stream, c.seq) for c in self.changes_of(db, change.row, change.kind.rpartition("/")[0]))
        if first == (change.tick, change.stream, change.seq):
            # Not deleted and made again: another row may refer to it.
            names = [name for name in self.columns[model] if name != "id"]
            sets = ", ".join(f'"{name}" = ?' for name in names)
            db.execute(
                f'UPDATE "{model._meta.table_name}" SET {sets} WHERE "id" = ?',
                [*self._values(model, fields), change.row],
            )

    def _apply_creation(self, db: Any, model: type[Journaled], change: Change) -> None:
        values = self._values(model, change.fields | _first_rev(model, change))
        if db.execute(self._insert[model], [change.row, *values]).rowcount == 1:
            return
        rev = _rev(db, model, change.row)
        seen_elsewhere = [name for name in rev if name != "*"]
        heads = {name: _union(rev[name], change.id) for name in ("*", *seen_elsewhere)}
        won = [name for name in change.fields if self._wins(db, change, rev.get(name, rev["*"]))]
        self._update(db, model, change.row, {name: change.fields[name] for name in won}, rev | heads)

    def _apply_edit(self, db: Any, model: type[Journaled], change: Change) -> None:
        rev = _rev(db, model, change.row)
        won, heads = {}, {}
        for name, replaced in change.replaces.items():
            others = [head for head in rev.get(name, rev["*"]) if head not in replaced and head != change.id]
            heads[name] = sorted([*others, change.id])
            if name in change.fields and self._wins(db, change, others):
                won[name] = change.fields[name]
        self._update(db, model, change.row, won, rev | heads)

    def _wins(self, db: Any, change: Change, others: list[str]) -> bool:
        """Whether this change's value is the one to show: greatest (tick, id) of those that stand."""
        mine = (change.tick, change.stream, change.seq)
        for other in others:
            stream, _, seq = other.rpartition(":")
            found = db.execute("SELECT tick FROM journal WHERE stream = ? AND seq = ?", (stream, int(seq))).fetchone()
            if found and (found[0], stream, int(seq)) > mine:
                return False
        return True

    def _update(
        self, db: Any, model: type[Journaled], row: str, fields: dict[str, Stored], rev: dict[str, list[str]]
    ) -> None:
        known = [name for name in fields if name in model._meta.fields and name not in ("id", "rev")]
        sets = ", ".join(f'"{name}" = ?' for name in (*known, "rev"))
        db.execute(
            f'UPDATE "{model._meta.table_name}" SET {sets} WHERE "id" = ?',
            [*(fields[n] for n in known), canonical(rev), row],
        )

    def _values(self, model: type[Journaled], fields: dict[str, Stored]) -> list[Stored]:
        return [
            fields[name] if name in fields else _default(model, name) for name in self.columns[model] if name != "id"
        ]

    def changes_of(self, db: Any, row: str, kind_name: str | None = None) -> list[Change]:
        """All changes of one row, in the order in which they came."""
        _place(db)
        of_row = 'SELECT pos FROM place WHERE "row" = ?'
        found = db.execute(f"{SELECT} WHERE j.pos IN ({of_row}) ORDER BY j.pos", (row,)).fetchall()
        changes = [change_from(line) for line in found]
        return [c for c in changes if kind_name is None or c.kind.rpartition("/")[0] == kind_name]

    def _erase(self, db: Any, change: Change) -> None:
        """Remove a person: note it, delete what is sealed about it, and fold each of its rows anew."""
        db.execute(
            "INSERT OR IGNORE INTO erased (subject, by, at) VALUES (?, ?, ?)", (change.row, change.actor, change.at)
        )
        rows = db.execute(
            'SELECT DISTINCT "row", kind FROM journal WHERE subject = ? AND kind <> ?', (change.row, ERASE)
        ).fetchall()
        about = sorted({(row, kind.rpartition("/")[0]) for row, kind in rows})
        away = [row for row, name in about if name not in self.models]
        blobs = self._blobs_in(db, away)
        db.execute(
            "DELETE FROM sealed WHERE (stream, seq) IN (SELECT stream, seq FROM journal WHERE subject = ?)",
            (change.row,),
        )
        _forget_in_forks(db, change.row)
        for row, name in about:
            if name in self.models:
                self._fold_again(db, self.models[name], row)
        if away:
            self.unlinked += [blob for blob in blobs if not _is_written_anywhere(db, blob)]
            self._drop_tables_of_those_away(db)

    def _blobs_in(self, db: Any, rows: Iterable[str]) -> set[str]:
        """What may be attachments in rows of plugins that are away: every value that looks like a SHA-256."""
        values = {value for row in rows for change in self.changes_of(db, row) for value in change.fields.values()}
        return {value for value in values if isinstance(value, str) and _SHA256.fullmatch(value)}

    def _drop_tables_of_those_away(self, db: Any) -> None:
        """A plugin that is away has rows about the person, and nobody knows which: its tables go.

        They are made anew from the journal when it comes back. One that another still refers to goes after that one.
        """
        here = {f"table:{model._meta.table_name}" for model in self.models.values()}
        found = db.execute("SELECT name FROM meta WHERE name LIKE 'table:%'").fetchall()
        noted = [name for (name,) in found if name not in here]
        for _round in noted:
            for name in noted:
                db.execute("SAVEPOINT away")
                try:
                    db.execute(f'DROP TABLE IF EXISTS "{name.partition(":")[2]}"')
                except Exception as error:
                    if type(error).__name__ != "IntegrityError":
                        raise
                    db.execute("ROLLBACK TO away")
                db.execute("RELEASE away")
        db.executemany("DELETE FROM meta WHERE name = ?", [(name,) for name in noted])

    def _fold_again(self, db: Any, model: type[Journaled], row: str) -> None:
        table, blob = model._meta.table_name, model._meta.blob
        before = db.execute(f'SELECT "{blob}" FROM "{table}" WHERE "id" = ?', (row,)).fetchone() if blob else None
        db.execute("PRAGMA defer_foreign_keys = 1")
        db.execute(f'DELETE FROM "{table}" WHERE "id" = ?', (row,))
        for change in self.changes_of(db, row, model.journal_name()):
            # A change that could not be applied the first time stands in `problem` and stays there.
            try:
                self.apply(db, change)
            except CannotApply:
                continue
        db.execute("PRAGMA defer_foreign_keys = 0")
        if before and before[0]:
            self.unlinked.append(before[0])
        self.follow(db, model.journal_name(), (row,))


def _place(db: Any) -> None:
    """Bring the index by row up to the journal's end."""
    (last,) = db.execute("SELECT coalesce(max(pos), 0) FROM journal").fetchone()
    found = db.execute("SELECT value FROM meta WHERE name = ?", (PLACED,)).fetchone()
    known = int(found[0]) if found else 0
    if last > known:
        db.execute('INSERT INTO place ("row", pos) SELECT "row", pos FROM journal WHERE pos > ?', (known,))
        db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (PLACED, str(last)))


def _forget_in_forks(db: Any, subject: str) -> None:
    """Take the personal part out of the lines about a person that were kept aside."""
    for rowid, raw in db.execute("SELECT rowid, raw FROM fork WHERE raw LIKE ?", (f"%{subject}%",)).fetchall():
        line = json.loads(raw)
        if line.get("subject") == subject:
            kept = json.dumps(line | {"salt": None, "private": None}, ensure_ascii=False)
            db.execute("UPDATE fork SET raw = ? WHERE rowid = ?", (kept, rowid))


def _is_written_anywhere(db: Any, text: str) -> bool:
    like = f"%{text}%"
    query = "SELECT 1 FROM sealed WHERE body LIKE ? UNION ALL SELECT 1 FROM journal WHERE body LIKE ? LIMIT 1"
    return db.execute(query, (like, like)).fetchone() is not None


def _insert_sql(model: type[Journaled]) -> str:
    names = ["id", *(field.column_name for field in model._meta.sorted_fields if field.name != "id")]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join("?" * len(names))
    return f'INSERT INTO "{model._meta.table_name}" ({columns}) VALUES ({values}) ON CONFLICT ("id") DO NOTHING'


def _references(model: type[Journaled]) -> list[tuple[str, str]]:
    return [(field.name, field.target) for field in model._meta.sorted_fields if isinstance(field, Ref)]


def _default(model: type[Journaled], name: str) -> Stored:
    field = model._meta.fields[name]
    value = field.default() if callable(field.default) else field.default
    stored: Stored = field.stored(value) if hasattr(field, "stored") else value
    return stored


def _first_rev(model: type[Journaled], change: Change) -> dict[str, Stored]:
    return {"rev": f'{{"*":["{change.id}"]}}'} if model.is_record else {}


def _rev(db: Any, model: type[Journaled], row: str) -> dict[str, list[str]]:
    found = db.execute(f'SELECT "rev" FROM "{model._meta.table_name}" WHERE "id" = ?', (row,)).fetchone()
    if found is None:
        raise CannotApply(f"{model.journal_name()} {row} is not here yet")
    rev: dict[str, list[str]] = json.loads(found[0])
    return rev


def _union(heads: list[str], one: str) -> list[str]:
    return sorted({*heads, one})


def is_erased(db: Any, subject: str) -> bool:
    """Whether this person was erased, here or on another laptop."""
    return db.execute("SELECT 1 FROM erased WHERE subject = ?", (subject,)).fetchone() is not None


def _with_fields(change: Change, fields: dict[str, Stored]) -> Change:
    return Change(**{name: getattr(change, name) for name in Change.__slots__} | {"fields": fields})


def _upcast(model: type[Journaled], change: Change) -> dict[str, Any]:
    """A fact's fields, lifted to the version that this installation knows."""
    fields: dict[str, Any] = dict(change.fields)
    for version in range(int(change.kind.rpartition("/")[2]), model._meta.version):
        lift = model._meta.upcast.get(version)
        try:
            fields = lift(fields) if lift else fields
        except Exception as error:
            raise CannotApply(f"{change.kind} {change.row} cannot be lifted to version {version + 1}") from error
    return fields
