"""The place where a picture was taken goes, and everything else of the picture stays."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mudhif_media.positions import Damaged, clean_exif, without_position

GPS, CAMERA, ORIENTATION, MOMENT = 0x8825, 0x0110, 0x0112, 0x9003
# 31.0512 N, 46.2573 E: Nasiriyah
POSITION = {1: "N", 2: (31.0, 3.0, 4.32), 3: "E", 4: (46.0, 15.0, 26.28), 29: "2024:03:07"}
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description exif:GPSLatitude="31,3.072N" xmlns:exif="http://ns.adobe.com/exif/1.0/"/></rdf:RDF></x:xmpmeta>"""


def photo(form: str, *, with_position: bool = True, xmp: bytes | None = None) -> bytes:
    exif = Image.Exif()
    exif[CAMERA], exif[ORIENTATION] = "Reed 5", 6
    exif.get_ifd(0x8769)[MOMENT] = "2024:03:07 09:30:00"
    if with_position:
        exif.get_ifd(GPS).update(POSITION)
    picture = Image.effect_noise((64, 48), 80).convert("RGB")
    out = io.BytesIO()
    more = {"xmp": xmp} if xmp and form != "PNG" else {}
    picture.save(out, form, exif=exif.tobytes(), **more)
    return out.getvalue()


def exif_of(content: bytes) -> Image.Exif:
    return Image.open(io.BytesIO(content)).getexif()


KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@pytest.mark.parametrize("form", KINDS)
def test_the_position_goes_and_camera_orientation_and_moment_stay(form):
    content = photo(form)
    assert exif_of(content).get_ifd(GPS)
    cleaned = without_position(content, KINDS[form])
    exif = exif_of(cleaned)
    assert GPS not in exif
    assert not exif.get_ifd(GPS)
    assert (exif[CAMERA], exif[ORIENTATION]) == ("Reed 5", 6)
    assert exif.get_ifd(0x8769)[MOMENT] == "2024:03:07 09:30:00"


@pytest.mark.parametrize("form", KINDS)
def test_the_figures_of_the_position_stand_nowhere_in_the_file(form):
    cleaned = without_position(photo(form), KINDS[form])
    assert b"2024:03:07\0" not in cleaned.replace(b"2024:03:07 09:30:00", b"")
    for order in "<>":
        assert struct.pack(f"{order}II", 31, 1) not in cleaned
        assert struct.pack(f"{order}II", 46, 1) not in cleaned


@pytest.mark.parametrize("form", KINDS)
def test_the_picture_itself_is_not_compressed_anew(form):
    content = photo(form)
    cleaned = without_position(content, KINDS[form])
    assert Image.open(io.BytesIO(cleaned)).tobytes() == Image.open(io.BytesIO(content)).tobytes()


@pytest.mark.parametrize("form", KINDS)
def test_a_picture_without_a_position_keeps_every_byte(form):
    content = photo(form, with_position=False)
    assert without_position(content, KINDS[form]) == content


@pytest.mark.parametrize("form", KINDS)
def test_cleaning_twice_is_cleaning_once(form):
    once = without_position(photo(form), KINDS[form])
    assert without_position(once, KINDS[form]) == once


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_an_xmp_block_that_tells_the_position_goes_whole(form):
    content = photo(form, xmp=XMP)
    assert b"GPSLatitude" in content
    cleaned = without_position(content, KINDS[form])
    assert b"GPSLatitude" not in cleaned
    Image.open(io.BytesIO(cleaned)).load()


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_an_xmp_block_without_a_position_stays(form):
    plain = XMP.replace(b'exif:GPSLatitude="31,3.072N"', b'exif:ISO="100"')
    content = photo(form, with_position=False, xmp=plain)
    assert without_position(content, KINDS[form]) == content


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize(
    "chunk",
    [
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP)),
        png_chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n 20\n45786966")),
        png_chunk(b"tEXt", b"Raw profile type APP1\0 45786966"),
    ],
    ids=["xmp", "packed xmp", "ImageMagick, packed", "ImageMagick"],
)
def test_what_programs_hide_in_the_text_of_a_png_goes_too(chunk):
    content = photo("PNG", with_position=False)
    end = content.rindex(png_chunk(b"IEND", b""))
    assert without_position(content[:end] + chunk + content[end:], "image/png") == content


def test_a_second_picture_hung_behind_a_jpeg_goes_with_its_position():
    content = photo("JPEG", with_position=False)
    assert without_position(content + photo("JPEG"), "image/jpeg") == content


def test_a_progressive_jpeg_is_followed_to_its_end():
    out = io.BytesIO()
    Image.effect_noise((300, 200), 90).convert("RGB").save(out, "JPEG", progressive=True)
    assert without_position(out.getvalue(), "image/jpeg") == out.getvalue()


def test_an_exif_block_that_cannot_be_read_goes_whole():
    assert clean_exif(b"II*\0\xff\xff\xff\0") is None
    content = photo("JPEG")
    at = content.index(b"Exif\0\0") + 6
    broken = content[:at] + b"XX" + content[at + 2 :]
    cleaned = without_position(broken, "image/jpeg")
    assert b"Exif\0\0" not in cleaned
    Image.open(io.BytesIO(cleaned)).load()


@pytest.mark.parametrize("form", KINDS)
@given(cut=st.integers(20, 400))
def test_a_picture_that_is_cut_off_is_said_to_be_damaged(form, cut):
    content = photo(form, with_position=False)
    with pytest.raises(Damaged):
        without_position(content[:-cut], KINDS[form])


@given(st.binary(max_size=400))
def test_any_bytes_as_an_exif_block_give_a_block_or_nothing(block):
    for start in (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b""):
        cleaned = clean_exif(start + block)
        assert cleaned is None or len(cleaned) == len(start + block)


@given(st.binary(max_size=300), st.sampled_from(sorted(KINDS)), st.integers(0, 60), st.binary(min_size=1, max_size=4))
def test_a_picture_with_changed_bytes_is_cleaned_or_refused_and_nothing_else(tail, form, place, changed):
    content = bytearray(photo(form))
    content[place : place + len(changed)] = changed
    with contextlib.suppress(Damaged):
        without_position(bytes(content) + tail, KINDS[form])


def test_other_kinds_of_file_stay_as_they_are():
    assert without_position(b"%PDF-1.7 GPS", "application/pdf") == b"%PDF-1.7 GPS"


def test_the_pure_parts_import_nothing_of_mudhif():
    for name in ("positions.py", "contents.py"):
        source = (Path(__file__).parents[1] / "mudhif_media" / name).read_text()
        assert "import mudhif" not in source
        assert "from mudhif" not in source
