"""The organisation's logo: a picture of PNG, JPEG or SVG, kept as an attachment, its name as a setting."""

from __future__ import annotations

import struct
from typing import NamedTuple

from mudhif.domain.errors import BadInput
from mudhif.i18n import N_
from mudhif.services.printing import PrintingFailed, render_typst
from mudhif.services.settings import CORE, event_setting, set_event_setting
from mudhif.storage.blobs import has_blob, read_blob, store_blob
from mudhif.storage.store import current
from mudhif.storage.writer import Tx

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 16_000_000
"""A picture of more is unpacked for every page of badges; a logo is none."""


class WrongLogo(BadInput):
    code = "wrong-logo"
    message = N_("This cannot be a logo: %(why)s Take a PNG, a JPEG or an SVG of at most 1 MB.")


class Logo(NamedTuple):
    """The picture, and the ending by which it is known."""

    content: bytes
    ending: str


def keep_logo(tx: Tx, content: bytes) -> None:
    """Take a picture as the organisation's logo; nothing takes it away.

    Raises:
        WrongLogo: it is too large or no picture.
    """
    if content:
        check_logo(content)
    set_event_setting(tx, None, CORE, "logo", store_blob(content) if content else "")


def check_logo(content: bytes) -> Logo:
    """Refuse what cannot be printed.

    Raises:
        WrongLogo: it is too large, no picture, or one that cannot be drawn.
    """
    if len(content) > MOST_BYTES:
        raise WrongLogo(why=_sentence(N_("it has more than 1 MB.")))
    ending = ending_of(content)
    if ending is None:
        raise WrongLogo(why=_sentence(N_("it is no picture of a kind that is known.")))
    if _pixels(content, ending) > MOST_PIXELS:
        raise WrongLogo(why=_sentence(N_("it has more than 16 million dots.")))
    try:
        render_typst(f'#image("logo.{ending}", width: 20mm)', {f"logo.{ending}": content}, pdf_ua=False)
    except PrintingFailed as error:
        raise WrongLogo(why=_sentence(N_("it is damaged."))) from error
    return Logo(content, ending)


def _sentence(words: str) -> str:
    from mudhif.i18n import _

    return _(words)


def read_logo() -> Logo | None:
    """The logo; None where there is none, or where its file has not come to this laptop."""
    name = event_setting(None, CORE, "logo")
    if not name or current().instance is None or not has_blob(name):
        return None
    content = read_blob(name)
    ending = ending_of(content)
    return Logo(content, ending) if ending else None


def ending_of(content: bytes) -> str | None:
    """Of which kind a picture is, by its first bytes and not by its name.

    >>> ending_of(b"\\xff\\xd8\\xff\\xe0"), ending_of(b'<?xml version="1.0"?><svg/>'), ending_of(b"GIF89a")
    ('jpg', 'svg', None)
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    begin = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "svg" if begin.startswith(b"<") and b"<svg" in content[:20_000] else None


def _pixels(content: bytes, ending: str) -> int:
    if ending == "png":
        width, height = struct.unpack(">II", content[16:24].ljust(8, b"\0"))
        return int(width * height)
    return _pixels_of_jpeg(content) if ending == "jpg" else 0


def _pixels_of_jpeg(content: bytes) -> int:
    """From the frame's header. Source: ITU-T T.81, B.2.2."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width * height)
        at += 2 + max(length, 2)
    return 0
