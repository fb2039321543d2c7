"""Dates, times and numbers, as a page writes them in either language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import render_template_string

from mudhif.services.settings import set_event_setting
from mudhif.storage.store import write
from mudhif.web.pages import words

STARTS = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
EVENT = SimpleNamespace(
    starts=STARTS, ends=STARTS + timedelta(hours=4), timezone="Asia/Baghdad", venue="Ishtar Hall", city="Nasiriyah"
)


@pytest.fixture(params=["en", "ar"])
def lang(request, app):
    """Inside a page of each language."""
    with app.test_request_context(f"/?lang={request.param}"):
        yield request.param


def test_a_day_has_iraqi_months_in_arabic_and_latin_digits(lang):
    said = {"en": "Thursday 26 November 2026", "ar": "الخميس 26 تشرين الثاني 2026"}
    assert words.day(STARTS, "Asia/Baghdad") == said[lang]


def test_a_range_is_written_in_words_never_with_a_dash(lang):
    said = {
        "en": "Thursday 26 November 2026, 09:00 to 13:00",
        "ar": "الخميس 26 تشرين الثاني 2026، من 09:00 إلى 13:00",
    }
    assert words.span(EVENT) == said[lang]


def test_a_place_is_joined_by_the_comma_of_its_language(lang):
    assert words.place(EVENT) == {"en": "Ishtar Hall, Nasiriyah", "ar": "Ishtar Hall، Nasiriyah"}[lang]


@pytest.mark.parametrize(
    ("days", "english", "arabic"),
    [(1, "1 day", "يوم واحد"), (2, "2 days", "يومين"), (5, "5 days", "5 أيام"), (11, "11 days", "11 يومًا"),
     (100, "100 days", "100 يوم"), (103, "103 days", "103 أيام")],
)  # fmt: skip
def test_the_days_that_are_left_follow_the_plurals_of_the_language(lang, days, english, arabic):
    assert words.until(EVENT, STARTS - timedelta(days=days))[1] == {"en": english, "ar": arabic}[lang]


def test_until_counts_the_days_of_the_venue_not_of_utc(app):
    late_evening = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # 00:30 of the 25th in Baghdad
    with app.test_request_context("/?lang=en"):
        assert words.until(EVENT, late_evening) == ("begins in", "1 day")
        assert words.until(EVENT, STARTS - timedelta(hours=1)) == ("today at", "09:00")
        assert words.until(EVENT, STARTS + timedelta(hours=1)) == ("now, since", "09:00")
        assert words.until(EVENT, EVENT.ends) == ("was on", words.day(STARTS, "Asia/Baghdad", "short"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("+9647801124471", "0780 112 4471"), ("07801124471", "0780 112 4471"), ("+49 30 1234", "+49 30 1234"), (None, "")],
)
def test_an_iraqi_mobile_is_grouped_as_people_read_it_and_others_are_left(text, shown):
    assert words.phone(text) == shown


@pytest.mark.parametrize(("name", "tag"), [("زينب", "ar"), ("Zainab", "en"), (None, "en")])
def test_a_name_carries_the_language_of_its_letters(name, tag):
    assert words.script(name) == tag


def test_numbers_are_parted_by_thousands_and_truth_is_no_number():
    assert (words.figure(12345), words.figure(None), words.figure("0044")) == ("12,345", "", "0044")


def test_a_short_day_carries_its_year_where_it_is_not_this_one(app):
    with app.test_request_context("/?lang=en"):
        this = datetime.now(UTC).replace(month=6, day=15, hour=9)
        assert words.day(this, "Asia/Baghdad", "short").endswith("15 June")
        assert words.day(datetime(2024, 3, 7, 6, tzinfo=UTC), "Asia/Baghdad", "short") == "Thu 7 March 2024"


@pytest.fixture
def arabic_digits(app):
    write(set_event_setting, None, "core", "digits", "arab")


def test_where_the_installation_says_so_arabic_has_its_own_digits_and_english_keeps_its(app, arabic_digits):
    with app.test_request_context("/?lang=ar"):
        assert words.span(EVENT) == "الخميس ٢٦ تشرين الثاني ٢٠٢٦، من ٠٩:٠٠ إلى ١٣:٠٠"
        assert words.figure(12345) == "١٢٬٣٤٥"
        assert words.until(EVENT, STARTS - timedelta(days=5))[1] == "٥ أيام"
    with app.test_request_context("/?lang=en"):
        assert words.span(EVENT) == "Thursday 26 November 2026, 09:00 to 13:00"
        assert words.figure(12345) == "12,345"


def test_the_number_of_a_sentence_in_a_template_has_the_digits_of_the_page(app, arabic_digits):
    with app.test_request_context("/?lang=ar"):
        page = render_template_string('{{ ngettext("%(num)s day", "%(num)s days", 5) }}')
    assert page == "٥ أيام"


def test_a_phone_number_keeps_its_digits(app, arabic_digits):
    with app.test_request_context("/?lang=ar"):
        assert words.phone("+9647801124471") == "0780 112 4471"
