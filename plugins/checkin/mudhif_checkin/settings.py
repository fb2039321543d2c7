"""What the door lets a coordinator set for an event."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from mudhif.plugin_api import lazy_gettext

from .judge import Once

A_DAY = 24 * 60


def _minutes(title: Any, description: Any) -> fields.Integer:
    return fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, max=A_DAY, error=lazy_gettext("Write minutes from 0 to 1440.")),  # type: ignore[arg-type]
        metadata={"title": title, "description": description},
    )


def _kind(title: Any, description: Any = "") -> fields.Boolean:
    return fields.Boolean(load_default=False, metadata={"title": title, "description": description})


class DoorSettings(Schema):
    """Of one event. What nobody has set is no rule: a box that nobody ticked never shuts the door."""

    on_registration = fields.Boolean(
        load_default=False,
        metadata={
            "title": lazy_gettext("Check in on registration"),
            "description": lazy_gettext(
                "Whoever registers with the poster at the door is checked in at once, on their own phone."
            ),
        },
    )
    opens_before = _minutes(lazy_gettext("Doors open, minutes before the start"), lazy_gettext("Empty: at any time."))
    closes_after = _minutes(
        lazy_gettext("Doors close, minutes after the end"),
        lazy_gettext("0 closes them with the end. Whoever is inside may leave at any time."),
    )
    only_participant = _kind(
        lazy_gettext("Let in participants"),
        lazy_gettext("With no kind ticked, everybody on the list is let in; else those that are ticked alone."),
    )
    only_guest = _kind(lazy_gettext("Let in guests of honour"))
    only_facilitator = _kind(lazy_gettext("Let in facilitators"))
    only_media = _kind(lazy_gettext("Let in media"))
    only_staff = _kind(lazy_gettext("Let in staff"))
    no_reentry = fields.Boolean(
        load_default=False,
        metadata={
            "title": lazy_gettext("Nobody comes in again who has left"),
            "description": lazy_gettext("Not ticked, a guest may leave and come in again as often as needed."),
        },
    )
    once = fields.String(
        load_default=Once.EVENT.value,
        validate=validate.OneOf(
            tuple(Once),
            labels=(
                lazy_gettext("for the whole event"),
                lazy_gettext("for one day"),
                lazy_gettext("for one agenda item"),
            ),  # type: ignore[arg-type]
        ),
        metadata={
            "title": lazy_gettext("A check-in holds"),
            "description": lazy_gettext(
                "For one day, guests check in anew each morning; for one agenda item, at each session: "
                "that counts training hours."
            ),
        },
    )
