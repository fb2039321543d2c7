"""A QR code that was made here is read again by another library."""

from __future__ import annotations

import io

import pytest

from mudhif.services import qr

zxingcpp = pytest.importorskip("zxingcpp")
TICKET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 4 + "ABCDEFGHIJKLM"


def read_png(png: bytes) -> list[str]:
    from PIL import Image

    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))]


@pytest.mark.parametrize("length", [1, 20, 21, 61, 62, 90, 122, 141, 154, 155, 366, 367, 600, 900])
def test_a_code_of_capitals_is_read_back_at_every_size(length):
    text = (TICKET * 7)[:length]
    assert read_png(qr.qr_png(text, module_px=4)) == [text]


@pytest.mark.parametrize("length", [1, 14, 15, 106, 152, 412, 413])
def test_a_code_in_bytes_is_read_back_at_every_size(length):
    text = ("http://192.168.1.10:8000/r/hall-3?" * 20)[:length]
    assert read_png(qr.qr_png(text, module_px=4)) == [text]


def test_arabic_text_is_read_back():
    assert read_png(qr.qr_png("WIFI:T:WPA;S:شبكة القاعة;P:مرحبا 123;;")) == ["WIFI:T:WPA;S:شبكة القاعة;P:مرحبا 123;;"]


def test_a_ticket_stays_in_the_small_alphanumeric_code():
    assert len(qr.qr_matrix(TICKET)) == 41  # version 6
    assert len(qr.qr_matrix(TICKET.lower())) > 41


def test_the_path_draws_each_dark_module_once():
    matrix = qr.qr_matrix(TICKET)
    drawn = sum(int(run.split("h")[1].split("v")[0]) for run in qr.qr_path(matrix).split("M")[1:])
    assert drawn == sum(map(sum, matrix))


def test_a_label_cannot_break_out_of_the_drawing():
    assert '"><script>' not in qr.qr_svg("1", label='"><script>')
