"""What a file is, told by its content and never by its name. Pure."""

from __future__ import annotations

import io
import re
import zipfile

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""Pictures that browsers show and that are taken in."""

UNREADABLE_PICTURES = frozenset({"image/heic", "image/avif"})
"""Pictures from which the place cannot be removed here."""

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OFFICE_PARTS = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
}
_OPEN_DOCUMENT = re.compile(rb"application/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)")
_MPEG_AUDIO = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa\xfb]")
_MARKUP = re.compile(r"\s*<(!doctype|html|svg|script|\?xml|[a-z]+[\s>])", re.IGNORECASE)


def media_type(content: bytes) -> str | None:
    """The media type of a file; None for what is not taken in: programs, pages, archives, office files with macros.

    >>> media_type(b"%PDF-1.7 ...")
    'application/pdf'
    >>> media_type(b"<html>") is None
    True
    """
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content.startswith(b"RIFF"):
        return _RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    if content.startswith(b"PK\x03\x04"):
        return _of_zip(content)
    if _MPEG_AUDIO.match(content):
        return "audio/mpeg"
    return "text/plain" if _is_plain_text(content) else None


def _of_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if names and names[0] == "mimetype":
                declared = archive.open("mimetype").read(100)
                found = _OPEN_DOCUMENT.fullmatch(declared)
                return declared.decode("ascii") if found else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        return None
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)


def _is_plain_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    controls = any((ord(c) < 32 or c == "\x7f") and c not in "\t\n\r\f" for c in text)
    return bool(text.strip()) and not controls and not _MARKUP.match(text)
