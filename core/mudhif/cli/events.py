"""`mudhif project …` and `mudhif event …`."""

from __future__ import annotations

from pathlib import Path

import click

from mudhif.cli import Cli


@click.group()
def project() -> None:
    """Make and list projects."""


@project.command("create")
@click.option("--title", required=True)
@click.option("--donor")
@click.option("--grant-reference")
@click.option("--alias", "aliases", multiple=True, help="Another spelling of the title; may be given several times.")
@click.pass_obj
def create_project_command(
    cli: Cli, title: str, donor: str | None, grant_reference: str | None, aliases: tuple[str, ...]
) -> None:
    """Make a project."""
    from mudhif.services.projects import create_project
    from mudhif.storage.store import write

    with cli.writing():
        made = write(
            lambda tx: create_project(tx, title=title, donor=donor, grant_reference=grant_reference, aliases=aliases)
        )
        cli.emit({"id": made.id, "title": made.title}, f"{made.title}\n{made.id}")


@project.command("list")
@click.pass_obj
def list_projects(cli: Cli) -> None:
    """List the projects."""
    from mudhif.services.projects import all_projects

    with cli.reading():
        found = all_projects()
        cli.emit(
            [{"id": p.id, "title": p.title, "donor": p.donor, "aliases": p.aliases} for p in found],
            "\n".join(f"{p.title}{f' · {p.donor}' if p.donor else ''}" for p in found) or "There is no project yet.",
        )


@click.group()
def event() -> None:
    """Make, list and show events. An event is named by its id or its short code."""


@event.command("create")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def create_event_command(cli: Cli, file: Path) -> None:
    """Make an event from FILE.toml: title, date, start, end, and what else is known.

    A project that is not known yet is made with it; the organiser is the installation's organisation unless the file
    names another.
    """
    from mudhif.services.events import create_event, event_json, read_event_file
    from mudhif.services.settings import installation
    from mudhif.storage.store import write

    data = read_event_file(file)
    with cli.writing():
        data["organiser"] = data["organiser"] or installation().organisation or None
        made = write(create_event, data)
        cli.emit(event_json(made), f"{made.title}: {made.code}")


@event.command("list")
@click.pass_obj
def list_events(cli: Cli) -> None:
    """List the events, the latest first."""
    from mudhif.services.events import all_events, event_json, local

    with cli.reading():
        events = all_events()
        lines = [f"{local(e, e.starts):%Y-%m-%d %H:%M}  {e.code}  {e.title}" for e in events]
        cli.emit([event_json(e) for e in events], "\n".join(lines) or "There is no event yet.")


@event.command("show")
@click.argument("event")
@click.pass_obj
def show_event(cli: Cli, event: str) -> None:
    """Show one event."""
    from mudhif.services.events import event_json, find_event

    with cli.reading():
        shown = event_json(find_event(event))
        flat = {name: value["title"] if isinstance(value, dict) else value for name, value in shown.items()}
        cli.emit(shown, "\n".join(f"{name:12} {value}" for name, value in flat.items() if value not in (None, "")))
