"""The page *Settings*, and an event's settings on its own page: fields drawn from the schemas of core and plugins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from mudhif.domain.errors import BadInput, NotFound
from mudhif.i18n import _
from mudhif.plugins import host
from mudhif.services.logo import MOST_BYTES, WrongLogo, keep_logo, read_logo
from mudhif.services.settings import CORE, event_setting, schemas, set_settings, setting_fields
from mudhif.storage.store import write
from mudhif.web.auth import requires
from mudhif.web.pages.blueprint import core

TILES = 2
"""A choice of up to so many is shown whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """One setting as the template draws it; ``name`` is ``plugin.name``, of the field and of its errors."""

    name: str
    kind: str
    label: str
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    blank: str | None = None
    """What choosing nothing means, where that may be chosen."""
    optional: bool = True
    min: Any = ""
    max: Any = ""
    maxlength: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The settings of the core or of one plugin."""

    title: str
    fields: list[ShownField]


@core.route("/settings", methods=["GET", "POST"])
@requires("settings.edit")
def settings() -> ResponseReturnValue:
    """The installation's settings: the core's first, then those of each plugin."""
    if request.method == "GET":
        return _page(stored_values(None), {})
    given = given_settings(None, request.form)
    try:
        write(set_settings, None, given)
    except BadInput as error:
        return _page(typed_values(given), error.errors), error.status
    g.pop("installation", None)
    flash(_("Saved."), "ok")
    return redirect(url_for("core.settings"))


def _page(values: Mapping[str, Any], errors: Mapping[str, list[str]]) -> str:
    has_logo = read_logo() is not None
    return render_template(
        "mudhif/settings.html", sections=sections(None), values=values, errors=errors, has_logo=has_logo
    )


@core.post("/settings/logo")
@requires("settings.edit")
def set_logo() -> ResponseReturnValue:
    """Take the organisation's logo, or take it away."""
    upload = request.files.get("logo")
    content = upload.read(MOST_BYTES + 1) if upload is not None else b""
    try:
        if not content and not request.form.get("remove"):
            raise BadInput(fields={"logo": [_("Choose a file first.")]})
        write(keep_logo, b"" if request.form.get("remove") else content)
    except WrongLogo as error:
        return _page(stored_values(None), {"logo": [str(error)]}), error.status
    except BadInput as error:
        return _page(stored_values(None), error.errors), error.status
    flash(_("Saved."), "ok")
    return redirect(url_for("core.settings"))


@core.get("/settings/logo")
@requires("settings.edit")
def logo() -> ResponseReturnValue:
    """The logo; as a drawing it may hold a script, which runs nowhere."""
    found = read_logo()
    if found is None:
        raise NotFound(name="logo")
    answer = Response(found.content, mimetype=LOGO_TYPES[found.ending])
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


LOGO_TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


def sections(event_id: str | None) -> list[Section]:
    """What can be set, for the installation or for an event, by whom it belongs to."""
    titles = {plugin.name: plugin.title for plugin in host.current().plugins}
    return [
        Section(
            title=_("This installation") if plugin == CORE else titles.get(plugin, plugin),
            fields=fields_of(event_id, plugin),
        )
        for plugin in _plugins(event_id)
    ]


def fields_of(event_id: str | None, plugin: str) -> list[ShownField]:
    """The settings of the core or of one plugin, to be drawn by ``ui.setting``."""
    return [
        _shown(plugin, name, field)
        for name, field in setting_fields(event_id, plugin).items()
        if not field.metadata.get("is_picture")  # which has a form of its own
    ]


def stored_values(event_id: str | None) -> dict[str, Any]:
    """What is set now, by ``plugin.name``."""
    return {
        f"{plugin}.{name}": event_setting(event_id, plugin, name)
        for plugin in _plugins(event_id)
        for name in setting_fields(event_id, plugin)
    }


def stored_value(event_id: str | None, name: str) -> Any:
    """What is set now of one setting, by ``plugin.name``."""
    plugin, _dot, own = name.partition(".")
    return event_setting(event_id, plugin, own)


def given_settings(event_id: str | None, form: Mapping[str, str], *plugins: str) -> dict[tuple[str, str], Any]:
    """What a form says of each setting, by (plugin, name). A box that is not ticked is not sent, and means no.

    Args:
        plugins: whose; all of them where none is named.
    """
    given: dict[tuple[str, str], Any] = {}
    for plugin in plugins or _plugins(event_id):
        for name, field in setting_fields(event_id, plugin).items():
            text = form.get(f"{plugin}.{name}")
            if isinstance(field, fields.Boolean):
                given[plugin, name] = bool(text)
            elif text is not None:
                given[plugin, name] = text.strip() or (None if field.allow_none else "")
    return given


def typed_values(given: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    """What was typed, for the form that comes back with its errors."""
    return {f"{plugin}.{name}": value for (plugin, name), value in given.items()}


def _plugins(event_id: str | None) -> list[str]:
    scope = "event" if event_id else "installation"
    # What the core lets be set of an event stands on the page of its questions.
    plugins = [plugin for plugin, of in schemas if of == scope and not (plugin == CORE and event_id)]
    return sorted(plugins, key=lambda plugin: plugin != CORE)


def _shown(plugin: str, name: str, field: fields.Field[Any]) -> ShownField:
    about = field.metadata
    common: dict[str, Any] = {
        "name": f"{plugin}.{name}",
        "label": str(about.get("title") or about.get("label") or name),
        "hint": str(about.get("description", "")),
        "optional": field.allow_none or isinstance(field, fields.String),
    }
    if isinstance(field, fields.Boolean):
        return ShownField(kind="tick", **common)
    choice = _validator(field, validate.OneOf)
    if choice is not None:
        words = list(choice.labels) or list(choice.choices)
        options = [(str(value), str(word)) for value, word in zip(choice.choices, words, strict=False)]
        blank = str(about.get("blank", "–")) if field.allow_none else None
        few = len(options) + (blank is not None) <= TILES
        return ShownField(kind="tiles" if few else "select", options=options, blank=blank, **common)
    if isinstance(field, fields.Integer):
        bounds = _validator(field, validate.Range)
        least, most = (None, None) if bounds is None else (bounds.min, bounds.max)
        return ShownField(kind="number", min=_or_empty(least), max=_or_empty(most), **common)
    length = _validator(field, validate.Length)
    return ShownField(kind="text", maxlength=_or_empty(length and length.max), **common)


def _validator(field: fields.Field[Any], kind: type[Any]) -> Any:
    return next((one for one in field.validators if isinstance(one, kind)), None)


def _or_empty(bound: Any) -> Any:
    return "" if bound is None else bound
