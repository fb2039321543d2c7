"""The day as a vertical strip to scale: a block an item, overlaps and gaps seen at a glance; numbers for an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .findings import Finding
from .parser import clock_text

HEIGHT = 560.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An item on the strip."""

    y: float
    height: float
    title: str
    kind: str
    clock: str
    overlaps: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One day."""

    day: int
    blocks: tuple[Block, ...]
    gaps: tuple[tuple[float, float], ...]
    hours: tuple[tuple[float, str], ...]
    height: float = HEIGHT


def day_strips(items: Sequence[Any], findings: Sequence[Finding]) -> list[Strip]:
    """A strip for each day that has timed items."""
    overlapping = {place.row for finding in findings if finding.rule == "overlap" for place in finding.where}
    days = sorted({item.day for item in items})
    strips = []
    for day in days:
        timed = [
            i for i in items if i.day == day and i.start_minute is not None and (i.end_minute or 0) > i.start_minute
        ]
        if timed:
            strips.append(_strip(day, timed, overlapping))
    return strips


def _strip(day: int, items: Sequence[Any], overlapping: set[str | None]) -> Strip:
    first, last = min(i.start_minute for i in items), max(i.end_minute for i in items)
    scale = HEIGHT / (last - first)

    def y(minute: int) -> float:
        return float(round((minute - first) * scale, 1))

    blocks = tuple(
        Block(
            y=y(i.start_minute), height=max(round(y(i.end_minute) - y(i.start_minute) - 2, 1), 1.0), title=i.title,
            kind=i.kind, clock=clock_text(i.start_minute) or "", overlaps=i.id in overlapping,
        )
        for i in items
    )  # fmt: skip
    gaps = []
    reached = first
    for item in sorted(items, key=lambda i: i.start_minute):
        if item.start_minute > reached:
            gaps.append((y(reached), y(item.start_minute)))
        reached = max(reached, item.end_minute)
    hours = tuple((y(m), clock_text(m) or "") for m in range(-(-first // 60) * 60, last + 1, 60))
    return Strip(day=day, blocks=blocks, gaps=tuple(gaps), hours=hours)
