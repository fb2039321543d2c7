"""The registered and those who came, by sex, age, disability, group and kind."""

from __future__ import annotations

import pytest

from mudhif.plugins import host as hosts
from mudhif.plugins.types import Answer, Column
from mudhif.services.figures import Share, breakdowns
from mudhif.services.merging import merge_people
from mudhif.services.registrations import NewGuest, cancel_registration, register_guest
from mudhif.storage.store import write


@pytest.fixture
def guests(event):
    given = (
        NewGuest(name="Zainab", sex="f", birth_year=1999, stakeholder_group="Youth"),
        NewGuest(name="Ammar", sex="m", age_band="60+", disability="yes", kind="facilitator"),
        NewGuest(name="Sara", sex="f"),
    )
    return write(lambda tx: [register_guest(tx, event, guest) for guest in given])


def shares(event, name):
    return [(share.value, share.registered, share.arrived) for share in breakdowns(event.id)[name]]


def test_each_is_counted_the_unknown_last_and_a_year_of_birth_gives_the_age_then(event, guests):
    assert shares(event, "sex") == [("f", 2, None), ("m", 1, None)]
    assert shares(event, "age_band") == [("25-34", 1, None), ("60+", 1, None), (None, 1, None)]
    assert shares(event, "disability") == [("yes", 1, None), (None, 2, None)]
    assert shares(event, "kind") == [("participant", 2, None), ("facilitator", 1, None)]
    assert breakdowns(event.id)["stakeholder_group"][0] == Share(value="Youth", registered=1, arrived=None)


def test_who_came_counts_where_a_plugin_knows_even_if_cancelled_since(event, guests, monkeypatch):
    write(cancel_registration, guests[0].id)

    class Door:
        def call(self, hook, **_arguments):
            values = lambda ids: dict.fromkeys(ids, False) | {guests[0].id: True}  # noqa: E731
            return [Answer(plugin="door", value=Column(id="checked_in", title="In", values=values))]

        def guarding(self, *_names):
            import contextlib

            return contextlib.nullcontext()

    hosts.use(Door())
    try:
        assert shares(event, "sex") == [("f", 1, 1), ("m", 1, 0)]
    finally:
        hosts.use(None)


def test_a_person_who_was_merged_counts_once(event, guests):
    write(merge_people, guests[0].person, guests[2].person)
    assert shares(event, "sex") == [("f", 1, None), ("m", 1, None)]
