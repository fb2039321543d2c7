"""`mudhif media add|attach|list EVENT`."""

from __future__ import annotations

from pathlib import Path

import click

from mudhif.plugin_api import Cli

from .logbook import ATTACHMENT_KINDS, COVERAGE_KINDS


@click.group()
def media() -> None:
    """Who reported on an event, and the files that show it."""


@media.command("add")
@click.argument("event")
@click.option("--outlet", required=True, help="Who carried it: a channel, a newspaper, a page.")
@click.option("--kind", required=True, type=click.Choice(list(COVERAGE_KINDS)))
@click.option("--date", help="When it was carried, as 2024-03-07.")
@click.option("--headline")
@click.option("--link", help="Where it can be seen.")
@click.option("--duration", help="How long it is: 2:30, or seconds.")
@click.pass_obj
def add(cli: Cli, /, event: str, **given: str | None) -> None:
    """Note one piece of coverage."""
    from mudhif.plugin_api import find_event, write

    from .logbook import coverage_json, log_coverage, read_coverage

    data = read_coverage(given)
    with cli.writing():
        found = find_event(event)
        made = write(log_coverage, found.id, data)
        cli.emit(coverage_json(made), f"{made.outlet}: {made.id}")


@media.command("attach")
@click.argument("event")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(list(ATTACHMENT_KINDS)), help="Default: photo for pictures, else other.")
@click.option("--caption", help="What it shows.")
@click.option("--consent", type=click.Choice(["yes", "no", "unknown"]), default="unknown", show_default=True,
              help="Whether everybody in it agreed to its publication.")  # fmt: skip
@click.pass_obj
def attach_files(
    cli: Cli, event: str, files: tuple[Path, ...], kind: str | None, caption: str | None, consent: str
) -> None:
    """Keep files with an event; the place where a picture was taken is removed. All are kept, or none."""
    from mudhif.plugin_api import find_event, write

    from .files import examine_path
    from .logbook import attach, read_description

    said = read_description({"kind": kind or "", "caption": caption or "", "consent": consent})
    with cli.writing():
        found = find_event(event)
        examined = [examine_path(path) for path in files]
        made = write(lambda tx: [attach(tx, found, file, said) for file in examined])
        cli.emit(
            [{"id": row.id, "sha256": row.sha256} for row in made],
            "\n".join(f"{row.file_name}: {row.sha256}" for row in made),
        )


@media.command("list")
@click.argument("event")
@click.pass_obj
def list_media(cli: Cli, event: str) -> None:
    """List the coverage and the attachments of an event."""
    from mudhif.plugin_api import find_event

    from .logbook import attachment_json, attachments_of, coverage_json, coverage_of

    with cli.reading():
        found = find_event(event)
        coverage, attachments = coverage_of(found.id), attachments_of(found.id)
        lines = [
            " · ".join(str(part) for part in (row.date, row.outlet, row.kind, row.headline) if part) for row in coverage
        ]
        lines += [f"{row.kind} · {row.file_name or row.media_type} · {(row.sha256 or '')[:12]}" for row in attachments]
        cli.emit(
            {
                "coverage": [coverage_json(row) for row in coverage],
                "attachments": [attachment_json(row) for row in attachments],
            },
            "\n".join(lines) or "There is no coverage and no attachment yet.",
        )
