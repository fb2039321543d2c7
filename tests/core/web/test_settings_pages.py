"""The page *Settings*, what the first run keeps, and an event's settings on its own page."""

from __future__ import annotations

import pytest
from marshmallow import Schema, fields, validate
from tests.core.web.conftest import csrf

from mudhif.services import settings
from mudhif.services.accounts import create_once_link
from mudhif.services.settings import Installation, event_setting, installation
from mudhif.storage.models import Account
from mudhif.storage.store import write

PASSWORD = "reeds by the water"


class Door(Schema):
    """One setting of each kind."""

    on_registration = fields.Boolean(load_default=False, metadata={"title": "Check in at once"})
    gates = fields.Integer(load_default=1, validate=validate.Range(1, 9), metadata={"title": "Gates"})
    sign = fields.String(load_default="", metadata={"title": "Words on the sign"})
    light = fields.String(
        load_default="off", validate=validate.OneOf(("off", "dim", "on")), metadata={"label": "Light"}
    )


@pytest.fixture
def with_a_plugin(installation):
    settings.bring({("door", "event"): Door, ("door", "installation"): Door})


@pytest.fixture
def signed_in(client, account):
    data = {"name": account("administrator"), "password": PASSWORD, "csrf_token": csrf(client, "/sign-in")}
    assert client.post("/sign-in", data=data).status_code == 302
    return client


def test_what_the_first_run_asks_is_kept(client):
    path = f"/welcome/{write(lambda tx: create_once_link(tx, 'welcome'))}"
    data = {
        "core.organisation": "جمعية القصب", "core.language": "ar", "core.digits": "arab",
        "name": "Sara", "password": PASSWORD, "csrf_token": csrf(client, path),
    }  # fmt: skip
    answer = client.post(path, data=data)
    assert answer.status_code == 302
    assert installation() == Installation(organisation="جمعية القصب", language="ar", digits="arab")
    form = client.get(answer.location).text
    assert 'lang="ar"' in form
    assert 'value="جمعية القصب"' in form


def test_a_first_run_that_cannot_be_kept_makes_no_administrator(client):
    path = f"/welcome/{write(lambda tx: create_once_link(tx, 'welcome'))}"
    data = {"core.organisation": "Reeds", "core.digits": "roman", "name": "Sara", "password": PASSWORD}
    answer = client.post(path, data=data | {"csrf_token": csrf(client, path)})
    assert answer.status_code == 422
    assert 'value="Reeds"' in answer.text
    assert Account.select().count() == 0
    assert installation().organisation == ""


def test_settings_are_saved_and_shown(signed_in):
    data = {"core.organisation": " Reeds ", "core.language": "", "core.digits": "latn"}
    answer = signed_in.post("/settings", data=data | {"csrf_token": csrf(signed_in, "/settings")})
    assert answer.status_code == 302
    assert installation() == Installation(organisation="Reeds", language=None, digits="latn")
    assert 'value="Reeds"' in signed_in.get("/settings").text
    assert "Reeds" in signed_in.get("/plugins").text


def test_a_wrong_setting_is_named_beside_its_field_and_nothing_is_saved(signed_in, with_a_plugin):
    data = {"core.organisation": "Reeds", "core.digits": "latn", "door.gates": "12", "door.light": "off"}
    answer = signed_in.post("/settings", data=data | {"csrf_token": csrf(signed_in, "/settings")})
    assert answer.status_code == 422
    assert 'href="#door.gates"' in answer.text
    assert 'value="12"' in answer.text
    assert installation().organisation == ""


def test_only_an_administrator_sees_the_settings_of_the_installation(client, account):
    data = {"name": account("coordinator", name="Ali"), "password": PASSWORD, "csrf_token": csrf(client, "/sign-in")}
    client.post("/sign-in", data=data)
    assert client.get("/settings").status_code == 403


def test_an_event_s_settings_of_plugins_are_saved_with_the_event(signed_in, event, with_a_plugin):
    path = f"/e/{event.code}/edit"
    page = signed_in.get(path).text
    assert "Check in at once" in page
    assert "Light" in page
    plain = {"title": "Dialogue", "project": "Raise", "date": "2030-03-07", "start": "09:00", "end": "13:00"}
    token = {"csrf_token": csrf(signed_in, path)}
    given = {"door.on_registration": "yes", "door.gates": "3", "door.sign": "أهلًا", "door.light": "dim"}
    assert signed_in.post(path, data=plain | given | token).status_code == 302
    assert [event_setting(event.id, "door", name) for name in Door().fields] == [True, 3, "أهلًا", "dim"]
    assert signed_in.post(path, data=plain | {"door.gates": "3"} | token).status_code == 302
    assert event_setting(event.id, "door", "on_registration") is False
    assert event_setting(event.id, "door", "sign") == "أهلًا"


def test_a_wrong_setting_of_an_event_keeps_what_was_typed_and_changes_nothing(signed_in, event, with_a_plugin):
    path = f"/e/{event.code}/edit"
    given = {"title": "Other", "project": "Raise", "date": "2030-03-07", "start": "09:00", "end": "13:00"}
    answer = signed_in.post(path, data=given | {"door.gates": "0", "csrf_token": csrf(signed_in, path)})
    assert answer.status_code == 422
    assert 'value="Other"' in answer.text
    assert "Dialogue session" in signed_in.get(f"/e/{event.code}/").text
