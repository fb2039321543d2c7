"""How names are folded and found, in both scripts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudhif.domain.names import fold, name_key, script, skeleton, words
from mudhif.domain.names_table import ONLY_BY_TABLE, ROWS, rows_of

arabic = st.text(st.characters(min_codepoint=0x0600, max_codepoint=0x06FF) | st.sampled_from(" -ـ\u200c\u200fﷲﻻ'"))


@given(st.text() | arabic)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text() | arabic)
def test_any_text_gives_words_of_letters_and_digits_alone(text):
    for forms in words(text):
        assert all(form.isalnum() for form in forms)
        assert all(skeleton(form) for form in forms)
    script(text)


@given(arabic, st.sampled_from(["\u064b", "\u0651", "\u0640", "\u200f", "\u200c"]), st.integers(0, 20))
def test_vowel_marks_tatweel_and_invisible_marks_do_not_change_a_fold(text, mark, place):
    assert fold(text[:place] + mark + text[place:]) in (fold(text), fold(text[:place] + text[place:]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"),
        ("فاطمة", "فاطمه"),
        ("مصطفى", "مصطفي"),
        ("مؤيد", "مويد"),
        ("كريم", "کریم"),
        ("١٢٣", "۱۲۳"),
        ("ﻻ", "لا"),
        ("مُحَمَّد", "مـحـمـد"),
        ("José Ḥusayn", "jose husayn"),
        ("O’Brien", "OBRIEN"),
        ("ئاراس", "اراس"),
        ("Ja'far", "Jaʿfar"),
    ],
)
def test_spellings_that_people_mix_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize("apart", [("محمد", "محمود"), ("عمار", "عمر"), ("حسن", "حسين"), ("Ammar", "Amar")])
def test_different_names_do_not_fold_alike(apart):
    assert fold(apart[0]) != fold(apart[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("عبد الله", "عبدالله"),
        ("عبد الرحمن", "عبدالرحمن"),
        ("Abd al-Rahman", "Abdurrahman"),
        ("Abdul Rahman", "Abdelrahman"),
        ("Abu Al-Hassan", "abu hassan"),
        ("أبو الحسن", "ابوالحسن"),
        ("Um Ali", "Umm Ali"),
        ("Al Ubaidi", "Al-Ubaidi"),
        ("علي بن حسين", "علي حسين"),
        ("Zainab Jubouri", "Zainab El-Jubouri"),
    ],
)
def test_spacing_articles_and_particles_make_no_other_name(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    "whole", ["إلهام", "إلياس", "آلاء", "ألين", "Elham", "Elias", "Alfred", "Albert", "Alwan", "Alaa"]
)
def test_a_name_that_only_begins_like_the_article_keeps_its_letters(whole):
    assert words(whole) == ((fold(whole),),)


def test_abdul_is_never_a_word_of_its_own():
    assert [forms[0] for forms in words("Abdul Rahman Ali")] == ["abdrahman", "ali"]


def test_a_word_is_looked_for_with_and_without_its_article():
    assert words("الجبوري") == (("جبوري", "الجبوري"),)


def meets(one: str, other: str) -> bool:
    """Whether a search for one form finds the other by the table or, outside it, by the skeleton."""
    pairs = list(itertools.zip_longest(words(one), words(other), fillvalue=("",)))
    return all(rows_of(a[0]) & rows_of(b[0]) or skeleton(a[0]) == skeleton(b[0]) for a, b in pairs)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_spelling_is_found_from_every_other(row):
    assert all(meets(one, other) for one, other in itertools.permutations(row, 2))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_the_skeleton_alone_joins_all_spellings_but_the_starred_ones(row):
    plain = [form for form in row if form not in ONLY_BY_TABLE]
    keys = {tuple(skeleton(forms[0]) for forms in words(form)) for form in plain}
    assert len(keys) == 1


def test_names_that_sound_alike_and_are_different_stand_in_different_rows():
    for one, other in (("محمد", "محمود"), ("حسن", "حسين"), ("عمر", "عمار"), ("علي", "ليلى")):
        assert skeleton(words(one)[0][0]) == skeleton(words(other)[0][0])
        assert not rows_of(words(one)[0][0]) & rows_of(words(other)[0][0])
