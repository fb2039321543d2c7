"""What open pages are told, on a real server with real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from mudhif.services.registrations import NewGuest, register_guest
from mudhif.storage.store import write
from mudhif.web import live
from mudhif.web.hub import Hub
from mudhif.web.live import live_updates
from mudhif.web.server import Server


class Follower:
    """A page that follows an event."""

    def __init__(self, port: int, event: str, headers: dict[str, str]) -> None:
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=5)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._sock.sendall(f"GET /api/v1/events/{event}/live HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode())
        self._file = self._sock.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        for line in iter(self._file.readline, b"\r\n"):
            if line.lower().startswith(b"content-type:"):
                self.type = line.split(b":", 1)[1].strip().decode()
        if self.status == 200:
            assert self._file.readline() == b"retry: 2000\n"
            self._file.readline()

    def next(self, *, within: float = 1.0) -> tuple[str, object] | None:
        """The next event, or None if none comes in time; heartbeats do not count."""
        until = time.monotonic() + within
        name = ""
        with contextlib.suppress(TimeoutError):
            while (left := until - time.monotonic()) > 0:
                self._sock.settimeout(left)
                line = self._file.readline()
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                elif line.startswith(b"data: "):
                    return name, json.loads(line[6:])
                elif not line:
                    return None
        return None

    def close(self) -> None:
        self._file.close()
        self._sock.close()


@pytest.fixture
def serving(app, installation) -> Iterator[Server]:
    hub = Hub()
    app.extensions["mudhif_hub"] = hub
    server = Server(("127.0.0.1", 0), app, threads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    hub.start()
    with live_updates(hub, installation.store, installation.host, app.extensions["mudhif_members"]):
        yield server
    hub.stop()
    server.stop()
    thread.join()


@pytest.fixture
def follow(serving):
    followers = []

    def started(event, headers=()):
        follower = Follower(serving.bind_addr[1], event.code, dict(headers))
        followers.append(follower)
        hub = serving.wsgi_app.extensions["mudhif_hub"]
        until = time.monotonic() + 2
        while follower.status == 200 and time.monotonic() < until:
            if any(topic.startswith(event.id) for topic in hub.followed()):
                break
            time.sleep(0.005)
        return follower

    yield started
    for follower in followers:
        follower.close()


def test_a_page_hears_of_a_registration_at_once(follow, event, token):
    page = follow(event, token("desk"))
    assert page.type.startswith("text/event-stream")
    made = write(lambda tx: register_guest(tx, event.id, NewGuest(name="Ali")))
    assert page.next() == ("registration", {"ids": [made.id]})


def test_a_page_of_another_event_hears_nothing(follow, event, other_event, token):
    page = follow(other_event, token("desk"))
    write(lambda tx: register_guest(tx, event.id, NewGuest(name="Ali")))
    assert page.next(within=0.6) is None


def test_a_crowd_is_told_of_at_most_four_times_a_second(follow, event, token):
    page = follow(event, token("desk"))
    began = time.monotonic()
    made = set()
    while time.monotonic() - began < 1.0:
        made.add(write(lambda tx: register_guest(tx, event.id, NewGuest(name="Ali"))).id)
    told, heard = 0, set()
    while (got := page.next(within=0.6)) is not None:
        told += 1
        heard |= set(got[1]["ids"])
    assert told <= 6
    assert heard == made


def test_what_another_process_writes_reaches_a_page_within_a_second(follow, event, installation, token):
    page = follow(event, token("desk"))
    command = subprocess.Popen(
        [sys.executable, "-m", "mudhif", "guests", "add", event.code, "--name", "Zainab", "--json"],
        env={"MUDHIF_INSTANCE": str(installation.instance.root), "PYTHONPATH": ":".join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    out = command.stdout.readline()  # the command answers once its commit is on the disk
    answered = time.monotonic()
    heard = page.next()
    took = time.monotonic() - answered
    out += command.stdout.read()
    assert command.wait(timeout=20) == 0
    command.stdout.close()
    assert heard == ("registration", {"ids": [json.loads(out)["id"]]})
    assert took < 1.0


def test_who_has_not_signed_in_hears_of_the_timer_and_the_agenda_alone(follow, event):
    phone = follow(event)
    live.publish(event.id, "counts", {"arrived": 1})
    live.publish(event.id, "registration", {"ids": []})
    live.publish(event.id, "timer", {"state": "running"})
    assert phone.next() == ("timer", {"state": "running"})


def test_a_stream_of_an_event_that_is_not_there_is_refused(follow, event, other_event, token, serving):
    follower = Follower(serving.bind_addr[1], "nothing", token("desk"))
    assert follower.status == 404
    follower.close()


def test_a_token_of_another_event_follows_nothing(follow, event, other_event, token):
    assert follow(event, token("desk", other_event)).status == 403


def test_a_page_that_finds_no_place_is_told_to_ask_again(follow, event, serving, token):
    serving.wsgi_app.extensions["mudhif_hub"].limit = 0
    assert follow(event, token("desk")).status == 503


def test_a_head_request_takes_no_place(client, event, token):
    assert client.head(f"/api/v1/events/{event.code}/live", headers=token("desk")).status_code == 200


def test_publishing_where_no_server_runs_does_nothing(event):
    live.publish(event.id, "timer", {})


@pytest.mark.parametrize(("address", "scheme", "whole"), [
    ("127.0.0.1", "http", True), ("192.168.8.20", "https", True), ("192.168.8.20", "http", False),
])  # fmt: skip
def test_over_plain_http_from_another_machine_even_the_team_sees_only_what_guests_see(
    app, client, event, token, monkeypatch, address, scheme, whole
):
    app.extensions["mudhif_hub"] = Hub()
    followed = []
    monkeypatch.setattr(live, "can_detach", lambda environ: True)
    monkeypatch.setattr(live, "detach", lambda environ, hub, topic, taken_by: followed.append(topic))
    environ = {"REMOTE_ADDR": address, "wsgi.url_scheme": scheme}
    answer = client.get(f"/api/v1/events/{event.id}/live", headers=token("coordinator"), environ_overrides=environ)
    assert answer.status_code == 200
    assert followed == [event.id if whole else live.open_topic(event.id)]
