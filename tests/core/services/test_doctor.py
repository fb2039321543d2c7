"""What the examination says of the certificate with which phones of the team come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mudhif.app import opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services import doctor
from mudhif.services.certificates import Files, certify

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
