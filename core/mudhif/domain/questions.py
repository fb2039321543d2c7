"""An event's own questions: which are shown, and what an answer is once it is read.

The page judges by the same rules (``frontend/core/questions.js``); one table of cases holds both to them:
``frontend/core/question_cases.json``. What belongs to a hidden question is dropped, on both sides.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from mudhif.i18n import N_, _

MAX_ANSWER = 1000
MAX_NUMBER = 10**15


class AnswerKind(StrEnum):
    """What a question wants to have."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    YES_NO = "yes-no"


class AskedAt(StrEnum):
    """Where a question is asked: on the registration form and at the desk, or at the door."""

    FORM = "form"
    CHECKIN = "checkin"


class Wrong(StrEnum):
    """What is the matter with an answer; the words to it stand in `SENTENCES`, and in the page."""

    TEXT = "no-text"
    LONG = "too-long"
    NUMBER = "no-number"
    DATE = "no-date"
    CHOICE = "no-choice"
    YES_NO = "no-yes-no"


UNANSWERED = N_("Please answer this question.")
SENTENCES: dict[Wrong, str] = {
    Wrong.TEXT: N_("Write the answer as text."),
    Wrong.LONG: N_("This is too long; 1000 letters are taken."),
    Wrong.NUMBER: N_("This is no number. Write digits only, such as 12."),
    Wrong.DATE: N_("This is no date. Write it as 2024-03-07."),
    Wrong.CHOICE: N_("This is none of the answers to choose from."),
    Wrong.YES_NO: N_("Answer with yes or no."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it is put to a guest.

    ``title`` and ``help`` are texts by language, ``options`` are ``{"id", "title"}``, ``shown_if`` is
    ``{"question": id, "is": [values]}``: it is shown where that question is shown and has one of these answers.
    """

    id: str
    kind: str
    title: Mapping[str, str]
    help: Mapping[str, str] | None = None
    options: Sequence[Mapping[str, Any]] = ()
    required: bool = False
    shown_if: Mapping[str, Any] | None = None

    def json(self) -> dict[str, Any]:
        """As the API and the pages' script have it."""
        return dataclasses.asdict(self) | {"options": [dict(option) for option in self.options]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of what was given.

    ``answers`` holds what can be kept, by question; ``wrong`` why an answer cannot be read; ``missing`` the required
    questions that are shown and have no answer at all.
    """

    answers: dict[str, Any]
    wrong: dict[str, Wrong]
    missing: tuple[str, ...] = ()

    @property
    def errors(self) -> dict[str, list[str]]:
        """What is wrong with which answer, in the reader's language; those that are missing are not among them."""
        return {id: [_(SENTENCES[wrong])] for id, wrong in self.wrong.items()}

    @property
    def mistakes(self) -> dict[str, list[str]]:
        """`errors`, and beside them a sentence for each question that is missing: what a form shows."""
        return self.errors | {id: [_(UNANSWERED)] for id in self.missing}


def in_language(texts: Mapping[str, str] | None, language: str) -> str:
    """The text in that language, else in another one that there is.

    >>> in_language({"en": "Lunch?", "ar": ""}, "ar"), in_language(None, "ar")
    ('Lunch?', '')
    """
    texts = texts or {}
    return texts.get(language) or next((text for text in texts.values() if text), "")


def judge_answers(questions: Iterable[Asked], given: Mapping[str, Any]) -> Answered:
    """Read what was given; what nobody asked, and what belongs to a hidden question, is dropped.

    Args:
        given: by question, as a form sends it (text, or a list of texts) or as JSON has it. A condition on a question
            that is not among `questions` (asked elsewhere) is held against what is given for it as it stands.

    >>> lunch = Asked(id="l", kind="yes-no", title={"en": "Lunch?"}, required=True)
    >>> meal = Asked(id="m", kind="text", title={"en": "Meal?"}, shown_if={"question": "l", "is": [True]})
    >>> judge_answers([lunch, meal], {"l": "no", "m": "fish"}).answers, judge_answers([lunch, meal], {}).missing
    ({'l': False}, ('l',))
    """
    answers: dict[str, Any] = {}
    wrong: dict[str, Wrong] = {}
    missing = []
    for question in shown(questions, given):
        value, problem = read_answer(question, given.get(question.id))
        if problem is not None:
            wrong[question.id] = problem
        elif value is not None:
            answers[question.id] = value
        elif question.required:
            missing.append(question.id)
    return Answered(answers=answers, wrong=wrong, missing=tuple(missing))


def shown(questions: Iterable[Asked], answers: Mapping[str, Any]) -> list[Asked]:
    """The questions that are shown to whoever gave these answers, in their order. Whoever hides another is itself
    shown; questions that wait for each other are not."""
    by_id = {question.id: question for question in questions}
    known: dict[str, bool] = {}

    def is_shown(question: Asked) -> bool:
        if question.id not in known:
            known[question.id] = False  # while it is asked: a circle ends here
            known[question.id] = not question.shown_if or holds(question.shown_if)
        return known[question.id]

    def holds(condition: Mapping[str, Any]) -> bool:
        wanted, other = condition.get("is") or [], by_id.get(condition.get("question", ""))
        if other is None:
            return any(
                _same(value, one) for value in _each(answers.get(condition.get("question", ""))) for one in wanted
            )
        if not is_shown(other):
            return False
        value, _problem = read_answer(other, answers.get(other.id))
        targets = [one for given in wanted for one in _each(read_answer(other, given)[0])]
        return any(_same(one, target) for one in _each(value) for target in targets)

    return [question for question in by_id.values() if is_shown(question)]


def read_answer(question: Asked, given: Any) -> tuple[Any, Wrong | None]:
    """The answer in the form in which it is kept, None where nothing was answered; or what is the matter with it."""
    if isinstance(given, str):
        given = _tidy(given)
    if isinstance(given, (list, tuple)):
        given = [one for one in (_tidy(one) if isinstance(one, str) else one for one in given) if one not in (None, "")]
    if given is None or given == "" or given == []:
        return None, None
    return _READERS.get(question.kind, _read_text)(question, given)


def _each(value: Any) -> Sequence[Any]:
    return () if value is None else value if isinstance(value, (list, tuple)) else (value,)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return _key(one) == _key(other)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


# Written out, since ``\s`` and ``\d`` are not the same in Python and in a browser.
_SPACES = re.compile("[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_DIGITS = str.maketrans({chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)})


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", _UNSEEN.sub("", text))).strip(" ")


def _key(text: str) -> str:
    """What two ways to write one choice have in common."""
    return _tidy(text).translate(_DIGITS).lower()


def _read_text(_question: Asked, given: Any) -> tuple[Any, Wrong | None]:
    if not isinstance(given, str):
        return None, Wrong.TEXT
    return (None, Wrong.LONG) if len(given) > MAX_ANSWER else (given, None)


_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]+))?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SIGNS = str.maketrans({"٫": ".", "٬": "", "،": ",", "\u2212": "-", "’": "", "'": "", " ": "", "_": ""})


def _read_number(_question: Asked, given: Any) -> tuple[Any, Wrong | None]:
    if isinstance(given, str):
        text = given.translate(_DIGITS).translate(_SIGNS)
        text = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text.replace(",", ".", 1)
        match = _NUMBER.fullmatch(text)
        if not match or not (match.group(2) or match.group(3)) or len(text) > 40:
            return None, Wrong.NUMBER
        given = float(text)
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not abs(given) <= MAX_NUMBER:
        return None, Wrong.NUMBER
    return (int(given) if given == int(given) else given), None


_ISO = re.compile("([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_DAY_FIRST = re.compile("([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")


def _read_date(_question: Asked, given: Any) -> tuple[Any, Wrong | None]:
    """As ISO has it, or the day first, as it is written in Iraq; never the month first."""
    text = given.translate(_DIGITS).replace(" ", "") if isinstance(given, str) else ""
    if match := _ISO.fullmatch(text):
        parts = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        parts = match.groups()[::-1]
    else:
        return None, Wrong.DATE
    year, month, day = map(int, parts)
    try:
        found = date(year, month, day)
    except ValueError:
        return None, Wrong.DATE
    return (found.isoformat(), None) if 1900 <= year <= 2200 else (None, Wrong.DATE)


_YES = frozenset(["yes", "y", "true", "1", "نعم"])
_NO = frozenset(["no", "n", "false", "0", "لا", "كلا"])


def _read_yes_no(_question: Asked, given: Any) -> tuple[Any, Wrong | None]:
    if isinstance(given, str):
        given = True if _key(given) in _YES else False if _key(given) in _NO else given
    return (given, None) if isinstance(given, bool) else (None, Wrong.YES_NO)


def _read_choice(question: Asked, given: Any) -> tuple[Any, Wrong | None]:
    """An option's id, or one of its titles: what a sheet and an Arabic page have for the same answer."""
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    option = _option(question, given) if isinstance(given, str) else None
    return (option, None) if option is not None else (None, Wrong.CHOICE)


_PARTS, _FINER_PARTS = re.compile("[;؛]"), re.compile("[,،]")


def _read_choices(question: Asked, given: Any) -> tuple[Any, Wrong | None]:
    """A list, or one text with semicolons or commas between; kept in the order of the options, each once."""
    parts = _split(question, given) if isinstance(given, str) else given if isinstance(given, list) else [None]
    chosen = [_option(question, part) if isinstance(part, str) else None for part in parts]
    if None in chosen:
        return None, Wrong.CHOICE
    return [option["id"] for option in question.options if option["id"] in chosen] or None, None


def _split(question: Asked, text: str) -> list[str]:
    """The options that a text names; a comma divides only what is not an option as it stands."""
    if _option(question, text) is not None:
        return [text]
    found: list[str] = []
    for part in _PARTS.split(text):
        found += [part] if _option(question, part) is not None else _FINER_PARTS.split(part)
    return [part for part in map(_tidy, found) if part]


def _option(question: Asked, text: str) -> str | None:
    for option in question.options:
        if option["id"] == text:
            return str(option["id"])
    wanted = _key(text)
    for option in question.options:
        if wanted in map(_key, option["title"].values()):
            return str(option["id"])
    return None


_READERS: dict[str, Callable[[Asked, Any], tuple[Any, Wrong | None]]] = {
    AnswerKind.TEXT: _read_text,
    AnswerKind.NUMBER: _read_number,
    AnswerKind.CHOICE: _read_choice,
    AnswerKind.CHOICES: _read_choices,
    AnswerKind.DATE: _read_date,
    AnswerKind.YES_NO: _read_yes_no,
}
