"""What is known of a guest, and how people write it in forms and sheets, in English and in Arabic.

Names are kept letter by letter: only spaces at their ends, doubled spaces and invisible marks of direction go.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mudhif.i18n import N_, _

from .names import fold, script
from .phones import Phone, read_phone


class Kind(StrEnum):
    """What somebody is at an event."""

    PARTICIPANT = "participant"
    GUEST = "guest"
    FACILITATOR = "facilitator"
    MEDIA = "media"
    STAFF = "staff"


class Source(StrEnum):
    """How a registration came about."""

    IMPORT = "import"
    DESK = "desk"
    FORM = "form"
    API = "api"
    COMMAND = "command"


AGE_BANDS = ("0-17", "18-24", "25-34", "35-49", "50-59", "60+")


def age_band_in(year: int, birth_year: int) -> str:
    """The age band of somebody in a year, counted by years of birth.

    >>> [age_band_in(2024, born) for born in (2010, 2006, 1999, 1980, 1960, 1900)]
    ['0-17', '18-24', '25-34', '35-49', '60+', '60+']
    """
    age = year - birth_year
    return next(band for band in AGE_BANDS if band.endswith("+") or age <= int(band.partition("-")[2]))


MAX_NAME, MAX_TEXT = 200, 500

# The person's own, what belongs to the registration, and what an export tells beside them.
PERSON_FIELDS = ("name", "name_alt", "sex", "organisation", "role", "stakeholder_group", "phone", "email", "birth_year",
                 "age_band", "disability")  # fmt: skip
REGISTRATION_FIELDS = ("kind", "status")
CONTACT_FIELDS = ("phone", "email")  # shown to those alone who may
FIELDS = (*PERSON_FIELDS, *REGISTRATION_FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something about one field that a person must look at; its text is in the reader's language when it is shown."""

    field: str
    message: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return _(self.message, **self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGuest:
    """A guest as the desk, a form, a program or a sheet gives them; `read_guest` makes one out of text.

    ``sex`` is ``"f"``, ``"m"`` or None for not said; ``name_alt`` is the name in the other script.
    """

    name: str
    name_alt: str | None = None
    sex: str | None = None
    organisation: str | None = None
    role: str | None = None
    stakeholder_group: str | None = None
    phone: str | None = None
    phone_e164: str | None = None
    email: str | None = None
    birth_year: int | None = None
    age_band: str | None = None
    disability: str | None = None
    kind: str = Kind.PARTICIPANT
    status: str | None = None
    consents: tuple[Mapping[str, Any], ...] = ()
    answers: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def person_fields(self) -> dict[str, Any]:
        """The fields of a new Person row."""
        own = {name: getattr(self, name) for name in (*PERSON_FIELDS, "phone_e164")}
        return own | {"consents": [dict(consent) for consent in self.consents]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What could be made of one row or form: values of what was given, problems and doubts of the rest."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()

    def guest(self) -> NewGuest:
        """The guest; only where there are no problems."""
        known = {f.name for f in dataclasses.fields(NewGuest)}
        return NewGuest(**{name: value for name, value in self.values.items() if name in known and value is not None})


_INVISIBLE = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u00ad\u200b]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def tidy(text: str) -> str:
    """The text without invisible marks and doubled spaces; not a letter of it is changed.

    >>> tidy("  \\u200fزينب\\u00a0  كاظم "), tidy("van der Berg")
    ('زينب كاظم', 'van der Berg')
    """
    return " ".join(unicodedata.normalize("NFC", _CONTROLS.sub("", _INVISIBLE.sub("", text))).split())


def _choices(table: str) -> dict[str, str]:
    return {
        fold(word): value.strip()
        for value, _colon, words in (line.partition(":") for line in table.strip().splitlines())
        for word in words.split(",")
    }


_SEXES = _choices("""
f: f, female, woman, women, girl, w, fem, miss, mrs, ms, أنثى, انثي, امرأة, إناث, نساء, سيدة, بنت, ث, مؤنث, أ
m: m, male, man, men, boy, mr, ذكر, رجل, ذكور, رجال, سيد, ولد, ذ, مذكر
""")
_UNSAID_WORDS = "unknown,not said,not recorded,prefer not to say,n/a,na,none,?,لم يذكر,غير مذكور,لا يوجد,غير معروف"
_UNSAID = frozenset(map(fold, _UNSAID_WORDS.split(",")))
_KINDS = _choices("""
participant: participant, participants, attendee, مشارك, مشاركة, مشاركون, حاضر
guest: guest, guests, vip, invited guest, ضيف, ضيفة, ضيف شرف, ضيوف
facilitator: facilitator, moderator, trainer, speaker, ميسر, ميسرة, مدرب, مدربة, متحدث, متحدثة, محاضر
media: media, press, journalist, reporter, إعلام, إعلامي, إعلامية, صحفي, صحفية, صحافة
staff: staff, team, organiser, organizer, volunteer, كادر, موظف, موظفة, فريق, فريق العمل, منظم, منظمة
""")
_STATUSES = _choices("""
invited: invited, invitation sent, مدعو, مدعوة, دعوة
registered: registered, confirmed, accepted, yes, مسجل, مسجلة, مؤكد, مؤكدة, نعم
waiting: waiting, waiting list, waitlist, انتظار, قائمة الانتظار, في الانتظار
cancelled: cancelled, canceled, declined, no, ملغى, ملغي, ملغاة, معتذر, معتذرة, لا
""")

NO_NAME = N_("A row without a name is not taken. Write the name.")
NO_LETTERS = N_("This is no name: %(text)s")
TOO_LONG = N_("This is longer than %(limit)s characters.")
NO_SEX = N_("“%(text)s” is not a value that the report knows. Choose woman, man or not said.")
NO_KIND = N_("“%(text)s” is no kind of guest. Choose participant, guest, facilitator, media or staff.")
NO_STATUS = N_("“%(text)s” is no status. Choose invited, registered, waiting or cancelled.")
NO_EMAIL = N_("This is no e-mail address: %(text)s")
NO_YEAR = N_("“%(text)s” is no year of birth.")
NO_BAND = N_("“%(text)s” is no age band. Choose one of %(bands)s.")

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_YEAR = re.compile(r"(?:\d{1,2}[./-]\d{1,2}[./-])?((?:19|20)\d\d)(?:-\d\d-\d\d.*)?")
_BAND = re.compile(r"(\d{1,2})\s*(?:-|–|to|إلى|الى)\s*(\d{1,2})|(\d{2})\s*(?:\+|and over|فأكثر|فاكثر)")


def read_guest(texts: Mapping[str, str], now: datetime) -> Reading:
    """Make a guest out of texts by field (`FIELDS`); an empty text is a field that was not given.

    All that is wrong is told, not only the first of it. A ``name`` that is not among the texts is missing.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    doubts: list[Problem] = []
    for name in FIELDS:
        text = tidy(texts.get(name) or "")
        if not text:
            continue
        try:
            values |= _READERS.get(name, _read_text)(name, text, now)
        except _Wrong as wrong:
            problems.append(wrong.problem)
    if isinstance(values.get("phone"), Phone):
        values |= _phone_values(values["phone"], problems, doubts)
    if "name" not in values and not any(problem.field == "name" for problem in problems):
        problems.insert(0, Problem(field="name", message=NO_NAME))
    return Reading(values=values, problems=tuple(problems), doubts=tuple(doubts))


def is_readable(field: str, text: str, now: datetime) -> bool:
    """Whether a text can be read as this field: what a column's heading promises, its cells must keep."""
    return not any(problem.field == field for problem in read_guest({field: text}, now).problems)


class _Wrong(Exception):
    def __init__(self, field: str, message: str, **values: Any) -> None:
        super().__init__(message)
        self.problem = Problem(field=field, message=message, values=values)


def _phone_values(phone: Phone, problems: list[Problem], doubts: list[Problem]) -> dict[str, Any]:
    if phone.problem:
        problems.append(Problem(field="phone", message=phone.problem, values=phone.values))
        return {"phone": None}
    if phone.doubt:
        doubts.append(Problem(field="phone", message=phone.doubt, values=phone.values))
    return {"phone": phone.text, "phone_e164": phone.e164}


def _read_text(name: str, text: str, _now: datetime) -> dict[str, Any]:
    if len(text) > MAX_TEXT:
        raise _Wrong(name, TOO_LONG, limit=MAX_TEXT)
    return {name: text}


def _read_name(name: str, text: str, _now: datetime) -> dict[str, Any]:
    if len(text) > MAX_NAME:
        raise _Wrong(name, TOO_LONG, limit=MAX_NAME)
    if not any(char.isalpha() for char in text):
        raise _Wrong(name, NO_LETTERS, text=text)
    return {name: text}


def _read_sex(name: str, text: str, _now: datetime) -> dict[str, Any]:
    folded = fold(text)
    if folded in _UNSAID or not folded:
        return {}
    if folded not in _SEXES:
        raise _Wrong(name, NO_SEX, text=text)
    return {name: _SEXES[folded]}


def _read_kind(name: str, text: str, _now: datetime) -> dict[str, Any]:
    if fold(text) not in _KINDS:
        raise _Wrong(name, NO_KIND, text=text)
    return {name: _KINDS[fold(text)]}


def _read_status(name: str, text: str, _now: datetime) -> dict[str, Any]:
    if fold(text) not in _STATUSES:
        raise _Wrong(name, NO_STATUS, text=text)
    return {name: _STATUSES[fold(text)]}


def _read_phone(name: str, text: str, _now: datetime) -> dict[str, Any]:
    phone = read_phone(text)
    return {name: phone} if phone else {}


def _read_email(name: str, text: str, _now: datetime) -> dict[str, Any]:
    if fold(text) in _UNSAID or not any(char.isalnum() for char in text):
        return {}
    address = text.removeprefix("mailto:").strip("<>")
    if not _EMAIL.fullmatch(address):
        raise _Wrong(name, NO_EMAIL, text=text)
    return {name: address}


def _read_year(name: str, text: str, now: datetime) -> dict[str, Any]:
    match = _YEAR.fullmatch(fold(text) if text.isdigit() else text)
    if not match or not now.year - 120 <= int(match.group(1)) <= now.year:
        raise _Wrong(name, NO_YEAR, text=text)
    return {name: int(match.group(1))}


def _read_band(name: str, text: str, _now: datetime) -> dict[str, Any]:
    if text.isdecimal():
        text = _band_of(int(text))
    match = _BAND.fullmatch(text.casefold())
    band = f"{match.group(3)}+" if match and match.group(3) else f"{match.group(1)}-{match.group(2)}" if match else text
    if band not in AGE_BANDS:
        raise _Wrong(name, NO_BAND, text=text, bands=", ".join(AGE_BANDS))
    return {name: band}


def _band_of(age: int) -> str:
    """The band that an age in years lies in.

    >>> _band_of(17), _band_of(18), _band_of(71)
    ('0-17', '18-24', '60+')
    """
    return next(band for band in reversed(AGE_BANDS) if age >= int(re.split(r"\D", band)[0]))


_READERS = {"name": _read_name, "name_alt": _read_name, "sex": _read_sex, "kind": _read_kind, "status": _read_status,
            "phone": _read_phone, "email": _read_email, "birth_year": _read_year, "age_band": _read_band}  # fmt: skip


def in_script(name: str | None, name_alt: str | None, wanted: str) -> str | None:
    """The one of two spellings of a name that is written in that script.

    >>> in_script("زينب", "Zainab", "la"), in_script("زينب", None, "la")
    ('Zainab', None)
    """
    return next((spelling for spelling in (name, name_alt) if spelling and script(spelling) == wanted), None)
