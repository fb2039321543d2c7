"""A whole guest list over the API: given out as a file, set in one go, and taken back."""

from __future__ import annotations

import pytest

from mudhif.services.registrations import guest_from, guest_list, register_guest, update_registration
from mudhif.storage.store import write


@pytest.fixture
def guests(event):
    given = ({"name": "زينب كاظم", "phone": "0780 112 4471"}, {"name": "Ammar Al-Jubouri"})
    return write(lambda tx: [register_guest(tx, event, guest_from(guest)) for guest in given])


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_list_is_given_out_in_each_format_that_import_reads(client, token, event, other_event, guests, kind):
    headers = token("coordinator")
    answer = client.get(f"/api/v1/events/{event.code}/guests.{kind}", headers=headers)
    assert answer.status_code == 200 and f"guests.{kind}" in answer.headers["Content-Disposition"]
    if kind == "csv":
        assert "زينب كاظم" in answer.data.decode("utf-8-sig")
    assert client.get(f"/api/v1/events/{event.code}/guests.{kind}", headers=token("viewer")).status_code == 403
    assert client.get(f"/api/v1/events/{event.code}/guests.doc", headers=headers).status_code == 404


def test_a_field_of_many_is_set_and_taken_back_where_nobody_changed_it_since(client, token, event, guests):
    headers, at = token("coordinator"), f"/api/v1/events/{event.code}/registrations"
    ids = [guest.id for guest in guests]
    edit = client.post(f"{at}/edit", json={"registrations": ids, "changes": {"kind": "media"}}, headers=headers).json
    assert edit["changed"] == 2 and {row["kind"] for row in guest_list(event.id)} == {"media"}
    write(update_registration, ids[0], {"kind": "staff"})
    where = {"first": edit["first"], "last": edit["last"]}
    done = client.post(f"{at}/undo-edit", json=where, headers=headers).json
    assert done == {"restored": 1, "stayed": ["زينب كاظم"]}
    assert [row["kind"] for row in guest_list(event.id)] == ["staff", "participant"]


def test_what_cannot_be_set_is_named_and_nothing_changes(client, token, event, guests):
    headers, at = token("coordinator"), f"/api/v1/events/{event.code}/registrations"
    ids = [guest.id for guest in guests]
    for changes in ({"name": "X"}, {"sex": "X"}, {}, {"kind": ""}):
        answer = client.post(f"{at}/edit", json={"registrations": ids, "changes": changes}, headers=headers)
        assert answer.status_code == 422, changes
    assert client.post(f"{at}/undo-edit", json={"first": 1, "last": 2**40}, headers=headers).status_code == 422
    assert client.post(f"{at}/edit", json={}, headers=token("viewer")).status_code == 403
