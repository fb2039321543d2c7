"""Finished reports to check, and an installation with an event."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import mudhif
from mudhif.app import Application, opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_account, hash_password
from mudhif.services.events import create_event, read_event
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write

HERE = Path(__file__).resolve()
DEMO = Path(mudhif.__file__).parent / "demo/activity-report.en.txt"
SEEDS = [folder / "shared/seed/activity-report.txt" for folder in HERE.parents]
TEXTS = {path.parent.name: path for path in (*SEEDS, DEMO) if path.is_file()}
PASSWORD = "reeds by the water"


@pytest.fixture(params=sorted(TEXTS))
def published(request: pytest.FixtureRequest) -> str:
    """A published activity report full of contradictions: the demo's, and the one that it was written after."""
    return TEXTS[request.param].read_text(encoding="utf-8")


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Application]:
    with opened(Instance(tmp_path / "instance"), Host.load(None), make=True, label="test") as application:
        yield application


@pytest.fixture
def event(installation: Application) -> Event:
    given = {
        "title": "The Third Dialogue Session",
        "kind": "dialogue session",
        "ordinal": 3,
        "date": "2024-03-07",
        "start": "09:00",
        "end": "13:00",
        "project": "Clean Water for the Marshes",
        "venue": "Lotus Hall",
        "city": "Nasiriyah",
    }
    return write(create_event, read_event(given))


@pytest.fixture
def guests(event: Event) -> list[Registration]:
    """Three women and two men, registered."""
    sexes = ("f", "f", "f", "m", "m")
    return [
        write(lambda tx, n=n, sex=sex: register_guest(tx, event.id, NewGuest(name=f"Guest {n}", sex=sex), "import"))
        for n, sex in enumerate(sexes)
    ]


@pytest.fixture
def client(installation: Application) -> FlaskClient:
    from mudhif.web.app import create_app

    return create_app(installation.store, installation.host).test_client()


@pytest.fixture
def signed_in(client: FlaskClient, installation: Application) -> Callable[[str], FlaskClient]:
    """The client, signed in as Hanan with this role; what it posts carries the token of its session."""

    def form_token(path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
        assert found is not None
        return found[1]

    def made(role: str) -> FlaskClient:
        hashed = hash_password(PASSWORD)
        write(lambda tx: create_account(tx, "Hanan", role, password_hash=hashed))
        form: dict[str, Any] = {"name": "Hanan", "password": PASSWORD, "csrf_token": form_token("/sign-in")}
        assert client.post("/sign-in", data=form).status_code in (302, 303)
        client.environ_base["HTTP_X_CSRFTOKEN"] = form_token("/")
        return client

    return made
