"""The command line: `mudhif WORDS`. Nothing is imported before the command that needs it is named."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from mudhif.config import Instance, instance_at

if TYPE_CHECKING:
    from mudhif.app import Application
    from mudhif.plugins.host import Host

DEBUG = "MUDHIF_DEBUG"
"""With this in the environment, an unforeseen error is shown with the place where it was raised."""

COMMANDS = {
    "backup": ("mudhif.cli.data:backup", "Write everything into one file."),
    "badge-layouts": ("mudhif.cli.printing:badge_layouts", "List the layouts of badges."),
    "badges": ("mudhif.cli.printing:badges", "Name badges with tickets as a PDF."),
    "check": ("mudhif.cli.data:check", "Examine the journal, the tables and the attachments."),
    "demo": ("mudhif.cli.demo:demo", "Go the whole way of a dialogue event in a fresh instance."),
    "devices": ("mudhif.cli.devices:devices", "List and revoke paired phones and displays."),
    "doctor": ("mudhif.cli.data:doctor", "Examine the installation: each line good, or what to do."),
    "event": ("mudhif.cli.events:event", "Make, list and show events."),
    "guests": ("mudhif.cli.guests:guests", "Import, list, add, export and erase guests."),
    "init": ("mudhif.cli.accounts:init", "Make an administrator without a browser."),
    "invitations": ("mudhif.cli.printing:invitations", "Letters as drafts, and links that open WhatsApp."),
    "plugins": ("mudhif.cli.plugins:plugins", "List, install, switch and remove plugins."),
    "poster": ("mudhif.cli.printing:poster", "The poster with the QR of the registration form as a PDF."),
    "project": ("mudhif.cli.events:project", "Make and list projects."),
    "rebuild": ("mudhif.cli.data:rebuild", "Make every table anew from the journal."),
    "restore": ("mudhif.cli.data:restore", "Put a backup into an instance."),
    "serve": ("mudhif.cli.serve:serve", "Run the server."),
    "tickets": ("mudhif.cli.printing:tickets", "One file with the ticket per guest."),
    "token": ("mudhif.cli.accounts:token", "Make tokens for the API."),
}


class Cli:
    """What every command gets (``@click.pass_obj``): the instance, the plugins, and where its answer goes."""

    def __init__(self, instance: Instance, as_json: bool) -> None:
        self.instance = instance
        self.as_json = as_json
        self.safe = False
        self._host: Host | None = None

    @property
    def host(self) -> Host:
        """The plugins, loaded at the first use; with ``safe`` set before, only those that came with Mudhif."""
        if self._host is None:
            from mudhif.plugins.host import Host
            from mudhif.storage.models import CORE_MODELS

            tables = [model._meta.table_name for model in CORE_MODELS]
            self._host = Host.load(self.instance, safe=self.safe, taken={"commands": COMMANDS, "models": tables})
        return self._host

    @contextlib.contextmanager
    def reading(self, *, plugins: bool = True) -> Iterator[Application]:
        """Open the instance for a command that reads.

        Args:
            plugins: load them; not where a plugin that does harm must not be in the way.

        Raises:
            NoInstance: there is none; nothing is made.
        """
        from mudhif.app import opened
        from mudhif.plugins.host import Host

        with opened(self.instance, self.host if plugins else Host(None), make=False) as application:
            yield application

    @contextlib.contextmanager
    def writing(self) -> Iterator[Application]:
        """Open the instance for a command that writes; what is missing is made."""
        from mudhif.app import opened
        from mudhif.storage.writer import actor

        actor.set("command-line")
        with opened(self.instance, self.host, make=True, label="command-line") as application:
            yield application

    def emit(self, data: Any, text: str = "") -> None:
        """The command's answer: the JSON document with ``--json``, else the text for people."""
        if self.as_json:
            click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))
            self.say(text)
        elif text:
            click.echo(text)

    def say(self, text: str) -> None:
        """Something for people only, beside the answer."""
        if text:
            click.echo(text, err=self.as_json)

    @staticmethod
    def exit(status: int) -> None:
        """End the command with this exit status."""
        raise click.exceptions.Exit(status)


class Commands(click.Group):
    """The core's commands by name, then those that plugins bring; each is imported when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name][0].partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        return ctx.obj.host.commands.get(cmd_name) if isinstance(ctx.obj, Cli) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])
        from mudhif.plugins.shelf import command_names

        brought = command_names(ctx.obj.instance.plugins) if isinstance(ctx.obj, Cli) else {}
        if brought:
            with formatter.section("Commands of plugins"):
                formatter.write_dl(sorted(brought.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="mudhif")
def mudhif() -> None:
    """Runs an event where the internet does not reach.

    Before or after any command: --instance DIR names the folder with the data (default: $MUDHIF_INSTANCE, else
    ./instance); --json prints one JSON document to standard output.
    """


def main(argv: Sequence[str] | None = None) -> None:
    """The entry point of the command ``mudhif``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(getattr(stream, "reconfigure", None), Callable):  # type: ignore[arg-type]
            # A file's name may hold bytes that are no text; to say so must not fail.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        words, instance, as_json = _common_options(list(sys.argv[1:] if argv is None else argv))
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    sys.exit(run(words, Cli(instance_at(instance), as_json)))


def run(words: list[str], cli: Cli) -> int:
    """Run one command line and return its exit status."""
    from mudhif.domain.errors import MudhifError

    try:
        status = mudhif.main(words, prog_name="mudhif", standalone_mode=False, obj=cli)
    except click.ClickException as error:
        error.show()
        return 2 if isinstance(error, click.UsageError) else 1
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 1
    except MudhifError as error:
        click.echo(str(error), err=True)
        return 1
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        click.echo(_sentence(error, cli.instance), err=True)
        return 1
    return status if isinstance(status, int) else 0


def _sentence(error: Exception, instance: Instance) -> str:
    """What to say of an error that nobody foresaw: in one line, for a person who did nothing wrong."""
    # The driver's own or peewee's: neither is imported where all goes well.
    if any(kind.__name__ == "DatabaseError" for kind in type(error).__mro__):
        remedy = "If it is damaged, put the last backup in its place: mudhif restore FILE --replace"
        return _printable(f"The database in {instance.root} cannot be used: {error}. {remedy}")
    if isinstance(error, BrokenPipeError):
        return "Whoever read this stopped reading."
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return _printable(f"{place}{error.strerror or error}.")
    if isinstance(error, UnicodeError) or str(error) == "embedded null byte":
        return "Some of this is no text: a name or a file holds bytes that are not UTF-8."
    if isinstance(error, ValueError) and str(error).endswith("has an empty name"):  # of pathlib: `-o ""`
        return "A file or a folder was named that has no name."
    return _printable(f"Something went wrong in Mudhif ({type(error).__name__}: {error}). {DEBUG}=1 shows where.")


def _printable(text: str) -> str:
    return " ".join(text.encode(errors="replace").decode().split())


def _common_options(words: list[str]) -> tuple[list[str], str | None, bool]:
    """Take ``--instance DIR`` and ``--json`` out, wherever they stand."""
    rest: list[str] = []
    instance, as_json = None, False
    while words:
        word = words.pop(0)
        if word == "--":
            rest += [word, *words]
            break
        if word == "--json":
            as_json = True
        elif word == "--instance":
            if not words:
                raise click.UsageError("--instance needs a folder.")
            instance = words.pop(0)
        elif word.startswith("--instance="):
            instance = word.partition("=")[2]
        else:
            rest.append(word)
    return rest, instance, as_json
