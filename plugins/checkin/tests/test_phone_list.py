"""The list that a phone keeps: the least, to those who scan, and only anew where something changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.domain import tickets
from mudhif.services.tickets import reissue
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write

Header = Callable[..., dict[str, str]]


@pytest.fixture
def ask(client: FlaskClient, event: Event, token: Header) -> Callable[..., Any]:
    headers = token("scanner", event)
    return lambda **more: client.get(f"/api/v1/events/{event.id}/checkins/list", headers=headers | more)


def test_it_holds_the_least_of_each_guest(ask: Callable[..., Any], event: Event, zahra: Registration) -> None:
    told = ask().get_json()
    assert told["guests"] == [
        {
            "id": zahra.id, "name": "Zahra Kadhim", "name_alt": "زهراء كاظم", "kind": "participant",
            "status": "registered", "serial": 1, "number": 1, "inside": False, "arrived": False,
        }
    ]  # fmt: skip
    assert told["event"] == event.id
    assert told["rules"] == {
        "kinds": None, "gates": {}, "opens": None, "closes": None, "capacity": None, "reentry": True, "questions": [],
        "items": {},
    }  # fmt: skip
    assert abs(datetime.fromisoformat(told["now"]) - datetime.now(UTC)) < timedelta(seconds=10)


def test_its_keys_verify_the_tickets_of_this_laptop(
    ask: Callable[..., Any], event: Event, zahra: Registration, ticket_of: Callable[[Registration], str]
) -> None:
    ticket = ticket_of(zahra)
    keys = {name: [bytes.fromhex(key) for key in keys] for name, keys in ask().get_json()["keys"].items()}
    assert tickets.verify(ticket, event.id, keys)[0] == "good"


def test_an_unchanged_list_is_not_sent_again(
    ask: Callable[..., Any], event: Event, zahra: Registration, new_guest: Callable[..., Registration],
    present: Callable[..., Any],
) -> None:  # fmt: skip
    def changed_by(change: Callable[[], Any]) -> bool:
        tag = ask().headers["ETag"]
        assert (ask(**{"If-None-Match": tag}).status_code, ask(**{"If-None-Match": tag}).data) == (304, b"")
        change()
        return bool(ask(**{"If-None-Match": tag}).status_code == 200)

    assert not changed_by(lambda: None)
    assert changed_by(lambda: new_guest(event, "Ammar"))
    assert changed_by(lambda: present(event, zahra))
    assert changed_by(lambda: write(reissue, zahra))
    assert (
        ask().get_json()["guests"][0] | {"inside": True, "arrived": True, "serial": 2} == ask().get_json()["guests"][0]
    )


def test_a_refused_scan_changes_nothing_on_it(
    ask: Callable[..., Any], event: Event, present: Callable[..., Any]
) -> None:
    tag = ask().headers["ETag"]
    present(event, "nonsense")
    assert ask().headers["ETag"] == tag


def test_other_events_guests_and_those_who_were_taken_off_are_not_on_it(
    ask: Callable[..., Any],
    new_event: Callable[..., Event],
    new_guest: Callable[..., Registration],
    zahra: Registration,
) -> None:
    new_guest(new_event("Another"), "Ammar")
    write(lambda tx: tx.delete(Registration.get_by_id(zahra.id)))
    assert ask().get_json()["guests"] == []


@pytest.mark.parametrize("role", ["viewer", "display", "timekeeper", "reporter"])
def test_it_is_for_those_who_scan(client: FlaskClient, event: Event, token: Header, role: str) -> None:
    url = f"/api/v1/events/{event.id}/checkins/list"
    assert client.get(url, headers=token(role)).status_code == 403
    assert client.get(url).status_code == 401


def test_a_phone_of_another_event_does_not_get_it(
    client: FlaskClient, event: Event, new_event: Callable[..., Event], token: Header
) -> None:
    other = token("scanner", new_event("Another"))
    assert client.get(f"/api/v1/events/{event.id}/checkins/list", headers=other).status_code == 403
