"""`kill -9` in the middle of an import, beside a server at whose door phones scan: a list is taken whole or not at all.

An import that was killed is run again, as a person would: then every guest is there, once.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from peewee import sqlite3

from .door import (
    AS_IT_IS,
    IS_LONG,
    SEED,
    Door,
    check,
    connect,
    figures,
    planted,
    post,
    scan_until_the_server_dies,
    server,
    what_is_wrong,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of Unix"),
]

ROUNDS = 60 if IS_LONG else 6
ROWS = 300


def guest_file(folder: Path, number: int) -> list[str]:
    """Writes a list of guests who are nobody else; their names."""
    names = [f"Guest {n} Of{n}" for n in range(number * ROWS, (number + 1) * ROWS)]
    (folder / f"{number}.csv").write_text("name,sex\n" + "".join(f"{name},f\n" for name in names))
    return names


def there(door: Door, names: list[str], database: Path | None = None) -> Counter[int]:
    """How many of these names are registered how often.

    Args:
        database: instead of the door's own.
    """
    connection = sqlite3.connect(database or door.instance.database)
    try:
        found = Counter(
            name
            for (name,) in connection.execute(
                "SELECT p.name FROM registration r JOIN person p ON p.id = r.person WHERE r.event = ?", (door.event,)
            )
        )
    finally:
        connection.close()
    return Counter(found[name] for name in names)


@contextlib.contextmanager
def importing(
    door: Door, file: Path, program: tuple[str, ...] = AS_IT_IS, around: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """An import in a process of its own; killed at the end, if it still runs."""
    environment = {**os.environ, "MUDHIF_COMMIT_EVERY": "60", **(around or {})}
    command = [sys.executable, *program, "guests", "import", door.event, str(file), "--json"]
    with subprocess.Popen(
        [*command, "--instance", str(door.instance.root)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def run(door: Door, file: Path, program: tuple[str, ...] = AS_IT_IS) -> tuple[dict[str, int], float]:
    """Import to the end; what it says of itself, and how long it took."""
    begun = time.monotonic()
    with importing(door, file, program) as process:
        said = json.loads(process.communicate()[0])
    return said, time.monotonic() - begun


def kill(door: Door, file: Path, after: float) -> dict[str, int] | None:
    """Import, and kill it; what it said, if that came whole before."""
    with importing(door, file) as process:
        time.sleep(after)
        process.kill()
        with contextlib.suppress(json.JSONDecodeError):
            said: dict[str, int] = json.loads(process.communicate()[0])
            return said
    return None


def kill_when_some_are_there(door: Door, names: list[str], file: Path, program: tuple[str, ...]) -> Counter[int]:
    """Kills an import as soon as anybody of its list can be seen; how many of its names are there then."""
    with importing(door, file, program) as process:
        while process.poll() is None and not there(door, names)[1]:
            time.sleep(0.001)
        process.kill()
        process.wait()
    return there(door, names)


@contextlib.contextmanager
def phones_scanning(door: Door, port: int) -> Iterator[None]:
    """Two phones at the door, until the end."""
    enough = threading.Event()

    def phone(number: int) -> None:
        client, chooser = connect(port), random.Random(SEED * 100 + number)
        while not enough.is_set():
            scan_id = door.new_scan(chooser)
            door.hear(scan_id, post(client, door, scan_id))
            time.sleep(0.01)
        client.close()

    threads = [threading.Thread(target=phone, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        enough.set()
        for thread in threads:
            thread.join()


def test_an_import_that_is_killed_took_all_or_nothing_and_can_be_run_again(door, tmp_path):
    chooser, answered, whole = random.Random(SEED), 0, 0
    names = guest_file(tmp_path, 0)
    with server(door) as (_process, port), phones_scanning(door, port):
        _said, took = run(door, tmp_path / "0.csv")
        for number in range(1, ROUNDS):
            names = guest_file(tmp_path, number)
            said = kill(door, tmp_path / f"{number}.csv", chooser.uniform(0.6, 1.1) * took)
            found = there(door, names)
            assert found in ({0: ROWS}, {1: ROWS})
            assert said is None or found == {1: ROWS}, "it said that they are there"
            answered, whole = answered + (said is not None), whole + (found[1] > 0)
            again, latest = run(door, tmp_path / f"{number}.csv")
            took = latest if found[0] else took
            assert (again["created"], again["unchanged"]) == ((0, ROWS) if found[1] else (ROWS, 0))
            assert there(door, names) == {1: ROWS}
    assert what_is_wrong(door) == []
    assert check(door) == []
    figures.append(
        f"import, kill -9: {ROUNDS} rounds of {ROWS} guests, {whole} were there after the kill, of these {answered} "
        f"told so, {len(door.told):,} scans answered meanwhile, 0 lost, 0 doubled"
    )


def test_an_import_is_whole_from_the_moment_when_anybody_of_it_is_seen(door, tmp_path):
    names = guest_file(tmp_path, 0)
    assert kill_when_some_are_there(door, names, tmp_path / "0.csv", AS_IT_IS) == {1: ROWS}


def test_the_planted_bug_of_importing_in_pieces_is_found(door, tmp_path):
    names = guest_file(tmp_path, 0)
    found = kill_when_some_are_there(door, names, tmp_path / "0.csv", planted("import_in_pieces"))
    assert found[0] and found[1]


def test_the_planted_bug_of_answering_an_import_before_the_commit_is_found(door, tmp_path):
    names = guest_file(tmp_path, 0)
    with importing(door, tmp_path / "0.csv", planted("late_commit")) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()
        process.wait()
    assert said.startswith("{")
    assert there(door, names) == {0: ROWS}


def test_a_server_that_dies_while_a_list_is_imported_beside_it_takes_nothing_with_it(door, tmp_path):
    for number in range(ROUNDS // 3):
        names = guest_file(tmp_path, number)
        with server(door) as (process, port), importing(door, tmp_path / f"{number}.csv") as importer:
            phone = threading.Thread(
                target=scan_until_the_server_dies, args=(door, port, random.Random(SEED + number), lambda: None)
            )
            phone.start()
            time.sleep(random.Random(SEED + number).uniform(0.1, 1.0))
            process.kill()
            phone.join()
            assert json.loads(importer.communicate()[0])["created"] == ROWS
        assert there(door, names) == {1: ROWS}
        assert what_is_wrong(door) == []
    assert check(door) == []
