"""Giving guests places in an event, changing and listing them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mudhif.domain.errors import BadInput
from mudhif.plugins import host as hosts
from mudhif.plugins.types import Answer, Column
from mudhif.services import tickets
from mudhif.services.registrations import (
    EventFull,
    EventOver,
    FormClosed,
    NewGuest,
    NoFreePlace,
    NoGuest,
    NotWaiting,
    Source,
    cancel_registration,
    guest_from,
    guest_list,
    guest_page,
    guest_row,
    offer_place,
    register_guest,
    status_counts,
    update_registration,
    waiting_list,
)
from mudhif.storage.models import Event, Person, Registration, Ticket
from mudhif.storage.store import write

ZAINAB = NewGuest(name="زينب كاظم", sex="f", organisation="جامعة ذي قار")


@pytest.fixture
def register(event):
    return lambda guest=ZAINAB, source=Source.DESK, **more: write(
        lambda tx: register_guest(tx, event.id, guest, source, **more)
    )


def change_event(event, **fields):
    return write(lambda tx: tx.update(Event.get_by_id(event.id), **fields))


# ------------------------------------------------------------------------------------------------ registering


def test_a_guest_gets_the_next_number_and_a_ticket(event, register):
    first, second = register(), register(NewGuest(name="Ammar", kind="media"))
    assert (first.number, second.number, first.status, second.kind) == (1, 2, "registered", "media")
    assert Ticket.select().count() == 2 and tickets.ticket_text(first.id)
    assert Person.get_by_id(first.person).organisation == "جامعة ذي قار"


def test_numbers_of_events_are_apart(event, register):
    register()
    other = write(
        lambda tx: tx.create(Event, project=event.project, code="x", title="x", starts=event.starts, ends=event.ends)
    )
    assert write(register_guest, other.id, ZAINAB).number == 1


def test_a_full_event_refuses_and_writes_nothing(event, register):
    change_event(event, capacity=1)
    register()
    with pytest.raises(EventFull, match="Third session is full: all 1 places") as refused:
        register()
    assert refused.value.code == "event-full" and Person.select().count() == 1


def test_a_full_event_with_a_waiting_list_lets_wait(event, register):
    change_event(event, capacity=1, waiting_list=True)
    assert [register().status for _ in range(2)] == ["registered", "waiting"]


def test_a_cancelled_guest_leaves_a_free_place(event, register):
    change_event(event, capacity=1)
    write(cancel_registration, register().id)
    assert register().status == "registered"


def test_the_form_closes_with_the_event_and_when_it_is_closed(event, register):
    assert register(source=Source.FORM, now=event.ends - timedelta(minutes=1)).source == "form"
    with pytest.raises(EventOver) as over:
        register(source=Source.FORM, now=event.ends + timedelta(minutes=1))
    change_event(event, form_open=False)
    with pytest.raises(FormClosed) as closed:
        register(source=Source.FORM, now=event.starts)
    assert (over.value.code, closed.value.code) == ("event-over", "form-closed")
    assert register(source=Source.DESK, now=event.ends + timedelta(days=1)).status == "registered"


def test_a_form_that_is_sent_twice_registers_once(register):
    once = register()
    assert register(registration_id=once.id).id == once.id and Registration.select().count() == 1


def test_a_guest_out_of_a_form_is_read_as_people_write(event):
    guest = guest_from({"name": " زينب ", "sex": "أنثى", "phone": "٠٧٨٠١٢٣٤٥٦٧", "kind": None, "email": "", "x": "y"})
    assert (guest.name, guest.sex, guest.phone_e164, guest.kind) == ("زينب", "f", "+9647801234567", "participant")


def test_all_wrong_fields_of_a_form_are_told():
    with pytest.raises(BadInput) as wrong:
        guest_from({"sex": "X", "email": "nobody"})
    assert set(wrong.value.errors) == {"name", "sex", "email"}


# ------------------------------------------------------------------------------------------------ changing


def test_fields_of_a_person_and_a_registration_are_changed_together(register):
    made = register()
    write(update_registration, made.id, {"name": "زينب كاظم حسن", "phone": "07801234567", "kind": "guest", "sex": None})
    row = guest_row(made.id)
    assert (row["name"], row["phone"], row["kind"], row["sex"]) == ("زينب كاظم حسن", "07801234567", "guest", None)
    assert Person.get_by_id(made.person).phone_e164 == "+9647801234567"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": ""}, "name"), ({"kind": "king"}, "kind"), ({"status": ""}, "status"),
     ({"colour": "red"}, "colour"), ({"number": 7}, "number")],
)  # fmt: skip
def test_what_cannot_be_changed_so_is_refused_by_name(register, changes, field):
    made = register()
    with pytest.raises(BadInput) as wrong:
        write(update_registration, made.id, changes)
    assert list(wrong.value.errors) == [field] and guest_row(made.id)["name"] == ZAINAB.name


def test_nobody_is_moved_into_a_full_event(event, register):
    change_event(event, capacity=1, waiting_list=True)
    register()
    waiting = register()
    with pytest.raises(EventFull):
        write(update_registration, waiting.id, {"status": "registered"})
    change_event(event, capacity=2)
    assert write(update_registration, waiting.id, {"status": "registered"}).status == "registered"


def test_an_unknown_guest_is_not_found(event):
    with pytest.raises(NoGuest):
        write(update_registration, "nobody", {"status": "cancelled"})
    with pytest.raises(NoGuest):
        guest_row("nobody")


# ------------------------------------------------------------------------------------------------ listing


def test_a_list_comes_in_pages_with_its_total(event):
    write(lambda tx: [register_guest(tx, event.id, NewGuest(name=f"Guest {n}")) for n in range(203)])
    pages = [guest_page(event.id, page=page) for page in (1, 2, 3, 4)]
    assert [len(page.rows) for page in pages] == [100, 100, 3, 0] and pages[0].total == 203 and pages[0].pages == 3
    assert [row["number"] for page in pages for row in page.rows] == list(range(1, 204))
    assert len(guest_list(event.id)) == 203


def test_a_list_is_kept_to_a_status_and_counted(event, register):
    write(cancel_registration, register().id)
    register()
    assert [row["number"] for row in guest_list(event.id, status="cancelled")] == [1]
    assert status_counts(event.id) == {"invited": 0, "registered": 1, "waiting": 0, "cancelled": 1}


def test_a_search_keeps_the_order_of_its_hits_and_its_pages(event, register):
    for name in ("Alina", "Omar", "Ali"):
        register(NewGuest(name=name))
    found = guest_page(event.id, search="ali", page=1)
    assert [row["name"] for row in found.rows] == ["Ali", "Alina"] and found.total == 2
    assert guest_page(event.id, search="ali", page=2).rows == []
    assert guest_list(event.id, search=" ") == guest_list(event.id)


def test_a_ticket_in_the_search_field_finds_its_guest(event, register):
    made = register()
    register(NewGuest(name="Other"))
    assert [row["id"] for row in guest_list(event.id, search=tickets.ticket_text(made.id))] == [made.id]


def test_columns_of_plugins_stand_in_the_rows_and_a_failing_one_costs_itself(event, register, monkeypatch):
    made = register()

    def broken(ids):
        raise RuntimeError("no")

    class Host(hosts.Host):
        def call(self, hook, **arguments):
            columns = [Column(id="checked_in", title="In", values=lambda ids: dict.fromkeys(ids, True)),
                       Column(id="tasks", title="Tasks", values=broken)]  # fmt: skip
            return [Answer(plugin="some", value=column) for column in columns]

    assert guest_row(made.id)["checked_in"] is None
    monkeypatch.setattr(hosts, "_current", Host(None))
    row = guest_row(made.id)
    assert row["checked_in"] is True and "tasks" not in row


# ------------------------------------------------------------------------------------------------ the waiting list


@pytest.fixture
def queue(event, register):
    """One place, taken; two who wait, in the order in which they came."""
    change_event(event, capacity=1, waiting_list=True)
    guest, first, second = register(), register(NewGuest(name="Huda")), register(NewGuest(name="Ali"))
    return guest, first, second


def status_of(registration):
    return Registration.get_by_id(registration.id).status


def test_who_waits_comes_in_the_order_of_time(event, queue):
    _guest, first, second = queue

    assert waiting_list(event.id) == [first.id, second.id]


def test_a_place_that_is_freed_is_given_to_nobody_until_a_person_offers_it(event, queue, register):
    guest, first, second = queue
    write(cancel_registration, guest.id)
    assert (status_of(first), status_of(second)) == ("waiting", "waiting")

    change_event(event, ends=event.ends + timedelta(days=36500))
    late = register(NewGuest(name="Late"), Source.FORM)
    assert late.status == "waiting"

    write(offer_place, first.id)
    assert status_of(first) == "registered"
    assert waiting_list(event.id) == [second.id, late.id]


def test_no_place_is_offered_twice(queue):
    guest, first, second = queue
    with pytest.raises(NoFreePlace):
        write(offer_place, first.id)
    write(cancel_registration, guest.id)

    write(offer_place, second.id)

    with pytest.raises(NoFreePlace):
        write(offer_place, first.id)


def test_a_place_is_offered_to_those_alone_who_wait(queue):
    with pytest.raises(NotWaiting, match="زينب كاظم"):
        write(offer_place, queue[0].id)


def test_two_who_offer_the_last_place_at_once_give_it_once(queue):
    guest, first, second = queue
    write(cancel_registration, guest.id)

    def offer(one):
        try:
            return write(offer_place, one.id).status
        except NoFreePlace:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(offer, [first, second]))

    assert sorted(said) == ["refused", "registered"]


def test_at_the_desk_a_person_decides_and_may_pass_the_queue(queue, register):
    write(cancel_registration, queue[0].id)

    assert register(NewGuest(name="Minister"), Source.DESK).status == "registered"
