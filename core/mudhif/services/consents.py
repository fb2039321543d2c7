"""What guests are asked to agree to on the form: the words, and the version by which it stays known what they were."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mudhif.i18n import N_, _
from mudhif.services.settings import CORE, event_setting

ATTENDANCE, PHOTOS = "attendance", "photos"
"""Apart from each other: who wants no photograph is let in all the same."""

VERSION = "1"
"""Of the sentences below; raised when one of them changes."""

_SENTENCES = {
    ATTENDANCE: N_("You may keep my name for the attendance list."),
    PHOTOS: N_("I may be in photographs."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """A sentence that is agreed to; its version is another one whenever its words are."""

    id: str
    text: str
    version: str
    own: bool

    @property
    def field(self) -> str:
        """The name of its box in the form."""
        return "consent" if self.id == ATTENDANCE else self.id


def consent_texts(event_id: str, language: str) -> list[ConsentText]:
    """What an event's form asks to agree to: in its own words where it has some in that language, else in ours."""
    return [_text(event_id, id, language) for id in _SENTENCES]


def _text(event_id: str, id: str, language: str) -> ConsentText:
    own = str(event_setting(event_id, CORE, f"{id}_{language}") or "").strip()
    if own:
        version = f"own-{hashlib.sha256(own.encode()).hexdigest()[:8]}"
        return ConsentText(id=id, text=own, version=version, own=True)
    return ConsentText(id=id, text=_(_SENTENCES[id]), version=VERSION, own=False)


def consents_given(
    texts: Sequence[ConsentText], given: Container[str], language: str, now: datetime
) -> tuple[dict[str, Any], ...]:
    """What stands in `Person.consents` afterwards: what was agreed to and what was not, to which words and when.

    Args:
        given: the names of the boxes that were ticked.
    """
    at = now.isoformat(timespec="seconds")
    return tuple(
        {"id": text.id, "given": text.field in given, "at": at, "text": text.version, "lang": language}
        for text in texts
    )
