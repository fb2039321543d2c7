"""What volunteers do beside scanning: check out, let in with a reason, take back with a reason, read a note."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.domain.errors import BadInput
from mudhif.plugins.types import Who
from mudhif.services.settings import set_event_setting
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.doors import gates_of
from mudhif_checkin.models import Note, Scan, Undo
from mudhif_checkin.notes import note_of, set_note
from mudhif_checkin.phone_list import phone_list

SignIn = Callable[[str], FlaskClient]
Present = Callable[..., dict[str, Any]]


def at_the_desk(client: FlaskClient, event: Event, guest: Registration, **fields: str) -> str:
    form = {"scan_id": str(uuid.uuid4()), "registration": guest.id, **fields}
    return client.post(f"/e/{event.code}/desk/check-in", data=form, follow_redirects=True).text


def test_the_desk_checks_out_as_long_as_its_switch_says_so(
    signed_in: SignIn, event: Event, zahra: Registration
) -> None:
    client = signed_in("desk")
    assert "Welcome" in at_the_desk(client, event, zahra)
    page = client.get(f"/e/{event.code}/desk?direction=out&find=Zahra").text
    assert page.count('name="direction" value="out"') == 3  # the search, the guest found, what a USB scanner sends
    page = at_the_desk(client, event, zahra, direction="out")
    assert "Goodbye" in page
    assert re.search(r'aria-current="true">Going out', page)
    board = client.get(f"/e/{event.code}/board").text
    assert re.search(r"[Ii]nside", board)
    assert [scan.outcome for scan in Scan.select().order_by(Scan.turn)] == ["welcome", "left"]


def test_whoever_is_let_in_against_the_rules_is_so_for_a_reason_that_is_kept(
    signed_in: SignIn, event: Event, new_guest: Callable[..., Registration]
) -> None:
    guest = new_guest(event, status="waiting")
    client = signed_in("desk")
    page = at_the_desk(client, event, guest)
    assert "Let in all the same" in page
    assert '<option value="organiser">The organiser said so</option>' in page
    at_the_desk(client, event, guest, force="yes", reason="known", word="")
    assert {(scan.outcome, scan.forced, scan.forced_reason) for scan in Scan.select()} == {
        ("waiting", False, None),
        ("welcome", True, "known"),
    }


def test_a_word_goes_before_the_four_reasons(signed_in: SignIn, event: Event, zahra: Registration) -> None:
    client = signed_in("desk")
    at_the_desk(client, event, zahra)
    form = {"checkin": Scan.get().id, "reason": "wrong-guest", "word": " her sister came "}
    client.post(f"/e/{event.code}/desk/undo", data=form)
    assert Undo.get().reason == "her sister came"


def test_a_scanner_that_may_not_force_is_offered_no_force(
    signed_in: SignIn, event: Event, new_guest: Callable[..., Registration]
) -> None:
    guest = new_guest(event, status="waiting")
    client = signed_in("scanner")
    assert "Let in all the same" not in at_the_desk(client, event, guest)
    answer = client.post(
        f"/api/v1/events/{event.id}/checkins",
        json={"scan_id": str(uuid.uuid4()), "registration": guest.id, "force": True, "force_reason": "known"},
    )
    assert (answer.status_code, Scan.select().count()) == (403, 1)


def test_any_device_with_the_right_takes_back_what_another_let_in(
    token: Callable[..., dict[str, str]], client: FlaskClient, event: Event, zahra: Registration, present: Present
) -> None:
    present(event, zahra)
    scanner = token("scanner", event)
    seen = client.post(
        f"/api/v1/events/{event.id}/checkins",
        json={"scan_id": str(uuid.uuid4()), "registration": zahra.id},
        headers=scanner,
    ).json
    assert seen["outcome"] == "already"
    url = f"/api/v1/events/{event.id}/checkins/{seen['checkin']['id']}?reason=did-not-enter"
    assert client.delete(url, headers=scanner).status_code == 200
    assert (Undo.get().reason, present(event, zahra)["outcome"]) == ("did-not-enter", "welcome")


def test_a_note_stands_on_the_card_and_leaves_with_the_guest(
    signed_in: SignIn, event: Event, zahra: Registration, present: Present
) -> None:
    client = signed_in("coordinator")
    assert "For the door" in client.get(f"/e/{event.code}/guests/{zahra.id}").text
    form = {"registration": zahra.id, "flag": "access", "text": "wheelchair, side door"}
    page = client.post(f"/e/{event.code}/doors/note", data=form, follow_redirects=True).text
    assert 'value="wheelchair, side door"' in page
    assert present(event, zahra)["registration"]["note"] == {"flag": "access", "text": "wheelchair, side door"}
    assert "Access: wheelchair, side door" in at_the_desk(client, event, zahra)
    write(lambda tx: tx.erase(zahra.person))
    assert (Note.get().flag, Note.get().text, note_of(event.id, zahra.id)) == (None, None, None)


def test_an_empty_note_is_none_and_a_long_one_is_refused(event: Event, zahra: Registration) -> None:
    write(set_note, event.id, zahra.id, "diet", "")
    assert note_of(event.id, zahra.id) == {"flag": "diet", "text": None}
    write(set_note, event.id, zahra.id, "", " ")
    assert note_of(event.id, zahra.id) is None
    with pytest.raises(BadInput):
        write(set_note, event.id, zahra.id, "diet", "no " * 60)
    with pytest.raises(BadInput):
        write(set_note, event.id, zahra.id, "rich", "")


def test_no_note_goes_to_the_list_that_a_phone_keeps(event: Event, zahra: Registration) -> None:
    write(set_note, event.id, zahra.id, "diet", "no sugar")
    assert "no sugar" not in str(phone_list(event).content)


def test_the_coordinator_names_gates_and_takes_them_away(signed_in: SignIn, event: Event) -> None:
    client, url = signed_in("coordinator"), f"/e/{event.code}/doors"
    write(lambda tx: set_event_setting(tx, event.id, "checkin", "opens_before", 30))
    assert "08:30" in client.get(url).text
    answer = client.post(url, data={"name": " ", "kinds": ["media"]})
    assert (answer.status_code, gates_of(event.id)) == (422, [])
    page = client.post(url, data={"name": "Garden", "kinds": ["media", "guest"]}, follow_redirects=True).text
    (gate,) = gates_of(event.id)
    assert (gate.name, gate.kinds) == ("Garden", ["guest", "media"])
    assert "Guest of honour, Media" in page
    client.post(url + "/drop", data={"gate": gate.id})
    assert gates_of(event.id) == []


def test_gates_are_the_coordinators_alone(signed_in: SignIn, event: Event) -> None:
    client = signed_in("scanner")
    assert client.get(f"/e/{event.code}/doors").status_code == 403
    assert client.post(f"/e/{event.code}/doors", data={"name": "Garden"}).status_code == 403


def test_the_reason_of_a_force_is_asked_for_in_the_api_document(desk: Who, client: FlaskClient) -> None:
    schemas = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    assert "force_reason" in schemas["Scan"]["properties"]
