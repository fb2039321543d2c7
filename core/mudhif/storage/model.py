"""The three kinds of tables: Fact (happened, never changes), Record (is edited), Local (never leaves the laptop).

Facts and Records are written by a `Tx` alone, so that the journal holds every change; here everything else is refused.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from peewee import SQL, BigIntegerField, BooleanField, Model, TextField

Stored = str | int | bool | None


def _encoder() -> Callable[[Any], str]:
    options: dict[str, Any] = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
    encoder = json.JSONEncoder(check_circular=False, **options)
    make = json.encoder.c_make_encoder  # type: ignore[attr-defined]
    if make is None:  # an interpreter without the C part
        return encoder.encode
    # Made once: `JSONEncoder.encode` makes this anew at each call, which a check-in would pay for three times.
    parts = make(None, encoder.default, json.encoder.encode_basestring, None, ":", ",", True, False, True)  # type: ignore[attr-defined]
    return lambda value: "".join(parts(value, 0))


_encode = _encoder()


class PastTheJournal(TypeError):
    """Somebody tried to write a Fact or a Record other than by a unit of work."""


def canonical(value: Any) -> str:
    """JSON in the one spelling that is hashed: sorted keys, no spaces, NFC.

    >>> canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
    True
    """
    text = _encode(value)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


class Text(TextField):  # type: ignore[misc]
    """Text, normalised to NFC when it is written."""

    def stored(self, value: Any) -> Stored:
        if value is None:
            return None
        text = str(value)
        return text if text.isascii() else unicodedata.normalize("NFC", text)


class Integer(BigIntegerField):  # type: ignore[misc]
    """A whole number."""

    def stored(self, value: Any) -> Stored:
        return None if value is None else int(value)


class Boolean(BooleanField):  # type: ignore[misc]
    """Yes or no."""

    def stored(self, value: Any) -> Stored:
        return None if value is None else bool(value)


class Moment(TextField):  # type: ignore[misc]
    """An instant: an aware `datetime` in Python, RFC 3339 in UTC in the table.

    Always with six decimals, so that the order of the texts is that of time.
    """

    def stored(self, value: Any) -> Stored:
        if isinstance(value, str):
            datetime.fromisoformat(value)  # raises where it is none
        if value is None or isinstance(value, str):
            return value
        if value.tzinfo is None:
            raise ValueError(f"{self.name}: a moment needs its zone")
        return str(value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"))

    def db_value(self, value: Any) -> Stored:
        return self.stored(value)

    def python_value(self, value: Any) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value
        return datetime.fromisoformat(value)


class Json(TextField):  # type: ignore[misc]
    """A list or a dictionary, kept as canonical JSON text; merged as a whole."""

    def stored(self, value: Any) -> Stored:
        if isinstance(value, str):
            json.loads(value)  # raises where it is none
        return value if value is None or isinstance(value, str) else canonical(value)

    def db_value(self, value: Any) -> Stored:
        return self.stored(value)

    def python_value(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value


class Ref(TextField):  # type: ignore[misc]
    """The id of a row of another table; the database refuses one that is not there.

    Args:
        target: the other table's name.
    """

    def __init__(self, target: str, **options: Any) -> None:
        self.target = target
        options.setdefault("index", True)
        constraints = [SQL(f'REFERENCES "{target}" ("id") DEFERRABLE INITIALLY IMMEDIATE')]
        super().__init__(constraints=constraints, **options)

    def stored(self, value: Any) -> Stored:
        if value is None or isinstance(value, str):
            return value
        return str(value.get_id()) if isinstance(value, Model) else str(value)

    def db_value(self, value: Any) -> Stored:
        return self.stored(value)


class Local(Model):  # type: ignore[misc]
    """Never leaves the installation and is not journaled; written by plain peewee calls inside a unit of work."""


def _refuse(name: str) -> Callable[..., Any]:
    def refused(*_args: Any, **_kwargs: Any) -> Any:
        raise PastTheJournal(f"{name}: facts and records are written by a unit of work: write(lambda tx: tx.create(…))")

    return refused


class Journaled(Model):  # type: ignore[misc]
    """What Fact and Record share: an id, a kind in the journal, and the refusal of every other way to write.

    Class ``Meta`` may say: ``version`` (1), ``subject`` (the path to the person it is about, such as ``"person"`` or
    ``"registration.person"``; ``"id"`` for the person's own row), ``personal`` (names of the fields that an erasure
    removes), ``upcast`` ({old version: function of the fields}), ``blob`` (the field with an attachment's SHA-256).
    """

    id = TextField(primary_key=True)

    if TYPE_CHECKING:
        _meta: Any
        _dirty: set[str]

    is_record: ClassVar[bool] = False

    class Meta:
        version = 1
        subject: str | None = None
        personal: tuple[str, ...] = ()
        upcast: ClassVar[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
        blob: str | None = None

    @classmethod
    def journal_name(cls) -> str:
        """The kind without its version: ``plugin.class``; the plugin is the first part of the table's name."""
        owner = "core" if cls.__module__.startswith("mudhif.") else cls._meta.table_name.split("_")[0]
        return f"{owner}.{cls.__name__.lower()}"

    @classmethod
    def journal_kind(cls) -> str:
        """What stands in the journal: ``checkin.scan/1``."""
        return f"{cls.journal_name()}/{cls._meta.version}"

    save = _refuse("save")
    delete_instance = _refuse("delete_instance")


for _name in (
    "create",
    "insert",
    "insert_many",
    "insert_from",
    "replace",
    "replace_many",
    "update",
    "delete",
    "raw",
    "bulk_create",
    "bulk_update",
    "set_by_id",
    "delete_by_id",
    "get_or_create",
    "truncate_table",
):
    setattr(Journaled, _name, classmethod(_refuse(_name)))


class Fact(Journaled):
    """Something that happened: inserted once, never changed; merging two laptops is the union of their facts."""


class Record(Journaled):
    """Something that is edited; merged field by field between installations.

    ``rev`` holds, for each field, the ids of the changes that stand: two of them are a conflict.
    """

    is_record: ClassVar[bool] = True

    rev = TextField(default="{}")
    deleted = Boolean(default=False)

    def conflicts(self) -> dict[str, list[str]]:
        """The fields in which two edits stand that did not see each other: ``{field: [change ids]}``."""
        return {field: heads for field, heads in json.loads(self.rev).items() if len(heads) > 1}
