"""Where an installation keeps its data: one folder, made only by commands that write."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Instance:
    """The folder of one installation and the names inside it."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "mudhif.db"

    @property
    def attachments(self) -> Path:
        return self.root / "attachments"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def plugins(self) -> Path:
        return self.root / "plugins"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def config(self) -> Path:
        return self.root / "config.toml"

    @property
    def write_lock(self) -> Path:
        return self.root / "write.lock"

    @property
    def serve_lock(self) -> Path:
        return self.root / "serve.lock"

    def exists(self) -> bool:
        """Whether an installation lives here."""
        return self.database.exists()

    def create(self) -> None:
        """Make the folders that are missing."""
        for folder in (self.root, self.attachments, self.keys, self.plugins, self.backups):
            folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            self.keys.chmod(0o700)


def instance_at(path: str | os.PathLike[str] | None) -> Instance:
    """The instance that was named, else that of ``MUDHIF_INSTANCE``, else ``./instance``."""
    return Instance(Path(path or os.environ.get("MUDHIF_INSTANCE") or "instance").absolute())
