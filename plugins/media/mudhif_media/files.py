"""A file that somebody sent, examined in a child process with limits before anything is kept."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from mudhif.plugin_api import N_, BadFile, ChildFailed, run_child

MAX_BYTES = 64 * 1024 * 1024
SECONDS = 30

REASONS = {
    "kind": N_(
        "%(file)s is not a kind of file that is taken: pictures, PDF, office files without macros, sound, video."
    ),
    "convert": N_("%(file)s is a picture that cannot be freed of its place here. Save it as JPEG, then add it."),
    "damaged": N_("%(file)s is damaged or cut off. Copy it again from where it came."),
    "pixels": N_("%(file)s has more than 100 million pixels. Save it smaller, then add it."),
    "large": N_("%(file)s is larger than 64 MB. Save it smaller, or note a link to it as coverage."),
    "empty": N_("%(file)s is empty."),
    "missing": N_("There is no file %(file)s that can be read."),
}


class FileRefused(BadFile):
    """A file that is not taken in, and why."""

    code = "file-refused"

    def __init__(self, reason: str, file: str) -> None:
        self.reason = reason
        super().__init__(REASONS[reason], file=file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A file that may be kept; ``content`` is free of the place where a picture was taken."""

    name: str
    content: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


def examine_path(path: Path) -> Examined:
    """Examine a file on the disk.

    Raises:
        FileRefused: it is not there, or not taken in.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileRefused("large", path.name)
        content = path.read_bytes()
    except OSError as error:
        raise FileRefused("missing", str(path)) from error
    return examine(content, path.name)


def examine(content: bytes, name: str) -> Examined:
    """Examine the bytes of a file.

    Args:
        name: as the sender calls it; shown to people, and trusted in nothing.

    Raises:
        FileRefused: it is not taken in.
    """
    name = plain_name(name)
    if not content:
        raise FileRefused("empty", name)
    if len(content) > MAX_BYTES:
        raise FileRefused("large", name)
    answer = _ask_child(content)
    if answer is None:
        raise FileRefused("damaged", name)
    line, _, kept = answer.partition(b"\n")
    described = json.loads(line)
    if "refused" in described:
        raise FileRefused(described["refused"], name)
    return Examined(name=name, content=kept, **described)


def _ask_child(content: bytes) -> bytes | None:
    """What the child says; None where it ran out of time or memory, or fell over the file."""
    try:
        answer = run_child("mudhif_media.child", stdin=content, seconds=SECONDS)
    except ChildFailed:
        return None
    return answer if b"\n" in answer else None


def plain_name(name: str) -> str:
    """A file's name without folders, and without letters that turn a line round or cannot be seen."""
    last = re.split(r"[\\/]", name)[-1]
    seen = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return " ".join(seen.split())[:150] or "file"
