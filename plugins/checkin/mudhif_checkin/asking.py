"""The event's own questions at the door: which are still to be put to a guest, with what they answered before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mudhif.plugin_api import Asked, event_questions, judge_answers, shown


class Questions(NamedTuple):
    """What an event asks. Both are empty where nothing is asked at the door."""

    all: tuple[Asked, ...] = ()
    at_the_door: tuple[Asked, ...] = ()

    def missing(self, answers: Mapping[str, Any]) -> tuple[str, ...]:
        """The ids of what has to be answered at the door and is not, in the order of asking."""
        here = {question.id for question in self.at_the_door}
        return tuple(id for id in judge_answers(self.all, answers).missing if id in here)


NOTHING_ASKED = Questions()


def questions_of(event: str) -> Questions:
    """What an event asks at its doors, and before."""
    at_the_door = tuple(event_questions(event, "checkin"))
    return Questions(tuple(event_questions(event)), at_the_door) if at_the_door else NOTHING_ASKED


def still_open(questions: Questions, answers: Mapping[str, Any]) -> list[Asked]:
    """What can be put to a guest who gave these answers: nothing that was answered, and nothing that they do not meet.

    A condition is left only where the answer to it is open itself: a phone has not the answers of before.
    """
    visible = {question.id for question in shown(questions.all, answers)}
    answered = judge_answers(questions.all, answers).answers.keys()
    here = {question.id: question for question in questions.at_the_door if question.id not in answered}
    known: dict[str, bool] = {}

    def may_be_asked(id: str) -> bool:
        if id not in known:
            known[id] = False  # while it is looked at: a circle ends here
            known[id] = id in here and (id in visible or may_be_asked(_waits_for(here[id])))
        return known[id]

    return without_settled_conditions(question for question in questions.at_the_door if may_be_asked(question.id))


def without_settled_conditions(questions: Iterable[Asked]) -> list[Asked]:
    """The questions; a condition on one that is not among them is no longer asked."""
    questions = list(questions)
    ids = {question.id for question in questions}
    return [q if _waits_for(q) in ids else dataclasses.replace(q, shown_if=None) for q in questions]


def _waits_for(question: Asked) -> str:
    return str((question.shown_if or {}).get("question", ""))


class WalkInQuestions(NamedTuple):
    """What is put to a walk-in: the door's questions, and of the form those that have to be answered."""

    all: tuple[Asked, ...] = ()
    asked: tuple[Asked, ...] = ()
    door: frozenset[str] = frozenset()

    def of_the_form(self, answers: Mapping[str, Any]) -> tuple[str, ...]:
        """The ids of what the form requires and nobody answered."""
        here = {question.id for question in self.asked} - self.door
        return tuple(id for id in judge_answers(self.all, answers).missing if id in here)

    def still_open(self, answers: Mapping[str, Any]) -> list[Asked]:
        """What to ask now, as `still_open` has it."""
        return still_open(Questions(self.all, self.asked), answers)


def questions_of_a_walk_in(event: str) -> WalkInQuestions:
    """What an event asks of somebody who did not fill in its form: what can wait is left out."""
    every = tuple(event_questions(event))
    by_id = {question.id: question for question in every}
    door = frozenset(question.id for question in event_questions(event, "checkin")) if every else frozenset()
    wanted: set[str] = set()
    for question in every:
        if question.required or question.id in door:
            id = question.id
            while id in by_id and id not in wanted:  # with those whose answers show it
                wanted.add(id)
                id = _waits_for(by_id[id])
    return WalkInQuestions(every, tuple(question for question in every if question.id in wanted), door)
