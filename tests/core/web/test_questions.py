"""An event's questions over the API and on the coordinator's page."""

from __future__ import annotations

import re

import pytest

from mudhif.services.questions import event_questions, question_rows
from mudhif.services.settings import CORE, event_setting
from mudhif.storage.models import Event

PASSWORD = "reeds by the water"
LUNCH = {"kind": "yes-no", "title": {"en": "Lunch?", "ar": "هل تبقى للغداء؟"}, "required": True}
MEAL = {"kind": "choice", "title": {"en": "Meal"}, "options": [{"title": {"en": "Fish"}}, {"title": {"en": "Rice"}}]}


@pytest.fixture
def api(client, event, token):
    """Calls of a coordinator's token: ``api("post", "", json=…)``."""
    headers = token("coordinator")
    return lambda method, path="", **more: getattr(client, method)(
        f"/api/v1/events/{event.code}/questions{path}", headers=headers, **more
    )


def test_a_question_is_asked_changed_put_in_order_and_taken_away(api, event):
    lunch = api("post", json=LUNCH)
    meal = api("post", json=MEAL).json
    assert (lunch.status_code, lunch.json["title"], lunch.json["required"]) == (201, LUNCH["title"], True)

    condition = {"question": lunch.json["id"], "is": ["yes"]}
    changed = api("patch", f"/{meal['id']}", json={"shown_if": condition})
    assert changed.json["shown_if"] == {"question": lunch.json["id"], "is": [True]}
    assert changed.json["options"] == meal["options"]
    assert api("get", f"/{meal['id']}").json == changed.json

    moved = api("put", "/order", json={"order": [meal["id"], lunch.json["id"]]})
    assert [q["id"] for q in moved.json] == [q["id"] for q in api("get").json] == [meal["id"], lunch.json["id"]]

    assert api("delete", f"/{lunch.json['id']}").status_code == 409
    assert api("delete", f"/{meal['id']}").status_code == 204
    assert api("delete", f"/{meal['id']}").status_code == 404
    assert [q["id"] for q in api("get").json] == [lunch.json["id"]]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "kind"),
        ({"kind": "drawing", "title": {"en": "x"}}, "kind"),
        ({"kind": "text", "title": {}}, "title"),
        ({"kind": "choice", "title": {"en": "x"}, "options": []}, "options"),
        ({"kind": "text", "title": {"en": "x"}, "shown_if": {"question": "none", "is": [1]}}, "shown_if"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(api, data, field):
    answer = api("post", json=data)

    assert answer.status_code == 422 and field in answer.json["errors"]


def test_who_may_not_change_the_event_reads_its_questions_and_changes_none(client, event, token, api):
    api("post", json=LUNCH)
    desk = token("desk")

    assert len(client.get(f"/api/v1/events/{event.code}/questions", headers=desk).json) == 1
    assert client.post(f"/api/v1/events/{event.code}/questions", headers=desk, json=LUNCH).status_code == 403


# ------------------------------------------------------------------------------------------------ the page


def csrf(client, path):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text).group(1)


@pytest.fixture
def page(client, account, event):
    """Calls of a signed-in coordinator: ``page("/new", data)`` posts, without data it gets."""
    secret = csrf(client, "/sign-in")
    client.post("/sign-in", data={"name": account("coordinator"), "password": PASSWORD, "csrf_token": secret})

    def call(path="", data=None):
        address = f"/e/{event.code}/questions{path}"
        if data is None:
            return client.get(address)
        return client.post(address, data=data | {"csrf_token": csrf(client, f"/e/{event.code}/questions")})

    return call


def typed(**more):
    return {"kind": "text", "title_en": "Village", "title_ar": "", "asked_at": "form", "do": "save"} | more


def test_a_coordinator_writes_a_question_in_two_languages_with_its_answers(page, event):
    data = typed(
        kind="choice", title_en="Meal", title_ar="الوجبة", required="yes", option=["", "", ""],
        option_en=["Fish", "", "Rice"], option_ar=["سمك", "", ""],
    )  # fmt: skip

    assert page("/new", data).status_code == 302

    [question] = event_questions(event.id)
    assert (question.kind, question.required, question.title) == ("choice", True, {"en": "Meal", "ar": "الوجبة"})
    assert [option["title"] for option in question.options] == [{"en": "Fish", "ar": "سمك"}, {"en": "Rice"}]
    assert "الوجبة" in page().text


def test_the_editor_keeps_what_was_typed_and_the_ids_of_answers(page, event):
    page("/new", typed(kind="choice", option=["", ""], option_en=["Fish", "Rice"], option_ar=["", ""]))
    [before] = event_questions(event.id)
    ids = [option["id"] for option in before.options]

    refused = page(
        f"/{before.id}", typed(kind="choice", title_en="", option=ids, option_en=["Carp", "Rice"], option_ar=["", ""])
    )
    assert refused.status_code == 422 and 'value="Carp"' in refused.text and f'value="{ids[0]}"' in refused.text

    page(f"/{before.id}", typed(kind="choice", option=ids, option_en=["Carp", "Rice"], option_ar=["", ""]))
    [after] = event_questions(event.id)
    assert [option["id"] for option in after.options] == ids


def test_more_rows_come_without_a_script_and_nothing_typed_is_lost(page):
    more = page(
        "/new", typed(kind="choice", do="more", option=[""] * 3, option_en=["Fish", "", ""], option_ar=[""] * 3)
    )

    assert more.text.count('name="option_en"') == 6 and 'value="Fish"' in more.text


def test_a_condition_is_ticked_at_answers_of_one_other_question(page, event):
    page("/new", typed(kind="yes-no", title_en="Lunch?"))
    page("/new", typed(kind="yes-no", title_en="Boat?"))
    lunch, boat = question_rows(event.id)

    both = page("/new", typed(title_en="Why?", shown_if=[f"{lunch.id}|true", f"{boat.id}|true"]))
    assert both.status_code == 422 and "Tick answers of one question only." in both.text
    page("/new", typed(title_en="Why?", shown_if=[f"{lunch.id}|false"]))
    page("/new", typed(title_en="Broken", shown_if=["x|{"]))

    assert [row.shown_if for row in question_rows(event.id)] == [None, None, {"question": lunch.id, "is": [False]}]
    assert "Only where “Lunch?” is answered: No" in page().text


def test_questions_are_moved_and_taken_away_by_buttons(page, event):
    for title in ("One", "Two", "Three"):
        page("/new", typed(title_en=title))
    one, two, three = question_rows(event.id)

    page(f"/{three.id}/move", {"way": "up"})
    page(f"/{one.id}/move", {"way": "up"})
    assert [row.id for row in question_rows(event.id)] == [one.id, three.id, two.id]
    page(f"/{three.id}/delete", {})
    assert [row.id for row in question_rows(event.id)] == [one.id, two.id]


def test_the_form_is_closed_and_what_else_it_asks_is_set_on_the_same_page(page, event):
    assert "checked" in page().text

    page("", {"waiting_list": "yes", "core.ask_disability": "yes"})

    changed = Event.get_by_id(event.id)
    assert (changed.form_open, changed.waiting_list) == (False, True)
    assert event_setting(event.id, CORE, "ask_disability") is True
    assert event_setting(event.id, CORE, "ask_age") is False
