"""The pages, the API and the displays, through the real app."""

from __future__ import annotations

import pytest

from mudhif.storage.store import write
from mudhif_agenda.displays import told_agenda, told_timer
from mudhif_agenda.models import TimerAction
from mudhif_agenda.services import items_of, press
from mudhif_agenda.timer import Do

TWO_TIMES = "12:30 - 12:45 Closing\n12:45 PM – 01:00 PM Lunch Break 01:00 PM – 02:00 PM\nNo time here\n"


def test_pasting_shows_what_each_line_became_and_writes_nothing(by_role, event):
    page = by_role("coordinator").post(f"/e/{event.code}/agenda/paste", data={"text": TWO_TIMES}).text
    assert "Take over 2 items" in page
    assert "Line 2: This line has two times. The first was kept; 13:00 to 14:00 was left out." in page
    assert "Line 3: This line became nothing" in page
    assert items_of(event.id) == []


def test_taking_over_writes_the_items_with_what_was_chosen(by_role, event):
    form = {"text": TWO_TIMES, "take": "yes", "second-1": "both"}
    answer = by_role("coordinator").post(f"/e/{event.code}/agenda/paste", data=form)
    assert answer.status_code == 303
    assert [(i.title, i.start_minute) for i in items_of(event.id)] == [
        ("Closing", 750), ("Lunch Break", 765), ("Lunch Break", 780),
    ]  # fmt: skip


def test_an_open_error_holds_the_agenda_back(by_role, event):
    form = {"text": "10:00 - 09:30 Opening", "take": "yes"}
    page = by_role("coordinator").post(f"/e/{event.code}/agenda/paste", data=form)
    assert "An error is open" in page.text
    assert items_of(event.id) == []


def test_a_text_without_items_says_so(by_role, event):
    answer = by_role("coordinator").post(f"/e/{event.code}/agenda/paste", data={"text": "hello"})
    assert answer.status_code == 422
    assert "No item was found" in answer.text


def test_the_agenda_is_edited_without_a_script(by_role, event, items):
    client, base = by_role("timekeeper"), f"/e/{event.code}/agenda"
    assert "Presentation" in client.get(base).text
    assert client.post(f"{base}/item", data={"title": "Prayer", "start": "12:00", "length": "15"}).status_code == 303
    assert client.post(f"{base}/item/{items[0].id}/move", data={"to": "down"}).status_code == 303
    assert client.post(f"{base}/item/{items[2].id}/delete").status_code == 303
    assert [item.title for item in items_of(event.id)] == ["Presentation", "Opening", "Dialogue", "Prayer"]
    wrong = client.post(f"{base}/item/{items[0].id}", data={"title": "", "start": "x"})
    assert (wrong.status_code, "Write a title." in wrong.text) == (422, True)


@pytest.mark.parametrize("kind", ["ics", "xlsx", "csv", "json"])
def test_the_agenda_is_taken_along_as_a_file(by_role, event, items, kind):
    answer = by_role("coordinator").get(f"/e/{event.code}/agenda/export.{kind}")
    assert f"agenda-{event.code}.{kind}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["agenda", "agenda/paste", "timer"])
def test_a_desk_may_neither_edit_nor_time(by_role, browser, event, path):
    assert by_role("desk").get(f"/e/{event.code}/{path}").status_code == 403
    assert browser.get(f"/e/{event.code}/{path}").status_code in (302, 303, 401)


def test_the_timer_is_run_by_plain_forms(by_role, event, items):
    client, url = by_role("timekeeper"), f"/e/{event.code}/timer"
    assert client.post(url, data={"do": "start"}).status_code == 303
    page = client.get(url).text
    assert "Now, 1 of 4" in page and "Pause" in page
    client.post(url, data={"do": "next", "seen": items[0].id})
    client.post(url, data={"do": "next", "seen": items[0].id})  # pressed twice
    client.post(url, data={"do": "add:60", "seen": items[1].id})
    client.post(url, data={"do": "message", "text": "Two minutes"})
    part = client.post(f"{url}?part=1", data={"do": "pause", "seen": items[1].id}).text
    assert "Presentation" in part and "<html" not in part and "Paused" in part
    assert [a.action for a in TimerAction.select().order_by(TimerAction.turn)] == [
        "start",
        "next",
        "add",
        "message",
        "pause",
    ]


def test_a_button_that_does_not_exist_is_refused(by_role, event, items):
    for wrong in ("explode", "clock", ""):
        assert by_role("timekeeper").post(f"/e/{event.code}/timer", data={"do": wrong}).status_code == 422


def test_the_speakers_screen_opens_on_the_laptop_and_elsewhere_for_the_team_only(browser, by_role, event, items):
    url, elsewhere = f"/x/show/{event.code}/speaker", {"REMOTE_ADDR": "192.168.8.20", "wsgi.url_scheme": "https"}
    write(lambda tx: press(tx, event, Do.START))
    write(lambda tx: press(tx, event, Do.MESSAGE, text="Please conclude"))
    assert "Please conclude" in browser.get(url).text
    assert browser.get(url, environ_overrides=elsewhere).status_code in (302, 303, 401)
    assert by_role("display").get(url, environ_overrides=elsewhere).status_code == 200


def test_guests_see_now_and_next_over_plain_http_and_no_message(browser, event, items):
    write(lambda tx: press(tx, event, Do.START))
    write(lambda tx: press(tx, event, Do.MESSAGE, text="Please conclude"))
    page = browser.get(f"/x/now/{event.code}", environ_overrides={"REMOTE_ADDR": "192.168.8.20"})
    assert page.status_code == 200
    assert "Opening" in page.text and "Presentation" in page.text and "Please conclude" not in page.text
    assert set(browser.get(f"/x/now/{event.code}/clock").json) == {"steady", "wall"}


def test_displays_are_dark_when_told(browser, event, items):
    write(lambda tx: press(tx, event, Do.BLACKOUT))
    assert 'class="stage idle dark"' in browser.get(f"/x/show/{event.code}/speaker").text


def test_the_arabic_pages_are_right_to_left_and_speak_arabic(by_role, browser, event, take):
    take("٩:٠٠ – ٩:٣٠ ص الافتتاح\n١٢:٤٥ – ١:٠٠ م غداء ١:٠٠ – ٢:٠٠ م")
    write(lambda tx: press(tx, event, Do.START))
    pages = [
        browser.get(f"/x/show/{event.code}/speaker?lang=ar"),
        by_role("coordinator").get(f"/e/{event.code}/timer?lang=ar"),
    ]
    for page in pages:
        assert 'dir="rtl"' in page.text and "الافتتاح" in page.text
    assert "التالي" in pages[0].text and "إيقاف مؤقت" in pages[1].text


def test_the_api_tells_and_takes_presses(by_role, event, items):
    client, url = by_role("timekeeper"), f"/api/v1/events/{event.id}/timer"
    assert client.get(url).json == {
        "state": "idle", "item": None, "elapsed": None, "remaining": None, "offset": None, "expected_end": None,
    }  # fmt: skip
    press_ = {"action": "start", "id": "0190a0a0-0000-7000-8000-000000000009"}
    for _ in range(2):
        answer = client.post(url, json=press_)
        assert (answer.status_code, answer.json["state"], answer.json["item"]["title"]) == (200, "running", "Opening")
    assert client.post(url, json={"action": "start"}).status_code == 409
    assert client.post(url, json={"action": "explode"}).status_code == 422
    assert by_role("viewer").post(url, json={"action": "next"}).status_code == 403
    assert [row["start"] for row in client.get(f"/api/v1/events/{event.id}/agenda").json] == [
        "09:00",
        "09:30",
        "10:00",
        "10:30",
    ]
    assert set(client.get("/api/v1/clock").json) == {"steady", "wall"}


def test_open_pages_are_told_of_presses_without_the_message(event, items, installation):
    seen = []
    installation.store.after_answers(seen.extend)
    write(lambda tx: press(tx, event, Do.START))
    write(lambda tx: press(tx, event, Do.MESSAGE, text="secret"))
    name, payload = told_timer(None, seen)
    assert (name, payload["state"], payload["turn"]) == ("timer", "running", 2)
    assert "secret" not in str(payload)
    assert {change.kind for change in seen} == {"agenda.timeraction/1"}
    assert told_agenda(None, seen) == ("agenda", {"items": 4})


def test_the_overview_says_that_the_agenda_is_empty_and_where_to_begin(by_role, event):
    page = by_role("coordinator").get(f"/e/{event.code}/").text
    assert "The agenda is empty." in page and f"/e/{event.code}/agenda" in page
