"""Files are examined in a process of their own, and kept once."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from mudhif_media import files
from mudhif_media.files import FileRefused, examine, examine_path, plain_name

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def jpeg_with_position() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 3.0, 4.0)})
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#0d5953").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def test_a_picture_is_measured_and_loses_its_position():
    examined = examine(jpeg_with_position(), "IMG_0001.JPG")
    assert (examined.media_type, examined.width, examined.height) == ("image/jpeg", 40, 30)
    assert not Image.open(io.BytesIO(examined.content)).getexif().get_ifd(0x8825)


def test_the_smallest_png_is_taken():
    assert examine(PIXEL, "photo.png").content == PIXEL


def test_the_name_says_nothing_of_what_a_file_is():
    assert examine(PIXEL, "list.pdf").media_type == "image/png"
    with pytest.raises(FileRefused, match=r"photo\.png is not a kind of file"):
        examine(b"MZ\x90\0\x03", "photo.png")


def bomb() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (PIXEL[:-20], "damaged"),
        (jpeg_with_position()[:-200], "damaged"),
        (bomb(), "pixels"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "convert"),
        (b"<html><script>alert(1)</script>", "kind"),
    ],
)
def test_what_is_not_taken_says_why(content, reason):
    with pytest.raises(FileRefused) as refused:
        examine(content, "x.jpg")
    assert refused.value.reason == reason
    assert "x.jpg" in str(refused.value)


def test_a_file_that_holds_its_reader_up_is_given_up(monkeypatch):
    monkeypatch.setattr(files, "SECONDS", 0.001)  # no reader is as fast
    with pytest.raises(FileRefused) as refused:
        examine(PIXEL, "x.png")
    assert refused.value.reason == "damaged"


def test_a_file_that_is_not_there_or_a_folder_is_named(tmp_path: Path):
    for path in (tmp_path / "none.jpg", tmp_path):
        with pytest.raises(FileRefused, match="no file"):
            examine_path(path)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\photos\صورة.jpg", "صورة.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\0\n", "file"),
        ("x" * 300, "x" * 150),
    ],
)
def test_a_name_is_made_plain(given, expected):
    assert plain_name(given) == expected
