"""Who asks: recognised by a bearer token or a signed-in browser, from memory; and what a view requires."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import current_app, g, has_request_context, request, session

from mudhif.domain.errors import NotAllowed, NotFound, NotSignedIn
from mudhif.i18n import N_
from mudhif.plugins import host
from mudhif.plugins.types import NOBODY, Who
from mudhif.services.accounts import CORE_PERMISSIONS, Members
from mudhif.services.devices import device_of_session, device_of_token, why_ended
from mudhif.services.events import find_event
from mudhif.storage.models import Device, Event
from mudhif.storage.writer import actor
from mudhif.web.security import floods

View = TypeVar("View", bound=Callable[..., Any])

EVENT_ARGUMENTS = ("event", "code")
GUEST_ACTOR = "guest"


class OtherEvent(NotAllowed):
    message = N_("This account is for another event.")
    code = "other-event"


class BadToken(NotSignedIn):
    message = N_("This token is not known here, or it was withdrawn.")
    code = "bad-token"


def members() -> Members:
    """All who may come in, of this app."""
    found: Members = current_app.extensions["mudhif_members"]
    return found


def recognise() -> None:
    """Set who asks, for views and for the journal. A thread serves many people, so this is set anew each time."""
    who = _who_asks()
    g.who = who
    actor.set(who.id or GUEST_ACTOR)


def _who_asks() -> Who:
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        who = members().of_token(token.strip()) if scheme.lower() == "bearer" else None
        if who is None:
            floods().bad_tokens.take(request.remote_addr or "")
            if former_device() is None:
                raise BadToken
            return NOBODY
        return who
    account = session.get("account")
    if account is None:
        return NOBODY
    return members().of_session(account, session.get("stamp", "")) or NOBODY


def current_who() -> Who:
    """Who asks; nobody where no request is being answered."""
    if not has_request_context():
        return NOBODY
    who: Who = g.get("who", NOBODY)
    return who


def current_device() -> Device | None:
    """The paired device that asks, with its gates; None for people, programs and guests."""
    who = current_who()
    return members().devices.get(who.id) if who.id is not None else None


def former_device() -> Device | None:
    """The device that asks and may no longer come in, for it was revoked or its time is up; else None.

    It opens nothing by itself: a view that takes what such a device still holds asks for it by name.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        return device_of_token(header.partition(" ")[2].strip())
    return device_of_session(session.get("account"), session.get("stamp", ""))


def sign_in(account_id: str) -> None:
    """Begin a session; whatever the browser held before is dropped."""
    session.clear()
    session["account"], session["stamp"] = account_id, members().stamp(account_id)
    session.permanent = True
    recognise()


def sign_out() -> None:
    """End the session of this browser."""
    session.clear()
    g.who = NOBODY


def requires(permission: str, *, anywhere: bool = False) -> Callable[[View], View]:
    """Let only those in who hold a permission.

    An account that is confined to one event is refused at every other; at an address that names no event it is refused
    as well, unless ``anywhere`` says that the view itself shows it nothing of other events.

    Args:
        permission: such as ``guests.edit``.
        anywhere: the view takes care of confined accounts itself, for instance by `confine`.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def required(*args: Any, **kwargs: Any) -> Any:
            check(permission, anywhere=anywhere)
            return view(*args, **kwargs)

        return cast(View, required)

    return decorate


def check(permission: str, *, anywhere: bool = False) -> None:
    """Refuse the request unless who asks holds the permission, at this event.

    Raises:
        NotSignedIn, NotAllowed, OtherEvent.
    """
    who = current_who()
    if who.role is None:
        device = former_device()
        raise NotSignedIn if device is None else why_ended(device)
    if permission not in who.permissions:
        raise NotAllowed(right=_in_words(permission))
    if who.event is not None:
        named = _event_named()
        if named is not None and named != who.event:
            confine(current_event().id)
        elif named is None and not anywhere:
            raise OtherEvent


def _in_words(permission: str) -> str:
    """A permission as accounts and their roles list it, with its id for whoever looks it up."""
    known = {one.id: one for one in CORE_PERMISSIONS} | host.current().permissions
    return f"{known[permission].title} ({permission})" if permission in known else permission


def confine(event_id: str | None) -> None:
    """Refuse an account that is confined to another event than this.

    Raises:
        OtherEvent.
    """
    confined = current_who().event
    if confined is not None and confined != event_id:
        raise OtherEvent


def current_event() -> Event:
    """The event that the address names, by its id or its code.

    Raises:
        NotFound: there is none of this name, or the address names none.
    """
    event: Event | None = g.get("event")
    if event is None:
        named = _event_named()
        if named is None:
            raise NotFound(name="")
        event = g.event = find_event(named)
    return event


def event_shown() -> Event | None:
    """The event whose page this is, for the frame of the page; None on a page of no event."""
    if not has_request_context() or _event_named() is None:
        return None
    try:
        return current_event()
    except NotFound:
        return None


def _event_named() -> str | None:
    arguments = request.view_args or {}
    return next((str(arguments[name]) for name in EVENT_ARGUMENTS if name in arguments), None)
