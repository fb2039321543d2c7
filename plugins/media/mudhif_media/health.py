"""What is examined of coverage and attachments: consent, and files that are not on this laptop."""

from __future__ import annotations

from typing import Any

from mudhif.plugin_api import Line, blob_path, ngettext
from mudhif.plugin_api import gettext as _

from .contents import PICTURES
from .logbook import attachments_of
from .models import Attachment


def lines_of_event(event: Any) -> list[Line]:
    """Of an event: pictures that nobody may publish yet; nothing where there are no attachments."""
    attachments = attachments_of(event.id)
    if not attachments:
        return []
    unasked = [row for row in attachments if row.media_type in PICTURES and row.consent is None]
    lines = [*_missing(attachments)]
    if unasked:
        text = ngettext(
            "For %(num)d picture it is not noted whether the people in it agreed.",
            "For %(num)d pictures it is not noted whether the people in them agreed.",
            len(unasked),
        )
        lines.append(
            Line(name="media.consent", ok=False, text=text, remedy=_("Ask them, then note it beside the picture."))
        )
    else:
        lines.append(Line(name="media.consent", ok=True, text=_("Consent is noted for every picture.")))
    return lines


def lines_of_installation() -> list[Line]:
    """Of the installation: whether every attachment's file is here."""
    attachments = list(Attachment.select().where(~Attachment.deleted))
    return _missing(attachments) or [Line(name="media.files", ok=True, text=_("Every attachment has its file."))]


def _missing(attachments: list[Attachment]) -> list[Line]:
    count = sum(row.sha256 is not None and not blob_path(row.sha256).is_file() for row in attachments)
    if not count:
        return []
    text = ngettext(
        "The file of %(num)d attachment is not on this laptop.",
        "The files of %(num)d attachments are not on this laptop.",
        count,
    )
    return [Line(name="media.files", ok=False, text=text, remedy=_("Exchange with the laptop where they were added."))]
