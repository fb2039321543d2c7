"""Phones as people and spreadsheets write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudhif.domain import phones
from mudhif.domain.phones import read_phone


@pytest.mark.parametrize(
    "text",
    ["07801234567", "7801234567", "+964 780 123 4567", "00964-780-123-4567", "9647801234567", "٠٧٨٠١٢٣٤٥٦٧",
     "۰۷۸۰۱۲۳۴۵۶۷", "0780/1234567", "7801234567.0", "07801234567 / 07711234567", "07801234567 و 07711234567"],
)  # fmt: skip
def test_every_way_to_write_a_mobile_compares_as_one(text):
    assert read_phone(text).e164 == "+9647801234567"


@pytest.mark.parametrize("text", ["", " ", "-", "لا يوجد", "N/A"])
def test_a_mark_for_nothing_is_no_phone(text):
    assert read_phone(text) is None


@pytest.mark.parametrize("text", ["7.80123E+09", "7,80123e9", "٧٫٨٠١٢٣E+٠٩"])
def test_a_number_that_the_spreadsheet_cut_is_told(text):
    assert read_phone(text).problem == phones.CUT


def test_a_mobile_that_lacks_digits_is_told_with_their_number():
    phone = read_phone("0780 1234")
    assert (phone.problem, phone.digits) == (phones.WRONG_LENGTH, 8)


def test_a_landline_that_cannot_be_checked_is_kept_as_written():
    phone = read_phone("066 12345")
    assert (phone.text, phone.e164, phone.problem, phone.doubt) == ("066 12345", None, None, phones.UNUSUAL)


def test_words_are_no_phone():
    assert read_phone("ask Ali").problem == phones.NO_NUMBER


@given(st.text())
def test_no_text_breaks_the_reading(text):
    phone = read_phone(text)
    assert phone is None or phone.e164 is None or phone.e164.startswith("+")
