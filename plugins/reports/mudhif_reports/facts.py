"""What a finished report says of its event, in the contract's shape; what it does not say is null."""

from __future__ import annotations

from typing import Any

from .checks.identity import own_ordinals
from .claims.ordinals import ordinal_in
from .claims.times import clock
from .hookspecs import Claim, Claims


def facts_of(claims: Claims) -> dict[str, Any]:
    """Title, ordinal, date, hours, venue and participants.

    Where the text contradicts itself the labelled value stands, then the title's, then the first of the prose.
    """
    titles = claims.of("event-title")
    title = _best(titles)
    hours = _best(claims.of("event-time"))
    day = _best([claim for claim in claims.of("date") if claim.more.get("about") == "event" and claim.value])
    venue = _best(claims.of("venue"))
    return {
        "title": title.value if title else None,
        "ordinal": _ordinal(claims, titles),
        "date": day.value[0] if day else None,
        "start": clock(hours.value[0]) if hours else None,
        "end": clock(hours.value[1]) if hours else None,
        "venue": venue.value if venue else None,
        "participants": {name: _people(claims, name) for name in ("total", "male", "female")},
    }


def _rank(claim: Claim) -> int:
    if claim.recorded:
        return 0
    return 1 if claim.labelled else 2 if claim.more.get("in_title") else 3


def _best(found: list[Claim]) -> Claim | None:
    return min(found, key=_rank, default=None)


def _ordinal(claims: Claims, titles: list[Claim]) -> int | None:
    best = _best(own_ordinals(claims))
    if best is not None:
        return int(best.value)
    return next((number for title in titles if (number := ordinal_in(str(title.value))) is not None), None)


def _people(claims: Claims, name: str) -> int | None:
    found = [
        claim
        for claim in claims.of("people")
        if claim.more["who"] == name
        and claim.value[0] == claim.value[1]
        and (claim.labelled or (claim.more["attended"] and not claim.more["part"] and not claim.more["each"]))
    ]
    best = _best(found)
    return int(best.value[0]) if best else None
