"""What an installation keeps beside its plugins: which version is used, which are off, what the last load saw.

::

    plugins/state.json            {"off": ["name"]}
    plugins/seen.json             the last load: for the help text, which imports no plugin
    plugins/<name>/current        the version in use, then the former ones, one a line
    plugins/<name>/<version>/     the unpacked file, with receipt.json; <version>~2 where that version came again

Every change is one file replaced at once, so that a power cut leaves the old state or the new one. Nothing here imports
a plugin, or pluggy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mudhif import __version__
from mudhif.storage.files import put_file

RECEIPT = "receipt.json"
NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+!_-]{0,63}")
_FOLDER = re.compile(VERSION.pattern + r"(~[0-9]{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was installed: written into the folder of a version."""

    name: str
    version: str
    title: str
    kind: str
    """``python`` for a wheel, else the id of a package kind."""
    sha256: str
    summary: str = ""
    adds: Sequence[str] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        put_file(folder / RECEIPT, json.dumps(asdict(self), ensure_ascii=False, indent=1).encode())

    @classmethod
    def read(cls, folder: Path) -> Receipt:
        """Raises OSError or ValueError where there is none that can be read."""
        data = json.loads((folder / RECEIPT).read_text("utf-8"))
        try:
            return cls(**data)
        except TypeError as error:
            raise ValueError(str(error)) from None


class Shelf:
    """The folder ``instance/plugins``. It may be missing: then nothing was installed and nothing is off."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def off(self) -> frozenset[str]:
        """The names of plugins that were switched off."""
        return frozenset(str(name) for name in _read_json(self.root / "state.json").get("off", []))

    def switch(self, name: str, *, on: bool) -> None:
        """Switch a plugin on or off; it counts from the next load."""
        off = self.off() - {name} if on else self.off() | {name}
        self.root.mkdir(parents=True, exist_ok=True)
        put_file(self.root / "state.json", json.dumps({"off": sorted(off)}).encode())
        self.forget()

    def names(self) -> list[str]:
        """The plugins that were installed here from files."""
        if not self.root.is_dir():
            return []
        return sorted(f.name for f in self.root.iterdir() if NAME.fullmatch(f.name) and (f / "current").is_file())

    def versions(self, name: str) -> list[str]:
        """The folder in use, then those before it, latest first."""
        try:
            lines = (self.root / name / "current").read_text("utf-8").split()
        except OSError:
            return []
        return [version for version in lines if _FOLDER.fullmatch(version)]

    def folder(self, name: str) -> Path | None:
        """Where the version in use lies."""
        versions = self.versions(name)
        return self.root / name / versions[0] if versions else None

    def free_folder(self, name: str, version: str) -> Path:
        """A folder for one more version; the same version again gets a number, so that nothing in use is touched."""
        names = [version, *(f"{version}~{again}" for again in range(2, 1_000))]
        return next(path for path in (self.root / name / n for n in names) if not path.exists())

    def use(self, name: str, versions: Sequence[str]) -> None:
        """Switch over in one step; `versions` as `versions()` gives them."""
        (self.root / name).mkdir(parents=True, exist_ok=True)
        put_file(self.root / name / "current", "".join(f"{version}\n" for version in versions).encode())
        self.forget()

    def remember(self, plugins: Sequence[Mapping[str, Any]], commands: Mapping[str, str]) -> None:
        """Keep what a load saw; a disk that cannot be written to only costs the help text its plugin commands."""
        seen = {"core": __version__, "plugins": list(plugins), "commands": dict(commands)}
        if not self.root.is_dir() or seen == self.remembered():
            return
        try:
            put_file(self.root / "seen.json", json.dumps(seen, ensure_ascii=False, indent=1).encode())
        except OSError:
            return

    def remembered(self) -> dict[str, Any]:
        """What the last load by this version of Mudhif saw: ``plugins`` and ``commands``; {} when there was none."""
        seen = _read_json(self.root / "seen.json")
        return seen if seen.get("core") == __version__ else {}

    def forget(self) -> None:
        """What was seen holds no longer."""
        (self.root / "seen.json").unlink(missing_ok=True)


def command_names(plugins: Path) -> dict[str, str]:
    """The commands of plugins with a line of help each, as the last load saw them; {} when nobody looked yet."""
    commands = Shelf(plugins).remembered().get("commands", {})
    return {str(name): str(text) for name, text in commands.items()} if isinstance(commands, dict) else {}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
