"""What a unit of work cannot write, and why."""

from __future__ import annotations

from mudhif.domain.errors import Refused, Unavailable
from mudhif.i18n import N_


class FactStands(Refused):
    """Something with this id is there already; facts never change."""

    message = N_("A %(kind)s with the id %(id)s is recorded already.")
    code = "fact-stands"


class PersonErased(Refused):
    """What is written would bring an erased person back."""

    message = N_("This person was erased; nothing personal can be written about them any more.")
    code = "person-erased"


class NotWritten(Unavailable):
    """The disk is full, fails, or may not be written to."""

    message = N_("This could not be saved, and nothing of it was: %(why)s. Make room on the disk, then try again.")
    code = "not-written"


class WriteInsideUnit(RuntimeError):
    """A unit of work called `write`, which would wait for the unit itself."""
