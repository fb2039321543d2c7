"""A real installation with the plugin, an event to attach things to, and somebody who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mudhif.app import Application, opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_account, create_token, hash_password
from mudhif.services.events import create_event, read_event
from mudhif.storage.models import Event
from mudhif.storage.store import write

PASSWORD = "reeds by the water"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Application]:
    with opened(Instance(tmp_path / "instance"), Host.load(None), make=True, label="test") as application:
        yield application


@pytest.fixture
def event(installation: Application) -> Event:
    given = {"title": "Third session", "date": "2024-03-07", "start": "09:00", "end": "13:00", "code": "third-3"}
    return write(create_event, read_event(given))


@pytest.fixture
def client(installation: Application) -> FlaskClient:
    from mudhif.web.app import create_app

    return create_app(installation.store, installation.host).test_client()


@pytest.fixture
def token(installation: Application) -> Callable[[str], dict[str, str]]:
    """The header of a new token with this role."""

    def made(role: str) -> dict[str, str]:
        text = write(lambda tx: create_token(tx, f"a {role}", role))
        return {"Authorization": f"Bearer {text}"}

    return made


@pytest.fixture
def signed_in(client: FlaskClient) -> Callable[[str], FlaskClient]:
    """The client, signed in as somebody with this role; its forms need no token."""

    def made(role: str) -> FlaskClient:
        client.application.config["WTF_CSRF_METHODS"] = []
        hashed = hash_password(PASSWORD)
        write(lambda tx: create_account(tx, "Hanan", role, password_hash=hashed))
        answer = client.post("/sign-in", data={"name": "Hanan", "password": PASSWORD})
        assert answer.status_code in (302, 303), answer.text
        return client

    return made
