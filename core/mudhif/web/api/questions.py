"""The event's own questions over the API."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from mudhif.services.questions import (
    answer,
    delete_question,
    find_question,
    question_json,
    question_rows,
    reorder_questions,
    save_question,
)
from mudhif.services.registrations import NoGuest
from mudhif.storage.models import Question, Registration
from mudhif.storage.store import write
from mudhif.web.api.schemas import AnswersSchema, NewQuestionSchema, OrderSchema, QuestionChangesSchema, QuestionSchema
from mudhif.web.auth import confine, current_event, requires
from mudhif.web.blueprints import API_PREFIX

blp = Blueprint(
    "questions_api", __name__, url_prefix=API_PREFIX, description="What an event asks of its own, and who answers it."
)


@blp.get("/events/<event>/questions")
@requires("event.view")
@blp.response(200, QuestionSchema(many=True))
def list_questions(event: str) -> list[dict[str, Any]]:
    """List the event's own questions, in their order."""
    return [question_json(row) for row in question_rows(current_event().id)]


@blp.post("/events/<event>/questions")
@requires("event.edit")
@blp.arguments(NewQuestionSchema)
@blp.response(201, QuestionSchema)
def create_question(data: dict[str, Any], event: str) -> dict[str, Any]:
    """Ask one more, behind the others."""
    made: Question = write(save_question, current_event().id, data)
    return question_json(made)


@blp.put("/events/<event>/questions/order")
@requires("event.edit")
@blp.arguments(OrderSchema)
@blp.response(200, QuestionSchema(many=True))
def order_questions(data: dict[str, Any], event: str) -> list[dict[str, Any]]:
    """Put the questions in another order."""
    write(reorder_questions, current_event().id, data["order"])
    return [question_json(row) for row in question_rows(current_event().id)]


@blp.get("/events/<event>/questions/<question>")
@requires("event.view")
@blp.response(200, QuestionSchema)
def show_question(event: str, question: str) -> dict[str, Any]:
    """Show one question."""
    return question_json(find_question(current_event().id, question))


@blp.patch("/events/<event>/questions/<question>")
@requires("event.edit")
@blp.arguments(QuestionChangesSchema)
@blp.response(200, QuestionSchema)
def change_question(data: dict[str, Any], event: str, question: str) -> dict[str, Any]:
    """Change a question; only what is named changes."""
    changed: Question = write(save_question, current_event().id, data, question)
    return question_json(changed)


@blp.get("/registrations/<id>/answers")
@requires("guests.edit", anywhere=True)
@blp.response(200, AnswersSchema)
def show_answers(id: str) -> dict[str, Any]:
    """Show what a guest has answered, by question."""
    return {"answers": _registration(id).answers or {}}


@blp.patch("/registrations/<id>/answers")
@requires("guests.edit", anywhere=True)
@blp.arguments(AnswersSchema)
@blp.response(200, AnswersSchema)
def change_answers(data: dict[str, Any], id: str) -> dict[str, Any]:
    """Keep answers beside those from before; null takes one away, and what becomes hidden is dropped."""
    return {"answers": write(answer, _registration(id), data["answers"])}


def _registration(id: str) -> Registration:
    """A registration of an event that this account may see."""
    found: Registration | None = Registration.get_or_none(Registration.id == id, ~Registration.deleted)
    if found is None:
        raise NoGuest(name=id)
    confine(str(found.event))
    return found


@blp.delete("/events/<event>/questions/<question>")
@requires("event.edit")
@blp.response(204)
def remove_question(event: str, question: str) -> None:
    """Take a question away; answers to it stay with those who gave them."""
    write(delete_question, current_event().id, question)
