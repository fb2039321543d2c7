"""Which guests a list shows, in which order: what is searched for, filters, sorting, and the pages of it.

What one page needs is asked of the database alone, so that a list of 100,000 opens like one of a hundred. Who arrived
and whose answers are missing is known to plugins and to Python: there the ids of the whole list are gone through.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mudhif.domain import tickets as ticket_rules
from mudhif.domain.names import fold
from mudhif.domain.questions import judge_answers
from mudhif.plugins import host as hosts
from mudhif.services import tickets
from mudhif.services.questions import event_questions
from mudhif.storage.models import Event, Registration
from mudhif.storage.search import LIMIT, Condition, Hits, find_guests, is_anybody_merged
from mudhif.storage.unchanged import unless_changed

PAGE_ROWS = 100
SORTS = ("number", "name", "organisation", "arrived")
SEXES = ("f", "m", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a guest list shall show; what says nothing keeps nobody out.

    Attributes:
        status: any of these.
        sex: ``f``, ``m`` or ``none`` for those of whom it is not recorded.
        arrived: whether they came.
        organisation: the whole of it, however its letters are written.
        missing: only those who have not answered a question that has to be answered.
        invited: whether a message was opened for them.
        sort: one of `SORTS`; without it the best hits of a search come first, else the numbers.
    """

    search: str = ""
    status: tuple[str, ...] = ()
    kind: str = ""
    sex: str = ""
    arrived: bool | None = None
    organisation: str = ""
    missing: bool = False
    invited: bool | None = None
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The registrations of one page, in order; ``total`` is that of all pages, ``is_cut`` that there are more yet."""

    ids: Sequence[str]
    total: int
    sounds_like: frozenset[str] = frozenset()
    is_cut: bool = False


def find(event_id: str, wanted: Wanted, page: int | None = None) -> Found:
    """The guests that a list shall show.

    Args:
        page: from 1, of `PAGE_ROWS`; None: all, also beyond the limit of a search.
    """
    if wanted.search.strip():
        return _searched(event_id, wanted, page)
    if _is_by_python(wanted):
        return _paged(_by_python(event_id, wanted, _ids(event_id, wanted)), page)
    if page is None:
        ids = _ids(event_id, wanted)
        return Found(ids=ids, total=len(ids))
    return Found(ids=_ids(event_id, wanted, page), total=_count(event_id, wanted))


def arrivals(event_id: str) -> Mapping[str, Any] | None:
    """When each guest of an event arrived; None where no plugin knows of check-ins."""
    try:
        host = hosts.current()
    except RuntimeError:  # a program that uses the services without any plugin
        return None
    for answer in host.call("columns", event=Event.get_by_id(event_id)):
        of_event = answer.value.of_event
        if answer.value.id == "checked_in" and of_event is not None:
            with host.guarding(answer.plugin, "columns"):
                return _arrivals(event_id, of_event)
    return None


def _arrivals(event_id: str, of_event: Callable[[str], Mapping[str, Any]]) -> Mapping[str, Any]:
    return unless_changed(("arrivals", event_id), lambda: of_event(event_id), kinds="")


# ------------------------------------------------------------------------------------------------------ searching


def _searched(event_id: str, wanted: Wanted, page: int | None) -> Found:
    is_by_python = _is_by_python(wanted)
    hits = _hits(event_id, wanted, None if page is None or is_by_python else LIMIT)
    if hits.is_cut and wanted.sort:
        hits = _hits(event_id, wanted, None)
    ids: Iterable[str] = hits.ids
    if wanted.sort in ("number", "name", "organisation"):
        ids = _sorted(event_id, wanted, hits.ids)
    found = _paged(_by_python(event_id, wanted, ids) if is_by_python else list(ids), page)
    return Found(ids=found.ids, total=found.total, sounds_like=hits.sounds_like, is_cut=hits.is_cut)


def _sorted(event_id: str, wanted: Wanted, hits: Sequence[str]) -> list[str]:
    if len(hits) > LIMIT:
        among = set(hits)
        return [id for id in _ids(event_id, wanted) if id in among]
    return _ids(event_id, wanted, among=hits)


def _hits(event_id: str, wanted: Wanted, limit: int | None) -> Hits:
    """What a search finds; a ticket that a USB scanner typed into the field is one, too."""
    search = wanted.search
    if len(search) >= ticket_rules.TICKET_LENGTH and ticket_rules.read(search).tickets:
        registration = tickets.read_ticket(search.strip(), event_id).registration
        return Hits((registration,) if registration else ())
    return find_guests(event_id, search, _condition(wanted), limit)


def _paged(ids: Sequence[str], page: int | None) -> Found:
    some = ids if page is None else ids[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    return Found(ids=some, total=len(ids))


# ------------------------------------------------------------------------------------------------------ the database

_HOLDER = 'coalesce((SELECT m."kept" FROM "merged" m WHERE m."row" = r."person"), r."person")'
_INVITED = 'EXISTS (SELECT 1 FROM "invitation" i WHERE i."registration" = r."id")'


def _condition(wanted: Wanted) -> Condition:
    """What the database can say of a registration ``r`` and its holder ``p``."""
    parts: list[tuple[str, Sequence[Any]]] = []
    if wanted.status:
        parts.append((f'r."status" IN ({", ".join("?" * len(wanted.status))})', wanted.status))
    if wanted.kind:
        parts.append(('r."kind" = ?', [wanted.kind]))
    if wanted.sex:
        parts.append(('p."sex" IS NULL', []) if wanted.sex == "none" else ('p."sex" = ?', [wanted.sex]))
    if wanted.organisation:
        of_it = 'SELECT "person" FROM "name_token" WHERE "kind" = \'g\' AND "token" = ?'
        parts.append((f'p."id" IN ({of_it})', [fold(wanted.organisation)]))
    if wanted.invited is not None:
        parts.append((_INVITED if wanted.invited else f"NOT {_INVITED}", []))
    return " AND ".join(sql for sql, _values in parts), [value for _sql, values in parts for value in values]


def _from(event_id: str, wanted: Wanted) -> Condition:
    """The rows that hold, as the FROM and WHERE of a query."""
    condition, values = _condition(wanted)
    holder = _HOLDER if is_anybody_merged() else 'r."person"'
    sql = f'FROM "registration" r JOIN "person" p ON p."id" = {holder}' if _needs_person(wanted) else (
        'FROM "registration" r'
    )  # fmt: skip
    if wanted.sort in ("name", "organisation"):
        sql += (
            f' LEFT JOIN "name_token" n ON n."person" = {holder} AND n."kind" = '
            f"'{'n' if wanted.sort == 'name' else 'g'}'"
        )
    sql += ' WHERE r."event" = ? AND NOT r."deleted"'
    if is_anybody_merged():
        sql += ' AND r."id" NOT IN (SELECT "row" FROM "merged")'
    return sql + (f" AND {condition}" if condition else ""), [event_id, *values]


def _needs_person(wanted: Wanted) -> bool:
    return bool(wanted.sex or wanted.organisation)


def _ids(
    event_id: str, wanted: Wanted, page: int | None = None, among: Sequence[str] | None = None
) -> list[str]:  # fmt: skip
    sql, values = _from(event_id, wanted)
    if among is not None:
        sql, values = f'{sql} AND r."id" IN ({", ".join("?" * len(among))})', [*values, *among]
    down = " DESC" if wanted.descending else ""
    order = f'r."number"{down}, r."id"'
    if wanted.sort in ("name", "organisation"):  # whoever has none comes last, in either direction
        order = f'n."token" IS NULL, n."token"{down}, r."number", r."id"'
    cut = ""
    if page is not None:  # as values: a page beyond what SQLite can count is then the asker's mistake
        cut, values = " LIMIT ? OFFSET ?", [*values, PAGE_ROWS, (page - 1) * PAGE_ROWS]
    return [row[0] for row in _execute(f'SELECT r."id" {sql} ORDER BY {order}{cut}', values)]


def _count(event_id: str, wanted: Wanted) -> int:
    def count() -> int:
        sql, values = _from(event_id, wanted)
        return int(_execute(f"SELECT count(*) {sql}", values)[0][0])

    return unless_changed(("count", event_id, wanted), count)


def _execute(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    return list(Registration._meta.database.execute_sql(sql, values).fetchall())


# ------------------------------------------------------------------------------------------------------ by Python


def _is_by_python(wanted: Wanted) -> bool:
    return wanted.arrived is not None or wanted.missing or wanted.sort == "arrived"


def _by_python(event_id: str, wanted: Wanted, ids: Iterable[str]) -> list[str]:
    kept = list(ids)
    came = arrivals(event_id) or {}
    if wanted.arrived is not None:
        kept = [id for id in kept if (id in came) == wanted.arrived]
    if wanted.missing:
        without = _without_answers(event_id)
        kept = [id for id in kept if id in without]
    if wanted.sort == "arrived":
        first = sorted((id for id in kept if id in came), key=lambda id: came[id], reverse=wanted.descending)
        kept = [*first, *(id for id in kept if id not in came)]
    return kept


def _without_answers(event_id: str) -> set[str]:
    """The registrations that have not answered what has to be answered."""
    questions = event_questions(event_id)
    if not any(question.required for question in questions):
        return set()
    sql = 'SELECT "id", "answers" FROM "registration" WHERE "event" = ? AND NOT "deleted"'
    return {
        id
        for id, answers in _execute(sql, [event_id])
        if judge_answers(questions, json.loads(answers) if answers else {}).missing
    }
