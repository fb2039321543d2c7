"""Events: made from a file or a form, found by id or short code."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from mudhif.domain.errors import BadFile, BadInput, NotFound
from mudhif.i18n import N_, LazyText, _
from mudhif.services.projects import NoProject, create_project, find_project
from mudhif.services.settings import set_event_setting
from mudhif.storage.models import Event, Project
from mudhif.storage.writer import Tx


class NoEvent(NotFound):
    message = N_("There is no event under the name “%(name)s”. `mudhif event list` shows those there are.")


def _later(sentence: str) -> Any:
    """A sentence that marshmallow keeps and that is translated when it is shown."""
    return LazyText(sentence)


class EventSchema(Schema):
    """What an event file, the form and the API give: an event's fields, its day and times as people write them."""

    class Meta:
        unknown = EXCLUDE

    title = fields.String(
        required=True,
        validate=validate.Length(1, 300),
        error_messages={"required": _later(N_("Write the event's title."))},
    )
    project = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "Title, other spelling or id; an unknown one is made."},
    )
    donor = fields.String(load_default=None, allow_none=True)
    kind = fields.String(load_default=None, allow_none=True, metadata={"example": "dialogue session"})
    ordinal = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 999),
        metadata={"description": "Its place in the series."},
    )
    date = fields.Date(
        required=True,
        error_messages={
            "required": _later(N_("Write the event's date, such as 2024-03-07.")),
            "invalid": _later(N_("This is no date. Write it as 2024-03-07.")),
        },
    )
    end_date = fields.Date(
        load_default=None,
        allow_none=True,
        error_messages={"invalid": _later(N_("This is no date. Write it as 2024-03-07."))},
    )
    start = fields.Time(
        required=True,
        format="%H:%M",
        error_messages={
            "required": _later(N_("Write the time at which it starts, such as 09:00.")),
            "invalid": _later(N_("This is no time of day. Write it as 09:00.")),
        },
    )
    end = fields.Time(
        required=True,
        format="%H:%M",
        error_messages={
            "required": _later(N_("Write the time at which it ends, such as 13:00.")),
            "invalid": _later(N_("This is no time of day. Write it as 09:00.")),
        },
    )
    timezone = fields.String(load_default="Asia/Baghdad")
    venue = fields.String(load_default=None, allow_none=True)
    city = fields.String(load_default=None, allow_none=True)
    governorate = fields.String(load_default=None, allow_none=True)
    district = fields.String(load_default=None, allow_none=True)
    organiser = fields.String(load_default=None, allow_none=True)
    capacity = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 1_000_000))
    languages = fields.List(fields.String(), load_default=lambda: ["en", "ar"])
    wifi_name = fields.String(load_default=None, allow_none=True)
    wifi_password = fields.String(load_default=None, allow_none=True)
    waiting_list = fields.Boolean(load_default=False)
    form_open = fields.Boolean(load_default=True)
    code = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,39}$"))
    settings = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String()), load_default=dict)

    @pre_load
    def blank_is_nothing(self, data: Mapping[str, Any], **_options: Any) -> dict[str, Any]:
        """An empty field of a form says nothing; TOML's own dates and times are written out."""
        texts = {name: value.strip() if isinstance(value, str) else _written_out(value) for name, value in data.items()}
        return {name: value for name, value in texts.items() if value not in ("", None)}


def _written_out(value: Any) -> Any:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def read_event_file(path: Path) -> dict[str, Any]:
    """An event's fields from a .toml file.

    Raises:
        BadFile: it is no such file, or fields are missing or wrong; names all of them.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadFile(N_("There is no file %(path)s."), path=path) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, OSError) as error:
        raise BadFile(N_("%(path)s cannot be read as an event file (TOML): %(why)s"), path=path, why=error) from None
    try:
        return read_event(data)
    except BadInput as error:
        raise BadFile(N_("%(path)s: %(what)s"), path=path.name, what=error.values["what"]) from None


def read_event(data: Mapping[str, Any]) -> dict[str, Any]:
    """An event's fields, checked.

    Returns:
        What `create_event` takes: `starts` and `ends` as instants beside the other fields.

    Raises:
        BadInput: names every field that is missing or wrong.
    """
    try:
        loaded: dict[str, Any] = EventSchema().load(data)
    except ValidationError as error:
        raise BadInput(fields={name: _sentences(said) for name, said in error.messages_dict.items()}) from None
    try:
        zone = ZoneInfo(loaded["timezone"])
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput(
            fields={"timezone": [_("There is no time zone of this name. Write it as Asia/Baghdad.")]}
        ) from None
    day, start, end = loaded.pop("date"), loaded.pop("start"), loaded.pop("end")
    last = loaded.pop("end_date") or (day if end > start else day + timedelta(days=1))
    starts = datetime.combine(day, start, zone).astimezone(UTC)
    ends = datetime.combine(last, end, zone).astimezone(UTC)
    if ends <= starts:
        raise BadInput(fields={"end": [_("The event ends before it starts.")]})
    return loaded | {"starts": starts, "ends": ends}


def _sentences(said: Any) -> list[str]:
    if isinstance(said, dict):
        return [sentence for inner in said.values() for sentence in _sentences(inner)]
    return [str(sentence) for sentence in said] if isinstance(said, list) else [str(said)]


def create_event(tx: Tx, data: dict[str, Any]) -> Event:
    """Make an event from what `read_event` returned; a project that is not known yet is made with it."""
    values = dict(data)
    settings = values.pop("settings", {})
    project = _project(tx, values.pop("project", None) or values["title"], values.get("donor"))
    values["code"] = _free_code(values.get("code") or _code_from(values["title"], values.get("ordinal")))
    event = tx.create(Event, project=project.id, **values)
    for plugin, named in settings.items():
        for name, value in named.items():
            set_event_setting(tx, event.id, plugin, name, value)
    return event


def update_event(tx: Tx, event: Event, data: dict[str, Any]) -> Event:
    """Change an event to what `read_event` returned; its code stays, since posters carry it."""
    values = {name: value for name, value in data.items() if name not in ("project", "settings", "code")}
    return tx.update(event, **values)


def _project(tx: Tx, named: str, donor: str | None) -> Project:
    try:
        return find_project(named)
    except NoProject:
        return create_project(tx, title=named, donor=donor)


def _code_from(title: str, ordinal: int | None) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    code = ""
    for word in words:
        if len(code) + len(word) > 18:
            break
        code = f"{code}-{word}" if code else word
    code = code or (words[0][:18] if words else "event")
    return f"{code}-{ordinal}" if ordinal is not None and str(ordinal) not in words else code


def _free_code(wanted: str) -> str:
    taken = {event.code for event in Event.select(Event.code)}
    return next(code for n in range(1, 10_000) if (code := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def find_event(text: str) -> Event:
    """The event with this id or short code.

    Raises:
        NoEvent: there is none.
    """
    wanted = str(text).strip().lower()
    event = Event.get_or_none((Event.id == wanted) | (Event.code == wanted))
    if event is None or event.deleted:
        raise NoEvent(name=text)
    found: Event = event
    return found


def all_events() -> list[Event]:
    """Every event, the latest first."""
    return list(Event.select().where(~Event.deleted).order_by(Event.starts.desc(), Event.id))


def local(event: Event, moment: datetime) -> datetime:
    """The moment in the event's own time zone."""
    return moment.astimezone(ZoneInfo(event.timezone))


def event_json(event: Event) -> dict[str, Any]:
    """An event as the command line and the API give it; times carry the offset of its place."""
    project = Project.get_by_id(event.project)
    plain = {
        name: getattr(event, name)
        for name in (
            "id",
            "code",
            "title",
            "kind",
            "ordinal",
            "timezone",
            "venue",
            "city",
            "governorate",
            "district",
            "organiser",
            "donor",
            "capacity",
            "languages",
            "waiting_list",
            "form_open",
        )
    }
    return plain | {
        "start": local(event, event.starts).isoformat(),
        "end": local(event, event.ends).isoformat(),
        "project": {"id": project.id, "title": project.title},
    }
