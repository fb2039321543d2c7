"""What a file is, by its content."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudhif_media.contents import media_type


def archive(*names: str, first: tuple[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        if first:
            made.writestr(*first)
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xd8\xff\xe1 Exif", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"GIF89a", "image/gif"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypqt  ", "video/quicktime"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        ("قائمة الحضور\nزينب كاظم\n".encode(), "text/plain"),
        (archive("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            archive("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.text")),
            "application/vnd.oasis.opendocument.text",
        ),
    ],
)
def test_a_file_is_told_by_its_first_bytes(content, expected):
    assert media_type(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"MZ\x90\0",
        b"\x7fELF",
        b"<!doctype html><script>",
        b"<svg xmlns=",
        b"  <?xml version='1.0'?><svg>",
        b"<script>alert(1)</script>",
        archive("word/document.xml", "word/vbaProject.bin"),
        archive("anything.exe"),
        archive("x", first=("mimetype", "text/html")),
        b"PK\x03\x04 cut off",
        b"\0\1\2\3",
    ],
)
def test_programs_pages_archives_and_macros_are_not_taken(content):
    assert media_type(content) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_told_without_an_error(content):
    media_type(content)
    media_type(b"PK\x03\x04" + content)
