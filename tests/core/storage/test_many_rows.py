"""Many rows at once: what they leave is what row by row would have left."""

from __future__ import annotations

import json

import pytest

from mudhif.config import Instance
from mudhif.storage import exchange
from mudhif.storage.apply import CannotApply
from mudhif.storage.bulk import ready
from mudhif.storage.inspection import problems_of
from mudhif.storage.model import Fact, Ref, Text
from mudhif.storage.models import CORE_MODELS, NameToken, Person, Project, Registration
from mudhif.storage.refusals import FactStands, PersonErased
from mudhif.storage.search import find_guests
from mudhif.storage.store import Store

PEOPLE = [
    {"name": "Zainab Kadhim", "sex": "f", "phone": "07801234567"},
    {"name": "Ali Hassan", "consents": {"photo": False}},
    {"name": None, "age_band": "18-29"},
]


def test_the_journal_is_the_one_that_row_by_row_writes(store):
    store.write(lambda tx: [tx.create(Person, **fields) for fields in PEOPLE])
    ids = store.write(lambda tx: tx.create_many(Person, iter(PEOPLE)))
    query = (
        "SELECT j.kind, j.actor, j.event, j.body, s.body, j.subject = j.row FROM journal j "
        "LEFT JOIN sealed s USING (stream, seq) ORDER BY pos"
    )
    lines = store.db.execute_sql(query).fetchall()
    assert len(lines) == 6 and lines[:3] == lines[3:]
    written = store.db.execute_sql('SELECT "row" FROM journal ORDER BY pos LIMIT 3 OFFSET 3').fetchall()
    assert [row for (row,) in written] == ids == sorted(ids)
    assert list(problems_of(store)) == []


def test_rows_that_were_made_ready_before_leave_the_same_and_may_be_tried_again(store):
    rows = ready(store.tables, Person, PEOPLE)

    def failing(tx):
        tx.create_many(Person, rows)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(failing)
    assert Person.select().count() == 0
    assert store.write(lambda tx: tx.create_many(Person, rows)) == rows.ids == sorted(rows.ids)
    assert [person.name for person in Person.select().order_by(Person.id)] == [fields["name"] for fields in PEOPLE]
    assert list(problems_of(store)) == []
    store.rebuild()
    assert Person.select().count() == 3


def test_the_index_by_row_follows_the_journal_when_it_is_asked(store):
    def changes_of(row):
        return store.write(lambda tx: [(c.pos, c.row) for c in store.tables.changes_of(tx.connection, row)])

    first, second, _third = store.write(lambda tx: tx.create_many(Person, PEOPLE))
    assert changes_of(first) == [(1, first)]

    def taken_back(tx):
        tx.amend(Person, first, {"name": "B"})
        assert len(store.tables.changes_of(tx.connection, first)) == 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(taken_back)
    store.write(lambda tx: tx.amend(Person, second, {"name": "C"}))
    assert changes_of(first) == [(1, first)]
    assert changes_of(second) == [(2, second), (4, second)]


def test_they_can_be_edited_found_and_made_anew_like_others(store, event):
    def imported(tx):
        people = tx.create_many(Person, PEOPLE)
        rows = [{"event": event, "person": p, "number": n, "made": event.starts} for n, p in enumerate(people, 1)]
        return tx.create_many(Registration, rows)

    registrations = store.write(imported)
    assert list(find_guests(event.id, "kadhim").ids) == registrations[:1]
    changed = store.write(lambda tx: tx.update(Registration.get_by_id(registrations[1]), kind="guest"))
    assert changed.kind == "guest" and changed.conflicts() == {}
    tokens = sorted(NameToken.select().tuples())
    store.rebuild()
    assert sorted(NameToken.select().tuples()) == tokens != []
    subjects = store.db.execute_sql("SELECT subject FROM journal WHERE kind = 'core.registration/1'").fetchall()
    assert {subject for (subject,) in subjects} == {person.id for person in Person.select()}
    assert list(problems_of(store)) == []


def test_reactions_follow_when_all_rows_are_there_and_followers_hear_of_each(store):
    heard, counted = [], []
    store.after_answers(lambda changes: heard.extend(change.row for change in changes))
    store.writer.reactions["core.person/1"] = [lambda tx, change: counted.append(Person.select().count())]
    ids = store.write(lambda tx: tx.create_many(Person, PEOPLE))
    assert counted == [3, 3, 3] and heard == ids


@pytest.mark.parametrize(
    "rows",
    [[{"title": "a", "id": "there"}], [{"title": "a", "id": "x"}, {"title": "b", "id": "x"}]],
    ids=["one that is there", "twice"],
)
def test_an_id_names_one_row(store, rows):
    store.write(lambda tx: tx.create(Project, id="there", title="as it was"))
    with pytest.raises(FactStands):
        store.write(lambda tx: tx.create_many(Project, rows))
    assert [project.title for project in Project.select()] == ["as it was"]
    assert list(problems_of(store)) == []


def test_one_row_that_cannot_be_written_undoes_all(store, event):
    erased = store.write(lambda tx: tx.create(Person, name="Sara")).id
    store.write(lambda tx: tx.erase(erased))
    before = store.db.execute_sql("SELECT count(*) FROM journal").fetchone()
    good = {"event": event, "person": erased, "number": 1, "made": event.starts}
    for model, rows, error in (
        (Person, [*PEOPLE, {"nickname": "x"}], TypeError),
        (Registration, [good, good | {"answers": {"diet": "none"}}], PersonErased),
        (Registration, [good, good | {"person": "nobody"}], CannotApply),
    ):
        with pytest.raises(error):
            store.write(lambda tx, model=model, rows=rows: tx.create_many(model, rows))
    assert store.db.execute_sql("SELECT count(*) FROM journal").fetchone() == before
    store.write(lambda tx: tx.create_many(Person, PEOPLE))
    assert list(problems_of(store)) == []


def test_no_rows_write_nothing(store):
    assert store.write(lambda tx: tx.create_many(Person, [])) == []
    assert list(problems_of(store)) == []


class Call(Fact):
    who = Text()

    class Meta:
        table_name = "door_call"


class Answer(Fact):
    call = Ref("door_call")

    class Meta:
        table_name = "door_answer"


def test_a_fact_from_two_laptops_becomes_the_earlier_one_while_others_refer_to_it(tmp_path):
    laptops = [Store(Instance(tmp_path / name), [*CORE_MODELS, Call, Answer]) for name in ("one", "two")]
    one, two = laptops
    two.write(lambda tx: tx.create(Project, title="so that its call is the later one"))
    two.write(lambda tx: tx.fact(Call, "same", who="two"))
    two.write(lambda tx: tx.fact(Answer, call="same"))
    one.write(lambda tx: tx.fact(Call, "same", who="one"))
    exchange.receive(two, list(exchange.lines_after(one, {})), exchange.streams_of(one))
    exchange.receive(one, list(exchange.lines_after(two, {})), exchange.streams_of(two))
    for laptop in laptops:
        assert laptop.db.execute_sql("SELECT who FROM door_call").fetchall() == [("one",)]
        assert laptop.db.execute_sql("SELECT count(*) FROM door_answer").fetchone() == (1,)
        assert list(problems_of(laptop)) == []
        laptop.close()


def test_facts_come_in_many_too_and_stand(tmp_path):
    store = Store(Instance(tmp_path / "i"), [*CORE_MODELS, Call])
    ids = store.write(lambda tx: tx.create_many(Call, [{"id": "a", "who": "x"}, {"who": "y"}]))
    assert ids[0] == "a" and len(ids) == 2
    with pytest.raises(FactStands):
        store.write(lambda tx: tx.create_many(Call, [{"id": "a", "who": "z"}]))
    bodies = store.db.execute_sql("SELECT body FROM journal ORDER BY pos").fetchall()
    assert [json.loads(body)["f"]["who"] for (body,) in bodies] == ["x", "y"]
    store.close()
