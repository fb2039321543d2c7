"""`mudhif serve` as a process: what it prints, who may become administrator, and how it ends."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from mudhif.app import opened
from mudhif.cli.serve import Listening, _prepared
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services import networks
from mudhif.services.certificates import certify, in_groups, known_authority
from mudhif.services.devices import offer_pairing, pair_device
from mudhif.services.events import create_event, read_event
from mudhif.services.networks import lan_addresses
from mudhif.storage.database import ServeLock
from mudhif.storage.store import write

PASSWORD = "reeds by the water"


class Running:
    """A server in a process of its own."""

    def __init__(self, instance: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mudhif", "serve", "--port", "0", "--instance", str(instance), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        while not self.said or "Ctrl-C" not in self.said[-1]:
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            self.said.append(line.strip())
        self.port = int(re.search(r"http://localhost:(\d+)/", self.said[0])[1])

    def get(self, path: str) -> tuple[int, str]:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        client.request("GET", path)
        answer = client.getresponse()
        text = answer.read().decode()
        client.close()
        return answer.status, text

    def end(self, number: int = signal.SIGTERM) -> float:
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=10)
        return time.monotonic() - began


@pytest.fixture
def serve(tmp_path):
    started: list[Running] = []

    def start(*options: str) -> Running:
        started.append(Running(tmp_path / "instance", *options))
        return started[-1]

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()
        running.process.stdout.close()
        running.process.stderr.close()


def command(instance: Path, *words: str, input: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "mudhif", *words, "--instance", str(instance)],
        input=input,
        capture_output=True,
        text=True,
    )


def test_the_one_time_link_is_printed_until_there_is_an_administrator(serve, tmp_path):
    first = serve()
    link = next(line for line in first.said if "/welcome/" in line)
    assert first.get(link[link.index("/welcome/") :])[0] == 200
    first.end()
    assert (
        command(tmp_path / "instance", "init", "--admin", "Zainab", "--password-stdin", input=PASSWORD).returncode == 0
    )
    second = serve()
    assert not any("/welcome/" in line for line in second.said)
    assert second.get(link[link.index("/welcome/") :])[0] in (404, 409)


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_it_ends_in_under_a_second_with_status_0(serve, number):
    took = []
    while not took or (min(took) >= 1.0 and len(took) < 3):  # a busy machine may be late once or twice
        running = serve()
        kept = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(3)]
        kept[0].sendall(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert kept[0].recv(12) == b"HTTP/1.1 200"
        took.append(running.end(number))
        assert running.process.returncode == 0
        for sock in kept:
            sock.close()
    assert min(took) < 1.0


def test_it_listens_on_this_laptop_alone_unless_told(serve):
    running = serve()
    assert not any("network" in line for line in running.said)
    assert Listening().bound_to == "127.0.0.1"
    assert Listening(lan=True).bound_to == "0.0.0.0"
    assert Listening(host="192.168.8.2", lan=True).bound_to == "192.168.8.2"


@pytest.fixture
def open_to_phones(serve, tmp_path):
    """A server with --lan, the port that it told, and a TLS context that trusts its authority."""
    running = serve("--lan", "--https-port", "0")
    said = "\n".join(running.said)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "instance" / "keys" / "authority.crt"))
    found = re.search(r"https://[^ ]+:(\d+)", said)
    return running, int(found[1]) if found else None, trusting


def over_https(address: str, port: int, path: str, context: ssl.SSLContext) -> tuple[int, str]:
    client = http.client.HTTPSConnection(address, port, timeout=5, context=context)
    client.request("GET", path)
    answer = client.getresponse()
    text = answer.read().decode()
    client.close()
    return answer.status, text


in_a_network = pytest.mark.skipif(not lan_addresses(), reason="this machine is in no network")


@in_a_network
def test_lan_says_what_it_opens_and_by_what_it_is_known(open_to_phones, tmp_path):
    running, port, _trusting = open_to_phones
    said = " ".join(running.said)
    assert "Open to this network for guests' pages only: http://" in said
    assert f"For the team's phones: https://{lan_addresses()[0]}:{port}" in said
    authority = known_authority(tmp_path / "instance" / "keys")
    assert in_groups(authority.fingerprint) in said and authority.name in said and "/trust" in said


@in_a_network
def test_a_phone_of_the_team_comes_in_over_https_once_it_trusts_the_authority(open_to_phones):
    _running, port, trusting = open_to_phones
    status, page = over_https(lan_addresses()[0], port, "/sign-in", trusting)
    assert status == 200 and "csrf_token" in page
    with pytest.raises(ssl.SSLCertVerificationError):
        over_https(lan_addresses()[0], port, "/sign-in", ssl.create_default_context())


@in_a_network
def test_plain_http_from_the_network_opens_the_help_and_the_guests_pages_but_nothing_of_the_team(open_to_phones):
    running, _port, _trusting = open_to_phones
    answers = {}
    for path in ("/trust", "/trust/ca.crt", "/generate_204", "/r/nothing", "/sign-in", "/pair", "/", "/api/v1/events"):
        client = http.client.HTTPConnection(lan_addresses()[0], running.port, timeout=5)
        client.request("GET", path)
        answers[path] = client.getresponse().status
        client.close()
    assert answers == {
        "/trust": 200, "/trust/ca.crt": 200, "/generate_204": 204, "/r/nothing": 404,
        "/sign-in": 403, "/pair": 403, "/": 403, "/api/v1/events": 403,
    }  # fmt: skip


def test_a_laptop_that_joins_another_wifi_goes_on_with_a_certificate_for_it(installation, monkeypatch):
    """No start anew, and no phone has to trust anything again."""
    here = ["192.168.8.2"]
    monkeypatch.setattr(networks, "lan_addresses", lambda: tuple(here))
    monkeypatch.setattr(networks, "WATCH_SECONDS", 0.05)
    keys = installation.instance.keys
    with _prepared(installation, Listening(port=0, https_port=0, lan=True)) as (_http, https):
        trusting = ssl.create_default_context(cafile=str(keys / "authority.crt"))
        thread = threading.Thread(target=https.serve)
        thread.start()
        try:
            shake_hands(https.bind_addr[1], "192.168.8.2", trusting)
            with pytest.raises(ssl.SSLCertVerificationError):
                shake_hands(https.bind_addr[1], "10.42.0.1", trusting)
            here[0] = "10.42.0.1"
            until = time.monotonic() + 5
            while networks.reach().addresses != ("10.42.0.1",) and time.monotonic() < until:
                time.sleep(0.02)
            shake_hands(https.bind_addr[1], "10.42.0.1", trusting)
        finally:
            https.stop()
            thread.join()
    assert not networks.reach().is_open


def test_a_laptop_that_serves_for_a_year_renews_its_certificate_while_it_serves(installation, monkeypatch):
    monkeypatch.setattr(networks, "lan_addresses", lambda: ("192.168.8.2",))
    monkeypatch.setattr(networks, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(networks, "LOOK_AGAIN_SECONDS", 0.2)
    keys = installation.instance.keys
    with _prepared(installation, Listening(port=0, https_port=0, lan=True)) as (_http, https):
        trusting = ssl.create_default_context(cafile=str(keys / "authority.crt"))
        thread = threading.Thread(target=https.serve)
        thread.start()
        try:
            port = https.bind_addr[1]
            shake_hands(port, "192.168.8.2", trusting)
            # A year goes by: what lies there is the certificate of then.
            certify(keys, ["192.168.8.2"], networks.host_names(), now=datetime.now(UTC) - timedelta(days=370))
            until = time.monotonic() + 5
            while shown_by(port, trusting) != leaf_of(keys) and time.monotonic() < until:
                time.sleep(0.05)
            shown = shown_by(port, trusting)
            assert shown == leaf_of(keys)
            assert shown.not_valid_after_utc > datetime.now(UTC) + timedelta(days=300)
        finally:
            https.stop()
            thread.join()


def leaf_of(keys: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((keys / "server.crt").read_bytes())


def shown_by(port: int, context: ssl.SSLContext) -> x509.Certificate:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as sock,
        context.wrap_socket(sock, server_hostname="localhost") as tls,
    ):
        return x509.load_der_x509_certificate(tls.getpeercert(binary_form=True))


def shake_hands(port: int, name: str, context: ssl.SSLContext) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        context.wrap_socket(sock, server_hostname=name).close()


def test_without_lan_nothing_is_made_or_opened_for_phones(serve, tmp_path):
    running = serve()
    assert "https" not in " ".join(running.said)
    assert known_authority(tmp_path / "instance" / "keys") is None


@in_a_network
def test_the_authority_stays_from_one_start_to_the_next(serve, tmp_path):
    serve("--lan", "--https-port", "0").end()
    first = known_authority(tmp_path / "instance" / "keys")
    serve("--lan", "--https-port", "0")
    assert known_authority(tmp_path / "instance" / "keys") == first


def test_an_https_port_that_is_taken_names_its_own_option(serve, tmp_path):
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        answer = command(tmp_path / "other", "serve", "--port", "0", "--lan", "--https-port", taken)
    assert answer.returncode == 1
    assert f"--https-port {int(taken) + 1}" in answer.stderr and "Traceback" not in answer.stderr


def test_a_port_that_is_taken_is_said_so_in_a_sentence(serve, tmp_path):
    running = serve()
    answer = command(tmp_path / "other", "serve", "--port", str(running.port))
    assert answer.returncode == 1
    assert f"Port {running.port}" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_second_server_on_one_instance_is_refused(serve, tmp_path):
    serve()
    answer = command(tmp_path / "instance", "serve", "--port", "0")
    assert answer.returncode == 1
    assert "running" in answer.stderr and "Traceback" not in answer.stderr


def test_the_lock_is_given_back_even_after_a_kill(serve, tmp_path):
    running = serve()
    lock = ServeLock(tmp_path / "instance" / "serve.lock")
    assert not lock.take()
    running.end(signal.SIGKILL)
    assert lock.take()
    lock.give_back()


def test_a_token_made_while_the_server_runs_opens_at_once(serve, tmp_path):
    running = serve()
    token = command(tmp_path / "instance", "token", "new", "--name", "door", "--role", "viewer").stdout.strip()
    client = http.client.HTTPConnection("127.0.0.1", running.port, timeout=5)
    client.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {token}"})
    assert client.getresponse().status == 200
    client.close()


def test_a_phone_that_is_revoked_beside_the_server_hears_nothing_more(serve, tmp_path):
    running, instance = serve(), tmp_path / "instance"
    with opened(Instance(instance), Host(None), make=False):
        given = {"title": "Session", "date": "2030-03-07", "start": "09:00", "end": "13:00", "project": "P"}
        event = write(create_event, read_event(given))
        phone = write(lambda tx: pair_device(tx, offer_pairing(tx, event, "scanner"), "Lost phone"))

    def ask(path: str) -> http.client.HTTPResponse:
        client = http.client.HTTPConnection("127.0.0.1", running.port, timeout=5)
        client.request("GET", f"/api/v1/{path}", headers={"Authorization": f"Bearer {phone.token}"})
        return client.getresponse()

    stream = ask(f"events/{event.id}/live")
    assert stream.status == 200 and stream.readline().startswith(b"retry")
    assert command(instance, "devices", "revoke", phone.device.id).returncode == 0
    began = time.monotonic()
    rest = stream.read()  # until the end; it may come back, to what every guest may follow
    assert time.monotonic() - began < 2 and b"event:" not in rest
    refused = ask("devices/me")
    assert refused.status == 401 and b"device-revoked" in refused.read()


def test_a_token_that_is_withdrawn_beside_the_server_is_refused_within_a_second(serve, tmp_path):
    running, instance = serve(), tmp_path / "instance"
    token = command(instance, "token", "new", "--name", "door", "--role", "viewer").stdout.strip()
    listed = command(instance, "token", "list").stdout

    def status() -> int:
        client = http.client.HTTPConnection("127.0.0.1", running.port, timeout=5)
        client.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {token}"})
        try:
            return client.getresponse().status
        finally:
            client.close()

    assert status() == 200
    assert command(instance, "token", "revoke", listed.split()[0]).returncode == 0
    until = time.monotonic() + 1.0
    while status() == 200 and time.monotonic() < until:
        time.sleep(0.05)
    assert status() == 401
