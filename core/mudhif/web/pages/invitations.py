"""Invitations: WhatsApp messages filled in, letters as drafts, tickets as pictures; nothing is sent from here."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import BadInput, NotFound
from mudhif.i18n import _
from mudhif.services import invitations as letters
from mudhif.services.settings import CORE, set_event_setting
from mudhif.storage.models import Event
from mudhif.storage.store import Tx, write
from mudhif.web.auth import current_event, requires
from mudhif.web.files import ZIP, as_file
from mudhif.web.pages.blueprint import core

PAGE = 100


@core.route("/e/<code>/invitations", methods=["GET", "POST"])
@requires("guests.contact")
@requires("guests.edit")
def invitations(code: str) -> ResponseReturnValue:
    """Whom to invite, a button for each way; and the words, which can be changed here."""
    event = current_event()
    if request.method == "GET":
        return _page(event, {f"invitation_{lang}": letters.words_of(event, lang) for lang in letters.LANGUAGES}, {})
    try:
        write(_set_words, event, request.form)
    except BadInput as error:
        return _page(event, request.form, error.errors), error.status
    flash(_("Saved."), "ok")
    return redirect(url_for("core.invitations", code=code))


def _set_words(tx: Tx, event: Event, form: Any) -> None:
    for lang in letters.LANGUAGES:
        name = f"invitation_{lang}"
        text = form.get(name, "").replace("\r\n", "\n").strip()
        try:
            letters.check_words(text)
        except letters.WrongField as error:
            raise BadInput(fields={name: [str(error)]}) from None
        # What is as it was built in stays so: it follows when the built-in words get better.
        set_event_setting(tx, event.id, CORE, name, "" if text == letters.WORDS[lang] else text)


def _page(event: Event, values: Any, errors: Any) -> str:
    guests = letters.guests_to_invite(event)
    only = request.args.get("only")
    shown = [guest for guest in guests if guest.invited is None] if only == "new" else guests
    page = max(1, request.args.get("page", 1, type=int))
    return render_template(
        "mudhif/invitations.html",
        event=event,
        guests=[
            (guest, letters.whatsapp_link(guest.phone, letters.message_for(event, guest)))
            for guest in shown[(page - 1) * PAGE : page * PAGE]
        ],
        total=len(shown),
        page=page,
        pages=-(-len(shown) // PAGE),
        page_url=lambda number: url_for("core.invitations", code=event.code, only=only, page=number),
        chips=[
            (_("All"), len(guests), url_for("core.invitations", code=event.code), only is None),
            (
                _("Not invited yet"),
                sum(guest.invited is None for guest in guests),
                url_for("core.invitations", code=event.code, only="new"),
                only == "new",
            ),
        ],
        mails=sum(bool(guest.email) for guest in guests),
        fields=letters.FIELDS,
        values=values,
        errors=errors,
    )


@core.post("/e/<code>/invitations/<registration>/whatsapp")
@requires("guests.contact")
@requires("guests.edit")
def note_whatsapp(code: str, registration: str) -> ResponseReturnValue:
    """Note that WhatsApp was opened for a guest; the page tells it by itself, the link leads there without it."""
    if registration not in [guest.registration for guest in letters.guests_to_invite(current_event())]:
        raise NotFound(name=registration)
    write(letters.note_invitation, registration, "whatsapp")
    return "", 204


@core.post("/e/<code>/letters.zip")
@requires("guests.contact")
@requires("guests.edit")
def letters_file(code: str) -> ResponseReturnValue:
    """A draft for each guest with an e-mail address, in one zip."""
    event = current_event()
    try:
        content, written = letters.letters_zip(event)
    except letters.NoAddress as error:
        flash(str(error), "warn")
        return redirect(url_for("core.invitations", code=code))
    write(_note_letters, written)
    return as_file(content, ZIP, f"{event.code}-letters.zip")


def _note_letters(tx: Tx, registrations: list[str]) -> None:
    for registration in registrations:
        letters.note_invitation(tx, registration, "mail")


@core.get("/e/<code>/tickets.zip")
@requires("tickets.print")
def tickets_file(code: str) -> ResponseReturnValue:
    """A ticket for each guest, as a picture or a page, in one zip."""
    event = current_event()
    kind = "pdf" if request.args.get("as") == "pdf" else "png"
    return as_file(letters.tickets_zip(event, kind), ZIP, f"{event.code}-tickets.zip")
