"""A tablet at the door that guests use by themselves. Until the PIN is typed its browser opens nothing else here.

The lock lies in the signed session of that browser, so it holds whatever the page does. It cannot keep anybody from
leaving the browser itself: that is the tablet's own business, and the page says so.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.security import check_password_hash, generate_password_hash

from mudhif.plugin_api import (
    BadInput,
    Event,
    allow_wasm,
    current_event,
    current_who,
    new_id,
    pages,
    rate_limited,
    requires,
)
from mudhif.plugin_api import gettext as _

from . import words
from .checkins import SCAN, answer_of, check_in
from .requests import read_request
from .welcome_pages import first_name

kiosk = pages("kiosk", __name__)

LOCK = "kiosk"
SHORTEST, LONGEST = 4, 8


@kiosk.before_app_request
def keep_to_the_kiosk() -> ResponseReturnValue | None:
    """Lead a browser that is locked back to its kiosk, whatever it asks for."""
    if "Authorization" in request.headers or LOCK not in session:
        return None
    here = url_for("kiosk.show_kiosk", code=session[LOCK]["code"])
    if request.path.startswith("/static/") or request.path == here or request.path.startswith(f"{here}/"):
        return None
    return redirect(here) if request.method == "GET" else ("", 403)


@kiosk.get("/<code>")
@requires(SCAN)
def show_kiosk(code: str) -> Response:
    """For guests where it is locked; else for the team, to lock it."""
    return _page(current_event())


@kiosk.post("/<code>")
@requires(SCAN)
def post_kiosk(code: str) -> ResponseReturnValue:
    """Check in the guest whose code was read or whose number was typed."""
    event = current_event()
    ticket = request.form.get("ticket", "").strip()
    if LOCK not in session or not ticket:
        return redirect(url_for("kiosk.show_kiosk", code=event.code))
    answer = check_in(
        event.id, read_request({"scan_id": request.form.get("scan_id", ""), "ticket": ticket}), current_who()
    )
    return redirect(url_for("kiosk.show_kiosk", code=event.code, scan=answer.fields["scan_id"]))


@kiosk.post("/<code>/lock")
@requires(SCAN)
def lock(code: str) -> ResponseReturnValue:
    """Lock this browser to the kiosk."""
    event = current_event()
    try:
        pin = read_pin(request.form.get("pin", ""))
    except BadInput as error:
        return make_response(_page(event, error.errors), error.status)
    session[LOCK] = {"code": event.code, "pin": generate_password_hash(pin)}
    return redirect(url_for("kiosk.show_kiosk", code=event.code))


@kiosk.post("/<code>/unlock")
@rate_limited(5, 20.0)
@requires(SCAN)
def unlock(code: str) -> ResponseReturnValue:
    """Give the browser back to the team."""
    event = current_event()
    typed = _digits(request.form.get("pin", ""))
    if LOCK in session and not check_password_hash(session[LOCK]["pin"], typed):
        return make_response(_page(event, {"pin": [_("This is not the PIN.")]}), 422)
    session.pop(LOCK, None)
    return redirect(url_for("desk.show_desk", code=event.code))


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text.strip())


def read_pin(text: str) -> str:
    """A PIN, from digits of either script.

    >>> read_pin("٢٤٦٨")
    '2468'

    Raises:
        BadInput: not four to eight digits.
    """
    pin = _digits(text)
    if not (pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        raise BadInput(fields={"pin": [_("Write four to eight digits.")]})
    return pin


def _page(event: Event, errors: dict[str, list[str]] | None = None) -> Response:
    is_locked = LOCK in session
    page = render_template(
        "mudhif_checkin/kiosk.html" if is_locked else "mudhif_checkin/kiosk_lock.html",
        event=event,
        errors=errors or {},
        scan_id=new_id(),
        outcome=_outcome(event) if is_locked else None,
    )
    return allow_wasm(make_response(page)) if is_locked else make_response(page)


def _outcome(event: Event) -> dict[str, Any] | None:
    """What the guest is told: the first name alone, for others read along."""
    scan_id = request.args.get("scan", "")
    answer = answer_of(event.id, scan_id) if scan_id else None
    if answer is None:
        return None
    card = words.cards()[answer["outcome"]]
    guest = answer["registration"]
    is_good = answer["outcome"] in ("welcome", "already")
    both = (guest["name"], guest["name_alt"]) if is_good and guest else ()
    return {
        "card": card,
        "names": [first_name(name) for name in both if name],
        "outcome": answer["outcome"],
        "is_good": is_good,
    }
