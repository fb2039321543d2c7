"""A guest's data as a file, erased on their page, and names that were kept long enough."""

from __future__ import annotations

import json

import pytest
from tests.core.web.conftest import csrf

from mudhif.services.registrations import guest_from, guest_list, register_guest
from mudhif.services.settings import CORE, set_event_setting
from mudhif.storage.models import Event
from mudhif.storage.store import current, write


@pytest.fixture
def guest(event):
    return write(register_guest, event, guest_from({"name": "Zainab Kadhim", "sex": "f", "phone": "0780 112 4471"}))


def test_all_that_is_held_comes_as_a_file(signed_in, event, guest):
    answer = signed_in("coordinator").get(f"/e/{event.code}/guests/{guest.id}/data")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert {row["kind_of_row"] for row in json.loads(answer.data)["rows"]} == {"core.person", "core.registration"}


def test_a_guest_is_erased_only_with_the_box_ticked_and_is_then_nowhere(signed_in, event, guest):
    client, page = signed_in("coordinator"), f"/e/{event.code}/guests/{guest.id}/erase"
    form = {"csrf_token": csrf(client, page)}
    assert client.post(page, data=form).status_code == 422
    assert guest_list(event.id)[0]["name"] == "Zainab Kadhim"
    assert "Erased." in client.post(page, data=form | {"sure": "yes"}, follow_redirects=True).text
    assert guest_list(event.id)[0]["name"] is None
    content = b"".join(path.read_bytes() for path in current().instance.root.rglob("*") if path.is_file())
    assert b"Kadhim" not in content and b"7801124471" not in content
    assert client.get(page).status_code == 404


def test_the_desk_may_not_erase(signed_in, event, guest):
    client = signed_in("desk")
    assert client.get(f"/e/{event.code}/guests/{guest.id}/erase").status_code == 403
    assert "/erase" not in client.get(f"/e/{event.code}/guests/{guest.id}").text


def test_names_that_are_due_go_when_their_event_is_chosen(signed_in, event, guest):
    client = signed_in("administrator")
    assert "A number of days can be set." in client.get("/settings/privacy").text
    write(set_event_setting, None, CORE, "retention_days", 30)
    write(lambda tx: tx.update(Event.get_by_id(event.id), starts="2020-03-07T06:00:00Z", ends="2020-03-07T10:00:00Z"))
    page = client.get("/settings/privacy").text
    assert "Zainab Kadhim" in page and "one person" in page
    form = {"csrf_token": csrf(client, "/settings/privacy")}
    assert client.post("/settings/privacy", data=form | {"sure": "yes"}).status_code == 422, "no event is chosen"
    assert client.post("/settings/privacy", data=form | {"event": event.id}).status_code == 422, "the box is not ticked"
    done = client.post("/settings/privacy", data=form | {"event": event.id, "sure": "yes"}, follow_redirects=True).text
    assert "The name of one person is gone." in done
    assert [(row["name"], row["sex"]) for row in guest_list(event.id)] == [(None, "f")]
