"""An installation on a real disk, and an event in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mudhif.app import DERIVED
from mudhif.config import Instance
from mudhif.storage.models import CORE_MODELS, Event, Project
from mudhif.storage.store import Store, Tx, use, write

MORNING = datetime(2024, 3, 7, 6, tzinfo=UTC)
NOON = datetime(2024, 3, 7, 10, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(Instance(tmp_path / "instance"), CORE_MODELS, DERIVED)
    use(opened)
    yield opened
    use(None)
    opened.close()


@pytest.fixture
def event(store: Store) -> Event:
    def make(tx: Tx) -> Event:
        project = tx.create(Project, title="Empowering communities")
        return tx.create(Event, project=project.id, code="d3", title="Third session", starts=MORNING, ends=NOON)

    return write(make)
