"""What the examination says of the certificate of phones, and of what is missing before an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mudhif.app import opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services import doctor
from mudhif.services.badge_prints import note_prints
from mudhif.services.certificates import Files, certify
from mudhif.services.events import create_event, read_event
from mudhif.services.networks import note_poster
from mudhif.services.registrations import guest_from, register_guest
from mudhif.services.settings import CORE, set_event_setting
from mudhif.storage.models import Device
from mudhif.storage.store import write

LAN = "192.168.8.2"
NOW = datetime.now(UTC)


@pytest.fixture
def installation(tmp_path):
    with opened(Instance(tmp_path / "instance"), Host(None), make=True, label="test") as application:
        yield application


@pytest.fixture
def here(monkeypatch):
    """The laptop's addresses of now."""
    addresses = [LAN]
    monkeypatch.setattr(doctor, "lan_addresses", lambda: tuple(addresses))
    return addresses


def said(installation, now=NOW):
    return doctor._certificate(installation.instance, now)


def test_without_a_network_there_is_none_and_nothing_is_wrong(installation, here):
    line = said(installation)
    assert line.ok
    assert "mudhif serve --lan" in line.text
    assert not installation.instance.keys.joinpath("authority.crt").exists(), "looking makes nothing"


def test_it_says_how_long_it_lasts_and_for_what(installation, here):
    certify(installation.instance.keys, [LAN], ["desk.local"])
    line = said(installation, NOW + timedelta(days=96, hours=-1))
    assert line.ok
    assert "ends in 300 days" in line.text
    assert f"desk.local, localhost, 127.0.0.1, {LAN}, ::1" in line.text


def test_an_address_for_which_it_is_not_is_named(installation, here):
    certify(installation.instance.keys, [LAN])
    here.append("10.42.0.1")
    line = said(installation)
    assert not line.ok
    assert "not for 10.42.0.1" in line.text
    assert "serve --lan" in line.remedy


@pytest.mark.parametrize(("days", "words"), [(380, "ends in 15 days"), (500, "ended on")])
def test_one_that_nears_its_end_is_said_so(installation, here, days, words):
    certify(installation.instance.keys, [LAN])
    line = said(installation, NOW + timedelta(days=days, hours=1))
    assert not line.ok
    assert words in line.text


def test_one_of_another_authority_is_said_so(installation, here, tmp_path):
    certify(installation.instance.keys, [LAN])
    certify(tmp_path / "other", [LAN])
    Files(folder=installation.instance.keys).authority.write_bytes(
        Files(folder=tmp_path / "other").authority.read_bytes()
    )
    assert not said(installation).ok


def test_it_stands_among_the_lines_of_the_examination(installation, here):
    lines = doctor.examine(installation.instance, installation.store, installation.host)
    assert [line.name for line in lines].count("certificate") == 1


# --- before an event --------------------------------------------------------------------------------------------------


@pytest.fixture
def event(installation):
    given = {"title": "Session", "date": "2030-03-07", "start": "09:00", "end": "13:00", "project": "Voices"}
    return write(create_event, read_event(given))


def missing(installation, event):
    return [line.name for line in doctor.examine_event(event, installation.store, installation.host) if not line.ok]


def test_what_is_missing_before_an_event_is_said_until_it_is_there(installation, event):
    assert missing(installation, event) == ["guests", "phones", "badges", "poster"]
    guest = write(register_guest, event, guest_from({"name": "Zainab Kadhim", "sex": "f"}))
    note_prints([guest.id], layout="a4")
    write(note_poster, event.id, "http://192.168.8.2:8000/r/session")
    pair = {"name": "Phone", "role": "scanner", "event": event.id, "expires": NOW + timedelta(days=1)}
    device = write(lambda tx: tx.create(Device, gates=[], **pair))
    assert missing(installation, event) == []
    write(lambda tx: tx.update(device, revoked=NOW))
    assert missing(installation, event) == ["phones"]


def test_every_line_that_misses_something_says_what_to_do(installation, event):
    lines = doctor.examine_event(event, installation.store, installation.host)
    assert [line.name for line in lines if not line.ok and not line.remedy] == []


def test_own_words_of_consent_in_one_language_alone_are_a_gap(installation, event):
    write(set_event_setting, event.id, CORE, "photos_en", "We take pictures for the donor.")
    (line,) = [line for line in doctor.examine_event(event, installation.store, installation.host)
               if line.name == "consent"]  # fmt: skip
    assert not line.ok and line.text == "The photo consent has no Arabic text"
    write(set_event_setting, event.id, CORE, "photos_ar", "نلتقط صورًا للجهة المانحة.")
    assert "consent" not in missing(installation, event)


def test_after_an_event_nothing_is_asked_for_that_is_needed_before(installation, event):
    over = write(lambda tx: tx.update(event, starts=NOW - timedelta(days=2), ends=NOW - timedelta(days=1)))
    assert missing(installation, over) == ["guests"]
