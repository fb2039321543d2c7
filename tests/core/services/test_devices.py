"""Pairing a phone: offered once, for ten minutes; and what becomes of it when it is revoked or its time is up."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from mudhif.domain.errors import BadInput, NotFound
from mudhif.services.accounts import Members, digest
from mudhif.services.devices import (
    DeviceExpired,
    DeviceRevoked,
    OfferGone,
    device_of_session,
    device_of_token,
    devices_of,
    ended_at,
    gates_of,
    is_paired_here,
    offer_pairing,
    pair_device,
    read_offer,
    revoke_device,
    taken_by,
    why_ended,
)
from mudhif.storage.journal import SELECT, change_from
from mudhif.storage.models import Device, DeviceToken, PairingOffer
from mudhif.storage.store import write

NOW = datetime.now(UTC)
SOON = NOW + timedelta(hours=3)


@pytest.fixture
def offer(store, event):
    def made(role: str = "scanner", **given):
        return write(lambda tx: offer_pairing(tx, event, role, **{"until": SOON, "gates": ["Main door"]} | given))

    return made


@pytest.fixture
def paired(offer):
    return write(pair_device, offer(), "Rusul’s phone")


@pytest.fixture
def members(store) -> Members:
    return Members()


def test_a_phone_becomes_what_was_offered_and_nothing_else(paired, event, members):
    who = members.of_token(paired.token)
    assert (who.name, who.role, who.event, who.id) == ("Rusul’s phone", "scanner", event.id, paired.device.id)
    assert members.devices[who.id].gates == ["Main door"]
    assert not who.may("devices.manage") and not who.may("guests.edit")


def test_a_code_is_good_once(offer):
    code = offer()
    write(pair_device, code, "first")
    with pytest.raises(OfferGone):
        write(pair_device, code, "second")
    assert Device.select().count() == 1
    assert taken_by(digest(code)).name == "first"


def test_a_code_is_good_for_ten_minutes(offer):
    code = offer(now=NOW)
    assert read_offer(code, NOW + timedelta(minutes=9, seconds=59)).role == "scanner"
    with pytest.raises(OfferGone):
        read_offer(code, NOW + timedelta(minutes=10))


def test_a_guessed_code_opens_nothing(offer):
    offer()
    with pytest.raises(OfferGone):
        read_offer("AAAAAAAAAAAAAAAAAAAAAA")


@pytest.mark.parametrize("role", ["administrator", "coordinator", "reporter", "nobody", ""])
def test_no_phone_becomes_somebody_who_could_pair_others(offer, role):
    with pytest.raises(BadInput) as refused:
        offer(role)
    assert "role" in refused.value.errors


def test_an_end_that_has_passed_is_refused(offer):
    with pytest.raises(BadInput) as refused:
        offer(until=NOW - timedelta(minutes=1))
    assert "until" in refused.value.errors


def test_without_a_wish_its_time_is_up_with_the_event_or_half_a_day_later(offer, event):
    before, after = event.starts - timedelta(hours=1), event.ends + timedelta(days=1)
    assert read_offer(offer(until=None, now=before), before).until == event.ends
    assert read_offer(offer(until=None, now=after), after).until == after + timedelta(hours=12)


def test_the_phone_may_be_named_at_the_laptop_or_on_itself_but_is_named(offer):
    assert write(pair_device, offer(name="Spare  phone")).device.name == "Spare phone"
    with pytest.raises(BadInput):
        write(pair_device, offer(), "   ")
    assert write(pair_device, offer(), "x" * 500).device.name == "x" * 60


def test_of_code_and_token_only_digests_are_kept(offer, store):
    code = offer()
    token = write(pair_device, code, "phone").token
    rows = [str(row) for model in (PairingOffer, DeviceToken) for row in model.select().tuples()]
    journal = [change_from(row) for row in store.db.execute_sql(f"{SELECT} ORDER BY pos").fetchall()]
    assert code not in repr((rows, journal))
    assert token not in repr((rows, journal))
    assert any(change.kind == "core.device/1" for change in journal)


def test_a_revoked_phone_is_out_at_once_and_still_known_by_its_token(paired, members):
    assert members.of_token(paired.token)
    write(revoke_device, paired.device.id)
    members.refresh()
    assert members.of_token(paired.token) is None
    device = device_of_token(paired.token)
    assert device.id == paired.device.id and isinstance(why_ended(device), DeviceRevoked)
    assert ended_at(device) == device.revoked < SOON
    assert devices_of(paired.device.event) == []


def test_revoking_twice_keeps_the_first_moment(paired):
    first = write(revoke_device, paired.device.id).revoked
    assert write(revoke_device, paired.device.id).revoked == first


def test_a_device_of_another_event_is_not_revoked_by_way_of_this_one(paired):
    with pytest.raises(NotFound):
        write(revoke_device, paired.device.id, "01900000-0000-7000-8000-000000000000")
    assert Device.get_by_id(paired.device.id).revoked is None


def test_a_phone_whose_time_is_up_is_out_without_anybody_doing_anything(offer, members):
    made = write(pair_device, offer(until=datetime.now(UTC) + timedelta(seconds=0.4)), "brief")
    stamp = members.stamp(made.device.id)
    assert members.of_token(made.token) and members.known_token(made.token)
    assert members.of_session(made.device.id, stamp)

    time.sleep(0.5)
    assert members.known_token(made.token) is None
    assert members.of_session(made.device.id, stamp) is None
    assert members.of_token(made.token) is None
    assert isinstance(why_ended(device_of_token(made.token)), DeviceExpired)
    assert ended_at(made.device) == made.device.expires


def test_one_expired_phone_does_not_shut_the_others_out(offer, members):
    made = write(pair_device, offer(until=datetime.now(UTC) + timedelta(seconds=0.2)), "brief")
    other = write(pair_device, offer(), "long")
    assert members.of_token(made.token) and members.of_token(other.token)

    time.sleep(0.3)
    assert members.of_token(other.token).name == "long"
    assert members.known_token(other.token).name == "long"


def test_a_session_of_a_phone_ends_with_the_phone(paired, members):
    stamp = members.stamp(paired.device.id)
    assert members.of_session(paired.device.id, stamp).name == "Rusul’s phone"
    write(revoke_device, paired.device.id)
    members.refresh()
    assert members.of_session(paired.device.id, stamp) is None
    assert device_of_session(paired.device.id, stamp).id == paired.device.id
    assert device_of_session(paired.device.id, "0" * 16) is None
    assert device_of_session(None, "") is None


def test_when_a_phone_was_last_seen_is_remembered_and_never_journaled(paired, members, store):
    before = store.db.execute_sql("SELECT count(*) FROM journal").fetchone()
    assert paired.device.id not in members.seen
    members.of_token(paired.token)
    assert members.seen[paired.device.id] == pytest.approx(datetime.now(UTC).timestamp(), abs=5)
    assert store.db.execute_sql("SELECT count(*) FROM journal").fetchone() == before


def test_a_device_known_from_another_laptop_opens_nothing_here(store, event, members):
    foreign = write(lambda tx: tx.create(Device, name="there", role="scanner", event=event.id, expires=SOON))
    members.refresh()
    assert foreign.id not in members.devices
    assert not is_paired_here(foreign.id)
    assert [device.name for device in devices_of(event.id)] == ["there"]


def test_gates_are_tidied_and_offered_again(offer, event):
    write(pair_device, offer(gates=["  Main   door", "Main door", "", "Garden"]), "a")
    write(pair_device, offer(gates=["Hall"]), "b")
    assert gates_of(event.id) == ["Hall", "Main door", "Garden"]
