"""Whether two descriptions are of one guest: certainly, perhaps (a person decides), or not.

A name alone never makes two people one: of 10,000 rows set against 100,000 people, 15 % had a namesake who was
somebody else. Phones are shared, too, by families and by offices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mudhif.i18n import N_

from .names import fold, name_key, skeleton, words
from .names_table import rows_of
from .phones import digits_of

ASK_FROM = 50

SAME_PHONE, SAME_EMAIL = N_("same phone"), N_("same e-mail")
SAME_NAME, LIKE_NAME = N_("same name"), N_("the name sounds the same")
SAME_ORGANISATION, SAME_YEAR = N_("same organisation"), N_("same year of birth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a guest can be recognised by, in the form in which it is compared. ``names`` has a key for each spelling."""

    names: tuple[tuple[str, ...], ...] = ()
    phone: str = ""
    email: str = ""
    organisation: str = ""
    birth_year: int | None = None
    sex: str | None = None

    @property
    def sounds(self) -> tuple[tuple[str, ...], ...]:
        """The skeletons of each spelling: what to look up others by."""
        return tuple(dict.fromkeys(tuple(map(skeleton, name)) for name in self.names))


def identity(values: Mapping[str, Any]) -> Identity:
    """The identity of a guest, of a row as it was read or a person as it is stored."""
    spellings = (values.get("name"), values.get("name_alt"))
    return Identity(
        names=tuple(dict.fromkeys(key for spelling in spellings if spelling and (key := name_key(spelling)))),
        phone=digits_of(values.get("phone_e164") or values.get("phone") or ""),
        email=(values.get("email") or "").casefold(),
        organisation=" ".join(forms[0] for forms in words(values.get("organisation") or "")),
        birth_year=values.get("birth_year"),
        sex=values.get("sex"),
    )


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two identities are.

    ``certain``: ``"contact"`` or ``"organisation"`` where they are the same guest by that; ``ask``: a person must say.
    ``why`` are words to translate.
    """

    score: int
    why: tuple[str, ...]
    certain: str | None = None
    ask: bool = False


def likeness(one: Identity, other: Identity) -> Likeness:
    """Compare two guests.

    They are certainly the same if the folded name is the same in one script and no sex contradicts it, and either phone
    or e-mail is the same, or the organisation is the same while phone, e-mail and year of birth do not contradict it.
    To ask a person: a score of `ASK_FROM` or more (phone 60, e-mail 60, name 40, name by sound 30, organisation 10,
    year of birth 10; the other sex −30; not one word of the name in common −30), or the same name of two words or more
    with nothing against it.

    >>> ali = {"name": "Ali Hassan", "phone_e164": "+9647801234567"}
    >>> likeness(identity(ali), identity(ali | {"organisation": "University"})).certain
    'contact'
    >>> likeness(identity(ali), identity(ali | {"name": "Zainab Kadhim"})).ask
    False
    >>> likeness(identity(ali), identity({"name": "علي حسن", "phone": "+964 780 123 4567"})).ask
    True
    """
    named = bool(set(one.names) & set(other.names))
    like = named or any(_sound_alike(a, b) for a in one.names for b in other.names)
    same = [
        (SAME_PHONE, 60, bool(one.phone) and one.phone == other.phone),
        (SAME_EMAIL, 60, bool(one.email) and one.email == other.email),
        (SAME_NAME, 40, named),
        (LIKE_NAME, 30, like and not named),
        (SAME_ORGANISATION, 10, bool(one.organisation) and one.organisation == other.organisation),
        (SAME_YEAR, 10, one.birth_year is not None and one.birth_year == other.birth_year),
    ]
    why = tuple(word for word, _points, holds in same if holds)
    score = sum(points for _word, points, holds in same if holds)
    other_sex = _differ(one.sex, other.sex)
    score -= 30 * other_sex + 30 * (not like and not _share_a_word(one, other))
    certain = None
    if named and not other_sex:
        if SAME_PHONE in why or SAME_EMAIL in why:
            certain = "contact"
        elif SAME_ORGANISATION in why and not _contradict(one, other):
            certain = "organisation"
    alone = (
        named and not other_sex and not _contradict(one, other) and not _differ(one.organisation, other.organisation)
    )
    of_two_words = any(len(name) > 1 for name in set(one.names) & set(other.names))
    return Likeness(score, why, certain, ask=certain is None and (score >= ASK_FROM or (alone and of_two_words)))


def _differ(one: Any, other: Any) -> bool:
    return bool(one) and bool(other) and one != other


def _contradict(one: Identity, other: Identity) -> bool:
    pairs = ((one.phone, other.phone), (one.email, other.email), (one.birth_year, other.birth_year))
    return any(_differ(a, b) for a, b in pairs)


def _sound_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(one) == len(other) and all(map(_words_alike, one, other))


def _words_alike(one: str, other: str) -> bool:
    rows, others = rows_of(one), rows_of(other)
    return bool(rows & others) if rows and others else skeleton(one) == skeleton(other)


def _share_a_word(one: Identity, other: Identity) -> bool:
    return any(_words_alike(a, b) for first in one.names for a in first for second in other.names for b in second)


def same_text(one: str | None, other: str | None) -> bool:
    """Whether two texts differ in nothing but the ways to write a letter.

    >>> same_text("جامعة ذي قار", "جامعه ذي قار"), same_text("University", None)
    (True, False)
    """
    return fold(one or "") == fold(other or "")
