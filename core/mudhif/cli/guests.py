"""`mudhif guests …`: import, list, add, export, give out and erase."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudhif.cli import Cli

if TYPE_CHECKING:
    from mudhif.services.guest_import import ImportPlan

SHOWN = ("id", "number", "name", "name_alt", "sex", "kind", "status", "organisation", "role", "phone", "ticket",
         "checked_in")  # fmt: skip


@click.group()
def guests() -> None:
    """Import, list, add, export and erase guests. EVENT is an event's id or its short code."""


@guests.command("import")
@click.argument("event")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="Take a column (its heading, or its letter) for a field; the field - leaves it out. May be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--same", type=int, multiple=True, metavar="ROW", help="This row is the guest it resembles.")
@click.option("--two", type=int, multiple=True, metavar="ROW", help="This row is somebody else: make a new guest.")
@click.option("--encoding", default="", help="Of a text file, if it is not found out by itself: cp1256, utf-8, …")
@click.option(
    "--errors", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="Write the list with its errors in a column."
)
@click.pass_obj
def import_command(cli: Cli, event: str, file: Path, mapping: tuple[str, ...], dry_run: bool, same: tuple[int, ...],
                   two: tuple[int, ...], encoding: str, errors: Path | None) -> None:  # fmt: skip
    """Import a guest list: .xlsx .xls .ods .csv .tsv, .json as exported, or what Google Forms and KoboToolbox export.

    What is good is taken, all of it at once. Rows with errors stay out, and so do rows that may be somebody who is
    there already: both are listed, and --same or --two settle the latter. The same file again makes no second guest.
    An empty cell changes nothing. The exit status is 1 if there are rows and every one of them stays out.
    `guests undo-import` takes an import back.

    FIELDs: name, name_alt (in the other script), first_name, father_name, family_name, sex, organisation, role,
    stakeholder_group, phone, email, birth_year, age_band, disability, kind, status, key (names a row for good, as
    Kobo's _uuid does), consent_attendance, consent_photos, question:ID. What --map says is remembered for the next
    file with such headings.
    """
    from mudhif.services.column_memory import remembered_columns
    from mudhif.services.events import find_event
    from mudhif.services.guest_corrections import corrections_file
    from mudhif.services.guest_export import write_whole
    from mudhif.services.guest_import import SAME, TWO, import_guests, plan_import
    from mudhif.services.guest_tables import read_guest_file
    from mudhif.services.questions import event_questions

    columns = _mapping(mapping)
    decisions = dict.fromkeys(same, SAME) | dict.fromkeys(two, TWO)
    with cli.reading() if dry_run else cli.writing():
        found = find_event(event)
        table = read_guest_file(
            file, columns, encoding=encoding, questions=event_questions(found.id), remembered=remembered_columns
        )
        plan = plan_import(found.id, table, decisions)
        if errors is not None:
            write_whole(errors, corrections_file(plan))
        plan = plan if dry_run or plan.takes_nothing else import_guests(plan)
        cli.emit(plan.as_json(), _told(plan, dry_run))
    if plan.takes_nothing:
        cli.exit(1)


@guests.command("imports")
@click.argument("event")
@click.pass_obj
def imports_command(cli: Cli, event: str) -> None:
    """List the imports that were written here into an event, the last one first."""
    from mudhif.services.events import find_event
    from mudhif.services.guest_undo import imports_of

    with cli.reading():
        rows = imports_of(find_event(event).id)
        told = [
            {"id": row.id, "file": row.file, "at": row.made.isoformat(timespec="seconds"), "created": row.created,
             "updated": row.updated, "unchanged": row.unchanged, "left": row.left, "undone": row.undone is not None}
            for row in rows
        ]  # fmt: skip
        lines = [
            f"{row['id']}  {row['at']}  {row['file']}: {row['created']} new, {row['updated']} updated"
            f"{'  (taken back)' if row['undone'] else ''}"
            for row in told
        ]
        cli.emit(told, "\n".join(lines) or "No import.")


@guests.command("undo-import")
@click.argument("event")
@click.argument("import_id", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.pass_obj
def undo_command(cli: Cli, event: str, import_id: str | None, dry_run: bool) -> None:
    """Take an import back, whole: the last one, or the one with this id.

    Guests it made go, and what it changed is as it was. Who came to an event or was changed since stays, and is listed.
    """
    from mudhif.services.events import find_event
    from mudhif.services.guest_undo import NoImport, find_import, imports_of, plan_undo, undo_import

    with cli.reading() if dry_run else cli.writing():
        found = find_event(event)
        last = import_id or next((row.id for row in imports_of(found.id) if row.undone is None), None)
        if last is None:
            raise NoImport(name="-")
        made = find_import(found.id, last)
        said = (plan_undo if dry_run else undo_import)(made).as_json()
        lines = [
            f"{'Nothing is written. ' if dry_run else ''}{said['file']}: {said['removed']} guests removed,"
            f" {said['restored']} put back as before."
        ]
        lines += [f"  {one['name']} stays: {one['why']}" for one in said["kept"]]
        lines += [f"  {one['name']}: {', '.join(one['fields'])} changed since" for one in said["changed_since"]]
        cli.emit(said, "\n".join(lines))


def _mapping(given: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for one in given:
        column, equals, field = one.rpartition("=")
        if not equals or not column.strip():
            raise click.BadParameter(f"“{one}” is not COLUMN=FIELD.", param_hint="--map")
        columns[column.strip()] = field.strip()
    return columns


def _told(plan: ImportPlan, dry_run: bool) -> str:
    done = plan.as_json()
    head = "Nothing is written." if dry_run or plan.takes_nothing else "Imported."
    lines = [
        f"{head} {done['rows']} rows: {done['created']} new, {done['updated']} updated, {done['unchanged']} unchanged,"
        f" {len(done['duplicates'])} perhaps there already, {len(done['errors'])} errors."
    ]
    lines += [f"  row {said['row']}, {said['field']}: {said['message']}" for said in done["errors"] + done["warnings"]]
    lines += [_doubtful(said) for said in done["duplicates"]]
    if plan.table.left_out:
        lines.append(f"  Columns left out: {', '.join(plan.table.left_out)}")
    return "\n".join(lines)


def _doubtful(said: dict[str, Any]) -> str:
    place = f"row {said['same_row']}" if said["registration"] is None else "a guest who is there"
    why = ", ".join(said["why"])
    row = said["row"]
    return f"  row {row}, {said['name']}: perhaps {place} ({said['known_as']}; {why}). --same {row} or --two {row}"


@guests.command("list")
@click.argument("event")
@click.option("--search", help="Words of a name in either script, the end of a phone, or a number.")
@click.option("--status", help="invited, registered, waiting or cancelled.")
@click.pass_obj
def list_command(cli: Cli, event: str, search: str | None, status: str | None) -> None:
    """List the guests of an event."""
    from mudhif.services.events import find_event
    from mudhif.services.registrations import guest_list

    with cli.reading():
        rows = guest_list(find_event(event).id, search, status)
        cli.emit([_shown(row) for row in rows], "\n".join(map(_line, rows)) or "No guest.")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    hidden = {"person", "source", "stakeholder_group", "email", "birth_year", "age_band", "disability"}
    return {name: row.get(name) for name in SHOWN} | {
        n: v for n, v in row.items() if n not in SHOWN and n not in hidden
    }


def _line(row: dict[str, Any]) -> str:
    name = " · ".join(filter(None, (row["name"], row["name_alt"]))) or "(erased)"
    rest = [row["kind"], row["status"], row["organisation"] or "", "arrived" if row["checked_in"] else ""]
    near = "  (sounds like it)" if row.get("sounds_like") else ""
    return f"{row['number']:>5}  {name}  {' · '.join(filter(None, rest))}{near}  {row['id']}"


@guests.command("add")
@click.argument("event")
@click.option("--name", required=True, help="As the guest writes it, in any script.")
@click.option("--name-alt", help="The name in the other script.")
@click.option("--sex", help="f or m.")
@click.option("--kind", help="participant (default), guest, facilitator, media or staff.")
@click.option("--organisation")
@click.option("--role")
@click.option("--phone")
@click.option("--email")
@click.pass_obj
def add_command(cli: Cli, /, event: str, **given: str | None) -> None:
    """Register one guest."""
    from mudhif.domain.guests import Source
    from mudhif.services.events import find_event
    from mudhif.services.registrations import guest_from, guest_row, register_guest
    from mudhif.storage.store import write

    guest = guest_from(given)
    with cli.writing():
        made = write(register_guest, find_event(event).id, guest, Source.COMMAND)
        row = guest_row(made.id)
        cli.emit(_shown(row), _line(row))


@guests.command("copy")
@click.argument("event")
@click.argument("source")
@click.option("--only-who-came", is_flag=True, help="Only those who were checked in.")
@click.option("--status", type=click.Choice(["invited", "registered"]), default="invited", show_default=True)
@click.pass_obj
def copy_command(cli: Cli, event: str, source: str, only_who_came: bool, status: str) -> None:
    """Take the guests of SOURCE, another event of the project, over into EVENT."""
    from mudhif.services.events import find_event
    from mudhif.services.series import copy_guests
    from mudhif.storage.store import write

    with cli.writing():
        here, there = find_event(event), find_event(source)
        copied = write(lambda tx: copy_guests(tx, there, here, status=status, only_who_came=only_who_came))
        said = f"{copied.added} taken over, {copied.already} were on the list already"
        cli.emit(dataclasses.asdict(copied), f"{said}, {copied.full} have no place." if copied.full else f"{said}.")


@guests.command("export")
@click.argument("event")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="FILE.xlsx, .csv or .json.")
@click.pass_obj
def export_command(cli: Cli, event: str, output: Path) -> None:
    """Write the guest list into a file that import reads back without loss."""
    from mudhif.services.events import find_event
    from mudhif.services.guest_export import export_guests

    with cli.reading():
        count = export_guests(find_event(event).id, output)
        cli.emit({"file": str(output), "guests": count}, f"{count} guests are in {output}.")


@guests.command("data")
@click.argument("id")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
@click.pass_obj
def data_command(cli: Cli, id: str, output: Path) -> None:
    """Write all that is held of a person into a file (JSON). ID is a registration's or a person's."""
    import json

    from mudhif.services.guest_export import write_whole
    from mudhif.services.people import find_person, person_data

    with cli.reading():
        person = find_person(id)
        data = person_data(person.id)
    write_whole(output, json.dumps(data, ensure_ascii=False, indent=1, default=str).encode())
    cli.emit(
        {"person": person.id, "file": str(output)}, f"All that is held of {person.name or person.id} is in {output}."
    )


@guests.command("erase")
@click.argument("id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase_command(cli: Cli, id: str, yes: bool) -> None:
    """Erase a person everywhere. ID is a registration's or a person's.

    Name, phone and all else that is theirs goes; that somebody of this sex and age band was registered stays, so that
    reports remain true. It cannot be taken back.
    """
    from mudhif.services.people import copies_from_before, erase, find_person

    with cli.writing():
        person = find_person(id)
        if not yes:
            click.confirm(f"Erase {person.name or person.id} for good?", abort=True, err=True)
        erase(person.id)
        copies = [str(path) for path in copies_from_before()]
        still = ["These were made before and still hold the name; delete them when they are not needed:", *copies]
        cli.emit({"person": person.id, "erased": True, "copies": copies}, "\n".join(["Erased.", *(copies and still)]))
