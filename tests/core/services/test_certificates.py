"""The installation's own authority, asked by OpenSSL and by Python's own handshake."""

from __future__ import annotations

import shutil
import socket
import ssl
import stat
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from mudhif.services.certificates import Files, authority, certify, in_groups, known_authority

LAN = "192.168.8.2"
NOW = datetime.now(UTC)


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "keys"


def leaf(keys) -> x509.Certificate:
    return x509.load_pem_x509_certificate(Files(folder=keys).certificate.read_bytes())


def handshake(keys, name: str, *, trusting: bool) -> None:
    """One TLS handshake over real sockets, with the name that the client wants to reach."""
    files = Files(folder=keys)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(files.certificate, files.key)
    asking = ssl.create_default_context(cafile=str(files.authority) if trusting else None)
    here, there = socket.socketpair()
    here.settimeout(5), there.settimeout(5)

    def serve() -> None:
        try:
            serving.wrap_socket(there, server_side=True).close()
        except (ssl.SSLError, OSError):
            there.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        asking.wrap_socket(here, server_hostname=name).close()
    finally:
        here.close()
        thread.join()


@pytest.mark.parametrize("name", [LAN, "127.0.0.1", "localhost", "desk.local"])
def test_who_trusts_the_authority_shakes_hands_by_address_and_by_name(keys, name):
    certify(keys, [LAN], ["desk", "desk.local"])
    handshake(keys, name, trusting=True)


def test_who_does_not_trust_the_authority_refuses(keys):
    certify(keys, [LAN])
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(keys, LAN, trusting=False)


def test_an_address_that_the_certificate_does_not_name_is_refused(keys):
    certify(keys, [LAN])
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        handshake(keys, "192.168.8.3", trusting=True)


def test_a_certificate_of_another_laptop_is_refused(keys, tmp_path):
    certify(keys, [LAN])
    certify(tmp_path / "other", [LAN])
    shutil.copy(Files(folder=tmp_path / "other").authority, Files(folder=keys).authority)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(keys, LAN, trusting=True)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL's command is not here")
def test_openssl_verifies_it_as_a_web_server_in_its_strict_mode(keys):
    certify(keys, [LAN])
    files = Files(folder=keys)
    words = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_ip", LAN]
    done = subprocess.run([*words, "-CAfile", files.authority, files.certificate], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL's command is not here")
@pytest.mark.parametrize("name", ["bank.example", "local.bank.example", "notlocal"])
def test_even_with_its_key_nobody_can_pose_as_a_site_of_the_internet(keys, name):
    """The name constraints of the authority: a phone that trusts it risks nothing beyond the hall."""
    certify(keys, [LAN])
    files = Files(folder=keys)
    issuer = x509.load_pem_x509_certificate(files.authority.read_bytes())
    key = load_pem_private_key(files.authority_key.read_bytes(), password=None)
    from mudhif.services.certificates import _signed_leaf

    files.certificate.write_bytes(_signed_leaf(issuer, key, key, [x509.DNSName(name)], NOW).public_bytes(Encoding.PEM))
    done = subprocess.run(
        ["openssl", "verify", "-CAfile", files.authority, files.certificate], capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "permitted subtree violation" in done.stdout + done.stderr


def test_a_public_name_gets_no_certificate_and_a_public_address_of_a_hall_does(keys):
    certify(keys, [LAN, "93.184.215.14"], ["mudhif.org", "desk.local"])
    handshake(keys, "93.184.215.14", trusting=True)
    named = leaf(keys).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(ip) for ip in named.get_values_for_type(x509.IPAddress)] == [
        "93.184.215.14", "127.0.0.1", LAN, "::1",
    ]  # fmt: skip
    assert named.get_values_for_type(x509.DNSName) == ["desk.local", "localhost"]


def test_it_lives_as_long_as_phones_take_and_is_for_servers_alone(keys):
    certify(keys, [LAN])
    found = leaf(keys)
    assert found.not_valid_after_utc - found.not_valid_before_utc <= timedelta(days=397)
    assert found.not_valid_before_utc < NOW
    assert [usage._name for usage in found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value] == [
        "serverAuth"
    ]
    assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    issuer = x509.load_pem_x509_certificate(Files(folder=keys).authority.read_bytes())
    its_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert found.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == its_id


def test_nothing_is_made_anew_while_all_stays_as_it_was(keys):
    assert certify(keys, [LAN], ["desk.local"])
    before = Files(folder=keys).certificate.read_bytes()
    assert not certify(keys, [LAN], ["desk.local"])
    assert Files(folder=keys).certificate.read_bytes() == before


def test_another_address_gets_a_new_certificate_from_the_same_authority(keys):
    certify(keys, [LAN])
    trusted = authority(keys)
    assert certify(keys, ["10.42.0.1"])
    assert authority(keys) == trusted
    handshake(keys, "10.42.0.1", trusting=True)


@pytest.mark.parametrize(
    ("days", "renewed"), [(360, False), (367, True), (500, True), (-3, True)],
    ids=["37 days left", "29 days left", "over", "the clock was ahead"],
)  # fmt: skip
def test_it_is_renewed_thirty_days_before_its_end(keys, days, renewed):
    certify(keys, [LAN])
    assert certify(keys, [LAN], now=NOW + timedelta(days=days)) is renewed


def test_a_torn_file_is_made_anew(keys):
    certify(keys, [LAN])
    Files(folder=keys).certificate.write_bytes(b"-----BEGIN CERT")
    assert certify(keys, [LAN])
    handshake(keys, LAN, trusting=True)


def test_an_authority_without_its_key_is_replaced_and_that_is_logged(keys, caplog):
    certify(keys, [LAN])
    lost = authority(keys)
    Files(folder=keys).authority_key.unlink()
    assert certify(keys, [LAN])
    assert authority(keys) != lost
    assert "lost its key" in caplog.text
    handshake(keys, LAN, trusting=True)


def test_only_the_owner_reads_the_keys(keys):
    certify(keys, [LAN])
    for path in (Files(folder=keys).authority_key, Files(folder=keys).key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_fingerprint_is_that_which_phones_and_openssl_show(keys):
    assert known_authority(keys) is None
    made = authority(keys)
    assert known_authority(keys) == made
    assert made.name.startswith("Mudhif ")
    certificate = x509.load_der_x509_certificate(made.der)
    from cryptography.hazmat.primitives.hashes import SHA256

    assert made.fingerprint == certificate.fingerprint(SHA256()).hex().upper()
    assert len(in_groups(made.fingerprint).split()) == 16
