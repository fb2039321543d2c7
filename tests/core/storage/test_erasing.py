"""Nothing of an erased person stays in the folder, whatever was installed, open or undone meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mudhif.config import Instance
from mudhif.storage.blobs import drop_blob, has_blob, store_blob
from mudhif.storage.exchange import lines_after, receive, streams_of
from mudhif.storage.inspection import problems_of
from mudhif.storage.model import Fact, Record, Ref, Text
from mudhif.storage.models import CORE_MODELS, Person, Project
from mudhif.storage.search import index_people
from mudhif.storage.store import StillRead, Store, use


class Remark(Fact):
    person = Ref("person")
    text = Text(null=True)

    class Meta:
        table_name, subject, personal = "away_remark", "person", ("text",)


class Answer(Fact):
    remark = Ref("away_remark")

    class Meta:
        table_name = "away_answer"


class Portrait(Record):
    person = Ref("person")
    sha256 = Text(null=True)

    class Meta:
        table_name, subject, personal, blob = "away_portrait", "person", ("sha256",), "sha256"


PLUGIN = [Answer, Remark, Portrait]


@pytest.fixture
def folder(store):
    use(None)
    store.close()
    return store.instance


@contextmanager
def opened(folder, *models) -> Iterator[Store]:
    again = Store(folder, [*CORE_MODELS, *models], {"core.person": index_people})
    use(again)
    try:
        yield again
    finally:
        use(None)
        again.close()


def stands_in(folder, text):
    return any(text in path.read_bytes() for path in folder.root.rglob("*") if path.is_file())


def about_zainab(store):
    photo = store_blob(b"a picture of Zainab")

    def unit(tx):
        person = tx.create(Person, name="ZAINABKADHIM")
        remark = tx.fact(Remark, person=person.id, text="ZAINABSREMARK")
        tx.fact(Answer, remark=remark.id)
        tx.create(Portrait, person=person.id, sha256=photo)
        return person.id

    return store.write(unit), photo


def test_rows_of_a_plugin_that_is_away_are_erased_too(folder):
    with opened(folder, *PLUGIN) as store:
        person, photo = about_zainab(store)
    with opened(folder) as store:
        store.write(lambda tx: tx.erase(person))
        store.tidy_after_erasing()
        assert not has_blob(photo)
    assert not stands_in(folder, b"ZAINAB")
    with opened(folder, *PLUGIN) as store:
        assert [row.text for row in Remark.select()] == [None]
        assert [row.sha256 for row in Portrait.select()] == [None]
        assert Answer.select().count() == 1
        assert list(problems_of(store)) == []


def test_an_erasing_that_is_undone_leaves_the_files(folder):
    def erase_and_fail(tx):
        tx.erase(person)
        raise ValueError

    with opened(folder, *PLUGIN) as store:
        person, photo = about_zainab(store)
        with pytest.raises(ValueError):
            store.write(erase_and_fail)
        store.write(lambda tx: tx.create(Project, title="something else"))
        assert has_blob(photo)


def test_the_file_that_another_row_names_stays(folder):
    with opened(folder, *PLUGIN) as store:
        person, photo = about_zainab(store)
        other = store.write(lambda tx: tx.create(Person, name="Ammar"))
        store.write(lambda tx: tx.create(Portrait, person=other.id, sha256=photo))
        store.write(lambda tx: tx.erase(person))
        assert has_blob(photo)


def test_a_file_that_was_removed_is_not_missed(folder):
    with opened(folder, *PLUGIN) as store:
        _person, photo = about_zainab(store)
        store.write(lambda tx: tx.delete(Portrait.get()))
        drop_blob(photo)
        assert list(problems_of(store)) == []


def test_what_came_while_a_plugin_was_away_is_there_when_it_comes_back(folder, tmp_path):
    with opened(Instance(tmp_path / "elsewhere"), *PLUGIN) as store:
        about_zainab(store)
        lines, streams = list(lines_after(store, {})), streams_of(store)
    with opened(folder, *PLUGIN):
        pass  # its tables are made, and as they should be
    with opened(folder) as store:
        assert receive(store, lines, streams).problems == 3
    with opened(folder, *PLUGIN) as store:
        assert (Remark.select().count(), Answer.select().count(), Portrait.select().count()) == (1, 1, 1)
        assert store.db.execute_sql("SELECT count(*) FROM problem").fetchone() == (0,)


READER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("BEGIN"); db.execute("SELECT * FROM person").fetchone()
print("reading", flush=True); sys.stdin.readline()
"""


def test_somebody_who_reads_on_is_told_of_and_the_name_is_gone_at_the_next_try(folder):
    with opened(folder) as store:
        store.db.writer.execute("PRAGMA busy_timeout = 100")
        person = store.write(lambda tx: tx.create(Person, name="ZAINABKADHIM")).id
        with subprocess.Popen(
            [sys.executable, "-c", READER, str(folder.database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as reader:
            assert reader.stdout is not None
            reader.stdout.readline()
            store.write(lambda tx: tx.erase(person))
            with pytest.raises(StillRead):
                store.tidy_after_erasing()
            reader.communicate(b"\n")
        store.tidy_after_erasing()
        assert not stands_in(folder, b"ZAINAB")
