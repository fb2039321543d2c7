"""An event to attach things to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mudhif.config import Instance
from mudhif.plugin_api import Event, Project, Tx, write
from mudhif.storage.models import CORE_MODELS
from mudhif.storage.store import Store, use
from mudhif_media.models import Attachment, Coverage


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(Instance(tmp_path / "instance"), [*CORE_MODELS, Coverage, Attachment])
    use(opened)
    yield opened
    use(None)
    opened.close()


@pytest.fixture
def event(store: Store) -> Event:
    starts, ends = datetime(2024, 3, 7, 6, tzinfo=UTC), datetime(2024, 3, 7, 10, tzinfo=UTC)

    def make(tx: Tx) -> Event:
        project = tx.create(Project, title="Empowering communities")
        return tx.create(Event, project=project, code="third-3", title="Third session", starts=starts, ends=ends)

    return write(make)
