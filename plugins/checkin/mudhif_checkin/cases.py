"""What a coordinator must settle of an event's door, each with its ways out; and what was decided already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from flask import has_request_context, url_for
from peewee import JOIN, fn

from mudhif.plugin_api import Case, Choice, Event, NotFound, Tx, Who, local, new_id, ngettext, write
from mudhif.plugin_api import gettext as _

from . import queries
from .apart import Apart, differing
from .attendance import double_entries
from .checkins import check_in, undo
from .counts import Tally, counts_of, tallies
from .judge import Outcome
from .models import Decision, Scan, Undo
from .requests import Request
from .words import cards
from .words import device as device_name

STANDS, LATER, TAKE_BACK, CHECK_IN, MORE_PLACES = "stands", "later", "take-back", "check-in", "more-places"
LATER_IS = timedelta(hours=1)
SETTLED = "settled as a case"
"""The reason that stands with a check-in made or taken back on the page of cases."""


class Open(NamedTuple):
    """A case, how much of it there is, and what each of its ways out does."""

    case: Case
    size: int = 1  # one that was settled is open again where there is more of it
    does: dict[str, Callable[[Who], Any]] = {}  # noqa: RUF012 - never written to


def cases_of(event: Event, now: datetime | None = None) -> list[Case]:
    """The cases of an event that wait for somebody."""
    decided = _decisions(event.id)
    return [one.case for one in _all(event) if not _is_settled(one, decided.get(one.case.id), now or datetime.now(UTC))]


def settle_case(event: Event, case: str, choice: str, who: Who) -> None:
    """Do what a choice says, and remember who decided.

    Raises:
        NotFound: there is no such case any more, or no such choice.
    """
    found = next((one for one in _all(event) if one.case.id == case), None)
    if found is None or (choice not in found.does and choice not in (STANDS, LATER)):
        raise NotFound(name=case)
    if choice in found.does:
        found.does[choice](who)
    write(_remember, event.id, case, choice, found.size, who)


def _remember(tx: Tx, event: str, case: str, choice: str, size: int, who: Who) -> None:
    tx.fact(
        Decision, id=new_id(), event=event, case=case, choice=choice, size=size, at=datetime.now(UTC), by=who.id,
        name=who.name,
    )  # fmt: skip


def _decisions(event: str) -> dict[str, Decision]:
    """The last decision on each case."""
    rows = Decision.select().where(Decision.event == event).order_by(Decision.at, Decision.id)
    return {row.case: row for row in rows}


def _is_settled(one: Open, decision: Decision | None, now: datetime) -> bool:
    """Whether a case waits for nobody. *Later* hides it for an hour."""
    if decision is None or one.size > decision.size:
        return False
    return decision.choice != LATER or bool(now < decision.at + LATER_IS)


def _all(event: Event) -> list[Open]:
    return [*_twice(event), *_over_capacity(event), *_apart(event), *_late(event)]


def _choices(event: Event, case: str, *first: Choice, stands: str) -> list[Choice]:
    """The ways out of a case: its own, to let it stand, and to ask again in an hour."""
    return [*first, _choice(event, case, STANDS, stands), _choice(event, case, LATER, _("Ask again in an hour"))]


def _choice(event: Event, case: str, choice: str, title: str) -> Choice:
    url = f"/e/{event.code}/doors/settle?case={case}&choice={choice}"
    if has_request_context():
        url = url_for("doors.post_settle", code=event.code, case=case, choice=choice)
    return Choice(id=choice, title=title, url=url)


def _take_back(event: Event, checkin: str, title: str) -> Choice:
    path = f"/e/{event.code}/doors/take-back/{checkin}"
    if has_request_context():
        path = url_for("doors.post_take_back", code=event.code, checkin=checkin)
    return Choice(id=f"{TAKE_BACK}.{checkin}", title=title, url=path)


def _where(device: str | None, gate: str | None) -> str:
    return " · ".join(part for part in (device_name(device), gate) if part) or "–"


# --- one ticket at two doors ------------------------------------------------------------------------------------------


def _twice(event: Event) -> Iterator[Open]:
    for registration, scans in double_entries(event.id):
        id, hours = f"checkin.twice.{registration}", _hours(event, [scan[2] for scan in scans])
        backs = [
            _take_back(event, scan[1], _("Take back that of %(time)s", time=hour))
            for scan, hour in zip(scans, hours, strict=True)
        ]
        case = Case(
            id=id,
            sentence=_("%(name)s was let in twice. Counted once.", name=scans[0][7] or _("A guest")),
            values=hours,
            who=[_where(scan[3], scan[4]) for scan in scans],
            effect=_("The report counts one person. A second person may be inside with this ticket."),
            choices=_choices(event, id, *backs, stands=_("It was one person: both stand")),
        )
        yield Open(case, len(scans))


def _hours(event: Event, moments: list[datetime]) -> list[str]:
    """The times of some moments, with seconds where two would read alike."""
    short = [f"{local(event, at):%H:%M}" for at in moments]
    return short if len(set(short)) == len(short) else [f"{local(event, at):%H:%M:%S}" for at in moments]


# --- a hall too full --------------------------------------------------------------------------------------------------


def _over_capacity(event: Event) -> Iterator[Open]:
    inside, id = counts_of(event.id).inside, f"checkin.over-capacity.{event.id}"
    if event.capacity is None or inside <= event.capacity:
        return
    sentence = ngettext(
        "%(num)s guest is inside, and the hall has %(capacity)s places. Nobody is sent out; decide at the door.",
        "%(num)s guests are inside, and the hall has %(capacity)s places. Nobody is sent out; decide at the door.",
        inside,
        capacity=event.capacity,
    )
    more = _choice(event, id, MORE_PLACES, _("The hall holds %(number)s: raise the capacity", number=inside))
    case = Case(
        id=id,
        sentence=sentence,
        values=[str(inside), str(event.capacity)],
        who=[_("Inside"), _("Places")],
        effect=_("Whoever comes now is told that the hall is full."),
        choices=_choices(event, id, more, stands=_("It is settled at the door")),
    )
    yield Open(case, inside, {MORE_PLACES: lambda _who: write(_raise_capacity, event.id, inside)})


def _raise_capacity(tx: Tx, event: str, places: int) -> None:
    tx.update(Event.get_by_id(event), capacity=places)


# --- a phone said one thing, and the laptop says another --------------------------------------------------------------


def _apart(event: Event) -> Iterator[Open]:
    tally = tallies().known(event.id) or Tally(queries.reader(), event.id)
    says = {name: card.say for name, card in cards().items()}
    for scan in differing(event.id, frozenset(tally.arrived)):
        id = f"checkin.apart.{scan.scan}"
        sentence, effect, choices, does = _apart_in_words(event, id, scan)
        case = Case(
            id=id,
            sentence=sentence,
            values=[says.get(scan.shown, scan.shown), says.get(scan.now, scan.now)],
            who=[f"{_where(scan.device, scan.gate)} · {local(event, scan.at):%H:%M}", _("This laptop")],
            effect=effect,
            choices=choices,
        )
        yield Open(case, 1, does)


def _apart_in_words(
    event: Event, id: str, scan: Apart
) -> tuple[str, str, list[Choice], dict[str, Callable[[Who], Any]]]:
    name = scan.name or _("A guest")
    if scan.shown not in (Outcome.WELCOME, Outcome.LEFT):
        sentence = _("%(name)s was sent away by a phone out of reach. The list lets this guest in.", name=name)
        came = _choice(event, id, CHECK_IN, _("The guest is here: check in"))
        choices = _choices(event, id, came, stands=_("The guest went home: leave it"))
        does = {CHECK_IN: lambda who: _check_in(event, scan, who)} if scan.registration else {}
        return sentence, _("The guest counts as not arrived."), choices, does
    if scan.registration is None:
        sentence = _("A phone out of reach let somebody in whose ticket is not on the list.")
        effect = _("Nobody is counted for it. Find the guest by name, or register a walk-in.")
        return sentence, effect, _choices(event, id, stands=_("It was seen to")), {}
    if scan.now == Outcome.NEEDS_ANSWERS:
        sentence = _("%(name)s was let in by a phone out of reach before all questions were answered.", name=name)
        effect = _("The guest is counted as arrived. The answers can be written on the guest's page.")
        return sentence, effect, _choices(event, id, stands=_("It was seen to")), {}
    back = [_take_back(event, scan.scan, _("Take the check-in back"))] if scan.shown == Outcome.WELCOME else []
    sentence = _("%(name)s was let in by a phone out of reach. The list says otherwise.", name=name)
    effect = _("The guest is counted as arrived. Undo the check-in, or correct the registration.")
    return sentence, effect, _choices(event, id, *back, stands=_("The guest was let in: it stands")), {}


def _check_in(event: Event, scan: Apart, who: Who) -> None:
    request = Request(new_id(), registration=scan.registration, force=True, force_reason=SETTLED)
    check_in(event.id, request, who)


# --- handed in after the device was closed ----------------------------------------------------------------------------


def _late(event: Event) -> Iterator[Open]:
    """The scans that a device handed in after it was closed, which it had read before: one case for each device."""
    query = (
        Scan.select(Scan.by, fn.MAX(Scan.device), fn.COUNT(Scan.id), fn.MIN(Scan.at), fn.MAX(Scan.at))
        .join(Undo, JOIN.LEFT_OUTER, on=(Undo.scan == Scan.id))
        .where(Scan.event == event.id, Scan.late, Scan.outcome.in_(["welcome", "left"]), Undo.id.is_null())
        .group_by(Scan.by)
        .order_by(Scan.by)
    )
    for by, device, number, first, last in queries.rows_of(query):
        id, name = f"checkin.late.{by}", device or _("A device")
        hours = [f"{local(event, _moment(at)):%H:%M}" for at in (first, last)]
        sentence = ngettext(
            "%(name)s was closed, and handed in %(num)s check-in afterwards.",
            "%(name)s was closed, and handed in %(num)s check-ins afterwards.",
            number,
            name=name,
        )
        back = _choice(event, id, TAKE_BACK, _("Take them all back"))
        case = Case(
            id=id,
            sentence=sentence,
            values=hours,
            who=[_("The first was read at"), _("The last was read at")],
            effect=_("They count: by its own clock the device read them before it was closed."),
            choices=_choices(event, id, back, stands=_("They stand")),
        )
        yield Open(case, number, {TAKE_BACK: partial(_take_back_late, event.id, by)})


def _take_back_late(event: str, by: str, who: Who) -> None:
    late = Scan.select().where(Scan.event == event, Scan.by == by, Scan.late, Scan.outcome.in_(["welcome", "left"]))
    for scan in list(late):
        undo(event, scan.id, SETTLED, who)


def _moment(at: Any) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)


def late_scans(event: str) -> int:
    """How many scans came from devices that had been closed."""
    return int(Scan.select().where(Scan.event == event, Scan.late).count())
