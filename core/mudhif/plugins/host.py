"""The plugin host: loads every plugin on its own, asks each alone, and keeps what went wrong where people see it.

pluggy reads marks and signatures; it stops at the first exception and lets an entry point's through, so loading and
calling are done here. A plugin that fails, exits or asks for what is not there costs itself only.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from pluggy import HookImpl, PluginManager

from mudhif.i18n import N_, LazyText, _

from . import hookspecs
from .declared import DECLARATIONS, Named, phrases
from .discovery import Found, find, title_of
from .errors import NoSuchPlugin, PluginRefused
from .hookspecs import PREFIX, PROJECT
from .reasons import Reason, reason_of, where
from .shelf import Shelf
from .types import Answer, Declared, Line, PackageKind, Permission, Place, PluginInfo, State
from .validate import add_hooks, arguments_of, check_answer, check_hooks, check_version

if TYPE_CHECKING:
    import click
    from marshmallow import Schema

    from mudhif.config import Instance

log = logging.getLogger(__name__)

FAILURES_UNTIL_PAUSE = 3


@dataclass(slots=True, eq=False)
class _Plugin:
    """A plugin in this process."""

    found: Found
    state: State = "on"
    reason: Reason | None = None
    paused: bool = False
    loaded: object | None = None
    kind: PackageKind | None = None
    hooks: list[str] = field(default_factory=list)
    failures: dict[tuple[str, bool], int] = field(default_factory=dict)
    """By hook, and whether it was asked (or what it had answered was used): how often in a row."""

    @property
    def name(self) -> str:
        return self.found.name

    @property
    def answers(self) -> bool:
        """Whether it is asked at all."""
        return self.state == "on"


class Host:
    """All plugins of one process.

    Args:
        folder: ``instance/plugins``; None where there is no instance.
        safe: load only what came with Mudhif.
        taken: names that the core has, by hook: ``{"commands": ("guests", …), "models": ("person", …)}``.
        trying: a folder of a version that is not in use yet, loaded as if it were.
        skip: plugins that are not to be touched, with the reason that is shown.
        touched: told a plugin's name before any code of it runs.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        safe: bool = False,
        taken: Mapping[str, Collection[str]] | None = None,
        trying: Path | None = None,
        skip: Mapping[str, str] | None = None,
        touched: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.shelf = Shelf(folder) if folder is not None else None
        self.safe = safe
        self._taken = taken or {}
        self._trying = trying
        self._skip = skip or {}
        self._touched = touched
        self._lock = threading.RLock()
        self._plugins: dict[str, _Plugin] = {}
        self._declared: dict[str, list[tuple[_Plugin, Named]]] = {}
        self._brought: dict[str, ModuleType] = {}
        self._manager = PluginManager(PROJECT)
        self._manager.add_hookspecs(hookspecs)

    # --- loading ---------------------------------------------------------------------------------------------------

    @classmethod
    def load(
        cls, instance: Instance | None, *, safe: bool = False, taken: Mapping[str, Collection[str]] | None = None
    ) -> Host:
        """The plugins of an installation, loaded; without one, those that came with Mudhif."""
        return cls(instance.plugins if instance is not None else None, safe=safe, taken=taken).refresh()

    def refresh(self) -> Host:
        """Find and load all plugins; again after one was installed, switched or removed.

        What is loaded already stays as it is; pages and tables of a new one are there from the next start of the
        server, everything else at once.
        """
        with self._lock:
            off = self.shelf.off() if self.shelf else frozenset()
            found = {f.name: f for f in find(self.shelf, trying=self._trying, safe=self.safe)}
            for plugin in list(self._plugins.values()):
                if not _same(found.get(plugin.name), plugin.found) or (plugin.name in off) == plugin.answers:
                    self._drop(plugin)
            fresh = [_Plugin(f) for name, f in found.items() if name not in self._plugins]
            self._plugins |= {plugin.name: plugin for plugin in fresh}
            self._plugins = {name: self._plugins[name] for name in found}  # in the order of discovery
            self._declared.clear()
            fresh = [plugin for plugin in fresh if self._wanted(plugin, off)]
            python = [plugin for plugin in fresh if plugin.found.kind == "python"]
            for step in (self._import, self._add_hooks, self._register):
                for plugin in python:
                    self._attempt(plugin, step)
            for plugin in fresh:
                if plugin not in python:
                    self._attempt(plugin, self._activate)
                    self._attempt(plugin, self._register)
        return self

    def _wanted(self, plugin: _Plugin, off: Collection[str]) -> bool:
        if plugin.name in off:
            plugin.state = "off"
        elif plugin.name in self._skip:
            plugin.state, plugin.reason = "failed", self._skip[plugin.name]
        return plugin.answers

    def _attempt(self, plugin: _Plugin, step: Callable[[_Plugin], None], hook: str | None = None) -> None:
        """Run one step of loading; a plugin that does not get through it has failed."""
        if not plugin.answers:
            return
        self._touched(plugin.name)
        try:
            step(plugin)
        except (Exception, SystemExit) as error:
            self._fail(plugin, error, hook)

    def _import(self, plugin: _Plugin) -> None:
        plugin.loaded = plugin.found.load()
        check_version(plugin.loaded)

    def _activate(self, plugin: _Plugin) -> None:
        kind = self.package_kinds.get(plugin.found.kind)
        if kind is None:
            raise PluginRefused(
                N_("No plugin here knows packages of the kind “%(kind)s”; the one that does is off or was removed."),
                kind=plugin.found.kind,
            )
        assert plugin.found.folder is not None, "a pack is always installed"
        plugin.kind = kind
        plugin.loaded = kind.activate(plugin.found.folder)

    def _add_hooks(self, plugin: _Plugin) -> None:
        for name in dir(plugin.loaded):
            options = self._manager.parse_hookimpl_opts(plugin.loaded, name)
            if options is None or (options.get("specname") or name) != f"{PREFIX}hookspecs":
                continue
            module = getattr(plugin.loaded, name)()
            if self._brought.get(plugin.name) is not module:  # else it was here before, and its hooks still are
                add_hooks(self._manager, module)
                self._brought[plugin.name] = module

    def _register(self, plugin: _Plugin) -> None:
        assert plugin.loaded is not None, "imported or activated before"
        plugin.hooks = check_hooks(self._manager, plugin.loaded)
        self._manager.register(plugin.loaded, plugin.name)

    def _fail(self, plugin: _Plugin, error: BaseException, hook: str | None) -> None:
        """Take a plugin out: it could not be loaded, or what it declares (at a hook) cannot be used."""
        log.error("plugin %s failed to load: %s\n%s", plugin.name, type(error).__name__, where(error))
        plugin.state, plugin.reason = "failed", reason_of(error)
        if hook is not None and not isinstance(error, PluginRefused):  # those name it themselves
            plugin.reason = LazyText(N_("At “%(hook)s”: %(reason)s"), hook=hook, reason=plugin.reason)
        self._unregister(plugin)

    def _drop(self, plugin: _Plugin) -> None:
        self._unregister(plugin)
        del self._plugins[plugin.name]

    def _unregister(self, plugin: _Plugin) -> None:
        if self._manager.has_plugin(plugin.name):
            self._manager.unregister(name=plugin.name)
        if plugin.kind is not None and plugin.loaded is not None:
            kind, loaded, plugin.kind = plugin.kind, plugin.loaded, None
            with self.guarding(plugin.name, "package_kinds"):
                kind.deactivate(loaded)

    # --- declared hooks ---------------------------------------------------------------------------------------------

    def _values(self, hook: str) -> Iterator[tuple[str, str, Any]]:
        """(plugin, name, value) of all that is declared at a hook, by plugins that are not failed."""
        with self._lock:
            if hook not in self._declared:
                self._declared[hook] = self._collect(hook)
            entries = list(self._declared[hook])
        return ((plugin.name, name, value) for plugin, (name, value) in entries if plugin.answers or plugin.paused)

    def _collect(self, hook: str) -> list[tuple[_Plugin, Named]]:
        declaration = DECLARATIONS[hook]
        taken = dict.fromkeys(self._taken.get(hook, ()), "Mudhif")
        entries: list[tuple[_Plugin, Named]] = []
        for impl in self._implementations(hook):
            plugin = self._plugins[impl.plugin_name]

            def gather(plugin: _Plugin, impl: HookImpl = impl) -> None:
                brought = list(declaration.named(plugin.name, impl.function()))
                for name, _value in brought:
                    if declaration.unique and name in taken:
                        raise PluginRefused(declaration.clash, name=name, other=taken[name])
                    taken[name] = plugin.name
                entries.extend((plugin, entry) for entry in brought)

            self._attempt(plugin, gather, hook)
        return entries

    def collect_all(self) -> Host:
        """Ask every declared hook now, so that what cannot be used fails before the first request."""
        for hook in DECLARATIONS:
            self._values(hook)
        return self

    @property
    def models(self) -> list[type[Any]]:
        """The tables of all plugins, in the order of the plugins."""
        return [model for _plugin, _name, model in self._values("models")]

    @property
    def blueprints(self) -> list[Answer]:
        """Pages and API of all plugins, each with its plugin."""
        return [Answer(plugin=plugin, value=value) for plugin, _name, value in self._values("blueprints")]

    @property
    def commands(self) -> dict[str, click.Command]:
        """Commands for the prompt by name."""
        commands = {name: command for _plugin, name, command in self._values("commands")}
        if self.shelf is not None and not self._trying and not self.safe:
            self.shelf.remember(
                [_plain(self._info(plugin, [])) for plugin in self._plugins.values()],
                {name: command.get_short_help_str(80) for name, command in commands.items()},
            )
        return commands

    @property
    def permissions(self) -> dict[str, Permission]:
        """What plugins let be allowed, by id."""
        return {name: permission for _plugin, name, permission in self._values("permissions")}

    @property
    def packages(self) -> list[Path]:
        """The folder of each plugin's package that is loaded: translations lie in it."""
        files = [getattr(plugin.loaded, "__file__", None) for plugin in self._plugins.values() if plugin.answers]
        return [Path(file).parent for file in files if file is not None]

    @property
    def settings(self) -> dict[tuple[str, str], type[Schema]]:
        """Schema classes by (plugin, "installation" or "event")."""
        return {(plugin, scope): schema for plugin, scope, schema in self._values("settings")}

    @property
    def reactions(self) -> dict[str, list[Declared]]:
        """By kind of change, what to call in the unit of work; who catches tells `report_reaction`."""
        return self._functions("reactions")

    def report_reaction(self, reaction: Callable[..., Any], error: BaseException) -> None:
        """Keep that a reaction raised; what it wrote was undone."""
        if isinstance(reaction, Declared):
            self.record(reaction.plugin, "reactions", error)

    @property
    def live(self) -> dict[str, list[Declared]]:
        """By kind of change, what tells open pages. Call each inside `guarding(plugin, "live")`."""
        return self._functions("live")

    @property
    def package_kinds(self) -> dict[str, PackageKind]:
        """Kinds of files that can be installed beside wheels, by id."""
        return {name: kind for _plugin, name, kind in self._values("package_kinds")}

    def _functions(self, hook: str) -> dict[str, list[Declared]]:
        functions: dict[str, list[Declared]] = {}
        for plugin, kind, function in self._values(hook):
            functions.setdefault(kind, []).append(Declared(plugin=plugin, run=function))
        return functions

    # --- called hooks -----------------------------------------------------------------------------------------------

    def call(self, hook: str, **arguments: Any) -> list[Answer]:
        """What all plugins answer, flattened, in the order of the plugins; a failing one answers nothing.

        Args:
            hook: without its prefix: ``navigation``.
            arguments: exactly those of the hook, by name.

        Raises:
            LookupError, TypeError: there is no such hook, or it has other arguments; the caller is wrong.
        """
        given = self._arguments(hook)
        if given != set(arguments):
            raise TypeError(f"{PREFIX}{hook} is called with {sorted(given)}, not {sorted(arguments)}")
        if hook == "panels":
            arguments["place"] = Place(arguments["place"])
        answers: list[Answer] = []
        for impl in self._implementations(hook):
            with self._guarding(impl.plugin_name, hook, asked=True):
                values = check_answer(hook, impl.function(*(arguments[name] for name in impl.argnames)))
                answers += [Answer(plugin=impl.plugin_name, value=value) for value in values]
        if hook == "panels":
            answers.sort(key=lambda answer: answer.value.weight)
        return answers

    def guarding(self, plugin: str, hook: str) -> AbstractContextManager[None]:
        """Use what a plugin answered (a column's values, a panel's template); what it raises is recorded only.

        An exit is held back, too. Three failures in a row at one hook pause the plugin.
        """
        return self._guarding(plugin, hook, asked=False)

    @contextmanager
    def _guarding(self, plugin: str, hook: str, *, asked: bool) -> Iterator[None]:
        try:
            yield
        except (Exception, SystemExit) as error:
            self._record(plugin, (hook, asked), error)
        else:
            if (known := self._plugins.get(plugin)) is not None and known.failures:
                known.failures.pop((hook, asked), None)

    def record(self, plugin: str, hook: str, error: BaseException) -> None:
        """Keep what a plugin failed at, for the page *Plugins*."""
        self._record(plugin, (hook, False), error)

    def _record(self, plugin: str, at: tuple[str, bool], error: BaseException) -> None:
        log.warning("plugin %s failed at %s: %s\n%s", plugin, at[0], type(error).__name__, where(error))
        known = self._plugins.get(plugin)
        if known is None:
            return
        with self._lock:
            known.failures[at] = known.failures.get(at, 0) + 1
            known.reason = LazyText(N_("At “%(hook)s”: %(reason)s"), hook=at[0], reason=reason_of(error))
            if known.failures[at] >= FAILURES_UNTIL_PAUSE and known.answers:
                known.state, known.paused = "failed", True
                known.reason = LazyText(N_("Paused after three failures. %(reason)s"), reason=known.reason)

    def failing(self, hook: str) -> list[str]:
        """The titles of plugins whose last answer at a hook is missing: a page of cases says that theirs are."""
        every = self._plugins.values()
        return [_title(p) for p in every if p.paused or any(failed == hook for failed, _asked in p.failures)]

    def resume(self, name: str) -> None:
        """Ask a paused plugin again, from nought."""
        plugin = self._plugin(name)
        with self._lock:
            if plugin.paused:
                plugin.state, plugin.paused, plugin.reason = "on", False, None
                plugin.failures.clear()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The life of the server, with what plugins run beside it."""
        with ExitStack() as stack:
            for impl in self._implementations("serving"):
                stack.enter_context(self._beside(impl))
            yield

    @contextmanager
    def _beside(self, impl: HookImpl) -> Iterator[None]:
        entered: AbstractContextManager[Any] | None = None
        with self.guarding(impl.plugin_name, "serving"):
            manager = cast(AbstractContextManager[Any], impl.function(*([self] if impl.argnames else [])))
            manager.__enter__()
            entered = manager
        try:
            yield
        finally:
            if entered is not None:
                with self.guarding(impl.plugin_name, "serving"):
                    entered.__exit__(None, None, None)

    def _implementations(self, hook: str) -> list[HookImpl]:
        self._arguments(hook)
        with self._lock:
            impls: list[HookImpl] = getattr(self._manager.hook, PREFIX + hook).get_hookimpls()
            order = {name: place for place, name in enumerate(self._plugins)}
            impls = [i for i in impls if i.plugin_name in order and self._plugins[i.plugin_name].answers]
        return sorted(impls, key=lambda i: (not i.tryfirst, i.trylast, order[i.plugin_name]))

    def _arguments(self, hook: str) -> set[str]:
        caller = getattr(self._manager.hook, PREFIX + hook, None)
        if caller is None or not caller.has_spec():
            raise LookupError(f"there is no hook {PREFIX}{hook}")
        return set(arguments_of(self._manager, PREFIX + hook))

    # --- what people see --------------------------------------------------------------------------------------------

    @property
    def plugins(self) -> list[PluginInfo]:
        """Every plugin with its state, what it brings and what is the matter; asks all declared hooks."""
        self.collect_all()
        return [self._info(plugin, self._adds(plugin)) for plugin in self._plugins.values()]

    def plugin(self, name: str) -> PluginInfo:
        """One of them.

        Raises:
            NoSuchPlugin: it is not here.
        """
        plugin = self._plugin(name)
        self.collect_all()
        return self._info(plugin, self._adds(plugin))

    @property
    def hooks(self) -> dict[str, tuple[str, ...]]:
        """Every hook that is known, without prefix, with its arguments; plugins' own included."""
        callers = vars(self._manager.hook)
        return {
            name.removeprefix(PREFIX): arguments_of(self._manager, name)
            for name, caller in sorted(callers.items())
            if name.startswith(PREFIX) and caller.has_spec()
        }

    def lines(self) -> list[Line]:
        """For ``doctor``: a line that says that all is well, or one for each plugin that is not.

        A safe host loads nothing foreign, and tells of the plugins from outside what the last load saw.
        """
        infos = [self._info(plugin, []) for plugin in self._plugins.values()]
        if self.safe and self.shelf is not None:
            infos += _seen_outside(self.shelf)
        if all(info.error is None for info in infos):
            return [Line(name="plugins", ok=True, text=_("%(number)s plugins.", number=len(infos)))]
        return [
            Line(
                name=f"plugins.{info.name}",
                ok=False,
                text=f"{info.title} {info.version}: {info.error}",
                remedy=_("Switch it off, go back to its former version, or ask who made it: the page Plugins."),
            )
            for info in infos
            if info.error is not None
        ]

    def _plugin(self, name: str) -> _Plugin:
        if name not in self._plugins:
            raise NoSuchPlugin(name=name)
        return self._plugins[name]

    def _adds(self, plugin: _Plugin) -> list[str]:
        if plugin.found.kind != "python":
            return self._adds_of_package(plugin)
        names: dict[str, list[str]] = {}
        for hook in DECLARATIONS:
            for name, value_name, _value in self._values(hook):
                if name == plugin.name:
                    names.setdefault(hook, []).append(value_name)
        return phrases(plugin.hooks, names)

    def _adds_of_package(self, plugin: _Plugin) -> list[str]:
        """What a package says that it adds: now, in the reader's language; else what was kept when it came."""
        if plugin.kind is not None and plugin.found.folder is not None:
            with self.guarding(plugin.name, "package_kinds"):
                return list(plugin.kind.describe(plugin.found.folder).adds)
        return list(plugin.found.adds)

    def _info(self, plugin: _Plugin, adds: Sequence[str]) -> PluginInfo:
        found = plugin.found
        return PluginInfo(
            name=found.name,
            title=_title(plugin),
            version=found.version,
            source=found.source,
            state=plugin.state,
            error=str(plugin.reason) if plugin.reason is not None else None,
            hooks=tuple(plugin.hooks),
            adds=tuple(adds),
            paused=plugin.paused,
            kind=found.kind,
            summary=str(getattr(plugin.loaded, "MUDHIF_SUMMARY", None) or found.summary),
            former=found.former,
        )


# --- the host of this process -----------------------------------------------------------------------------------------

_current: Host | None = None


def use(host: Host | None) -> None:
    """Make a host the one that `ask` asks: the command line and the server do so at their start."""
    global _current
    _current = host


def current() -> Host:
    """The host of this process.

    Raises:
        RuntimeError: none was loaded yet.
    """
    if _current is None:
        raise RuntimeError("no plugin host is loaded in this process")
    return _current


def ask(hook: str, **arguments: Any) -> list[Any]:
    """What all plugins answer at a hook, flattened: how a plugin calls the hooks that it brings itself."""
    return [answer.value for answer in current().call(hook, **arguments)]


def _title(plugin: _Plugin) -> str:
    if plugin.found.kind != "python":
        return plugin.found.title
    return str(getattr(plugin.loaded, "MUDHIF_TITLE", None) or title_of(plugin.name))


def _same(new: Found | None, old: Found) -> bool:
    return new is not None and (new.version, new.source, new.folder) == (old.version, old.source, old.folder)


def _seen_outside(shelf: Shelf) -> list[PluginInfo]:
    """The plugins of an instance as the last load saw them."""
    here = shelf.names()
    try:
        seen = [PluginInfo(**plugin) for plugin in shelf.remembered().get("plugins", [])]
    except TypeError:  # the file is not ours
        return []
    return [info for info in seen if info.source == "instance" and info.name in here]


def _plain(info: PluginInfo) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(info).items()}
