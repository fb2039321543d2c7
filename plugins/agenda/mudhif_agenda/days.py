"""Day headings of an agenda (`Day 2`, `اليوم الثاني`, `Jeudi 7 mars 2024`) and the dates in a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "january|jan|janvier|يناير|كانون الثاني",
    "february|feb|février|fevrier|فبراير|شباط",
    "march|mar|mars|مارس|آذار|اذار",
    "april|apr|avril|أبريل|ابريل|نيسان",
    "may|mai|مايو|أيار|ايار",
    "june|jun|juin|يونيو|حزيران",
    "july|jul|juillet|يوليو|تموز",
    "august|aug|août|aout|أغسطس|اغسطس|آب",
    "september|sept|sep|septembre|سبتمبر|أيلول|ايلول",
    "october|oct|octobre|أكتوبر|اكتوبر|تشرين الأول|تشرين الاول",
    "november|nov|novembre|نوفمبر|تشرين الثاني",
    "december|dec|décembre|decembre|ديسمبر|كانون الأول|كانون الاول",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_MONTH = "(?:" + "|".join(sorted((re.escape(name) for name in _MONTH_OF), key=len, reverse=True)) + r")(?!\w)\.?"
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\b\.?"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|(?:يوم\s+)?(?:ال[إا]ثنين|الثلاثاء|ال[أا]ربعاء|الخميس|الجمعة|السبت|ال[أا]حد))"
)
_DATE = re.compile(
    r"(?<!\d)(?:"
    r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})[-/.](?P<m2>\d{1,2})[-/.](?P<y2>\d{2,4})"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er)?(?:\s?-\s?\d{{1,2}})?\s+(?:of\s+)?(?P<n3>{_MONTH})"
    r"(?:,?\s+(?P<y3>\d{4})(?![\d:]))?"
    rf"|(?P<n4>{_MONTH})\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,?\s+(?P<y4>\d{{4}})(?![\d:]))?"
    r")(?!\d)\s?(?:هـ|م(?!\w))?",
    re.I,
)
_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "one|first|premier|première|الأول|الاول|الأولى",
            "two|second|deux|deuxième|الثاني|الثانية",
            "three|third|trois|troisième|الثالث|الثالثة",
            "four|fourth|quatre|quatrième|الرابع|الرابعة",
            "five|fifth|cinq|cinquième|الخامس|الخامسة",
            "six|sixth|sixième|السادس|السادسة",
            "seven|seventh|sept|septième|السابع|السابعة",
        ),
        1,
    )
    for word in words.split("|")
}
_ORDINAL = r"(?P<o{n}>\d{{1,2}}|" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + r")(?!\w)"
_DAY = re.compile(
    r"^[\s*#•|=_-]*(?:"
    r"(?:day|jour|journée)\s*(?:no\.?\s*)?[:#-]?\s*" + _ORDINAL.format(n=1) + r"|اليوم\s+[:(]?\s*"
    + _ORDINAL.format(n=2) + r"|(?:the\s+)?" + _ORDINAL.format(n=3) + r"\s+(?:day|jour|journée)(?!\w))",
    re.I,
)  # fmt: skip
_ONLY_DATE = re.compile(
    rf"^[\s*#•|=_,:()/-]*(?:(?:date|on|le|يوم|التاريخ|بتاريخ|الموافق)\b)?[\s:]*(?:{_WEEKDAY})?[\s,:()/-]*$", re.I
)
_JUST_WEEKDAY = re.compile(rf"^[\s*#•|=_-]*{_WEEKDAY}[\s:*_-]*$", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHeading:
    """The day that a line opens: by its number, by its date, or by a weekday's name alone."""

    number: int | None = None
    date: date | None = None
    to: int = 0  # where the heading ends in the line


def without_dates(folded_line: str) -> str:
    """The folded line with its dates blanked, so that no part of one is taken for a time.

    >>> without_dates("7 March 2024, 09:00")
    '            , 09:00'
    """
    return _DATE.sub(lambda m: " " * len(m[0]), folded_line)


def day_heading(folded_line: str) -> DayHeading | None:
    """The heading that a whole line is, or that it begins with; None where it is something else."""
    dates = list(_DATE.finditer(folded_line))
    if m := _DAY.match(folded_line):
        word = (m["o1"] or m["o2"] or m["o3"]).lower()
        number = int(word) if word.isdigit() else _ORDINALS[word]
        return DayHeading(number=number or None, date=_date(dates[0]) if dates else None, to=m.end())
    if len(dates) >= 1 and _ONLY_DATE.match(_DATE.sub(" ", folded_line)):
        return DayHeading(date=_date(dates[0]), to=len(folded_line))
    if _JUST_WEEKDAY.match(folded_line):
        return DayHeading(to=len(folded_line))
    return None


def _date(m: re.Match[str]) -> date | None:
    name = m["n3"] or m["n4"]
    month = _MONTH_OF.get(name.rstrip(".").lower()) if name else int(m["m"] or m["m2"])
    day = int(m["d"] or m["d2"] or m["d3"] or m["d4"])
    year = int(m["y"] or m["y2"] or m["y3"] or m["y4"] or 2000)
    try:
        return date(year + 2000 if year < 100 else year, month or 0, day)
    except ValueError:
        return None
