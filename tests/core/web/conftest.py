"""A real installation in a temporary folder, its app and its client."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mudhif.app import Application, opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_account, create_token, hash_password
from mudhif.services.events import create_event, read_event
from mudhif.storage.models import Event
from mudhif.storage.store import write
from mudhif.storage.writer import actor
from mudhif.web.app import create_app

PASSWORD = "reeds by the water"


def csrf(client: FlaskClient, path: str) -> str:
    """The token of the form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


@pytest.fixture
def signed_in(client: FlaskClient, account: Callable[..., str]) -> Callable[[str], FlaskClient]:
    """The client, signed in as somebody with a role."""

    def sign_in(role: str) -> FlaskClient:
        data = {"name": account(role), "password": PASSWORD, "csrf_token": csrf(client, "/sign-in")}
        assert client.post("/sign-in", data=data).status_code == 302
        return client

    return sign_in


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Application]:
    """An installation without plugins; nobody has asked for anything yet, whoever the last test was."""
    actor.set("system")
    with opened(Instance(tmp_path / "instance"), Host(None), make=True, label="test") as application:
        yield application


@pytest.fixture
def app(installation: Application) -> Flask:
    return create_app(installation.store, installation.host)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def make_event(title: str = "Dialogue session", **fields: object) -> Event:
    given = {"title": title, "date": "2030-03-07", "start": "09:00", "end": "13:00", "project": "Raise Our Voice"}
    return write(create_event, read_event(given | fields))


@pytest.fixture
def event(installation: Application) -> Event:
    return make_event()


@pytest.fixture
def other_event(installation: Application) -> Event:
    return make_event("Town hall")


@pytest.fixture
def small_event(installation: Application) -> Event:
    """An event with one place and no waiting list."""
    return make_event("Small room", capacity=1)


@pytest.fixture
def token(installation: Application) -> Callable[..., dict[str, str]]:
    """The header of a new token with this role."""

    def made(role: str, event: Event | None = None) -> dict[str, str]:
        text = write(lambda tx: create_token(tx, f"a {role}", role, event=event.id if event else None))
        return {"Authorization": f"Bearer {text}"}

    return made


@pytest.fixture
def account(installation: Application) -> Callable[..., str]:
    """The name of a new account with this role; its password is PASSWORD."""

    def made(role: str, name: str = "Zainab", event: Event | None = None) -> str:
        hashed = hash_password(PASSWORD)
        write(lambda tx: create_account(tx, name, role, password_hash=hashed, event=event.id if event else None))
        return name

    return made
