"""What went wrong in a plugin: a sentence for people, and places in the code for the log."""

from __future__ import annotations

import traceback

from mudhif.domain.errors import MudhifError
from mudhif.i18n import N_, LazyText

Reason = LazyText | str


def reason_of(error: BaseException) -> Reason:
    """What went wrong in a plugin, in a sentence, as far as that can be told."""
    if isinstance(error, MudhifError):
        return LazyText(error.template, **error.values)
    if isinstance(error, SystemExit):
        return LazyText(N_("It tried to end Mudhif."))
    if isinstance(error, ModuleNotFoundError) and error.name:
        return LazyText(N_("It needs the module %(name)s, which is not here."), name=error.name)
    return LazyText(N_("It raised %(kind)s: %(text)s"), kind=type(error).__name__, text=str(error) or "–")


def where(error: BaseException) -> str:
    """The places in the code, without the error's own words: those may hold names of people."""
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()
