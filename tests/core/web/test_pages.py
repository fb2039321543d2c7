"""The core's pages by their answers: what they refuse, and where they lead. How they look, tests/browser sees."""

from __future__ import annotations

import pytest
from tests.core.web.conftest import PASSWORD, csrf

from mudhif.services.accounts import create_once_link
from mudhif.services.registrations import guest_from, guest_list, register_guest
from mudhif.services.tickets import reissue
from mudhif.storage.models import Registration
from mudhif.storage.store import write
from mudhif.web.pages.sign import inside


@pytest.fixture
def guest(event):
    made = write(register_guest, event, guest_from({"name": "Zainab Kadhim", "sex": "f", "phone": "0780 112 4471"}))
    return next(row for row in guest_list(event.id) if row["id"] == made.id)


@pytest.mark.parametrize(
    "path", ["/", "/e/{code}/", "/e/{code}/guests", "/e/{code}/badges.pdf", "/plugins", "/events/new"]
)
def test_pages_of_the_team_lead_to_the_sign_in(client, event, path):
    answer = client.get(path.format(code=event.code))
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "", None],
)
def test_a_sign_in_leads_nowhere_else(address):
    assert inside(address) is None


def test_a_sign_in_leads_back_to_the_page_that_was_asked_for():
    assert inside("/e/d3/guests?search=ali") == "/e/d3/guests?search=ali"


def test_a_viewer_sees_no_phone_number(signed_in, event, guest):
    client = signed_in("viewer")
    for path in (f"/e/{event.code}/guests", f"/e/{event.code}/guests/{guest['id']}"):
        assert "112 4471" not in client.get(path).text
    assert client.get(f"/e/{event.code}/guests/export").status_code == 403


def test_a_guest_of_another_event_is_not_found_under_this_one(signed_in, event, other_event, guest):
    client = signed_in("administrator")
    assert client.get(f"/e/{event.code}/guests/{guest['id']}").status_code == 200
    assert client.get(f"/e/{other_event.code}/guests/{guest['id']}").status_code == 404


def test_an_address_that_has_no_form_says_so_to_a_guest(client, event):
    answer = client.get("/r/nothing")
    assert answer.status_code == 404
    assert "poster" in answer.text
    assert "mudhif event list" not in answer.text


def test_an_account_of_one_event_lands_on_it(client, account, event, other_event):
    data = {"name": account("desk", event=other_event), "password": PASSWORD, "csrf_token": csrf(client, "/sign-in")}
    client.post("/sign-in", data=data)
    assert client.get("/").location == f"/e/{other_event.code}/"
    assert client.get(f"/e/{event.code}/").status_code == 403


def test_a_form_without_its_token_is_refused(client, event):
    answer = client.post(f"/r/{event.code}", data={"name": "Zainab", "consent": "yes"})
    assert answer.status_code == 400
    assert guest_list(event.id) == []


def test_a_guest_registers_and_what_was_agreed_to_is_kept(client, event):
    path = f"/r/{event.code}"
    data = {"name": "Zainab", "sex": "f", "consent": "yes", "csrf_token": csrf(client, path)}
    answer = client.post(f"{path}?lang=ar", data=data)
    assert answer.status_code == 302
    assert answer.location.startswith("/t/")
    registration = Registration.get()
    assert registration.source == "form"
    from mudhif.storage.models import Person

    given = {
        consent["id"]: (consent["given"], consent["lang"]) for consent in Person.get_by_id(registration.person).consents
    }
    assert given == {"attendance": (True, "ar"), "photos": (False, "ar")}


def test_a_withdrawn_ticket_shows_no_name(client, event, guest):
    assert "Zainab" in client.get(f"/t/{guest['ticket']}").text
    write(reissue, guest["id"])
    answer = client.get(f"/t/{guest['ticket']}")
    assert answer.status_code == 410
    assert "Zainab" not in answer.text


def test_the_first_run_refuses_a_short_password_and_keeps_the_link(client):
    once = write(lambda tx: create_once_link(tx, "welcome"))
    path = f"/welcome/{once}"
    answer = client.post(path, data={"name": "Sara", "password": "short", "csrf_token": csrf(client, path)})
    assert answer.status_code == 422
    assert client.get(path).status_code == 200


def test_an_event_form_names_every_field_that_is_wrong_and_keeps_the_rest(signed_in):
    client = signed_in("coordinator")
    data = {"title": "Town hall", "date": "soon", "csrf_token": csrf(client, "/events/new")}
    answer = client.post("/events/new", data=data)
    assert answer.status_code == 422
    for sentence in ("This is no date.", "Write the time at which it starts", 'value="Town hall"'):
        assert sentence in answer.text


def test_an_upload_is_opened_by_its_token_only(signed_in, event):
    client = signed_in("administrator")
    token = csrf(client, f"/e/{event.code}/guests/import")
    for upload in ("../mudhif.db", "nothing-of-this-name.csv", ""):
        data = {"upload": upload, "csrf_token": token}
        assert client.post(f"/e/{event.code}/guests/import/confirm", data=data).status_code == 404
