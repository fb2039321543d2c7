"""Plugins looked at in a child process: what they do at import, and how long they take, stays in it.

So ``mudhif plugins list`` works with a plugin that ends the process, crashes it or never comes back, and names it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mudhif.domain.errors import Unavailable
from mudhif.i18n import N_, _

from .discovery import own_path
from .types import PluginInfo

SECONDS = 30


class NotLooked(Unavailable):
    message = N_("The plugins could not be looked at: %(reason)s")
    code = "plugins-unknown"


def look(
    folder: Path | None,
    *,
    trying: Path | None = None,
    taken: Mapping[str, Collection[str]] | None = None,
    seconds: float = SECONDS,
) -> list[PluginInfo]:
    """Load all plugins in a child process and say what became of each.

    Args:
        folder: ``instance/plugins``, or None.
        trying: the folder of a version that is not in use yet, or of a plugin's source.
        taken: names that the core has, by hook.
        seconds: how long one plugin may take for one step (its import, one hook); one that takes longer has failed.

    Raises:
        NotLooked: the child process ended without a word about any plugin.
    """
    skip: dict[str, str] = {}
    while True:
        lines, reason = _run(
            {
                "folder": str(folder) if folder else None,
                "trying": str(trying) if trying else None,
                "taken": {hook: sorted(names) for hook, names in (taken or {}).items()},
                "skip": skip,
            },
            seconds,
        )
        if lines and "plugins" in lines[-1]:
            return [PluginInfo(**plugin) for plugin in lines[-1]["plugins"]]
        culprit = next((line["touched"] for line in reversed(lines) if "touched" in line), None)
        if culprit is None or culprit in skip:
            raise NotLooked(reason=reason)
        skip[culprit] = reason


def _run(wish: Mapping[str, Any], seconds: float) -> tuple[list[dict[str, Any]], str]:
    """One child process: the lines that it wrote, and why it ended, in a sentence."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(own_path()), "PYTHONDONTWRITEBYTECODE": "1"}
    # Files and no pipes: a process that a plugin starts could keep a pipe open for ever.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "mudhif.plugins.trial", json.dumps(wish)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment,
            start_new_session=True,
        )
        try:
            status = _wait(child, out.fileno(), seconds)
        finally:
            _end(child)
        out.seek(0)
        lines = _lines(out.read())
    if status is None:
        return lines, _("It had not loaded after %(seconds)s seconds.", seconds=round(seconds))
    return lines, _("Loading it ended the process (status %(status)s).", status=status)


def _wait(child: subprocess.Popen[bytes], out: int, seconds: float) -> int | None:
    """The status it ended with; None when it wrote nothing for so long."""
    written, deadline = 0, time.monotonic() + seconds
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.wait(0.1)
        if (size := os.fstat(out).st_size) != written:
            written, deadline = size, time.monotonic() + seconds
        elif time.monotonic() > deadline:
            return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and, where the system can, all that it started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()


def _lines(text: bytes) -> list[dict[str, Any]]:
    lines = []
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            lines.append(json.loads(line))
    return [line for line in lines if isinstance(line, dict)]


def main(words: list[str]) -> None:
    """The child process: ``python -m mudhif.plugins.trial WISH``."""
    from .host import Host

    wish = json.loads(words[0])
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a plugin prints is not our answer

    def say(**line: Any) -> None:
        answer.write(json.dumps(line) + "\n")
        answer.flush()

    host = Host(
        Path(wish["folder"]) if wish["folder"] else None,
        trying=Path(wish["trying"]) if wish["trying"] else None,
        taken=wish["taken"],
        skip=wish["skip"],
        touched=lambda name: say(touched=name),
    ).refresh()
    say(plugins=[asdict(info) for info in host.plugins])
    os._exit(0)  # a thread that a plugin started must not keep this process


if __name__ == "__main__":
    main(sys.argv[1:])
