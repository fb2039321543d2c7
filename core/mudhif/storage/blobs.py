"""Attachments as files, each once, named by its SHA-256: ``instance/attachments/<2 hex>/<sha256>``.

The rows that name them are journaled; the bytes are not.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from mudhif.domain.errors import NotFound
from mudhif.i18n import N_
from mudhif.storage.files import put_file
from mudhif.storage.store import current

_SHA256 = re.compile(r"[0-9a-f]{64}")


class BlobMissing(NotFound):
    """A row names an attachment whose file is not here: not yet exchanged, or erased."""

    code = "attachment-missing"
    message = N_("The file of this attachment is not on this laptop (%(name)s).")


def store_blob(content: bytes) -> str:
    """Keep an attachment and return its SHA-256; the same bytes again cost nothing.

    The file is whole and on the disk before its name exists: a power cut leaves no half of it.
    """
    name = sha256(content).hexdigest()
    path = blob_path(name)
    if path.exists():
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    put_file(path, content)
    return name


def blob_path(name: str) -> Path:
    """Where an attachment lies, or would lie.

    Raises:
        BlobMissing: that is no SHA-256, so nothing can lie there.
    """
    if not _SHA256.fullmatch(name):
        raise BlobMissing(name=name)
    return _folder() / name[:2] / name


def read_blob(name: str) -> bytes:
    """The bytes of an attachment.

    Raises:
        BlobMissing: they are not on this laptop.
    """
    try:
        return blob_path(name).read_bytes()
    except FileNotFoundError as error:
        raise BlobMissing(name=name) from error


def has_blob(name: str) -> bool:
    """Whether the bytes of an attachment are on this laptop."""
    return _SHA256.fullmatch(name) is not None and blob_path(name).is_file()


def drop_blob(name: str) -> None:
    """Remove an attachment's bytes, if they are here."""
    blob_path(name).unlink(missing_ok=True)


def _folder() -> Path:
    instance = current().instance
    if instance is None:
        raise RuntimeError("an installation in memory keeps no attachments")
    return instance.attachments
