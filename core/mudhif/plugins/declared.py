"""What plugins declare once: taken apart into named values, so that two plugins cannot bring the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mudhif.i18n import N_, _

from .errors import PluginRefused
from .types import PackageKind, Permission

Named = tuple[str, Any]
SCOPES = {"installation": N_("of the installation"), "event": N_("of each event")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """How one declared hook is taken apart."""

    named: Callable[[str, Any], Iterable[Named]]
    """(plugin, what it returned) → (name, value) pairs; raises PluginRefused for a shape that it must not have."""
    unique: bool = True
    """Whether two plugins may not bring the same name."""
    clash: str = N_("Its %(name)s is taken by %(other)s.")


def _models(plugin: str, models: Any) -> Iterable[Named]:
    prefix = plugin.replace("-", "_") + "_"
    for model in _sequence("models", models):
        table = getattr(getattr(model, "_meta", None), "table_name", None)
        if not isinstance(model, type) or not isinstance(table, str):
            raise PluginRefused(N_("mudhif_models returned %(value)s, which is no model."), value=repr(model))
        if not table.startswith(prefix):
            raise PluginRefused(N_("Its table “%(table)s” has to be named “%(prefix)s…”."), table=table, prefix=prefix)
        yield table, model


def _blueprints(plugin: str, blueprints: Any) -> Iterable[Named]:
    for blueprint in _sequence("blueprints", blueprints):
        name = getattr(blueprint, "name", None)
        if not isinstance(name, str) or not hasattr(blueprint, "register"):
            raise PluginRefused(
                N_("mudhif_blueprints returned %(value)s, which is no blueprint."), value=repr(blueprint)
            )
        yield name, blueprint


def _commands(plugin: str, commands: Any) -> Iterable[Named]:
    import click

    for command in _sequence("commands", commands):
        if not isinstance(command, click.Command) or not command.name:
            raise PluginRefused(N_("mudhif_commands returned %(value)s, which is no command."), value=repr(command))
        yield command.name, command


def _permissions(plugin: str, permissions: Any) -> Iterable[Named]:
    for permission in _sequence("permissions", permissions):
        if not isinstance(permission, Permission):
            raise PluginRefused(
                N_("mudhif_permissions returned %(value)s, which is no Permission."), value=repr(permission)
            )
        yield permission.id, permission


def _settings(plugin: str, settings: Any) -> Iterable[Named]:
    from marshmallow import Schema

    for scope, schema in _mapping("settings", settings).items():
        if scope not in SCOPES or not (isinstance(schema, type) and issubclass(schema, Schema)):
            raise PluginRefused(
                N_("mudhif_settings returned “%(scope)s”; it returns Schema classes for “installation” or “event”."),
                scope=scope,
            )
        yield scope, schema


def _functions(hook: str) -> Callable[[str, Any], Iterable[Named]]:
    def named(plugin: str, functions: Any) -> Iterable[Named]:
        for kind, function in _mapping(hook, functions).items():
            if not isinstance(kind, str) or not callable(function):
                raise PluginRefused(
                    N_("mudhif_%(hook)s returned %(value)s for “%(kind)s”, which is no function."),
                    hook=hook,
                    kind=kind,
                    value=repr(function),
                )
            yield kind, function

    return named


def _package_kinds(plugin: str, kinds: Any) -> Iterable[Named]:
    for kind in _sequence("package_kinds", kinds):
        if not isinstance(kind, PackageKind):
            raise PluginRefused(
                N_("mudhif_package_kinds returned %(value)s, which is no PackageKind."), value=repr(kind)
            )
        yield kind.id, kind


DECLARATIONS: Mapping[str, Declaration] = {
    "models": Declaration(named=_models, clash=N_("Its table “%(name)s” exists already, from %(other)s.")),
    "blueprints": Declaration(named=_blueprints, clash=N_("Its pages “%(name)s” exist already, from %(other)s.")),
    "commands": Declaration(named=_commands, clash=N_("Its command “%(name)s” exists already, from %(other)s.")),
    "permissions": Declaration(
        named=_permissions, clash=N_("Its permission “%(name)s” exists already, from %(other)s.")
    ),
    "settings": Declaration(named=_settings, unique=False),
    "reactions": Declaration(named=_functions("reactions"), unique=False),
    "live": Declaration(named=_functions("live"), unique=False),
    "package_kinds": Declaration(
        named=_package_kinds, clash=N_("Its kind of package “%(name)s” exists already, from %(other)s.")
    ),
}


PHRASES: Mapping[str, str] = {
    "blueprints": N_("pages: %(names)s"),
    "commands": N_("commands: %(names)s"),
    "models": N_("tables: %(names)s"),
    "permissions": N_("rights: %(names)s"),
    "settings": N_("settings: %(names)s"),
    "package_kinds": N_("kinds of package: %(names)s"),
    "navigation": N_("lines in the menu"),
    "panels": N_("panels on other pages"),
    "columns": N_("columns in the guest list"),
    "reactions": N_("reactions to changes"),
    "live": N_("live updates"),
    "cases": N_("cases to settle"),
    "doctor": N_("examinations"),
    "serving": N_("work beside the server"),
    "hookspecs": N_("hooks for other plugins"),
}


def phrases(hooks: Sequence[str], names: Mapping[str, Sequence[str]]) -> list[str]:
    """What a plugin adds, one short phrase each.

    Args:
        hooks: those it implements.
        names: what is known by name of what it declares; a hook without names is told without them.
    """
    said = []
    for hook in [*(hook for hook in PHRASES if hook in hooks), *(hook for hook in hooks if hook not in PHRASES)]:
        if hook not in PHRASES:
            said.append(_("for another plugin: %(hook)s", hook=hook))
        elif hook == "settings" and names.get(hook):
            said.append(_(PHRASES[hook], names=_(", ").join(_(SCOPES[scope]) for scope in names[hook])))
        elif known := names.get(hook):
            said.append(_(PHRASES[hook], names=", ".join(known)))
        else:
            said.append(_(PHRASES[hook], names="").rstrip(": "))
    return said


def _sequence(hook: str, value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise PluginRefused(N_("mudhif_%(hook)s has to return a list, not %(value)s."), hook=hook, value=repr(value))
    return list(value)


def _mapping(hook: str, value: Any) -> Mapping[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise PluginRefused(N_("mudhif_%(hook)s has to return a dict, not %(value)s."), hook=hook, value=repr(value))
    return value
