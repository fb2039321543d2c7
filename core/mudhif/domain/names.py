"""How a name is folded, cut into words and compared, in Arabic and in Latin letters.

Nothing here is ever shown or stored as somebody's name: names stay as they were written. What comes out is only
for finding. Source: UAX #15 for the forms of Unicode (which folds neither ة nor ى nor Kurdish letters); the
skeleton follows Hassanat and Altarawneh, "Rule- and Dictionary-based Solution for Variations in Written Arabic
Names in Social Networks, Big Data, Accounting Systems and Large Databases" (2014, arXiv 1502.05441).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳٵ", "ا"),
        **dict.fromkeys("ىئیېێے", "ي"),
        **dict.fromkeys("ؤۆۇ", "و"),
        **dict.fromkeys("ةۀەھہ", "ه"),
        **dict.fromkeys("کگڭ", "ك"),
        **dict(zip("چژپڤڕڵ", "جزبفرل", strict=True)),
        **dict.fromkeys("ءـ'’‘ʼʿʾ`´", ""),
        **{chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)},
        # Latin letters that Unicode does not take apart into a letter and a mark.
        **{"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"},
    }
)
# Kurdish writes a carrier before an initial vowel (ئاراس): the vowel is the letter, not the carrier.
_CARRIER = re.compile(r"(?<!\w)ئ(?=[اوىيیۆۇېێ])")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_LATIN = re.compile(r"[^\W\d_]")

_PARTICLES = frozenset(["بن", "ابن", "بنت", "bin", "ibn", "bint", "ben"])
_ARTICLES = frozenset(["al", "el", "ال"])
_SERVANT = re.compile(r"abd(?:u|ush|esh|[aeou][lrsztdn])?|عبد")
_KUNYA = {"abu": "abu", "abo": "abu", "abou": "abu", "um": "um", "umm": "um", "om": "um", "oum": "um"}
_KUNYA |= {"ابو": "ابو", "ام": "ام"}
# Names that begin with the letters of the article and have none. The others are only found a little more widely.
_NO_ARTICLE = """
الهام الياس الاء الين elham elias ilyas alfred albert alwan alina aleena alice alisa alissa alexander alexandra
elena elisa elissa elise elizabeth elinor elmira elnaz
"""
_WITHOUT_ARTICLE = frozenset(_NO_ARTICLE.split())


def fold(text: str) -> str:
    """The text with all that people write in several ways made one: for comparing, never for showing.

    Folding twice is folding once. Double letters stay: Ammar and Amar sound alike, they are not equal.

    >>> fold("أحمد  مُصْطَفَى"), fold("Al-Ḥusayn O’Brien"), fold("٠٧٨٠"), fold("ئاراس")
    ('احمد مصطفي', 'al husayn obrien', '0780', 'اراس')
    """
    return " ".join(filter(None, map(_fold_word, text.split())))


@lru_cache(maxsize=16384)
def _fold_word(text: str) -> str:
    """By words, for names are made of the same few thousand; what comes out may hold spaces where hyphens were."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(_plain(char) for char in _CARRIER.sub("", text).translate(_LETTERS))
    # Taken apart only now: the table must see أ and ئ whole.
    text = "".join(_plain(char) for char in unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category[0] in "LN":
        return char
    return "" if category[0] == "M" or category == "Cf" else " "


def script(text: str) -> str:
    """The letters that a text is written in: ``"ar"``, ``"la"``, or ``""`` where it has none of either.

    >>> script("زينب كاظم"), script("Zainab"), script("0780")
    ('ar', 'la', '')
    """
    if _ARABIC.search(re.sub(r"\d", "", text)):
        return "ar"
    return "la" if _LATIN.search(text) else ""


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of a name, each as the forms by which it may be looked for, the plainest form first.

    The article may be written or not, and servant names (Abd al-X) and Abu X, Umm X are one word however they are
    spaced. *bin*, *ibn* and their like are left out where anything else is there.

    >>> words("Abd al-Rahman bin Ali Al-Jubouri")
    (('abdrahman', 'abdalrahman'), ('ali',), ('jubouri', 'aljubouri'))
    >>> words("عبدالرحمن"), words("عبد الرحمن") == words("عبدالرحمن"), words("إلهام الجبوري")
    ((('عبدرحمن', 'عبدالرحمن'),), True, (('الهام',), ('جبوري', 'الجبوري')))
    """
    parts = fold(text).split()
    kept = [part for part in parts if part not in _PARTICLES] or parts
    found: list[tuple[str, ...]] = []
    while kept:
        word = kept.pop(0)
        if word in _ARTICLES and kept:
            word += kept.pop(0)
        elif kept and (word in _KUNYA or _SERVANT.fullmatch(word)):
            word = _KUNYA.get(word, word)
            if kept[0] in _ARTICLES and len(kept) > 1:
                word += kept.pop(0)
            word += kept.pop(0)
        found.append(_forms(word))
    return tuple(found)


_SHORTENINGS = (
    re.compile(r"(عبد)ال(.{2,})"),
    re.compile(r"(abd)[aeou]l(.{2,})"),
    re.compile(r"(abd)[aeou]([rsztdn])(?=\2)(.{2,})"),  # Abdurrahman: the article sounds like the letter after it
    re.compile(r"(ابو)ال(.{3,})"),
    re.compile(r"(abu|um)[ae]l(.{3,})"),
    re.compile(r"()(?:ال|al|el)(.{3,})"),
)


@lru_cache(maxsize=16384)
def _forms(word: str) -> tuple[str, ...]:
    if word not in _WITHOUT_ARTICLE:
        for shortening in _SHORTENINGS:
            if match := shortening.fullmatch(word):
                return match.group(1) + match.groups()[-1], word
    return (word,)


def name_key(text: str) -> tuple[str, ...]:
    """What two spellings of one name in one script have in common: the plainest form of each word, in order.

    >>> name_key("Zainab Al Jubouri") == name_key("zainab aljubouri"), name_key("محمد") == name_key("محمود")
    (True, False)
    """
    return tuple(forms[0] for forms in words(text))


_DIGRAPHS = re.compile("kh|gh|sh|th|dh|zh|ph|ch")
_DIGRAPH_CLASS = {"kh": "k", "gh": "k", "sh": "s", "th": "t", "dh": "d", "zh": "d", "ph": "f", "ch": "j"}
_CLASSES = str.maketrans(
    {
        **dict(zip("تطثدضذظزسصشحهخكقغجبفرلمن", "tttdddddssshhkkkkjbfrlmn", strict=True)),
        **dict.fromkeys("gqc", "k"),
        **{"z": "d", "p": "b", "v": "f", "x": "ks"},
        **dict.fromkeys("اويعaeiouwy", ""),
    }
)
_INITIALS = {"و": "w", "ي": "y", "w": "w", "y": "y"}
_DOUBLES = re.compile(r"(.)\1+")


@lru_cache(maxsize=8192)
def skeleton(word: str) -> str:
    """The consonants of one folded word, in classes that both scripts share: it proposes, a person decides.

    It finds more than it should, by design: محمد and محمود have one skeleton, and so have Ali and Layla.

    >>> skeleton("زينب"), skeleton("zaynab"), skeleton("فاطمه"), skeleton("fatimah"), skeleton("يوسف"), skeleton("ايه")
    ('dnb', 'dnb', 'ftm', 'ftm', 'ysf', 'a')
    """
    if not word:
        return ""
    first = _INITIALS.get(word[0], "")
    rest = _DIGRAPHS.sub(lambda match: _DIGRAPH_CLASS[match.group()], word[1:] if first else word)
    bones = _DOUBLES.sub(r"\1", first + rest.translate(_CLASSES))
    if len(bones) > 1 or word[0] not in "hهح":
        bones = bones.removesuffix("h")
    return bones or "a"
