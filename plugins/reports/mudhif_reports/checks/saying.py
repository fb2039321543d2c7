"""How findings speak: what differs, where it stands, in a calm sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mudhif.plugin_api import gettext as _
from mudhif.plugin_api import ngettext

from ..hookspecs import Claim, Place
from ..roles import role_title


def where(places: Iterable[Place]) -> str:
    """``line 5``, ``lines 14, 49``, ``line 2 of Introduction``, ``as recorded``."""
    places = list(places)
    lines = list(dict.fromkeys(place.line for place in places if place.line is not None and place.field is None))
    said = []
    if lines:
        numbers = ", ".join(map(str, lines))
        said.append(ngettext("line %(numbers)s", "lines %(numbers)s", len(lines), numbers=numbers))
    for place in places:
        if place.line is not None and place.field is not None:
            said.append(_("line %(number)s of “%(section)s”", number=place.line, section=role_title(place.field)))
        elif place.line is None:
            said.append(_("as recorded"))
    return ", ".join(dict.fromkeys(said))


def readings(claims: Sequence[Claim], values: Sequence[Any] | None = None) -> str:
    """Each different value with all its places: ``4 (line 1), 3 (lines 14, 49)``."""
    shown = [str(claim.value) for claim in claims] if values is None else [str(value) for value in values]
    by_value: dict[str, list[Place]] = {}
    for value, claim in zip(shown, claims, strict=True):
        by_value.setdefault(value, []).append(claim.place)
    return ", ".join(f"{value} ({where(places)})" for value, places in by_value.items())


def places(claims: Iterable[Claim]) -> tuple[Place, ...]:
    """The places of claims, in order, each once."""
    return tuple(dict.fromkeys(claim.place for claim in claims))


def distinct(values: Iterable[Any]) -> tuple[Any, ...]:
    """Values in order, each once."""
    return tuple(dict.fromkeys(values))
