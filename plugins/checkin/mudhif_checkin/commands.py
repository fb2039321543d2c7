"""The door at the prompt: `mudhif checkin` and `mudhif attendance`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from mudhif.plugin_api import Who, find_event, new_id, ngettext
from mudhif.plugin_api import gettext as _

if TYPE_CHECKING:
    from mudhif.plugin_api import Cli

GOOD = ("welcome", "already", "left")
COMMAND_LINE = Who(
    id="command-line",
    name="command line",
    role="administrator",
    permissions=frozenset({"checkin.scan", "checkin.force", "checkin.undo"}),
)


@click.command("checkin", short_help="Check a guest in by ticket, number or registration.")
@click.argument("event")
@click.argument("ticket")
@click.option("--at", metavar="TIME", help="When it was read, such as 2024-03-07T09:00:00+03:00; now, if left out.")
@click.option("--scan-id", metavar="UUID", help="The scan's id: the same one again is the same scan.")
@click.option("--gate", help="At which door.")
@click.option("--out", "is_out", is_flag=True, help="Check the guest out.")
@click.option("--item", metavar="ID", help="For which item of the agenda; else that of the gate.")
@click.option("--force", is_flag=True, help="Let in against the rules.")
@click.option("--answer", "answers", metavar="ID=VALUE", multiple=True, help="The answer to a question; several times.")
@click.pass_obj
def checkin(
    cli: Cli,
    event: str,
    ticket: str,
    at: str | None,
    scan_id: str | None,
    gate: str | None,
    is_out: bool,
    item: str | None,
    force: bool,
    answers: tuple[str, ...],
) -> None:
    """Check a guest in. TICKET is a ticket's text, an address with one in it, a number, or a registration's id.

    Exit status 0 for welcome, already and left, else 1.
    """
    from .checkins import check_in
    from .requests import is_uuid, read_request

    ticket = ticket.strip()
    who = "registration" if is_uuid(ticket) else "ticket"
    scan = read_request(
        {
            "scan_id": scan_id or new_id(),
            who: ticket,
            "at": at,
            "gate": gate,
            "direction": "out" if is_out else "in",
            "force": force,
            "item": item,
            "answers": _answers(answers),
        }
    )
    with cli.writing():
        found = find_event(event)
        answer = check_in(found.id, scan, COMMAND_LINE).as_dict()
        cli.emit(answer, _in_words(answer, found))
    if answer["outcome"] not in GOOD:
        cli.exit(1)


def _answers(pairs: tuple[str, ...]) -> dict[str, Any] | None:
    """Answers by question; one question twice is a list, of those with several answers to tick."""
    found: dict[str, Any] = {}
    for pair in pairs:
        id, sign, value = pair.partition("=")
        if not sign:
            raise click.BadParameter(_("Write an answer as ID=VALUE."), param_hint="--answer")
        id = id.strip()
        found[id] = [*([found[id]] if isinstance(found[id], str) else found[id]), value] if id in found else value
    return found or None


def _in_words(answer: dict[str, Any], event: Any) -> str:
    from datetime import datetime

    from mudhif.plugin_api import in_language, local

    from .words import cards, why

    guest, counts = answer["registration"], answer["counts"]
    asked = [f"  {question['id']}: {in_language(question['title'], 'en')}" for question in answer["questions"]]
    parts = [
        cards()[answer["outcome"]].say,
        guest["name"] if guest else "",
        why(answer, lambda at: f"{local(event, datetime.fromisoformat(at)):%H:%M}"),
        *asked,
        _("%(arrived)s of %(registered)s have arrived.", **counts),
    ]
    return "\n".join(part for part in parts if part)


@click.command("checkin-import", short_help="Take in the scans that a phone gave out as a file.")
@click.argument("event")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def checkin_import(cli: Cli, event: str, file: Path) -> None:
    """Take in scans that a phone kept and could not send. Each keeps its scan id, so that twice is once.

    Exit status 1 where a scan could not be taken; the others are.
    """
    from .handing_in import scans_of_file, take_file

    kept = scans_of_file(file.read_bytes())
    with cli.writing():
        found = find_event(event)
        taken = take_file(found.id, kept, COMMAND_LINE)
        lines = [
            ngettext("%(num)s scan was taken in.", "%(num)s scans were taken in.", taken["taken"]),
            *(f"{error['scan_id'] or '–'}: {error['message']}" for error in taken["errors"]),
        ]
        cli.emit(taken, "\n".join(lines))
    if taken["errors"]:
        cli.exit(1)


@click.command("attendance", short_help="Who came, in figures; the attendance sheet as a PDF.")
@click.argument("event")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the attendance sheet.")
@click.option("--blank", is_flag=True, help="The sheet to be signed on paper, with rows for guests who are not on it.")
@click.option("--by", type=click.Choice(["kind", "organisation"]), help="The sheet in groups.")
@click.option("--rows", type=click.IntRange(0, 500), help="Empty rows at the sheet's end.  [blank: 10, else 0]")
@click.pass_obj
def attendance(
    cli: Cli, event: str, output: Path | None, blank: bool, by: Literal["kind", "organisation"] | None, rows: int | None
) -> None:
    """How many are registered, inside and arrived, by day and by agenda item; with -o the attendance sheet as a PDF."""
    from datetime import UTC, datetime

    from .attendance import attendance_of
    from .training import training_of
    from .words import kinds

    with cli.reading():
        found = find_event(event)
        came = attendance_of(found.id)
        training = training_of(found, datetime.now(UTC))
        if output is not None:
            from .sheet import attendance_sheet

            output.write_bytes(attendance_sheet(found, came, by=by, blank=blank, empty_rows=rows))
    data = came.as_json() | training.as_json()
    sexes = {"f": _("Women"), "m": _("Men"), "unknown": _("Not recorded")}
    lines = [
        _("%(arrived)s of %(registered)s registered have arrived, %(inside)s are inside.", **data),
        *(f"  {sexes[sex]}: {number}" for sex, number in data["by_sex"].items()),
        *(f"  {kinds().get(kind, kind)}: {number}" for kind, number in data["by_kind"].items()),
        *training.lines(),
        *([_("The attendance sheet is in %(path)s.", path=output)] if output else []),
    ]
    cli.emit(data, "\n".join(lines))
