"""What was counted from the core's tables, remembered until one of them changes, here or by another process."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from mudhif.storage.store import Store, current

T = TypeVar("T")
MOST = 200
"""So many answers are kept; then all are forgotten."""

_remembered: WeakKeyDictionary[Store, dict[Hashable, tuple[int, Any]]] = WeakKeyDictionary()


def unless_changed(key: Hashable, count: Callable[[], T], *, kinds: str = "core.") -> T:
    """What ``count`` gives, made anew only if the journal has a line since of a kind that begins so.

    A check-in is no such line: while a crowd comes in, the guest list counts nobody anew.
    """
    store = current()
    known = _remembered.setdefault(store, {})
    (end,) = _execute(store, "SELECT coalesce(max(pos), 0) FROM journal")
    if key in known:
        pos, value = known[key]
        if pos == end or not _changed(store, pos, kinds):
            known[key] = (end, value)
            return value  # type: ignore[no-any-return]
    if len(known) >= MOST:
        known.clear()
    made = count()
    known[key] = (end, made)
    return made


def _changed(store: Store, pos: int, kinds: str) -> bool:
    sql = "SELECT EXISTS (SELECT 1 FROM journal WHERE pos > ? AND kind >= ? AND kind < ?)"
    return bool(_execute(store, sql, pos, kinds, kinds + "\U0010ffff")[0])


def _execute(store: Store, sql: str, *values: Any) -> Any:
    return store.db.execute_sql(sql, values).fetchone()  # type: ignore[no-untyped-call]
