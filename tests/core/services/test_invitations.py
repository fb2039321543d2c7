"""Invitations: the words filled in for each guest, links, letters that a mail program opens, tickets in one file."""

from __future__ import annotations

import email
import io
import zipfile
from email import policy
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar
from PIL import Image

from mudhif.services.invitations import (
    NoAddress,
    WrongField,
    calendar_of,
    check_words,
    guests_to_invite,
    letters_zip,
    message_for,
    note_invitation,
    tickets_zip,
    whatsapp_link,
)
from mudhif.services.registrations import cancel_registration, guest_from, register_guest
from mudhif.services.settings import CORE, set_event_setting
from mudhif.services.tickets import ticket_text
from mudhif.storage.models import Event
from mudhif.storage.store import write

GUESTS = (
    {"name": "زينب كاظم", "name_alt": "Zainab Kadhim", "phone": "0780 123 4567", "email": "zainab@example.org"},
    {"name": "Ammar Al-Jubouri", "phone": "0771 908 3320"},
    {"name": "Sara"},
)


@pytest.fixture
def guests(event):
    write(lambda tx: tx.update(Event.get_by_id(event.id), venue="Ishtar Hall", organiser="Ur Women"))
    return write(lambda tx: [register_guest(tx, event, guest_from(guest)) for guest in GUESTS])


@pytest.fixture
def held(event, guests):
    return Event.get_by_id(event.id)


def test_each_guest_is_written_to_in_the_language_of_their_name(held):
    zainab, ammar, _sara = guests_to_invite(held)
    arabic, english = message_for(held, zainab), message_for(held, ammar)
    assert arabic.startswith("السلام عليكم زينب كاظم") and "Third session" in arabic and "0001" in arabic
    assert english.startswith("Dear Ammar Al-Jubouri") and "Ishtar Hall" in english and english.endswith("Ur Women")
    assert "[[" not in arabic + english
    assert message_for(held, zainab, "en").startswith("Dear Zainab Kadhim"), (
        "the name in that script, where it is known"
    )


def test_the_events_own_words_are_taken_and_a_field_that_nobody_fills_is_refused(held):
    write(set_event_setting, held.id, CORE, "invitation_en", "Come, [[ name ]]!")
    assert message_for(held, guests_to_invite(held)[1]) == "Come, Ammar Al-Jubouri!"
    with pytest.raises(WrongField, match=r"There is no \[\[phone\]\]. What can be filled in: \[\[name\]\]"):
        check_words("Call [[phone]]")


def test_a_link_opens_whatsapp_with_the_number_and_the_text(held):
    zainab, _ammar, sara = guests_to_invite(held)
    link = urlsplit(whatsapp_link(zainab.phone, message_for(held, zainab)))
    assert (link.netloc, link.path) == ("wa.me", "/9647801234567")
    assert parse_qs(link.query)["text"] == [message_for(held, zainab)]
    assert whatsapp_link(sara.phone, "") is None


def test_letters_open_as_drafts_with_the_ticket_and_the_calendar_entry(held, guests):
    content, written = letters_zip(held)
    assert written == [guests[0].id]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["0001 زينب كاظم.eml"]
        letter = email.message_from_bytes(archive.read(archive.namelist()[0]), policy=policy.default)
    assert (letter["To"], letter["Subject"], letter["X-Unsent"]) == ("zainab@example.org", "Third session", "1")
    assert letter.get_body().get_content().startswith("السلام عليكم زينب كاظم")
    picture, calendar = letter.iter_attachments()
    assert _ticket_in(picture.get_content()) == ticket_text(guests[0].id)
    assert calendar.get_content_type() == "text/calendar"


def test_where_nobody_has_an_address_it_is_said(held, guests):
    with pytest.raises(NoAddress):
        letters_zip(held, [guests[1].id])


def test_the_calendar_entry_is_the_event(held):
    (entry,) = Calendar.from_ical(calendar_of(held)).walk("VEVENT")
    assert (str(entry["summary"]), str(entry["location"])) == ("Third session", "Ishtar Hall")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (held.starts, held.ends)


def test_a_zip_holds_a_ticket_for_each_guest_who_may_come(held, guests):
    write(cancel_registration, guests[2].id)
    with zipfile.ZipFile(io.BytesIO(tickets_zip(held))) as archive:
        assert archive.namelist() == ["0001 زينب كاظم.png", "0002 Ammar Al-Jubouri.png", "event.ics"]
        assert _ticket_in(archive.read("0002 Ammar Al-Jubouri.png")) == ticket_text(guests[1].id)
    with zipfile.ZipFile(io.BytesIO(tickets_zip(held, "pdf", [guests[0].id]))) as archive:
        assert archive.read("0001 زينب كاظم.pdf").startswith(b"%PDF")


def test_for_whom_whatsapp_was_opened_is_remembered(held, guests):
    write(note_invitation, guests[0].id, "whatsapp")
    invited = [guest.invited and guest.invited[1] for guest in guests_to_invite(held)]
    assert invited == ["whatsapp", None, None]


def _ticket_in(png):
    import zxingcpp

    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return found.text
