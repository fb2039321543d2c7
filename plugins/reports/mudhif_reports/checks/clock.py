"""Do the agenda's rows fit into each other and into the event's hours?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from mudhif.plugin_api import gettext as _

from ..claims.times import clock
from ..hookspecs import Check, Claim, Claims, Finding, Place, Severity
from .saying import distinct, places, readings, where

_AFTER_CLOSE = re.compile(r"\bafter the (?:close|end|event|session)\b|\boptional\b|بعد (?:انتهاء|ختام)", re.IGNORECASE)
_ARRIVAL = re.compile(
    r"\b(?:registration|arrival|reception|welcome coffee|setting up|preparation)\b|تسجيل|استقبال|وصول", re.I
)
_GAP_MINUTES = 15


def _hours(claims: Claims) -> Claim | None:
    """The event's hours: what is recorded, else the labelled ones, else those of the prose."""
    hours = claims.of("event-time")
    return (
        next((h for h in hours if h.recorded), None)
        or next((h for h in hours if h.labelled), None)
        or next(iter(hours), None)
    )


def _range(start: int | None, end: int | None) -> str:
    return f"{clock(start) or '?'}–{clock(end) or '?'}"


def second_time_range(claims: Claims) -> list[Finding]:
    """A row that holds two ranges of times."""
    found = []
    for row in claims.of("agenda-row"):
        if not row.more.get("second"):
            continue
        ranges = [_range(*row.value), *(_range(*second) for second in row.more["second"])]
        found.append(
            Finding(
                rule="second-time-range",
                severity="error",
                where=(row.place,),
                values=tuple(ranges),
                message=_(
                    "%(where)s has two times, %(first)s and %(second)s. Keep the right one, or make two items of it.",
                    where=_capital(where([row.place])),
                    first=ranges[0],
                    second=", ".join(ranges[1:]),
                ),
            )
        )
    return found


def past_event_end(claims: Claims) -> list[Finding]:
    """One finding for all rows that end after the event does."""
    hours = _hours(claims)
    if hours is None or hours.value[1] is None or _lasts_days(claims):
        return []
    end, late = hours.value[1], []
    for row in claims.of("agenda-row"):
        ends = [row.value[1], *(second[1] for second in row.more.get("second", ()))]
        last = max((value for value in ends if value is not None), default=None)
        if last is not None and last > end and not _AFTER_CLOSE.search(row.more["title"]):
            late.append((row, last))
    if not late:
        return []
    last = max(value for _row, value in late)
    return [
        Finding(
            rule="past-event-end",
            severity="error",
            where=places([*(row for row, _value in late), hours]),
            values=(clock(last), clock(end)),
            message=_(
                "The agenda goes on until %(last)s (%(where)s), but the event ends at %(end)s (%(there)s). "
                "Correct the end, or say that this part follows after the close.",
                last=clock(last),
                where=where(row.place for row, _value in late),
                end=clock(end),
                there=where([hours.place]),
            ),
        )
    ]


def before_event_start(claims: Claims) -> list[Finding]:
    """Rows before the event begins, other than arrival and registration."""
    hours = _hours(claims)
    if hours is None or _lasts_days(claims):
        return []
    early = [
        row
        for row in claims.of("agenda-row")
        if row.value[0] < hours.value[0] and not _ARRIVAL.search(row.more["title"])
    ]
    if not early:
        return []
    return [
        Finding(
            rule="before-event-start",
            severity="warning",
            where=places([*early, hours]),
            values=(clock(min(row.value[0] for row in early)), clock(hours.value[0])),
            message=_(
                "The agenda begins at %(first)s (%(where)s), but the event at %(start)s (%(there)s). "
                "Correct one of them.",
                first=clock(min(row.value[0] for row in early)),
                where=where(row.place for row in early),
                start=clock(hours.value[0]),
                there=where([hours.place]),
            ),
        )
    ]


def time_differs(claims: Claims) -> list[Finding]:
    """The event's hours are the same wherever they are said."""
    hours = claims.of("event-time")
    if len({claim.value for claim in hours}) < 2:
        return []
    said = [_range(*claim.value) for claim in hours]
    return [
        Finding(
            rule="time-differs",
            severity="error",
            where=places(hours),
            values=distinct(said),
            message=_(
                "The event's hours are given in more than one way: %(said)s. Keep the right ones.",
                said=readings(hours, said),
            ),
        )
    ]


def overlap(claims: Claims) -> list[Finding]:
    """Two rows that follow each other share time; rows of the same range run in parallel and may."""
    return [
        _pair(
            "overlap",
            "warning",
            one,
            other,
            _(
                "%(there)s begins at %(start)s, before %(here)s ends at %(end)s. Correct one of them.",
                there=_capital(where([other.place])),
                start=clock(other.value[0]),
                here=where([one.place]),
                end=clock(one.value[1]),
            ),
        )
        for one, other in _neighbours(claims)
        if one.value[1] is not None
        and other.value[0] < one.value[1]
        and one.value != other.value
        and other.value[0] >= one.value[0]
    ]


def gap(claims: Claims) -> list[Finding]:
    """A quarter of an hour or more between two rows that nothing fills."""
    return [
        _pair(
            "gap",
            "note",
            one,
            other,
            _(
                "Between %(end)s and %(start)s nothing is planned (%(where)s).",
                end=clock(one.value[1]),
                start=clock(other.value[0]),
                where=where([one.place, other.place]),
            ),
        )
        for one, other in _neighbours(claims)
        if one.value[1] is not None and other.value[0] - one.value[1] >= _GAP_MINUTES
    ]


def end_before_start(claims: Claims) -> list[Finding]:
    """A row that ends before it begins."""
    return [
        _row(
            "end-before-start",
            "error",
            row,
            _("%(where)s ends (%(end)s) before it begins (%(start)s). Correct one of the two."),
        )
        for row in claims.of("agenda-row")
        if row.value[1] is not None and row.value[1] < row.value[0]
    ]


def zero_length(claims: Claims) -> list[Finding]:
    """A row that ends when it begins."""
    return [
        _row("zero-length", "warning", row, _("%(where)s begins and ends at %(start)s. Correct one of the two."))
        for row in claims.of("agenda-row")
        if row.value[1] is not None and row.value[1] == row.value[0]
    ]


def item_untitled(claims: Claims) -> list[Finding]:
    """A range of times that no title belongs to."""
    found = []
    for row in claims.of("agenda-row"):
        second = row.more.get("second", ())
        if row.more["title"] and not (second and row.value[1] is not None and second[0][0] >= row.value[1]):
            continue
        place = Place(
            text=row.more.get("words") or row.place.text,
            line=row.place.line,
            field=row.place.field,
            item=row.place.item,
        )
        if row.more["title"]:
            message = _(
                "If “%(title)s” is at %(second)s, nothing is said for %(range)s (%(where)s).",
                title=row.more["title"],
                second=_range(*second[0]),
                range=_range(*row.value),
                where=where([row.place]),
            )
        else:
            message = _(
                "Nothing is said for %(range)s (%(where)s).", range=_range(*row.value), where=where([row.place])
            )
        found.append(
            Finding(
                rule="item-untitled", severity="note", where=(place,), values=(_range(*row.value),), message=message
            )
        )
    return found


def _neighbours(claims: Claims) -> Iterator[tuple[Claim, Claim]]:
    rows = claims.of("agenda-row")
    # A row that ends before it begins is a finding of its own; what it leaves open beside it is the same cause.
    whole = [row for row in rows if row.value[1] is None or row.value[1] > row.value[0]]
    for one, other in pairwise(rows):
        if one not in whole or other not in whole:
            continue
        if one.more["day"] == other.more["day"] and one.recorded == other.recorded:
            yield one, other


def _pair(rule: str, severity: Severity, one: Claim, other: Claim, message: str) -> Finding:
    values = (_range(*one.value), _range(*other.value))
    return Finding(rule=rule, severity=severity, where=places([one, other]), values=values, message=message)


def _row(rule: str, severity: Severity, row: Claim, message: str) -> Finding:
    said = message % {"where": _capital(where([row.place])), "start": clock(row.value[0]), "end": clock(row.value[1])}
    return Finding(rule=rule, severity=severity, where=(row.place,), values=(_range(*row.value),), message=said)


def _lasts_days(claims: Claims) -> bool:
    """Over several days the hours are those of each day, and a row's day is not always known."""
    dates = [claim.value for claim in claims.of("date") if claim.more.get("about") == "event" and claim.value]
    return any(first != last for first, last in dates)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_DETAILS = "Activity Details\nTime: 09:00 AM to 01:00 PM\n\nAgenda\n"

CHECKS = (
    Check(
        id="second-time-range",
        severity="error",
        reads=("agenda-row",),
        explains=("A row of the agenda has one range of times."),
        example="Agenda\n• 12:45 PM – 01:00 PM Lunch 01:00 PM – 02:00 PM",
        quiet=(
            "Agenda\n• 12:45 PM – 01:00 PM Questions on the 2024–2025 plan\n• 01:00 PM – 02:00 PM Lunch (tea "
            "from 01:45 PM to 02:00 PM)"
        ),
        run=second_time_range,
    ),
    Check(
        id="past-event-end",
        severity="error",
        reads=("agenda-row", "event-time", "date"),
        explains=("No row of the agenda ends after the event does."),
        example=_DETAILS + "• 09:00 AM – 01:00 PM Talks\n• 01:00 PM – 02:00 PM Lunch",
        quiet=_DETAILS + "• 09:00 AM – 01:00 PM Talks\n• 01:00 PM – 02:00 PM Lunch after the close",
        run=past_event_end,
    ),
    Check(
        id="before-event-start",
        severity="warning",
        reads=("agenda-row", "event-time", "date"),
        explains=("No row of the agenda begins before the event does, arrival and registration aside."),
        example=_DETAILS + "• 08:00 AM – 01:00 PM Talks",
        quiet=_DETAILS + "• 08:30 AM – 09:00 AM Registration\n• 09:00 AM – 01:00 PM Talks",
        run=before_event_start,
    ),
    Check(
        id="time-differs",
        severity="error",
        reads=("event-time",),
        explains=("The event's hours are the same wherever they are given."),
        example=(
            "Introduction: The workshop was held from 10:00 AM to 01:00 PM in Basra.\n\n"
            "Activity Details\nTime: 09:00 AM to 01:00 PM"
        ),
        quiet=_DETAILS + "• 08:30 AM – 09:00 AM Registration\n• 09:00 AM – 01:00 PM Talks",
        run=time_differs,
    ),
    Check(
        id="overlap",
        severity="warning",
        reads=("agenda-row",),
        explains=("Rows of the agenda that follow each other do not share time."),
        example="Agenda\n• 09:00 – 10:00 Opening\n• 09:45 – 11:00 Talks",
        quiet="Agenda\n• 09:00 – 10:00 Track A\n• 09:00 – 10:00 Track B\n• 10:00 – 11:00 Talks",
        run=overlap,
    ),
    Check(
        id="gap",
        severity="note",
        reads=("agenda-row",),
        explains=("No quarter of an hour of the agenda is left empty."),
        example="Agenda\n• 09:00 – 10:00 Opening\n• 10:30 – 11:00 Talks",
        quiet="Agenda\n• 09:00 – 10:00 Opening\n• 10:05 – 11:00 Talks",
        run=gap,
    ),
    Check(
        id="end-before-start",
        severity="error",
        reads=("agenda-row",),
        explains=("A row ends after it begins."),
        example="Agenda\n• 10:00 AM – 09:15 AM Opening",
        quiet="Agenda\n• 11:30 – 01:00 Talks",
        run=end_before_start,
    ),
    Check(
        id="zero-length",
        severity="warning",
        reads=("agenda-row",),
        explains=("A row takes some time."),
        example="Agenda\n• 10:00 AM – 10:00 AM Opening",
        quiet="Agenda\n• 10:00 AM – 10:05 AM Opening",
        run=zero_length,
    ),
    Check(
        id="item-untitled",
        severity="note",
        reads=("agenda-row",),
        explains=("Every range of times in the agenda has a title."),
        example="Agenda\n• 12:45 PM – 01:00 PM\n• 01:00 PM – 02:00 PM Lunch",
        quiet="Agenda\n• 12:45 PM – 01:00 PM Closing\n• 01:00 PM – 02:00 PM Lunch",
        run=item_untitled,
    ),
)
