"""What is printed and sent, over the API: badges, tickets, letters, and messages for WhatsApp."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from mudhif.domain.errors import NotFound
from mudhif.services import invitations
from mudhif.services.badge_layouts import find_layout
from mudhif.services.badge_prints import note_prints
from mudhif.services.badges import Choice, badges_of, chosen, heading_of, render_badges
from mudhif.storage.models import Event
from mudhif.storage.store import Tx, write
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.blueprints import API_PREFIX
from mudhif.web.files import PDF, ZIP, as_file

BINARY = {"type": "string", "format": "binary"}

blp = Blueprint("prints_api", __name__, url_prefix=API_PREFIX, description="What is printed and sent; nothing leaves.")


class BadgesSchema(Schema):
    """Which badges, and on what."""

    layout = fields.String(load_default="a4", metadata={"description": "`mudhif badge-layouts` lists them."})
    guests = fields.List(
        fields.String(), load_default=list, metadata={"description": "Only these, by id or number; empty: all."}
    )
    unprinted = fields.Boolean(load_default=False, metadata={"description": "Only those never printed."})


class TicketsQuerySchema(Schema):
    """As what."""

    class Meta:
        unknown = EXCLUDE

    form = fields.String(
        data_key="as", attribute="as", load_default="png", validate=validate.OneOf(("png", "pdf")),
        metadata={"description": "`png` or `pdf`."},
    )  # fmt: skip


class InvitationSchema(Schema):
    """A guest, the link that opens WhatsApp with the message, and when one was opened last."""

    registration = fields.String()
    number = fields.Integer()
    name = fields.String()
    status = fields.String()
    link = fields.String(allow_none=True, metadata={"description": "Null without a phone number."})
    email = fields.String(allow_none=True)
    invited = fields.AwareDateTime(allow_none=True)
    channel = fields.String(allow_none=True, metadata={"example": "whatsapp"})


class NewInvitationSchema(Schema):
    """That a message was opened for a guest."""

    registration = fields.String(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(("whatsapp", "mail")))


@blp.post("/events/<event>/badges.pdf")
@requires("tickets.print")
@blp.arguments(BadgesSchema)
@blp.response(200, BINARY, content_type=PDF)
def create_badges(wanted: dict[str, Any], event: str) -> ResponseReturnValue:
    """Print name badges; it is noted that they were."""
    shown, sheet = current_event(), find_layout(wanted["layout"])
    choice = Choice(guests=tuple(wanted["guests"]), unprinted=wanted["unprinted"])
    made = badges_of(shown, None if choice == Choice() else chosen(shown, choice))
    content = render_badges(heading_of(shown), made, sheet=sheet)
    note_prints([badge.registration for badge in made], layout=wanted["layout"], device=current_who().name)
    return as_file(content, PDF, f"{shown.code}-badges.pdf")


@blp.get("/events/<event>/tickets.zip")
@requires("tickets.print")
@blp.arguments(TicketsQuerySchema, location="query")
@blp.response(200, BINARY, content_type=ZIP)
def get_tickets(query: dict[str, Any], event: str) -> ResponseReturnValue:
    """A ticket for each guest, and the event for a calendar, in one zip."""
    shown = current_event()
    return as_file(invitations.tickets_zip(shown, query["as"]), ZIP, f"{shown.code}-tickets.zip")


@blp.get("/events/<event>/invitations")
@requires("guests.contact")
@blp.response(200, InvitationSchema(many=True))
def list_invitations(event: str) -> list[dict[str, Any]]:
    """List whom to invite, each with the link that opens WhatsApp with the message filled in."""
    shown = current_event()
    return [_invitation(shown, guest) for guest in invitations.guests_to_invite(shown)]


@blp.post("/events/<event>/invitations")
@requires("guests.contact")
@requires("guests.edit")
@blp.arguments(NewInvitationSchema)
@blp.response(201, InvitationSchema)
def create_invitation(opened: dict[str, str], event: str) -> dict[str, Any]:
    """Note that a message was opened for a guest; whether it was sent, nobody here knows."""
    shown = current_event()
    if opened["registration"] not in [guest.registration for guest in invitations.guests_to_invite(shown)]:
        raise NotFound(name=opened["registration"])
    write(invitations.note_invitation, opened["registration"], opened["channel"])
    found = {guest.registration: guest for guest in invitations.guests_to_invite(shown)}
    return _invitation(shown, found[opened["registration"]])


@blp.post("/events/<event>/letters.zip")
@requires("guests.contact")
@requires("guests.edit")
@blp.response(200, BINARY, content_type=ZIP)
def create_letters(event: str) -> ResponseReturnValue:
    """A draft (.eml) for each guest with an e-mail address, in one zip; it is noted that they were invited."""
    shown = current_event()
    content, written = invitations.letters_zip(shown)
    write(_note_letters, written)
    return as_file(content, ZIP, f"{shown.code}-letters.zip")


def _note_letters(tx: Tx, registrations: list[str]) -> None:
    for registration in registrations:
        invitations.note_invitation(tx, registration, "mail")


def _invitation(event: Event, guest: invitations.Guest) -> dict[str, Any]:
    last: tuple[datetime | None, str | None] = guest.invited or (None, None)
    return {
        "registration": guest.registration,
        "number": guest.number,
        "name": guest.name,
        "status": guest.status,
        "link": invitations.whatsapp_link(guest.phone, invitations.message_for(event, guest)),
        "email": guest.email,
        "invited": last[0],
        "channel": last[1],
    }
