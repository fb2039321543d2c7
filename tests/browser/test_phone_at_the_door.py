"""The phone of a volunteer, with the laptop in reach and without: signatures, questions, what was taken back, gates."""

from __future__ import annotations

import math
import os
import sqlite3
from pathlib import Path

import pytest

from .test_offline import card, kept, listening, plain, read

LANGUAGES = ["en", "ar"]
SHOTS = os.environ.get("MUDHIF_SHOTS")
WORDS = {
    "en": {"ask": "Some questions", "kept": "Kept on this phone", "missing": "Please answer this question."},
    "ar": {"ask": "بعض الأسئلة", "kept": "محفوظ على هذا الهاتف", "missing": "يرجى الإجابة عن هذا السؤال."},
}
ASKED = [
    {"kind": "yes-no", "required": True,
     "title": {"en": "Is transport money needed?", "ar": "هل هناك حاجة إلى بدل نقل؟"}},
    {"kind": "number", "required": True, "title": {"en": "Kilometres from home", "ar": "المسافة من البيت بالكيلومتر"}},
    {"kind": "choice", "required": False, "title": {"en": "Lunch", "ar": "الغداء"},
     "options": [{"id": "all", "title": {"en": "Everything", "ar": "كل شيء"}},
                 {"id": "veg", "title": {"en": "Without meat", "ar": "بدون لحم"}}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def door(make_site, browser):
    """A site whose event asks for a signature and has questions at the door; and the ids of those."""
    from .conftest import Looking

    site = make_site()
    looking = Looking(browser)
    page = looking(site)
    page.goto(f"{site.event_url}/edit")
    page.check('[name="checkin.signature"]')
    page.click("main button.go")
    page.goto(f"{site.event_url}/scan")
    ids = []
    for question in ASKED:
        more = {"asked_at": "checkin"} | question
        if ids and question["kind"] == "number":
            more["shown_if"] = {"question": ids[0], "is": [True]}
        ids.append(page.evaluate(ASK, [site.code, more])["id"])
    for context in looking.contexts:
        context.close()
    return site, ids


ASK = """async ([code, question]) => {
    const { event, csrf } = document.getElementById("main").dataset;
    const answer = await fetch(`/api/v1/events/${event}/questions`, {
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
        body: JSON.stringify(question) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
}"""


@pytest.fixture
def phone(door, look):
    """Opens the scanner on a phone, signed in, with its list and its worker."""

    def opened(lang="en", **options):
        site, _ids = door
        page = look(site, lang=lang, **({"width": 390, "height": 844} | options))
        page.goto(f"{site.event_url}/scan")
        listening(page)
        page.wait_for_selector("#kept[data-installed='true']", state="attached")
        return page

    return opened


def shot(page, name):
    """A picture, where somebody wants to look at it."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def answer_the_card(page, ids, kilometres="12"):
    page.locator(f"[data-question='{ids[0]}'] label").first.click()
    if kilometres:
        page.fill(f"[name='q-{ids[1]}']", kilometres)
        page.locator(f"[data-question='{ids[2]}'] label").nth(1).click()
    page.click(".asking .acts .fill")


def sign(page):
    page.click("#outcome [data-act='sign']")
    box = page.locator("#signing canvas").bounding_box()
    for line in (0.4, 0.6):
        points = [
            (box["x"] + 20 + 4 * t, box["y"] + box["height"] * (line + 0.15 * math.sin(t / 3))) for t in range(60)
        ]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def table(site, query):
    with sqlite3.connect(site.instance / "mudhif.db") as database:
        return database.execute(query).fetchall()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("is_away", [False, True], ids=["in reach", "away"])
def test_a_guest_answers_signs_and_is_taken_back_on_the_phone_and_all_of_it_arrives_once(
    door, phone, problems, lang, is_away
):
    (site, ids), words = door, WORDS[lang]
    guest = site.command("guests", "add", site.code, "--name", f"Asked in {lang} {is_away}")
    other = site.command("guests", "add", site.code, "--name", f"By mistake in {lang} {is_away}")
    page = phone(lang)
    before = site.command("attendance", site.code)["arrived"]
    page.context.set_offline(is_away)

    read(page, guest["ticket"])
    asked = card(page, "needs-answers")
    assert asked.locator(".say").inner_text() == words["ask"]
    assert not page.locator(f"[data-question='{ids[1]}']").is_visible()
    page.click(".asking .acts .fill")
    assert words["missing"] in asked.inner_text()
    answer_the_card(page, ids, "")
    assert page.locator(f"[data-question='{ids[1]}']").is_visible()
    shot(page, f"asking-{lang}-{is_away}")
    if not is_away:
        assert problems(page) == []
    answer_the_card(page, ids)
    green = card(page, "welcome")
    shot(page, f"welcome-{lang}-{is_away}")
    assert (words["kept"] in green.inner_text()) == is_away

    sign(page)
    shot(page, f"signing-{lang}-{is_away}")
    page.click("#signing [data-part='save']")
    signed = card(page, "signed")
    shot(page, f"signed-{lang}-{is_away}")
    assert (words["kept"] in signed.inner_text()) == is_away

    read(page, other["ticket"])
    card(page, "needs-answers")
    answer_the_card(page, ids)
    card(page, "welcome")
    page.click("#outcome [data-act='undo']")
    page.click("#outcome .choices .btn")
    card(page, "undone")
    shot(page, f"undone-{lang}-{is_away}")

    if is_away:
        # Two refused, two let in, a signature and an undo; a flat battery takes none of them.
        kept(page, 6)
        page.reload()
        listening(page)
        kept(page, 6)
        read(page, other["ticket"])  # taken back: may come again, and has answered
        card(page, "welcome")
        page.click("#outcome [data-act='undo']")
        page.click("#outcome .choices .btn")
        card(page, "undone")
        kept(page, 8)
        page.context.set_offline(False)
    kept(page, 0)
    assert site.command("attendance", site.code)["arrived"] == before + 1
    mine = f"select count(*) from checkin_signature where registration = '{guest['id']}'"
    assert table(site, mine) == [(1,)]
    ((answers,),) = table(site, f"select answers from registration where id = '{guest['id']}'")
    assert '"veg"' in answers and "12" in answers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_gate_is_chosen_once_remembered_and_said_with_every_scan(door, phone, problems, lang):
    site, ids = door
    page = phone(lang)
    if lang == LANGUAGES[0]:
        for gate in ("Main door", "باب الحديقة"):
            page.goto(f"{site.event_url}/doors")
            page.fill("form:has(#name) #name", gate)
            page.locator("form:has(#name) button").first.click()
            page.wait_for_selector(f".gates li:has-text('{gate}')")
        page.goto(f"{site.event_url}/scan")
        listening(page)
    choice = page.locator("#outcome [data-part='gate'] .btn")
    assert plain(choice.nth(1).inner_text()) == "باب الحديقة"
    assert not page.locator("#outcome [data-part='item']").is_visible()
    shot(page, f"gates-{lang}")
    assert problems(page) == []
    choice.nth(1).click()
    page.click("#outcome [data-act='next']")
    assert page.locator("#place").inner_text() == "باب الحديقة"
    page.reload()
    listening(page)
    assert page.locator("#place").inner_text() == "باب الحديقة"
    assert page.locator("#outcome").get_attribute("data-outcome") == "idle"
    guest = site.command("guests", "add", site.code, "--name", f"By the garden {lang}")
    read(page, guest["ticket"])
    card(page, "needs-answers")
    answer_the_card(page, ids)
    card(page, "welcome")
    gates = table(site, f"select distinct gate from checkin_scan where registration = '{guest['id']}'")
    assert gates == [("باب الحديقة",)]


def test_the_list_goes_with_whoever_signs_out_and_the_queue_stays(door, phone):
    site, _ids = door
    page = phone()
    guest = site.command("guests", "add", site.code, "--name", "Kept over a sign-out")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.route("**/checkins", lambda route: route.abort())
    page.route("**/checkins/batch", lambda route: route.abort())
    read(page, guest["ticket"])
    page.wait_for_selector("#kept[data-kept='1']")
    assert page.evaluate(COUNTS)["list"] >= 5
    page.context.clear_cookies()  # what signing out does, without ending the other tests' session
    page.goto(f"{site.url}/sign-in")
    page.wait_for_function("async () => (await (" + COUNTS + ")()).list === 0")
    assert page.evaluate(COUNTS) == {"list": 0, "about": 0, "queue": 1}
    assert page.evaluate("caches.has('mudhif-scanner-1')") is False


COUNTS = """async () => {
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith("mudhif-door-"));
    const wait = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const base = await wait(indexedDB.open(name));
    const counts = {};
    for (const place of ["list", "about", "queue"]) {
        counts[place] = await wait(base.transaction(place).objectStore(place).count());
    }
    base.close();
    return counts;
}"""
