"""The door's pages without a script: forms, outcomes, both languages."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.services.questions import save_question
from mudhif.services.settings import set_event_setting
from mudhif.storage.models import Event, Person, Registration
from mudhif.storage.store import write
from mudhif_agenda.parser import parse_agenda
from mudhif_agenda.services import bounds_of, take_over
from mudhif_checkin.items import items_of
from mudhif_checkin.models import Scan, Undo

SignIn = Callable[[str], FlaskClient]
UNANSWERED = "<span>Please answer this question.</span>"


def test_a_walk_in_is_registered_and_checked_in_by_one_form(signed_in: SignIn, event: Event) -> None:
    client = signed_in("desk")
    form = {
        "scan_id": str(uuid.uuid4()),
        "name": "حيدر فاضل",
        "sex": "m",
        "organisation": "Team",
        "phone": "07701234567",
    }
    for _sent_twice in range(2):
        answer = client.post(f"/e/{event.code}/desk", data=form, follow_redirects=True)
        assert answer.status_code == 200
        assert "حيدر فاضل" in answer.text
        assert "Welcome" in answer.text
    assert (Registration.select().count(), Scan.select().count()) == (1, 1)
    assert (Registration.get().source, Person.get().sex, Scan.get().device) == ("desk", "m", "Hanan")


def test_a_mistake_keeps_what_was_typed(signed_in: SignIn, event: Event) -> None:
    form = {"scan_id": str(uuid.uuid4()), "name": "Haidar", "phone": "0770"}
    answer = signed_in("desk").post(f"/e/{event.code}/desk", data=form)
    assert answer.status_code == 422
    assert 'value="Haidar"' in answer.text
    assert 'value="0770"' in answer.text
    assert re.search(r"<title>One mistake: Desk", answer.text)
    assert Registration.select().count() == 0


def test_a_guest_is_found_by_name_and_checked_in_by_one_button(
    signed_in: SignIn, event: Event, zahra: Registration
) -> None:
    client = signed_in("desk")
    page = client.get(f"/e/{event.code}/desk?find=زهراء").text
    assert "Zahra Kadhim" in page
    (scan_id,) = re.findall(
        rf'name="scan_id" value="([^"]+)"><input type="hidden" name="registration" value="{zahra.id}"', page
    )
    answer = client.post(
        f"/e/{event.code}/desk/check-in", data={"scan_id": scan_id, "registration": zahra.id}, follow_redirects=True
    )
    assert "Welcome" in answer.text
    assert Scan.get().registration == zahra.id


def test_undo_takes_the_last_guest_back(signed_in: SignIn, event: Event, zahra: Registration) -> None:
    client = signed_in("desk")
    scan_id = str(uuid.uuid4())
    client.post(f"/e/{event.code}/desk/check-in", data={"scan_id": scan_id, "registration": zahra.id})
    answer = client.post(f"/e/{event.code}/desk/undo", data={"checkin": scan_id}, follow_redirects=True)
    assert "The check-in was taken back." in answer.text
    assert Undo.get().scan == scan_id


def test_the_scanner_works_without_a_script(signed_in: SignIn, event: Event, zahra: Registration) -> None:
    client = signed_in("scanner")
    answer = client.post(
        f"/e/{event.code}/scan", data={"scan_id": str(uuid.uuid4()), "ticket": "1"}, follow_redirects=True
    )
    assert 'data-card="welcome"' in answer.text
    assert "Zahra Kadhim" in answer.text
    again = client.post(
        f"/e/{event.code}/scan", data={"scan_id": str(uuid.uuid4()), "ticket": "1"}, follow_redirects=True
    )
    assert re.search(r"Came in at \d\d:\d\d, by Hanan", again.text)


def test_only_the_scanners_page_may_compile_webassembly(signed_in: SignIn, event: Event) -> None:
    client = signed_in("desk")
    policies = {
        page: client.get(f"/e/{event.code}/{page}").headers["Content-Security-Policy"]
        for page in ("scan", "desk", "board")
    }
    assert [page for page, policy in policies.items() if "wasm-unsafe-eval" in policy] == ["scan"]


@pytest.mark.parametrize("page", ["desk", "scan", "board", "board/parts"])
def test_pages_hold_no_inline_script_or_style(signed_in: SignIn, event: Event, page: str, zahra: Registration) -> None:
    text = signed_in("desk").get(f"/e/{event.code}/{page}").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style| style=| on\w+=\"", text)


@pytest.mark.parametrize("page", ["desk", "scan", "board"])
def test_pages_are_there_in_arabic_from_the_right(signed_in: SignIn, event: Event, page: str) -> None:
    text = signed_in("desk").get(f"/e/{event.code}/{page}?lang=ar").text
    assert re.search(r'<html lang="ar" dir="rtl"', text)


def test_a_viewer_sees_the_board_without_names_of_guests_at_the_door(
    signed_in: SignIn, event: Event, zahra: Registration, present: Callable[..., Any]
) -> None:
    present(event, zahra)
    client = signed_in("timekeeper")
    board = client.get(f"/e/{event.code}/board").text
    assert "Zahra" not in board
    assert re.search(r'data-part="arrived">1<', board)
    assert client.get(f"/e/{event.code}/desk").status_code == 403


def test_the_board_shows_who_came_last(
    signed_in: SignIn, event: Event, zahra: Registration, present: Callable[..., Any]
) -> None:
    present(event, zahra, at="2024-03-07T09:06:00+03:00")
    board = signed_in("coordinator").get(f"/e/{event.code}/board").text
    assert "Zahra Kadhim" in board
    assert "09:06" in board
    assert "Arrivals per five minutes: 08:40 0; 08:45 0; 08:50 0; 08:55 0; 09:00 0; 09:05 1" in board


def test_guests_do_not_come_to_the_desk(client: FlaskClient, event: Event) -> None:
    assert client.get(f"/e/{event.code}/desk").status_code == 302


@pytest.mark.parametrize(("lang", "title"), [("en", "Attendance sheet"), ("ar", "ورقة الحضور")])
def test_the_attendance_sheet_is_printed_in_the_readers_language(
    signed_in: SignIn, event: Event, zahra: Registration, lang: str, title: str
) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    answer = signed_in("coordinator").get(f"/e/{event.code}/board/attendance.pdf?lang={lang}")
    text = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()
    assert title in text
    assert "زهراء" in text


@pytest.fixture
def meal(event: Event) -> str:
    """A question of the door."""
    data = {"title": {"en": "Which meal?"}, "kind": "number", "asked_at": "checkin", "required": True}
    return str(write(save_question, event.id, data).id)


def test_the_desk_asks_the_questions_of_the_door_and_checks_in_with_the_answers(
    signed_in: SignIn, event: Event, zahra: Registration, meal: str
) -> None:
    client, address = signed_in("desk"), f"/e/{event.code}/desk/check-in"

    def sent(**more: str) -> str:
        form = {"scan_id": str(uuid.uuid4()), "registration": zahra.id, **more}
        return client.post(address, data=form, follow_redirects=True).text

    page = sent()
    assert f'name="q-{meal}"' in page and UNANSWERED not in page
    assert UNANSWERED in sent(**{"asked": "yes", f"q-{meal}": ""})
    wrong = sent(**{"asked": "yes", f"q-{meal}": "two and a half"})
    assert 'value="two and a half"' in wrong and "This is no number." in wrong
    assert "Welcome" in sent(**{"asked": "yes", f"q-{meal}": "٢"})
    assert Registration.get_by_id(zahra.id).answers == {meal: 2}


def test_a_walk_in_is_asked_as_soon_as_it_is_registered(signed_in: SignIn, event: Event, meal: str) -> None:
    form = {"scan_id": str(uuid.uuid4()), "name": "Haidar Fadhil", "sex": "m"}
    page = signed_in("desk").post(f"/e/{event.code}/desk", data=form, follow_redirects=True).text
    assert f'name="q-{meal}"' in page and "Haidar Fadhil" in page


def test_the_desk_checks_in_to_the_agenda_item_that_was_chosen_until_another_is(
    signed_in: SignIn, event: Event, zahra: Registration
) -> None:
    write(set_event_setting, event.id, "checkin", "once", "item")
    write(take_over, event, parse_agenda("09:00 - 10:00 Fact-checking", bounds=bounds_of(event)))
    (item,) = items_of(event)
    client = signed_in("desk")
    assert "09:00 Fact-checking" in client.get(f"/e/{event.code}/desk").text
    form = {"scan_id": str(uuid.uuid4()), "registration": zahra.id, "item": item.id}
    answer = client.post(f"/e/{event.code}/desk/check-in", data=form)
    assert f"item={item.id}" in answer.location
    assert Scan.get().item == item.id
    assert f'<input type="hidden" name="item" value="{item.id}">' in client.get(answer.location).text


def test_the_page_of_the_badges_offers_the_sheet_to_sign_and_as_recorded(
    signed_in: SignIn, event: Event, zahra: Registration
) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    client = signed_in("coordinator")
    page = client.get(f"/e/{event.code}/tickets").text
    assert f'action="/e/{event.code}/board/attendance.pdf"' in page
    assert "To sign on paper" in page
    answer = client.get(f"/e/{event.code}/board/attendance.pdf?by=kind&blank=yes")
    text = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()
    assert "Came without a registration" in text
    assert "Arrived" not in text
