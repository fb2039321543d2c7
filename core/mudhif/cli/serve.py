"""`mudhif serve`: the server, and all that lives with it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mudhif.cli import Cli
from mudhif.domain.errors import Refused
from mudhif.i18n import N_

if TYPE_CHECKING:
    from mudhif.app import Application
    from mudhif.web.server import Server

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
DEFAULT_PORT = 8000
DEFAULT_HTTPS_PORT = 8443


class PortTaken(Refused):
    message = N_(
        "Port %(port)d of %(host)s cannot be opened: another program has it, perhaps Mudhif itself. "
        "Stop that one, or choose another port: mudhif serve --port %(other)d."
    )
    code = "port-taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where the server is to be found."""

    host: str = LOOPBACK
    port: int = DEFAULT_PORT
    lan: bool = False

    @property
    def bound_to(self) -> str:
        """The address to bind."""
        return EVERYWHERE if self.lan and self.host == LOOPBACK else self.host


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen at.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--https-port",
    default=DEFAULT_HTTPS_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Reserved: this version opens no https port yet; volunteers' phones cannot scan through --lan.",
)
@click.option(
    "--lan",
    is_flag=True,
    help="Open the guests' pages (form, ticket, programme) to phones on this network, over plain http. "
    "The team's pages stay on this laptop.",
)
@click.option("--safe", is_flag=True, help="Load no plugin that came from outside.")
@click.pass_obj
def serve(cli: Cli, host: str, port: int, https_port: int, lan: bool, safe: bool) -> None:
    """Run the server. Ctrl-C ends it."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    cli.safe = safe
    with cli.writing() as application:
        serve_application(cli, application, Listening(host=host, port=port, lan=lan))


def serve_application(cli: Cli, application: Application, at: Listening) -> None:
    """Serve an open installation until a signal comes (`mudhif demo` ends in this, too)."""
    from mudhif.storage.database import ServeLock

    lock = ServeLock(application.instance.serve_lock)
    if not lock.take():
        from mudhif.domain.errors import InstanceBusy

        raise InstanceBusy(path=application.instance.root)
    try:
        with _prepared(application, at) as server, application.host.serving():
            _run(cli, application, at, server)
    finally:
        lock.give_back()


@contextlib.contextmanager
def _prepared(application: Application, at: Listening) -> Iterator[Server]:
    from mudhif.web.app import create_app
    from mudhif.web.server import Server, raise_file_limit

    raise_file_limit()
    server = Server((at.bound_to, at.port), create_app(application.store, application.host))
    try:
        server.prepare()
    except OSError as error:
        raise PortTaken(port=at.port, host=at.bound_to, other=at.port + 1) from error
    try:
        yield server
    finally:
        server.stop()


def _run(cli: Cli, application: Application, at: Listening, server: Server) -> None:
    from mudhif.web.hub import Hub
    from mudhif.web.live import live_updates
    from mudhif.web.server import serve_until_signal

    hub = Hub()
    app = server.wsgi_app
    app.extensions["mudhif_hub"] = hub
    members = app.extensions["mudhif_members"]
    with live_updates(hub, application.store, application.host, members):
        serve_until_signal([server], hub, on_ready=lambda: _greet(cli, at, server))


def _greet(cli: Cli, at: Listening, server: Server) -> None:
    from mudhif.services.accounts import create_once_link, has_administrator
    from mudhif.storage.store import write

    for line in addresses(at, server):
        cli.say(line)
    if not has_administrator():
        once = write(lambda tx: create_once_link(tx, "welcome"))
        cli.say("There is no administrator yet. Open this link on this laptop; it works once:")
        cli.say(f"  {server.url}welcome/{once}")
    cli.say("Ctrl-C ends the server.")


def addresses(at: Listening, server: Server) -> list[str]:
    """What to tell about where the server is."""
    lines = [f"Mudhif runs at {server.url}"]
    if at.bound_to not in (LOOPBACK, "localhost", "::1"):
        port = server.bind_addr[1]
        found = [f"http://{address}:{port}/" for address in lan_addresses()]
        lines.append(f"Open to this network for guests' pages only: {'  '.join(found) or 'no network found'}")
        lines.append("The team's pages answer on this laptop alone; this version has no https for phones yet.")
    return lines


def lan_addresses() -> list[str]:
    """This laptop's addresses on its networks; nothing is sent to find them."""
    import socket

    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address for documentation; UDP connect only chooses the route
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [address for address in dict.fromkeys(found) if not address.startswith("127.")]
