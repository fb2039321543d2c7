"""An event's questions: made, changed, put in order, taken away and answered."""

from __future__ import annotations

import pytest

from mudhif.domain.disability import WASHINGTON
from mudhif.domain.errors import BadInput
from mudhif.services.questions import (
    NoQuestion,
    QuestionIsWaitedFor,
    answer,
    delete_question,
    event_questions,
    find_question,
    reorder_questions,
    save_question,
)
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.services.settings import CORE, set_event_setting
from mudhif.storage.models import Person, Registration
from mudhif.storage.store import write

LUNCH = {"kind": "yes-no", "title": {"en": "Lunch?", "ar": "هل تبقى للغداء؟"}, "required": True}
MEAL = {
    "kind": "choice",
    "title": {"en": "Meal"},
    "options": [{"title": {"en": "Fish", "ar": "سمك"}}, {"title": {"en": "Rice"}}],
}


@pytest.fixture
def save(event):
    return lambda data, id=None, **more: write(save_question, event.id, data | more, id)


def wrong(call):
    with pytest.raises(BadInput) as raised:
        call()
    return raised.value.fields


def test_questions_come_in_the_order_in_which_they_were_made_and_by_where_they_are_asked(event, save):
    lunch, table = save(LUNCH), save({"kind": "number", "title": {"ar": "الطاولة"}, "asked_at": "checkin"})

    assert [q.id for q in event_questions(event.id)] == [lunch.id, table.id]
    [asked] = event_questions(event.id, "checkin")
    assert (asked.id, asked.title, asked.required) == (table.id, {"ar": "الطاولة"}, False)


def test_options_get_ids_that_stay_when_their_words_change_and_are_not_used_again(save):
    meal = save(MEAL)
    fish, rice = meal.options

    meal = save({"options": [fish | {"title": {"en": "Carp"}}, {"title": {"en": "Soup"}}]}, meal.id)

    assert [option["title"]["en"] for option in meal.options] == ["Carp", "Soup"]
    assert meal.options[0]["id"] == fish["id"] and meal.options[1]["id"] != rice["id"]


def test_what_is_not_named_stays(save):
    lunch = save(LUNCH)

    assert (save({"required": False}, lunch.id).required, lunch.title) == (False, LUNCH["title"])


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "drawing"}, "kind"),
        ({"title": {"en": "  "}}, "title"),
        ({"title": {"en": "x" * 301}}, "title"),
        ({"title": None}, "title"),
        ({"help": {"ar": "س" * 1001}}, "help"),
        ({"asked_at": "home"}, "asked_at"),
        ({"kind": "choice"}, "options"),
        ({"kind": "choices", "options": [{"title": {"en": "one"}}]}, "options"),
        ({"kind": "choice", "options": [{"title": {"en": "One"}}, {"title": {"en": "one"}}]}, "options"),
        ({"shown_if": {"question": "none", "is": [True]}}, "shown_if"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_asked_is_refused_with_its_field(event, save, data, field):
    assert list(wrong(lambda: save(LUNCH | data))) == [field]
    assert event_questions(event.id) == []


def test_a_condition_keeps_values_as_the_other_question_keeps_its_answers(save):
    lunch, meal = save(LUNCH), save(MEAL)

    assert save(MEAL, shown_if={"question": lunch.id, "is": ["نعم"]}).shown_if == {"question": lunch.id, "is": [True]}
    kept = save(LUNCH, shown_if={"question": meal.id, "is": ["سمك"]})
    assert kept.shown_if == {"question": meal.id, "is": [meal.options[0]["id"]]}


def test_a_condition_without_an_answer_that_can_be_given_is_refused(save):
    lunch = save(LUNCH)

    for values in ([], ["perhaps"], None):
        assert "shown_if" in wrong(lambda values=values: save(MEAL, shown_if={"question": lunch.id, "is": values}))


def test_questions_cannot_wait_for_each_other_nor_for_themselves(save):
    first = save(LUNCH)
    second = save(LUNCH, shown_if={"question": first.id, "is": [True]})
    third = save(LUNCH, shown_if={"question": second.id, "is": [True]})

    assert "shown_if" in wrong(lambda: save({"shown_if": {"question": third.id, "is": [True]}}, first.id))
    assert "shown_if" in wrong(lambda: save({"shown_if": {"question": first.id, "is": [True]}}, first.id))


def test_the_form_cannot_wait_for_the_door(save):
    door = save(LUNCH, asked_at="checkin")
    form = save(LUNCH)

    assert "shown_if" in wrong(lambda: save(MEAL, shown_if={"question": door.id, "is": [True]}))
    save(MEAL, asked_at="checkin", shown_if={"question": form.id, "is": [True]})


def test_a_question_that_another_waits_for_stays_as_that_one_needs_it(event, save):
    meal = save(MEAL)
    fish = meal.options[0]["id"]
    bones = save(LUNCH, shown_if={"question": meal.id, "is": [fish]})

    assert "options" in wrong(lambda: save({"options": [{"title": {"en": "A"}}, {"title": {"en": "B"}}]}, meal.id))
    assert "kind" in wrong(lambda: save({"kind": "date"}, meal.id))
    assert "asked_at" in wrong(lambda: save({"asked_at": "checkin"}, meal.id))
    with pytest.raises(QuestionIsWaitedFor, match="Lunch"):
        write(delete_question, event.id, meal.id)
    write(delete_question, event.id, bones.id)
    write(delete_question, event.id, meal.id)
    assert event_questions(event.id) == []
    with pytest.raises(NoQuestion):
        find_question(event.id, meal.id)


def test_the_order_is_that_which_is_given_and_names_each_once(event, save):
    ids = [save(LUNCH).id for _ in range(3)]

    write(reorder_questions, event.id, [ids[2], ids[0], ids[1]])

    assert [q.id for q in event_questions(event.id)] == [ids[2], ids[0], ids[1]]
    for order in (ids[:2], [*ids, ids[0]], [ids[0], ids[0], ids[1]]):
        assert "order" in wrong(lambda order=order: write(reorder_questions, event.id, order))


# ------------------------------------------------------------------------------------------------ answers


@pytest.fixture
def guest(event):
    return write(lambda tx: register_guest(tx, event.id, NewGuest(name="زينب كاظم")))


def answers(guest):
    return Registration.get_by_id(guest.id).answers


def test_answers_are_kept_beside_those_from_before(guest, save):
    lunch, cattle = save(LUNCH), save({"kind": "number", "title": {"en": "Buffaloes"}})

    write(answer, guest, {lunch.id: "نعم"})
    write(answer, guest, {cattle.id: "١٢"})

    assert answers(guest) == {lunch.id: True, cattle.id: 12}
    write(answer, guest, {cattle.id: ""})
    assert answers(guest) == {lunch.id: True}


def test_an_answer_that_becomes_hidden_is_dropped(guest, save):
    lunch = save(LUNCH)
    meal = save(MEAL, shown_if={"question": lunch.id, "is": [True]})
    write(answer, guest, {lunch.id: True, meal.id: "Fish"})

    assert write(answer, guest, {lunch.id: False}) == answers(guest) == {lunch.id: False}


def test_a_wrong_answer_is_refused_and_changes_nothing(guest, save):
    cattle, lunch = save({"kind": "number", "title": {"en": "Buffaloes"}}), save(LUNCH)
    write(answer, guest, {cattle.id: 3})

    assert list(wrong(lambda: write(answer, guest, {cattle.id: "many", lunch.id: True}))) == [cattle.id]
    assert answers(guest) == {cattle.id: 3}


def test_answers_to_a_question_that_is_gone_or_was_changed_stay(event, guest, save):
    lunch, village = save(LUNCH), save({"kind": "text", "title": {"en": "Village"}})
    write(answer, guest, {lunch.id: True, village.id: "Al-Chibayish"})
    write(delete_question, event.id, lunch.id)
    save({"kind": "number"}, village.id)
    wells = save({"kind": "number", "title": {"en": "Wells"}})

    write(answer, guest, {wells.id: 2})

    assert answers(guest) == {lunch.id: True, village.id: "Al-Chibayish", wells.id: 2}


# ------------------------------------------------------------------------------------------------ difficulties


@pytest.fixture
def asks_disability(event):
    write(set_event_setting, event.id, CORE, "ask_disability", True)


def disability(guest):
    return Person.get_by_id(guest.person).disability


def test_the_six_questions_are_asked_on_the_form_alone_and_only_where_they_are_switched_on(event):
    assert event_questions(event.id) == []
    write(set_event_setting, event.id, CORE, "ask_disability", True)

    assert [q.id for q in event_questions(event.id, "form")] == [q.id for q in WASHINGTON]
    assert event_questions(event.id, "checkin") == []
    assert not any(question.required for question in WASHINGTON)


def test_a_lot_of_difficulty_in_one_is_a_disability_and_six_light_answers_are_none(asks_disability, guest):
    write(answer, guest, {"wg-walking": "a-lot"})
    assert disability(guest) == "yes"

    write(answer, guest, {question.id: "some" for question in WASHINGTON})
    assert disability(guest) == "no"

    write(answer, guest, {"wg-seeing": ""})
    assert disability(guest) is None


def test_what_was_known_of_a_disability_stays_where_the_six_questions_are_left_out(asks_disability, guest, save):
    write(lambda tx: tx.update(Person.get_by_id(guest.person), disability="yes"))
    lunch = save(LUNCH)

    write(answer, guest, {lunch.id: True} | {question.id: "" for question in WASHINGTON})

    assert disability(guest) == "yes"


def test_who_registers_with_the_answers_has_what_follows_from_them(event):
    made = write(lambda tx: register_guest(tx, event.id, NewGuest(name="Ali", answers={"wg-hearing": "cannot"})))

    assert disability(made) == "yes"
