"""The load: so many keep-alive connections on raw sockets, each sending its next request when the last is answered.

A program of its own, so that it takes no turn of the interpreter that it measures. Reads requests as JSON lines from
standard input (path and body); prints the seconds from the first byte sent to the last one received, and those in
which 99 of 100 were answered.

    python load.py PORT CLIENTS EXPECTED [HEADER …] < requests
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        """Send the next request."""
        self.answer, self.sent_at = b"", time.perf_counter()
        self.sock.sendall(request)

    def whole(self) -> bytes | None:
        """The answer's body, once it is all here."""
        head, parted, body = self.answer.partition(b"\r\n\r\n")
        if not parted:
            return None
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        if len(body) < length:
            return None
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"answered {head[:15]!r}: {body[:300]!r}")
        return body


def run(port: int, clients: int, expected: bytes, requests: list[bytes]) -> tuple[float, float]:
    """Send them all; the seconds that it took, and those in which 99 of 100 were answered."""
    waiting: Iterator[bytes] = iter(requests)
    selector = selectors.DefaultSelector()
    open_clients = [Client(port) for _ in range(clients)]
    waits: list[float] = []
    began = time.perf_counter()
    for client in open_clients:
        selector.register(client.sock, selectors.EVENT_READ, client)
        client.send(next(waiting))
    while len(waits) < len(requests):
        for key, _ in selector.select():
            client = key.data
            client.answer += client.sock.recv(65536)
            body = client.whole()
            if body is None:
                continue
            if expected not in body:
                raise SystemExit(f"answered {body[:300]!r}")
            waits.append(time.perf_counter() - client.sent_at)
            if (request := next(waiting, None)) is not None:
                client.send(request)
    took = time.perf_counter() - began
    for client in open_clients:
        client.sock.close()
    return took, sorted(waits)[len(waits) * 99 // 100]


def main() -> None:
    port, clients, expected, *headers = sys.argv[1:]
    head = "".join(f"{header}\r\n" for header in ("Host: localhost", "Content-Type: application/json", *headers))
    requests = []
    for line in sys.stdin:
        path, body = json.loads(line)
        requests.append(f"POST {path} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    print(*run(int(port), int(clients), expected.encode(), requests))


if __name__ == "__main__":
    main()
