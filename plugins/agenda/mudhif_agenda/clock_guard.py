"""Notices when the laptop's clock is set while a timer runs, and notes it as a fact, so that the timer does not move.

Each second the wall clock is held against one that only goes forward and goes on through sleep: where they part, the
clock was set; where both go on, the laptop slept, and the time counts.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
SMALLEST_STEP = 2  # seconds; smaller corrections are steered in slowly and lie within what a timer shows
RECENT = timedelta(days=2)


def steady() -> float:
    """Seconds of a clock that nobody can set and that counts while the laptop sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # time.monotonic() stops there while it sleeps
    return time.monotonic()


def steady_ms() -> int:
    """The same in milliseconds: what screens hold their own clock against."""
    return round(steady() * 1000)


class Guard:
    """Remembers where both clocks stood, and says by how much the wall clock was set since.

    >>> guard = Guard(wall=1000.0, steady=50.0)
    >>> guard.step(wall=1001.0, steady=51.0), guard.step(wall=282.0, steady=52.0), guard.step(wall=283.0, steady=53.0)
    (0, -720, 0)
    """

    def __init__(self, *, wall: float, steady: float) -> None:
        self._apart = wall - steady

    def step(self, *, wall: float, steady: float) -> int:
        """Whole seconds by which the clock was set since the last step that was told; 0 where it was not."""
        step = round(wall - steady - self._apart)
        if abs(step) < SMALLEST_STEP:
            return 0
        self._apart += step
        return step


def note_step(seconds: int) -> int:
    """Note a step in every event whose timer runs; returns in how many."""
    from mudhif.plugin_api import Event, write

    from .models import TimerAction
    from .services import press, state_of
    from .timer import Do, Phase

    now = datetime.now(UTC)
    since = min(now, now - timedelta(seconds=seconds)) - RECENT
    recent = TimerAction.select(TimerAction.event).where(TimerAction.at > since).distinct()
    noted = 0
    for event in Event.select().where(Event.id.in_(recent)):
        if state_of(event, now).phase is not Phase.IDLE:
            write(lambda tx, event=event: press(tx, event, Do.CLOCK, seconds=seconds, at=now))
            noted += 1
    return noted


@contextmanager
def guarding(note: Callable[[int], object] = note_step) -> Iterator[None]:
    """Watch the clock in a thread of its own, until left."""
    stopping = threading.Event()
    thread = threading.Thread(target=_watch, args=(stopping, note), name="clock guard", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(timeout=3)


def _watch(stopping: threading.Event, note: Callable[[int], object]) -> None:
    from mudhif.plugin_api import current

    guard = Guard(wall=time.time(), steady=steady())
    owed = 0
    while not stopping.wait(EVERY_SECONDS):
        step = guard.step(wall=time.time(), steady=steady())
        if step:
            log.warning("the laptop's clock was set by %s seconds", step)
            owed += step
        try:
            if owed:
                note(owed)
            owed = 0
        except Exception as error:  # a full disk for a moment must not end the watch; the step is noted once it can be
            log.error("a step of the clock could not be noted", exc_info=error)
    current().db.close()
