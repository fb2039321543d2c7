"""What the pages do a program can do, too: lists out of files, a person's data, names that go, prints, figures."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.core.web.conftest import make_event

from mudhif.services.questions import save_question
from mudhif.services.registrations import guest_from, guest_list, register_guest
from mudhif.services.settings import CORE, set_event_setting
from mudhif.storage.store import write

LIST = b"Name,Sex,Phone\nAli Hassan,m,07801234567\nSara Jabbar,X,07711234567\nAli Hassan,m,07801234567\n"


@pytest.fixture
def api(client, token):
    """Call the API as a coordinator."""
    headers = token("administrator")

    def call(method, path, status=200, **kwargs):
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, **kwargs)
        assert answer.status_code == status, answer.text
        return answer

    return call


@pytest.fixture
def guest(event):
    new = guest_from({"name": "Zainab Kadhim", "sex": "f", "phone": "0780 112 4471", "email": "z@example.org"})
    return write(register_guest, event.id, new)


def test_a_list_is_sent_looked_at_put_right_and_written(event, api):
    begun = api("POST", f"/events/{event.code}/imports", 201, data={"file": (io.BytesIO(LIST), "list.csv")}).json
    assert begun["state"] == "ready" and begun["plan"]["created"] == 1 and guest_list(event.id) == []
    assert [error["row"] for error in begun["plan"]["errors"]] == [3]
    assert [pair["row"] for pair in begun["plan"]["duplicates"]] == [4]
    here = f"/events/{event.code}/imports/{begun['token']}"
    said = {"fixes": [{"row": 3, "field": "sex", "text": "f"}], "decisions": {"4": "same"}}
    assert api("PATCH", here, json=said).json["plan"]["created"] == 2
    written = api("POST", f"{here}/confirm").json
    assert written["state"] == "written" and len(guest_list(event.id)) == 2
    undone = api("POST", f"/events/{event.code}/imports/{written['written_as']}/undo").json
    assert undone == {"gone": 2, "kept": 0} and guest_list(event.id) == []


def test_a_file_of_another_event_and_a_token_that_may_not_import_are_refused(event, other_event, api, client, token):
    begun = api("POST", f"/events/{event.code}/imports", 201, data={"file": (io.BytesIO(LIST), "list.csv")}).json
    api("GET", f"/events/{other_event.code}/imports/{begun['token']}", 404)
    answer = client.get(f"/api/v1/events/{event.code}/imports/{begun['token']}", headers=token("desk"))
    assert answer.status_code == 403
    api("DELETE", f"/events/{event.code}/imports/{begun['token']}", 204)
    api("GET", f"/events/{event.code}/imports/{begun['token']}", 404)


def test_a_picture_with_another_name_is_said_to_be_no_list(event, api):
    sent = {"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(40)), "list.xlsx")}
    told = api("POST", f"/events/{event.code}/imports", 201, data=sent).json
    assert told["state"] == "failed" and told["error"] and told["plan"] is None


def test_a_guest_is_registered_with_answers_or_not_at_all(event, api):
    question = write(save_question, event.id, {"asked_at": "form", "kind": "number", "title": {"en": "How many?"}})
    path = f"/events/{event.code}/registrations"
    wrong = api("POST", path, 422, json={"name": "Ali", "answers": {question.id: "many"}}).json
    assert question.id in wrong["errors"] and guest_list(event.id) == []
    made = api("POST", path, 201, json={"name": "Ali", "answers": {question.id: 3}}).json
    assert api("GET", f"/registrations/{made['id']}/answers").json == {"answers": {question.id: 3}}


def test_all_that_is_held_is_given_out_and_goes_when_it_is_meant(event, api, guest):
    held = api("GET", f"/registrations/{guest.id}/data").json
    assert held["person"] == guest.person and any(row.get("name") == "Zainab Kadhim" for row in held["rows"])
    api("POST", f"/registrations/{guest.id}/erase", 422, json={"sure": False})
    assert api("POST", f"/registrations/{guest.id}/erase", json={"sure": True}).json == {"person": guest.person}
    assert guest_list(event.id)[0]["name"] is None
    api("GET", f"/registrations/{guest.id}/data", 404)


def test_names_that_are_due_go_by_their_event(small_event, api, installation):
    old = make_event("Long over", date="2020-03-07")
    write(register_guest, old.id, guest_from({"name": "Zainab Kadhim"}))
    assert api("GET", "/privacy/due").json == []
    write(lambda tx: set_event_setting(tx, None, CORE, "retention_days", 90))
    (due,) = api("GET", "/privacy/due").json
    assert due["event"] == old.id and len(due["people"]) == 1
    assert api("POST", "/privacy/pseudonymise", json={"events": [old.id], "sure": True}).json == {"gone": 1}
    assert guest_list(old.id)[0]["name"] is None


def test_prints_and_invitations_are_files_and_links(event, api, guest):
    assert api("POST", f"/events/{event.code}/badges.pdf", json={}).data.startswith(b"%PDF-")
    tickets = zipfile.ZipFile(io.BytesIO(api("GET", f"/events/{event.code}/tickets.zip").data))
    assert "event.ics" in tickets.namelist() and len(tickets.namelist()) == 2
    (invited,) = api("GET", f"/events/{event.code}/invitations").json
    assert invited["link"].startswith("https://wa.me/9647801124471?text=") and invited["invited"] is None
    api("POST", f"/events/{event.code}/invitations", 201, json={"registration": guest.id, "channel": "whatsapp"})
    letters = zipfile.ZipFile(io.BytesIO(api("POST", f"/events/{event.code}/letters.zip").data))
    assert letters.namelist() == ["0001 Zainab Kadhim.eml"]
    (invited,) = api("GET", f"/events/{event.code}/invitations").json
    assert invited["channel"] == "mail" and invited["invited"]


def test_figures_and_visits_are_told(event, api, guest):
    figures = api("GET", f"/events/{event.code}/figures").json
    assert figures["registered"] == 1
    assert figures["by"]["sex"] == [{"value": "f", "registered": 1, "arrived": None}]
    visits = api("GET", f"/registrations/{guest.id}/visits").json
    assert [visit["event"] for visit in visits["visits"]] == [event.code] and visits["held"] is None
