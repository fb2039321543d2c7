"""The list of an earlier session, taken over on the page, at the prompt and over the API."""

from __future__ import annotations

import pytest
from tests.core.web.conftest import csrf

from mudhif.services.registrations import guest_from, guest_list, register_guest
from mudhif.storage.models import Event, Project
from mudhif.storage.store import write


@pytest.fixture
def desk(signed_in):
    return signed_in("coordinator")


@pytest.fixture
def came_before(other_event):
    return [write(register_guest, other_event, guest_from({"name": name})) for name in ("Zainab Kadhim", "Ammar")]


def test_the_page_shows_how_many_and_takes_them_over(desk, event, other_event, came_before):
    page = f"/e/{event.code}/guests/earlier"
    assert "All 2 on the list" in desk.get(page).text
    form = {"from": other_event.id, "status": "registered", "csrf_token": csrf(desk, page)}
    assert "2 guests were taken over." in desk.post(page, data=form, follow_redirects=True).text
    assert [(row["name"], row["status"]) for row in guest_list(event.id)] == [
        ("Zainab Kadhim", "registered"),
        ("Ammar", "registered"),
    ]
    again = desk.post(page, data=form, follow_redirects=True).text
    assert "0 guests were taken over. 2 were on the list already." in again


def test_a_list_of_another_project_is_not_there(desk, event, other_event, came_before):
    write(lambda tx: tx.update(Event.get_by_id(other_event.id), project=tx.create(Project, title="Another").id))
    page = f"/e/{event.code}/guests/earlier"
    assert "no other event with guests" in desk.get(page).text
    form = {"from": other_event.id, "csrf_token": csrf(desk, f"/e/{event.code}/guests/add")}
    assert desk.post(page, data=form).status_code == 404


def test_the_same_over_the_api(client, token, event, other_event, came_before):
    at = f"/api/v1/events/{event.code}/registrations/copy"
    answer = client.post(at, json={"from": other_event.code}, headers=token("coordinator"))
    assert (answer.status_code, answer.json) == (200, {"added": 2, "already": 0, "full": 0})
    assert client.post(at, json={"from": other_event.code}, headers=token("viewer")).status_code == 403
    assert client.post(at, json={"from": "nowhere"}, headers=token("coordinator")).status_code == 404
    assert client.post(at, json={"from": event.code, "status": "here"}, headers=token("coordinator")).status_code == 422
