"""What people write of a guest, and what is understood of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudhif.domain.guests import FIELDS, read_guest, tidy

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def read(**texts):
    return read_guest({"name": "زينب كاظم"} | texts, NOW)


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("F", "f"),
        ("female", "f"),
        ("أنثى", "f"),
        ("انثى", "f"),
        ("امرأة", "f"),
        ("M", "m"),
        ("Male", "m"),
        ("ذكر", "m"),
    ],
)
def test_a_sex_is_read_in_both_languages(text, sex):
    assert read(sex=text).values["sex"] == sex


@pytest.mark.parametrize("text", ["", "-", "لم يذكر", "prefer not to say"])
def test_a_sex_that_was_not_said_stays_unknown(text):
    reading = read(sex=text)
    assert "sex" not in reading.values and not reading.problems


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    reading = read_guest({"sex": "X", "kind": "king", "phone": "7.8E+09", "email": "nobody", "birth_year": "1066"}, NOW)
    assert {problem.field for problem in reading.problems} == {"name", "sex", "kind", "phone", "email", "birth_year"}
    assert all(str(problem) for problem in reading.problems)


@pytest.mark.parametrize("name", ["زينب كاظم", "van der Berg", "McDONALD", "ali HASSAN", "O'Brien", "مُحَمَّد"])
def test_no_letter_of_a_name_is_changed(name):
    assert read_guest({"name": f"  {name} \u200f"}, NOW).guest().name == name


@pytest.mark.parametrize("name", ["123", "---", "="])
def test_a_name_needs_a_letter(name):
    assert [problem.field for problem in read_guest({"name": name}, NOW).problems] == ["name"]


def test_a_year_is_read_out_of_a_date_and_out_of_arabic_digits():
    assert [read(birth_year=t).values["birth_year"] for t in ("1990", "١٩٩٠", "01/03/1990", "1990-03-01")] == [1990] * 4


@pytest.mark.parametrize(
    ("text", "band"), [("18-24", "18-24"), ("18 – 24", "18-24"), ("60+", "60+"), ("18 to 24", "18-24")]
)
def test_an_age_band_is_read(text, band):
    assert read(age_band=text).values["age_band"] == band


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=300)))
def test_no_row_breaks_the_reading_and_none_without_a_name_passes(texts):
    reading = read_guest(texts, NOW)
    assert reading.problems or reading.guest().name == tidy(texts["name"])


@given(st.text())
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)
