"""Possible duplicates, on their page and over the API: joined, said to be two, and taken back."""

from __future__ import annotations

import re

import pytest
from tests.core.web.conftest import csrf

from mudhif.services.registrations import guest_from, guest_list, register_guest
from mudhif.storage.store import write


@pytest.fixture
def desk(signed_in):
    return signed_in("coordinator")


@pytest.fixture
def twice(event):
    given = (
        {"name": "Zainab Kadhim", "phone": "0780 112 4471"},
        {"name": "زينب كاظم", "phone": "07801124471", "sex": "f"},
    )
    return [write(register_guest, event, guest_from(guest)) for guest in given]


def post(client, path, page, **form):
    return client.post(path, data={**form, "csrf_token": csrf(client, page)}, follow_redirects=True)


def test_a_pair_is_shown_side_by_side_with_what_tells_them_apart_and_joined_with_the_values_chosen(desk, event, twice):
    page = f"/e/{event.code}/guests/pairs"
    shown = desk.get(page).text
    assert "One pair to look at." in shown and "same phone, the name sounds the same" in shown
    action = re.search(r'action="(/e/[^"]+/pairs/[^"]+)"', shown).group(1)
    done = post(desk, action, page, do="one", name="other", sex="other").text
    assert "is one person now" in done
    (row,) = guest_list(event.id)
    assert (row["name"], row["sex"]) == ("زينب كاظم", "f")
    undo = re.search(r'action="(/e/[^"]+/merges/[^"]+/undo)"', done).group(1)
    assert "is a person apart again" in post(desk, undo, page).text
    assert len(guest_list(event.id)) == 2


def test_two_people_are_not_asked_about_again_until_somebody_says_so(desk, event, twice):
    page = f"/e/{event.code}/guests/pairs"
    action = re.search(r'action="(/e/[^"]+/pairs/[^"]+)"', desk.get(page).text).group(1)
    said = post(desk, action, page, do="two").text
    assert "stay two people" in said and "Nobody on this list looks like somebody else." in said
    again = re.search(r'action="(/e/[^"]+/two/[^"]+/again)"', said).group(1)
    assert "One pair to look at." in post(desk, again, page).text


def test_any_two_records_can_be_joined_by_hand(desk, event, twice):
    third = write(register_guest, event, guest_from({"name": "Umm Ali"}))
    page = f"/e/{event.code}/guests/{third.id}/pair"
    hit = re.search(r'href="([^"]+with=[^"]+)"', desk.get(page, query_string={"search": "Zainab"}).text).group(1)
    beside = desk.get(hit.replace("&amp;", "&")).text
    action = re.search(r'action="(/e/[^"]+/pairs/[^"]+)"', beside).group(1)
    assert "is one person now" in post(desk, action, page, do="one").text
    assert len(guest_list(event.id)) == 2


def test_people_of_another_project_are_not_there(desk, event, other_event, twice, app):
    from mudhif.storage.models import Event, Project

    write(lambda tx: tx.update(Event.get_by_id(other_event.id), project=tx.create(Project, title="Another").id))
    stranger = write(register_guest, other_event, guest_from({"name": "Somebody"}))
    assert desk.get(f"/e/{event.code}/guests/{stranger.id}/pair").status_code == 404
    page = f"/e/{event.code}/guests/pairs"
    form = {"do": "one", "csrf_token": csrf(desk, page)}
    assert desk.post(f"/e/{event.code}/guests/pairs/{twice[0].person}/{stranger.person}", data=form).status_code == 404


def test_the_same_over_the_api(client, token, event, twice):
    headers, at = token("coordinator"), f"/api/v1/events/{event.code}"
    (pair,) = client.get(f"{at}/pairs", headers=headers).json
    assert pair["score"] == 90 and pair["one"]["name"] == "Zainab Kadhim" and pair["one"]["events"] == [event.title]
    both = {"one": pair["one"]["id"], "other": pair["other"]["id"]}
    made = client.post(f"{at}/merges", json=both, headers=headers)
    assert (made.status_code, made.json["kept"]) == (201, both["one"])
    assert client.post(f"{at}/merges", json=both, headers=headers).json["code"] == "one-already"
    assert client.get(f"{at}/merges", headers=headers).json == [made.json]
    assert client.delete(f"{at}/merges/{made.json['id']}", headers=headers).status_code == 204
    assert client.delete(f"{at}/merges/{made.json['id']}", headers=headers).status_code == 404
    assert client.post(f"{at}/not-same", json=both, headers=headers).status_code == 201
    assert client.get(f"{at}/pairs", headers=headers).json == []
    assert client.post(f"{at}/merges", json={**both, "take": ["id"]}, headers=headers).status_code == 422
    assert client.post(f"{at}/merges", json={**both, "one": "nobody"}, headers=headers).status_code == 404


def test_who_may_not_change_guests_joins_nobody(client, token, event, twice):
    headers = token("viewer")
    for method, path in (("get", "pairs"), ("get", "merges"), ("post", "merges"), ("post", "not-same")):
        answer = getattr(client, method)(f"/api/v1/events/{event.code}/{path}", headers=headers, json={})
        assert (answer.status_code, answer.json["code"]) == (403, "not-allowed"), path
