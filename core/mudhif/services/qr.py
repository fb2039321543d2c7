"""QR codes by the library *qrcode*, with the mask and the version fixed: about one millisecond each.

Trying all eight masks costs seven times as much, and every reader reads every mask.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

from mudhif.domain.errors import BadInput
from mudhif.i18n import N_

Matrix = tuple[tuple[bool, ...], ...]

_MASK = 3
_QUIET = 4  # modules of white around a code; readers need them
# ISO/IEC 18004, table 7, correction level M: how many characters each version holds.
_ALPHANUMERIC_M = (20, 38, 61, 90, 122, 154, 178, 221, 262, 311, 366, 419, 483, 528, 600)
_BYTES_M = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412)
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


#: What the largest code holds at this level.
MAX_BYTES = 2331


class TooLongForCode(BadInput):
    message = N_("This is too long for a QR code, which holds %(most)d bytes at most.")
    code = "too-long-for-code"


@lru_cache(maxsize=2048)
def qr_matrix(text: str) -> Matrix:
    """The modules of a QR code at correction level M, row by row, dark is true; with no white around.

    Text of capitals, digits and ``$%*+-./:`` stays in alphanumeric mode, which is a third smaller; one small letter
    puts the whole text into bytes.

    Raises:
        TooLongForCode: no code holds it.
    """
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

    alphanumeric = _ALPHANUMERIC.issuperset(text)
    raw = text.encode("utf-8")
    sizes = _ALPHANUMERIC_M if alphanumeric else _BYTES_M
    if len(raw) > MAX_BYTES:
        raise TooLongForCode(most=MAX_BYTES)
    version = next((v for v, holds in enumerate(sizes, 1) if len(raw) <= holds), None)
    code: QRCode = QRCode(version=version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    code.add_data(QRData(raw, MODE_ALPHA_NUM if alphanumeric else MODE_8BIT_BYTE, check_data=False), optimize=0)
    code.make(fit=version is None)
    return tuple(tuple(bool(dark) for dark in row) for row in code.modules)


def qr_path(matrix: Matrix, offset: int = 0) -> str:
    """The dark modules as an SVG path: one flat run of a row at a time."""
    runs: list[str] = []
    for y, row in enumerate(matrix, offset):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start + offset} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return "".join(runs)


@lru_cache(maxsize=2048)
def qr_svg(text: str, *, label: str = "", quiet: int = _QUIET) -> str:
    """A QR code as one SVG element that takes the size of its place.

    Args:
        label: what a screen reader says; empty where the text beside it says the same.
        quiet: modules of white around.
    """
    from html import escape

    matrix = qr_matrix(text)
    side = len(matrix) + 2 * quiet
    named = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" {named}>'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{qr_path(matrix, quiet)}"/></svg>'
    )


def qr_png(text: str, *, module_px: int = 8, quiet: int = _QUIET) -> bytes:
    """A QR code as a PNG of one bit a pixel, for messengers and files."""
    white = "1" * (quiet * module_px)
    blank = "1" * ((len(qr_matrix(text)) + 2 * quiet) * module_px)
    lines = [blank] * (quiet * module_px)
    for row in qr_matrix(text):
        lines += [white + "".join(("0" if dark else "1") * module_px for dark in row) + white] * module_px
    lines += [blank] * (quiet * module_px)
    width = len(blank)
    padded = -width % 8
    raw = b"".join(b"\0" + (int(line, 2) << padded).to_bytes((width + 7) // 8, "big") for line in lines)
    header = struct.pack(">IIBBBBB", width, len(lines), 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
