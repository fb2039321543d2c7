"""Live streams without threads: one thread owns the sockets of all server-sent event streams.

A worker sends the headers and hands its socket over (``server.detach``); from then on the hub sends, and notices
who has gone. Whoever cannot take a message at once is hung up on: a browser's EventSource comes back by itself.
"""

from __future__ import annotations

import collections
import contextlib
import json
import logging
import selectors
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

log = logging.getLogger(__name__)

#: Windows' select() takes 512 sockets; pages and the wake-up need some of them.
STREAM_LIMIT = 400
#: One phone on the network cannot take every place.
STREAMS_OF_ONE = 24
HEARTBEAT_SECONDS = 5.0
STREAM_LIFE_SECONDS = 600.0

HEARTBEAT = b": \n\n"


class Connection(Protocol):
    """What the hub needs of a connection: its socket, the topic it follows, whose place it has, a way to hang up."""

    socket: socket.socket
    topic: str
    taken_by: str

    def hang_up(self) -> None:
        """Close the socket for good."""


def event_bytes(name: str, payload: Any) -> bytes:
    r"""One server-sent event.

    >>> event_bytes("counts", {"arrived": 3})
    b'event: counts\ndata: {"arrived":3}\n\n'
    """
    # JSON on one line: a line break inside data would need a second "data:".
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {data}\n\n".encode()


@dataclass(eq=False, slots=True)
class _Stream:
    connection: Connection
    sock: socket.socket
    topic: str
    ends_at: float
    key: int = field(default=-1)


class Hub:
    """The streams of one process. ``publish`` may be called from any thread and never waits for a client."""

    def __init__(
        self,
        *,
        limit: int = STREAM_LIMIT,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        life_seconds: float = STREAM_LIFE_SECONDS,
    ) -> None:
        self.limit = limit
        self.heartbeat_seconds = heartbeat_seconds
        self.life_seconds = life_seconds
        self._places = 0
        self._taken_by: collections.Counter[str] = collections.Counter()
        self._lock = threading.Lock()
        self._arriving: collections.deque[Connection] = collections.deque()
        self._outgoing: collections.deque[tuple[str, bytes | None]] = collections.deque()
        self._topics: dict[str, set[_Stream]] = {}
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ, None)

    # -- called from any thread ------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to serve streams."""
        self._thread = threading.Thread(target=self._run, name="live streams", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up on every stream and end the thread; at once, since nothing here waits for a client."""
        with self._lock:
            self._stopping = True
        self._wake()
        if self._thread is not None:
            self._thread.join(timeout=3)
            self._thread = None
        elif self._wake_in.fileno() >= 0:  # never started
            self._close_all()

    def take_place(self, taken_by: str = "") -> bool:
        """Reserve one of the places; false where all are taken, and the page must poll instead.

        Args:
            taken_by: the address of another machine, which gets a few; empty: this machine, which gets any.
        """
        with self._lock:
            if self._stopping or self._places >= self.limit:
                return False
            if taken_by and self._taken_by[taken_by] >= STREAMS_OF_ONE:
                return False
            self._places += 1
            self._taken_by[taken_by] += 1
            return True

    def add(self, connection: Connection) -> None:
        """Take a connection over that has reserved its place and sent its headers."""
        with self._lock:
            stopping = self._stopping
            if not stopping:
                self._arriving.append(connection)
        if stopping:
            connection.hang_up()
            return
        self._wake()

    def publish(self, topic: str, name: str, payload: Any) -> None:
        """Send an event to all who follow a topic."""
        self._outgoing.append((topic, event_bytes(name, payload)))
        self._wake()

    def end(self, topic: str) -> None:
        """Hang up on all who follow a topic. Browsers come back by themselves, and are asked again who they are."""
        self._outgoing.append((topic, None))
        self._wake()

    def followed(self) -> frozenset[str]:
        """The topics that somebody follows at the moment."""
        with self._lock:
            return frozenset(self._topics)

    def __len__(self) -> int:
        """How many streams are open or about to be."""
        return self._places

    def _wake(self) -> None:
        # An error here is a buffer full of unread wake-ups, or a closed hub: either way nobody sleeps.
        with contextlib.suppress(OSError):
            self._wake_in.send(b".")

    # -- the hub's own thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        next_beat = time.monotonic() + self.heartbeat_seconds
        while not self._stopping:
            wait = max(0.0, next_beat - time.monotonic())
            for key, _ in self._selector.select(wait):
                if key.data is None:
                    self._drain_wake_ups()
                else:
                    self._read(key.data)
            self._admit()
            self._send_outgoing()
            if time.monotonic() >= next_beat:
                self._beat()
                next_beat = time.monotonic() + self.heartbeat_seconds
        self._close_all()

    def _drain_wake_ups(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wake_out.recv(4096):
                pass

    def _admit(self) -> None:
        while self._arriving:
            connection = self._arriving.popleft()
            stream = _Stream(connection, connection.socket, connection.topic, time.monotonic() + self.life_seconds)
            try:
                stream.sock.setblocking(False)
                stream.key = stream.sock.fileno()
                self._selector.register(stream.key, selectors.EVENT_READ, stream)
            except (OSError, ValueError, KeyError):  # it was closed between its headers and here
                stream.key = -1
                self._drop(stream)
                continue
            with self._lock:
                self._topics.setdefault(stream.topic, set()).add(stream)

    def _send_outgoing(self) -> None:
        while self._outgoing:
            topic, data = self._outgoing.popleft()
            for stream in tuple(self._topics.get(topic, ())):
                if data is None:
                    self._drop(stream)
                else:
                    self._send(stream, data)

    def _beat(self) -> None:
        now = time.monotonic()
        for streams in tuple(self._topics.values()):
            for stream in tuple(streams):
                if now >= stream.ends_at:
                    self._drop(stream)
                else:
                    self._send(stream, HEARTBEAT)

    def _send(self, stream: _Stream, data: bytes) -> None:
        try:
            sent = stream.sock.send(data)
        except (OSError, ValueError):  # blocked (ssl's WantWrite is an OSError, too) or gone
            sent = -1
        if sent != len(data):
            self._drop(stream)

    def _read(self, stream: _Stream) -> None:
        """A stream says nothing after its request: what can be read is its end, or the chatter of TLS."""
        try:
            gone = stream.sock.recv(4096) == b""
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
            gone = False
        except (OSError, ValueError):
            gone = True
        if gone:
            self._drop(stream)

    def _drop(self, stream: _Stream) -> None:
        if stream.key >= 0:
            self._selector.unregister(stream.key)
        with self._lock:
            self._places -= 1
            taken_by = stream.connection.taken_by
            self._taken_by[taken_by] -= 1
            if not self._taken_by[taken_by]:
                del self._taken_by[taken_by]
            streams = self._topics.get(stream.topic)
            if streams is not None:
                streams.discard(stream)
                if not streams:
                    del self._topics[stream.topic]
        try:
            stream.connection.hang_up()
        except OSError:
            log.debug("a stream's socket was closed already")

    def _close_all(self) -> None:
        for streams in tuple(self._topics.values()):
            for stream in tuple(streams):
                self._drop(stream)
        with self._lock:
            arriving, self._arriving = list(self._arriving), collections.deque()
        for connection in arriving:
            connection.hang_up()
        self._selector.close()
        self._wake_in.close()
        self._wake_out.close()
