"""The narrative of an event: written by section and language, or taken over from a finished text."""

from __future__ import annotations

import re
import textwrap
import uuid
from collections.abc import Mapping

from mudhif.plugin_api import N_, Event, Refused, Tx

from .documents import Document
from .models import Narrative
from .roles import ROLES

_NAMESPACE = uuid.UUID("6b0f7c1e-6c4e-5d7a-9a54-0c1f6b1d2a90")
FILLED_FROM_ROWS = frozenset({"project", "details", "participants", "agenda"})
"""Sections whose content is counted or planned elsewhere: a text taken over would only repeat it."""
_FACILITATORS = re.compile(
    r"[\s\d.)•*-]*(?:facilitators?|moderators?|trainers?|الميسر\w*|ميسر\w*|المدرب\w*)\s*[:：]", re.I
)


class NoSections(Refused):
    """A text out of which no section of a narrative can be taken."""

    code = "no-sections"
    message = N_("%(name)s has no heading that a report's section is known by, so nothing was taken over.")


def narrative_id(event_id: str, section: str, language: str) -> str:
    """The id of a section's text: the same on every laptop."""
    return str(uuid.uuid5(_NAMESPACE, f"{event_id}/{section}/{language}"))


def narrative_of(event_id: str, language: str) -> dict[str, str]:
    """The texts by section, in the usual order of a report; an empty one is left out."""
    rows = Narrative.select().where(
        (Narrative.event == event_id) & (Narrative.language == language) & ~Narrative.deleted
    )
    texts = {row.section: row.text for row in rows if (row.text or "").strip()}
    order = {role: number for number, role in enumerate(ROLES)}
    return dict(sorted(texts.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def write_narrative(tx: Tx, event: Event | str, texts: Mapping[str, str], language: str) -> int:
    """Keep the texts of some sections; others stay as they are. Returns how many changed."""
    event_id = event if isinstance(event, str) else event.id
    changed = 0
    for section, text in texts.items():
        row = Narrative.get_or_none(Narrative.id == narrative_id(event_id, section, language))
        new = text.replace("\r\n", "\n").strip("\n").rstrip() if text.strip() else None
        if row is None and new is not None:
            identity = narrative_id(event_id, section, language)
            tx.create(Narrative, id=identity, event=event_id, section=section, language=language, text=new)
        elif row is not None and row.text != new:
            tx.update(row, text=new)
        else:
            continue
        changed += 1
    return changed


def sections_in(document: Document) -> dict[str, str]:
    """The texts of a finished report by section, without those that an event fills from its rows.

    Raises:
        NoSections: no heading in it is known.
    """
    texts: dict[str, list[str]] = {}
    for part in document.parts:
        lines = [line.text for line in document.lines[part.first : part.end]]
        if part.role == "details":
            # Who led the event stands in no row, unless they are registered, too.
            lines = [re.sub(r"^[\s\d.)•*-]+", "", line) for line in lines if _FACILITATORS.match(line)]
        elif part.role is None or part.role in FILLED_FROM_ROWS:
            continue
        if part.is_run_in and lines and part.role != "details":
            first = document.lines[part.first]
            lines[0] = first.place(part.body_start).text
        text = textwrap.dedent("\n".join(line.rstrip() for line in lines)).strip("\n")
        if text:
            texts.setdefault(part.role, []).append(text)
    if not texts:
        raise NoSections(name=document.source or "–")
    return {role: "\n\n".join(found) for role, found in texts.items()}
