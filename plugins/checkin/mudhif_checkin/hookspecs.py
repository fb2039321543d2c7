# mypy: disable-error-code="empty-body"
"""The hook that *check-in* brings: another plugin says which parts of an event a guest can come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mudhif.plugin_api import hookspec


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorItem:
    """A part of an event that guests check in to: a session of a training. Times are null where nobody planned them."""

    id: str
    title: str
    day: int = 1
    starts: datetime | None = None
    ends: datetime | None = None

    def json(self) -> dict[str, Any]:
        """As the API has it."""
        return {
            "id": self.id,
            "title": self.title,
            "day": self.day,
            "starts": self.starts.isoformat() if self.starts else None,
            "ends": self.ends.isoformat() if self.ends else None,
        }


@hookspec
def mudhif_door_items(event: Any) -> Sequence[DoorItem]:
    """The parts of an event that guests can check in to, in their order; *agenda* answers with its sessions.

    Called by the pages of the door, the attendance and the list for phones; one that raises loses its items.
    """
