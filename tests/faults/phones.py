"""Real phones: the scanner's own modules, each in a Node of its own, with what the volunteer was shown."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from .door import Door

FRONTEND = Path(__file__).parents[2] / "frontend"
NODE = shutil.which("node", path=os.pathsep.join([str(FRONTEND.parent / ".venv" / "bin"), os.environ.get("PATH", "")]))

needs_node = pytest.mark.skipif(
    NODE is None or not (FRONTEND / "node_modules" / "fake-indexeddb").exists(), reason="run `make install` first"
)


@dataclass
class RealPhone:
    """A phone that goes on when the laptop is gone; it scans guests of its own, so that it can never be wrong alone."""

    door: Door
    guests: list[str]
    process: subprocess.Popen[str]
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    """scan id → what the volunteer saw."""

    def read(self, port: int, chooser: random.Random) -> None:
        scan_id = self.door.new_scan(chooser, chooser.choice(self.guests))
        registration, _direction = self.door.sent[scan_id]
        direction = "out" if chooser.random() < 0.3 else "in"
        self.door.sent[scan_id] = (registration, direction)
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        scan = {"scan_id": scan_id, "registration": registration, "direction": direction, "at": at}
        told = self._ask({"port": port, "read": scan})
        if "shown" in told:  # else: no tick was seen, and the scan is kept all the same
            self.shown[scan_id] = told["shown"]

    def round(self, port: int) -> dict[str, Any]:
        """Hand in what is kept; the phone's state after that."""
        state: dict[str, Any] = self._ask({"port": port, "round": True})["state"]
        return state

    def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


def copied(folder: Path) -> Path:
    """The scanner's modules beside the program that drives them."""
    for place in ("checkin", "core"):
        shutil.copytree(FRONTEND / place, folder / place)
    shutil.copy(Path(__file__).with_name("phone.mjs"), folder)
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / "node_modules").symlink_to(FRONTEND / "node_modules")
    return folder


@contextlib.contextmanager
def phones(door: Door, modules: Path, count: int = 3) -> Iterator[list[RealPhone]]:
    """Some phones at a door, each with its share of the guests."""
    command = [str(NODE), str(modules / "phone.mjs"), door.event, door.token]
    with contextlib.ExitStack() as ends:
        made = []
        for number in range(count):
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=modules)
            ends.callback(_end, process)
            made.append(RealPhone(door, door.guests[number::count], process))
        yield made


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
