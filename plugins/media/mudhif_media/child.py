"""Runs in a process of its own: looks into one file that somebody sent, and takes the place out of a picture.

Standard input is the file; standard output one line of JSON (what it is, or why it is refused), then the file as it
is to be kept. A file made to hurt its reader costs this process and nothing else.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from mudhif.plugin_api import limit_child

from .contents import PICTURES, UNREADABLE_PICTURES, media_type
from .positions import Damaged, without_position

MAX_PIXELS = 100_000_000
MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 20


def main() -> None:
    """Examine what stands on standard input."""
    limit_child(MEMORY_BYTES, CPU_SECONDS)
    content = sys.stdin.buffer.read()
    described, kept = examine(content)
    sys.stdout.buffer.write(json.dumps(described).encode("ascii") + b"\n" + kept)


def examine(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What a file is, and its bytes as they are to be kept; ``{"refused": word}`` and nothing where it is not taken."""
    kind = media_type(content)
    if kind is None:
        return {"refused": "kind"}, b""
    if kind in UNREADABLE_PICTURES:
        return {"refused": "convert"}, b""
    try:
        kept = without_position(content, kind)
        size = _measure(kept) if kind in PICTURES else (None, None)
    except Damaged:
        return {"refused": "damaged"}, b""
    if size is None:
        return {"refused": "pixels"}, b""
    return {"media_type": kind, "width": size[0], "height": size[1]}, kept


def _measure(content: bytes) -> tuple[int, int] | None:
    """Width and height of a picture that can be decoded to its end; None where it has more pixels than are taken."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the size is looked at before anything is decoded
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP", "GIF"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.load()
            if picture.getexif().get_ifd(0x8825):
                raise Damaged("a position is left")
            return picture.width, picture.height
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError) as error:
        raise Damaged(type(error).__name__) from error


if __name__ == "__main__":
    main()
