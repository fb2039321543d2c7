"""Who comes in, and where to."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from mudhif.services.accounts import (
    ROLES,
    AdministratorExists,
    create_first_administrator,
    create_once_link,
    hash_password,
    permissions_of,
    revoke_token,
    set_password,
)
from mudhif.storage.models import Account, Token
from mudhif.storage.store import write

PASSWORD = "reeds by the water"


def csrf_of(client, path="/sign-in") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def sign_in(client, name, password=PASSWORD, **fields):
    return client.post("/sign-in", data={"name": name, "password": password, "csrf_token": csrf_of(client), **fields})


# ---------------------------------------------------------------- tokens


def test_the_api_answers_nobody_with_401_in_json(client):
    answer = client.get("/api/v1/events")
    assert answer.status_code == 401
    assert answer.json == {"code": "not-signed-in", "message": "Sign in first.", "errors": {}}
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_opens_what_its_role_may(client, event, token):
    assert [e["code"] for e in client.get("/api/v1/events", headers=token("viewer")).json] == [event.code]


def test_a_token_is_refused_what_its_role_may_not(client, event, token):
    answer = client.get(f"/api/v1/events/{event.code}/registrations", headers=token("display"))
    assert answer.status_code == 403
    assert answer.json["code"] == "not-allowed"
    assert "guests.view" in answer.json["message"]


def test_of_a_token_only_its_digest_is_kept(installation, token):
    text = token("desk")["Authorization"].removeprefix("Bearer ")
    assert text not in repr(list(Token.select().dicts()))


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic dXNlcjpwYXNz", "nonsense", ""])
def test_a_token_that_is_not_known_is_refused_even_beside_a_session(client, account, header):
    sign_in(client, account("administrator"))
    answer = client.get("/api/v1/events", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json["code"] == "bad-token"


def test_a_withdrawn_token_opens_nothing(app, client, token):
    headers = token("viewer")
    assert client.get("/api/v1/events", headers=headers).status_code == 200
    write(lambda tx: revoke_token(tx, Token.get().id))
    app.extensions["mudhif_members"].refresh()
    assert client.get("/api/v1/events", headers=headers).status_code == 401


def test_a_token_made_by_another_process_opens_at_once(client, installation):
    client.get("/api/v1/events")
    made = subprocess.run(
        [sys.executable, "-m", "mudhif", "token", "new", "--name", "door", "--role", "viewer"],
        env={"MUDHIF_INSTANCE": str(installation.instance.root), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    assert client.get("/api/v1/events", headers=headers).status_code == 200


def test_a_token_of_one_event_sees_only_that_one(client, event, other_event, token):
    headers = token("desk", event)
    assert [e["id"] for e in client.get("/api/v1/events", headers=headers).json] == [event.id]
    assert client.get(f"/api/v1/events/{event.code}", headers=headers).status_code == 200
    assert client.get(f"/api/v1/events/{event.id}", headers=headers).status_code == 200
    refused = client.get(f"/api/v1/events/{other_event.code}", headers=headers)
    assert (refused.status_code, refused.json["code"]) == (403, "other-event")
    refused = client.get("/api/v1/projects", headers=headers)
    assert (refused.status_code, refused.json["code"]) == (403, "other-event")


def test_floods_of_wrong_tokens_are_stopped(client):
    statuses = [client.get("/api/v1/events", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(40)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_what_is_written_is_noted_for_the_token_that_wrote_it(client, installation, event, token):
    headers = token("desk")
    made = client.post(f"/api/v1/events/{event.id}/registrations", json={"name": "Ali"}, headers=headers)
    assert made.status_code == 201
    row = installation.store.db.execute_sql("SELECT actor FROM journal WHERE row = ?", (made.json["id"],)).fetchone()
    assert row[0] == Token.get().id


# ---------------------------------------------------------------- sessions


def test_a_page_sends_nobody_to_the_sign_in_and_back(client, event, account):
    answer = client.get(f"/e/{event.code}/?x=1")
    assert answer.status_code == 302
    assert answer.location == f"/sign-in?next=%2Fe%2F{event.code}%2F%3Fx%3D1"
    name = account("coordinator")
    assert sign_in(client, name, next=f"/e/{event.code}/").location == f"/e/{event.code}/"
    assert client.get(f"/e/{event.code}/").status_code == 200


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_the_sign_in_leads_nowhere_else(client, account, next):
    assert sign_in(client, account("coordinator"), next=next).location == "/"


def test_a_wrong_password_and_a_wrong_name_are_told_alike(client, account):
    wrong = sign_in(client, account("desk"), "not it at all")
    nobody = sign_in(client, "Nobody", "not it at all")
    assert wrong.status_code == nobody.status_code == 401
    assert client.get("/").status_code == 302


def test_a_session_ends_when_the_password_changes(app, client, account):
    sign_in(client, account("coordinator"))
    assert client.get("/").status_code == 200
    hashed = hash_password("another sentence")
    write(lambda tx: set_password(tx, Account.get().id, hashed))
    app.extensions["mudhif_members"].refresh()
    assert client.get("/").status_code == 302


def test_signing_out_ends_the_session(client, account):
    sign_in(client, account("coordinator"))
    client.post("/sign-out", data={"csrf_token": csrf_of(client)})
    assert client.get("/").status_code == 302


def test_guessing_passwords_is_slowed_down(app, client, account):
    app.extensions["mudhif_floods"].sign_ins.burst = 2
    token = csrf_of(client)
    data = {"name": "Nobody at all", "password": "x", "csrf_token": token}
    statuses = [client.post("/sign-in", data=data).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


def test_an_account_of_one_event_is_refused_at_another(client, event, other_event, account):
    sign_in(client, account("coordinator", event=event))
    assert client.get(f"/e/{event.code}/").status_code == 200
    assert client.get(f"/e/{other_event.code}/").status_code == 403


# ---------------------------------------------------------------- forged forms


def test_a_form_from_another_site_is_refused(client, account):
    name = account("coordinator")
    assert client.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 400


def test_the_api_takes_no_forged_request_of_a_signed_in_browser(client, event, account):
    sign_in(client, account("coordinator"))
    path = f"/api/v1/events/{event.id}/registrations"
    answer = client.post(path, json={"name": "Ali"})
    assert (answer.status_code, answer.json["code"]) == (400, "form-expired")
    answer = client.post(path, json={"name": "Ali"}, headers={"X-CSRFToken": csrf_of(client)})
    assert answer.status_code == 201


# ---------------------------------------------------------------- the first run


def test_the_first_run_link_makes_the_administrator_and_is_used_up(client, installation):
    once = write(lambda tx: create_once_link(tx, "welcome"))
    path = f"/welcome/{once}"
    data = {"name": "Zainab", "password": PASSWORD, "csrf_token": csrf_of(client, path)}
    assert client.post(path, data=data).status_code == 302
    assert client.get("/").status_code == 200
    assert client.get(path).status_code == 404
    assert Account.get().role == "administrator"


def test_of_two_who_use_the_first_run_link_at_once_one_becomes_administrator(installation):
    once = write(lambda tx: create_once_link(tx, "welcome"))
    hashed = hash_password(PASSWORD)
    write(create_first_administrator, "Zainab", hashed, once)
    with pytest.raises(AdministratorExists):
        write(create_first_administrator, "Ali", hashed, once)
    assert Account.select().count() == 1


def test_a_short_password_is_refused_with_a_sentence_at_its_field(client, installation):
    once = write(lambda tx: create_once_link(tx, "welcome"))
    path = f"/welcome/{once}"
    answer = client.post(path, data={"name": "Zainab", "password": "short", "csrf_token": csrf_of(client, path)})
    assert answer.status_code == 422
    assert "at least" in answer.text
    assert Account.select().count() == 0


# ---------------------------------------------------------------- roles


def test_an_administrator_holds_every_permission_and_every_role_sees_events():
    everything = permissions_of("administrator")
    for role in ROLES:
        assert "event.view" in permissions_of(role) <= everything
    assert permissions_of("viewer") & {"guests.edit", "accounts.manage", "guests.contact"} == frozenset()
    assert permissions_of("nobody") == permissions_of(None) == frozenset()
