"""The desk by keyboard: a guest is asked the door's questions; sessions of the agenda; cases; in both languages."""

from __future__ import annotations

import json
import os
import urllib.request
import uuid
from pathlib import Path

import pytest

SHOTS = os.environ.get("MUDHIF_SHOTS")
WIDTHS = [pytest.param(1366, 900, id="laptop"), pytest.param(390, 844, id="phone")]
LUNCH = {
    "kind": "yes-no", "asked_at": "checkin", "required": True,
    "title": {"en": "Will you stay for lunch?", "ar": "هل تبقى للغداء؟"},
}  # fmt: skip
MEAL = {
    "kind": "choice", "asked_at": "checkin", "required": True, "title": {"en": "What may we cook?", "ar": "ماذا نطبخ؟"},
    "options": [
        {"title": {"en": "Fish from the marsh", "ar": "سمك من الهور"}},
        {"title": {"en": "Rice and lamb", "ar": "تمن ولحم"}},
    ],
}  # fmt: skip
ANSWER = {"lunch": False}
AGENDA = """09:00 - 10:30 Checking a picture
10:30 - 11:00 Break
11:00 - 13:00 Interviews
"""


@pytest.fixture(scope="module")
def training(make_site, tmp_path_factory):
    """A training whose guests are asked twice at the door and check in to each session."""
    site = make_site()
    agenda = tmp_path_factory.mktemp("agenda") / "agenda.txt"
    agenda.write_text(AGENDA, "utf-8")
    site.command("agenda", "set", site.code, str(agenda))
    token = site.command("token", "new", "--name", "questions", "--role", "coordinator")["token"]

    def post(path, body):
        request = urllib.request.Request(
            f"{site.url}/api/v1/events/{site.code}/{path}",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    lunch = post("questions", LUNCH)
    meal = post("questions", MEAL | {"shown_if": {"question": lunch["id"], "is": [True]}})
    site.lunch, site.meal, site.post = lunch["id"], meal["id"], post
    site.guests = site.command("guests", "list", site.code)
    return site


def shot(page, name):
    """A picture, where somebody wants to look at it."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def at_the_desk(look, site, width, height, lang, path="desk"):
    page = look(site, width=width, height=height, lang=lang)
    page.context.add_cookies([{"name": "lang", "value": lang, "url": site.url}])
    page.goto(f"{site.event_url}/{path}")
    return page


def test_a_walk_in_is_asked_and_checked_in_without_a_mouse(training, look, problems):
    page = at_the_desk(look, training, 1366, 900, "en")
    page.keyboard.type("Karar Hasan", delay=60)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("2")
    page.wait_for_timeout(300)  # faster than this only a USB scanner types
    page.keyboard.press("Enter")
    page.wait_for_selector("#asked")
    assert page.evaluate("document.activeElement.name") == f"q-{training.lunch}"
    assert page.locator(f"[data-question='{training.meal}']").is_hidden()
    page.keyboard.press("Space")  # yes, the first of the two
    assert page.locator(f"[data-question='{training.meal}']").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_selector("#asked .err")
    assert page.evaluate("document.activeElement.name") == f"q-{training.meal}"
    assert problems(page) == []
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector(".got.welcome")
    assert "Karar Hasan" in page.locator(".got").inner_text()


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_desk_asks_in_the_readers_language(training, look, problems, width, height, lang):
    guest = next(one for one in training.guests if one["name"].startswith("Salim"))
    page = at_the_desk(look, training, width, height, lang, f"desk?find={guest['name'].split()[0]}")
    page.click(".found button")
    page.wait_for_selector("#asked")
    page.locator(f"[name='q-{training.lunch}']").first.check()
    title = {"en": "What may we cook?", "ar": "ماذا نطبخ؟"}[lang]
    shot(page, f"desk-asks-{width}-{lang}")
    assert title in page.locator("#asked").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert problems(page) == []


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_pages_of_the_door_are_calm_in_both_languages(training, look, problems, width, height, lang):
    zahra, ammar = training.guests[0]["id"], training.guests[1]["id"]
    for guest, shown, more in ((zahra, "welcome", {}), (zahra, "welcome", {}), (ammar, "full", ANSWER)):
        answers = {training.lunch: more["lunch"]} if more else {}
        scan = {"scan_id": str(uuid.uuid4()), "registration": guest, "verdict_shown": shown, "answers": answers}
        training.post("checkins", scan)
    for path in ("desk", "doors", "board", "cases"):
        page = at_the_desk(look, training, width, height, lang, path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert problems(page) == []
        shot(page, f"{path}-{width}-{lang}")


# --- walk-ins by keyboard alone ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def series(make_site):
    """Today's event after an earlier one of its project, at which two people of one name were."""
    site = make_site(event={"capacity": 500})
    first = site.instance.parent / "first.toml"
    first.write_text(
        'title = "First dialogue session"\nproject = "Empowering Communities through Collective Advocacy"\n'
        'ordinal = 1\ndate = "2024-03-07"\nstart = "09:00"\nend = "13:00"\n',
        "utf-8",
    )
    code = site.command("event", "create", str(first))["code"]
    guests = site.instance.parent / "first.csv"
    guests.write_text(
        "Name,Name in Arabic,Sex,Organisation,Phone\n"
        "Zahra Abbas Jabbar,زهرة عباس جبار,F,Women for Peace,0780 112 4472\n"
        "Zahra Abbas Hamid,زهرة عباس حميد,F,Ur Youth Team,0780 112 9913\n",
        "utf-8",
    )
    site.command("guests", "import", code, str(guests))
    site.command("checkin", code, "1")
    return site


def walk_in(page, name, keys=("Tab", "2", "Enter")):
    """Types a walk-in as a person does; how many keys that were."""
    page.keyboard.type(name, delay=55)
    page.wait_for_timeout(170)
    for key in keys:
        page.keyboard.press(key)
    return len(name) + len(keys)


def test_a_known_person_is_taken_by_the_arrow_keys(series, look, problems):
    page = at_the_desk(look, series, 1366, 768, "en")
    before = series.command("attendance", series.code)["arrived"]
    page.keyboard.type("zahra", delay=70)
    page.wait_for_selector("#known li:nth-child(3)")
    shot(page, "desk-known-1366-en")
    isolates = str.maketrans("", "", "\u2068\u2069")
    lines = [line.translate(isolates) for line in page.locator("#known li").all_inner_texts()]
    assert "Kadhim" in lines[0] and "registered, not in yet" in lines[0]
    assert "came to session 1" in lines[1] and "…4472" in lines[1]
    assert "was registered for session 1" in lines[2] and "…9913" in lines[2]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("#known [aria-selected]").inner_text().startswith("Zahra Abbas Jabbar")
    assert page.evaluate("document.activeElement.id") == "name"
    assert problems(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector(".got.welcome")
    assert page.locator(".got .who").inner_text() == "Zahra Abbas Jabbar"
    guests = series.command("guests", "list", series.code)
    (taken,) = [guest for guest in guests if guest["name"] == "Zahra Abbas Jabbar"]
    assert taken["organisation"] == "Women for Peace"
    assert series.command("attendance", series.code)["arrived"] == before + 1


def test_forty_walk_ins_in_a_row_are_forty_with_no_key_but_their_words(series, look):
    page = at_the_desk(look, series, 1366, 768, "en")
    before = series.command("attendance", series.code)["arrived"]
    pressed = 0
    for n in range(40):
        name = f"Karar Number{chr(65 + n // 26)}{chr(97 + n % 26)}"
        page.wait_for_function("document.activeElement?.id === 'name'")
        pressed += walk_in(page, name) - len(name)
        page.wait_for_function("(name) => document.querySelector('.got .who')?.textContent === name", arg=name)
    assert pressed == 40 * 3  # Tab, the sex, Enter
    assert series.command("attendance", series.code)["arrived"] == before + 40
    names = [guest["name"] for guest in series.command("guests", "list", series.code) if "Number" in guest["name"]]
    assert len(names) == len(set(names)) == 40


def test_enter_pressed_twice_is_one_guest_and_what_is_typed_meanwhile_stays(series, look):
    page = at_the_desk(look, series, 1366, 768, "en")
    page.route("**/desk", lambda route: (page.wait_for_timeout(700), route.continue_())[1])
    page.keyboard.type("Sura Najm", delay=55)
    page.wait_for_timeout(170)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Ali", delay=55)
    page.wait_for_selector(".got.welcome")
    page.wait_for_function("document.querySelector('#name').value === 'Ali'")
    names = [guest["name"] for guest in series.command("guests", "list", series.code)]
    assert names.count("Sura Najm") == 1


def test_escape_empties_the_form_and_a_scan_keeps_it(series, look):
    page = at_the_desk(look, series, 1366, 768, "en")
    page.keyboard.type("Somebody", delay=55)
    page.keyboard.press("Escape")
    assert page.input_value("#name") == ""
    page.keyboard.type("Hasan Ali", delay=55)
    page.keyboard.press("Tab")
    page.keyboard.press("2")
    page.wait_for_timeout(300)
    ammar = series.guests[1]
    page.keyboard.type(ammar["ticket"])
    page.keyboard.press("Enter")
    page.wait_for_selector(".got.welcome")
    assert ammar["name"] == page.locator(".got .who").inner_text()
    assert page.input_value("#name") == "Hasan Ali"
    assert page.locator("[name='sex'][value='m']").is_checked()


def test_half_a_ticket_is_asked_for_again(series, look):
    page = at_the_desk(look, series, 1366, 768, "en")
    page.keyboard.type(series.guests[2]["ticket"][12:])
    page.keyboard.press("Enter")
    page.wait_for_selector("#cut:not([hidden])")
    assert page.input_value("#name") == ""


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_form_and_its_proposals_are_calm_in_both_languages(series, look, problems, width, height, lang):
    page = at_the_desk(look, series, width, height, lang)
    page.keyboard.type("زهر" if lang == "ar" else "zah", delay=70)
    page.wait_for_selector("#known li:nth-child(3)")
    page.keyboard.press("ArrowDown")
    shot(page, f"desk-known-{width}-{lang}")
    assert problems(page) == []


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_a_full_event_is_said_before_the_form_and_force_is_by_keyboard(look, problems, full_site, width, height, lang):
    page = at_the_desk(look, full_site, width, height, lang)
    assert page.locator("#walk-in .banner").bounding_box()["y"] < page.locator("#name").bounding_box()["y"]
    page.keyboard.type(f"Rusul {'Ali' if lang == 'en' else 'Hadi'}{width}", delay=55)
    page.click("#walk-in summary")
    shot(page, f"desk-full-{width}-{lang}")
    assert problems(page) == []
    page.focus("#walk-in [name='word']")
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    page.wait_for_selector(".got.welcome")
    assert page.locator(".got .who").inner_text().startswith("Rusul")
    assert page.locator(".got").bounding_box()["y"] < height  # seen without scrolling, on a phone, too
    shot(page, f"desk-forced-{width}-{lang}")


@pytest.fixture(scope="module")
def full_site(make_site):
    """An event whose five places are taken."""
    return make_site(event={"capacity": 5})
