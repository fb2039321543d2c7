"""The questions that an event asks of its own: made, changed, put in order, and answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mudhif.domain.disability import WASHINGTON, WASHINGTON_IDS, disability_of
from mudhif.domain.errors import BadInput, NotFound, Refused
from mudhif.domain.ids import new_id
from mudhif.domain.questions import AnswerKind, Asked, AskedAt, in_language, judge_answers, read_answer
from mudhif.i18n import N_, _
from mudhif.services.settings import CORE, event_setting
from mudhif.storage import merging
from mudhif.storage.model import canonical
from mudhif.storage.models import Person, Question, Registration
from mudhif.storage.writer import Tx

LANGUAGES = ("en", "ar")
MAX_TITLE, MAX_HELP, MAX_OPTIONS, MAX_QUESTIONS = 300, 1000, 100, 100
WITH_OPTIONS = (AnswerKind.CHOICE, AnswerKind.CHOICES)


class NoQuestion(NotFound):
    message = N_("There is no question with the id %(name)s at this event.")


class QuestionIsWaitedFor(Refused):
    """Another question is shown by the answer to this one."""

    code = "waited-for"
    message = N_("“%(other)s” is shown by the answer to this question. Change that one first.")


NO_TITLE = N_("Write the question, in one language at least.")
TOO_LONG = N_("This is too long; %(limit)s letters are taken.")
NO_KIND = N_("There is no such kind of question.")
NO_PLACE = N_("A question is asked on the form or at the check-in.")
NO_OPTIONS = N_("Write at least two answers to choose from.")
MANY_OPTIONS = N_("A question has at most %(limit)s answers to choose from.")
TWICE = N_("Two answers to choose from are the same.")
NO_OTHER = N_("The other question is not there.")
NO_VALUE = N_("Say at which answers it is shown.")
CIRCLE = N_("These questions would wait for each other, and none of them would be shown.")
LATER = N_("A question of the form cannot wait for one that is asked later, at the check-in.")
WRONG_ORDER = N_("The order must name each question of the event once.")
MANY = N_("An event has at most %(limit)s questions.")


# ------------------------------------------------------------------------------------------------------ reading


def event_questions(event_id: str, asked_at: str | None = None) -> list[Asked]:
    """What an event asks of its own, in its order; behind it the six questions about difficulties, where they are on.

    Args:
        asked_at: ``form`` or ``checkin``; None: both.
    """
    own = [asked(row) for row in question_rows(event_id) if asked_at in (None, row.asked_at)]
    if asked_at == AskedAt.CHECKIN or not event_setting(event_id, CORE, "ask_disability"):
        return own
    return [*own, *WASHINGTON]


def question_rows(event_id: str) -> list[Question]:
    """The rows behind them; two laptops apart can give one place twice, and then the id decides."""
    rows = Question.select().where(Question.event == event_id, ~Question.deleted)
    return list(rows.order_by(Question.position, Question.id))


def asked(row: Question) -> Asked:
    """A row as it is put to a guest."""
    return Asked(
        id=row.id,
        kind=row.kind,
        title=row.title,
        help=row.help,
        options=tuple(row.options or ()),
        required=row.required,
        shown_if=row.shown_if,
    )


def question_json(row: Question) -> dict[str, Any]:
    """A question as the API gives it."""
    return asked(row).json() | {"asked_at": row.asked_at, "position": row.position}


def find_question(event_id: str, question_id: str) -> Question:
    """The event's question with this id.

    Raises:
        NoQuestion: there is none.
    """
    found = Question.get_or_none(Question.id == question_id, Question.event == event_id, ~Question.deleted)
    if found is None:
        raise NoQuestion(name=question_id)
    row: Question = found
    return row


# ------------------------------------------------------------------------------------------------------ changing


def save_question(tx: Tx, event_id: str, data: Mapping[str, Any], question_id: str | None = None) -> Question:
    """Make a question, after the others, or change one.

    Args:
        data: ``kind title help options required shown_if asked_at``; what is not there stays as it is. An option
            without an id gets one.

    Raises:
        NoQuestion: there is none with this id.
        BadInput: names every field that is wrong.
    """
    rows = question_rows(event_id)
    row = find_question(event_id, question_id) if question_id else None
    if row is None and len(rows) >= MAX_QUESTIONS:
        raise BadInput(fields={"title": [_(MANY, limit=MAX_QUESTIONS)]})
    values = _checked(rows, row, data)
    kept = {name: canonical(value) if isinstance(value, (dict, list)) else value for name, value in values.items()}
    if row is not None:
        return tx.update(row, **kept)
    position = max((other.position for other in rows), default=0) + 1
    return tx.create(Question, id=new_id(), event=event_id, position=position, **kept)


def delete_question(tx: Tx, event_id: str, question_id: str) -> None:
    """Take a question away; answers that were given to it stay with those who gave them.

    Raises:
        NoQuestion: there is none with this id.
        QuestionIsWaitedFor: another question is shown by its answer.
    """
    row = find_question(event_id, question_id)
    for other in question_rows(event_id):
        if other.shown_if and other.shown_if.get("question") == question_id:
            raise QuestionIsWaitedFor(other=in_language(other.title, LANGUAGES[0]))
    tx.delete(row)


def reorder_questions(tx: Tx, event_id: str, ids: Sequence[str]) -> None:
    """Put the questions in this order.

    Raises:
        BadInput: an id is missing, twice, or not of this event.
    """
    rows = {row.id: row for row in question_rows(event_id)}
    if sorted(ids) != sorted(rows):
        raise BadInput(fields={"order": [_(WRONG_ORDER)]})
    for position, id in enumerate(ids, start=1):
        tx.update(rows[id], position=position)


def move_question(tx: Tx, event_id: str, question_id: str, by: int) -> None:
    """Put a question so many places further down, or up; at an end it stays.

    Raises:
        NoQuestion: there is none with this id.
    """
    ids = [row.id for row in question_rows(event_id)]
    at = ids.index(find_question(event_id, question_id).id)
    ids.insert(min(max(at + by, 0), len(ids) - 1), ids.pop(at))
    reorder_questions(tx, event_id, ids)


def answer(tx: Tx, registration: Registration, given: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a guest answers, beside what they answered before; what is hidden by it is dropped.

    Whether everything required is answered is for the caller to ask: `judge_answers` says it.

    Args:
        given: answers by question; None or an empty text takes one away.

    Returns:
        All answers of the registration as they are now.

    Raises:
        BadInput: names every answer that cannot be read.
    """
    questions = event_questions(registration.event)
    before: dict[str, Any] = Registration.get_by_id(registration.id).answers or {}
    judged = judge_answers(questions, before | dict(given))
    wrong = {id: said for id, said in judged.errors.items() if id in given}
    if wrong:
        raise BadInput(fields=wrong)
    known = {question.id for question in questions}
    # An answer stays whose question came by no stick yet, or was taken away.
    answers = {id: value for id, value in before.items() if id not in known or id in judged.wrong} | judged.answers
    if answers != before:
        tx.update(registration, answers=canonical(answers))
    if WASHINGTON_IDS & given.keys() and any(before.get(id) != answers.get(id) for id in WASHINGTON_IDS):
        tx.update(Person.get_by_id(merging.kept(registration.person)), disability=disability_of(answers))
    return answers


# ------------------------------------------------------------------------------------------------------ checking


def _checked(rows: Sequence[Question], row: Question | None, data: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, list[str]] = {}

    def value(name: str, default: Any) -> Any:
        return data[name] if name in data else default if row is None else getattr(row, name)

    kind, asked_at = str(value("kind", "")), str(value("asked_at", AskedAt.FORM))
    if kind not in set(AnswerKind):
        fields["kind"] = [_(NO_KIND)]
    if asked_at not in set(AskedAt):
        fields["asked_at"] = [_(NO_PLACE)]
    title = _texts(value("title", None), MAX_TITLE, "title", fields)
    if not title:
        fields.setdefault("title", [_(NO_TITLE)])
    help = _texts(value("help", None), MAX_HELP, "help", fields)
    options = _options(value("options", None), fields) if kind in WITH_OPTIONS else None
    own = row.id if row is not None else new_id()
    made = Asked(id=own, kind=kind, title=title, options=tuple(options or ()), shown_if=value("shown_if", None))
    shown_if = _condition(rows, made, asked_at, fields) if made.shown_if else None
    _refuse_what_it_breaks(rows, made, asked_at, fields)
    if fields:
        raise BadInput(fields=fields)
    return {
        "kind": kind,
        "asked_at": asked_at,
        "title": title,
        "help": help or None,
        "options": options,
        "required": bool(value("required", False)),
        "shown_if": shown_if,
    }


def _texts(given: Any, limit: int, field: str, fields: dict[str, list[str]]) -> dict[str, str]:
    """Texts by language, without those that are empty."""
    given = given if isinstance(given, Mapping) else {}
    texts = {language: str(given.get(language) or "").strip() for language in LANGUAGES}
    if any(len(text) > limit for text in texts.values()):
        fields.setdefault(field, []).append(_(TOO_LONG, limit=limit))
    return {language: text for language, text in texts.items() if text}


def _options(given: Any, fields: dict[str, list[str]]) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = []
    for one in given if isinstance(given, (list, tuple)) else ():
        title = _texts(one.get("title"), MAX_TITLE, "options", fields)
        if title:
            # Not the next letter: the id of an option that was taken away must not come to mean another one.
            options.append({"id": str(one.get("id") or new_id()[-8:]), "title": title})
    if len(options) < 2:
        fields.setdefault("options", []).append(_(NO_OPTIONS))
    if len(options) > MAX_OPTIONS:
        fields.setdefault("options", []).append(_(MANY_OPTIONS, limit=MAX_OPTIONS))
    names = [(language, text.casefold()) for option in options for language, text in option["title"].items()]
    if len({option["id"] for option in options}) < len(options) or len(set(names)) < len(names):
        fields.setdefault("options", []).append(_(TWICE))
    return options


def _condition(
    rows: Sequence[Question], made: Asked, asked_at: str, fields: dict[str, list[str]]
) -> dict[str, Any] | None:
    """What it is shown by, with the values as the other question keeps its answers."""
    condition = made.shown_if or {}
    other = next((row for row in rows if row.id == condition.get("question") and row.id != made.id), None)
    if other is None:
        fields["shown_if"] = [_(NO_OTHER)]
        return None
    if asked_at == AskedAt.FORM and other.asked_at == AskedAt.CHECKIN:
        fields["shown_if"] = [_(LATER)]
    values = _values_of(asked(other), condition.get("is"))
    if not values:
        fields.setdefault("shown_if", [_(NO_VALUE)])
    if _in_circle({row.id: row.shown_if for row in rows} | {made.id: condition}, made.id):
        fields["shown_if"] = [_(CIRCLE)]
    return {"question": other.id, "is": values}


def _values_of(question: Asked, given: Any) -> list[Any]:
    read = [read_answer(question, one) for one in (given if isinstance(given, (list, tuple)) else ())]
    if any(problem is not None for _value, problem in read):
        return []
    return [one for value, _none in read for one in (value if isinstance(value, list) else [value]) if one is not None]


def _in_circle(conditions: Mapping[str, Mapping[str, Any] | None], start: str) -> bool:
    seen: set[str] = set()
    at: str | None = start
    while at is not None and at not in seen:
        seen.add(at)
        at = (conditions.get(at) or {}).get("question")
    return at is not None


def _refuse_what_it_breaks(rows: Iterable[Question], made: Asked, asked_at: str, fields: dict[str, list[str]]) -> None:
    """Questions that wait for an answer which this one could no longer have would never be shown again."""
    for row in rows:
        condition = row.shown_if or {}
        if condition.get("question") != made.id:
            continue
        told = [_(QuestionIsWaitedFor.message, other=in_language(row.title, LANGUAGES[0]))]
        if not _values_of(made, condition.get("is")):
            fields.setdefault("options" if made.kind in WITH_OPTIONS else "kind", told)
        if asked_at == AskedAt.CHECKIN and row.asked_at == AskedAt.FORM:
            fields.setdefault("asked_at", told)
