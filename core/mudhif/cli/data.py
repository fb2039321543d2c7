"""`mudhif doctor`, `backup`, `restore`, `check`, `rebuild`: the installation's data as a whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from mudhif.cli import Cli


@click.command()
@click.pass_obj
def doctor(cli: Cli) -> None:
    """Examine the installation: each line is good, or says what to do."""
    from mudhif.services.doctor import examine

    cli.safe = True
    with cli.reading() as application:
        lines = examine(application.instance, application.store, application.host)
        ok = all(line.ok for line in lines)
        text = "\n".join(
            f"{'good ' if line.ok else 'LOOK '} {line.name}: {line.text}"
            + (f"\n      {line.remedy}" if line.remedy else "")
            for line in lines
        )
        cli.emit(
            {
                "ok": ok,
                "checks": [
                    {"name": n.name, "ok": n.ok, "text": str(n.text), "remedy": n.remedy and str(n.remedy)}
                    for n in lines
                ],
            },
            text,
        )
        if not ok:
            cli.exit(1)


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; default: backups/ in the instance.")
@click.option(
    "--passphrase-stdin", is_flag=True, help="Encrypt it with the passphrase that is read from standard input."
)
@click.pass_obj
def backup(cli: Cli, output: Path | None, passphrase_stdin: bool) -> None:
    """Write database, keys, attachments, settings and plugins into one file."""
    from datetime import datetime

    from mudhif.storage.backup import write_backup

    with cli.reading(plugins=False) as application:
        target = output or application.instance.backups / f"mudhif-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.mudhif"
        passphrase = _passphrase(passphrase_stdin)
        manifest = write_backup(application.store, target, passphrase)
        safety = "It is encrypted." if passphrase else "It is not encrypted; whoever has it can read it."
        _answer(
            cli,
            [],
            f"{target}: {len(manifest['files'])} files. {safety}",
            path=str(target),
        )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Move what is there aside instead of refusing.")
@click.option(
    "--passphrase-stdin", is_flag=True, help="Read the passphrase of an encrypted backup from standard input."
)
@click.pass_obj
def restore(cli: Cli, file: Path, replace: bool, passphrase_stdin: bool) -> None:
    """Put a backup into an instance that holds nothing."""
    from mudhif.storage.backup import restore_backup

    manifest = restore_backup(file, cli.instance, replace=replace, passphrase=_passphrase(passphrase_stdin))
    _answer(
        cli, [], f"{cli.instance.root}: {len(manifest['files'])} files of {manifest['made'][:16].replace('T', ' ')}."
    )


@click.command()
@click.pass_obj
def check(cli: Cli) -> None:
    """Examine the journal's chain, the tables and the attachments."""
    from mudhif.storage.inspection import problems_of

    with cli.reading() as application:
        problems = list(problems_of(application.store))
        _answer(
            cli,
            problems,
            "\n".join(problems) or "The journal is whole, the tables are what it says, the attachments are there.",
        )
        if problems:
            cli.exit(1)


@click.command()
@click.pass_obj
def rebuild(cli: Cli) -> None:
    """Make every table anew from the journal. No server may run meanwhile."""
    with cli.reading() as application:
        lock = application.store.alone()
        try:
            application.store.rebuild()
        finally:
            lock.give_back()
        _answer(cli, [], "Every table was made anew from the journal.")


def _passphrase(wanted: bool) -> str | None:
    if not wanted:
        return None
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:  # else the backup would be open to whoever finds it, and nobody would know
        raise click.ClickException("There is no passphrase on standard input. Nothing was written.")
    return given


def _answer(cli: Cli, problems: list[str], text: str, **more: Any) -> None:
    cli.emit({"ok": not problems, "problems": problems, **more}, text)
