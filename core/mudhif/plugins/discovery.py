"""Which plugins there are: entry points of the group ``mudhif``, and what was installed in the instance.

Reads metadata alone; a plugin's code runs only in `Found.load`.
"""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from types import ModuleType

from mudhif.domain.errors import BadFile
from mudhif.i18n import N_

from .errors import PluginRefused
from .hookspecs import PROJECT
from .shelf import Receipt, Shelf
from .types import Source

_opened: set[str] = set()  # folders of installed plugins on sys.path: no distribution in them is a bundled one


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A plugin that is here, not loaded yet."""

    name: str
    title: str
    version: str
    source: Source
    kind: str = "python"
    folder: Path | None = None
    former: str | None = None
    summary: str = ""
    adds: tuple[str, ...] = ()
    load: Callable[[], object]
    """Imports it (or, for a pack, raises: its kind activates it). May raise anything."""


def find(shelf: Shelf | None, *, trying: Path | None = None, safe: bool = False) -> list[Found]:
    """Every plugin, bundled ones first, by name. An installed one takes the place of a bundled one of its name.

    Args:
        trying: the folder of a version that is not in use yet, to be looked at as if it were.
        safe: only what came with Mudhif.
    """
    found = {f.name: f for f in _bundled()}
    if shelf is not None and not safe:
        found |= {f.name: f for f in _installed(shelf)}
    if trying is not None:
        tried = from_source(trying) if (trying / "pyproject.toml").is_file() else from_folder(trying)
        found[tried.name] = tried
    return sorted(found.values(), key=lambda f: (f.source != "bundled", f.name))


def _bundled() -> Iterable[Found]:
    seen: set[str] = set()
    for distribution in distributions(path=own_path()):
        for entry in _entries(distribution):
            if entry.name in seen:
                continue  # the first on the path is the one that an import finds
            seen.add(entry.name)
            yield Found(
                name=entry.name,
                title=title_of(entry.name),
                version=distribution.version,
                source="bundled",
                summary=str(distribution.metadata.json.get("summary", "")),
                load=entry.load,
            )


def _installed(shelf: Shelf) -> Iterable[Found]:
    for name in shelf.names():
        versions = shelf.versions(name)
        folder = shelf.folder(name)
        if folder is None:
            continue
        try:
            found = from_folder(folder, former=versions[1] if len(versions) > 1 else None)
        except (OSError, ValueError):
            found = Found(
                name=name, title=name, version=versions[0], source="instance", folder=folder, load=_unreadable(folder)
            )
        yield found


def from_folder(folder: Path, *, former: str | None = None) -> Found:
    """The plugin in the folder of one version.

    Raises:
        OSError, ValueError: there is no receipt in it that can be read.
    """
    receipt = Receipt.read(folder)
    return Found(
        name=receipt.name,
        title=receipt.title,
        version=receipt.version,
        source="instance",
        kind=receipt.kind,
        folder=folder,
        former=former,
        summary=receipt.summary,
        adds=tuple(receipt.adds),
        load=lambda: load_from(folder, receipt.name),
    )


def from_source(folder: Path) -> Found:
    """The plugin whose source lies in a folder, with its pyproject.toml.

    Raises:
        BadFile: the file cannot be read, or names no plugin.
    """
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        [(name, target)] = project["entry-points"][PROJECT].items()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(N_("%(file)s cannot be read: %(text)s"), file="pyproject.toml", text=str(error)) from None
    except (KeyError, ValueError, AttributeError):
        raise BadFile(
            N_("pyproject.toml names no plugin: one entry is expected under [project.entry-points.mudhif].")
        ) from None
    module, _, attribute = str(target).partition(":")
    path = folder / "src" if (folder / "src").is_dir() else folder

    def load() -> object:
        open_path(path)
        plugin = importlib.import_module(module)
        return getattr(plugin, attribute) if attribute else plugin

    return Found(
        name=name,
        title=title_of(name),
        version=str(project.get("version", "0")),
        source="instance",
        folder=path,
        summary=str(project.get("description", "")),
        load=load,
    )


def load_from(folder: Path, name: str) -> object:
    """Import an installed plugin out of its own folder, and make sure that it came from there."""
    entry = next((e for d in distributions(path=[str(folder)]) for e in _entries(d) if e.name == name), None)
    if entry is None:
        raise PluginRefused(N_("Its folder names no entry point in the group “mudhif”."))
    open_path(folder)
    plugin = entry.load()
    module = sys.modules.get(entry.module)
    if not _lies_in(module, folder):
        raise PluginRefused(
            N_("Another version of its module %(module)s is in use. Start Mudhif again."), module=entry.module
        )
    return plugin


def own_path() -> list[str]:
    """The path of this process without the folders of installed plugins."""
    return [path for path in sys.path if path and path not in _opened]


def open_path(folder: Path) -> None:
    """Let imports find what lies in an installed plugin's folder.

    First on the path, so that a newer version replaces a bundled one; what shadows a module of Python or of the core
    was refused when it was installed.
    """
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
        importlib.invalidate_caches()
    _opened.add(str(folder))


def _entries(distribution: Distribution) -> list[EntryPoint]:
    return [entry for entry in distribution.entry_points if entry.group == PROJECT]


def title_of(name: str) -> str:
    """What a plugin is called that does not say so itself."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def _lies_in(module: ModuleType | None, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and folder.resolve() in Path(file).resolve().parents


def _unreadable(folder: Path) -> Callable[[], object]:
    def load() -> object:
        raise PluginRefused(
            N_("Its folder %(folder)s cannot be read. Install it again, or go back to the former version."),
            folder=str(folder),
        )

    return load
