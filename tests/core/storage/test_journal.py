"""What the journal promises: nothing past it, nothing lost from it, nothing changed in it unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
from peewee import OperationalError

from mudhif.config import Instance
from mudhif.storage import exchange
from mudhif.storage.inspection import problems_of
from mudhif.storage.journal import Stream
from mudhif.storage.model import Fact, Integer, Local, PastTheJournal, Record, Ref, Text
from mudhif.storage.models import CORE_MODELS, Event, Person, Project, Registration, Token
from mudhif.storage.refusals import FactStands, NotWritten, PersonErased, WriteInsideUnit
from mudhif.storage.store import Store, use

NOW = datetime(2024, 3, 7, 6, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    opened = Store(Instance(tmp_path / "instance"), CORE_MODELS)
    use(opened)
    yield opened
    use(None)
    opened.close()


def guest(tx, name="Zainab Kadhim", phone="07801234567"):
    project = tx.create(Project, title="Dialogue")
    event = tx.create(Event, project=project, code="d", title="Third session", starts=NOW, ends=NOW)
    person = tx.create(Person, name=name, sex="f", phone=phone, organisation="University")
    return tx.create(Registration, event=event, person=person, number=1, made=NOW, answers={"diet": "none"})


WAYS = {
    "save": lambda: Project(id="x", title="x").save(),
    "save a read row": lambda: Project.get().save(),
    "delete_instance": lambda: Project.get().delete_instance(),
    "create": lambda: Project.create(id="x", title="x"),
    "insert": lambda: Project.insert(id="x", title="x").execute(),
    "insert_many": lambda: Project.insert_many([{"id": "x", "title": "x"}]).execute(),
    "insert_from": lambda: Project.insert_from(Project.select(), [Project.id]).execute(),
    "replace": lambda: Project.replace(id="x", title="x").execute(),
    "replace_many": lambda: Project.replace_many([{"id": "x"}]).execute(),
    "update": lambda: Project.update(title="y").execute(),
    "delete": lambda: Project.delete().execute(),
    "raw": lambda: Project.raw("DELETE FROM project").execute(),
    "bulk_create": lambda: Project.bulk_create([Project(id="x", title="x")]),
    "bulk_update": lambda: Project.bulk_update([Project.get()], ["title"]),
    "set_by_id": lambda: Project.set_by_id("x", {"title": "y"}),
    "delete_by_id": lambda: Project.delete_by_id("x"),
    "get_or_create": lambda: Project.get_or_create(id="x", defaults={"title": "x"}),
    "truncate_table": lambda: Project.truncate_table(),
    "model[id] = …": lambda: Project.__class__.__setitem__(Project, Project.get().id, {"title": "y"}),
    "del model[id]": lambda: Project.__class__.__delitem__(Project, Project.get().id),
    "a query of its own": lambda: Project._meta.database.execute_sql("DELETE FROM project"),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_record_cannot_be_written_past_the_journal(store, way):
    store.write(guest)
    before = Project.select().tuples()[:]
    with pytest.raises((PastTheJournal, OperationalError)):
        way()
    assert Project.select().tuples()[:] == before


def test_a_local_row_cannot_be_written_outside_a_unit(store):
    with pytest.raises(OperationalError):
        Token.insert(hash="x", id="x", name="x", role="desk", made=NOW).execute()
    store.write(lambda tx: Token.insert(hash="x", id="x", name="x", role="desk", made=NOW).execute())
    assert Token.select().count() == 1


def test_every_model_is_exactly_one_of_three_kinds():
    for model in CORE_MODELS:
        assert sum(issubclass(model, kind) for kind in (Fact, Record, Local)) == 1, model


def test_a_unit_that_raises_undoes_itself_alone(store):
    def fails(tx):
        tx.create(Project, title="half")
        raise ValueError("stop")

    results = []

    def run(unit):
        try:
            results.append(store.write(unit))
        except ValueError:
            results.append("stopped")

    threads = [
        threading.Thread(target=run, args=(fails if n % 3 == 0 else lambda tx: tx.create(Project, title="whole"),))
        for n in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("stopped") == 10
    assert Project.select().where(Project.title == "whole").count() == 20
    assert Project.select().where(Project.title == "half").count() == 0
    assert list(problems_of(store)) == []


def test_a_commit_that_fails_answers_nobody_with_yes_and_opens_a_new_stream(store, monkeypatch):
    store.write(guest)
    stream = store.writer.stream.id

    def full(changes):
        raise OSError("disk full")

    monkeypatch.setattr(store.writer.db.__class__, "writing", _failing_commit(store.writer.db.__class__.writing))
    with pytest.raises(NotWritten):
        store.write(lambda tx: tx.create(Project, title="never"))
    monkeypatch.undo()
    store.write(lambda tx: tx.create(Project, title="after"))
    assert store.writer.stream.id != stream
    assert store.foreign_changes() == [], "what was written under the former stream is its own, too"
    assert [p.title for p in Project.select().order_by(Project.id)] == ["Dialogue", "after"]


def _failing_commit(writing):
    import contextlib

    @contextlib.contextmanager
    def broken(self):
        with writing(self) as connection:
            yield connection
            raise OperationalError("disk I/O error")

    return broken


def test_the_settings_on_which_durability_rests_are_read_back(store):
    assert store.db.writer.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert store.db.writer.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert store.db.writer.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert store.db.writer.execute("PRAGMA secure_delete").fetchone()[0] == 1
    assert store.db.execute_sql("PRAGMA query_only").fetchone()[0] == 1
    assert store.db.execute_sql("PRAGMA wal_autocheckpoint").fetchone()[0] == 0


def test_an_edit_names_what_it_replaces_and_leaves_out_what_stays(store):
    registration = store.write(guest)
    person = Person.get_by_id(registration.person)
    store.write(lambda tx: tx.update(person, phone="07711234567", sex="f"))
    body, sealed = store.db.execute_sql(
        "SELECT j.body, s.body FROM journal j LEFT JOIN sealed s USING (stream, seq) ORDER BY pos DESC LIMIT 1"
    ).fetchone()
    assert json.loads(body) == {"f": {"phone": None}, "r": {"phone": [json.loads(person.rev)["*"][0]]}}
    assert json.loads(sealed) == {"phone": "07711234567"}


def test_an_edit_that_changes_nothing_writes_nothing(store):
    registration = store.write(guest)
    count = store.db.execute_sql("SELECT count(*) FROM journal").fetchone()
    store.write(lambda tx: tx.update(registration, status="registered", answers={"diet": "none"}))
    assert store.db.execute_sql("SELECT count(*) FROM journal").fetchone() == count


def test_erasing_leaves_no_trace_of_the_name_in_any_file_and_the_chain_whole(store, tmp_path):
    registration = store.write(guest, "ZainabUnique", "07809998887")
    store.write(lambda tx: tx.update(Person.get_by_id(registration.person), phone="07705554443"))
    store.write(lambda tx: tx.erase(registration.person))
    store.tidy_after_erasing()
    for path in (tmp_path / "instance").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(word in content for word in (b"ZainabUnique", b"07809998887", b"07705554443", b"University")), (
            path
        )
    person = Person.get_by_id(registration.person)
    assert (person.name, person.phone, person.organisation, person.sex) == (None, None, None, "f")
    assert Registration.get_by_id(registration.id).answers is None
    assert list(problems_of(store)) == []
    with pytest.raises(PersonErased):
        store.write(lambda tx: tx.update(person, name="ZainabUnique"))


def test_a_stick_does_not_bring_an_erased_person_back(tmp_path):
    here, there = (Store(Instance(tmp_path / name), CORE_MODELS) for name in ("here", "there"))
    with here.bound():
        registration = here.write(guest)
    lines, streams = list(exchange.lines_after(here, {})), exchange.streams_of(here)
    exchange.receive(there, lines, streams)
    there.write(lambda tx: tx.erase(registration.person))
    stick = list(exchange.lines_after(here, {}))
    exchange.receive(there, stick, streams)
    exchange.receive(here, exchange.lines_after(there, exchange.vector_of(here)), exchange.streams_of(there))
    for store in (here, there):
        with store.bound():
            assert Person.get_by_id(registration.person).name is None
        assert store.db.execute_sql("SELECT count(*) FROM sealed WHERE body LIKE '%Zainab%'").fetchone()[0] == 0
        store.close()


def test_two_laptops_that_edit_one_field_leave_a_conflict_that_a_person_settles(tmp_path):
    here, there = (Store(Instance(tmp_path / name), CORE_MODELS) for name in ("here", "there"))

    def swap():
        for giver, taker in ((here, there), (there, here)):
            exchange.receive(taker, exchange.lines_after(giver, exchange.vector_of(taker)), exchange.streams_of(giver))

    def edit(store, **fields):
        with store.bound():
            person = Person.get()
            store.write(lambda tx: tx.update(person, **fields))

    here.write(guest)
    swap()
    edit(there, phone="0781")
    edit(here, phone="0792", sex=None)
    swap()
    shown = set()
    for store in (here, there):
        with store.bound():
            person = Person.get()
            assert list(person.conflicts()) == ["phone"]
            assert person.sex is None
            shown.add(person.phone)
    assert len(shown) == 1
    edit(here, phone=shown.pop())
    swap()
    for store in (here, there):
        with store.bound():
            assert Person.get().conflicts() == {}
        store.close()


def test_a_changed_line_of_the_journal_is_found(store):
    store.write(guest)
    store.db.writer.execute("UPDATE journal SET body = replace(body, 'Third', 'Tenth') WHERE kind = 'core.event/1'")
    assert any("does not fit" in problem for problem in problems_of(store))


def test_a_changed_table_is_found_and_rebuilt(store):
    store.write(guest)
    store.db.writer.execute("UPDATE event SET title = 'Tenth'")
    assert any("rebuild" in problem for problem in problems_of(store))
    store.rebuild()
    assert list(problems_of(store)) == []
    assert Event.get().title == "Third session"


def test_a_line_with_a_known_name_and_another_hash_is_kept_apart(tmp_path):
    here, there = (Store(Instance(tmp_path / name), CORE_MODELS) for name in ("here", "there"))
    here.write(guest)
    lines = list(exchange.lines_after(here, {}))
    exchange.receive(there, lines, exchange.streams_of(here))
    forged = lines[0] | {"body": lines[0]["body"].replace("Dialogue", "Monologue"), "hash": "0" * 64}
    assert exchange.receive(there, [forged]).forked == 1
    with there.bound():
        assert Project.get().title == "Dialogue"
    here.close()
    there.close()


class Note(Record):
    text = Text(null=True)

    class Meta:
        table_name = "pad_note"


def test_changes_of_an_unknown_plugin_are_kept_passed_on_and_applied_when_it_comes(tmp_path):
    with_plugin = Store(Instance(tmp_path / "with"), [*CORE_MODELS, Note])
    without = Store(Instance(tmp_path / "without"), CORE_MODELS)
    with_plugin.write(lambda tx: tx.create(Note, text="kept"))
    received = exchange.receive(without, exchange.lines_after(with_plugin, {}), exchange.streams_of(with_plugin))
    assert (received.new, received.problems) == (1, 1)
    assert len(list(exchange.lines_after(without, {}))) == 1
    without.close()
    later = Store(Instance(tmp_path / "without"), [*CORE_MODELS, Note])
    with later.bound():
        assert [note.text for note in Note.select()] == ["kept"]
    assert list(problems_of(later)) == []
    later.close()
    with_plugin.close()


class Score1(Fact):
    points = Integer()

    class Meta:
        table_name = "game_score"


class Score2(Fact):
    tenths = Integer()

    class Meta:
        table_name = "game_score"
        version = 2
        upcast = {1: lambda fields: {"tenths": fields["points"] * 10}}


def test_facts_of_an_older_version_are_lifted_and_the_table_is_refilled(tmp_path):
    Score1.__name__ = Score2.__name__ = "Score"
    first = Store(Instance(tmp_path / "i"), [*CORE_MODELS, Score1])
    first.write(lambda tx: tx.fact(Score1, points=7))
    first.close()
    second = Store(Instance(tmp_path / "i"), [*CORE_MODELS, Score2])
    with second.bound():
        assert [score.tenths for score in Score2.select()] == [70]
    assert list(problems_of(second)) == []
    second.close()


class Knock(Fact):
    door = Ref("project")

    class Meta:
        table_name = "door_knock"


def test_a_fact_is_written_once_and_a_reference_to_nothing_is_refused(tmp_path):
    store = Store(Instance(tmp_path / "i"), [*CORE_MODELS, Knock])
    project = store.write(lambda tx: tx.create(Project, title="x"))
    store.write(lambda tx: tx.fact(Knock, "k1", door=project))
    with pytest.raises(FactStands):
        store.write(lambda tx: tx.fact(Knock, "k1", door=project))
    with pytest.raises(Exception, match="not here"):
        store.write(lambda tx: tx.fact(Knock, "k2", door="nowhere"))
    assert store.db.execute_sql("SELECT count(*) FROM door_knock").fetchone()[0] == 1
    store.close()


def test_a_reaction_that_raises_is_undone_alone(tmp_path):
    store = Store(Instance(tmp_path / "i"), [*CORE_MODELS, Knock])
    raised = []

    def reaction(tx, change):
        tx.create(Project, title="by reaction")
        if change.fields["door"].startswith("!"):
            pass
        raise RuntimeError("oh")

    store.writer.reactions["door.knock/1"] = [reaction]
    store.writer.report_reaction = lambda reaction, error: raised.append(str(error))
    project = store.write(lambda tx: tx.create(Project, title="x"))
    store.write(lambda tx: tx.fact(Knock, "k1", door=project))
    assert raised == ["oh"]
    assert store.db.execute_sql("SELECT count(*) FROM project").fetchone()[0] == 1
    assert list(problems_of(store)) == []
    store.close()


def test_a_stream_is_new_at_each_start_so_that_a_copied_file_re_uses_no_number(tmp_path):
    names = set()
    for _ in range(3):
        store = Store(Instance(tmp_path / "i"), CORE_MODELS)
        store.write(lambda tx: tx.create(Project, title="x"))
        names.add(store.writer.stream.id)
        store.close()
    assert len(names) == 3
    assert Stream.new().id not in names


def test_a_second_process_writes_too_and_the_first_one_hears_of_it(store, tmp_path):
    store.write(guest)
    heard = []
    store.after_answers(lambda changes: heard.extend(change.kind for change in changes))
    program = (
        "import sys; from pathlib import Path; from mudhif.config import Instance;"
        "from mudhif.storage.store import Store;"
        "from mudhif.storage.models import CORE_MODELS, Project;"
        "s = Store(Instance(Path(sys.argv[1])), CORE_MODELS);"
        "[s.write(lambda tx: tx.create(Project, title='beside')) for _ in range(20)]"
    )
    beside = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "instance")], env=os.environ)
    for _ in range(20):
        store.write(lambda tx: tx.create(Project, title="here"))
    assert beside.wait(30) == 0
    assert len(store.foreign_changes()) == 20
    assert store.foreign_changes() == []
    assert heard.count("core.project/1") == 40
    ticks = [tick for (tick,) in store.db.execute_sql("SELECT tick FROM journal ORDER BY pos")]
    assert len(ticks) == len(set(ticks)), "each writer counts on from what it has seen"
    assert list(problems_of(store)) == []


def test_writing_inside_a_unit_is_refused_instead_of_waiting_for_ever(store):
    with pytest.raises(WriteInsideUnit):
        store.write(lambda tx: store.write(guest))
    store.write(guest)
    assert Person.select().count() == 1


def test_checking_finds_nothing_wrong_while_others_write(store):
    stopping = threading.Event()

    def write_on():
        while not stopping.is_set():
            store.write(lambda tx: tx.create(Person, name="Zainab"))

    writing = threading.Thread(target=write_on)
    writing.start()
    try:
        assert [list(problems_of(store)) for _ in range(5)] == [[]] * 5
    finally:
        stopping.set()
        writing.join()


def test_a_full_disk_is_told_in_a_sentence_and_saves_no_half(store):
    store.write(lambda tx: tx.create(Project, title="before"))
    pages = store.db.writer.execute("PRAGMA page_count").fetchone()[0]
    store.db.writer.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(NotWritten, match="disk is full"):
        store.write(lambda tx: [tx.create(Person, name="Zainab" * 40) for _ in range(500)])
    store.db.writer.execute("PRAGMA max_page_count = 1000000")
    store.write(lambda tx: tx.create(Project, title="after"))
    assert (Project.select().count(), Person.select().count()) == (2, 0)
    assert list(problems_of(store)) == []


def test_local_rows_of_a_reaction_that_fails_are_undone_with_it(store):
    def follow(tx, change):
        Token.insert(hash="x", id="x", name="x", role="desk", made=NOW).execute()
        tx.create(Project, title="by the reaction")
        raise ValueError

    store.writer.reactions["core.person/1"] = [follow]
    store.write(lambda tx: tx.create(Person, name="Zainab"))
    assert (Person.select().count(), Token.select().count(), Project.select().count()) == (1, 0, 0)
    assert list(problems_of(store)) == []


def test_the_log_has_its_length_before_the_first_guest_and_nobody_sees_how(store, tmp_path):
    store.write(guest)
    before = store.db.execute_sql("SELECT count(*), max(rootpage) FROM sqlite_master").fetchone()
    store.make_room()
    log = tmp_path / "instance" / "mudhif.db-wal"
    room = log.stat().st_size
    assert room > 10_000_000 and log.with_name("mudhif.db").stat().st_size < 1_000_000
    assert store.db.execute_sql("SELECT count(*), max(rootpage) FROM sqlite_master").fetchone() == before
    store.write(guest)
    assert log.stat().st_size == room
    assert list(problems_of(store)) == []


def test_a_disk_with_little_room_keeps_it(store, tmp_path, monkeypatch):
    monkeypatch.setattr("mudhif.storage.database.FREE_BYTES_FOR_ROOM", 1 << 62)
    store.make_room()
    assert (tmp_path / "instance" / "mudhif.db-wal").stat().st_size < 1_000_000
