"""Questions in a page's form: what was typed in their fields, and what their templates call as filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from mudhif.domain.questions import AnswerKind, Asked, in_language
from mudhif.i18n import _

FIELD = "q-"
"""How the name of a question's field begins; its id follows."""


def given_answers(questions: Iterable[Asked], form: MultiDict[str, str]) -> dict[str, Any]:
    """What a form holds for these questions, by question, as it was typed: for `judge_answers`.

    A question whose field was not sent is not in it.
    """
    return {
        question.id: form.getlist(FIELD + question.id)
        if question.kind == AnswerKind.CHOICES
        else form.get(FIELD + question.id, "")
        for question in questions
        if FIELD + question.id in form or question.kind == AnswerKind.CHOICES
    }


def by_field(mistakes: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What is wrong with which answer, by the name of its field."""
    return {FIELD + id: said for id, said in mistakes.items()}


def of_questions(errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The errors of questions' fields, by question."""
    return {name.removeprefix(FIELD): said for name, said in errors.items() if name.startswith(FIELD)}


def said(texts: Mapping[str, str] | None) -> str:
    """A text in the language of the page, else in another one that there is."""
    from flask_babel import get_locale

    locale = get_locale()
    return in_language(texts, locale.language if locale else "en")


def answer_in_words(question: Asked, answer: Any) -> str:
    """A kept answer as people read it, in the language of the page."""
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    titles = {option["id"]: said(option["title"]) for option in question.options}
    if isinstance(answer, list):
        return _(", ").join(titles.get(one, str(one)) for one in answer)
    return titles.get(answer, str(answer)) if isinstance(answer, str) else str(answer)


def when(question: Asked, questions: Sequence[Asked]) -> str:
    """When a question is meant, for those who see all fields at once."""
    condition = question.shown_if or {}
    other = next((one for one in questions if one.id == condition.get("question")), None)
    if other is None:
        return ""
    answers = _(" or ").join(answer_in_words(other, one) for one in condition.get("is", []))
    return _("Only where “%(question)s” is answered: %(answers)s", question=said(other.title), answers=answers)


FILTERS = {
    "said": said,
    "asked_json": Asked.json,
    "asked_when": when,
    "asked_options": lambda options: [(option["id"], said(option["title"])) for option in options],
    "in_words": lambda answer, question: answer_in_words(question, answer),
}
