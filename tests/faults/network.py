"""A Wi-Fi as bad as they get: stands between phones and a server; drops, delays, doubles and reorders what passes."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

FATES = ("good", "slow", "request lost", "request late", "answer lost", "answer cut", "doubled", "doubled late")


class BadNetwork:
    """A proxy for requests that name a scan or many; each connection carries one.

    Attributes:
        answered: every answer that the server gave, also those that no phone ever saw.
        fates: how often each thing happened.
    """

    def __init__(self, server_port: int, seed: int) -> None:
        self.server_port = server_port
        self.answered: list[tuple[str, dict[str, Any]]] = []
        self.fates: Counter[str] = Counter()
        self._chooser = random.Random(seed)
        self._lock = threading.Lock()
        self._under_way: list[threading.Thread] = []
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._door.getsockname()[1]

    @contextlib.contextmanager
    def running(self) -> Iterator[BadNetwork]:
        """At the end all that is still under way has arrived."""
        accepting = threading.Thread(target=self._accept)
        accepting.start()
        try:
            yield self
        finally:
            self._door.shutdown(socket.SHUT_RDWR)
            accepting.join()
            self._door.close()
            while self._under_way:
                self._under_way.pop().join()

    def _start(self, task: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=task, args=arguments)
        self._under_way.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._start(self._carry, self._door.accept()[0])

    def _carry(self, phone: socket.socket) -> None:
        with self._lock:
            fate = self._chooser.choice(FATES)
            delay, part = self._chooser.uniform(0, 0.2), self._chooser.random()
            self.fates[fate] += 1
        with phone, contextlib.suppress(OSError):
            request = _whole(phone)
            match fate:
                case "request lost":
                    return
                case "request late":  # the phone gives up and sends it again; this one comes after that
                    self._start(self._later, request, delay)
                    return
                case "slow":
                    time.sleep(delay / 4)
                case "doubled":
                    self._start(self._later, request, 0)
                case "doubled late":
                    self._start(self._later, request, delay)
            answer = self._pass_on(request)
            if fate != "answer lost":
                phone.sendall(answer[: int(part * len(answer))] if fate == "answer cut" else answer)

    def _later(self, request: bytes, delay: float) -> None:
        time.sleep(delay)
        self._pass_on(request)

    def _pass_on(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.server_port), timeout=10) as server:
            server.sendall(request)
            answer = _whole(server)
        if answer.split(b" ", 2)[1] == b"200":
            asked, told = (json.loads(text.partition(b"\r\n\r\n")[2]) for text in (request, answer))
            pairs = zip(asked, told, strict=True) if isinstance(asked, list) else [(asked, told)]
            with self._lock:
                self.answered += [(scan["scan_id"], answer) for scan, answer in pairs]
        return answer


def _whole(connection: socket.socket) -> bytes:
    """One request or answer, head and body."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += _more(connection)
    head, _, body = text.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < length:
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    text = connection.recv(65536)
    if not text:
        raise ConnectionError("closed in the middle")
    return text
