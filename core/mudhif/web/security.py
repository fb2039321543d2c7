"""What stands between the network and every page: headers, forgery, floods, and plain http from other machines."""

from __future__ import annotations

import functools
import ipaddress
import os
import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect

from mudhif.domain.errors import NotAllowed, TooMany
from mudhif.i18n import N_
from mudhif.services.networks import host_names

if TYPE_CHECKING:
    from flask.wrappers import Request

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
#: WebAssembly does not compile under 'self' alone.
CONTENT_POLICY_WASM = f"{CONTENT_POLICY}; script-src 'self' 'wasm-unsafe-eval'"

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}

#: What a guest's own phone may open over plain http.
GUEST_PATHS = ("/r/", "/t/", "/x/now/", "/static/", "/favicon.ico", "/trust")
#: What phones ask a network to learn whether it works; answered to everybody (`mudhif.web.pages.captive`).
PROBES = frozenset({
    "/generate_204", "/gen_204", "/hotspot-detect.html", "/library/test/success.html", "/ncsi.txt", "/connecttest.txt",
    "/success.txt", "/canonical.html", "/check_network_status.txt",
})  # fmt: skip

MAX_BODY_BYTES = 64 * 1024 * 1024
SESSION_DAYS = 7

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()


class NeedsSafeConnection(NotAllowed):
    message = N_(
        "This page opens over https, or on the laptop itself at http://localhost. "
        "Over plain http from another machine it stays closed."
    )
    code = "needs-https"


def allow_wasm(response: Response) -> Response:
    """Let this one page compile WebAssembly (the scanner's page reads codes with it)."""
    response.headers["Content-Security-Policy"] = CONTENT_POLICY_WASM
    return response


def protect(app: Flask, session_key: bytes) -> None:
    """Put all of it before the app; `guard` and `refuse_forgeries` are called by `mudhif.web.app`."""
    app.config.update(
        SECRET_KEY=session_key,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME="mudhif",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=SESSION_DAYS),
        WTF_CSRF_CHECK_DEFAULT=False,  # `refuse_forgeries` decides
        WTF_CSRF_TIME_LIMIT=None,  # a form keeps its draft for as long as the page is open
    )
    app.session_interface = Sessions()
    csrf.init_app(app)
    app.extensions["mudhif_floods"] = Floods()
    app.wsgi_app = WithHeaders(app.wsgi_app)  # type: ignore[method-assign]


def guard() -> None:
    """Refuse what must not come further: plain http for the team, and floods."""
    # Another site's name can be made to lead to this laptop: then its pages would ask from here, too.
    here = is_this_machine(request.remote_addr) and is_called_so(request.host)
    is_guests = request.path.startswith(GUEST_PATHS) or request.path in PROBES
    if not here and not request.is_secure and not is_guests and not _is_open_stream():
        raise NeedsSafeConnection
    if is_guests and not here and not request.path.startswith("/static/"):
        floods().of_guests(request)


def refuse_forgeries() -> None:
    """Refuse a form that another site made the browser send."""
    if request.method in ("POST", "PUT", "PATCH", "DELETE") and not _forging_is_pointless():
        csrf.protect()


def _is_open_stream() -> bool:
    """Live updates of the timer and the agenda, for a guest's phone; the view decides what goes out."""
    return request.endpoint == "live.stream"


def _forging_is_pointless() -> bool:
    """Another site can make a browser send its cookie, but no token; without a cookie there is nothing to use."""
    if "Authorization" in request.headers:
        return True
    return request.path.startswith("/api/") and current_app.config["SESSION_COOKIE_NAME"] not in request.cookies


class WithHeaders:
    """Adds the headers of every answer, whoever made it; what an answer says itself stands.

    Below Flask, where a header costs nothing: the way of a check-in is counted in microseconds.
    """

    def __init__(self, wsgi_app: Callable[..., Any]) -> None:
        self._wsgi_app = wsgi_app
        self._headers = [*HEADERS.items(), ("Cache-Control", "no-store")]  # the next person here presses Back

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer one request."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            said = {name for name, _value in headers}
            headers += [header for header in self._headers if header[0] not in said]
            return start_response(status, headers, exc_info)

        return self._wsgi_app(environ, start)


@functools.lru_cache(maxsize=1024)
def is_this_machine(address: str | None) -> bool:
    """Whether a request came from the laptop itself.

    >>> [is_this_machine(a) for a in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "192.168.8.20", None)]
    [True, True, True, False, False]
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


@functools.lru_cache(maxsize=1024)
def is_called_so(host: str) -> bool:
    """Whether this laptop is called so by itself: what stands in the address line, with or without a port.

    >>> [is_called_so(h) for h in ("localhost:8000", "127.0.0.1", "[::1]:8000", "evil.example:8000", "")]
    [True, True, True, False, False]
    """
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or is_this_machine(name) or name in host_names()


# ---------------------------------------------------------------- sessions


class Sessions(SecureCookieSessionInterface):
    """Signed cookies; marked secure where the connection is, and not even looked for beside a bearer token."""

    _serializer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        """The signer, made once."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request."""
        if "Authorization" in request.headers:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the session back, where a view has looked at it."""
        if session.accessed or session.modified:
            super().save_session(app, session, response)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie may only go back over https."""
        return request.is_secure


def key_file(path: Path) -> bytes:
    """The key that signs sessions; made at the first start, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text("ascii").strip())
    key = secrets.token_bytes(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
    return key


# ---------------------------------------------------------------- floods


class RateLimit:
    """A bucket of tokens for each key: so many at once, and then one every so often.

    Args:
        burst: how many may come at once.
        every_seconds: after how long one more is given.
    """

    KEYS = 10_000

    def __init__(self, burst: int, every_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.burst, self.every_seconds, self._clock = burst, every_seconds, clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Take one.

        Raises:
            TooMany: the bucket of this key is empty; says when to come again.
        """
        now = self._clock()
        with self._lock:
            left, since = self._buckets.get(key, (float(self.burst), now))
            left = min(float(self.burst), left + (now - since) / self.every_seconds)
            if left >= 1:
                self._buckets[key] = (left - 1, now)
                if len(self._buckets) > self.KEYS:
                    self._forget_full(now)
                return
            self._buckets[key] = (left, now)
        raise TooMany(seconds=max(1, round((1 - left) * self.every_seconds)))

    def _forget_full(self, now: float) -> None:
        refill = self.burst * self.every_seconds
        self._buckets = {key: kept for key, kept in self._buckets.items() if now - kept[1] < refill}


class Floods:
    """The limits of one server, all by the address that asks."""

    def __init__(self) -> None:
        self.sign_ins = RateLimit(10, 6.0)
        self.bad_tokens = RateLimit(30, 2.0)
        self.guest_pages = RateLimit(120, 0.25)
        self.guest_forms = RateLimit(30, 2.0)

    def of_guests(self, request: Request) -> None:
        """Count a request to a page that anyone may open."""
        bucket = self.guest_pages if request.method in ("GET", "HEAD") else self.guest_forms
        bucket.take(request.remote_addr or "")


def floods() -> Floods:
    """The limits of this app."""
    found: Floods = current_app.extensions["mudhif_floods"]
    return found


def rate_limited(burst: int, every_seconds: float) -> Callable[[View], View]:
    """Let an address call this view so often at once, and then once in so many seconds."""
    limit = RateLimit(burst, every_seconds)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def limited(*args: Any, **kwargs: Any) -> Any:
            limit.take(request.remote_addr or "")
            return view(*args, **kwargs)

        return cast(View, limited)

    return decorate
