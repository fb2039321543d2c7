"""Badges that are printed at the door, one at a time: each print is noted, so that a second one can be asked about."""

from __future__ import annotations

from datetime import datetime

from mudhif.plugin_api import Event, Who, badge_picture, note_prints

from .signatures import guest_of


def print_badge(event: Event, registration: str, who: Who, layout: str = "single", now: datetime | None = None) -> None:
    """Note that a guest's badge is printed.

    Raises:
        NotFound: no such guest at this event.
        Refused: the guest has no badge.
    """
    guest_of(event, registration)
    badge_picture(event, registration, layout)  # refuses before anything is noted
    note_prints([registration], layout=layout, device=who.name, by=who.id, now=now)
