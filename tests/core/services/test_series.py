"""One person over the events of a project: suggested, taken over, and what they came to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mudhif.plugins import host as hosts
from mudhif.plugins.types import Answer, Column
from mudhif.services.merging import merge_people
from mudhif.services.people import erase
from mudhif.services.registrations import (
    AlreadyOnTheList,
    NewGuest,
    cancel_registration,
    guest_list,
    register_guest,
)
from mudhif.services.series import (
    Copied,
    OfAnotherProject,
    came_to,
    copy_guests,
    events_before,
    guests_to_copy,
    known_people,
    returning_guests,
    visits_of,
)
from mudhif.storage.models import Event, Person, Project, Registration
from mudhif.storage.store import write

PEOPLE = ("Zainab Kadhim", "Ammar Al-Jubouri", "علي حسن")


class Door:
    """Stands for a plugin that knows who came."""

    def __init__(self):
        self.came = set()

    def call(self, hook, **_arguments):
        def values(ids):
            return {id: id in self.came for id in ids}

        column = Column(id="checked_in", title="In", values=values)
        return [Answer(plugin="door", value=column)] if hook == "columns" else []

    def guarding(self, *_names):
        import contextlib

        return contextlib.nullcontext()


@pytest.fixture
def door():
    stands = Door()
    hosts.use(stands)
    yield stands
    hosts.use(None)


@pytest.fixture
def earlier(event):
    moved = {"starts": event.starts - timedelta(days=30), "ends": event.ends - timedelta(days=30)}
    return write(lambda tx: tx.create(Event, project=event.project, code="d2", title="Second session", **moved))


@pytest.fixture
def came_before(earlier):
    return write(lambda tx: [register_guest(tx, earlier, NewGuest(name=name, sex="f")) for name in PEOPLE])


def test_the_last_list_is_taken_over_with_the_same_people_and_new_tickets(event, earlier, came_before):
    write(cancel_registration, came_before[2].id)
    assert write(copy_guests, earlier, event) == Copied(added=2, already=0)
    rows = guest_list(event.id)
    assert [(row["name"], row["status"]) for row in rows] == [(name, "invited") for name in PEOPLE[:2]]
    assert [row["person"] for row in rows] == [row.person for row in came_before[:2]] and Person.select().count() == 3
    assert len({row["ticket"] for row in rows}) == 2
    assert write(copy_guests, earlier, event) == Copied(added=0, already=2), "again, nobody is doubled"


def test_only_who_came_is_taken_over_where_that_is_asked(event, earlier, came_before, door):
    door.came = {came_before[1].id}
    assert [row.id for row in guests_to_copy(earlier, only_who_came=True)] == [came_before[1].id]
    write(lambda tx: copy_guests(tx, earlier, event, only_who_came=True, status="registered"))
    assert [(row["name"], row["status"]) for row in guest_list(event.id)] == [(PEOPLE[1], "registered")]


def test_where_places_are_few_the_rest_is_told_and_nobody_is_lost(event, earlier, came_before):
    write(lambda tx: tx.update(Event.get_by_id(event.id), capacity=2))
    copied = write(lambda tx: copy_guests(tx, earlier, Event.get_by_id(event.id), status="registered"))
    assert copied == Copied(added=2, already=0, full=1)


def test_who_was_erased_or_merged_is_taken_over_never_and_once(event, earlier, came_before):
    erase(came_before[2].id)
    write(merge_people, came_before[0].person, came_before[1].person)
    assert write(copy_guests, earlier, event) == Copied(added=1, already=0)


def test_a_list_of_another_project_is_not_taken_over(event, earlier, came_before):
    other = write(lambda tx: tx.update(earlier, project=tx.create(Project, title="Another").id))
    with pytest.raises(OfAnotherProject, match="Second session"):
        write(copy_guests, other, event)
    assert events_before(event) == []


def test_somebody_known_is_registered_as_the_same_person_once(event, earlier, came_before):
    known = came_before[0].person
    made = write(lambda tx: register_guest(tx, event, NewGuest(name="Zainab", organisation="Radio"), known=known))
    person = Person.get_by_id(known)
    assert made.person == known and (person.name, person.organisation) == ("Zainab Kadhim", "Radio")
    with pytest.raises(AlreadyOnTheList, match="Zainab Kadhim"):
        write(lambda tx: register_guest(tx, event, NewGuest(name="Zainab"), known=known))


def test_came_to_two_of_three(event, earlier, came_before, door):
    write(copy_guests, earlier, event)
    last = guest_list(event.id)[0]
    door.came = {came_before[0].id}
    visits = visits_of(came_before[0].person, str(event.project))
    assert [(visit.event.code, visit.came) for visit in visits] == [("d2", True), ("d3", False)]
    assert came_to(visits) == (1, 2)
    assert came_to(visits, now=event.starts - timedelta(days=1)) == (1, 1), "what was not held yet counts for nobody"
    assert last["person"] == came_before[0].person


def test_nobody_says_who_came_where_no_plugin_knows(event, earlier, came_before):
    assert came_to(visits_of(came_before[0].person, str(event.project))) is None


def test_people_of_earlier_events_are_suggested_in_either_script_until_they_are_on_the_list(
    event, earlier, came_before
):
    (found,) = known_people(event, "ali")
    assert (found["id"], found["name"], found["events"]) == (came_before[2].person, "علي حسن", ["Second session"])
    write(lambda tx: register_guest(tx, event, NewGuest(name="Ali"), known=found["id"]))
    assert known_people(event, "ali") == [] == known_people(event, "")


def test_who_came_to_the_last_session_is_known_at_the_next(event, earlier, came_before, door):
    write(copy_guests, earlier, event)
    door.came = {came_before[1].id}
    found = returning_guests(event)
    assert found.event.id == earlier.id
    assert [Registration.get_by_id(id).person for id in found.registrations] == [came_before[1].person]
    assert returning_guests(earlier) is None, "nothing was before it"


def test_nobody_is_said_to_have_come_where_nothing_knows(event, earlier, came_before):
    write(copy_guests, earlier, event)
    assert returning_guests(event) is None
