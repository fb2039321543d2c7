"""An installation, opened: its store and its plugins together, as the server and every command use them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mudhif.config import Instance
from mudhif.plugins import host as hosts
from mudhif.plugins.host import Host
from mudhif.services import settings
from mudhif.storage import merging, search, store
from mudhif.storage.apply import Derived
from mudhif.storage.models import CORE_MODELS
from mudhif.storage.store import NoInstance, Store


def _follow_people(db: Any, people: Sequence[str]) -> None:
    search.index_people(db, merging.follow_people(db, people))


DERIVED: dict[str, Derived] = {"core.person": _follow_people, "core.registration": merging.follow_registrations}


@dataclass(frozen=True, slots=True)
class Application:
    """What is open: the data and the plugins that act on it."""

    instance: Instance
    store: Store
    host: Host


@contextlib.contextmanager
def opened(instance: Instance, host: Host, *, make: bool, label: str = "") -> Iterator[Application]:
    """Open an installation with its plugins' models, and close it again.

    Args:
        make: make it if there is none.

    Raises:
        NoInstance: there is none and it is not to be made.
    """
    if not make and not instance.exists():
        raise NoInstance(path=instance.root)
    data = Store(instance, [*CORE_MODELS, *host.models], DERIVED, label)
    store.use(data)
    hosts.use(host)
    settings.bring(host.settings)
    data.writer.reactions.update(host.reactions)
    data.writer.report_reaction = host.report_reaction
    try:
        search.index_all()  # after an import that was broken off, somebody may wait for it
        yield Application(instance, data, host)
    finally:
        store.use(None)
        hosts.use(None)
        data.close()
