"""The web server: cheroot in one process, made safe against phones that connect and go quiet.

Three habits of stock cheroot are cured here: it does the TLS handshake on the thread that accepts, it gives a new
connection a worker before its first byte, and a live stream holds a worker. The subclasses lean on inner names of
cheroot 11, so each cure has a test with real sockets (tests/core/web/test_server.py).
"""

from __future__ import annotations

import gc
import logging
import select
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cheroot import errors as cheroot_errors
from cheroot.server import HTTPConnection
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Gateway_10
from cheroot.wsgi import Server as WSGIServer

from mudhif.web.hub import Hub

log = logging.getLogger(__name__)

#: A half-sent request or a slow upload still holds a thread: hence many of them, and little patience.
THREADS = 64
TIMEOUT_SECONDS = 5
SHUTDOWN_SECONDS = 3
BACKLOG = 512
#: cheroot's own limit of 10 hangs up on the 11th phone.
KEPT_ALIVE = 2000
HEADER_BYTES = 64 * 1024

#: How this machine reaches a server that listens everywhere.
LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}

#: Where a view finds the server's request object.
REQUEST_KEY = "mudhif.request"


class LazyTLS(BuiltinSSLAdapter):
    """TLS whose handshake waits for a worker, so that a silent phone does not stop the accepting thread."""

    def wrap(self, sock: Any) -> tuple[Any, dict[str, str]]:
        """Wrap an accepted socket without a handshake."""
        try:
            wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        except OSError as gone:
            raise cheroot_errors.FatalSSLAlert(*gone.args) from gone
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class Conn(HTTPConnection):  # type: ignore[misc]  # cheroot has no types
    """A connection that can wait for its first byte, shake hands late, and leave its worker for the hub."""

    is_waiting_done = False
    is_shaken = False
    #: Set by ``detach``: after the worker is done the hub owns the socket.
    hub: Hub | None = None
    topic = ""
    taken_by = ""

    def communicate(self) -> bool:
        """Serve one request; true where the connection stays."""
        if not self.is_shaken and isinstance(self.socket, ssl.SSLSocket):
            try:
                self.socket.do_handshake()
            except (OSError, ValueError):
                return False  # a refused certificate or a port scan: nothing to tell anybody
            self.is_shaken = True
            if not self.socket.pending():
                return True  # browsers open spare connections: wait for the request in the selector, not here
        return bool(super().communicate())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Close, or hand the socket to the hub."""
        if self.hub is not None:
            self.hub.add(self)
        else:
            super().close()

    def hang_up(self) -> None:
        """Close for good (called by the hub)."""
        self.hub = None
        with suppress(OSError):
            super().close()


class Gate(Gateway_10):  # type: ignore[misc]  # cheroot has no types
    """The WSGI gateway, with the server's own request object in the environment."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        """The WSGI environment."""
        return {**super().get_environ(), REQUEST_KEY: self.req}  # type: ignore[no-untyped-call]


class Server(WSGIServer):  # type: ignore[misc]  # cheroot has no types
    """One port of Mudhif: plain, or TLS where a certificate and its key are given."""

    ConnectionClass = Conn
    max_request_header_size = HEADER_BYTES

    def __init__(
        self,
        address: tuple[str, int],
        app: Callable[..., Any],
        *,
        tls: tuple[Path, Path] | None = None,
        threads: int = THREADS,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        super().__init__(
            address,
            app,
            numthreads=threads,
            server_name="Mudhif",
            request_queue_size=BACKLOG,
            timeout=timeout_seconds,  # type: ignore[arg-type]  # the socket takes parts of a second
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        self.gateway = Gate
        self.keep_alive_conn_limit = KEPT_ALIVE
        if tls is not None:
            certificate, key = tls
            self.ssl_adapter = LazyTLS(str(certificate), str(key))

    def renew_certificate(self) -> None:
        """Read certificate and key anew, while serving: connections that are open stay, the next ones get the new one.

        Raises:
            OSError: they do not fit together; the old one stays in use.
        """
        adapter = self.ssl_adapter
        trial = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trial.load_cert_chain(adapter.certificate, adapter.private_key)  # a half loaded context would serve nobody
        adapter.context.load_cert_chain(adapter.certificate, adapter.private_key)

    @property
    def url(self) -> str:
        """The address as a browser on this machine writes it."""
        host, port = self.bind_addr
        shown = "localhost" if host in {"127.0.0.1", "::1", *LOOPBACK_OF} else host
        return f"{'https' if self.ssl_adapter else 'http'}://{shown}:{port}/"

    def process_conn(self, conn: Conn) -> None:
        """Send a new connection into the selector first: a worker is for those who have said something."""
        if conn.is_waiting_done:
            super().process_conn(conn)
            return
        conn.is_waiting_done = True
        self._connections.put(conn)  # type: ignore[attr-defined]

    def stop(self) -> None:
        """End the server. The selector sleeps until somebody connects, so somebody does."""
        if self.ready:
            self._connections._stop_requested = True  # type: ignore[attr-defined]
            host, port = self.bind_addr
            with suppress(OSError), socket.create_connection((LOOPBACK_OF.get(host, host), port), timeout=1):
                pass
        super().stop()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """cheroot's messages belong in the log, not on the console of a volunteer."""
        log.log(level, "%s", msg, exc_info=traceback)


def can_detach(environ: dict[str, Any]) -> bool:
    """Whether the request came by our server (a test client's did not)."""
    return REQUEST_KEY in environ


def detach(environ: dict[str, Any], hub: Hub, topic: str, taken_by: str = "") -> None:
    """Give this request's socket to the hub once the worker is done.

    The view then returns a generator that yields its first bytes once. The place must have been taken before
    (``hub.take_place``), under the same name.
    """
    request = environ[REQUEST_KEY]
    request.response_protocol = "HTTP/1.0"  # no chunks: what the hub sends goes out as it is
    request.close_connection = True
    request.conn.topic, request.conn.taken_by = topic, taken_by
    request.conn.hub = hub


def raise_file_limit() -> None:
    """Ask the system for as many open files as it will give: each connection is one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = KEPT_ALIVE * 2 if hard == resource.RLIM_INFINITY else min(hard, KEPT_ALIVE * 2)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def serve_until_signal(servers: Sequence[Server], hub: Hub, *, on_ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGINT or SIGTERM, then end within a second, open streams or not.

    Must run on the main thread. The signals are set by us: a shell's background job starts with SIGINT ignored,
    and Python then installs no handler of its own. The servers are prepared by the caller, who can still refuse.
    """
    # A socket, not an Event: a handler that sets an Event can meet the lock that its own thread holds.
    sleeping, waking = socket.socketpair()
    before = {number: signal.signal(number, lambda *_: waking.send(b".")) for number in (signal.SIGINT, signal.SIGTERM)}
    threads = [threading.Thread(target=server.serve, name=f"serve {server.url}") for server in servers]
    hub.start()
    gc.freeze()  # what is there now stays for good: no search for garbage need look at it again
    try:
        for thread in threads:
            thread.start()
        on_ready()
        # Not one endless wait: on Windows select does not wake for Ctrl-C.
        while not select.select([sleeping], [], [], 0.5)[0] and all(thread.is_alive() for thread in threads):
            pass
    finally:
        hub.stop()  # first: else new streams would come while the workers end
        for server in servers:
            server.stop()
        for thread in threads:
            thread.join(timeout=SHUTDOWN_SECONDS)
        for number, handler in before.items():
            signal.signal(number, handler)
        sleeping.close()
        waking.close()
