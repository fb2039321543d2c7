"""What is printed and sent: `badges`, `badge-layouts`, `tickets`, `invitations` and `poster`."""

from __future__ import annotations

from pathlib import Path

import click

from mudhif.cli import Cli


@click.command()
@click.argument("event")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The PDF to write.")
@click.option("--layout", default="a4", show_default=True, help="`mudhif badge-layouts` lists them.")
@click.option("--guest", "guests", multiple=True, metavar="ID", help="Only this guest, by id or number; several times.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only guests of this kind; several times.")
@click.option("--unprinted", is_flag=True, help="Only badges that were never printed.")
@click.pass_obj
def badges(
    cli: Cli,
    event: str,
    output: Path,
    layout: str,
    guests: tuple[str, ...],
    kinds: tuple[str, ...],
    unprinted: bool,
) -> None:
    """Write the name badges of an event, each with its signed ticket, as a PDF; it is noted that they were printed."""
    from mudhif.services.badge_layouts import find_layout
    from mudhif.services.badge_prints import note_prints
    from mudhif.services.badges import Choice, badges_of, chosen, heading_of, render_badges
    from mudhif.services.events import find_event

    with cli.reading():
        found, sheet = find_event(event), find_layout(layout)
        choice = Choice(guests=guests, kinds=frozenset(kinds), unprinted=unprinted)
        made = badges_of(found, None if choice == Choice() else chosen(found, choice))
        write_file(output, render_badges(heading_of(found), made, sheet=sheet))
        note_prints([badge.registration for badge in made], layout=layout, device="command line")
        cli.emit({"file": str(output), "badges": len(made)}, f"{len(made)} badges: {output}")


@click.command("badge-layouts")
@click.pass_obj
def badge_layouts(cli: Cli) -> None:
    """List the layouts that `mudhif badges --layout` takes: ours, and the files in the instance's folder `layouts`.

    Exit status 1 where a file cannot be used; the others are listed.
    """
    from mudhif.services.badge_layouts import all_layouts

    with cli.reading():
        usable, wrong = all_layouts()
        data = {
            "layouts": [
                {
                    "name": layout.name,
                    "title": dict(layout.title),
                    "per_page": layout.per_page,
                    "page_mm": [layout.page_width_mm, layout.page_height_mm],
                }
                for layout in usable
            ],
            "errors": list(wrong),
        }
        cli.emit(data, "\n".join([*(f"{layout.name:<12}{layout.title_in('en')}" for layout in usable), *wrong]))
    if wrong:
        cli.exit(1)


@click.command()
@click.argument("event")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to write into.")
@click.option("--as", "kind", type=click.Choice(["png", "pdf"]), default="png", show_default=True)
@click.pass_obj
def tickets(cli: Cli, event: str, output: Path, kind: str) -> None:
    """Write one file with the ticket for each guest of an event, to be sent by a messenger or by mail."""
    from mudhif.services.events import find_event
    from mudhif.services.invitations import ticket_files

    with cli.reading():
        names = []
        for name, content in list(ticket_files(find_event(event), kind)):
            write_file(output / name, content)
            names.append(name)
        cli.emit({"folder": str(output), "files": names}, f"{len(names)} tickets: {output}")


@click.command()
@click.argument("event")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The PDF to write.")
@click.option("--address", metavar="URL", help="Where this laptop answers, such as http://192.168.1.10:8000.")
@click.pass_obj
def poster(cli: Cli, event: str, output: Path, address: str | None) -> None:
    """Write the poster whose QR opens an event's form on a guest's own phone, as a PDF."""
    from mudhif.services.events import find_event
    from mudhif.services.networks import note_poster
    from mudhif.services.poster import form_address, poster_pdf
    from mudhif.storage.store import write

    with cli.reading():
        found = find_event(event)
        write_file(output, poster_pdf(found, address))
        shown = form_address(found.code, address)
        write(note_poster, found.id, shown)
        cli.emit({"file": str(output), "address": shown}, f"{output}: {shown}")


@click.command()
@click.argument("event")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to write into.")
@click.pass_obj
def invitations(cli: Cli, event: str, output: Path) -> None:
    """Write a letter (.eml) for each guest with an e-mail address, and links that open WhatsApp for the others.

    Nothing is sent. Each letter opens as a draft in a mail program, with the ticket and the calendar entry; the links
    stand in links.csv.
    """
    import csv
    import io
    import zipfile

    from mudhif.services import invitations as made
    from mudhif.services.events import find_event

    with cli.reading():
        found = find_event(event)
        guests = made.guests_to_invite(found)
        rows = [(g.number, g.name, made.whatsapp_link(g.phone, made.message_for(found, g)) or "") for g in guests]
        text = io.StringIO(newline="")
        csv.writer(text).writerows([("number", "name", "link"), *rows])
        write_file(output / "links.csv", text.getvalue().encode("utf-8-sig"))
        written: list[str] = []
        if any(guest.email for guest in guests):
            content, written = made.letters_zip(found)
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    write_file(output / name, archive.read(name))
        links = sum(bool(link) for _number, _name, link in rows)
        said = {"folder": str(output), "letters": len(written), "links": links}
        cli.emit(said, f"{len(written)} letters and {links} links: {output}")


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and its folder if that is missing.

    Raises:
        BadFile: it cannot be written there.
    """
    from mudhif.domain.errors import BadFile
    from mudhif.i18n import N_
    from mudhif.storage.files import put_file

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put_file(path, content, mode=0o644)
    except OSError as error:
        raise BadFile(N_("%(path)s cannot be written: %(why)s"), path=path, why=error.strerror or error) from error
