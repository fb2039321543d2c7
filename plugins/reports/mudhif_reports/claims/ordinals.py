"""Which of its series an event is: ordinals bound to a head noun, in words, figures and Arabic, misspelt ones too.

An ordinal counts only before (in Arabic after) the noun that it numbers, and only where the text speaks of this
event: "the first was held in Amman in May" numbers another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from ..documents import Document, Line, sentences
from ..folding import any_of, plain, words
from ..hookspecs import Claim
from .dates import MONTHS, DateSpan, event_date, find_dates
from .times import find_ranges

_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_TEENS = (
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
ENGLISH = {word: number for number, word in enumerate((*_UNITS, *_TEENS), 1)}
ENGLISH |= {f"twenty-{word}": 20 + number for number, word in enumerate(_UNITS[:9], 1)}
_ARABIC_STEMS = (
    ("الأول", "الأولى"),
    ("الثاني", "الثانية"),
    ("الثالث", "الثالثة"),
    ("الرابع", "الرابعة"),
    ("الخامس", "الخامسة"),
    ("السادس", "السادسة"),
    ("السابع", "السابعة"),
    ("الثامن", "الثامنة"),
    ("التاسع", "التاسعة"),
    ("العاشر", "العاشرة"),
)
ARABIC = {plain(word): number for number, pair in enumerate(_ARABIC_STEMS, 1) for word in pair}
ARABIC |= {plain("الحادي"): 1, plain("الحادية"): 1}
_TEN = {plain("عشر"), plain("عشرة")}
_HEADS = frozenset(
    (
        *("session", "workshop", "training", "course", "meeting", "forum", "conference", "seminar", "symposium"),
        *("roundtable", "webinar", "dialogue", "event", "activity", "module", "gathering", "lecture", "summit"),
    )
)
_ARABIC_HEADS = {
    plain(word): english
    for word, english in (
        *(("جلسة", "session"), ("ورشة", "workshop"), ("دورة", "course"), ("لقاء", "meeting"), ("ندوة", "seminar")),
        *(
            ("مؤتمر", "conference"),
            ("اجتماع", "meeting"),
            ("منتدى", "forum"),
            ("محاضرة", "lecture"),
            ("فعالية", "event"),
        ),
        *(("ملتقى", "forum"), ("نشاط", "activity")),
    )
}
_ARABIC_MODIFIERS = {plain("الحوارية"): "dialogue", plain("الحواري"): "dialogue", plain("حوارية"): "dialogue"}
_ARABIC_MODIFIERS |= {plain("التدريبية"): "training", plain("التدريبي"): "training", plain("تدريبية"): "training"}
_ARABIC_PREFIX = re.compile(r"^(?:و|ف)?(?:ال|بال|لل|كال|ب|ل)?")
_STOP = frozenset(
    (
        *("of", "on", "in", "for", "and", "or", "the", "a", "an", "at", "to", "by", "with", "from", "as", "is", "was"),
        *("half", "part", "day", "phase", "round", "week", "time", "two", "three", "item", "hour", "most", "that"),
    )
)
_ARABIC_STOP = {"في", "من", "علي", "حول", "عن", "بين", "مع", "التي", "الذي", "الي", "خلال"}
_DETERMINERS = {"the", "this", "our", "its", "a"}
_NOT_MISSPELT = frozenset(
    (
        *("fist", "tent", "tenet", "teeth", "tens", "tenths", "seconds", "thirds", "sixty", "forty", "fifty", "ninety"),
        *("thirst", "north", "south", "month", "youth", "birth", "faith", "worth", "forte", "forts", "firm", "fifths"),
        *("eighty", "tenths", "fires", "thin", "seventy", "thirty", "twenty", "health", "filth", "seconded", "firsts"),
    )
)
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_TOKEN = re.compile(r"twenty-[a-z]+|[^\W_]+(?:'[^\W_]+)?", re.IGNORECASE)
_FIGURE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)$")
_NUMBERED = re.compile(
    rf"\b(?P<head>{'|'.join(sorted(_HEADS))})\s*(?:no\.?|number|nr\.?|#)?\s*\(?(?P<n>\d{{1,2}}|[ivx]{{1,4}})\)?(?![\w:%])",
    re.I,
)
_BEFORE_OTHER = re.compile(
    r"\b(?:as in|unlike|since|after|before|following|previous|preceding|next|upcoming|compared (?:to|with)"
    r"|than|earlier)"
    r"\s+(?:(?:the|our|its|a)\s+)?$|(?:بعد|قبل|خلافا ل|مقارنه ب|منذ)\s*$",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|shall|planned|upcoming|forthcoming|is to be|are to be|scheduled)\b"
    r"|(?<!\w)و?س[تين]?(?:عقد|قام|نعقد|نظم)|القادم|المقبل",
    re.I,
)
_LONG_PAST = re.compile(
    r"\bhad (?:already |then )?been\b|(?<!\w)و?كانت?\s.*\sقد\s+(?:عقد|اقيم|نظم|انعقد)", re.IGNORECASE
)
_WAS_HELD = re.compile(r"\b(?:was|were) (?:held|organi[sz]ed|conducted)\b|عقدت|اقيمت|نظمت", re.IGNORECASE)
_HELD_ELSEWHERE = re.compile(
    r"\b(?:held|took place|organi[sz]ed|conducted|convened|hosted|implemented)\s+(?:in"
    r"|at)\s+(?:the\s+)?(?P<place>[A-Z][\w'-]+)"
)
_IN_MONTH = re.compile(rf"\bin (?P<month>{any_of(month for month in MONTHS if month.isascii())})\b", re.IGNORECASE)
_OTHER_SECTIONS = {"next-steps", "recommendations"}


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    value: int
    start: int
    end: int
    head: str
    modifiers: tuple[str, ...]
    meant: str | None = None
    """The ordinal that a misspelt word stands for."""
    word: tuple[int, int] = (0, 0)


def claims_of(document: Document) -> Iterator[Claim]:
    """Ordinals with their head nouns; ``about`` is ``this`` or ``other``, ``meant`` the right spelling "
    "of a wrong one."""
    titles = {label.index: label for label in document.labels if label.role == "title"}
    own_date = event_date(document)
    for index, line in enumerate(document.lines):
        in_title, label = index == document.title, titles.get(index)
        if document.role(index) == "agenda" or _is_row(line):
            continue
        for found in _find(line.plain, numbered=in_title or label is not None):
            labelled = label is not None and label.start <= found.end <= label.end
            yield Claim(
                kind="ordinal",
                value=found.value,
                place=line.place(found.start, found.end),
                section=document.role(index),
                labelled=labelled,
                more={
                    "head": found.head,
                    "modifiers": found.modifiers,
                    "in_title": in_title,
                    "about": "this" if in_title or labelled else _about(document, index, line, found, own_date),
                    "meant": found.meant,
                    "word": line.place(*found.word).text,
                },
            )


def ordinal_in(text: str) -> int | None:
    """The ordinal of an event's title, where it has one.

    >>> ordinal_in("The Third Dialogue Session"), ordinal_in("الجلسة الحوارية الرابعة"), ordinal_in("Session No. 5")
    (3, 4, 5)
    """
    found = next(_find(plain(text), numbered=True), None)
    return found.value if found else None


def head_of(title: str) -> tuple[str | None, tuple[str, ...]]:
    """The noun that an event's title or kind numbers, with its modifiers, also where the title has no ordinal.

    >>> head_of("The Third Dialogue Session"), head_of("dialogue session"), head_of("Open day")
    (('session', ('dialogue',)), ('session', ('dialogue',)), (None, ()))
    """
    folded = plain(title)
    found = next(_find(folded, numbered=True), None)
    if found:
        return found.head, found.modifiers
    tokens = [_Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(folded)]
    for position, token in enumerate(tokens):
        word = token.text.casefold()
        following = tokens[position + 1].text.casefold() if position + 1 < len(tokens) else None
        if word in _HEADS and following not in _HEADS:
            before = tokens[position - 1].text.casefold() if position else None
            return word, (before,) if before and before not in _STOP | _DETERMINERS else ()
        if (head := _ARABIC_HEADS.get(token.text)) is not None:
            modifier = _ARABIC_MODIFIERS.get(following or "")
            return head, (modifier,) if modifier else ()
    return None, ()


def without_ordinals(text: str) -> str:
    """The plain text without its ordinal words, so that titles can be compared.

    >>> without_ordinals("The Third Dialogue Session")
    'The  Dialogue Session'
    """
    folded = plain(text)
    for token in reversed([_Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(folded)]):
        word = token.text.casefold()
        if _english_value(word) or word in ARABIC or _meant(word):
            folded = folded[: token.start] + folded[token.end :]
    return folded


def _find(text: str, *, numbered: bool) -> Iterator[_Found]:
    tokens = [_Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    found = [*_english(text, tokens), *_arabic(text, tokens)]
    if numbered and not found:
        for match in _NUMBERED.finditer(text):
            number = match.group("n").casefold()
            value = _ROMAN.get(number) or (int(number) if number.isdigit() else 0)
            if value:
                found.append(_Found(value, match.start(), match.end(), match.group("head").casefold(), ()))
    yield from sorted(found, key=lambda one: one.start)


def _english(text: str, tokens: list[_Token]) -> Iterator[_Found]:
    for position, token in enumerate(tokens):
        word = token.text.casefold()
        value, meant = _english_value(word), None
        previous = tokens[position - 1].text.casefold() if position else None
        if value is None and (previous in _DETERMINERS or _begins(text, token)):
            meant = _meant(word)
            value = ENGLISH[meant] if meant else None
        if value is None:
            continue
        head = _head_after(text, tokens, position)
        if head is None:
            continue
        start = tokens[position - 1].start if previous in _DETERMINERS else token.start
        modifiers = tuple(t.text.casefold() for t in tokens[position + 1 : head])
        yield _Found(
            value, start, tokens[head].end, tokens[head].text.casefold(), modifiers, meant, (token.start, token.end)
        )


def _head_after(text: str, tokens: list[_Token], position: int) -> int | None:
    """The index of the head noun that the ordinal numbers, at most three words on, nothing but spaces between."""
    head = None
    for index in range(position + 1, min(position + 6, len(tokens))):
        token = tokens[index]
        between = text[tokens[index - 1].end : token.start]
        word = token.text.casefold()
        if between.strip(" -") or word in _STOP or _english_value(word):
            break
        if word in _HEADS:
            head = index
        elif head is not None or index - position > 3:
            break
    return head


def _arabic(text: str, tokens: list[_Token]) -> Iterator[_Found]:
    for position, token in enumerate(tokens):
        bare = _ARABIC_PREFIX.sub("", token.text, count=1)
        head = _ARABIC_HEADS.get(token.text) or _ARABIC_HEADS.get(bare)
        if head is None:
            continue
        for index in range(position + 1, min(position + 5, len(tokens))):
            word = tokens[index].text
            if text[tokens[index - 1].end : tokens[index].start].strip():
                break
            if (value := ARABIC.get(word)) is None:
                if word in _ARABIC_STOP:
                    break
                continue
            last = index
            if index + 1 < len(tokens) and tokens[index + 1].text in _TEN:
                value, last = value + 10, index + 1
            modifiers = tuple(_ARABIC_MODIFIERS.get(t.text, t.text) for t in tokens[position + 1 : index])
            yield _Found(
                value, token.start, tokens[last].end, head, modifiers, None, (tokens[index].start, tokens[last].end)
            )
            break


def _is_row(line: Line) -> bool:
    """Whether a line begins with a range of times: what it numbers is on an agenda."""
    first = next(find_ranges(line.plain), None)
    return first is not None and not line.plain[line.body_start : first.start].strip(" \t-|(")


def _english_value(word: str) -> int | None:
    if word in ENGLISH:
        return ENGLISH[word]
    match = _FIGURE.match(word)
    return int(match.group(1)) if match and int(match.group(1)) else None


def _meant(word: str) -> str | None:
    """The ordinal that a word misspells: one slip away, or two in a long word that begins and ends alike."""
    if len(word) < 4 or word in _NOT_MISSPELT or word in ENGLISH or not word.isascii() or not word.isalpha():
        return None
    for ordinal in ENGLISH:
        distance = OSA.distance(word, ordinal, score_cutoff=2)
        if distance == 1 and word[0] == ordinal[0]:
            return ordinal
        if distance == 2 and len(word) >= 6 and word[0] == ordinal[0] and word[-2:] == ordinal[-2:]:
            return ordinal
    return None


def _begins(text: str, token: _Token) -> bool:
    before = text[: token.start].rstrip(" \t\"'(")
    return not before or before[-1] in ".:;!?-*|"


def _about(document: Document, index: int, line: Line, found: _Found, own_date: DateSpan | None) -> str:
    """Whether prose speaks of this event or of another of the series."""
    if document.role(index) in _OTHER_SECTIONS:
        return "other"
    start, end = next(((a, b) for a, b in sentences(line) if a <= found.start < b), (0, len(line.plain)))
    before, after = line.plain[start : found.start], line.plain[found.end : end]
    if (
        before.count("(") > before.count(")")
        or _BEFORE_OTHER.search(before)
        or _tells_of_another(line.plain[start:end])
    ):
        return "other"
    clause = re.split(r"\b(?:and|while|whereas|but)\s+the\b|[;)]", after, maxsplit=1)[0]
    return "other" if _has_own_date(own_date, clause) or _has_own_place(document, clause) else "this"


def _tells_of_another(sentence: str) -> bool:
    return bool(_FUTURE.search(sentence) or _LONG_PAST.search(sentence))


def _has_own_date(own: DateSpan | None, clause: str) -> bool:
    """Whether the clause dates what it numbers, and not as this event is dated."""
    dates = find_dates(clause)
    month = None if dates else _IN_MONTH.search(clause)
    if own is None:
        # Nothing to compare with: what "was held in May" is told of as something past.
        return bool(_WAS_HELD.search(clause) and (dates or month))
    if any((d.month, d.day) != (own.month, own.day) or (d.year and own.year and d.year != own.year) for d in dates):
        return True
    return month is not None and MONTHS[month.group("month").casefold()] != own.month


def _has_own_place(document: Document, clause: str) -> bool:
    match = _HELD_ELSEWHERE.search(clause)
    if not match:
        return False
    known = {word for label, line in document.labelled("place") for word in words(line.plain[label.start : label.end])}
    return bool(known) and match.group("place").casefold() not in known
