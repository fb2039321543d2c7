"""`mudhif demo`: the whole way of one dialogue session, by the very commands that a user types.

Nothing is pretended: the guest list is a real workbook, the tickets are read from the pictures of the printed badges.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from mudhif.cli import Cli, mudhif
from mudhif.domain.errors import Refused
from mudhif.i18n import N_

ZONE = ZoneInfo("Asia/Baghdad")
EVENT = "dialogue-3"
# When each item of the agenda really began, and when the last one ended: a morning that runs a little late.
RAN = ("09:03", "09:17", "09:33", "10:05", "10:34", "11:06", "11:20", "11:52", "12:21", "12:48", "12:59")
FIRST_ARRIVAL, BETWEEN_ARRIVALS = "08:41", timedelta(seconds=95)
SCAN_SCALE = 3  # of 72 dots per inch: as a phone sees a badge
TICKET_LENGTH = 60


class NotFresh(Refused):
    message = N_("%(path)s holds events already. Name another folder: mudhif --instance DIR demo")
    code = "not-fresh"


class Narrator(Cli):
    """A command line that keeps what its commands answer, and says each one before it runs."""

    def __init__(self, cli: Cli) -> None:
        super().__init__(cli.instance, as_json=False)
        self._host = cli.host
        self.answer: Any = None

    def emit(self, data: Any, text: str = "") -> None:
        self.answer = data

    def say(self, text: str) -> None:
        """What a command says beside its answer is left out here."""

    def run(self, *words: Any, quiet: bool = False) -> Any:
        """Run one command as a user would type it and return its JSON."""
        typed = [str(word) for word in words]
        if not quiet:
            click.echo("   $ mudhif " + " ".join(map(shown, words)))
        self.answer = None
        mudhif.main(typed, prog_name="mudhif", standalone_mode=False, obj=self)
        return self.answer


def shown(word: Any) -> str:
    """A word of a command as a reader wants it: a path from here, a text in quotes, a ticket by its beginning."""
    text = near(word) if isinstance(word, Path) else str(word)
    if " " in text:
        return f'"{text}"'
    is_ticket = len(text) > TICKET_LENGTH and text.isalnum()
    return f"{text[:12]}…" if is_ticket else text


def near(path: Path) -> str:
    """A path from the folder where the reader is, where it lies below it."""
    here = Path.cwd()
    return str(path.resolve().relative_to(here)) if path.resolve().is_relative_to(here) else str(path)


def tell(line: str) -> None:
    """A line of the story."""
    click.echo(f"   {line}")


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the files are left; default: demo/ in the instance."
)
@click.option("--no-serve", is_flag=True, help="End when the files are there.")
@click.pass_obj
def demo(cli: Cli, out: Path | None, no_serve: bool) -> None:
    """Go the whole way of a dialogue event in a fresh instance: from a guest list to the donor's report."""
    narrator = Narrator(cli)
    _refuse_events(narrator)
    folder = out or cli.instance.root / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    for number, (title, step) in enumerate(STEPS, 1):
        click.echo(f"\n{number}. {title}")
        try:
            step(narrator, folder)
        except click.exceptions.NoSuchCommand as error:
            tell(f"left out, since no plugin here brings it: {error.format_message()}")
    _tell_files(folder)
    if no_serve:
        click.echo(f"To look at the event itself: mudhif --instance {near(cli.instance.root)} serve")
    else:
        click.echo("Now the same event in the browser; Ctrl-C ends it.\n")
        mudhif.main(["serve"], prog_name="mudhif", standalone_mode=False, obj=cli)


def _tell_files(folder: Path) -> None:
    click.echo(f"\nThe files are in {near(folder)}. To open first:")
    for name, what in FILES:
        if (folder / name).is_file():
            click.echo(f"   {name:20} {what}")


def _refuse_events(narrator: Narrator) -> None:
    if narrator.instance.exists() and narrator.run("event", "list", quiet=True):
        raise NotFresh(path=narrator.instance.root)


def brought(name: str, folder: Path) -> Path:
    """A file that the package brings, laid where the demo's other files are."""
    target = folder / name
    target.write_bytes(files("mudhif").joinpath("demo", name).read_bytes())
    return target


def moment(clock: str) -> datetime:
    """A time of that day, where the event was."""
    return datetime.fromisoformat(f"2024-03-07T{clock}:00").replace(tzinfo=ZONE)


def _event(narrator: Narrator, folder: Path) -> None:
    event = narrator.run("event", "create", brought("event.toml", folder))
    starts, ends = datetime.fromisoformat(event["start"]), datetime.fromisoformat(event["end"])
    tell(f"{event['title']}: {starts.day} {starts:%B %Y, %H:%M} to {ends:%H:%M}, {event['venue']}, {event['city']}")


def _guests(narrator: Narrator, folder: Path) -> None:
    workbook = folder / "guests.xlsx"
    _write_workbook(workbook)
    done = narrator.run("guests", "import", EVENT, workbook)
    tell(f"{done['rows']} rows, {done['created']} guests, {len(done['errors'])} errors")


def _write_workbook(target: Path) -> None:
    import xlsxwriter

    rows = csv.reader(io.StringIO(files("mudhif").joinpath("demo", "guests.csv").read_text(encoding="utf-8")))
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("Guests")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)
        sheet.set_column(0, 6, 24)


def _print(narrator: Narrator, folder: Path) -> None:
    narrator.run("badges", EVENT, "-o", folder / "badges.pdf")
    narrator.run("poster", EVENT, "-o", folder / "poster.pdf")
    tell("a signed ticket in the code of each badge; the poster is for those who come without one")


def _door(narrator: Narrator, folder: Path) -> None:
    arrival = moment(FIRST_ARRIVAL)
    seen: list[str] = []
    for ticket in read_tickets(folder / "badges.pdf"):
        answer = narrator.run("checkin", EVENT, ticket, "--at", arrival.isoformat(), quiet=bool(seen))
        seen.append(answer["outcome"])
        arrival += BETWEEN_ARRIVALS
    tell(f"and so on: {len(seen)} codes read from pictures of the badges, {seen.count('welcome')} times welcome")
    again = narrator.run("checkin", EVENT, ticket, "--at", arrival.isoformat(), quiet=True)
    tell(f"the last badge once more: {again['outcome']}")
    arrived = narrator.run("attendance", EVENT)
    by_sex = arrived["by_sex"]
    tell(f"{arrived['arrived']} of {arrived['registered']} arrived: {by_sex['f']} women, {by_sex['m']} men")
    narrator.run("attendance", EVENT, "-o", folder / "attendance.pdf")


def read_tickets(badges: Path) -> Iterator[str]:
    """The text of every QR on the pages of a PDF, found in pictures of the pages."""
    import pypdfium2
    import zxingcpp

    with pypdfium2.PdfDocument(badges) as document:
        for page in document:
            picture = page.render(scale=SCAN_SCALE).to_pil()
            found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]
            yield from (
                code.text
                for code in sorted(found, key=lambda code: (code.position.top_left.y, code.position.top_left.x))
            )


def _agenda(narrator: Narrator, folder: Path) -> None:
    report = brought("activity-report.en.txt", folder)
    told = narrator.run("agenda", "set", EVENT, report)
    for finding in told.get("findings", []):
        tell(f"{finding['severity']}: {finding['message']}")
    started, *following, ended = RAN
    narrator.run("timer", EVENT, "start", "--at", moment(started).isoformat())
    for clock in following:
        narrator.run("timer", EVENT, "next", "--at", moment(clock).isoformat(), quiet=True)
    state = narrator.run("timer", EVENT, "stop", "--at", moment(ended).isoformat())
    tell(f"the timer went through {len(told['items'])} items by a simulated clock, until {ended}; now {state['state']}")


def _media(narrator: Narrator, folder: Path) -> None:
    narrator.run("media", "add", EVENT, "--outlet", "Ahwar Channel", "--kind", "tv", "--date", "2024-03-07",
                 "--headline", "Offices and civil society at one table in Nasiriyah")  # fmt: skip
    photo = folder / "group-photo.jpg"
    _write_photo(photo)
    caption = "The participants before the hall"
    kept = narrator.run("media", "attach", EVENT, photo, "--caption", caption, "--consent", "yes")
    tell(f"group-photo.jpg kept as {kept[0]['sha256'][:12]}…, without the place that the camera had written into it")


def _write_photo(target: Path) -> None:
    """A picture made on the spot, with a place in it as phones write it."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (1600, 1000), "#bfd3cc")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 700, 1600, 1000), fill="#ad7b22")
    for n in range(15):
        x = 90 + n * 100
        draw.ellipse((x, 480, x + 60, 545), fill="#73500c")
        draw.rounded_rectangle((x - 12, 545, x + 72, 800), 26, fill="#0d5953" if n % 5 else "#a3211b")
    exif = Image.Exif()
    exif[0x0110] = "Phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 2.0, 36.0), 3: "E", 4: (46.0, 14.0, 24.0)})
    picture.save(target, exif=exif, quality=85)


def _report(narrator: Narrator, folder: Path) -> None:
    text = folder / "activity-report.en.txt"
    taken = narrator.run("report", "import", EVENT, text)
    tell(f"{len(taken['sections'])} sections of the narrative taken over")
    formats = narrator.run("report", "formats", quiet=True)
    donor_format = next((form["id"] for form in formats if "ICVA" in (form["donor"] or "")), None)
    if donor_format is None:
        tell("not written, since no plugin here brings a format of ICVA")
    else:
        for kind in ("pdf", "docx"):
            narrator.run("report", "export", EVENT, "--format", donor_format, "--as", kind,
                         "-o", folder / f"report.{kind}")  # fmt: skip
    _tell_findings(narrator, "the event's own report", lambda: narrator.run("report", "check", EVENT))
    _tell_findings(narrator, "the text as it was sent", lambda: narrator.run("report", "check", text))


def _tell_findings(narrator: Narrator, of: str, check: Callable[[], Any]) -> None:
    with contextlib.suppress(click.exceptions.Exit):  # errors were found, and are told
        check()
    findings = (narrator.answer or {}).get("findings", [])
    notes = sum(finding["severity"] == "note" for finding in findings)
    tell(f"{of}: {len(findings) - notes} to settle, and {notes} notes")
    for finding in findings:
        if finding["severity"] != "note":
            tell(f"  {finding['severity']:7} {finding['rule']}: {finding['message']}")


def _second_donor(narrator: Narrator, folder: Path) -> None:
    narrator.run("report", "formats", quiet=True)
    stick = folder / "stick"
    stick.mkdir(exist_ok=True)
    pack = stick / "activity-sheet.zip"
    with as_file(files("mudhif").joinpath("demo", "activity-sheet")) as source:
        shutil.make_archive(str(pack.with_suffix("")), "zip", source)
    told = narrator.run("plugins", "install", pack, "--yes")
    tell(f"{told['name']} {told['version']}, SHA-256 {told['sha256'][:12]}…, adds: {', '.join(map(str, told['adds']))}")
    narrator.host.refresh()
    for kind in ("pdf", "docx"):
        narrator.run("report", "export", EVENT, "--format", "activity-sheet", "--as", kind,
                     "-o", folder / f"activity-sheet.{kind}")  # fmt: skip


FILES = (
    ("report.pdf", "the donor's report; report.docx says the same in Word"),
    ("activity-sheet.docx", "the same event in the second donor's form"),
    ("badges.pdf", "the badges whose codes were read at the door"),
    ("poster.pdf", "what hangs at the door: scan, register, come in"),
)

STEPS: tuple[tuple[str, Callable[[Narrator, Path], None]], ...] = (
    ("The project and its third session", _event),
    ("The guest list, from a workbook", _guests),
    ("Badges and poster", _print),
    ("The door", _door),
    ("The agenda, and the timer that ran it", _agenda),
    ("Coverage and a photo", _media),
    ("The donor's report", _report),
    ("A second donor's format, from a stick", _second_donor),
)
