"""Install a plugin from a file, go back to the version before, remove it: with no network and no build step.

A version lies in a folder of its own and is never changed; which one is used stands in one small file that is replaced
at once. Until then nothing that runs has changed, and after it the former version is still there.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from mudhif.domain.errors import BadFile, MudhifError
from mudhif.i18n import N_, _
from mudhif.storage.files import sync_folder

from .declared import phrases
from .discovery import find, title_of
from .errors import CameWithMudhif, NoSuchPlugin, NotAPackage, NothingBefore, PluginRefused
from .package import check_name, is_wheel, open_zip, read_wheel, sha256_of, unpack
from .shelf import Receipt, Shelf
from .trial import look
from .types import Package, PackageKind, PluginInfo

Kinds = Callable[[], Mapping[str, PackageKind]]
"""Gives the package kinds that are known; asked only for a file that is no wheel."""

VERSIONS_KEPT = 3
STALE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file that could be installed, looked at and unpacked aside; none of its code has run."""

    name: str
    title: str
    version: str
    kind: str
    sha256: str
    adds: Sequence[str]
    summary: str
    publisher: str | None
    runs_code: bool
    replaces: str | None
    """The version in use now."""
    folder: Path

    def as_json(self) -> dict[str, Any]:
        """The shape that ``plugins install --json`` promises."""
        return {"name": self.name, "version": self.version, "sha256": self.sha256, "adds": list(self.adds)}


@contextlib.contextmanager
def offered(file: Path, shelf: Shelf, kinds: Kinds) -> Iterator[Offer]:
    """Look at a file and unpack it aside; whatever was not installed at the end is gone again.

    Raises:
        NotAPackage: it is no plugin.
        UnsafePackage, FileChanged: it must not be installed.
        BadFile: it cannot be used here, and why.
    """
    missing = [folder for folder in (shelf.root, shelf.root.parent) if not folder.exists()]
    shelf.root.mkdir(parents=True, exist_ok=True)
    _sweep(shelf.root)
    staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=shelf.root))
    try:
        yield _examine(file, staging / "files", shelf, kinds)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        for folder in missing:
            with contextlib.suppress(OSError):  # not empty: something was installed
                folder.rmdir()


def _examine(file: Path, folder: Path, shelf: Shelf, kinds: Kinds) -> Offer:
    if not file.is_file():
        raise BadFile(N_("There is no file %(file)s."), file=str(file))
    digest = sha256_of(file)
    with open_zip(file) as archive:
        if is_wheel(archive):
            wheel = read_wheel(folder, unpack(archive, folder))
            package = Package(
                name=wheel.name,
                title=title_of(wheel.name),
                version=wheel.version,
                adds=phrases(sorted(wheel.hooks), {}),
                publisher=wheel.author,
                runs_code=True,
            )
            kind, summary = "python", wheel.summary
        else:
            found = kind_of(archive, kinds(), file.name)
            unpack(archive, folder)
            package, summary = about(found, folder), ""
            refuse_errors(findings_of(found, folder))
            kind = found.id
    check_name(package.name, package.version)
    receipt = Receipt(
        name=package.name,
        version=package.version,
        title=str(package.title),
        kind=kind,
        sha256=digest,
        summary=summary,
        adds=[str(text) for text in package.adds],
    )
    receipt.write(folder)
    return Offer(
        name=package.name,
        title=receipt.title,
        version=package.version,
        kind=kind,
        sha256=digest,
        adds=receipt.adds,
        summary=summary,
        publisher=package.publisher,
        runs_code=package.runs_code,
        replaces=next((f.version for f in find(shelf) if f.name == package.name), None),
        folder=folder,
    )


# --- packages that are no wheels --------------------------------------------------------------------------------------


def kind_of(archive: ZipFile, kinds: Mapping[str, PackageKind], name: str) -> PackageKind:
    """The kind that knows a zip.

    Raises:
        NotAPackage: none does.
    """
    for kind in kinds.values():
        # What a kind raises at a file that it does not know says only that it is not one of its.
        with contextlib.suppress(Exception):
            if kind.detects(archive):
                return kind
    raise NotAPackage(name)


def about(kind: PackageKind, folder: Path) -> Package:
    """What a package says of itself.

    Raises:
        BadFile: its kind could not tell.
    """
    try:
        return kind.describe(folder)
    except MudhifError:
        raise
    except Exception as error:
        raise BadFile(N_("It could not be read (%(kind)s): %(text)s"), kind=kind.id, text=str(error)) from error


def findings_of(kind: PackageKind, folder: Path) -> list[dict[str, Any]]:
    """What its kind finds in a package, as plain values."""
    try:
        found = kind.check(folder)
    except MudhifError:
        raise
    except Exception as error:
        raise BadFile(N_("It could not be checked (%(kind)s): %(text)s"), kind=kind.id, text=str(error)) from error
    return [dict(f) if isinstance(f, Mapping) else f.as_json() for f in found]


def refuse_errors(findings: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a package in which an error was found.

    Raises:
        BadFile: all of them, one sentence after the other.
    """
    errors = [str(finding["message"]) for finding in findings if finding["severity"] == "error"]
    if errors:
        raise BadFile(N_("%(findings)s It was not installed."), findings=" ".join(errors))


# --- into use and out of it -------------------------------------------------------------------------------------------


def install(offer: Offer, shelf: Shelf, *, taken: Mapping[str, Collection[str]] | None = None) -> PluginInfo:
    """Try a plugin in a child process, and put it into use if it loads.

    Raises:
        PluginRefused: it does not load, or clashes with what is here; nothing has changed.
    """
    tried = next((p for p in look(shelf.root, trying=offer.folder, taken=taken) if p.name == offer.name), None)
    if tried is None or tried.state == "failed":
        reason = tried.error if tried is not None else _("It was not found.")
        raise PluginRefused(N_("“%(title)s” was not installed. %(reason)s"), title=offer.title, reason=reason)
    Receipt(
        name=offer.name,
        version=offer.version,
        title=tried.title if offer.kind == "python" else offer.title,
        kind=offer.kind,
        sha256=offer.sha256,
        summary=offer.summary,
        adds=list(tried.adds),
    ).write(offer.folder)
    target = shelf.free_folder(offer.name, offer.version)
    target.parent.mkdir(parents=True, exist_ok=True)
    offer.folder.rename(target)
    sync_folder(target.parent)
    versions = [target.name, *shelf.versions(offer.name)]
    shelf.use(offer.name, versions[:VERSIONS_KEPT])
    for old in versions[VERSIONS_KEPT:]:
        shutil.rmtree(shelf.root / offer.name / old, ignore_errors=True)
    if offer.name in shelf.off():
        shelf.switch(offer.name, on=True)
    return tried


def roll_back(name: str, shelf: Shelf) -> str:
    """Return to the version before; returns it. The one left behind stays on the disk: a server may still run it.

    Raises:
        NoSuchPlugin, CameWithMudhif, NothingBefore: there is nothing to return to.
    """
    versions = _installed_versions(name, shelf)
    if len(versions) < 2:
        raise NothingBefore(name=name)
    shelf.use(name, versions[1:])
    return versions[1].partition("~")[0]


def remove(name: str, shelf: Shelf) -> None:
    """Remove a plugin that was installed from a file. Its tables and what it wrote stay.

    Raises:
        NoSuchPlugin, CameWithMudhif: it was not.
    """
    _installed_versions(name, shelf)
    away = Path(tempfile.mkdtemp(prefix=".removed-", dir=shelf.root))
    (shelf.root / name).rename(away / name)  # gone in one step; deleting takes many
    if name in shelf.off():
        shelf.switch(name, on=True)
    shelf.forget()
    shutil.rmtree(away, ignore_errors=True)


def switch(name: str, shelf: Shelf, *, on: bool) -> None:
    """Switch a plugin on or off; it counts from the next start.

    Raises:
        NoSuchPlugin: it is not here.
    """
    if name not in {found.name for found in find(shelf)}:
        raise NoSuchPlugin(name=name)
    shelf.switch(name, on=on)


def _installed_versions(name: str, shelf: Shelf) -> list[str]:
    versions = shelf.versions(name) if name in shelf.names() else []
    if not versions:
        raise (CameWithMudhif if name in {found.name for found in find(None)} else NoSuchPlugin)(name=name)
    return versions


def _sweep(root: Path) -> None:
    """Delete what a power cut left half done, once it is a day old."""
    for prefix in (".staging-", ".removed-"):
        for folder in root.glob(f"{prefix}*"):
            with contextlib.suppress(OSError):
                if time.time() - folder.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
