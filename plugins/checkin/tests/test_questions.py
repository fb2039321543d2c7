"""An event's own questions at the door: asked before a guest goes in, and kept with the very scan that brought them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.services.questions import save_question
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.checkins import answer_of
from mudhif_checkin.models import Scan
from mudhif_checkin.phone_list import phone_list

Present = Callable[..., dict[str, Any]]
Guests = Callable[..., Registration]
Ask = Callable[..., str]


@pytest.fixture
def ask(event: Event) -> Ask:
    """Makes a question that is asked at the door, required unless said otherwise, and gives its id."""

    def asked(title: str = "Meal?", kind: str = "text", **more: Any) -> str:
        data = {"title": {"en": title}, "kind": kind, "asked_at": "checkin", "required": True, **more}
        return str(write(save_question, event.id, data).id)

    return asked


def answers(guest: Registration) -> dict[str, Any]:
    return Registration.get_by_id(guest.id).answers or {}


def asked_ids(answer: dict[str, Any]) -> list[str]:
    return [question["id"] for question in answer["questions"]]


def test_a_guest_is_asked_before_going_in_and_goes_in_with_the_answer(
    event: Event, zahra: Registration, present: Present, ask: Ask
) -> None:
    meal = ask()
    first = present(event, zahra)
    assert (first["outcome"], first["checkin"], first["counts"]["arrived"]) == ("needs-answers", None, 0)
    assert first["questions"] == [
        {"id": meal, "kind": "text", "title": {"en": "Meal?"}, "help": None, "options": [], "required": True,
         "shown_if": None}
    ]  # fmt: skip
    second = present(event, zahra, answers={meal: " fish "})
    assert (second["outcome"], second["questions"], second["counts"]["arrived"]) == ("welcome", [], 1)
    assert answers(zahra) == {meal: "fish"}


def test_what_was_answered_is_not_asked_again(event: Event, zahra: Registration, present: Present, ask: Ask) -> None:
    meal, seat = ask(), ask("Seat?")
    assert asked_ids(present(event, zahra)) == [meal, seat]
    some = present(event, zahra, answers={meal: "fish"})
    assert (some["outcome"], asked_ids(some), answers(zahra)) == ("needs-answers", [seat], {meal: "fish"})
    assert present(event, zahra, answers={seat: "front"})["outcome"] == "welcome"
    assert present(event, zahra, direction="out")["outcome"] == "left"
    assert present(event, zahra)["outcome"] == "welcome"


def test_an_optional_question_holds_nobody_up(event: Event, zahra: Registration, present: Present, ask: Ask) -> None:
    ask(required=False)
    assert present(event, zahra)["outcome"] == "welcome"


def test_what_an_answer_shows_is_told_with_the_question_and_required_with_the_answer(
    event: Event, zahra: Registration, present: Present, ask: Ask
) -> None:
    lunch = ask("Lunch?", "yes-no")
    meal = ask(shown_if={"question": lunch, "is": [True]})
    assert asked_ids(present(event, zahra)) == [lunch, meal]
    stays = present(event, zahra, answers={lunch: "yes"})
    assert (stays["outcome"], asked_ids(stays)) == ("needs-answers", [meal])
    assert stays["questions"][0]["shown_if"] is None  # what it waited for is answered
    assert present(event, zahra, answers={meal: "fish"})["outcome"] == "welcome"


def test_a_question_that_waits_for_an_answer_of_the_form_is_asked_only_of_those_who_gave_it(
    event: Event, new_guest: Guests, present: Present, ask: Ask
) -> None:
    bus = ask("By bus?", "yes-no", asked_at="form", required=False)
    stop = ask("From which stop?", shown_if={"question": bus, "is": [True]})
    by_bus, on_foot = new_guest(event, "Ali Hassan", answers={bus: True}), new_guest(event, answers={bus: False})
    assert asked_ids(present(event, by_bus)) == [stop]
    assert present(event, on_foot)["outcome"] == "welcome"
    told = {guest["id"]: guest for guest in phone_list(event).content["guests"]}
    assert told[by_bus.id]["asks"] == [stop] and "asks" not in told[on_foot.id]


def test_a_wrong_answer_is_named_and_nothing_is_kept(
    event: Event, zahra: Registration, ask: Ask, client: FlaskClient, token: Callable[..., dict[str, str]]
) -> None:
    seats = ask("How many seats?", "number")
    row = {"scan_id": str(uuid.uuid4()), "registration": zahra.id, "answers": {seats: "a few"}}
    url, headers = f"/api/v1/events/{event.id}/checkins", token("desk")
    answer = client.post(url, json=row, headers=headers)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [seats])
    rows = client.post(f"{url}/batch", json=[row, row | {"answers": {seats: "٢"}}], headers=headers).get_json()
    assert (rows[0]["scan_id"], list(rows[0]["errors"])) == (row["scan_id"], [seats])
    assert (rows[1]["outcome"], answers(zahra)) == ("welcome", {seats: 2})


def test_an_answer_that_a_phone_took_along_and_cannot_be_read_loses_no_scan(
    event: Event, zahra: Registration, present: Present, ask: Ask
) -> None:
    seats = ask("How many seats?", "number")
    answer = present(event, zahra, answers={seats: "a few"}, verdict_shown="welcome")
    assert (answer["outcome"], answer["counts"]["arrived"], answers(zahra)) == ("welcome", 1, {})
    assert Scan.get_by_id(answer["scan_id"]).now == "needs-answers"


def test_a_scan_sent_again_is_answered_as_it_was_with_what_is_still_to_be_asked(
    event: Event, zahra: Registration, present: Present, ask: Ask
) -> None:
    meal, scan_id = ask(), str(uuid.uuid4())
    first = present(event, zahra, scan_id=scan_id)
    assert present(event, zahra, scan_id=scan_id) == first
    stored = answer_of(event.id, scan_id)
    assert stored is not None and asked_ids(stored) == [meal]


def test_answers_of_a_guest_who_is_sent_away_are_not_kept(
    event: Event, new_guest: Guests, present: Present, ask: Ask
) -> None:
    meal = ask()
    guest = new_guest(event, status="waiting")
    assert present(event, guest, answers={meal: "fish"})["outcome"] == "waiting"
    assert answers(guest) == {}


def test_whoever_leaves_is_asked_nothing_and_force_asks_nothing(
    event: Event, zahra: Registration, present: Present, ask: Ask
) -> None:
    ask()
    assert present(event, zahra, force=True)["outcome"] == "welcome"
    assert present(event, zahra, direction="out")["outcome"] == "left"


def test_a_new_question_holds_from_the_next_scan_on(
    event: Event, zahra: Registration, new_guest: Guests, present: Present, ask: Ask
) -> None:
    assert present(event, zahra)["outcome"] == "welcome"
    ask()
    assert present(event, new_guest(event, "Ali Hassan"))["outcome"] == "needs-answers"


def test_phones_get_the_questions_and_whom_to_ask_but_no_answers(
    event: Event, zahra: Registration, new_guest: Guests, present: Present, ask: Ask
) -> None:
    meal = ask()
    ali = new_guest(event, "Ali Hassan")
    present(event, zahra, answers={meal: "no fish at all"})
    told = phone_list(event).content
    assert [question["id"] for question in told["questions"]] == [meal]
    asks = {guest["id"]: guest.get("asks") for guest in told["guests"]}
    assert asks == {zahra.id: None, ali.id: [meal]}
    assert "no fish" not in json.dumps(told)
