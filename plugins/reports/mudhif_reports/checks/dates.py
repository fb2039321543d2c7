"""Do the dates of the event agree with each other, with their weekdays and with its length?"""

from __future__ import annotations

from datetime import date

from mudhif.plugin_api import N_
from mudhif.plugin_api import gettext as _

from ..hookspecs import Check, Claim, Claims, Finding
from .saying import distinct, places, readings, where

_WEEKDAYS = (
    *(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday")),
    *(N_("Friday"), N_("Saturday"), N_("Sunday")),
)


def _of_event(claims: Claims) -> list[Claim]:
    return [claim for claim in claims.of("date") if claim.more.get("about") == "event"]


def _shown(claim: Claim) -> str:
    if claim.value is None:
        return claim.place.text
    first, last = claim.value
    return str(first) if first == last else f"{first}/{last}"


def date_differs(claims: Claims) -> list[Finding]:
    """All dates bound to the event are one date, or days of one range."""
    dates = _of_event(claims)
    if not dates or all(_agree(one, other) for one in dates for other in dates):
        return []
    said = [_shown(claim) for claim in dates]
    return [
        Finding(
            rule="date-differs",
            severity="error",
            where=places(dates),
            values=distinct(said),
            message=_("The event has more than one date: %(said)s. Keep the right one.", said=readings(dates, said)),
        )
    ]


def _agree(one: Claim, other: Claim) -> bool:
    if one.value and other.value:
        (a, b), (c, d) = one.value, other.value
        return bool((a <= c and d <= b) or (c <= a and b <= d))
    month, first, last = one.more["month_day"]
    month_, first_, last_ = other.more["month_day"]
    return bool(month == month_ and ((first <= first_ and last_ <= last) or (first_ <= first and last <= last_)))


def weekday_differs(claims: Claims) -> list[Finding]:
    """A weekday beside a date is the weekday of that date."""
    found = []
    for claim in claims.of("date"):
        said = claim.more.get("weekday")
        if said is None or not claim.value:
            continue
        first, last = (date.fromisoformat(value) for value in claim.value)
        if said in (first.weekday(), last.weekday()):
            continue
        found.append(
            Finding(
                rule="weekday-differs",
                severity="error",
                where=(claim.place,),
                values=(_(_WEEKDAYS[said]), _(_WEEKDAYS[first.weekday()])),
                message=_(
                    "%(date)s is a %(is)s and not a %(said)s (%(where)s). Correct the day or the date.",
                    **{
                        "date": claim.place.text,
                        "is": _(_WEEKDAYS[first.weekday()]),
                        "said": _(_WEEKDAYS[said]),
                        "where": where([claim.place]),
                    },
                ),
            )
        )
    return found


def duration_days_differ(claims: Claims) -> list[Finding]:
    """A length in days is the number of days of the range."""
    ranges = [claim.value for claim in _of_event(claims) if claim.value and claim.value[0] != claim.value[1]]
    found = []
    for claim in claims.of("length-in-days"):
        value = claim.more["range"] or (ranges[0] if len(set(ranges)) == 1 else None)
        if value is None or value[0] == value[1]:
            continue
        days = (date.fromisoformat(value[1]) - date.fromisoformat(value[0])).days + 1
        if days != claim.value:
            found.append(
                Finding(
                    rule="duration-days-differ",
                    severity="error",
                    where=(claim.place,),
                    values=(claim.value, days),
                    message=_(
                        "“%(said)s” (%(where)s), but from %(first)s to %(last)s there are %(days)s days. "
                        "Correct one of them.",
                        said=claim.place.text,
                        where=where([claim.place]),
                        first=value[0],
                        last=value[1],
                        days=days,
                    ),
                )
            )
    return found


def date_in_future(claims: Claims) -> list[Finding]:
    """A report is not dated before its event."""
    events = [claim for claim in _of_event(claims) if claim.value]
    reports = [claim for claim in claims.of("date") if claim.more.get("about") == "report" and claim.value]
    if not events or not reports or reports[0].value[0] >= events[0].value[0]:
        return []
    return [
        Finding(
            rule="date-in-future",
            severity="error",
            where=places([reports[0], events[0]]),
            values=(reports[0].value[0], events[0].value[0]),
            message=_(
                "The report is dated %(report)s, before the event on %(event)s. Correct one of them.",
                report=reports[0].value[0],
                event=events[0].value[0],
            ),
        )
    ]


def date_ambiguous(claims: Claims) -> list[Finding]:
    """The event's date in figures could be read with day and month exchanged, and nothing else says which."""
    dates = _of_event(claims)
    clear = {claim.value for claim in dates if not claim.more["ambiguous"]}
    doubtful = [claim for claim in dates if claim.more["ambiguous"] and claim.value not in clear and not claim.recorded]
    return [
        Finding(
            rule="date-ambiguous",
            severity="note",
            where=(claim.place,),
            values=(claim.value[0],),
            message=_(
                "“%(date)s” (%(where)s) was read as %(read)s. Write the month as a word, so that nobody "
                "reads it otherwise.",
                date=claim.place.text,
                where=where([claim.place]),
                read=claim.value[0],
            ),
        )
        for claim in doubtful[:1]
    ]


def year_missing(claims: Claims) -> list[Finding]:
    """The event's date has a year somewhere."""
    dates = _of_event(claims)
    if not dates or any(claim.value for claim in dates):
        return []
    return [
        Finding(
            rule="year-missing",
            severity="note",
            where=places(dates),
            values=tuple(claim.place.text for claim in dates),
            message=_("The event's date has no year (%(where)s).", where=where(claim.place for claim in dates)),
        )
    ]


_DATE = "Activity Details\nDate of Activity: 07 March 2024\n\n"

CHECKS = (
    Check(
        id="date-differs",
        severity="error",
        reads=("date",),
        explains=("Every date that is said to be the event's is the same, or a day of one range."),
        example=_DATE + "Conclusion\n\nThe workshop was held on 14 March 2024 in good order.",
        quiet=_DATE + "Conclusion\n\nThe workshop was held on 7 March. The next workshop will be held on 9 May 2024.",
        run=date_differs,
    ),
    Check(
        id="weekday-differs",
        severity="error",
        reads=("date",),
        explains=("A weekday beside a date is the weekday of that date."),
        example="Activity Details\nDate: Monday, 7 March 2024",
        quiet="Activity Details\nDate: Thursday, 7 March 2024",
        run=weekday_differs,
    ),
    Check(
        id="duration-days-differ",
        severity="error",
        reads=("length-in-days", "date"),
        explains=("A length in days is the number of days of the range."),
        example="Introduction: The four-day training course was held from 12 to 14 May 2021.",
        quiet="Introduction: The three-day training course was held from 12th to 14th May 2021.",
        run=duration_days_differ,
    ),
    Check(
        id="date-in-future",
        severity="error",
        reads=("date",),
        explains=("A report is not dated before its event."),
        example=_DATE + "Report date: 1 March 2024",
        quiet=_DATE + "Report date: 10 March 2024\n\nNext Steps\n\nA meeting on 1 May 2024.",
        run=date_in_future,
    ),
    Check(
        id="date-ambiguous",
        severity="note",
        reads=("date",),
        explains=("The event's date cannot be read with day and month exchanged."),
        example="Activity Details\nDate: 03/07/2024",
        quiet="Activity Details\nDate: 25/04/2024",
        run=date_ambiguous,
    ),
    Check(
        id="year-missing",
        severity="note",
        reads=("date",),
        explains=("The event's date has a year somewhere."),
        example="Activity Details\nDate: 5–6 May",
        quiet="Activity Report: Workshop of 5–6 May 2021\n\nActivity Details\nDate: 5–6 May",
        run=year_missing,
    ),
)
