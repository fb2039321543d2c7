"""Displays: the speaker's screen on the projector, and now and next on a guest's own phone; both need no sign-in.

The speaker's screen opens on the laptop itself to anybody who sits at it, from elsewhere to the team and to displays.
Guests see titles and times, never the message to the speaker.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from time import time
from typing import Any

from flask import Response, jsonify, render_template, request

from mudhif.plugin_api import Event, current_event, pages, requires

from .clock_guard import steady_ms
from .screen import screen_of
from .services import items_of, state_of, timer_json

show = pages("show", __name__)
now = pages("now", __name__)


@show.get("/<code>/speaker")
def speaker(code: str) -> str:
    """The screen that the speaker sees."""
    return _speaker() if _is_here() else _speaker_for_the_team()


@requires("event.view")
def _speaker_for_the_team() -> str:
    return _speaker()


def _speaker() -> str:
    event = current_event()
    template = "_speaker" if request.args.get("part") else "speaker"
    return render_template(f"mudhif_agenda/{template}.html", event=event, screen=screen_of(event))


def _is_here() -> bool:
    """Whether the request comes from the laptop itself, whose screen the hall sees anyway."""
    address = ipaddress.ip_address(request.remote_addr or "0.0.0.0")
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


@now.get("/<code>")
def programme(code: str) -> str:
    """What is on and what comes next, on a guest's phone."""
    event = current_event()
    template = "_programme" if request.args.get("part") else "programme"
    return render_template(f"mudhif_agenda/{template}.html", event=event, screen=screen_of(event))


@now.get("/<code>/clock")
def clock(code: str) -> Response:
    """The laptop's clocks, which a screen holds its own against."""
    return jsonify({"steady": steady_ms(), "wall": round(time() * 1000)})


# --- what open pages are told -----------------------------------------------------------------------------------------


def told_timer(read: Any, changes: Sequence[Any]) -> tuple[str, dict[str, Any]] | None:
    """The timer after presses."""
    event = Event.get_or_none(Event.id == changes[-1].event)
    if event is None:
        return None
    state = state_of(event)
    return "timer", timer_json(event, state) | {"turn": state.turn}


def told_agenda(read: Any, changes: Sequence[Any]) -> tuple[str, dict[str, Any]] | None:
    """That the agenda is another one now; who shows it asks again."""
    event = changes[-1].event
    return ("agenda", {"items": len(items_of(event))}) if event else None
