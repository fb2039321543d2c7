"""Settings of plugins, for the installation or for one event; what nobody has set has the schema's default."""

from __future__ import annotations

import uuid
from typing import Any

from marshmallow import Schema, ValidationError, missing

from mudhif.domain.errors import BadInput
from mudhif.i18n import N_, _
from mudhif.storage.models import Setting
from mudhif.storage.writer import Tx

_NAMES = uuid.UUID("6d756468-6966-7000-8000-73657474696e")

schemas: dict[tuple[str, str], type[Schema]] = {}
"""(plugin, ``"event"`` or ``"installation"``) → its schema; filled once, when the plugins are loaded."""


def setting_id(event_id: str | None, plugin: str, name: str) -> str:
    """The id of a setting's row, the same on every laptop."""
    return str(uuid.uuid5(_NAMES, f"{event_id or ''}/{plugin}/{name}"))


def event_setting(event_id: str | None, plugin: str, name: str) -> Any:
    """The value that was set, else the default of the plugin's schema, else None."""
    row = Setting.get_or_none((Setting.id == setting_id(event_id, plugin, name)) & ~Setting.deleted)
    if row is not None:
        return row.value
    field = _fields(event_id, plugin).get(name)
    default = field.load_default if field is not None else None
    return None if default is missing else default() if callable(default) else default


def set_event_setting(tx: Tx, event_id: str | None, plugin: str, name: str, value: Any) -> None:
    """Set one.

    Raises:
        BadInput: no plugin here has a setting of this name, or the value is not one of its.
    """
    field = _fields(event_id, plugin).get(name)
    if field is None:
        raise BadInput(fields={f"{plugin}.{name}": [_(N_("There is no such setting."))]})
    try:
        value = field.deserialize(value)
    except ValidationError as error:
        raise BadInput(fields={f"{plugin}.{name}": [str(said) for said in error.messages]}) from None
    row = Setting.get_or_none(Setting.id == setting_id(event_id, plugin, name))
    if row is None:
        tx.create(Setting, id=setting_id(event_id, plugin, name), event=event_id, plugin=plugin, name=name, value=value)
    else:
        tx.update(row, value=value, deleted=False)


def _fields(event_id: str | None, plugin: str) -> dict[str, Any]:
    schema = schemas.get((plugin, "event" if event_id else "installation"))
    return dict(schema().fields) if schema else {}
