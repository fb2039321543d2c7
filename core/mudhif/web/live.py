"""What open pages are told: each event's stream, and what goes into it after every commit, of any process.

Changes are gathered and told at most four times a second for each event, however fast a crowd comes in.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, request
from flask_smorest import Blueprint

from mudhif.domain.errors import Unavailable
from mudhif.i18n import N_
from mudhif.web.auth import check, current_event, current_who
from mudhif.web.blueprints import API_PREFIX
from mudhif.web.hub import Hub
from mudhif.web.security import is_this_machine
from mudhif.web.server import can_detach, detach

if TYPE_CHECKING:
    from mudhif.plugins.host import Host
    from mudhif.services.accounts import Members
    from mudhif.storage.journal import Change
    from mudhif.storage.store import Store

log = logging.getLogger(__name__)

#: At most so often is an event told, and is the database asked whether another process has written.
INTERVAL_SECONDS = 0.25
RETRY_MILLISECONDS = 2000
FIRST_BYTES = f"retry: {RETRY_MILLISECONDS}\n\n".encode()

#: What a guest's phone may follow without signing in; the rest is for the team.
OPEN_NAMES = frozenset({"timer", "agenda"})

live = Blueprint("live", __name__, url_prefix=API_PREFIX, description="What happens, as it happens.")

_hub: Hub | None = None


class StreamsFull(Unavailable):
    message = N_("Too many pages are open for live updates. This page asks again by itself.")
    code = "streams-full"


def publish(event_id: str, name: str, payload: Any) -> None:
    """Send something to all pages that follow an event; nothing happens where no server runs in this process."""
    if _hub is None:
        return
    _hub.publish(event_id, name, payload)
    if name in OPEN_NAMES:
        _hub.publish(open_topic(event_id), name, payload)


def open_topic(event_id: str) -> str:
    """What those follow who have not signed in."""
    return f"{event_id} open"


@live.get("/events/<event>/live")
@live.response(200, {"type": "string"}, description="Until the stream ends", content_type="text/event-stream")
def stream(event: str) -> Response:
    """Follow an event by server-sent events.

    They are named `counts`, `timer`, `agenda`, `registration`, and carry JSON. Without signing in only `timer` and
    `agenda` come, and so it is over plain http from another machine. A stream ends after ten minutes; where no more
    fit, the answer is 503 with `Retry-After`.
    """
    followed = current_event()
    address = request.remote_addr or ""
    here = is_this_machine(address)
    if current_who().role is None or not (here or request.is_secure):
        topic = open_topic(followed.id)
    else:
        check("event.view")
        topic = followed.id
    hub: Hub | None = current_app.extensions.get("mudhif_hub")
    if hub is not None and can_detach(request.environ) and request.method == "GET":
        taken_by = "" if here else address
        if not hub.take_place(taken_by):
            raise StreamsFull
        detach(request.environ, hub, topic, taken_by)
    answer = Response(iter([FIRST_BYTES]), mimetype="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


class Updates:
    """Turns changes into what pages are told, by the functions that plugins and the core declare for their kinds.

    One thread: it tells what was written here, and asks four times a second whether another process has written.
    """

    def __init__(self, store: Store, host: Host, members: Members) -> None:
        self._store, self._host, self._members = store, host, members
        self._waiting: dict[str, dict[str, list[Change]]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._something = threading.Event()
        self._seen_version = -1
        store.after_answers(self.gather)

    def gather(self, changes: Iterable[Change]) -> None:
        """Keep changes until their event is told next."""
        with self._lock:
            for change in changes:
                if change.event is not None:
                    self._waiting.setdefault(change.event, {}).setdefault(change.kind, []).append(change)
        self._something.set()

    def run(self) -> None:
        """Tell, and look for what others wrote, until stopped. The first change after a pause is told at once."""
        while not self._stopping.is_set():
            self._something.wait(INTERVAL_SECONDS)
            self._something.clear()
            try:
                self._look_for_others()
                told = self.tell()
            except Exception as error:  # one bad round must not end live updates for the day
                log.error("live updates failed", exc_info=error)
                told = True
            if told:
                self._stopping.wait(INTERVAL_SECONDS)
        self._store.db.close()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._something.set()

    def _look_for_others(self) -> None:
        version = self._store.data_version()
        if version == self._seen_version:
            return
        self._seen_version = version
        self._store.foreign_changes()  # its followers, and so `gather`, are told by the store
        self._members.refresh()

    def tell(self) -> bool:
        """Send what has gathered; false where that is nothing."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        if not waiting:
            return False
        functions = self._host.live
        for event_id, kinds in waiting.items():
            for kind, changes in kinds.items():
                for declared in functions.get(kind, ()):
                    with self._host.guarding(declared.plugin, "live"):
                        told = declared.run(self._store, changes)
                        if told is not None:
                            publish(event_id, *told)
                if (
                    kind.startswith("core.device/")
                    and _hub is not None
                    and any(c.fields.get("revoked") for c in changes)
                ):
                    _hub.end(event_id)  # all come back; the revoked one as a guest, who is told of the timer alone
                if kind.startswith("core.registration/"):
                    publish(event_id, "registration", {"ids": sorted({change.row for change in changes})})
        return True


@contextmanager
def live_updates(hub: Hub, store: Store, host: Host, members: Members) -> Iterator[Updates]:
    """The life of live updates: from now on `publish` reaches pages, and every commit is told."""
    global _hub
    updates = Updates(store, host, members)
    thread = threading.Thread(target=updates.run, name="live updates", daemon=True)
    _hub = hub
    thread.start()
    try:
        yield updates
    finally:
        updates.stop()
        thread.join(timeout=3)
        _hub = None
