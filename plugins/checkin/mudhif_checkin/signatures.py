"""Signatures of guests: drawn with a finger, a pen or a mouse, kept as a vector with time and device.

A drawing is JSON text: a list of strokes, each ``[x, y, dx, dy, dx, dy, …]`` in whole units of a box of 1000 × 400.
"""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from mudhif.plugin_api import (
    BadInput,
    Event,
    Fact,
    Moment,
    NotFound,
    Person,
    Ref,
    Registration,
    Text,
    Tx,
    Who,
    is_one_of,
    standing_for,
    write,
)
from mudhif.plugin_api import gettext as _

from .queries import rows_of

WIDTH, HEIGHT = 1000, 400
MOST_LETTERS = 24_000
MOST_STROKES = 80
MOST_POINTS = 4000
SHORTEST = 40  # units of pen on paper: a touch by mistake is no signature
PEN = 7
MARGIN = 12

Points = list[tuple[int, int]]


class Signature(Fact):
    """One guest signed once; who signs again adds another, and the latest is shown."""

    registration = Ref("registration")
    strokes = Text(null=True)  # null once the guest is erased
    at = Moment()
    device = Text(null=True)
    by = Text(null=True)

    class Meta:
        table_name = "checkin_signature"
        version = 1
        subject = "registration.person"
        personal = ("strokes",)


class Signed(NamedTuple):
    """A signature as it is shown."""

    strokes: str
    at: datetime
    device: str | None


def read_drawing(text: str) -> list[Points]:
    """The strokes of a drawing, as points.

    >>> read_drawing("[[10, 20, 30, 0, 0, 40]]")
    [[(10, 20), (40, 20), (40, 60)]]

    Raises:
        BadInput: not a drawing, too large, outside of its box, or hardly a line.
    """
    strokes = _strokes(text)
    drawn = [_points(stroke) for stroke in strokes]
    if sum(map(len, drawn)) > MOST_POINTS:
        raise _wrong(_("This drawing is too large. Clear it and sign once more."))
    if any(not (0 <= x <= WIDTH and 0 <= y <= HEIGHT) for points in drawn for x, y in points):
        raise _wrong(_("This is not a drawing that the page made."))
    if sum(map(_length, drawn)) < SHORTEST:
        raise _wrong(_("Nothing is drawn yet. Sign in the field, then save."))
    return drawn


def _wrong(sentence: str) -> BadInput:
    return BadInput(fields={"strokes": [sentence]})


def _strokes(text: str) -> list[list[int]]:
    if len(text) > MOST_LETTERS:
        raise _wrong(_("This drawing is too large. Clear it and sign once more."))
    try:
        strokes = json.loads(text or "[]")
    except (ValueError, RecursionError):
        strokes = None
    if not isinstance(strokes, list) or len(strokes) > MOST_STROKES or not all(map(_is_stroke, strokes)):
        raise _wrong(_("This is not a drawing that the page made."))
    return strokes


def _is_stroke(stroke: Any) -> bool:
    return (
        isinstance(stroke, list) and len(stroke) >= 2 and len(stroke) % 2 == 0 and all(type(n) is int for n in stroke)
    )


def _points(stroke: list[int]) -> Points:
    x, y = stroke[:2]
    points = [(x, y)]
    for dx, dy in zip(stroke[2::2], stroke[3::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def _length(points: Points) -> int:
    return sum(abs(x2 - x1) + abs(y2 - y1) for (x1, y1), (x2, y2) in itertools.pairwise(points))


def as_text(drawn: list[Points]) -> str:
    """The drawing in its one spelling."""
    strokes = []
    for points in drawn:
        stroke = list(points[0])
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            stroke += [x2 - x1, y2 - y1]
        strokes.append(stroke)
    return json.dumps(strokes, separators=(",", ":"))


def signature_path(drawn: list[Points]) -> str:
    """The drawing as the ``d`` of an SVG path: curves through the middles, so that few points look round."""
    parts = []
    for points in drawn:
        (x, y), rest = points[0], points[1:]
        parts.append(f"M{x} {y}")
        if not rest:
            parts.append("h1")
        for (x1, y1), (x2, y2) in itertools.pairwise(rest):
            parts.append(f"Q{x1} {y1} {(x1 + x2) / 2:g} {(y1 + y2) / 2:g}")
        if rest:
            parts.append(f"L{rest[-1][0]} {rest[-1][1]}")
    return "".join(parts)


def signature_svg(strokes: str, label: str = "") -> str:
    """A signature as an SVG picture of its own, cut to what is drawn.

    Args:
        label: what a screen reader says; nothing where words stand beside the picture.
    """
    from markupsafe import escape

    drawn = read_drawing(strokes)
    xs = [x for points in drawn for x, _y in points]
    ys = [y for points in drawn for _x, y in points]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    box = f"{left} {top} {max(xs) + MARGIN - left} {max(ys) + MARGIN - top}"
    said = f' role="img" aria-label="{escape(label)}"' if label else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"{said}><path d="{signature_path(drawn)}" fill="none" '
        f'stroke="#13211f" stroke-width="{PEN}" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def guest_of(event: Event, registration: str) -> Person:
    """The guest of an event who is to sign.

    Raises:
        NotFound: no such guest at this event.
    """
    found: Person | None = (
        Person.select()
        .join(Registration, on=(Registration.person == Person.id))
        .where(Registration.id == registration, Registration.event == event.id, ~Registration.deleted)
        .first()
    )
    if found is None:
        raise NotFound(name=registration)
    return found


def keep_signature(event: Event, registration: str, strokes: str, who: Who, now: datetime | None = None) -> Signature:
    """Keep a guest's signature.

    Raises:
        NotFound: no such guest at this event.
        BadInput: what was drawn cannot be kept.
    """
    guest_of(event, registration)
    text = as_text(read_drawing(strokes))

    def unit(tx: Tx) -> Signature:
        at = now or datetime.now(UTC)
        kept: Signature = tx.fact(Signature, registration=registration, strokes=text, at=at, device=who.name, by=who.id)
        return kept

    return write(unit)


def signatures_of(event: str, registration: str | None = None) -> dict[str, Signed]:
    """The latest signature of each guest of an event who signed, or of one of them."""
    condition = Registration.event == event
    if registration is not None:
        condition &= is_one_of(Registration.id, [registration])
    query = (
        Signature.select(standing_for(Signature.registration), Signature.strokes, Signature.at, Signature.device)
        .join(Registration, on=(Registration.id == Signature.registration))
        .where(condition, Signature.strokes.is_null(False))
        .order_by(Signature.at, Signature.id)
    )
    return {registration: Signed(*rest) for registration, *rest in rows_of(query)}
