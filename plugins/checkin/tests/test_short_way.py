"""A check-in that goes past Flask is answered as one that does not."""

from __future__ import annotations

import json
import uuid

import pytest
from flask import request_started

from mudhif.app import Application
from mudhif.services.accounts import create_token
from mudhif.services.tickets import ticket_text
from mudhif.storage.store import write
from mudhif.web.app import create_app
from mudhif_checkin.models import Scan

LAN = {"REMOTE_ADDR": "192.168.8.20"}
ORDINARY = "?ordinary"
"""The short way takes no query, so that this one goes through Flask."""


@pytest.fixture
def app(installation: Application):
    return create_app(installation.store, installation.host)


@pytest.fixture
def through_flask(app):
    """The requests that Flask saw."""
    seen: list[str] = []

    def note(sender, **_more):
        seen.append("one")

    with request_started.connected_to(note, app):
        yield seen


@pytest.fixture
def post(app, event):
    client = app.test_client()
    tokens = {}

    def sent(body, *, role="desk", confined=None, path=None, way="", data=None, **options):
        key = (role, confined)
        if key not in tokens:
            tokens[key] = write(lambda tx: create_token(tx, role, role, event=confined))
            client.get("/api/v1/events", headers={"Authorization": f"Bearer {tokens[key]}"})  # known from now on
        headers = {"Authorization": f"Bearer {tokens[key]}", **options.pop("headers", {})}
        address = path or f"/api/v1/events/{event.id}/checkins"
        payload = json.dumps(body) if data is None else data
        return client.post(f"{address}{way}", data=payload, content_type="application/json", headers=headers, **options)

    return sent


def scan(**fields):
    return {"scan_id": str(uuid.uuid4()), **fields}


def test_a_check_in_by_a_token_goes_past_flask_and_is_kept(post, through_flask, zahra):
    post(scan(registration=str(uuid.uuid4())))
    through_flask.clear()
    body = scan(ticket=ticket_text(zahra.id), gate="garden")
    answer, again = post(body), post(scan(ticket=ticket_text(zahra.id)))
    assert through_flask == []
    assert (answer.json["outcome"], again.json["outcome"]) == ("welcome", "already")
    assert Scan.get_by_id(body["scan_id"]).outcome == "welcome"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")


@pytest.mark.parametrize(
    "body",
    [
        {"scan_id": "x"},
        {},
        [],
        None,
        {"scan_id": str(uuid.uuid4()), "ticket": "A", "registration": str(uuid.uuid4())},
        {"scan_id": str(uuid.uuid4()), "ticket": 7},
        {"scan_id": str(uuid.uuid4()), "ticket": "not a ticket"},
        {"scan_id": str(uuid.uuid4()), "registration": str(uuid.uuid4())},
        {"scan_id": str(uuid.uuid4()), "ticket": "A", "force": True},
    ],
    ids=["no-uuid", "empty", "list", "null", "both", "number", "unknown", "no-registration", "force-without-right"],
)
def test_both_ways_say_the_same(post, body):
    short, ordinary = post(body, role="scanner"), post(body, role="scanner", way=ORDINARY)
    assert short.status_code == ordinary.status_code
    assert short.json == ordinary.json


@pytest.mark.parametrize("data", ['{"scan_id"', "", "\x00", "\ufeff{}", '{"a":' * 5000])
def test_what_is_no_json_is_refused_by_both(post, data):
    short, ordinary = post(None, data=data), post(None, data=data, way=ORDINARY)
    assert short.status_code == ordinary.status_code >= 400
    assert short.json == ordinary.json


def test_a_scan_answered_by_one_way_is_answered_alike_by_the_other(post, zahra):
    body = scan(registration=zahra.id)
    first = post(body).json
    assert post(body, way=ORDINARY).json == first == post(body).json
    assert Scan.select().count() == 1


def test_an_account_that_may_not_scan_is_refused(post, through_flask, zahra):
    answer = post(scan(registration=zahra.id), role="viewer")
    assert (answer.status_code, answer.json["code"]) == (403, "not-allowed")
    assert Scan.select().count() == 0


def test_an_account_of_one_event_scans_there_alone(post, event, new_event, zahra):
    other = new_event("Another")
    assert post(scan(registration=zahra.id), confined=event.id).status_code == 200
    assert (
        post(scan(registration=zahra.id), confined=event.id, path=f"/api/v1/events/{event.code}/checkins").status_code
        == 200
    )
    refused = post(scan(registration=zahra.id), confined=other.id)
    assert (refused.status_code, refused.json["code"]) == (403, "other-event")


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic eDp5", ""])
def test_a_token_that_is_not_known_is_refused(post, zahra, header):
    answer = post(scan(registration=zahra.id), headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "bad-token")


def test_a_withdrawn_token_is_refused_once_that_is_known(app, post, zahra):
    from mudhif.services.accounts import revoke_token
    from mudhif.storage.models import Token

    assert post(scan(registration=zahra.id)).status_code == 200
    write(lambda tx: revoke_token(tx, Token.get().id))
    app.extensions["mudhif_members"].refresh()
    assert post(scan(registration=zahra.id)).status_code == 401


def test_plain_http_from_another_machine_is_refused_and_https_is_not(post, zahra):
    assert post(scan(registration=zahra.id), environ_overrides=LAN).status_code == 403
    answer = post(scan(registration=zahra.id), environ_overrides=LAN, base_url="https://mudhif.local")
    assert answer.status_code == 200


def test_an_event_that_is_not_there_is_said_so(post, zahra):
    answer = post(scan(registration=zahra.id), path="/api/v1/events/nothing/checkins")
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_who_scanned_is_noted(post, installation, zahra):
    from mudhif.storage.models import Token

    body = scan(registration=zahra.id)
    post(body)
    row = installation.store.db.execute_sql("SELECT actor FROM journal WHERE row = ?", (body["scan_id"],)).fetchone()
    assert row[0] == Token.get().id
