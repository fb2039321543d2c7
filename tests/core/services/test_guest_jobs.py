"""Files on their way to a list: checked beside the requests, stopped, put right, written; and never another's."""

from __future__ import annotations

import threading

import pytest

from mudhif.services import guest_jobs
from mudhif.services.guest_jobs import Choices, State, UploadGone, begin_import, find_job, forget_job, job_of_import
from mudhif.services.registrations import guest_list
from mudhif.storage.store import current

LIST = b"Name,Sex,Phone\nAli Hassan,m,07801234567\nSara Jabbar,X,07711234567\n"


@pytest.fixture
def job(event):
    """A file that was checked."""
    made = begin_import(event.id, LIST, "list.csv")
    assert made.wait(30)
    yield made
    forget_job(made)


def uploads():
    return list((current().instance.root / "uploads").iterdir())


def test_a_file_is_checked_and_nothing_is_written(event, job):
    assert job.state is State.READY and len(job.plan.new) == 1 and len(job.plan.errors) == 1
    assert guest_list(event.id) == []


def test_what_is_put_right_counts_at_the_next_check_and_is_written(event, job):
    job.check(Choices(fixes={(3, "sex"): "f"}))
    job.wait(30)
    assert len(job.plan.new) == 2 and not job.plan.errors
    job.write()
    job.wait(30)
    assert job.state is State.WRITTEN and {row["sex"] for row in guest_list(event.id)} == {"m", "f"}
    assert uploads() == [] and job_of_import(job.plan.written_as) is job


def test_a_list_without_known_columns_waits_for_a_person(event):
    job = begin_import(event.id, b"Ali Hassan;m\nSara Jabbar;f\n", "list.csv")
    job.wait(30)
    assert job.state is State.UNCLEAR and job.plan is None
    job.check(Choices(mapping={"A": "name", "B": "sex"}))
    job.wait(30)
    assert job.state is State.READY and len(job.plan.new) == 2
    forget_job(job)


def test_a_check_that_is_stopped_ends_and_writes_nothing(event, monkeypatch):
    going, go_on = threading.Event(), threading.Event()
    real = guest_jobs.plan_import

    def slow(event_id, table, decisions, progress):
        going.set()
        go_on.wait(30)
        return real(event_id, table, decisions, progress)

    monkeypatch.setattr(guest_jobs, "plan_import", slow)
    job = begin_import(event.id, LIST, "list.csv")
    assert going.wait(30) and job.is_busy
    job.stop()
    go_on.set()
    job.wait(30)
    assert job.state is State.STOPPED and job.plan is None
    job.write()
    assert guest_list(event.id) == []
    forget_job(job)


def test_a_file_that_is_being_opened_is_stopped_with_its_child(event, monkeypatch):
    monkeypatch.setattr("mudhif.services.children.ASKED_EVERY_SECONDS", 0.01)
    job = begin_import(event.id, LIST, "list.csv")
    job.stop()
    job.wait(30)
    assert job.state is State.STOPPED
    forget_job(job)


def test_a_bad_file_fails_in_a_sentence_and_leaves_nothing(event):
    job = begin_import(event.id, b"%PDF-1.7 x", "../../list.xlsx")
    job.wait(30)
    assert job.state is State.FAILED and "list.xlsx is a PDF file" in str(job.error) and ".." not in job.name
    forget_job(job)
    assert uploads() == []


def test_a_file_belongs_to_its_event_and_is_gone_when_it_is_forgotten(event, job):
    assert find_job(event.id, job.token) is job
    for event_id, token in (("another", job.token), (event.id, "../mudhif.db"), (event.id, "")):
        with pytest.raises(UploadGone):
            find_job(event_id, token)
    forget_job(job)
    with pytest.raises(UploadGone):
        find_job(event.id, job.token)
