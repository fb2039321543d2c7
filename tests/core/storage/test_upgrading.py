"""A plugin of another version: its tables are made anew, never under a server that writes them as they were."""

from __future__ import annotations

from typing import Any

import pytest

from mudhif.config import Instance
from mudhif.domain.errors import InstanceBusy
from mudhif.storage.inspection import problems_of
from mudhif.storage.model import Fact, Integer, Text
from mudhif.storage.models import CORE_MODELS
from mudhif.storage.store import Store


def model(version: int, lift: Any = None) -> type[Fact]:
    class Refund(Fact):
        cents = Integer()
        note = Text(null=True)

        class Meta:
            table_name = "transport_refund"

    Refund._meta.version = version
    Refund._meta.upcast = {1: lift} if lift else {}
    return Refund


@pytest.fixture
def instance(tmp_path):
    """An installation with one refund of version 1."""
    refund = model(1)
    store = Store(Instance(tmp_path / "instance"), [*CORE_MODELS, refund])
    store.write(lambda tx: tx.fact(refund, cents=500))
    store.close()
    return store.instance


def cents_in(store: Store) -> list[int]:
    return [row[0] for row in store.db.execute_sql("SELECT cents FROM transport_refund").fetchall()]


def test_no_command_makes_a_table_anew_under_a_running_server(instance):
    server = Store(instance, [*CORE_MODELS, model(1)])
    lock = server.alone()
    with pytest.raises(InstanceBusy):
        Store(instance, [*CORE_MODELS, model(2)])
    assert cents_in(server) == [500]
    lock.give_back()
    server.close()
    after = Store(instance, [*CORE_MODELS, model(2, lambda fields: fields | {"cents": fields["cents"] * 10})])
    assert cents_in(after) == [5000]
    after.close()


def test_a_table_that_is_new_is_made_beside_a_running_server(instance):
    server = Store(instance, CORE_MODELS)
    lock = server.alone()

    class Ride(Fact):
        class Meta:
            table_name = "transport_ride"

    beside = Store(instance, [*CORE_MODELS, Ride])
    assert beside.write(lambda tx: tx.fact(Ride)).id
    beside.close()
    lock.give_back()
    server.close()


def test_a_fact_that_cannot_be_lifted_is_a_problem_and_the_rest_is_there(instance):
    def fail(fields):
        raise KeyError("amount")

    store = Store(instance, [*CORE_MODELS, model(2, fail)])
    assert cents_in(store) == []
    assert len(list(problems_of(store))) == 1
    store.close()
    mended = Store(instance, [*CORE_MODELS, model(1)])
    assert cents_in(mended) == [500]
    assert list(problems_of(mended)) == []
    mended.close()
