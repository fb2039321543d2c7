# mypy: disable-error-code="empty-body"
"""The fifteen hooks by which a plugin adds to Mudhif, each with what it takes and returns.

An implementation names only the arguments it uses, so that a hook can be given one more without breaking a plugin.
*Declared* hooks are asked once, when first needed, and return plain values; *called* hooks are asked again and again.
Either way each plugin is asked alone: one that raises (or exits) loses its own answer, is recorded with the reason,
and costs nobody else anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import pluggy

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from marshmallow import Schema

    from .host import Host
    from .types import Case, Column, Line, Link, PackageKind, Panel, Permission, Place, Who

PROJECT = "mudhif"
PREFIX = "mudhif_"

API_VERSION = "1.0"
"""Of these hooks and of `mudhif.plugin_api`. A plugin may say ``MUDHIF_API = "1.0"``, and is refused where that is not
met: another first number, or a greater second one."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks an implementation; ``@hookimpl(optionalhook=True)`` that of another plugin's hook, which may be absent."""


@hookspec
def mudhif_hookspecs() -> ModuleType:
    """A module with hooks of the plugin's own, for other plugins to implement.

    Declared; asked before anything else, so that every plugin's hooks are known when implementations are checked.
    The functions in it are marked with ``hookspec`` of this module and carry the prefix ``mudhif_``. When it raises,
    or brings a hook that exists already, the plugin fails and those who implement its hooks are told so.
    """


@hookspec
def mudhif_models() -> Sequence[type[Any]]:
    """The plugin's tables: subclasses of Fact, Record and Local, all named with the plugin's prefix.

    Declared; asked when the database is opened. A table name that exists already fails the plugin. Removing the
    plugin keeps the tables and their rows.
    """


@hookspec
def mudhif_blueprints() -> Sequence[Blueprint]:
    """The plugin's pages and API, made with `event_pages`, `pages` and `api_blueprint`.

    Declared; asked when the server (or a test's app) is made, so import views inside the function: a command at the
    prompt then does not pay for Flask. A blueprint's name that exists already fails the plugin.
    """


@hookspec
def mudhif_commands() -> Sequence[click.Command]:
    """Commands for the prompt: ``mudhif <name> …``.

    Declared; asked when a word is no command of the core. Each is called with a ``Cli`` object (``click.pass_obj``).
    A name that exists already fails the plugin.
    """


@hookspec
def mudhif_permissions() -> Sequence[Permission]:
    """What may be allowed or not: ``buses.edit``, with the roles that hold it from the start.

    Declared; asked when somebody's permissions are worked out. Ids begin with the plugin's name and a full stop.
    An id that exists already fails the plugin.
    """


@hookspec
def mudhif_settings() -> Mapping[Literal["installation", "event"], type[Schema]]:
    """The plugin's settings: a marshmallow Schema class for the installation, one for each event, or both.

    Declared; asked when a setting is read and by the settings pages. Every field has a ``load_default``, and
    ``metadata`` with ``title`` and ``description``.
    """


@hookspec
def mudhif_navigation(event: Any, who: Who) -> Sequence[Link]:
    """Lines for the menu of every page.

    Called for each page; one that raises loses its lines, not the page. ``event`` is the Event shown, or None on a page
    of no event; links whose permission ``who`` lacks are left out by the core.
    """


@hookspec
def mudhif_panels(place: Place, subject: Any, who: Who) -> Sequence[Panel]:
    """Panels to show at a place, lightest first.

    Called at each showing of the page; one that raises, or whose template does, loses its panels, not the page.
    ``place`` says what ``subject`` is (see Place); it is read-only and holds nothing that ``who`` may not see.
    """


@hookspec
def mudhif_columns(event: Any) -> Sequence[Column]:
    """More columns for the guest list and its exports.

    Called for each list; a column whose ``values`` raises is shown empty. ``values`` gets the ids of all rows at once.
    """


@hookspec
def mudhif_reactions() -> Mapping[str, Callable[[Any, Any], None]]:
    """What to do beside a change, in the same unit of work: ``{"core.registration/1": f}`` with ``f(tx, change)``.

    Declared; asked when the database is opened. ``f`` runs in a savepoint of its own before the commit: when it raises,
    what it wrote is undone and the change itself stands. Only for changes made on this laptop, never for those
    that an exchange brings or a rebuild repeats, or each laptop would add its own.
    """


@hookspec
def mudhif_live() -> Mapping[str, Callable[[Any, Sequence[Any]], tuple[str, Mapping[str, Any]] | None]]:
    """What open pages are told after a change: ``{"buses.bus/1": f}`` with ``f(read, changes)``.

    Declared; asked when the server starts. ``f`` returns (name, payload as JSON) or None. It is called after the
    commit, with all changes of that kind and one event since the last time, at most four times a second. When it
    raises, nothing is sent.
    """


@hookspec
def mudhif_cases(event: Any, read: Any) -> Sequence[Case]:
    """What a person must settle in an event; ``event`` None: in the installation.

    Called by the page of cases, the foot of a report and ``mudhif exchange conflicts``; one that raises loses its
    cases, and the page says that they are missing.
    """


@hookspec
def mudhif_doctor(event: Any, read: Any) -> Sequence[Line]:
    """Lines of an examination: of an event ("what is missing"), or of the installation where ``event`` is None.

    Called by ``mudhif doctor``, ``mudhif check`` and an event's overview; one that raises becomes a line that says so.
    """


@hookspec
def mudhif_serving(host: Host) -> AbstractContextManager[Any]:
    """A context manager round the life of the server: threads start in it and stop with it.

    Called once by ``mudhif serve``, before the first request, and left after the last, latest first. One that raises
    is left out; the server starts and stops all the same.
    """


@hookspec
def mudhif_package_kinds() -> Sequence[PackageKind]:
    """Kinds of zip files that ``mudhif plugins install`` takes beside wheels; a donor pack is one.

    Declared; asked when a package is installed or checked, and at load where one is installed. An id that exists
    already fails the plugin. What a kind's ``activate`` returns is a plugin like any other.
    """
