"""Note coverage and keep attachments; list what there is of an event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load

from mudhif.plugin_api import N_, BadInput, Event, NotFound, Tx, lazy_gettext, store_blob

from .contents import PICTURES
from .files import Examined
from .models import Attachment, Coverage

COVERAGE_KINDS = {
    "tv": N_("Television"),
    "radio": N_("Radio"),
    "print": N_("Newspaper"),
    "web": N_("Website"),
    "social": N_("Social media"),
}
ATTACHMENT_KINDS = {
    "photo": N_("Photo"),
    "poster": N_("Poster"),
    "signed-list": N_("Signed attendance list"),
    "presentation": N_("Presentation"),
    "coverage": N_("Coverage"),
    "other": N_("Other"),
}

CONSENT = {"yes": True, "no": False}
"""What forms and commands write; anything else is: nobody was asked."""

_DURATION = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-5][0-9])|([0-9]{1,6})")


class NoCoverage(NotFound):
    message = N_("There is no such entry of coverage here (%(name)s).")
    code = "no-coverage"


class NoAttachment(NotFound):
    message = N_("There is no such attachment here (%(name)s).")
    code = "no-attachment"


class CoverageKind(StrEnum):
    """What kind of outlet carried it."""

    TV = "tv"
    RADIO = "radio"
    PRINT = "print"
    WEB = "web"
    SOCIAL = "social"


def _at_most(length: int) -> Callable[[str], None]:
    def check(value: str) -> None:
        if len(value) > length:
            raise ValidationError([lazy_gettext("This is longer than %(length)s letters.", length=length)])

    return check


def _web_address(value: str) -> None:
    """A link is followed by others, so it may be nothing but a web address."""
    if not re.fullmatch(r"https?://[^\s<>\"]+", value, re.IGNORECASE):
        raise ValidationError([lazy_gettext("This is no web address. It begins with https:// or http://.")])


def _a_days_seconds(value: int) -> None:
    if not 0 <= value <= 24 * 3600:
        raise ValidationError([lazy_gettext("This is no length of time. Write it as 2:30, minutes and seconds.")])


class CoverageSchema(Schema):
    """One piece of coverage, as the form, the API and the command line give it."""

    class Meta:
        unknown = EXCLUDE

    outlet = fields.String(
        required=True,
        validate=_at_most(200),
        error_messages={"required": [lazy_gettext("Write who carried it: a channel, a newspaper, a page.")]},
        metadata={"description": "Who carried it.", "example": "Ahwar Channel"},
    )
    kind = fields.Enum(
        CoverageKind,
        by_value=True,
        required=True,
        error_messages={
            "required": [lazy_gettext("Choose one of: tv, radio, print, web, social.")],
            "unknown": [lazy_gettext("Choose one of: tv, radio, print, web, social.")],
        },
    )
    date = fields.Date(
        load_default=None,
        allow_none=True,
        error_messages={"invalid": [lazy_gettext("This is no date. Write it as 2024-03-07.")]},
        metadata={"description": "When it was carried; null where that is not known.", "example": "2024-03-07"},
    )
    headline = fields.String(load_default=None, allow_none=True, validate=_at_most(500))
    link = fields.String(load_default=None, allow_none=True, validate=[_at_most(2000), _web_address])
    duration = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=_a_days_seconds,
        error_messages={"invalid": [lazy_gettext("This is no length of time. Write it as 2:30, minutes and seconds.")]},
        metadata={"description": "How long it is, in seconds.", "example": 150},
    )

    @pre_load
    def as_people_write_it(self, data: Any, **_options: Any) -> Any:
        """An empty field says nothing; a length of time is 2:30 or 150."""
        if not isinstance(data, Mapping):
            return data  # marshmallow says what is wrong with it
        texts = {name: value.strip() if isinstance(value, str) else value for name, value in data.items()}
        given = {name: value for name, value in texts.items() if value not in ("", None)}
        if isinstance(given.get("duration"), str):
            given["duration"] = _seconds(given["duration"])
        return given


def _seconds(text: str) -> int | str:
    found = _DURATION.fullmatch(text)
    if found is None:
        return text
    hours, minutes, seconds, alone = found.groups()
    return int(alone) if alone else int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)


def read_coverage(data: Mapping[str, Any]) -> dict[str, Any]:
    """Coverage as it was given, checked.

    Raises:
        BadInput: names every field that is missing or wrong.
    """
    try:
        loaded: dict[str, Any] = CoverageSchema().load(data)
    except ValidationError as error:
        said = {str(name): [str(one) for one in sentences] for name, sentences in error.messages_dict.items()}
        raise BadInput(fields=said) from None
    return loaded


def log_coverage(tx: Tx, event: str, data: Mapping[str, Any]) -> Coverage:
    """Note one piece of coverage from what `read_coverage` returned."""
    day: date | None = data.get("date")
    plain = {**data, "kind": str(data["kind"]), "date": day.isoformat() if day else None}
    return tx.create(Coverage, event=event, **plain)


def remove_coverage(tx: Tx, event: str, coverage: str) -> None:
    """Take an entry of coverage away.

    Raises:
        NoCoverage: this event has none of this id.
    """
    row = Coverage.get_or_none((Coverage.id == coverage) & (Coverage.event == event) & ~Coverage.deleted)
    if row is None:
        raise NoCoverage(name=coverage)
    tx.delete(row)


def coverage_of(event: str) -> list[Coverage]:
    """The coverage of an event, the earliest first."""
    rows = Coverage.select().where(Coverage.event == event, ~Coverage.deleted)
    return sorted(rows, key=lambda row: (row.date or "9999", row.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is said of an attachment.

    ``kind`` is one of `ATTACHMENT_KINDS`, None: a photo where it is a picture, else other. ``consent`` is true where
    everybody in it agreed to its publication, false where somebody did not, None where nobody was asked.
    """

    kind: str | None = None
    caption: str | None = None
    consent: bool | None = None


def read_description(data: Mapping[str, str]) -> Description:
    """What a form says of an attachment: ``kind``, ``caption`` and ``consent`` (yes, no).

    Raises:
        BadInput: there is no such kind.
    """
    kind = data.get("kind") or None
    if kind is not None and kind not in ATTACHMENT_KINDS:
        names = ", ".join(ATTACHMENT_KINDS)
        raise BadInput(fields={"kind": [str(lazy_gettext("Choose one of: %(names)s.", names=names))]})
    consent = CONSENT.get(data.get("consent") or "")
    return Description(kind=kind, caption=(data.get("caption") or "").strip() or None, consent=consent)


def attach(
    tx: Tx, event: Event, file: Examined, said: Description = Description(), *, person: str | None = None
) -> Attachment:
    """Keep a file with an event; the same bytes once more are the attachment that is there already.

    Args:
        person: whom alone it is about; erasing them removes it.
    """
    name = store_blob(file.content)
    there = Attachment.get_or_none((Attachment.event == event.id) & (Attachment.sha256 == name) & ~Attachment.deleted)
    if there is not None:
        found: Attachment = there
        return found
    return tx.create(
        Attachment,
        event=event.id,
        person=person,
        sha256=name,
        media_type=file.media_type,
        file_name=file.name,
        kind=said.kind or _kind_of(file.media_type),
        caption=said.caption,
        consent=said.consent,
        width=file.width,
        height=file.height,
        size=len(file.content),
    )


def find_attachment(event: str, attachment: str) -> Attachment:
    """An attachment of an event.

    Raises:
        NoAttachment: it has none of this id.
    """
    row = Attachment.get_or_none((Attachment.id == attachment) & (Attachment.event == event) & ~Attachment.deleted)
    if row is None:
        raise NoAttachment(name=attachment)
    found: Attachment = row
    return found


def _kind_of(media_type: str) -> str:
    return "photo" if media_type in PICTURES else "other"


def describe_attachment(tx: Tx, event: str, attachment: str, said: Description) -> Attachment:
    """Say what an attachment is, and whether everybody in it agreed.

    Raises:
        NoAttachment: this event has none of this id.
    """
    row = find_attachment(event, attachment)
    return tx.update(row, kind=said.kind or _kind_of(row.media_type), caption=said.caption, consent=said.consent)


def remove_attachment(tx: Tx, event: str, attachment: str) -> str | None:
    """Take an attachment away.

    Returns:
        The SHA-256 of its bytes where no other attachment needs them, to be dropped once this is on the disk.

    Raises:
        NoAttachment: this event has none of this id.
    """
    row = find_attachment(event, attachment)
    tx.delete(row)
    needed = Attachment.select().where(Attachment.sha256 == row.sha256, ~Attachment.deleted).exists()
    return None if needed else str(row.sha256)


def attachments_of(event: str) -> list[Attachment]:
    """The attachments of an event, in the order in which they were added."""
    return list(Attachment.select().where(Attachment.event == event, ~Attachment.deleted).order_by(Attachment.id))


def coverage_json(row: Coverage) -> dict[str, Any]:
    """Coverage as the command line and the API give it."""
    names = ("id", "outlet", "kind", "date", "headline", "link", "duration")
    return {name: getattr(row, name) for name in names}


def attachment_json(row: Attachment) -> dict[str, Any]:
    """An attachment as the command line and the API give it."""
    names = ("id", "sha256", "file_name", "media_type", "kind", "caption", "consent", "width", "height", "size")
    return {name: getattr(row, name) for name in names}
