"""`mudhif report …`: check any finished report, show figures, list formats, write a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudhif.plugin_api import gettext as _
from mudhif.plugin_api import ngettext

if TYPE_CHECKING:
    from mudhif.plugin_api import Cli

    from .checking import Checked
    from .hookspecs import Figure, Finding

_SEVERITIES = {"error": "Error", "warning": "Warning", "note": "Note"}


@click.group()
def report() -> None:
    """Check a finished report, show an event's figures, write the donor's report."""


@report.command()
@click.argument("what", metavar="EVENT|FILE")
@click.option(
    "--strict", is_flag=True, help="Show notes one by one, and apply the rules that only a strict reader minds."
)
@click.option("--lang", type=click.Choice(["en", "ar"]), default="en", help="The language of an event's narrative.")
@click.option("--format", "format_name", metavar="ID", help="Hold an event's report against what this format asks for.")
@click.pass_obj
def check(cli: Cli, what: str, strict: bool, lang: str, format_name: str | None) -> None:
    """Check an event's report, or any finished report (.txt .docx .pdf).

    A file is held against itself and needs no instance; an event's narrative is held against its rows. The exit
    status is 1 when there is an error.
    """
    path = Path(what)
    if path.is_file() or path.suffix.casefold() in (".txt", ".docx", ".pdf", ".doc", ".odt"):
        checked = _check_file(cli, path, strict)
    else:
        checked = _check_event(cli, what, lang, format_name, strict)
    cli.emit(checked.as_json(), told(checked, strict))
    if checked.errors:
        cli.exit(1)


def _check_file(cli: Cli, path: Path, strict: bool) -> Checked:
    from .checking import check_document
    from .reading import read_report

    def asker(hook: str, **arguments: Any) -> list[Any]:
        return [answer.value for answer in cli.host.call(hook, **arguments)]

    return check_document(read_report(path), asker=asker, strict=strict)


def _check_event(cli: Cli, name: str, language: str, format_name: str | None, strict: bool) -> Checked:
    from mudhif.plugin_api import find_event

    from .accepting import accepted_in, finding_key
    from .checking import Checked, check_event
    from .freezing import find_format

    with cli.reading():
        event = find_event(name)
        form = find_format(format_name) if format_name else None
        checked = check_event(event, language=language, form=form, strict=strict)
        accepted = accepted_in(event.id)
        open_ = tuple(finding for finding in checked.findings if finding_key(finding) not in accepted)
        return Checked(facts=checked.facts, findings=open_, figures=checked.figures)


@report.command()
@click.argument("event")
@click.pass_obj
def figures(cli: Cli, event: str) -> None:
    """Show every figure of an event with the rows that it counts."""
    from mudhif.plugin_api import find_event

    from .figures import figures_of, scope_of

    with cli.reading():
        found = list(figures_of(scope_of(find_event(event))).values())
        cli.emit([figure.as_json() for figure in found], "\n".join(map(_line, found)))


@report.command()
@click.pass_obj
def formats(cli: Cli) -> None:
    """List the donor formats that are there; it needs no instance."""
    from .freezing import formats as all_formats
    from .hookspecs import in_language

    def asker(hook: str, **arguments: Any) -> list[Any]:
        return [answer.value for answer in cli.host.call(hook, **arguments)]

    found = list(all_formats(asker).values())
    lines = [
        f"{form.id}  {in_language(form.title, 'en')}" + (f" · {form.donor}" if form.donor else "") for form in found
    ]
    cli.emit([form.as_json("en") for form in found], "\n".join(lines) or "There is no report format yet.")


@report.command()
@click.argument("event")
@click.option("--format", "format_name", required=True, metavar="ID", help="One of `mudhif report formats`.")
@click.option("--as", "wanted", metavar="KIND", help="pdf, docx …; the format's first where nothing is said.")
@click.option("--lang", help="The language of the report; the format's first where nothing is said.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(cli: Cli, event: str, format_name: str, wanted: str | None, lang: str | None, output: Path) -> None:
    """Write an event's report in a donor's format."""
    from mudhif.plugin_api import find_event, write

    from .freezing import find_format, language_of, media_type_of, note_report, render
    from .writing import put

    with cli.reading():
        found = find_event(event)
        form = find_format(format_name)
        media_type, language = media_type_of(form, wanted), language_of(form, lang)
    with cli.writing():
        document, frozen = render(found, form, language=language, media_type=media_type)
        put(output, document)
        kept = write(note_report, found.id, form, frozen)
        text = str(output)
        if frozen.draft:
            text += "\n" + ngettext(
                "It is a draft: %(num)s error is open. `mudhif report check %(event)s` shows it.",
                "It is a draft: %(num)s errors are open. `mudhif report check %(event)s` shows them.",
                kept.errors,
                event=found.code,
            )
        cli.emit({"file": str(output), "format": form.id, "media_type": media_type, "errors": kept.errors}, text)


@report.command("import")
@click.argument("event")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--lang", type=click.Choice(["en", "ar"]), help="The language of the text; read from it where nothing is said."
)
@click.pass_obj
def import_command(cli: Cli, event: str, file: Path, lang: str | None) -> None:
    """Take the narrative of an event over from a finished report (.txt .docx .pdf), section by section.

    Sections that Mudhif fills itself (details, participants, agenda) are left out.
    """
    from mudhif.plugin_api import find_event, write

    from .narrative import sections_in, write_narrative
    from .reading import read_report
    from .roles import role_title

    document = read_report(file)
    texts = sections_in(document)
    language = lang or document.language
    with cli.reading():
        found = find_event(event)
    with cli.writing():
        changed = write(write_narrative, found, texts, language)
    names = ", ".join(role_title(section) for section in texts)
    text = ngettext(
        "%(num)s section taken over: %(names)s.", "%(num)s sections taken over: %(names)s.", len(texts), names=names
    )
    cli.emit({"language": language, "sections": list(texts), "changed": changed}, text)


def told(checked: Checked, strict: bool) -> str:
    """The findings for people: errors and warnings in full, notes folded unless somebody wants them."""
    by_severity = {name: [f for f in checked.findings if f.severity == name] for name in _SEVERITIES}
    lines = [_finding(found) for name in ("error", "warning") for found in by_severity[name]]
    notes = by_severity["note"]
    if strict:
        lines += map(_finding, notes)
    counts = [
        ngettext("One error", "%(num)s errors", len(by_severity["error"])),
        ngettext("one warning", "%(num)s warnings", len(by_severity["warning"])),
        ngettext("one note", "%(num)s notes", len(notes)),
    ]
    summary = ", ".join(counts) + "."
    if notes and not strict:
        summary += " " + _("With --strict the notes are shown, too.")
    return "\n".join([*lines, summary])


def _finding(finding: Finding) -> str:
    return f"{_(_SEVERITIES[finding.severity])} · {finding.rule}\n  {finding.message}"


def _line(figure: Figure) -> str:
    value = "–" if figure.value is None else figure.value
    return f"{figure.id:32} {value!s:>8} {figure.unit}  {figure.definition}"
