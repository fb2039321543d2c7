"""An event's own questions: on a guest's phone with and without scripts, and on the pages of the team."""

from __future__ import annotations

import json
import urllib.request

import pytest

PHONE = {"width": 390, "height": 844, "signed_in": False}
LUNCH = {"kind": "yes-no", "title": {"en": "Will you stay for lunch?", "ar": "هل تبقى للغداء؟"}, "required": True}
MEAL = {
    "kind": "choice",
    "title": {"en": "What may we cook?", "ar": "ماذا نطبخ؟"},
    "options": [{"title": {"en": "Fish", "ar": "سمك"}}, {"title": {"en": "Rice", "ar": "رز"}}],
    "required": True,
}
TOPICS = {
    "kind": "choices",
    "title": {"en": "Topics", "ar": "المواضيع"},
    "options": [{"title": {"en": "Water", "ar": "الماء"}}, {"title": {"en": "Roads", "ar": "الطرق"}}],
}
CATTLE = {"kind": "number", "title": {"en": "How many buffaloes?", "ar": "كم عدد الجاموس؟"}}


@pytest.fixture(scope="module")
def asking(make_site):
    """A site whose event asks four questions, the second only of those who stay for lunch."""
    site = make_site()
    token = site.command("token", "new", "--name", "questions", "--role", "coordinator")["token"]

    def ask(question):
        request = urllib.request.Request(
            f"{site.url}/api/v1/events/{site.code}/questions",
            data=json.dumps(question).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    lunch = ask(LUNCH)
    meal = ask(MEAL | {"shown_if": {"question": lunch["id"], "is": [True]}})
    site.questions = {"lunch": lunch, "meal": meal, "topics": ask(TOPICS), "cattle": ask(CATTLE)}
    return site


def field(site, name, value=None):
    found = f"[name='q-{site.questions[name]['id']}']"
    return found if value is None else f"{found}[value='{value}']"


def answers(site, name):
    export = site.instance.parent / "out.json"
    site.command("guests", "export", site.code, "-o", str(export))
    [row] = [guest for guest in json.loads(export.read_text("utf-8"))["guests"] if guest["name"] == name]
    return {question: row[site.questions[question]["title"]["en"]] for question in site.questions}


def opened(site, look, **more):
    page = look(site, **PHONE, **more)
    page.goto(f"{site.url}/r/{site.code}")
    return page


def fill_in(page, name):
    page.fill("#name", name)
    page.check("#sex", force=True)
    page.check("[name=consent]")


def test_a_question_appears_when_its_answer_is_given_and_goes_with_it(asking, look, problems):
    page = opened(asking, look)
    meal = page.locator(f"[data-question='{asking.questions['meal']['id']}']")
    assert not meal.is_visible()

    page.check(field(asking, "lunch", "yes"), force=True)
    assert meal.is_visible() and meal.locator("[data-when]").count() == 0
    page.check(field(asking, "meal", asking.questions["meal"]["options"][0]["id"]), force=True)
    page.check(field(asking, "lunch", "no"), force=True)
    assert not meal.is_visible()

    fill_in(page, "Zainab Karim")
    page.fill(field(asking, "cattle"), "١٢")
    assert problems(page) == []
    page.click("text=Register me")
    page.wait_for_url("**/t/**")
    assert answers(asking, "Zainab Karim") == {"lunch": False, "meal": None, "topics": None, "cattle": 12}


def test_without_javascript_all_are_there_with_when_they_are_meant(asking, look):
    page = opened(asking, look, java_script_enabled=False)
    assert "Only where “Will you stay for lunch?” is answered: Yes" in page.inner_text("main")
    fill_in(page, "Huda Salman")
    page.check(field(asking, "lunch", "yes"), force=True)
    page.check(field(asking, "topics") + " >> nth=1")
    page.click("text=Register me")

    assert page.title().startswith("One error: ")
    assert page.is_checked(field(asking, "lunch", "yes")) and page.is_checked(field(asking, "topics") + " >> nth=1")
    page.check(field(asking, "meal") + " >> nth=1", force=True)
    page.click("text=Register me")
    page.wait_for_url("**/t/**")
    assert answers(asking, "Huda Salman") == {"lunch": True, "meal": "Rice", "topics": "Roads", "cattle": None}


def test_a_draft_brings_the_answers_back_and_shows_what_they_show(asking, look):
    page = opened(asking, look)
    page.check(field(asking, "lunch", "yes"), force=True)
    page.check(field(asking, "meal") + " >> nth=0", force=True)
    page.reload()

    assert page.is_checked(field(asking, "meal") + " >> nth=0")
    assert page.locator(f"[data-question='{asking.questions['meal']['id']}']").is_visible()


def test_a_phone_that_lost_the_wifi_keeps_the_form_and_sends_it_later(asking, look):
    page = opened(asking, look)
    fill_in(page, "Kareem Shaker")
    page.check(field(asking, "lunch", "no"), force=True)
    page.context.set_offline(True)
    page.click("text=Register me")
    page.wait_for_selector("[data-no-wifi]:not([hidden])")
    assert page.input_value("#name") == "Kareem Shaker"

    page.context.set_offline(False)
    page.click("text=Register me")
    page.wait_for_url("**/t/**")
    assert answers(asking, "Kareem Shaker")["lunch"] is False


def test_the_questions_are_whole_in_arabic(asking, look, problems):
    page = opened(asking, look, lang="ar")
    assert "هل تبقى للغداء؟" in page.inner_text("main")
    fill_in(page, "نور الهدى صباح")
    page.check(field(asking, "lunch", "yes"), force=True)
    page.click(".foot .btn")
    page.wait_for_selector(".err")
    assert "الإجابة عن هذا السؤال" in page.inner_text(".err")
    assert problems(page) == []


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_pages_of_the_form_hold_in_both_languages_and_widths(asking, look, problems, lang, width):
    page = look(asking, lang=lang, width=width)
    meal = asking.questions["meal"]["id"]
    for path in ("questions", "questions/new", f"questions/{meal}", "guests/add"):
        assert page.goto(f"{asking.event_url}/{path}").status == 200
        assert problems(page) == [], path


def test_the_editor_shows_answers_to_choose_from_for_those_kinds_alone(asking, look):
    page = look(asking)
    page.goto(f"{asking.event_url}/questions/new")
    assert not page.is_visible("#options")
    page.select_option("#kind", "choices")
    assert page.is_visible("#options")


def test_a_coordinator_puts_a_question_further_up_and_takes_one_away(asking, look):
    page = look(asking)
    page.goto(f"{asking.event_url}/questions/new")
    page.fill("#title_en", "Do you come by boat?")
    page.press("#title_en", "Enter")
    page.wait_for_url("**/questions")
    titles = page.locator(".asks h3")
    assert titles.last.inner_text() == "Do you come by boat?"

    page.click("[aria-label='Move up: Do you come by boat?']")
    page.wait_for_load_state()
    assert titles.nth(3).inner_text() == "Do you come by boat?"
    page.click("[aria-label='Take away: Do you come by boat?']")
    page.wait_for_selector(".flashes")
    assert titles.count() == 4


def test_the_desk_offers_a_freed_place_to_whoever_came_first(make_site, look, problems):
    site = make_site(event={"capacity": 5, "waiting_list": True})
    for name in ("Huda Salman", "Ali Raheem"):
        page = look(site, **PHONE)
        page.goto(f"{site.url}/r/{site.code}")
        fill_in(page, name)
        page.click("text=Register me")
        page.wait_for_url("**/t/**")
    assert "Place 2 on the waiting list" in page.inner_text("main")
    assert problems(page) == []

    desk = look(site, width=390)
    desk.goto(f"{site.event_url}/guests/{site.guests[0]['id']}")
    desk.click("text=Cancel this registration")
    desk.goto(f"{site.event_url}/guests?status=waiting")
    assert "One place is free" in desk.inner_text(".turns")
    assert problems(desk) == []
    desk.click(".turns button >> nth=0")
    desk.wait_for_selector("text=Huda Salman has a place now. Please tell them.")

    assert "No place is free" in desk.inner_text(".turns")
    page.reload()
    assert "Place 1 on the waiting list" in page.inner_text("main")
