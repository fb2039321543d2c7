"""A plugin's or a pack's source, checked where it lies: for its author, before anybody installs it."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from mudhif.domain.errors import BadFile, MudhifError, NotFound
from mudhif.i18n import N_

from .discovery import from_source
from .install import Kinds, about, findings_of, kind_of
from .trial import look
from .types import PluginInfo


def check_source(
    folder: Path, kinds: Kinds, *, taken: Mapping[str, Collection[str]] | None = None
) -> tuple[list[PluginInfo], list[dict[str, Any]]]:
    """The plugin or pack in a folder, with its state (``failed`` when it could not be installed), and findings.

    Raises:
        NotFound: there is no such folder.
        BadFile: it holds neither.
    """
    if not folder.is_dir():
        raise NotFound(N_("There is no folder %(path)s."), path=str(folder))
    if (folder / "pyproject.toml").is_file():
        name = from_source(folder).name
        return [plugin for plugin in look(None, trying=folder.absolute(), taken=taken) if plugin.name == name], []
    return _check_pack(folder, kinds)


def _check_pack(folder: Path, kinds: Kinds) -> tuple[list[PluginInfo], list[dict[str, Any]]]:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_symlink():
                raise BadFile(N_("%(file)s is a link; a pack holds none."), file=file.name)
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    with ZipFile(packed) as archive:
        kind = kind_of(archive, kinds(), folder.name)
    findings: list[dict[str, Any]] = []
    error = None
    try:
        package = about(kind, folder)
        name, title, version, adds = package.name, str(package.title), package.version, package.adds
        findings = findings_of(kind, folder)
        error = next((str(f["message"]) for f in findings if f["severity"] == "error"), None)
    except MudhifError as wrong:
        name, title, version, adds, error = folder.name, folder.name, "0", (), str(wrong)
    info = PluginInfo(
        name=name,
        title=title,
        version=version,
        source="instance",
        state="failed" if error else "on",
        error=error,
        adds=[str(text) for text in adds],
        kind=kind.id,
    )
    return [info], findings
