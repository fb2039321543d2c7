"""`mudhif …` as at the prompt, in a process of its own that need not load Mudhif first.

`Forked` keeps one Python that has imported every command; each command line is a fork of it, with a folder, an
environment and an input of its own. A start of Python is a third of a second, a fork is ten milliseconds.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path


class Forked:
    """Runs command lines; where processes cannot be forked (Windows), each by a Python of its own."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[str] | None = None

    def __call__(
        self,
        *words: object,
        stdin: str = "",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        """Run `mudhif WORDS`; as `subprocess.run` with text, and with no status taken amiss."""
        line = [*map(str, words)]
        if not hasattr(os, "fork"):
            return subprocess.run(
                [sys.executable, "-m", "mudhif", *line], input=stdin, cwd=cwd, env=env,
                capture_output=True, encoding="utf-8", check=False, timeout=timeout,
            )  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="mudhif-forked") as folder:
            files = [Path(folder) / name for name in ("in", "out", "err")]
            files[0].write_text(stdin, encoding="utf-8", newline="")
            wish = [[*map(str, files)], str(cwd or Path.cwd()), dict(env or os.environ), line, timeout]
            status = self._ask(json.dumps(wish))
            output, errors = (file.read_text("utf-8") for file in files[1:])
        return subprocess.CompletedProcess(["mudhif", *line], status, output, errors)

    def _ask(self, line: str) -> int:
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        server = self._server
        assert server.stdin is not None
        assert server.stdout is not None
        print(line, file=server.stdin, flush=True)
        return int(server.stdout.readline())

    def close(self) -> None:
        """End the process that is forked."""
        if self._server is not None:
            self._server.communicate()
            self._server = None


def serve() -> None:
    """Take a command line from each line of the input, and answer its exit status."""
    wishes, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    del sys.path[0]  # this folder: nobody's `mudhif` finds anything in it
    from mudhif.cli import COMMANDS, main
    from mudhif.plugins.host import Host

    for module in {"mudhif.app", *(place.partition(":")[0] for place, _ in COMMANDS.values())}:
        import_module(module)
    assert Host.load(None).commands
    for wish in wishes:
        files, folder, environment, words, seconds = json.loads(wish)
        process = os.fork()
        if not process:
            wishes.close()
            answers.close()
            begin(files, folder, environment, seconds)
            main(words)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), file=answers, flush=True)


def begin(files: list[str], folder: str, environment: dict[str, str], seconds: float) -> None:
    """Make this process what a shell starts: its input and output, its folder, its environment."""
    for number, file in enumerate(files):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    signal.setitimer(signal.ITIMER_REAL, seconds)  # whoever takes longer is ended by it


if __name__ == "__main__":
    serve()
