"""What people said of the columns of guest files, for the next file that has such headers; no cell is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from mudhif.domain.names import fold
from mudhif.services.guest_columns import LEAVE_OUT
from mudhif.services.guest_tables import GuestTable
from mudhif.storage.model import canonical
from mudhif.storage.models import ColumnMemory


def remembered_columns(headers: Sequence[str]) -> Mapping[str, str]:
    """The field by header, as it was said of a file with these headers, in whatever order; empty if there was none."""
    found = ColumnMemory.get_or_none(ColumnMemory.headers == _key(headers))
    mapping: Mapping[str, str] = found.mapping if found else {}
    return mapping


def remember_columns(table: GuestTable) -> None:
    """Keep what a person said of this table's columns; inside a unit of work. What was only guessed is not kept."""
    said = {c.header: c.field or LEAVE_OUT for c in table.columns if not c.guessed and fold(c.header)}
    if not said:
        return
    key, now = _key(table.headers), datetime.now(UTC)
    ColumnMemory.delete().where(ColumnMemory.headers == key).execute()
    ColumnMemory.insert(headers=key, mapping=canonical(said), used=now).execute()


def _key(headers: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(map(fold, headers))).encode()).hexdigest()
