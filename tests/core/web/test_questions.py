"""An event's questions over the API and on the coordinator's page."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from tests.core.web.conftest import csrf

from mudhif.services.consents import VERSION, consent_texts
from mudhif.services.questions import event_questions, question_rows, save_question
from mudhif.services.registrations import NewGuest, cancel_registration, register_guest
from mudhif.services.settings import CORE, event_setting
from mudhif.storage.models import Event, Person, Registration
from mudhif.storage.store import write

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


def test_a_guests_answers_are_kept_and_given(client, event, other_event, token, api):
    lunch, meal = api("post", json=LUNCH).json, api("post", json=MEAL).json
    guest = write(register_guest, event.id, NewGuest(name="Zainab"))
    path, desk = f"/api/v1/registrations/{guest.id}/answers", token("desk", event)

    kept = client.patch(path, headers=desk, json={"answers": {lunch["id"]: "نعم", meal["id"]: "fish"}})
    assert kept.json["answers"] == {lunch["id"]: True, meal["id"]: meal["options"][0]["id"]}
    assert client.get(path, headers=desk).json == kept.json
    refused = client.patch(path, headers=desk, json={"answers": {meal["id"]: "stones"}})
    assert (refused.status_code, list(refused.json["errors"])) == (422, [meal["id"]])
    assert client.get(path, headers=token("desk", other_event)).status_code == 403
    assert client.get(path, headers=token("viewer")).status_code == 403


# ------------------------------------------------------------------------------------------------ the page


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


def test_consents_have_words_of_their_own_and_a_version_of_these(page, event, client):
    page("", {"form_open": "yes", "attendance_en": "x", "core.attendance_en": "I agree to be on the donor's list."})
    first = consent_texts(event.id, "en")
    assert (first[0].text, first[0].own) == ("I agree to be on the donor's list.", True)
    assert consent_texts(event.id, "ar")[0].version == VERSION
    page("", {"form_open": "yes", "core.attendance_en": "I agree."})
    assert consent_texts(event.id, "en")[0].version != first[0].version

    too_long = page("", {"form_open": "yes", "core.photos_en": "x" * 501})
    assert too_long.status_code == 422 and "500 letters" in too_long.text


# ------------------------------------------------------------------------------------------------ the form and the desk


@pytest.fixture
def form(client, event):
    """Sends the form behind the poster: ``form({"name": …})``."""
    path = f"/r/{event.code}"

    def send(data, lang="en"):
        own = {"name": "زينب كاظم", "sex": "f", "consent": "yes"}
        return client.post(f"{path}?lang={lang}", data=own | data | {"csrf_token": csrf(client, path)})

    return send


@pytest.fixture
def lunch(event):
    return write(save_question, event.id, LUNCH)


@pytest.fixture
def meal(event, lunch):
    return write(save_question, event.id, MEAL | {"required": True, "shown_if": {"question": lunch.id, "is": [True]}})


def test_the_form_asks_in_the_guests_language_and_keeps_the_answers(form, client, event, lunch, meal):
    assert "Lunch?" in client.get(f"/r/{event.code}?lang=en").text
    assert "هل تبقى للغداء؟" in client.get(f"/r/{event.code}?lang=ar").text

    assert form({f"q-{lunch.id}": "yes", f"q-{meal.id}": meal.options[1]["id"]}).status_code == 302

    assert Registration.get().answers == {lunch.id: True, meal.id: meal.options[1]["id"]}


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(form, lunch, meal):
    refused = form({f"q-{lunch.id}": "yes"})

    assert refused.status_code == 422
    assert f'id="q-{meal.id}-err"' in refused.text and "Please answer this question." in refused.text
    assert re.search(rf'name="q-{lunch.id}" value="yes"[^>]*checked', refused.text)
    assert Registration.select().count() == 0


def test_an_answer_to_a_hidden_question_is_dropped(form, lunch, meal):
    assert form({f"q-{lunch.id}": "no", f"q-{meal.id}": meal.options[0]["id"]}).status_code == 302

    assert Registration.get().answers == {lunch.id: False}


def test_questions_of_the_door_are_not_on_the_form(form, client, event):
    write(save_question, event.id, LUNCH | {"asked_at": "checkin"})

    assert "Lunch?" not in client.get(f"/r/{event.code}").text
    assert form({}).status_code == 302


def test_age_and_difficulties_are_asked_where_they_are_switched_on_and_may_be_left_out(form, client, event, page):
    assert "wg-seeing" not in client.get(f"/r/{event.code}").text
    page("", {"form_open": "yes", "core.ask_disability": "yes", "core.ask_age": "yes"})

    assert form({"name": "Huda"}).status_code == 302
    assert form({"name": "Ali", "age_band": "60+", "q-wg-hearing": "cannot"}).status_code == 302

    people = {person.name: (person.age_band, person.disability) for person in Person.select()}
    assert people == {"Huda": (None, None), "Ali": ("60+", "yes")}


def test_what_was_agreed_to_is_kept_with_version_time_and_language(form, event):
    form({"photos": "yes"}, lang="ar")

    attendance, photos = Person.get().consents
    assert (attendance["id"], attendance["given"], attendance["text"], attendance["lang"]) == (
        "attendance", True, VERSION, "ar",
    )  # fmt: skip
    assert (photos["id"], photos["given"]) == ("photos", True)
    assert datetime.fromisoformat(photos["at"]).tzinfo is not None


def test_the_desk_changes_answers_and_registers_without_those_that_are_missing(page, client, event, lunch, meal):
    def post(path, data):
        return client.post(f"/e/{event.code}/guests/{path}", data=data | {"csrf_token": csrf(client, "/")})

    assert post("add", {"name": "Ali", "kind": "participant"}).status_code == 302
    guest = Registration.get()
    assert guest.answers is None
    wrong = post(
        f"{guest.id}/edit", {"name": "Ali", "kind": "participant", f"q-{meal.id}": "stones", f"q-{lunch.id}": "yes"}
    )
    assert wrong.status_code == 422 and f'id="q-{meal.id}-err"' in wrong.text

    post(f"{guest.id}/edit", {"name": "Ali", "kind": "participant", f"q-{lunch.id}": "yes", f"q-{meal.id}": "Fish"})

    assert Registration.get().answers == {lunch.id: True, meal.id: meal.options[0]["id"]}
    shown = client.get(f"/e/{event.code}/guests/{guest.id}").text
    assert "<dt>Lunch?</dt><dd><bdi>Yes</bdi></dd>" in shown and "<dd><bdi>Fish</bdi></dd>" in shown


def test_a_freed_place_is_offered_by_a_button_to_whoever_came_first(page, client, event):
    write(lambda tx: tx.update(Event.get_by_id(event.id), capacity=1, waiting_list=True))
    guest, first, second = (write(register_guest, event.id, NewGuest(name=name)) for name in ("Ali", "Huda", "Sara"))
    listed = f"/e/{event.code}/guests?status=waiting"
    assert "No place is free" in client.get(listed).text and "/offer" not in client.get(listed).text

    write(cancel_registration, guest.id)
    text = client.get(listed).text
    assert "One place is free" in text and text.index("Huda") < text.index("Sara")
    secret = csrf(client, listed)
    for one in (first, second):
        client.post(f"/e/{event.code}/guests/{one.id}/offer", data={"csrf_token": secret, "back": listed})

    stands = {row.id: row.status for row in Registration.select()}
    assert (stands[first.id], stands[second.id]) == ("registered", "waiting")
    assert "No place is free of 1." in client.get(listed).text


def test_who_waits_reads_which_place_it_is(form, client, event):
    write(lambda tx: tx.update(Event.get_by_id(event.id), capacity=1, waiting_list=True))
    for name in ("Ali", "Huda"):
        form({"name": name})

    answer = form({"name": "Sara"})

    assert "Place 2 on the waiting list" in client.get(answer.location).text
    assert "2 are waiting already." in client.get(f"/r/{event.code}").text


def test_a_change_of_the_event_leaves_its_form_as_it_is(page, client, event):
    page("", {"waiting_list": "yes"})
    data = {
        "title": "New",
        "project": "P",
        "date": "2030-03-07",
        "start": "09:00",
        "end": "13:00",
        "timezone": "Asia/Baghdad",
    }
    secret = csrf(client, f"/e/{event.code}/edit")
    assert client.post(f"/e/{event.code}/edit", data=data | {"csrf_token": secret}).status_code == 302

    changed = Event.get_by_id(event.id)
    assert (changed.title, changed.form_open, changed.waiting_list) == ("New", False, True)


def test_too_many_tries_are_a_page_of_their_own_that_leads_back_to_the_form(client, event):
    path = f"/r/{event.code}"
    phone = {"environ_base": {"REMOTE_ADDR": "192.168.8.20"}}
    answers = [client.post(path, data={}, **phone) for _ in range(40)]

    last = answers[-1]
    assert last.status_code == 429 and int(last.headers["Retry-After"]) >= 1
    assert "One moment, please" in last.text and "What you typed is kept on this phone." in last.text
    assert f'href="{path}"' in last.text
    assert "لحظة من فضلكم" in client.post(f"{path}?lang=ar", data={}, **phone).text
