"""The timer's face: ribs of reed along an arch, each a stroke from the arch outwards; numbers for an SVG."""

from __future__ import annotations

import functools
import itertools
import math

Point = tuple[float, float]
Rib = tuple[float, float, float, float]

#: The half arch of a wide face, as a cubic Bézier curve from its foot to its top.
_FOOT, _KNEE, _SHOULDER, _TOP = (-600.0, 0.0), (-432.0, -388.0), (-283.0, -520.0), (0.0, -520.0)
_STEPS = 400


@functools.cache
def ribs(count: int = 84, scale: float = 1.0, length: float = 34.0) -> tuple[Rib, ...]:
    """Ribs at equal distances from one foot of the arch to the other: ``(x1, y1, x2, y2)``.

    >>> len(ribs(84)), ribs(84)[0][:2], ribs(84)[-1][:2]
    (84, (-600.0, 0.0), (600.0, 0.0))
    """
    half = [_on_arch(i / _STEPS) for i in range(_STEPS + 1)]
    arch = half + [(-x, y) for x, y in reversed(half[:-1])]
    lengths = [0.0]
    for (x1, y1), (x2, y2) in itertools.pairwise(arch):
        lengths.append(lengths[-1] + math.dist((x1, y1), (x2, y2)))
    return tuple(_rib(arch, lengths, lengths[-1] * i / (count - 1), scale, length) for i in range(count))


def _on_arch(t: float) -> Point:
    u = 1 - t
    weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    points = (_FOOT, _KNEE, _SHOULDER, _TOP)
    return sum(w * p[0] for w, p in zip(weights, points, strict=True)), sum(
        w * p[1] for w, p in zip(weights, points, strict=True)
    )


def _rib(arch: list[Point], lengths: list[float], at: float, scale: float, length: float) -> Rib:
    i = min(next(n for n, reached in enumerate(lengths) if reached >= at - 1e-6), len(arch) - 1)
    (x0, y0), (x1, y1) = arch[max(i - 1, 0)], arch[min(i + 1, len(arch) - 1)]
    run = math.hypot(x1 - x0, y1 - y0)
    outwards = ((y1 - y0) / run, -(x1 - x0) / run)
    x, y = arch[i][0] * scale, arch[i][1] * scale
    return round(x, 1) + 0.0, round(y, 1) + 0.0, round(x + outwards[0] * length, 1), round(y + outwards[1] * length, 1)


def lit(count: int, remaining: int | None, planned: int | None) -> int:
    """How many ribs are lit, from the end: the share that is left; all of them once it runs over; none where unknown.

    >>> lit(84, 900, 1800), lit(84, -5, 1800), lit(84, None, None), lit(84, 1, 1800)
    (42, 84, 0, 1)
    """
    if remaining is None or not planned:
        return 0
    if remaining < 0:
        return count
    return min(count, math.ceil(count * remaining / planned))
