"""What the door lets a coordinator set for an event."""

from __future__ import annotations

from marshmallow import Schema, fields

from mudhif.plugin_api import lazy_gettext


class DoorSettings(Schema):
    """Of one event."""

    on_registration = fields.Boolean(
        load_default=False,
        metadata={
            "title": lazy_gettext("Check in on registration"),
            "description": lazy_gettext(
                "Whoever registers with the poster at the door is checked in at once, on their own phone."
            ),
        },
    )
