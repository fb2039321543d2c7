"""Files on their way to a guest list: opened, checked and written beside the requests, with progress, and stoppable.

They are kept in memory for an hour and their files in ``instance/uploads``; nothing of them is written to the list
before somebody confirms it. A restart of the server forgets them, and so does erasing a person, who may stand in them.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from mudhif.domain.errors import MudhifError, NotFound
from mudhif.i18n import N_
from mudhif.services.column_memory import remembered_columns
from mudhif.services.guest_import import Decision, ImportPlan, import_guests, plan_import
from mudhif.services.guest_tables import GuestTable, OpenedFile, Row, open_guest_file
from mudhif.services.questions import event_questions
from mudhif.storage.store import current
from mudhif.storage.writer import actor

KEPT_SECONDS = 3600
MAX_KEPT = 12
ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".json")


class UploadGone(NotFound):
    message = N_("This file is not here any more. Choose it once again; nothing was written.")


class _Stopped(Exception):
    """Somebody did not want it any more."""


class State(StrEnum):
    """Where a file stands."""

    OPENING = "opening"
    CHECKING = "checking"
    UNCLEAR = "unclear"  # a person must say first which column holds the names
    READY = "ready"
    WRITING = "writing"
    WRITTEN = "written"
    FAILED = "failed"
    STOPPED = "stopped"


BUSY = (State.OPENING, State.CHECKING, State.WRITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person said of a file so far. ``headed``: its first row names columns, by words that are not known here;
    ``fixes`` are texts to take instead of a row's own, by row and field."""

    encoding: str = ""
    headed: bool = False
    mapping: Mapping[str, str] | None = None
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    fixes: Mapping[tuple[int, str], str] = field(default_factory=dict)


class ImportJob:
    """One file on its way into one event."""

    def __init__(self, token: str, event_id: str, path: Path, name: str) -> None:
        self.token, self.event_id, self.path, self.name = token, event_id, path, name
        self.begun = time.monotonic()
        self.state = State.OPENING
        self.done, self.of = 0, 0
        self.choices = Choices()
        self.table: GuestTable | None = None
        self.plan: ImportPlan | None = None
        self.error: MudhifError | None = None
        self._opened: OpenedFile | None = None
        self._idle = threading.Event()
        self._idle.set()
        self._stop = threading.Event()
        self._turn = threading.Lock()

    def check(self, choices: Choices) -> None:
        """Open the file, unless it is open, and plan what it would do; returns at once."""
        if choices.encoding != self.choices.encoding:
            self._opened = None
        self.choices = choices
        self._start(State.CHECKING if self._opened else State.OPENING, self._check)

    def write(self) -> None:
        """Write what was planned; returns at once."""
        if self.state is State.READY:
            self._start(State.WRITING, self._write)

    def stop(self) -> None:
        """End what goes on, unless it is written already: that is done whole or not at all."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait until nothing goes on; false where it still does."""
        return self._idle.wait(seconds)

    @property
    def is_busy(self) -> bool:
        """Whether something goes on."""
        return self.state in BUSY

    def _start(self, state: State, work: Callable[[], State]) -> None:
        with self._turn:
            if not self._idle.is_set():
                return  # pressed twice
            self.state, self.done, self.of, self.error = state, 0, 0, None
            self._idle.clear()
            self._stop.clear()
        threading.Thread(target=self._run, args=(work, actor.get()), name="guest-import", daemon=True).start()

    def _run(self, work: Callable[[], State], who: str) -> None:
        actor.set(who)
        try:
            self.state = work()
        except _Stopped:
            self.state = State.STOPPED
        except MudhifError as error:
            self.error, self.state = (None, State.STOPPED) if self._stop.is_set() else (error, State.FAILED)
        finally:
            if self.is_busy:  # something broke: it is said, and logged by whoever watches threads
                self.state = State.FAILED
            current().db.close()
            self._idle.set()

    def _check(self) -> State:
        if self._opened is None:
            encoding = self.choices.encoding
            self._opened = open_guest_file(self.path, name=self.name, encoding=encoding, cancelled=self._stop.is_set)
        self.state = State.CHECKING
        questions = event_questions(self.event_id)
        mapping = self.choices.mapping
        memory = remembered_columns if mapping is None else None
        table = self._opened.table(mapping, questions=questions, remembered=memory, headed=self.choices.headed)
        self.table = replace(table, rows=tuple(self._fixed(row) for row in table.rows))
        if not table.has_names:
            return State.UNCLEAR
        self.plan = plan_import(self.event_id, self.table, self.choices.decisions, self._tell)
        return State.READY

    def _fixed(self, row: Row) -> Row:
        fixes = {name: text for (number, name), text in self.choices.fixes.items() if number == row.number}
        if not fixes:
            return row
        texts = {name: text for name, text in {**row.texts, **fixes}.items() if text}
        return replace(row, texts=texts, unvalued=tuple(name for name in row.unvalued if name not in fixes))

    def _write(self) -> State:
        assert self.plan is not None
        if not self.path.exists():
            raise UploadGone
        self.plan = import_guests(self.plan)
        self.path.unlink(missing_ok=True)
        return State.WRITTEN

    def _tell(self, done: int, of: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        self.done, self.of = done, of


_jobs: dict[str, ImportJob] = {}
_jobs_lock = threading.Lock()


def begin_import(event_id: str, content: bytes, name: str) -> ImportJob:
    """Keep a file for an hour, under a name that nobody can guess, and begin to check it."""
    folder = _folder()
    _drop_old(folder)
    ending = Path(name).suffix.lower()
    token = secrets.token_urlsafe(16)
    path = folder / (token + (ending if ending in ENDINGS else ".bin"))
    path.write_bytes(content)
    job = ImportJob(token, event_id, path, Path(name).name)
    with _jobs_lock:
        _jobs[token] = job
    job.check(Choices())
    return job


def find_job(event_id: str, token: str) -> ImportJob:
    """The file with this token.

    Raises:
        UploadGone: it is not here, or belongs to another event.
    """
    job = _jobs.get(token)
    if job is None or job.event_id != event_id or not re.fullmatch(r"[\w-]{20,24}", token):
        raise UploadGone
    if not (job.path.exists() or job.is_busy or job.state is State.WRITTEN):
        forget_job(job)  # somebody was erased meanwhile, and the list may name them
        raise UploadGone
    return job


def job_of_import(import_id: str) -> ImportJob | None:
    """The file that an import came from, while it is still here: for the rows that stayed out."""
    return next((job for job in _jobs.values() if job.plan is not None and job.plan.written_as == import_id), None)


def forget_job(job: ImportJob) -> None:
    """End it and delete its file."""
    job.stop()
    with _jobs_lock:
        _jobs.pop(job.token, None)
    job.path.unlink(missing_ok=True)


def _folder() -> Path:
    instance = current().instance
    assert instance is not None, "a server has an instance"
    folder = instance.uploads
    folder.mkdir(exist_ok=True)
    return folder


def _drop_old(folder: Path) -> None:
    now = time.monotonic()
    by_age = sorted(_jobs.values(), key=lambda job: job.begun)
    old = [job for job in by_age if now - job.begun > KEPT_SECONDS]
    for job in {*old, *by_age[: max(0, len(by_age) - MAX_KEPT)]}:
        if not job.is_busy:
            forget_job(job)
    for file in folder.iterdir():  # those of a server that ran before
        if time.time() - file.stat().st_mtime > KEPT_SECONDS:
            file.unlink(missing_ok=True)
