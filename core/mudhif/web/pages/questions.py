"""The registration form as a coordinator makes it: the event's own questions, and whether the form is open."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from mudhif.domain.errors import BadInput, Refused
from mudhif.domain.questions import AnswerKind, Asked, AskedAt
from mudhif.i18n import _
from mudhif.services.questions import (
    LANGUAGES,
    WITH_OPTIONS,
    asked,
    delete_question,
    find_question,
    move_question,
    question_rows,
    save_question,
)
from mudhif.services.settings import CORE, set_settings
from mudhif.storage.models import Event, Question
from mudhif.storage.store import Tx, write
from mudhif.web.answers import answer_in_words, said
from mudhif.web.auth import current_event, requires
from mudhif.web.pages import settings
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.guest_form import form_url

EMPTY_ROWS = 3
INVITATION = "core.invitation_"
"""What stands on the page of invitations instead."""


def kinds_in_words() -> dict[str, str]:
    """The kinds of questions, as one chooses among them."""
    return {
        str(AnswerKind.TEXT): _("A line of text"),
        str(AnswerKind.NUMBER): _("A number"),
        str(AnswerKind.CHOICE): _("One of several answers"),
        str(AnswerKind.CHOICES): _("Several answers at once"),
        str(AnswerKind.DATE): _("A date"),
        str(AnswerKind.YES_NO): _("Yes or no"),
    }


@core.route("/e/<code>/questions", methods=["GET", "POST"])
@requires("event.edit")
def questions(code: str) -> ResponseReturnValue:
    """The questions in their order, and beside them whether the form is open and what else it asks."""
    event = current_event()
    if request.method == "GET":
        values = {"form_open": event.form_open, "waiting_list": event.waiting_list, **_settings(event)}
        return _page(event, values, {})
    try:
        write(_set_form, event.id, request.form)
    except BadInput as error:
        return _page(event, request.form, error.errors), error.status
    flash(_("Saved."), "ok")
    return redirect(url_for("core.questions", code=code))


def _page(event: Event, values: Mapping[str, Any], errors: Mapping[str, list[str]]) -> str:
    rows = question_rows(event.id)
    every = [asked(row) for row in rows]
    return render_template(
        "mudhif/question_list.html",
        event=event,
        rows=list(zip(rows, every, strict=True)),
        every=every,
        kinds=kinds_in_words(),
        fields=[field for field in settings.fields_of(event.id, CORE) if not field.name.startswith(INVITATION)],
        values=values,
        errors=errors,
        form_url=form_url(event),
    )


def _settings(event: Event) -> dict[str, Any]:
    names = [field.name for field in settings.fields_of(event.id, CORE)]
    return {name: settings.stored_value(event.id, name) for name in names}


def _set_form(tx: Tx, event_id: str, form: Mapping[str, str]) -> None:
    event = Event.get_by_id(event_id)
    tx.update(event, form_open=bool(form.get("form_open")), waiting_list=bool(form.get("waiting_list")))
    set_settings(tx, event_id, settings.given_settings(event_id, form, CORE))


# --- one question -----------------------------------------------------------------------------------------------------


@core.route("/e/<code>/questions/new", methods=["GET", "POST"])
@requires("event.edit")
def new_question(code: str) -> ResponseReturnValue:
    """Ask one more."""
    event = current_event()
    if request.method == "GET":
        return _editor(event, None, _first_values())
    return _saved(event, None)


@core.route("/e/<code>/questions/<question>", methods=["GET", "POST"])
@requires("event.edit")
def edit_question(code: str, question: str) -> ResponseReturnValue:
    """Change one."""
    event = current_event()
    row = find_question(event.id, question)
    if request.method == "GET":
        return _editor(event, row, _values(row))
    return _saved(event, row)


def _saved(event: Event, row: Question | None) -> ResponseReturnValue:
    form = request.form
    if form.get("do") == "more":  # rows for more answers, without any script
        return _editor(event, row, _typed(form), empty=len(form.getlist("option")) + EMPTY_ROWS)
    try:
        data = _data(form)
        write(save_question, event.id, data, row.id if row is not None else None)
    except BadInput as error:
        return _editor(event, row, _typed(form), _by_field(error.errors)), error.status
    flash(_("Saved."), "ok")
    return redirect(url_for("core.questions", code=event.code))


@core.post("/e/<code>/questions/<question>/move")
@requires("event.edit")
def shift_question(code: str, question: str) -> ResponseReturnValue:
    """Put a question before its neighbour, or behind it."""
    write(move_question, current_event().id, question, -1 if request.form.get("way") == "up" else 1)
    return redirect(url_for("core.questions", code=code, _anchor=question))


@core.post("/e/<code>/questions/<question>/delete")
@requires("event.edit")
def drop_question(code: str, question: str) -> ResponseReturnValue:
    """Take a question away."""
    try:
        write(delete_question, current_event().id, question)
    except Refused as error:
        flash(str(error), "bad")
    else:
        flash(_("The question is taken away. What guests have answered to it stays in their records."), "ok")
    return redirect(url_for("core.questions", code=code))


# --- the editor -------------------------------------------------------------------------------------------------------


def _first_values() -> dict[str, Any]:
    return {"kind": str(AnswerKind.TEXT), "asked_at": str(AskedAt.FORM), "options": [], "shown_if": []}


def _values(row: Question) -> dict[str, Any]:
    condition = row.shown_if or {}
    return {
        "kind": row.kind,
        "asked_at": row.asked_at,
        "required": row.required,
        "options": [{"id": one["id"], **_flat("option", one["title"])} for one in row.options or []],
        "shown_if": [_tick_value(condition["question"], one) for one in condition.get("is", [])],
        **_flat("title", row.title),
        **_flat("help", row.help),
    }


def _flat(name: str, texts: Mapping[str, str] | None) -> dict[str, str]:
    return {f"{name}_{language}": (texts or {}).get(language, "") for language in LANGUAGES}


def _typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, for the form that comes back."""
    typed: dict[str, Any] = form.to_dict()
    return typed | {"options": _typed_options(form), "shown_if": form.getlist("shown_if")}


def _typed_options(form: MultiDict[str, str]) -> list[dict[str, str]]:
    columns = [form.getlist("option"), *(form.getlist(f"option_{language}") for language in LANGUAGES)]
    rows = [
        {"id": id, **{f"option_{language}": text for language, text in zip(LANGUAGES, texts, strict=True)}}
        for id, *texts in zip(*columns, strict=False)
    ]
    return [row for row in rows if any(row[f"option_{language}"].strip() for language in LANGUAGES)]


def _data(form: MultiDict[str, str]) -> dict[str, Any]:
    """What `save_question` takes, out of the editor's fields."""
    return {
        "kind": form.get("kind", ""),
        "asked_at": form.get("asked_at", ""),
        "required": bool(form.get("required")),
        "title": {language: form.get(f"title_{language}", "") for language in LANGUAGES},
        "help": {language: form.get(f"help_{language}", "") for language in LANGUAGES},
        "options": [
            {"id": one["id"], "title": {language: one[f"option_{language}"] for language in LANGUAGES}}
            for one in _typed_options(form)
        ],
        "shown_if": _condition(form.getlist("shown_if")),
    }


def _condition(ticks: Sequence[str]) -> dict[str, Any] | None:
    """The condition out of the boxes that were ticked.

    Raises:
        BadInput: they belong to two questions, or are none of ours.
    """
    if not ticks:
        return None
    try:
        pairs = [(id, json.loads(value)) for id, _bar, value in (tick.partition("|") for tick in ticks)]
    except ValueError:
        raise BadInput(fields={"shown_if": [_("The other question is not there.")]}) from None
    if len({id for id, _value in pairs}) > 1:
        raise BadInput(fields={"shown_if": [_("Tick answers of one question only.")]})
    return {"question": pairs[0][0], "is": [value for _id, value in pairs]}


def _tick_value(question: str, value: Any) -> str:
    return f"{question}|{json.dumps(value, ensure_ascii=False)}"


def _by_field(errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The errors by the fields of the editor: a text stands there once for each language."""
    first = {"title": f"title_{LANGUAGES[0]}", "help": f"help_{LANGUAGES[0]}"}
    return {first.get(name, name): sentences for name, sentences in errors.items()}


def _conditions(event: Event, row: Question | None, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """The other questions whose answers can be ticked; of one with free answers, those that are ticked."""
    found = []
    for other in question_rows(event.id):
        if row is not None and other.id == row.id:
            continue
        question = asked(other)
        answers = [(_tick_value(other.id, value), words) for value, words in _answers_of(question)]
        known = {value for value, _words in answers}
        answers += [
            (one, answer_in_words(question, json.loads(one.partition("|")[2])))
            for one in chosen
            if one not in known and one.startswith(f"{other.id}|") and other.kind not in _CLOSED
        ]
        if answers:
            found.append({"title": said(question.title), "answers": answers, "later": other.asked_at})
    return found


_CLOSED = (AnswerKind.YES_NO, *WITH_OPTIONS)


def _answers_of(question: Asked) -> list[tuple[Any, str]]:
    values: list[Any] = [option["id"] for option in question.options]
    if question.kind == AnswerKind.YES_NO:
        values = [True, False]
    return [(value, answer_in_words(question, value)) for value in values]


def _editor(
    event: Event,
    row: Question | None,
    values: Mapping[str, Any],
    errors: Mapping[str, list[str]] | None = None,
    *,
    empty: int = 0,
) -> str:
    options = list(values["options"])
    blank = {"id": "", **_flat("option", None)}
    rows = [*options, *[blank] * max(EMPTY_ROWS, empty - len(options))]
    return render_template(
        "mudhif/question_form.html",
        event=event,
        heading=_("Change a question") if row is not None else _("New question"),
        values=values,
        errors=errors or {},
        options=rows,
        kinds=list(kinds_in_words().items()),
        with_options=json.dumps(list(map(str, WITH_OPTIONS))),
        conditions=_conditions(event, row, values["shown_if"]),
    )
