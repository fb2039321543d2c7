"""Remove from a picture the place where it was taken, and leave every other byte of it as it is. Pure.

Nothing is decoded and compressed anew: the entry of the EXIF block that points to the position is taken out and what
it pointed to is blanked. A block that cannot be read is dropped whole, rather than kept with a position in it.

Sources: EXIF 2.32, section 4.6; JPEG (ITU T.81), annex B; PNG, third edition, section 11.3; WebP container, RFC 9649.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

_GPS = 0x8825
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/x"  # both the plain and the extended one begin so


class Damaged(ValueError):
    """The picture's frame of blocks cannot be followed."""


def without_position(content: bytes, media_type: str) -> bytes:
    """A picture without the place where it was taken; other kinds of file as they are.

    Raises:
        Damaged: the picture is not whole.
    """
    clean = {"image/jpeg": _clean_jpeg, "image/png": _clean_png, "image/webp": _clean_webp}.get(media_type)
    if clean is None:
        return content
    try:
        return clean(content)
    except (struct.error, IndexError) as error:
        raise Damaged("cut off") from error


# ------------------------------------------------------------------------------------------------------------- EXIF


def clean_exif(tiff: bytes) -> bytes | None:
    """An EXIF block (a TIFF) without its position; None where it cannot be read and has to go whole."""
    try:
        return _clean_tiff(bytearray(tiff))
    except (struct.error, IndexError, KeyError, Damaged):
        return None


def _clean_tiff(tiff: bytearray) -> bytes:
    order = {b"II": "<", b"MM": ">"}[bytes(tiff[:2])]
    if struct.unpack_from(f"{order}H", tiff, 2)[0] != 42:
        raise Damaged("no TIFF")
    seen: set[int] = set()
    (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
    while directory and directory not in seen and len(seen) < 16:
        seen.add(directory)
        directory = _clean_directory(tiff, directory, order)
    return bytes(tiff)


def _clean_directory(tiff: bytearray, at: int, order: str) -> int:
    """Take the position out of one directory and return where the next one lies."""
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    end = at + 2 + 12 * count
    (following,) = struct.unpack_from(f"{order}I", tiff, end)
    entry = at + 2
    while entry < end:
        tag, _, _, value = struct.unpack_from(f"{order}HHII", tiff, entry)
        if tag != _GPS:
            entry += 12
            continue
        _blank_directory(tiff, value, order)
        # The entries behind it and the pointer to the next directory move up; what they point to stays in its place.
        tiff[entry : end + 4] = tiff[entry + 12 : end + 4] + bytes(12)
        end -= 12
        count -= 1
        struct.pack_into(f"{order}H", tiff, at, count)
    return int(following)


def _blank_directory(tiff: bytearray, at: int, order: str) -> None:
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    length = 2 + 12 * count + 4
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        _, kind, number, value = struct.unpack_from(f"{order}HHII", tiff, entry)
        size = _SIZES.get(kind, 1) * number
        if size > 4:
            _blank(tiff, value, size)
    _blank(tiff, at, length)


def _blank(tiff: bytearray, at: int, length: int) -> None:
    if at + length > len(tiff) + 4:  # the last pointer is left out by some cameras
        raise Damaged("points outside")
    end = min(at + length, len(tiff))
    tiff[at:end] = bytes(end - at)


# ------------------------------------------------------------------------------------------------------------- JPEG

_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)


def _clean_jpeg(content: bytes) -> bytes:
    """Blocks one by one up to the end of the picture: what phones hang behind it holds a position of its own."""
    if content[:2] != b"\xff\xd8":
        raise Damaged("no JPEG")
    kept = [content[:2]]
    at = 2
    while True:
        marker = _MARKER.search(content, at)
        if marker is None:
            raise Damaged("cut off")
        kept.append(content[at : marker.start()])
        if marker[1] == b"\xd9":
            kept.append(b"\xff\xd9")
            return b"".join(kept)
        start = marker.end()
        if marker[1] == b"\x01":
            kept.append(b"\xff\x01")
            at = start
            continue
        (length,) = struct.unpack_from(">H", content, start)
        if length < 2 or start + length > len(content):
            raise Damaged("cut off")
        kept.append(_clean_segment(marker[1], content[start + 2 : start + length]))
        at = start + length


def _clean_segment(marker: bytes, body: bytes) -> bytes:
    if marker == b"\xe1" and body.startswith(_EXIF):
        cleaned = clean_exif(body[len(_EXIF) :])
        if cleaned is None:
            return b""
        body = _EXIF + cleaned
    elif marker == b"\xe1" and body.startswith(_XMP) and _tells_position(body):
        return b""
    elif marker == b"\xe2" and body.startswith(b"MPF\0"):
        return b""  # a list of the pictures hung behind this one
    return b"\xff" + marker + struct.pack(">H", len(body) + 2) + body


def _tells_position(xmp: bytes) -> bool:
    return b"GPS" in xmp or b"location" in xmp.lower() or b"xmp/extension" in xmp


# -------------------------------------------------------------------------------------------------------------- PNG


def _clean_png(content: bytes) -> bytes:
    if content[:8] != b"\x89PNG\r\n\x1a\n":
        raise Damaged("no PNG")
    kept = [content[:8]]
    for name, body in _png_chunks(content):
        if name == b"eXIf":
            cleaned = clean_exif(body)
            if cleaned is None:
                continue
            body = cleaned
        elif name in (b"tEXt", b"zTXt", b"iTXt") and _text_tells_position(name, body):
            continue
        kept.append(struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)))
    return b"".join(kept)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while True:
        length, name = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, at + 8 + length)
        if checksum != zlib.crc32(name + body):
            raise Damaged("checksum")
        yield name, body
        if name == b"IEND":
            return
        at += 12 + length


def _text_tells_position(name: bytes, body: bytes) -> bool:
    keyword, _, text = body.partition(b"\0")
    if keyword.lower().startswith(b"raw profile type"):
        return True  # EXIF or XMP as hexadecimal digits, by ImageMagick
    packed = name == b"zTXt" or (name == b"iTXt" and text[:1] == b"\1")
    return keyword == b"XML:com.adobe.xmp" and (packed or _tells_position(text))


# ------------------------------------------------------------------------------------------------------------- WebP


def _clean_webp(content: bytes) -> bytes:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise Damaged("no WebP")
    kept: list[tuple[bytes, bytes]] = []
    for name, body in _riff_chunks(content):
        if name == b"EXIF":
            prefix = _EXIF if body.startswith(_EXIF) else b""
            cleaned = clean_exif(body[len(prefix) :])
            if cleaned is None:
                continue
            body = prefix + cleaned
        elif name == b"XMP " and _tells_position(body):
            continue
        kept.append((name, body))
    names = {name for name, _ in kept}
    flags = 0xFF & ~(0 if b"EXIF" in names else 0x08) & ~(0 if b"XMP " in names else 0x04)
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + (bytes([body[0] & flags]) + body[1:] if name == b"VP8X" else body)
        + b"\0" * (len(body) % 2)
        for name, body in kept
    )  # fmt: skip
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _riff_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    (size,) = struct.unpack_from("<I", content, 4)
    end = size + 8
    if end > len(content) + 1:
        raise Damaged("cut off")
    at = 12
    while at + 8 <= end:
        name, length = struct.unpack_from("<4sI", content, at)
        if at + 8 + length > len(content):
            raise Damaged("cut off")
        yield name, content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
