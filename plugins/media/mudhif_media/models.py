"""Who reported on an event, and the files that show it."""

from __future__ import annotations

from mudhif.plugin_api import Boolean, Integer, Record, Ref, Text


class Coverage(Record):
    """One piece of coverage: who carried it, when, and where it can be seen."""

    event = Ref("event")
    outlet = Text()
    kind = Text()  # tv, radio, print, web, social
    date = Text(null=True)  # ISO, as the outlet dates it; unknown stays null
    headline = Text(null=True)
    link = Text(null=True)
    duration = Integer(null=True)  # seconds

    class Meta:
        table_name = "media_coverage"


class Attachment(Record):
    """One file of an event. Its bytes lie once under their SHA-256, without the place where a picture was taken.

    ``person`` is set where it is about one person alone (a signed sheet, a portrait): erasing them removes its bytes.
    """

    event = Ref("event")
    person = Ref("person", null=True)
    sha256 = Text(null=True, index=True)  # null once the person it is about was erased
    media_type = Text()
    file_name = Text(null=True)
    kind = Text(default="other")
    caption = Text(null=True)
    consent = Boolean(null=True)  # everybody in it agreed to publication; null: nobody was asked
    width = Integer(null=True)
    height = Integer(null=True)
    size = Integer()  # bytes

    class Meta:
        table_name = "media_attachment"
        subject = "person"
        personal = ("sha256", "file_name", "caption")
        blob = "sha256"
