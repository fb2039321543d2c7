"""Text made comparable, with the way back to the words as they were typed.

Real reports mix presentation forms, marks of direction, three kinds of digits and five kinds of dashes. A check
compares the plain form and quotes the original. Source: research on finished reports; Unicode NFKC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_DROPPED = frozenset(
    [chr(c) for c in range(0x200B, 0x2010)]  # zero widths and marks of direction
    + [chr(c) for c in range(0x202A, 0x202F)]
    + [chr(c) for c in range(0x2066, 0x206A)]
    + ["\ufeff", "\u0640", "\u0670", "\u00ad"]  # byte order mark, tatweel, small alef, soft hyphen
    + [chr(c) for c in range(0x064B, 0x0656)]  # tashkeel
)
_MAPPED = {
    **{chr(0x0660 + d): str(d) for d in range(10)},
    **{chr(0x06F0 + d): str(d) for d in range(10)},
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u06d4", "-"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys("أإآٱ", "ا"),
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "،": ",",
    "؛": ";",
    "٫": ".",
    "٬": ",",
    "٪": "%",
    "：": ":",
    "\t": "\t",
}
_LETTER = re.compile(r"[^\W\d_]")
_ARABIC = re.compile(r"[\u0620-\u06ff]")
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def _plain_char(char: str) -> str:
    if char in _DROPPED:
        return ""
    if char in _MAPPED:
        return _MAPPED[char]
    out = []
    for part in unicodedata.normalize("NFKC", char):
        part = _MAPPED.get(part, part)
        if part in _DROPPED:
            continue
        out.append(" " if part != "\t" and (part.isspace() or unicodedata.category(part) == "Cc") else part)
    return "".join(out)


def plain_with_offsets(text: str) -> tuple[str, tuple[int, ...]]:
    """The comparable form of a text, and for each of its characters the index of the one that it came from."""
    chars: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(text):
        for part in char if char.isascii() and char.isprintable() else _plain_char(char):
            chars.append(part)
            offsets.append(index)
    return "".join(chars), tuple(offsets)


def plain(text: str) -> str:
    """The comparable form of a text; case is kept.

    >>> plain("الجلسة الثّانية ١٥ – “x”")
    'الجلسه الثانيه 15 - "x"'
    """
    return plain_with_offsets(text)[0]


def words(text: str) -> list[str]:
    """The words of a text, plain and without case.

    >>> words("Group photos, of “Participants”.")
    ['group', 'photos', 'of', 'participants']
    """
    return [word.casefold() for word in _WORD.findall(plain(text))]


def key(text: str) -> str:
    """What two spellings of the same words have in common: case, quotes, dashes and spaces do not count."""
    return " ".join(words(text))


def is_arabic(text: str) -> bool:
    """Whether most letters of a text are Arabic."""
    letters = len(_LETTER.findall(text))
    return letters > 0 and len(_ARABIC.findall(text)) * 2 > letters


def any_of(alternatives: Iterable[str]) -> str:
    """A pattern for any of these words as the plain form writes them, the longest first."""
    folded = sorted({plain(word) for word in alternatives}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in folded) + ")"
