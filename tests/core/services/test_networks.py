"""Where phones find the laptop, and when it is somewhere else than its poster says."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from mudhif.services.networks import (
    Reach,
    lan_addresses,
    note_poster,
    reach,
    set_reach,
    stale_posters,
    watched_addresses,
)
from mudhif.storage.store import write


@pytest.fixture
def poster(event):
    write(note_poster, event.id, "http://192.168.1.10:8000/r/d3")
    return event


def before(event):
    return event.starts - timedelta(hours=1)


def test_a_poster_that_leads_elsewhere_is_told_with_the_address_of_now(poster):
    (stale,) = stale_posters(("192.168.1.20",), before(poster))
    assert stale.event.id == poster.id
    assert (stale.printed, stale.now) == ("192.168.1.10", "192.168.1.20")


def test_a_poster_with_another_port_than_that_of_the_server_is_told(poster):
    (stale,) = stale_posters(("192.168.1.10",), before(poster), port=18080)
    assert (stale.printed, stale.now) == ("192.168.1.10:8000", "192.168.1.10:18080")
    assert stale_posters(("192.168.1.10",), before(poster), port=8000) == []
    write(note_poster, poster.id, "http://192.168.1.10/r/d3")
    assert stale_posters(("192.168.1.10",), before(poster), port=80) == []


@pytest.mark.parametrize(
    "addresses",
    [("192.168.1.10",), ("10.42.0.1", "192.168.1.10"), ()],
    ids=["the address stayed", "it is one of two", "in no network"],
)
def test_a_poster_that_leads_here_is_no_matter(poster, addresses):
    assert stale_posters(addresses, before(poster)) == []


def test_the_poster_of_an_event_that_is_over_is_no_matter(poster):
    assert stale_posters(("192.168.1.20",), poster.ends + timedelta(minutes=1)) == []


def test_only_the_last_poster_counts(poster):
    write(note_poster, poster.id, "http://192.168.1.20/r/d3")
    assert stale_posters(("192.168.1.20",), before(poster)) == []
    (stale,) = stale_posters(("192.168.1.30",), before(poster))
    assert stale.printed == "192.168.1.20"


def test_a_poster_with_a_name_or_made_without_a_network_is_no_matter(poster):
    for address in ("http://mudhif.local:8000/r/d3", "http://127.0.0.1:8000/r/d3"):
        write(note_poster, poster.id, address)
        assert stale_posters(("192.168.1.20",), before(poster)) == []


def test_loopback_is_no_address_of_a_network():
    assert not any(address.startswith("127.") for address in lan_addresses())


def test_a_certificate_that_cannot_be_written_is_tried_again():
    tries, done = [], threading.Event()

    def changed(addresses):
        tries.append(addresses)
        if len(tries) == 1:
            raise OSError("no space left")
        done.set()

    answers = iter([("192.168.1.10",)])
    try:
        with watched_addresses(changed, lambda: next(answers, ("10.42.0.1",)), seconds=0.02):
            assert done.wait(2)
    finally:
        set_reach(Reach())


def test_another_wifi_is_noticed_once_and_told_everywhere():
    now = ["192.168.1.10"]
    told, heard = [], threading.Event()

    def changed(addresses):
        told.append(addresses)
        heard.set()

    set_reach(Reach(addresses=("192.168.1.10",), http_port=8000, https_port=8443))
    try:
        with watched_addresses(changed, lambda: tuple(now), seconds=0.02):
            assert not heard.wait(0.1)
            now[0] = "10.42.0.1"
            assert heard.wait(2)
            threading.Event().wait(0.1)
        assert told == [("10.42.0.1",)]
        assert reach().staff == "https://10.42.0.1:8443"
        assert reach().guests == "http://10.42.0.1:8000"
    finally:
        set_reach(Reach())


def test_the_certificate_is_looked_at_by_the_clock_while_the_addresses_stay():
    told = []
    with watched_addresses(told.append, lambda: ("192.168.1.10",), seconds=0.02, again_seconds=0.1):
        threading.Event().wait(0.5)
    assert 2 <= len(told) <= 5
    assert set(told) == {("192.168.1.10",)}
