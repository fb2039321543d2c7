"""A real installation with the door's plugin, an event, and guests with tickets."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.app import Application, opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.plugins.types import Who
from mudhif.services.accounts import create_account, create_token, hash_password
from mudhif.services.events import create_event, read_event
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.services.tickets import ticket_text
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.checkins import check_in
from mudhif_checkin.requests import read_request

PASSWORD = "reeds by the water"
EVERYTHING = frozenset({"checkin.scan", "checkin.force", "checkin.undo"})


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Application]:
    with opened(Instance(tmp_path / "instance"), Host.load(None), make=True, label="test") as application:
        yield application


@pytest.fixture
def new_event(installation: Application) -> Callable[..., Event]:
    def made(title: str = "Third session", **fields: Any) -> Event:
        given = {"title": title, "date": "2024-03-07", "start": "09:00", "end": "13:00", "project": "Raise Our Voice"}
        return write(create_event, read_event(given | fields))

    return made


@pytest.fixture
def event(new_event: Callable[..., Event]) -> Event:
    return new_event()


@pytest.fixture
def new_guest(installation: Application) -> Callable[..., Registration]:
    def made(event: Event, name: str = "Zahra Kadhim", source: str = "import", **fields: Any) -> Registration:
        return write(lambda tx: register_guest(tx, event.id, NewGuest(name=name, **fields), source))

    return made


@pytest.fixture
def zahra(event: Event, new_guest: Callable[..., Registration]) -> Registration:
    return new_guest(event, name_alt="زهراء كاظم", sex="f", organisation="Department of Education")


@pytest.fixture
def desk() -> Who:
    return Who(id="desk-1", name="Desk A", role="desk", permissions=EVERYTHING)


@pytest.fixture
def phone() -> Who:
    return Who(id="phone-1", name="Rusul's phone", role="scanner", permissions=frozenset({"checkin.scan"}))


@pytest.fixture
def present(desk: Who) -> Callable[..., dict[str, Any]]:
    """Presents a ticket, a number or a registration at a door and gives the answer."""

    def presented(event: Event, what: Any, who: Who = desk, **more: Any) -> dict[str, Any]:
        named = {"registration": what.id} if isinstance(what, Registration) else {"ticket": what}
        return check_in(event.id, read_request({"scan_id": str(uuid.uuid4()), **named, **more}), who).as_dict()

    return presented


@pytest.fixture
def ticket_of() -> Callable[[Registration], str]:
    return lambda registration: ticket_text(registration.id)


@pytest.fixture
def client(installation: Application) -> FlaskClient:
    from mudhif.web.app import create_app

    return create_app(installation.store, installation.host).test_client()


@pytest.fixture
def token(installation: Application) -> Callable[..., dict[str, str]]:
    """The header of a new token with this role."""

    def made(role: str = "coordinator", event: Event | None = None) -> dict[str, str]:
        text = write(lambda tx: create_token(tx, f"a {role}", role, event=event.id if event else None))
        return {"Authorization": f"Bearer {text}"}

    return made


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
        form = {"name": "Hanan", "password": PASSWORD, "csrf_token": form_token("/sign-in")}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code in (302, 303), answer.text
        client.environ_base["HTTP_X_CSRFTOKEN"] = form_token("/")
        return client

    return made
