"""A real installation with the agenda's plugin, an event, and somebody who may edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.app import Application, opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_token
from mudhif.services.events import create_event, read_event
from mudhif.storage.models import Event
from mudhif.storage.store import write
from mudhif_agenda.models import Item
from mudhif_agenda.parser import parse_agenda
from mudhif_agenda.services import bounds_of, items_of, take_over

AGENDA = """09:00 - 09:30 Opening
09:30 - 10:00 Presentation
10:00 - 10:30 Break
10:30 - 13:00 Dialogue
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Application]:
    with opened(Instance(tmp_path / "instance"), Host.load(None), make=True, label="test") as application:
        yield application


@pytest.fixture
def event(installation: Application) -> Event:
    given = {"title": "Third session", "date": "2024-03-07", "start": "09:00", "end": "13:00", "project": "Our Voice"}
    return write(create_event, read_event(given | {"timezone": "Asia/Baghdad"}))


@pytest.fixture
def take(event: Event) -> Callable[[str], list[Item]]:
    """Makes a text the event's agenda."""

    def taken(text: str) -> list[Item]:
        write(take_over, event, parse_agenda(text, bounds=bounds_of(event)))
        return items_of(event.id)

    return taken


@pytest.fixture
def items(take: Callable[[str], list[Item]]) -> list[Item]:
    return take(AGENDA)


@pytest.fixture
def app(installation: Application) -> Any:
    from mudhif.web.app import create_app

    made = create_app(installation.store, installation.host)
    made.testing = True
    return made


@pytest.fixture
def browser(app: Any) -> FlaskClient:
    """Nobody in particular, at the laptop."""
    return app.test_client()


@pytest.fixture
def by_role(app: Any, event: Event) -> Callable[[str], FlaskClient]:
    """A client with a token of a role at this event."""

    def client(role: str) -> FlaskClient:
        token = write(lambda tx: create_token(tx, f"a {role}", role, event=event.id))
        found = app.test_client()
        found.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return found

    return client
