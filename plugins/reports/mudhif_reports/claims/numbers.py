"""Numbers as people write them: figures, English and Arabic number words, and words that make them approximate."""

from __future__ import annotations

import re

from ..folding import any_of, plain

_EN_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
    **{"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
}
_AR_UNITS: dict[int, tuple[str, ...]] = {
    1: ("واحد", "أحد", "إحدى"),
    2: ("اثنان", "اثنين", "اثنا", "اثني", "اثنتا", "اثنتي"),
    3: ("ثلاثة", "ثلاث"),
    4: ("أربعة", "أربع"),
    5: ("خمسة", "خمس"),
    6: ("ستة", "ست"),
    7: ("سبعة", "سبع"),
    8: ("ثمانية", "ثماني"),
    9: ("تسعة", "تسع"),
}
_AR_TENS: dict[int, tuple[str, ...]] = {
    20: ("عشرون", "عشرين", "العشرين"),
    30: ("ثلاثون", "ثلاثين"),
    40: ("أربعون", "أربعين"),
    50: ("خمسون", "خمسين", "الخمسين"),
    60: ("ستون", "ستين"),
    70: ("سبعون", "سبعين"),
    80: ("ثمانون", "ثمانين"),
    90: ("تسعون", "تسعين"),
}
_EN_BOTH = ((ten, unit, dash) for ten in _EN_TENS for unit in range(1, 10) for dash in "- ")
_AR_TEENS = ((unit, word, ten) for unit, forms in _AR_UNITS.items() for word in forms for ten in ("عشر", "عشرة"))
_AR_BOTH = (
    (ten + unit, f"{one} و{word}")
    for ten, words in _AR_TENS.items()
    for word in words
    for unit, ones in _AR_UNITS.items()
    for one in ones
)
WORDS: dict[str, int] = {
    **{word: number for number, word in enumerate(_EN_SMALL)},
    **_EN_TENS,
    **{f"{ten}{dash}{_EN_SMALL[unit]}": _EN_TENS[ten] + unit for ten, unit, dash in _EN_BOTH},
    **{plain(word): number for number, forms in _AR_UNITS.items() if number > 2 for word in forms},
    **{plain(word): number for number, forms in _AR_TENS.items() for word in forms},
    **{plain(f"{word} {ten}"): 10 + unit for unit, word, ten in _AR_TEENS},
    **{plain(text): number for number, text in _AR_BOTH},
    **{plain(word): number for word, number in (("عشرة", 10), ("عشر", 10), ("مائة", 100), ("مئة", 100))},
}
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}}|(?<![^\W\d_]){any_of(WORDS)}(?![^\W\d_]))"
_NEAR = (
    "about",
    "around",
    "approximately",
    "roughly",
    "some",
    "circa",
    "قرابة",
    "حوالي",
    "نحو",
    "ما يقارب",
    "تقريبا",
    "زهاء",
)
_BELOW = ("nearly", "almost", "close to", "up to", "fewer than", "less than", "أقل من", "ما يقرب من")
_ABOVE = (
    "over",
    "more than",
    "at least",
    "exceeding",
    "above",
    "upwards of",
    "أكثر من",
    "يفوق",
    "تجاوز",
    "ما يزيد على",
    "ما يزيد عن",
)
APPROXIMATE = rf"(?:(?P<near>{any_of(_NEAR)})|(?P<below>{any_of(_BELOW)})|(?P<above>{any_of(_ABOVE)}))\s+(?:the\s+)?"


def value_of(text: str) -> int | None:
    """The number that a figure or a number word stands for.

    >>> value_of("1,250"), value_of("Twenty-four"), value_of("09")
    (1250, 24, 9)
    >>> value_of(plain("خمسة عشر")), value_of(plain("أربعة وعشرون")), value_of(plain("عشرون"))
    (15, 24, 20)
    """
    folded = " ".join(text.casefold().split())
    if folded[:1].isdigit():
        return int(folded.replace(",", ""))
    return WORDS.get(folded)


def interval(value: int, match: re.Match[str]) -> tuple[int, int]:
    """What an approximate number allows: a tenth around it, a sixth below it, or half as much again above it."""
    groups = match.groupdict()
    if groups.get("near"):
        return value - max(1, value // 10), value + max(1, value // 10)
    if groups.get("below"):
        return value - max(1, value // 6), value
    if groups.get("above"):
        return value, value + value // 2
    return value, value
