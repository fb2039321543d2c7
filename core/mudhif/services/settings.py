"""Settings of the core and of plugins, for the installation or for one event; what nobody has set has the default."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, missing, validate

from mudhif.domain.errors import BadInput
from mudhif.i18n import N_, LazyText, _
from mudhif.storage.model import canonical
from mudhif.storage.models import Setting
from mudhif.storage.writer import Tx

_NAMES = uuid.UUID("6d756468-6966-7000-8000-73657474696e")

CORE = "core"
"""The name under which the core's own settings are kept, beside those of plugins."""


class CoreSettings(Schema):
    """What the first run asks of an installation, and the page *Settings* changes."""

    organisation = fields.String(
        load_default="",
        validate=validate.Length(
            max=200, error=cast(str, LazyText(N_("This name is too long; 200 letters are taken.")))
        ),
        metadata={
            "title": LazyText(N_("Organisation")),
            "description": LazyText(N_("The organiser of each new event, unless another is written there.")),
        },
    )
    language = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(("en", "ar"), labels=("English", "عربي")),
        metadata={
            "title": LazyText(N_("Language")),
            "description": LazyText(
                N_("For the team, until somebody chooses another on top of a page. Guests read that of their phone.")
            ),
            "blank": LazyText(N_("as each browser prefers")),
        },
    )
    digits = fields.String(
        load_default="latn",
        validate=validate.OneOf(("latn", "arab"), labels=("123", "١٢٣")),
        metadata={
            "title": LazyText(N_("Digits")),
            "description": LazyText(
                N_("Of dates, times and counts in Arabic. Phone and ticket numbers and codes stay as they are.")
            ),
        },
    )
    logo = fields.String(
        load_default="",
        validate=validate.Regexp("^([0-9a-f]{64})?$"),
        metadata={"title": LazyText(N_("Logo")), "is_picture": True},  # the SHA-256 of an attachment
    )
    retention_days = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=36_500, error=cast(str, LazyText(N_("Write a number of days from 1.")))),
        metadata={
            "title": LazyText(N_("Names are kept for so many days after somebody’s last event")),
            "description": LazyText(
                N_("Then the page Privacy lists them. Nothing goes before a person has looked and decided.")
            ),
        },
    )


def _words(title: str) -> fields.String:
    """A sentence of an event's own in place of the built-in one."""
    return fields.String(
        load_default="",
        validate=validate.Length(max=500, error=cast(str, LazyText(N_("This is too long; 500 letters are taken.")))),
        metadata={"title": LazyText(title)},
    )


class FormSettings(Schema):
    """What an event's form asks beside its own questions, changed on their page; and the words of invitations."""

    ask_age = fields.Boolean(
        load_default=False,
        metadata={
            "title": LazyText(N_("Ask for the age group")),
            "description": LazyText(N_("Donors count by age. Guests choose a group and may leave it out.")),
        },
    )
    ask_disability = fields.Boolean(
        load_default=False,
        metadata={
            "title": LazyText(N_("Ask the six questions of the Washington Group")),
            "description": LazyText(
                N_(
                    "About difficulties in seeing, hearing, walking, remembering, self-care and communicating. "
                    "Each may be left out; the answers are for the figures and are on no badge."
                )
            ),
        },
    )
    attendance_en = _words(N_("Consent to be on the list, in English"))
    attendance_ar = _words(N_("Consent to be on the list, in Arabic"))
    photos_en = _words(N_("Consent to photographs, in English"))
    photos_ar = _words(N_("Consent to photographs, in Arabic"))
    invitation_en = _words(N_("Invitation, in English"))
    invitation_ar = _words(N_("Invitation, in Arabic"))


_OWN: dict[tuple[str, str], type[Schema]] = {(CORE, "installation"): CoreSettings, (CORE, "event"): FormSettings}

schemas: dict[tuple[str, str], type[Schema]] = dict(_OWN)
"""(plugin, ``"event"`` or ``"installation"``) → its schema; `bring` sets them, once, when the plugins are loaded."""


def bring(of_plugins: Mapping[tuple[str, str], type[Schema]]) -> None:
    """Let what plugins declare be set, beside what the core declares."""
    schemas.clear()
    schemas.update({**_OWN, **of_plugins})


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What was set for the installation itself."""

    organisation: str
    language: str | None
    digits: str


def installation() -> Installation:
    """What was set for the installation itself, read anew: three rows by their keys."""
    return Installation(**{name: event_setting(None, CORE, name) for name in ("organisation", "language", "digits")})


def setting_id(event_id: str | None, plugin: str, name: str) -> str:
    """The id of a setting's row, the same on every laptop."""
    return str(uuid.uuid5(_NAMES, f"{event_id or ''}/{plugin}/{name}"))


def event_setting(event_id: str | None, plugin: str, name: str) -> Any:
    """The value that was set, else the default of the plugin's schema, else None.

    Args:
        event_id: None for a setting of the installation.
    """
    row = Setting.get_or_none((Setting.id == setting_id(event_id, plugin, name)) & ~Setting.deleted)
    if row is not None:
        return row.value
    field = setting_fields(event_id, plugin).get(name)
    default = field.load_default if field is not None else None
    return None if default is missing else default() if callable(default) else default


def set_event_setting(tx: Tx, event_id: str | None, plugin: str, name: str, value: Any) -> None:
    """Set one.

    Raises:
        BadInput: no plugin here has a setting of this name, or the value is not one of its.
    """
    field = setting_fields(event_id, plugin).get(name)
    if field is None:
        raise BadInput(fields={f"{plugin}.{name}": [_(N_("There is no such setting."))]})
    try:
        value = field.deserialize(value)
    except ValidationError as error:
        raise BadInput(fields={f"{plugin}.{name}": [str(said) for said in error.messages]}) from None
    id, kept = setting_id(event_id, plugin, name), canonical(value)  # text: a field of JSON takes a string for JSON
    row = Setting.get_or_none(Setting.id == id)
    if row is None:
        tx.create(Setting, id=id, event=event_id, plugin=plugin, name=name, value=kept)
    elif row.deleted or row.value != value:
        tx.update(row, value=kept, deleted=False)


def set_settings(tx: Tx, event_id: str | None, values: Mapping[tuple[str, str], Any]) -> None:
    """Set many, by (plugin, name); all or none.

    Raises:
        BadInput: names every one that cannot be set, as ``plugin.name``.
    """
    wrong: dict[str, list[str]] = {}
    for (plugin, name), value in values.items():
        try:
            set_event_setting(tx, event_id, plugin, name, value)
        except BadInput as error:
            wrong |= error.errors
    if wrong:
        raise BadInput(fields=wrong)


def setting_fields(event_id: str | None, plugin: str) -> dict[str, fields.Field[Any]]:
    """The settings of a plugin by name, in the order of its schema."""
    schema = schemas.get((plugin, "event" if event_id else "installation"))
    return dict(schema().fields) if schema else {}
