"""The agenda and the timer at the prompt: `mudhif agenda …` and `mudhif timer EVENT …`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudhif.plugin_api import N_, BadInput, find_event, write
from mudhif.plugin_api import gettext as _

if TYPE_CHECKING:
    from mudhif.plugin_api import Cli, Event

    from .parser import Agenda
    from .timer import State

LANGUAGE = click.option("--lang", type=click.Choice(["en", "ar"]), default="en", help="Language of the sentences.")
DOINGS = ("start", "pause", "resume", "next", "previous", "stop", "add", "undo", "show")


@click.group("agenda", short_help="Read, take over and export an event's agenda.")
def agenda() -> None:
    """Read, take over and export an event's agenda."""


@agenda.command("parse")
@click.argument("file")
@LANGUAGE
@click.pass_obj
def parse(cli: Cli, file: str, lang: str) -> None:
    """Read an agenda from FILE (text, .docx, .xlsx, .csv, .ics; - for standard input) and say what is doubtful.

    A report that has its agenda under a heading is read, too. Exit status 1 where a finding is an error.
    """
    from .parser import parse_agenda

    read = parse_agenda(_text(file))
    _answer(cli, read, lang)
    if any(finding.severity == "error" for finding in read.findings):
        cli.exit(1)


@agenda.command("set")
@click.argument("event")
@click.argument("file")
@LANGUAGE
@click.pass_obj
def set_(cli: Cli, event: str, file: str, lang: str) -> None:
    """Make the items in FILE the agenda of EVENT, and name what is doubtful in them."""
    from .parser import parse_agenda
    from .services import bounds_of, take_over

    text = _text(file)
    with cli.reading(), cli.writing():
        found = find_event(event)
        read = parse_agenda(text, bounds=bounds_of(found))
        write(take_over, found, read)
        _answer(cli, read, lang)


@agenda.command("export")
@click.argument("event")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help="FILE.ics, .xlsx, .pdf, .csv or .json.")  # fmt: skip
@LANGUAGE
@click.pass_obj
def export(cli: Cli, event: str, output: Path, lang: str) -> None:
    """Write the agenda of EVENT as a file."""
    from .exports import export_agenda
    from .words import in_language

    with cli.reading():
        made = export_agenda(find_event(event), output.suffix, in_language(lang))
    output.write_bytes(made)
    cli.emit({"path": str(output), "bytes": len(made)}, _("The agenda is in %(path)s.", path=output))


@click.command("timer", short_help="Run an event's timer.")
@click.argument("event")
@click.argument("do", type=click.Choice(DOINGS), metavar="|".join(DOINGS))
@click.argument("seconds", required=False, type=int)
@click.option("--at", metavar="TIME", help="When it was, such as 2024-03-07T09:00:00+03:00; now, if left out.")
@click.pass_obj
def timer(cli: Cli, event: str, do: str, seconds: int | None, at: str | None) -> None:
    """Start, pause and go through the agenda of EVENT. `add` takes seconds; a negative number takes them away."""
    from .services import press, state_of, timer_json
    from .timer import Do

    moment = _moment(at)
    if do == "show":
        with cli.reading():
            found = find_event(event)
            state = state_of(found, moment)
    else:
        with cli.reading(), cli.writing():
            found = find_event(event)
            state = write(lambda tx: press(tx, found, Do(do), seconds=seconds, at=moment))
    cli.emit(timer_json(found, state), _in_words(found, state))


timer.ignore_unknown_options = True  # a negative number of seconds is no option


def _text(file: str) -> str:
    from .files import decoded, short_enough, text_of

    if file == "-":
        name = _("standard input")
        return short_enough(decoded(sys.stdin.buffer.read(), name), name)
    return text_of(Path(file))


def _answer(cli: Cli, read: Agenda, lang: str) -> None:
    from .findings import by_weight
    from .parser import clock_text
    from .words import as_json, in_language, message

    say = in_language(lang)
    lines = [
        f"{clock_text(item.start) or '--:--'}  {clock_text(item.end) or '--:--'}  {item.title}" for item in read.items
    ]
    for finding in by_weight(read.findings):
        where = ", ".join(say(N_("line %(line)s"), line=place.line) for place in finding.where if place.line)
        lines.append(f"{finding.severity}  {where}: {message(finding, say)}")
    data = {"items": [i.as_dict() for i in read.items], "findings": [as_json(f, say) for f in read.findings]}
    cli.emit(data, "\n".join(lines))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadInput(fields={"at": [_("Write a time with its offset, such as 2024-03-07T09:00:00+03:00.")]})
    return moment


def _in_words(event: Event, state: State) -> str:
    from .services import stamp
    from .words import PHASES

    title = next((row.item.title for row in state.rows if row.item.id == state.item), "")
    parts: list[Any] = [_(PHASES[state.phase]), title]
    if state.remaining is not None:
        sign = "-" if state.remaining < 0 else ""
        parts.append(_("%(time)s left", time=f"{sign}{abs(state.remaining) // 60}:{abs(state.remaining) % 60:02}"))
    if state.expected_end is not None:
        parts.append(_("ends at %(time)s", time=str(stamp(event, state.expected_end))[11:16]))
    return " · ".join(part for part in parts if part)
