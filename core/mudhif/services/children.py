"""Work on what strangers send, in a child process with limits: a file made to hurt its reader costs that process alone.

The parent calls `run_child`; the child's ``main`` calls `limit_child` first and answers on standard output.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable

MEMORY_BYTES = 1536 * 1024 * 1024
"""Enough for what our readers do (a picture of 100 million pixels is the largest), and no laptop's whole memory."""


class ChildFailed(Exception):
    """The child died, or ended with another status than 0; a negative one is the signal that ended it."""

    def __init__(self, status: int | None = None, output: bytes = b"") -> None:
        super().__init__(f"status {status}")
        self.status, self.output = status, output


class ChildTooSlow(ChildFailed):
    """It had not answered in its time, and was ended."""


class ChildCancelled(ChildFailed):
    """Nobody waits for it any more, and it was ended."""


ASKED_EVERY_SECONDS = 0.1


def _never() -> bool:
    return False


def run_child(
    module: str, *words: str, stdin: bytes = b"", seconds: float, cancelled: Callable[[], bool] = _never
) -> bytes:
    """Run ``python -m MODULE WORDS`` and return what it writes to standard output.

    Args:
        module: found as this process finds it, plugins' folders included; never in the folder one happens to be in.
        cancelled: asked from time to time; once it is true, the child is ended.

    Raises:
        ChildCancelled: `cancelled` was true.
        ChildTooSlow: it took longer than `seconds`.
        ChildFailed: it ended with another status than 0; ``output`` is what it had written.
    """
    paths = os.pathsep.join(path for path in sys.path if path)
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", module, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    with child:
        try:
            output = _answer(child, stdin, time.monotonic() + seconds, cancelled)
        except BaseException:  # whatever it was, also Ctrl-C: the child does not outlive the question
            child.kill()
            raise
    if child.returncode != 0:
        raise ChildFailed(child.returncode, output)
    return output


def _answer(child: subprocess.Popen[bytes], stdin: bytes, until: float, cancelled: Callable[[], bool]) -> bytes:
    """What the child writes, once it has ended."""
    given: bytes | None = stdin
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise ChildTooSlow
        if cancelled():
            raise ChildCancelled
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.communicate(given, min(left, left if cancelled is _never else ASKED_EVERY_SECONDS))[0]
        given = None  # communicate remembers what it has not handed over yet


def limit_child(memory_bytes: int = MEMORY_BYTES, cpu_seconds: int | None = None, *, files: bool = False) -> None:
    """Limit the process that this runs in. Windows knows none of it: there the parent's time limit stands alone.

    Args:
        files: whether it may write files.
    """
    sys.dont_write_bytecode = True
    try:
        import resource
    except ImportError:
        return
    limits = {resource.RLIMIT_AS: memory_bytes, resource.RLIMIT_CORE: 0}
    if cpu_seconds is not None:
        limits[resource.RLIMIT_CPU] = cpu_seconds
    if not files:
        limits[resource.RLIMIT_FSIZE] = 0
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))
