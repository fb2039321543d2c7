"""The page on which a guest signs, and what is shown of the signature elsewhere."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mudhif.plugin_api import (
    Event,
    MudhifError,
    Panel,
    Person,
    Registration,
    current_event,
    current_who,
    event_pages,
    local,
    requires,
)
from mudhif.plugin_api import gettext as _

from .checkins import SCAN
from .signatures import HEIGHT, WIDTH, guest_of, keep_signature, signature_svg, signatures_of

sign = event_pages("sign", __name__)


@sign.get("/<registration>")
@requires(SCAN)
def show_sign(code: str, registration: str) -> str:
    """A field to sign in, for the guest's own hand."""
    return _page(current_event(), registration)


@sign.post("/<registration>")
@requires(SCAN)
def post_sign(code: str, registration: str) -> ResponseReturnValue:
    """Keep what was drawn."""
    event = current_event()
    try:
        keep_signature(event, registration, request.form.get("strokes", ""), current_who())
    except MudhifError as error:
        if not error.errors:
            raise
        return make_response(_page(event, registration, error.errors), error.status)
    flash(_("The signature is kept."), "ok")
    return redirect(_back(event, registration))


def took_part(event: Event) -> str:
    """What a guest signs."""
    day = f"\u2068{local(event, event.starts):%d/%m/%Y}\u2069"
    return _("I took part in %(event)s on %(day)s.", event=f"\u2068{event.title}\u2069", day=day)


def _page(event: Event, registration: str, errors: dict[str, list[str]] | None = None) -> str:
    return render_template(
        "mudhif_checkin/sign.html",
        guest=guest_of(event, registration),
        signed=signed_of(event, registration),
        took_part=took_part(event),
        back=_back(event, registration),
        width=WIDTH,
        height=HEIGHT,
        errors=errors or {},
    )


def _back(event: Event, registration: str) -> str:
    if request.args.get("back") == "guest" and current_who().may("guests.view"):
        return url_for("core.guest", code=event.code, registration=registration)
    return url_for("desk.show_desk", code=event.code, scan=request.args.get("scan") or None)


def signed_of(event: Event, registration: str) -> dict[str, Any] | None:
    """A guest's signature for a page: the drawing, when, with what; None where the guest has not signed."""
    signed = signatures_of(event.id, registration).get(registration)
    if signed is None:
        return None
    # The drawing is numbers alone, read and written anew; the label is escaped.
    svg = Markup(signature_svg(signed.strokes, _("Signature")))
    return {"svg": svg, "at": f"{local(event, signed.at):%d/%m/%Y %H:%M}", "device": signed.device}


def panels_of(person: Person) -> list[Panel]:
    """A guest's signature at the event that is shown, on the guest's page, for those who may take one."""
    if not current_who().may(SCAN):
        return []
    event = current_event()
    here = Registration.get_or_none(Registration.person == person.id, Registration.event == event.id)
    if here is None:
        return []
    context = {
        "signed": signed_of(event, here.id),
        "url": url_for("sign.show_sign", code=event.code, registration=here.id, back="guest"),
    }
    return [Panel(title=_("Signature"), template="mudhif_checkin/sign_panel.html", context=context, weight=30)]
