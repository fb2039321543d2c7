"""A walk-in at the desk: registered and checked in by one press of Enter, in one unit of work."""

from __future__ import annotations

from collections.abc import Mapping

from mudhif.plugin_api import Event, NewGuest, Tx, Who, guest_from, register_guest, write

from . import queries
from .checkins import answer
from .counts import tallies
from .requests import Request


def register_and_check_in(
    event: Event, values: Mapping[str, str], scan_id: str, who: Who, item: str | None = None
) -> None:
    """Register a walk-in and check them in; the form sent twice (its scan id is known) does nothing more.

    Raises:
        BadInput: names every field that is wrong.
        EventFull: every place is taken.
    """
    guest = guest_from({name: value for name, value in values.items() if value})
    try:
        write(_register_and_check_in, event.id, guest, Request(scan_id, item=item), who)
    except BaseException:  # as in `check_in`
        tallies().take_back(event.id, scan_id)
        raise


def _register_and_check_in(tx: Tx, event: str, guest: NewGuest, scan: Request, who: Who) -> None:
    if queries.known_scan(tx.connection, scan.scan_id).fetchone() is None:
        registration = register_guest(tx, event, guest, "desk")
        answer(tx, event, scan._replace(registration=registration.id), who)
