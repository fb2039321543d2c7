"""Row ids: UUIDv7, so that ids made one after the other sort so, on any machine."""

from __future__ import annotations

import os
import time
import uuid


def uuid7(now_ms: int, random: bytes) -> str:
    """A UUIDv7 as lower-case text with dashes.

    Args:
        now_ms: milliseconds since 1970.
        random: 10 random bytes.

    Source: RFC 9562, section 5.7.

    >>> uuid7(0x017F22E279B0, bytes(10))
    '017f22e2-79b0-7000-8000-000000000000'
    """
    value = (now_ms & 0xFFFFFFFFFFFF) << 80 | int.from_bytes(random[:10], "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    text = f"{value:032x}"  # by hand: `uuid.UUID` costs more than all of the rest
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_id() -> str:
    """A new row id."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def is_id(text: object) -> bool:
    """Whether the text is an id in the one spelling that is stored: lower case, with dashes."""
    if not isinstance(text, str) or len(text) != 36:
        return False
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
