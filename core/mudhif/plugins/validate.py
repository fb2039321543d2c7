"""Whether a plugin fits the hooks: told before it is used, in a sentence that says what to change."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from pluggy import PluginManager

from mudhif.i18n import N_

from .errors import PluginRefused
from .hookspecs import API_VERSION, PREFIX
from .types import Case, Column, Line, Link, Panel

VALUES: Mapping[str, type] = {"navigation": Link, "panels": Panel, "columns": Column, "cases": Case, "doctor": Line}
"""What the values of the core's called hooks have to be."""


def check_version(plugin: object) -> None:
    """Refuse a plugin that was written for other hooks than these.

    Raises:
        PluginRefused: ``MUDHIF_API`` of the plugin is not met, or is no version.
    """
    wanted = getattr(plugin, "MUDHIF_API", API_VERSION)
    try:
        want, have = _numbers(wanted), _numbers(API_VERSION)
    except (ValueError, AttributeError):
        raise PluginRefused(
            N_("Its MUDHIF_API is %(wanted)s; a version such as “%(have)s” is expected."),
            wanted=repr(wanted),
            have=API_VERSION,
        ) from None
    if want[0] != have[0] or want > have:
        raise PluginRefused(
            N_("It was written for version %(wanted)s of the plugin interface; this Mudhif has %(have)s."),
            wanted=wanted,
            have=API_VERSION,
        )


def add_hooks(manager: PluginManager, module: ModuleType) -> None:
    """Make a plugin's own hooks known.

    Raises:
        PluginRefused: one of them exists already, lacks the prefix, or there is none at all.
    """
    if not isinstance(module, ModuleType):
        raise PluginRefused(N_("mudhif_hookspecs has to return a module."))
    names = [name for name in dir(module) if manager.parse_hookspec_opts(module, name) is not None]
    if not names:
        raise PluginRefused(N_("The module %(module)s holds no hook."), module=module.__name__)
    for name in names:
        if not name.startswith(PREFIX):
            raise PluginRefused(N_("Its hook %(hook)s does not begin with “mudhif_”."), hook=name)
        if _known(manager, name):
            raise PluginRefused(N_("Its hook %(hook)s exists already."), hook=name)
    manager.add_hookspecs(module)


def check_hooks(manager: PluginManager, plugin: object) -> list[str]:
    """Hold every implementation of a plugin against the hook it names; returns the hooks, without prefix, sorted.

    Raises:
        PluginRefused: an unknown hook, an argument that the hook does not give, a forgotten mark, a wrapper.
    """
    hooks = []
    for attribute in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, attribute)
        if options is None:
            _check_unmarked(manager, plugin, attribute)
            continue
        name = options.get("specname") or attribute
        if not _known(manager, name):
            if options.get("optionalhook"):
                continue
            raise PluginRefused(
                N_(
                    "It implements %(hook)s, and there is no such hook. A hook of another plugin is marked with "
                    "@hookimpl(optionalhook=True)."
                ),
                hook=name,
            )
        if options.get("wrapper") or options.get("hookwrapper"):
            raise PluginRefused(N_("Its %(hook)s wraps other plugins' answers; that is not possible."), hook=name)
        _check_arguments(manager, getattr(plugin, attribute), name)
        hooks.append(name.removeprefix(PREFIX))
    return sorted(hooks)


def check_answer(hook: str, value: Any) -> list[Any]:
    """What a called hook returned, as a list.

    Raises:
        PluginRefused: it is none, or something in it is not what the hook promises.
    """
    if value is None:
        return []
    if isinstance(value, (str, bytes, Mapping)):
        raise PluginRefused(N_("mudhif_%(hook)s has to return a list, not %(value)s."), hook=hook, value=repr(value))
    values = list(value)
    wanted = VALUES.get(hook)
    for item in values:
        if wanted is not None and not isinstance(item, wanted):
            raise PluginRefused(
                N_("mudhif_%(hook)s returned %(value)s, which is no %(wanted)s."),
                hook=hook,
                value=repr(item),
                wanted=wanted.__name__,
            )
    return values


def _check_arguments(manager: PluginManager, function: Any, name: str) -> None:
    given = arguments_of(manager, name)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise PluginRefused(N_("Its %(hook)s takes *%(name)s; name the arguments."), hook=name, name=parameter.name)
        if parameter.name not in given:
            raise PluginRefused(
                N_("Its %(hook)s takes an argument “%(name)s”, which this hook does not give (it gives: %(given)s)."),
                hook=name,
                name=parameter.name,
                given=", ".join(given) or "–",
            )
        if parameter.default is not parameter.empty:
            raise PluginRefused(
                N_("Its %(hook)s gives “%(name)s” a default; arguments of hooks have none."),
                hook=name,
                name=parameter.name,
            )


def _check_unmarked(manager: PluginManager, plugin: object, attribute: str) -> None:
    if _known(manager, attribute) and callable(getattr(plugin, attribute, None)):
        raise PluginRefused(N_("Its %(hook)s is not marked with @hookimpl."), hook=attribute)


def arguments_of(manager: PluginManager, name: str) -> tuple[str, ...]:
    """The arguments that a hook gives."""
    spec = getattr(manager.hook, name).spec
    return tuple(spec.argnames) if spec is not None else ()


def _known(manager: PluginManager, name: str) -> bool:
    caller = getattr(manager.hook, name, None) if name.startswith(PREFIX) else None
    return caller is not None and caller.has_spec()


def _numbers(version: str) -> tuple[int, ...]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)
