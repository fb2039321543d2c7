"""Counts in memory are those of the tables, whoever wrote and whatever failed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from mudhif.app import Application
from mudhif.domain.ids import new_id
from mudhif.plugins.types import Who
from mudhif.services.registrations import cancel_registration
from mudhif.storage.models import CORE_MODELS, Event, Registration
from mudhif.storage.store import Store, current, write
from mudhif_checkin.attendance import attendance_of
from mudhif_checkin.checkins import answer, check_in, undo
from mudhif_checkin.counts import Counts, Tally, counts_of, tallies
from mudhif_checkin.models import Scan
from mudhif_checkin.requests import Request, read_request


def fresh(event: Event) -> Counts:
    return Tally(current().db.connection(), event.id).counts()


def test_counts_follow_registrations_and_cancellations(
    event: Event, zahra: Registration, new_guest: Callable[..., Registration], present: Callable[..., Any]
) -> None:
    present(event, zahra)
    second = new_guest(event, "Ammar")
    assert counts_of(event.id) == fresh(event) == Counts(arrived=1, registered=2, inside=1)
    write(lambda tx: cancel_registration(tx, second.id))
    assert counts_of(event.id) == fresh(event) == Counts(arrived=1, registered=1, inside=1)


def test_a_unit_that_fails_after_a_checkin_counts_nobody(
    event: Event, zahra: Registration, desk: Who, monkeypatch: pytest.MonkeyPatch, present: Callable[..., Any]
) -> None:
    present(event, "nonsense")  # the counts are in memory from now on
    store = current()
    commit = store.db.writing

    class DiskFull(OSError):
        pass

    import contextlib

    @contextlib.contextmanager
    def full_disk() -> Any:
        with commit() as connection:
            yield connection
            raise DiskFull

    scan = read_request({"scan_id": "01930b2e-8f3a-7c11-9a52-4be1d0c7f6a9", "registration": zahra.id})
    with monkeypatch.context() as patched:
        patched.setattr(store.db, "writing", full_disk)
        with pytest.raises(DiskFull):
            check_in(event.id, scan, desk)
    assert counts_of(event.id) == fresh(event) == Counts(arrived=0, registered=1, inside=0)
    assert check_in(event.id, scan, desk).as_dict()["outcome"] == "welcome"


def test_two_doors_at_once_let_one_ticket_in_once(
    event: Event, zahra: Registration, desk: Who, present: Callable[..., Any]
) -> None:
    outcomes: list[str] = []

    def door() -> None:
        outcomes.append(present(event, zahra)["outcome"])

    doors = [threading.Thread(target=door) for _ in range(8)]
    for thread in doors:
        thread.start()
    for thread in doors:
        thread.join()
    assert sorted(outcomes) == ["already"] * 7 + ["welcome"]
    assert counts_of(event.id) == fresh(event)


def test_a_crowd_never_overfills_the_hall(
    new_event: Callable[..., Event], new_guest: Callable[..., Registration], present: Callable[..., Any]
) -> None:
    event = new_event(capacity=5)
    guests = [new_guest(event, f"Guest {n}", status="invited") for n in range(20)]
    outcomes: list[str] = []
    doors = [threading.Thread(target=lambda g=guest: outcomes.append(present(event, g)["outcome"])) for guest in guests]
    for thread in doors:
        thread.start()
    for thread in doors:
        thread.join()
    assert (outcomes.count("welcome"), outcomes.count("full")) == (5, 15)


def test_what_another_process_writes_is_counted_when_it_is_seen(
    installation: Application, event: Event, zahra: Registration, new_guest: Callable[..., Registration],
    desk: Who, present: Callable[..., Any],
) -> None:  # fmt: skip
    ammar = new_guest(event, "Ammar")
    present(event, zahra)
    current().foreign_changes()
    other = Store(installation.instance, [*CORE_MODELS, *installation.host.models])
    try:
        scan = {"event": event.id, "registration": ammar.id, "outcome": "welcome", "turn": 1, "direction": "in"}
        with other.bound():
            other.write(lambda tx: tx.fact(Scan, at="2024-03-07T06:00:00.000000Z", **scan))
    finally:
        other.close()
    installation.store.bind()
    current().foreign_changes()
    assert counts_of(event.id) == Counts(arrived=2, registered=2, inside=2)


def test_attendance_says_the_same_as_the_counts(
    event: Event, zahra: Registration, new_guest: Callable[..., Registration], desk: Who, present: Callable[..., Any]
) -> None:
    ammar = new_guest(event, "Ammar", sex="m", kind="media")
    noor = new_guest(event, "Noor")
    for guest in (zahra, ammar, noor):
        present(event, guest)
    present(event, ammar, direction="out")
    undo(event.id, present(event, new_guest(event, "Ali"))["scan_id"], None, desk)
    came = attendance_of(event.id).as_json()
    assert came == {
        "registered": 4,
        "inside": 2,
        "arrived": 3,
        "by_sex": {"f": 1, "m": 1, "unknown": 1},
        "by_kind": {"participant": 2, "media": 1},
    }
    assert counts_of(event.id) == Counts(arrived=3, registered=4, inside=2)


def test_event_ids_are_found_by_id_and_code(event: Event) -> None:
    assert tallies().event_id(event.id) == tallies().event_id(event.code) == event.id
    assert isinstance(Request("x"), tuple)


def test_a_checkin_is_counted_whose_neighbour_fails_at_the_same_moment(
    event: Event, zahra: Registration, desk: Who, monkeypatch: pytest.MonkeyPatch, present: Callable[..., Any]
) -> None:
    present(event, "nonsense")  # the counts are in memory from now on
    note = tallies().note

    def note_after_another_failed(of: str, *scan: str) -> None:
        tallies()._noted.add("another")
        tallies().take_back(of, "another")
        note(of, *scan)

    monkeypatch.setattr(tallies(), "note", note_after_another_failed)
    assert present(event, zahra)["outcome"] == "welcome"
    assert counts_of(event.id) == fresh(event) == Counts(arrived=1, registered=1, inside=1)


def test_nobody_of_a_commit_that_failed_takes_a_place_from_the_next_guest(
    new_event: Callable[..., Event], new_guest: Callable[..., Registration], desk: Who, present: Callable[..., Any]
) -> None:
    event = new_event()
    lost, next_guest = new_guest(event, "Lost"), new_guest(event, "Next")
    write(lambda tx: tx.update(event, capacity=1))
    present(event, "nonsense")  # the counts are in memory from now on

    def noted_and_lost(tx: Any) -> None:
        answer(tx, event.id, read_request({"scan_id": new_id(), "registration": lost.id}), desk)
        tx.connection.execute("ROLLBACK")  # as SQLite does by itself where the disk is full
        raise OSError("disk is full")

    with pytest.raises(Exception, match="disk is full"):
        write(noted_and_lost)  # and whoever asked has not yet come to take it back
    assert present(event, next_guest)["outcome"] == "welcome"
    assert counts_of(event.id) == fresh(event)
