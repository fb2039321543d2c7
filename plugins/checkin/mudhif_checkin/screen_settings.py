"""What an event asks of the door's screens: a signature, names on the display."""

from __future__ import annotations

from marshmallow import fields

from mudhif.plugin_api import lazy_gettext

from .settings import DoorSettings


class ScreenSettings(DoorSettings):
    """All settings of the door, those of its screens last."""

    signature = fields.Boolean(
        load_default=False,
        metadata={
            "title": lazy_gettext("Signature at check-in"),
            "description": lazy_gettext(
                "The desk asks each guest to sign on the screen; the attendance sheet shows the signature."
            ),
        },
    )
    names_on_welcome = fields.Boolean(
        load_default=False,
        metadata={
            "title": lazy_gettext("First names on the welcome display"),
            "description": lazy_gettext("The display at the door greets the last guests by their first names."),
        },
    )
