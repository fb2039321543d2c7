"""Lines that come from elsewhere may hold anything: none may stop the installation, and none may be believed."""

from __future__ import annotations

import json

import pytest

from mudhif.storage.exchange import receive
from mudhif.storage.foreign import MAX_TICK
from mudhif.storage.inspection import problems_of
from mudhif.storage.journal import COLUMNS, chain, seal
from mudhif.storage.model import canonical
from mudhif.storage.models import Event, Person, Project

PROJECT = {"title": "x", "donor": None, "grant_reference": None, "aliases": "[]", "deleted": False}
NAMED = {"f": {"name": None, "deleted": False}, "r": {}}


def line(tick=5, kind="core.project/1", row="p1", subject=None, body=None, private=None, seq=1, **over):
    """A line with the hash that it should have, whatever else is wrong with it."""
    stream = "aa" * 8
    text = canonical({"f": PROJECT, "r": {}} if body is None else body)
    salt, opened, digest = seal(private) if private is not None else (None, None, None)
    envelope = [stream, seq, tick, 1, "x", None, kind, row, subject]
    values = [*envelope, text, digest, chain(stream, envelope, text, digest)]
    return dict(zip(COLUMNS, values, strict=True)) | {"salt": salt, "private": opened} | over


def created(**fields):
    return line(body={"f": PROJECT | fields, "r": {}})


NO_LINES = {
    "a seq that no database holds": lambda: line(seq=2**70),
    "a tick that leaves no number for the next": lambda: line(tick=2**63 - 1),
    "a tick that no database holds": lambda: line(tick=2**63),
    "a tick below one": lambda: line(tick=-5),
    "a tick of letters": lambda: line(tick="abc"),
    "no tick": lambda: line(tick=None),
    "columns that are missing": lambda: {"stream": "a", "seq": 1},
    "no dictionary": lambda: "x",
    "a kind without a version": lambda: line(kind="core.project"),
    "a version of letters": lambda: line(kind="core.project/x"),
    "a version below one": lambda: line(kind="core.project/-3"),
    "a body that is a list": lambda: line(body=[1]),
    "an empty body": lambda: line(body={}),
    "fields that are a list": lambda: line(body={"f": [], "r": {}}),
    "a list as a value": lambda: created(title=["x"]),
    "a fraction as a value": lambda: created(title=1.5),
    "a number that no database holds": lambda: created(title=2**80),
    "replaced changes that are none": lambda: line(body={"f": PROJECT, "r": {"title": ["zzz"]}}),
    "a private part that is text": lambda: line(kind="core.person/1", subject="p1", private="hello"),
    "half a letter": lambda: line() | {"actor": "\ud800"},
    "salt that is none": lambda: line(kind="core.person/1", private={"name": "Z"}, body=NAMED) | {"salt": "zz"},
}


@pytest.mark.parametrize("make", NO_LINES.values(), ids=NO_LINES)
def test_what_is_no_line_is_left_and_the_rest_is_taken(store, make):
    good = line(row="p9") | {"stream": "bb" * 8}
    good["hash"] = chain(good["stream"], [good[name] for name in COLUMNS[:9]], good["body"], None)
    received = receive(store, [make(), good])
    assert (received.new, received.refused, received.problems) == (1, 1, 0)
    store.write(lambda tx: tx.create(Project, title="afterwards"))
    assert {row.title for row in Project.select()} == {"x", "afterwards"}
    assert list(problems_of(store)) == []


WRONG_VALUES = {
    "a moment that is none": ("core.event/1", {"title": "t", "starts": "nonsense"}),
    "letters as a number": ("core.event/1", {"title": "t", "capacity": "many"}),
    "a number as text": ("core.project/1", PROJECT | {"title": 5}),
    "a list that is none": ("core.project/1", PROJECT | {"aliases": "[["}),
    "nothing where something must be": ("core.project/1", PROJECT | {"title": None}),
}


@pytest.mark.parametrize(("kind", "fields"), WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_values_that_fit_no_column_are_kept_as_a_problem(store, kind, fields):
    assert receive(store, [line(kind=kind, body={"f": fields, "r": {}})]).problems == 1
    assert (Event.select().count(), Project.select().count()) == (0, 0)
    store.rebuild()
    assert (Event.select().count(), Project.select().count()) == (0, 0)


def test_the_greatest_tick_that_is_taken_leaves_room(store):
    assert receive(store, [line(tick=MAX_TICK)]).new == 1
    for _ in range(3):
        store.write(lambda tx: tx.create(Project, title="later"))
    assert list(problems_of(store)) == []


def test_no_edit_from_elsewhere_changes_an_id_or_what_stands(store):
    made = store.write(lambda tx: tx.create(Project, title="mine"))
    heads = json.loads(Project.get_by_id(made.id).rev)["*"]
    edit = {"f": {"id": "other", "rev": "{}", "title": "theirs"}, "r": {"id": heads, "rev": heads, "title": heads}}
    receive(store, [line(row=made.id, body=edit)])
    shown = Project.get_by_id(made.id)
    assert shown.title == "theirs"
    assert json.loads(shown.rev)["*"] == heads


def test_a_line_kept_aside_loses_its_private_part_with_the_person(store):
    made = store.write(lambda tx: tx.create(Person, name="Zainab"))
    aside = line(kind="core.person/1", row=made.id, subject=made.id, private={"name": "KEPTASIDE"}, body=NAMED, seq=7)
    assert receive(store, [aside]).forked == 1
    store.write(lambda tx: tx.erase(made.id))
    receive(store, [aside | {"seq": 8}])
    kept = "".join(raw for (raw,) in store.db.execute_sql("SELECT raw FROM fork").fetchall())
    assert "KEPTASIDE" not in kept
    assert kept.count(made.id) == 4  # row and subject of both


WHERE_NOTHING_ERASES = {
    "a name in the open": {"body": {"f": {"name": "Zainab", "deleted": False}, "r": {}}, "subject": "p1"},
    "a name under nobody": {"body": NAMED, "private": {"name": "Zainab"}},
    "a name under somebody else": {"body": NAMED, "private": {"name": "Zainab"}, "subject": "p2"},
}


@pytest.mark.parametrize("given", WHERE_NOTHING_ERASES.values(), ids=WHERE_NOTHING_ERASES)
def test_a_name_that_could_not_be_erased_is_not_taken(store, given):
    assert receive(store, [line(kind="core.person/1", **given)]).refused == 1
    assert receive(store, [line(kind="core.person/1", body=NAMED, private={"name": "Z"}, subject="p1")]).new == 1
