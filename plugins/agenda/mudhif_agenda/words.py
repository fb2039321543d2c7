"""The sentences of findings, and the words for kinds and states."""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mudhif.plugin_api import N_, ngettext
from mudhif.plugin_api import gettext as _

from .findings import Finding
from .timer import Phase

Say = Callable[..., str]

SENTENCES = {
    "overlap": N_("This begins at %(b)s, before what stands above it has ended at %(a)s."),
    "gap": N_("Nothing is planned from %(a)s to %(b)s (%(c)s minutes)."),
    "past-event-end": N_("The agenda runs until %(a)s, the event ends at %(b)s."),
    "before-event-start": N_("The agenda begins at %(a)s, the event begins at %(b)s."),
    "second-time-range": N_("This line has two times. The first was kept; %(a)s to %(b)s was left out. Choose."),
    "no-end": N_("No end is given for “%(a)s”. It is unknown until you write it."),
    "end-before-start": N_("This ends at %(b)s, before it begins at %(a)s."),
    "ambiguous-time": N_("%(a)s was taken; %(b)s is as likely. Check it."),
    "zero-length": N_("This begins and ends at %(a)s: it has no length."),
    "item-untitled": N_("The time from %(a)s to %(b)s may have no title of its own."),
    "unparsed-line": N_("This line became nothing: it has no time that could be read."),
}

KINDS = {
    "session": N_("talk"),
    "break": N_("break"),
    "meal": N_("meal"),
    "ceremony": N_("ceremony"),
    "discussion": N_("discussion"),
    "other": N_("other"),
}

PHASES = {
    Phase.IDLE: N_("Not running"),
    Phase.RUNNING: N_("Running"),
    Phase.PAUSED: N_("Paused"),
    Phase.OVER: N_("Over time"),
}


def in_language(language: str | None) -> Say:
    """How to say things in a language where no page is being made; None: the reader's."""
    if language is None:
        return _
    folder = Path(__file__).parent / "translations"
    found = _gettext.translation("messages", folder, [language], fallback=True)

    def say(message: str, **values: Any) -> str:
        text = found.gettext(message)
        return text % values if values else text

    return say


def message(finding: Finding, say: Say = _) -> str:
    """The finding in a sentence."""
    values = [say(N_("an unknown time")) if value is None else value for value in finding.values]
    return say(SENTENCES[finding.rule], **dict(zip("abc", values, strict=False)))


def as_json(finding: Finding, say: Say = _) -> dict[str, Any]:
    """The finding as the contract has it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "where": [place.as_dict() for place in finding.where],
        "message": message(finding, say),
        "values": list(finding.values),
    }


def minutes_words(seconds: int | None) -> str:
    """A length in whole words, for a screen: 30 minutes, 1 h 30 min; nothing where it is not known."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    return ngettext("%(num)s minute", "%(num)s minutes", minutes) if minutes < 60 else minutes_text(minutes)


def minutes_text(minutes: int | None) -> str:
    """A length in words: 15 min, 1 h, 1 h 30 min."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min", minutes=rest)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if rest else _("%(hours)s h", hours=hours)
