"""The API of the core."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def desk(client, event, token):
    """Calls the API as the desk: desk("get", path, …) below the event."""
    headers = token("desk")

    def call(method, path, **options):
        return getattr(client, method)(f"/api/v1{path}", headers=headers, **options)

    return call


def test_a_guest_is_registered_and_listed(desk, event):
    made = desk(
        "post",
        f"/events/{event.code}/registrations",
        json={
            "name": "زينب كاظم",
            "sex": "f",
            "kind": "media",
            "organisation": "Al-Nasiriyah TV",
            "phone": "07701234567",
        },
    )
    assert made.status_code == 201
    assert {k: made.json[k] for k in ("name", "sex", "kind", "status", "checked_in")} == {
        "name": "زينب كاظم",
        "sex": "f",
        "kind": "media",
        "status": "registered",
        "checked_in": None,
    }
    assert made.json["ticket"]
    listed = desk("get", f"/events/{event.id}/registrations")
    assert [row["id"] for row in listed.json] == [made.json["id"]]


def test_a_list_comes_in_pages_of_a_hundred_with_its_total(desk, event, installation):
    from mudhif.services.registrations import NewGuest, register_guest
    from mudhif.storage.store import write

    def unit(tx):
        for n in range(101):
            register_guest(tx, event.id, NewGuest(name=f"Guest {n}"), "import")

    write(unit)
    first = desk("get", f"/events/{event.id}/registrations")
    second = desk("get", f"/events/{event.id}/registrations?page=2")
    assert (len(first.json), len(second.json)) == (100, 1)
    assert json.loads(first.headers["X-Pagination"]) == {"total": 101, "total_pages": 2, "page": 1}


def test_a_search_finds_a_name_in_the_other_script(desk, event):
    desk("post", f"/events/{event.id}/registrations", json={"name": "زينب كاظم"})
    desk("post", f"/events/{event.id}/registrations", json={"name": "Ali Hassan"})
    found = desk("get", f"/events/{event.id}/registrations?search=zaynab")
    assert [row["name"] for row in found.json] == ["زينب كاظم"]


def test_a_registration_is_changed_field_by_field(desk, event):
    made = desk("post", f"/events/{event.id}/registrations", json={"name": "Ali", "organisation": "Reeds"}).json
    changed = desk("patch", f"/registrations/{made['id']}", json={"name": "Ali Hassan", "status": "cancelled"})
    assert changed.status_code == 200
    assert (changed.json["name"], changed.json["status"]) == ("Ali Hassan", "cancelled")
    assert changed.json["organisation"] == "Reeds"
    assert [r["id"] for r in desk("get", f"/events/{event.id}/registrations?status=cancelled").json] == [made["id"]]


def test_a_registration_that_is_not_there_is_said_so(desk):
    answer = desk("patch", "/registrations/nothing", json={"name": "Ali"})
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_a_token_of_one_event_changes_no_guest_of_another(client, event, other_event, token):
    path = f"/api/v1/events/{other_event.id}/registrations"
    made = client.post(path, json={"name": "Ali"}, headers=token("administrator")).json
    answer = client.patch(f"/api/v1/registrations/{made['id']}", json={"name": "X"}, headers=token("desk", event))
    assert (answer.status_code, answer.json["code"]) == (403, "other-event")


def test_a_full_event_is_refused_with_its_code(client, small_event, token):
    path = f"/api/v1/events/{small_event.id}/registrations"
    assert client.post(path, json={"name": "Ali"}, headers=token("desk")).status_code == 201
    answer = client.post(path, json={"name": "Zainab"}, headers=token("desk"))
    assert (answer.status_code, answer.json["code"]) == (409, "event-full")


def test_phone_numbers_are_for_those_who_may_see_them(client, event, token):
    path = f"/api/v1/events/{event.id}/registrations"
    client.post(path, json={"name": "Ali", "phone": "07701234567"}, headers=token("desk"))
    assert client.get(path, headers=token("desk")).json[0]["phone"]
    assert not {"phone", "email"} & client.get(path, headers=token("viewer")).json[0].keys()


def test_projects_are_listed(client, event, token):
    assert [p["title"] for p in client.get("/api/v1/projects", headers=token("viewer")).json] == ["Raise Our Voice"]


def test_the_description_names_every_path_and_describes_every_operation(client, app):
    spec = client.get("/api/v1/openapi.json").json
    for path in ("/api/v1/events", "/api/v1/events/{event}/registrations", "/api/v1/registrations/{id}"):
        assert path in spec["paths"]
    operations = [op for item in spec["paths"].values() for name, op in item.items() if name != "parameters"]
    assert operations and all(op.get("summary") for op in operations)
    assert spec["openapi"].startswith("3.1")
    assert spec["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_the_reading_page_shows_every_operation_without_a_script_of_another(client):
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "POST /api/v1/events/{event}/registrations" in page.text
    assert "Full name as the guest writes it." in page.text
    assert "http://" not in page.text.replace("http://localhost", "") and "https://" not in page.text


def test_guests_are_filtered_and_sorted(desk, event):
    for name, sex, organisation in (("Zahra", "f", "Ur Youth Team"), ("Ammar", "m", "ur youth team"), ("Ali", "m", "")):
        guest = {"name": name, "sex": sex, "organisation": organisation or None}
        assert desk("post", f"/events/{event.id}/registrations", json=guest).status_code == 201

    def names(query):
        return [row["name"] for row in desk("get", f"/events/{event.id}/registrations?{query}").json]

    assert names("sort=name") == ["Ali", "Ammar", "Zahra"]
    assert names("sort=name&descending=true&organisation=Ur+Youth+Team") == ["Zahra", "Ammar"]
    assert names("sex=m&search=amm") == ["Ammar"] and names("sex=none") == []
    assert len(names("invited=false")) == 3 and names("invited=true") == []
    assert desk("get", f"/events/{event.id}/registrations?sort=age").status_code == 422
