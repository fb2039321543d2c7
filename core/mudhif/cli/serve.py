"""`mudhif serve`: the server, and all that lives with it."""

from __future__ import annotations

import contextlib
import errno
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mudhif.cli import Cli
from mudhif.domain.errors import Refused
from mudhif.i18n import N_

if TYPE_CHECKING:
    from flask import Flask

    from mudhif.app import Application
    from mudhif.web.server import Server

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
DEFAULT_PORT = 8000
DEFAULT_HTTPS_PORT = 8443


class PortTaken(Refused):
    message = N_(
        "Port %(port)d of %(host)s cannot be opened: another program has it, perhaps Mudhif itself. "
        "Stop that one, or choose another port: mudhif serve %(option)s %(other)d."
    )
    code = "port-taken"


class PortForbidden(Refused):
    message = N_(
        "This system lets only an administrator open port %(port)d. Start Mudhif as one, or take a port above 1023: "
        "mudhif serve %(option)s %(other)d."
    )
    code = "port-forbidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where the server is to be found."""

    host: str = LOOPBACK
    port: int = DEFAULT_PORT
    https_port: int = DEFAULT_HTTPS_PORT
    lan: bool = False

    @property
    def bound_to(self) -> str:
        """The address to bind."""
        return EVERYWHERE if self.lan and self.host == LOOPBACK else self.host


@click.command()
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    help="The address to listen at; with --lan the one of this laptop's that phones are told.",
)
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="80 where this laptop is the hotspot itself: phones then find that the network works.",
)
@click.option(
    "--https-port",
    default=DEFAULT_HTTPS_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Where the team's phones come in, with --lan.",
)
@click.option(
    "--lan",
    is_flag=True,
    help="Open to phones on this network: the guests' pages (form, ticket, programme) over plain http, the team's "
    "over https, with this installation's own certificate authority.",
)
@click.option("--safe", is_flag=True, help="Load no plugin that came from outside.")
@click.pass_obj
def serve(cli: Cli, host: str, port: int, https_port: int, lan: bool, safe: bool) -> None:
    """Run the server. Ctrl-C ends it."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    cli.safe = safe
    with cli.writing() as application:
        serve_application(cli, application, Listening(host=host, port=port, https_port=https_port, lan=lan))


def serve_application(cli: Cli, application: Application, at: Listening) -> None:
    """Serve an open installation until a signal comes (`mudhif demo` ends in this, too)."""
    from mudhif.storage.database import ServeLock

    lock = ServeLock(application.instance.serve_lock)
    if not lock.take():
        from mudhif.domain.errors import InstanceBusy

        raise InstanceBusy(path=application.instance.root)
    try:
        with _prepared(application, at) as servers, application.host.serving():
            _run(cli, application, servers)
    finally:
        lock.give_back()


@contextlib.contextmanager
def _prepared(application: Application, at: Listening) -> Iterator[list[Server]]:
    """The servers with their ports open, http first; with ``--lan`` https beside it, on the same app."""
    from mudhif.services.networks import Reach, set_reach
    from mudhif.web.app import create_app
    from mudhif.web.server import raise_file_limit

    raise_file_limit()
    app = create_app(application.store, application.host)
    with contextlib.ExitStack() as stack:
        servers = [_opened(stack, at, app)]
        if at.lan:
            stack.enter_context(_open_to_phones(stack, application, at, app, servers))
        try:
            yield servers
        finally:
            set_reach(Reach())


def _opened(stack: contextlib.ExitStack, at: Listening, app: Flask) -> Server:
    from mudhif.web.server import Server

    server = Server((at.bound_to, at.port), app)
    _prepare(server, at.bound_to, at.port, "--port")
    stack.callback(server.stop)
    return server


def _prepare(server: Server, host: str, port: int, option: str) -> None:
    try:
        server.prepare()
    except OSError as error:
        # cheroot tells a failed bind by a bare OSError with the reason in its text.
        if 0 < port < 1024 and (error.errno == errno.EACCES or "Permission denied" in str(error)):
            raise PortForbidden(port=port, option=option, other=port + 8000) from error
        raise PortTaken(port=port, host=host, option=option, other=port + 1) from error


@contextlib.contextmanager
def _open_to_phones(
    stack: contextlib.ExitStack, application: Application, at: Listening, app: Flask, servers: list[Server]
) -> Iterator[None]:
    """The https port, its certificate, and a watch on the laptop's addresses and the clock, which renews it."""
    from mudhif.services import networks
    from mudhif.services.certificates import Files, authority, certify
    from mudhif.web.server import Server

    keys = application.instance.keys
    files = Files(folder=keys)
    chosen = (at.host,) if at.bound_to == at.host != EVERYWHERE else None
    addresses = chosen or networks.lan_addresses()
    certify(keys, addresses, networks.host_names())
    https = Server((at.bound_to, at.https_port), app, tls=(files.certificate, files.key))
    _prepare(https, at.bound_to, at.https_port, "--https-port")
    stack.callback(https.stop)

    def renew(now: Sequence[str]) -> None:
        if certify(keys, now, networks.host_names()):
            https.renew_certificate()
            log.warning("the certificate was renewed: phones find this laptop at %s", ", ".join(now) or "none")

    networks.set_reach(
        networks.Reach(
            addresses=addresses,
            http_port=servers[0].bind_addr[1],
            https_port=https.bind_addr[1],
            authority=authority(keys),
        )
    )
    servers.append(https)
    with networks.watched_addresses(renew, (lambda: chosen) if chosen else None):
        yield


def _run(cli: Cli, application: Application, servers: list[Server]) -> None:
    from mudhif.web.hub import Hub
    from mudhif.web.live import live_updates
    from mudhif.web.server import serve_until_signal

    hub = Hub()
    app = servers[0].wsgi_app
    app.extensions["mudhif_hub"] = hub
    members = app.extensions["mudhif_members"]
    application.store.make_room()
    with live_updates(hub, application.store, application.host, members):
        serve_until_signal(servers, hub, on_ready=lambda: _greet(cli, servers[0]))


def _greet(cli: Cli, server: Server) -> None:
    from mudhif.services.accounts import create_once_link, has_administrator
    from mudhif.services.networks import reach
    from mudhif.storage.store import write

    cli.say(f"Mudhif runs at {server.url}")
    if reach().https_port is not None:
        for line in opened_to_phones():
            cli.say(line)
    if not has_administrator():
        once = write(lambda tx: create_once_link(tx, "welcome"))
        cli.say("There is no administrator yet. Open this link on this laptop; it works once:")
        cli.say(f"  {server.url}welcome/{once}")
    cli.say("Ctrl-C ends the server.")


def opened_to_phones() -> list[str]:
    """What ``--lan`` has opened, and by what a phone can tell that it is this laptop."""
    from mudhif.services.certificates import in_groups
    from mudhif.services.networks import base_url, reach

    opened = reach()
    authority = opened.authority
    assert authority is not None and opened.http_port is not None and opened.https_port is not None
    lines = ["This laptop is in no network yet; as soon as it is, phones find it there."]
    if opened.addresses:
        guests = [base_url("http", address, opened.http_port) for address in opened.addresses]
        staff = [base_url("https", address, opened.https_port) for address in opened.addresses]
        lines = [
            f"Open to this network for guests' pages only: {'  '.join(guests)}",
            f"For the team's phones: {'  '.join(staff)}",
            f"They warn until they trust “{authority.name}”; {guests[0]}/trust explains it step by step.",
        ]
    return [*lines, f"Its fingerprint (SHA-256): {in_groups(authority.fingerprint)}"]
