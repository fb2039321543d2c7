"""Files written whole or not at all: a reader, or a power cut, meets the old one or the new one and nothing between."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

UNFINISHED = ".incoming-"
"""How the name of a file begins until it is whole."""


def put_file(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file beside its place, bring it to the disk and move it there.

    Args:
        mode: who may read it, on systems that know such a thing.

    Raises:
        OSError: there is no such folder, or it may not be written; nothing is left there.
    """
    handle, temporary = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:  # whatever it was, also Ctrl-C: half a file stays nowhere
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; Windows has no way to ask for it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
