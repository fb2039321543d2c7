"""A backup is one zip: the database as it stands, keys, attachments, plugins, settings, each with its SHA-256."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from mudhif import __version__
from mudhif.config import Instance
from mudhif.domain.errors import BadFile, Refused
from mudhif.i18n import N_
from mudhif.storage.database import ServeLock
from mudhif.storage.passphrase import NeedsPassphrase, decrypt, encrypt, is_encrypted
from mudhif.storage.store import Store

MANIFEST = "manifest.json"
FORMAT = 1
FOLDERS = ("keys", "attachments", "layouts", "plugins")
DATABASE, CONFIG = "mudhif.db", "config.toml"

#: What reading a zip raises, if it was changed or made to do harm.
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, KeyError, OverflowError)


class NoBackup(BadFile):
    code = "no-backup"

    def __init__(self, path: Path) -> None:
        super().__init__(N_("%(path)s is no backup of Mudhif."), path=path)


class Damaged(BadFile):
    code = "damaged-backup"

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(N_("“%(name)s” in %(path)s is damaged. Nothing was restored."), name=name, path=path)


class NotEmpty(Refused):
    message = N_(
        "%(path)s holds data already. Restore into another folder, or say --replace: what is there is then kept aside."
    )
    code = "not-empty"


def write_backup(store: Store, target: Path, passphrase: str | None = None) -> dict[str, Any]:
    """Write everything into one file; it is there whole or not at all.

    Args:
        passphrase: encrypts the file; without one, whoever has the file can read it.

    Returns:
        The manifest: ``{"format", "mudhif", "made", "files": {name: sha256}}``.
    """
    instance = store.instance
    assert instance is not None
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy = Path(folder) / "mudhif.db"
        store.db.copy_to(copy)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "mudhif": __version__,
            "made": datetime.now(UTC).isoformat(),
            "files": {},
        }
        packed = Path(folder) / "backup"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, path in [("mudhif.db", copy), *_files(instance)]:
                archive.write(path, name)
                manifest["files"][name] = _sha256(path)
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        if passphrase:
            sealed = Path(folder) / "sealed"
            encrypt(packed, sealed, passphrase)
            packed = sealed
        with packed.open("r+b") as file:
            os.fsync(file.fileno())
        packed.replace(target)
    return manifest


def _files(instance: Instance) -> Iterator[tuple[str, Path]]:
    if instance.config.exists():
        yield instance.config.name, instance.config
    for folder in FOLDERS:
        for path in sorted((instance.root / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts:
                yield path.relative_to(instance.root).as_posix(), path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore_backup(
    source: Path, instance: Instance, *, replace: bool = False, passphrase: str | None = None
) -> dict[str, Any]:
    """Put a backup into an instance that holds nothing; every file is checked before the instance is touched.

    Args:
        replace: move what is there aside (``<name>.before-<time>``) instead of refusing.

    Raises:
        BadFile: it is no backup, or a file in it was changed.
        NeedsPassphrase, WrongPassphrase: it is encrypted.
        NotEmpty: the instance holds data and ``replace`` was not said.
        InstanceBusy: a server runs on it.
    """
    if instance.exists() and not replace:
        raise NotEmpty(path=instance.root)
    instance.root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=instance.root.parent, prefix=".restore-") as folder:
        fresh = Path(folder) / "instance"
        manifest = _unpack(_opened(source, Path(folder), passphrase), fresh)
        if instance.root.exists() and any(instance.root.iterdir()):
            _move_aside(instance)
        elif instance.root.exists():
            instance.root.rmdir()
        shutil.move(fresh, instance.root)
    instance.create()
    return manifest


def _opened(source: Path, folder: Path, passphrase: str | None) -> Path:
    """The backup itself, decrypted beside if it has to be."""
    try:
        if not is_encrypted(source):
            return source
    except OSError:
        raise BadFile(N_("There is no file %(path)s."), path=source) from None
    if not passphrase:
        raise NeedsPassphrase(path=source)
    plain = folder / "backup"
    decrypt(source, plain, passphrase)
    return plain


def _unpack(source: Path, target: Path) -> dict[str, Any]:
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, *DAMAGED):
        raise NoBackup(path=source) from None
    with archive:
        manifest = _manifest(archive, source)
        target.mkdir(parents=True)
        for name, wanted in manifest["files"].items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with archive.open(name) as packed, path.open("wb") as file:
                    shutil.copyfileobj(packed, file)
            except DAMAGED:
                raise Damaged(name=name, path=source) from None
            except OSError as error:  # a place that lies outside the file, and not a disk that is full
                if error.errno != errno.EINVAL:
                    raise
                raise Damaged(name=name, path=source) from None
            if _sha256(path) != wanted:
                raise Damaged(name=name, path=source)
        if not _is_database(target / DATABASE):
            raise NoBackup(path=source)
        for key in (target / "keys").rglob("*"):
            if key.is_file():
                key.chmod(0o600)
    return manifest


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    """What the backup says of itself, checked: it may come from anywhere."""
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        files, made = dict(manifest["files"]), manifest["made"]
    except (OSError, TypeError, *DAMAGED):
        raise NoBackup(path=source) from None
    if manifest.get("format") != FORMAT:
        raise BadFile(
            N_("%(path)s was made by a newer Mudhif (%(version)s). Install that one first."),
            path=source,
            version=manifest.get("mudhif"),
        )
    if not isinstance(made, str) or DATABASE not in files or not all(map(_belongs, files)):
        raise NoBackup(path=source)
    return manifest | {"files": files}


def _belongs(name: str) -> bool:
    """Whether a backup has such a file: nothing beside the instance, on Windows neither."""
    inside = PurePosixPath(name)
    plain = not inside.is_absolute() and ".." not in inside.parts and not set(name) & set("\\:\0")
    return plain and (name in (DATABASE, CONFIG) or (len(inside.parts) > 1 and inside.parts[0] in FOLDERS))


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _move_aside(instance: Instance) -> None:
    from mudhif.domain.errors import InstanceBusy

    lock = ServeLock(instance.serve_lock)
    if not lock.take():
        raise InstanceBusy(path=instance.root)
    lock.give_back()
    aside = instance.root.with_name(f"{instance.root.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    instance.root.replace(aside)
