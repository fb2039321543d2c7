"""`mudhif init` and `mudhif token …`: who may come in, without a browser."""

from __future__ import annotations

import sys

import click

from mudhif.cli import Cli


@click.command()
@click.option("--admin", "name", required=True, help="The administrator's name, as it is typed to sign in.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@click.pass_obj
def init(cli: Cli, name: str, password_stdin: bool) -> None:
    """Make an administrator without a browser: mudhif init --admin NAME --password-stdin < FILE."""
    from mudhif.services.accounts import ADMINISTRATOR, create_account, hash_password
    from mudhif.storage.store import write

    hashed = hash_password(sys.stdin.readline().rstrip("\r\n"))
    with cli.writing():
        made = write(lambda tx: create_account(tx, name, ADMINISTRATOR, password_hash=hashed))
        cli.emit({"id": made.id, "name": made.name, "role": made.role}, f"{made.name} can sign in as administrator.")


@click.group()
def token() -> None:
    """Tokens with which programs use the API."""


@token.command("new")
@click.option("--name", required=True, help="What it is for; shown beside what it changes.")
@click.option("--role", required=True, help="administrator, coordinator, reporter, desk, scanner, viewer …")
@click.option("--event", "event", help="The only event that it opens, by id or short code; without it, all.")
@click.pass_obj
def new(cli: Cli, name: str, role: str, event: str | None) -> None:
    """Make a token. It is shown once; only its SHA-256 is kept."""
    from mudhif.services.accounts import create_token
    from mudhif.services.events import find_event
    from mudhif.storage.store import write

    with cli.writing():
        event_id = find_event(event).id if event else None
        made = write(lambda tx: create_token(tx, name, role, event=event_id))
        cli.emit({"token": made}, "" if cli.as_json else made)  # a secret is shown once, and in one place


@token.command("list")
@click.pass_obj
def list_tokens(cli: Cli) -> None:
    """List the tokens that are good, without their secrets."""
    from mudhif.services.accounts import good_tokens

    with cli.reading():
        found = good_tokens()
        rows = [{"id": t.id, "name": t.name, "role": t.role, "event": t.event} for t in found]
        text = "\n".join(f"{t.id}  {t.role:14} {t.name}" for t in found)
        cli.emit(rows, text or "There is no token.")


@token.command("revoke")
@click.argument("id")
@click.pass_obj
def revoke(cli: Cli, id: str) -> None:
    """Withdraw a token, by the id that `token list` shows."""
    from mudhif.services.accounts import revoke_token
    from mudhif.storage.store import write

    with cli.writing():
        write(lambda tx: revoke_token(tx, id))
        cli.emit({"revoked": id}, "Withdrawn.")
