"""`devices list` and `devices revoke` at the prompt, and what `poster` remembers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from mudhif.app import opened
from mudhif.cli import Cli, run
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.devices import device_of_token, offer_pairing, pair_device
from mudhif.services.events import create_event, read_event
from mudhif.services.networks import stale_posters
from mudhif.storage.store import write

GIVEN = {"date": "2030-03-07", "start": "09:00", "end": "13:00", "title": "Third session", "code": "third-3"}


@pytest.fixture
def instance(tmp_path):
    return Instance(tmp_path / "instance")


@pytest.fixture
def token(instance):
    with opened(instance, Host(None), make=True):
        event = write(create_event, read_event(GIVEN | {"project": "P"}))
        offer = write(lambda tx: offer_pairing(tx, event, "scanner", gates=["Main door"]))
        return write(pair_device, offer, "Rusul’s phone").token


def call(instance, capsys, *words):
    status = run(list(words), Cli(instance, as_json=True))
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else None, said.err


def test_devices_are_listed_with_their_place_and_end_in_the_events_own_time(instance, token, capsys):
    status, (device,), said = call(instance, capsys, "devices", "list", "third-3")
    assert status == 0
    assert (device["name"], device["role"], device["gates"], device["here"]) == (
        "Rusul’s phone", "scanner", ["Main door"], True,
    )  # fmt: skip
    assert device["expires"] == "2030-03-07T13:00:00+03:00"
    assert "scanner, Main door  until 2030-03-07 13:00" in said
    assert token not in json.dumps(device) + said


def test_a_device_is_revoked_at_the_prompt(instance, token, capsys):
    _status, (device,), _said = call(instance, capsys, "devices", "list", "third-3")
    assert call(instance, capsys, "devices", "revoke", device["id"])[0] == 0
    assert call(instance, capsys, "devices", "list", "third-3")[1] == []
    with opened(instance, Host(None), make=False):
        assert device_of_token(token).revoked > datetime.now(UTC) - timedelta(minutes=1)


def test_a_device_that_is_not_there_is_said_so(instance, token, capsys):
    status, _data, said = call(instance, capsys, "devices", "revoke", "nobody")
    assert status == 1 and "nobody" in said


def test_the_address_of_a_printed_poster_is_remembered(instance, token, capsys, tmp_path):
    file = str(tmp_path / "poster.pdf")
    assert call(instance, capsys, "poster", "third-3", "-o", file, "--address", "http://192.168.1.10:8000")[0] == 0
    with opened(instance, Host(None), make=False):
        (stale,) = stale_posters(("192.168.1.20",))
    assert (stale.event.code, stale.printed, stale.now) == ("third-3", "192.168.1.10", "192.168.1.20")
