"""Where phones find this laptop: its addresses on the networks it is in, and what the server has opened to them."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from mudhif.storage.models import Event, PrintedPoster

if TYPE_CHECKING:
    from mudhif.services.certificates import Authority
    from mudhif.storage.writer import Tx

log = logging.getLogger(__name__)

HTTP_PORT, HTTPS_PORT = 80, 443
WATCH_SECONDS = 5.0
#: A laptop that serves for weeks: its certificate comes of age while nothing else changes.
LOOK_AGAIN_SECONDS = 3600.0
#: Linux: give the address of an interface (netdevice(7)).
SIOCGIFADDR = 0x8915
#: Interfaces of containers and virtual machines: no phone is there.
NOT_FOR_PHONES = ("docker", "br-", "veth", "virbr", "vmnet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the running server has opened. Without one, or before ``--lan``, phones find nothing."""

    addresses: tuple[str, ...] = ()
    """The laptop's addresses on its networks, the one that leads on first."""
    http_port: int | None = None
    https_port: int | None = None
    authority: Authority | None = None

    @property
    def is_open(self) -> bool:
        """Whether phones on the network can come in over https."""
        return bool(self.addresses) and self.https_port is not None

    @property
    def guests(self) -> str | None:
        """Where guests' phones find their pages: ``http://192.168.8.2:8000``."""
        if not self.addresses or self.http_port is None:
            return None
        return base_url("http", self.addresses[0], self.http_port)

    @property
    def staff(self) -> str | None:
        """Where the team's phones find theirs: ``https://192.168.8.2:8443``."""
        if not self.addresses or self.https_port is None:
            return None
        return base_url("https", self.addresses[0], self.https_port)


def base_url(scheme: str, host: str, port: int) -> str:
    """The beginning of an address; a port that the scheme implies is left out.

    >>> base_url("http", "192.168.8.2", 80), base_url("https", "fe80::1", 8443)
    ('http://192.168.8.2', 'https://[fe80::1]:8443')
    """
    shown = f"[{host}]" if ":" in host else host
    implied = {"http": HTTP_PORT, "https": HTTPS_PORT}[scheme]
    return f"{scheme}://{shown}" if port == implied else f"{scheme}://{shown}:{port}"


_reach = Reach()


def reach() -> Reach:
    """What the server of this process has opened; nothing where none runs."""
    return _reach


def set_reach(opened: Reach) -> None:
    """Say what the server has opened (`mudhif serve` does)."""
    global _reach
    _reach = opened


# ---------------------------------------------------------------- the laptop's addresses


def lan_addresses() -> tuple[str, ...]:
    """This laptop's IPv4 addresses on its networks, the one that leads on first. Nothing is sent to find them."""
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address for documentation; with UDP it only chooses the route
        found.append(str(probe.getsockname()[0]))
    with contextlib.suppress(OSError):
        found += _interface_addresses()
    return tuple(address for address in dict.fromkeys(found) if not ipaddress.ip_address(address).is_loopback)


def _interface_addresses() -> list[str]:
    """The address of each interface: a hotspot leads nowhere, so no route tells it."""
    if not sys.platform.startswith("linux"):
        # Answered without a network on Windows and macOS; on Linux it may wait for a name server that is not there.
        return [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    import fcntl

    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _number, name in socket.if_nameindex():
            if name.startswith(NOT_FOR_PHONES):
                continue
            with contextlib.suppress(OSError):  # one without an address
                answer = fcntl.ioctl(asking.fileno(), SIOCGIFADDR, name.encode().ljust(256, b"\0"))
                found.append(socket.inet_ntoa(answer[20:24]))
    return found


def host_names() -> tuple[str, ...]:
    """What this laptop is called on a network: ``desk.local``, beside the bare name."""
    name = socket.gethostname().lower().rstrip(".")
    return (name, f"{name.partition('.')[0]}.local")


@contextlib.contextmanager
def watched_addresses(
    changed: Callable[[tuple[str, ...]], None],
    addresses: Callable[[], tuple[str, ...]] | None = None,
    seconds: float | None = None,
    again_seconds: float | None = None,
) -> Iterator[None]:
    """Call a function whenever the laptop's addresses have changed: it has joined another Wi-Fi, or opened its own.

    It is called every hour, too, so that what goes by the clock is looked at while the addresses stay.
    """
    stopping = threading.Event()
    addresses, seconds = addresses or lan_addresses, seconds or WATCH_SECONDS
    again_seconds = again_seconds or LOOK_AGAIN_SECONDS
    known, last = addresses(), time.monotonic()

    def watch() -> None:
        nonlocal known, last
        while not stopping.wait(seconds):
            now = addresses()
            is_same = set(now) == set(known)
            if is_same and time.monotonic() - last < again_seconds:
                continue
            try:
                changed(now)
            except OSError as error:  # a full disk: the next round tries again
                log.error("the certificate cannot be renewed: %s", error)
                continue
            known, last = now, time.monotonic()
            if not is_same:
                set_reach(replace(reach(), addresses=now))

    thread = threading.Thread(target=watch, name="addresses", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(timeout=seconds)


# ---------------------------------------------------------------- the poster on the door


@dataclass(frozen=True, slots=True, kw_only=True)
class StalePoster:
    """A poster that sends guests to an address at which this laptop no longer is."""

    event: Event
    printed: str
    """The address on it, such as ``192.168.1.10``; with its port where that alone is another."""
    now: str


def note_poster(tx: Tx, event_id: str, address: str) -> None:
    """Remember what stands on the poster that was just made."""
    PrintedPoster.delete().where(PrintedPoster.event == event_id).execute()
    PrintedPoster.insert(event=event_id, address=address, made=datetime.now(UTC)).execute()


def stale_posters(
    addresses: tuple[str, ...], now: datetime | None = None, port: int | None = None
) -> list[StalePoster]:
    """Posters of events that are not over, whose address is none of this laptop's; none where it is in no network.

    Args:
        port: where this laptop answers guests; None: not known, or not open to them.
    """
    if not addresses:
        return []
    now = now or datetime.now(UTC)
    posters = {poster.event: poster.address for poster in PrintedPoster.select()}
    events = Event.select().where(Event.id.in_(list(posters)) & (Event.ends > now) & ~Event.deleted)
    found = [_stale(event, urlsplit(posters[event.id]), addresses, port) for event in events.order_by(Event.starts)]
    return [poster for poster in found if poster is not None]


def _stale(event: Event, on_it: SplitResult, addresses: tuple[str, ...], port: int | None) -> StalePoster | None:
    host = on_it.hostname or ""
    if not _is_address(host):
        return None
    if host not in addresses:
        return StalePoster(event=event, printed=host, now=addresses[0])
    printed = on_it.port or HTTP_PORT
    if on_it.scheme == "http" and port is not None and printed != port:
        return StalePoster(event=event, printed=f"{host}:{printed}", now=f"{host}:{port}")
    return None


def _is_address(host: str) -> bool:
    """A poster may also bear a name; whether that still leads here, only the network knows."""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
