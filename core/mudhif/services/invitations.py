"""Invitations with no server: for each guest a message to send by WhatsApp, a letter for a mail program, a ticket.

Nothing is sent from here. A link opens WhatsApp with the text filled in; an .eml opens as a draft, with the ticket's
picture and the event for the guest's calendar (RFC 5545) attached.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import quote

from mudhif.domain.errors import BadInput
from mudhif.domain.names import script
from mudhif.i18n import N_
from mudhif.services.badges import Badge, badges_of, heading_of, render_badges, ticket_pictures, when_and_where
from mudhif.services.settings import CORE, event_setting
from mudhif.storage import merging
from mudhif.storage.models import Event, Invitation, Person, Registration
from mudhif.storage.writer import Tx

LANGUAGES = ("en", "ar")
WORDS = {
    "en": "Dear [[name]],\n\nyou are invited: [[event]]\n[[when]]\n\n"
    "Your number is [[number]]. Bring the picture of your ticket; it is scanned at the door.\n\n[[organiser]]",
    "ar": "السلام عليكم [[name]]،\n\nندعوكم إلى: [[event]]\n[[when]]\n\n"
    "رقمكم [[number]]. يُرجى إحضار صورة البطاقة، فهي تُقرأ عند الباب.\n\n[[organiser]]",
}
"""The message where the event has no words of its own. What stands in [[ ]] is filled in."""
FIELDS = ("name", "event", "when", "number", "organiser")
_FIELD = re.compile(r"\[\[\s*([^\[\]]*?)\s*\]\]")


class WrongField(BadInput):
    message = N_("There is no [[%(field)s]]. What can be filled in: %(known)s.")
    code = "wrong-field"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who is invited: ``phone`` as E.164, ``invited`` when and how a message was opened for them last."""

    registration: str
    number: int
    name: str
    name_alt: str | None
    status: str
    phone: str | None
    email: str | None
    invited: tuple[datetime, str] | None


def guests_to_invite(event: Event) -> list[Guest]:
    """Everybody who is invited or registered and was not erased, by number."""
    query: Any = (
        Registration.select(
            Registration.id, Registration.number, Person.name, Person.name_alt, Registration.status,
            Person.phone_e164, Person.email,
        )
        .join(Person, on=merging.is_holder())
        .where(
            merging.is_registration_of(event.id),
            Registration.status.in_(("invited", "registered")),
            Person.name.is_null(False),
        )
        .order_by(Registration.number, Registration.id)
        .tuples()
    )  # fmt: skip
    rows = list(query)
    last = _last_invitations([row[0] for row in rows])
    return [Guest(**dict(zip(_GUEST, row, strict=True)), invited=last.get(row[0])) for row in rows]


_GUEST = ("registration", "number", "name", "name_alt", "status", "phone", "email")


def _last_invitations(registrations: Sequence[str]) -> dict[str, tuple[datetime, str]]:
    found: dict[str, tuple[datetime, str]] = {}
    for start in range(0, len(registrations), 500):
        some = Invitation.registration.in_(registrations[start : start + 500])
        for row in Invitation.select().where(some).order_by(Invitation.at, Invitation.id):
            found[row.registration] = (row.at, row.channel)
    return found


def note_invitation(tx: Tx, registration: str, channel: str, now: datetime | None = None) -> None:
    """Keep that a message was opened for a guest: ``whatsapp`` or ``mail``. Whether it was sent, nobody here knows."""
    tx.fact(Invitation, registration=registration, channel=channel, at=now or datetime.now(UTC))


# ------------------------------------------------------------------------------------------------------ the words


def words_of(event: Event, language: str) -> str:
    """The event's message in a language: its own words, else the built-in ones."""
    return str(event_setting(event.id, CORE, f"invitation_{language}") or WORDS[language])


def check_words(text: str) -> None:
    """Refuse a field that nothing fills.

    Raises:
        WrongField: it names the first.
    """
    for field in _FIELD.findall(text):
        if field not in FIELDS:
            raise WrongField(field=field, known=", ".join(f"[[{name}]]" for name in FIELDS))


def language_for(event: Event, guest: Guest) -> str:
    """The language in which somebody is written to: that of their name, if the event speaks it."""
    languages = [language for language in event.languages or LANGUAGES if language in LANGUAGES] or ["en"]
    own = "ar" if script(guest.name) == "ar" else "en"
    return own if own in languages else languages[0]


def message_for(event: Event, guest: Guest, language: str | None = None) -> str:
    """The message to one guest."""
    language = language or language_for(event, guest)
    wanted = "ar" if language == "ar" else "la"
    names = [name for name in (guest.name, guest.name_alt) if name]
    values = {
        "name": next((name for name in names if script(name) == wanted), names[0]),
        "event": event.title,
        "when": when_and_where(event, language),
        "number": f"{guest.number:04d}",
        "organiser": event.organiser or "",
    }
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), words_of(event, language)).strip()


def whatsapp_link(phone: str | None, text: str) -> str | None:
    """A link that opens WhatsApp with a text for a number; None without one. See faq.whatsapp.com, *click to chat*.

    >>> whatsapp_link("+9647801234567", "Hello & welcome")
    'https://wa.me/9647801234567?text=Hello%20%26%20welcome'
    """
    digits = "".join(char for char in phone or "" if char.isdigit())
    return f"https://wa.me/{digits}?text={quote(text, safe='')}" if digits else None


# ------------------------------------------------------------------------------------------------------ the files


def calendar_of(event: Event) -> bytes:
    """The event as a calendar file, for the guest's own calendar."""
    from icalendar import Calendar
    from icalendar import Event as Entry

    calendar, entry = Calendar(), Entry()
    calendar.add("prodid", "-//Mudhif//Invitation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    entry.add("uid", f"{event.id}@mudhif")
    entry.add("summary", event.title)
    entry.add("dtstart", event.starts.astimezone(UTC))
    entry.add("dtend", event.ends.astimezone(UTC))
    entry.add("dtstamp", datetime.now(UTC))
    place = ", ".join(part for part in (event.venue, event.city) if part)
    if place:
        entry.add("location", place)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def letters_zip(event: Event, registrations: Collection[str] | None = None) -> tuple[bytes, list[str]]:
    """A zip of letters, one .eml for each guest with an e-mail address. Not inside a unit of work.

    Returns:
        The file, and the registrations that are in it.

    Raises:
        NoAddress: none of them has one.
    """
    guests = [
        guest
        for guest in guests_to_invite(event)
        if guest.email and (registrations is None or guest.registration in registrations)
    ]
    if not guests:
        raise NoAddress()
    pictures = _pictures(event, [guest.registration for guest in guests])
    calendar = calendar_of(event)
    files = {
        f"{file_stem(guest.number, guest.name)}.eml": _letter(event, guest, pictures[guest.number], calendar)
        for guest in guests
    }
    return _zipped(files), [guest.registration for guest in guests]


class NoAddress(BadInput):
    message = N_("None of these guests has an e-mail address. Add it to the list, or invite by WhatsApp.")
    code = "no-address"


def _letter(event: Event, guest: Guest, picture: bytes, calendar: bytes) -> bytes:
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = event.title
    letter["To"] = guest.email
    letter["X-Unsent"] = "1"  # a mail program opens it as a draft
    letter.set_content(message_for(event, guest))
    letter.add_attachment(picture, maintype="image", subtype="png", filename="ticket.png")
    letter.add_attachment(calendar, maintype="text", subtype="calendar", filename="event.ics")
    return bytes(letter)


def tickets_zip(event: Event, kind: str = "png", registrations: Collection[str] | None = None) -> bytes:
    """A zip with a ticket for each guest, as ``png`` or ``pdf``, and the event for a calendar.

    Raises:
        NoBadges, NothingToPrint: nobody is left.
    """
    badges = badges_of(event, registrations)
    files = {f"{file_stem(badge.number, badge.name)}.{kind}": made for badge, made in _tickets(event, badges, kind)}
    return _zipped(files | {"event.ics": calendar_of(event)})


def ticket_files(event: Event, kind: str) -> Iterator[tuple[str, bytes]]:
    """The same as files by name, for a folder."""
    for badge, made in _tickets(event, badges_of(event), kind):
        yield f"{file_stem(badge.number, badge.name)}.{kind}", made


def _tickets(event: Event, badges: Sequence[Badge], kind: str) -> Iterator[tuple[Badge, bytes]]:
    heading = heading_of(event)
    if kind == "png":
        yield from zip(badges, ticket_pictures(heading, badges), strict=True)
    else:
        for badge in badges:
            yield badge, render_badges(heading, [badge], sheet="single")


def _pictures(event: Event, registrations: Collection[str]) -> dict[int, bytes]:
    return {badge.number: made for badge, made in _tickets(event, badges_of(event, registrations), "png")}


def file_stem(number: int, name: str) -> str:
    """A guest's number and name as part of a file's name that Windows and a USB stick take, too.

    >>> file_stem(7, "Ali / Hassan: ")
    '0007 Ali Hassan'
    """
    plain = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', " ", name)
    return f"{number:04d} {' '.join(plain.split()).strip('. ')[:80] or 'ticket'}"


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
