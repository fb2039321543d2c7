"""Servers that start in a sixth of a second: Mudhif is loaded once, and each line of the input forks one off.

A line is a JSON list: where its output goes, and the command line. The answer is the process's number.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from importlib import import_module

from mudhif.cli import main
from mudhif.plugins.host import Host


def run(output: str, words: list[str]) -> None:
    """In a process of its own: what it says goes to `output`, its complaints nowhere."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, path, how in ((0, os.devnull, os.O_RDONLY), (1, output, os.O_WRONLY), (2, os.devnull, os.O_WRONLY)):
        os.dup2(os.open(path, how), number)
    main(words)


if __name__ == "__main__":
    for name in ("cli.serve", "web.app", "web.live", "web.server"):
        import_module(f"mudhif.{name}")
    assert Host.load(None).blueprints  # plugins load their pages when they are asked for them
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has ended is gone, and nobody has to wait for it
    while line := sys.stdin.readline():
        process = os.fork()
        if not process:
            run(*json.loads(line))
            os._exit(0)
        print(process, flush=True)
