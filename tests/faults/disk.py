"""A disk whose power can be cut: from a log of what was written and flushed, the files as they would be found after.

What was flushed is there. Of what was written since, nothing, or a beginning whose last write is torn, or any sectors.
"""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

RECORD = struct.Struct("=qqIcB2x")  # `struct record` of disk.c
SUFFIXES = ("", "-wal", "-journal")
MAIN, WAL, _JOURNAL, FOLDER = range(4)
SECTOR = 512


class Step(NamedTuple):
    """One write (w), truncation (t) or flush (s)."""

    at: int
    kind: str
    file: int
    offset: int
    data: bytes


def build(folder: Path) -> Path:
    """Compile disk.c; skips the test where there is no gcc."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("the simulated disk is compiled with gcc, which is not installed")
    library = folder / "disk.so"
    source = Path(__file__).with_name("disk.c")
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-lpthread"], check=True)
    return library


def around(library: Path, database: Path, log: Path) -> dict[str, str]:
    """The environment of a process whose disk is logged."""
    return {"LD_PRELOAD": str(library), "MUDHIF_DISK_FILE": str(database.resolve()), "MUDHIF_DISK_LOG": str(log)}


def steps(log: Path) -> list[Step]:
    """What a log has; an end that was cut off by a kill is left out."""
    return list(_steps(log.read_bytes()))


def _steps(text: bytes) -> Iterator[Step]:
    place = 0
    while place + RECORD.size <= len(text):
        at, offset, length, kind, file = RECORD.unpack_from(text, place)
        place += RECORD.size
        if place + length > len(text):
            return
        yield Step(at, kind.decode(), file, offset, text[place : place + length])
        place += length


class Disk:
    """The files of one database, as a disk has them.

    Attributes:
        flushed: what is sure to be there after a cut.
        waiting: what was done to each file since its last flush.
    """

    def __init__(self, database: Path) -> None:
        """What lies there now is taken as flushed."""
        self.flushed: dict[int, bytearray] = {}
        self.waiting: dict[int, list[Step]] = {}
        self.unlisted: set[int] = set()  # new files, whose name the folder may not have yet
        for number, suffix in enumerate(SUFFIXES):
            path = Path(f"{database}{suffix}")
            if path.exists():
                self.flushed[number] = bytearray(path.read_bytes())

    def do(self, step: Step) -> None:
        if step.file == FOLDER:
            if step.kind == "s":
                self.unlisted.clear()
            return
        if step.file not in self.flushed:
            self.flushed[step.file] = bytearray()
            self.unlisted.add(step.file)
        if step.kind == "s":
            for done in self.waiting.pop(step.file, []):
                _apply(self.flushed[step.file], done)
        else:
            self.waiting.setdefault(step.file, []).append(step)

    def cut(self, database: Path, chooser: random.Random) -> None:
        """Write the files as they are found after the power was cut now."""
        for suffix in (*SUFFIXES, "-shm"):
            Path(f"{database}{suffix}").unlink(missing_ok=True)
        for number, flushed in self.flushed.items():
            if number in self.unlisted and chooser.random() < 0.5:
                continue
            found = bytearray(flushed)
            for step in _left_of(self.waiting.get(number, []), chooser):
                _apply(found, step)
            Path(f"{database}{SUFFIXES[number]}").write_bytes(found)


def _apply(content: bytearray, step: Step) -> None:
    if step.kind == "t":
        del content[step.offset :]
        content.extend(bytes(step.offset - len(content)))
        return
    content.extend(bytes(max(0, step.offset - len(content))))
    content[step.offset : step.offset + len(step.data)] = step.data


def _left_of(waiting: Sequence[Step], chooser: random.Random) -> list[Step]:
    """What a disk may have kept of writes that were never flushed."""
    how = chooser.randrange(3)
    if how == 0 or not waiting:
        return []
    if how == 1:
        last = chooser.randrange(len(waiting))
        torn = waiting[last]
        return [*waiting[:last], torn._replace(data=torn.data[: chooser.randrange(len(torn.data) + 1)])]
    return [part for step in waiting for part in _sectors(step) if chooser.random() < 0.5]


def _sectors(step: Step) -> Iterator[Step]:
    if step.kind == "t":
        yield step
    for start in range(0, len(step.data), SECTOR):
        yield step._replace(offset=step.offset + start, data=step.data[start : start + SECTOR])
