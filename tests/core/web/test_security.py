"""What stands between the network and every page."""

from __future__ import annotations

import stat

import pytest
from flask import Response
from hypothesis import given
from hypothesis import strategies as st

from mudhif.domain.errors import TooMany
from mudhif.services.settings import CORE, event_setting, set_event_setting
from mudhif.storage.store import write
from mudhif.web.security import CONTENT_POLICY, RateLimit, allow_wasm, is_this_machine, key_file

LAN = {"REMOTE_ADDR": "192.168.8.20"}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/openapi.json", "/nowhere", "/static/icons.svg"])
def test_every_answer_carries_the_strict_policy(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy == CONTENT_POLICY
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_page_that_asks_for_webassembly_gets_that_and_nothing_else(app):
    @app.get("/scanner-of-the-test")
    def scanner():
        return allow_wasm(Response("ok"))

    client = app.test_client()
    policy = client.get("/scanner-of-the-test").headers["Content-Security-Policy"]
    assert policy == f"{CONTENT_POLICY}; script-src 'self' 'wasm-unsafe-eval'"
    assert client.get("/sign-in").headers["Content-Security-Policy"] == CONTENT_POLICY


@pytest.mark.parametrize("path", ["/", "/sign-in", "/welcome/abc", "/plugins", "/api/v1/events", "/nowhere"])
def test_plain_http_from_another_machine_opens_no_page_of_the_team(client, path):
    answer = client.get(path, environ_overrides=LAN)
    assert answer.status_code == 403
    assert "https" in answer.text and "localhost" in answer.text


@pytest.mark.parametrize("path", ["/r/nothing", "/t/nothing", "/x/now/nothing", "/static/icons.svg"])
def test_plain_http_from_another_machine_opens_the_pages_of_guests(client, path):
    assert client.get(path, environ_overrides=LAN).status_code != 403


def test_https_from_another_machine_opens_the_sign_in(client):
    answer = client.get("/sign-in", base_url="https://mudhif.local:8443", environ_overrides=LAN)
    assert answer.status_code == 200


def test_a_cookie_over_https_never_goes_back_over_http(client):
    over_https = client.get("/sign-in", base_url="https://mudhif.local:8443", environ_overrides=LAN)
    assert "Secure" in over_https.headers["Set-Cookie"]
    over_http = client.get("/sign-in")
    assert "HttpOnly" in over_http.headers["Set-Cookie"] and "SameSite=Lax" in over_http.headers["Set-Cookie"]
    assert "Secure" not in over_http.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:10.0.0.1", False),
        ("10.0.0.1", False),
        ("", False),
        (None, False),
        ("localhost", False),
    ],
)
def test_only_loopback_is_this_machine(address, here):
    assert is_this_machine(address) is here


def test_the_session_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "keys" / "session.key"
    key = key_file(path)
    assert len(key) == 32
    assert key_file(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_guest_that_floods_the_form_is_told_when_to_come_again(client):
    answers = [client.post("/r/nothing", environ_overrides=LAN) for _ in range(40)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    other = client.post("/r/nothing", environ_overrides={"REMOTE_ADDR": "192.168.8.21"})
    assert other.status_code != 429


def test_a_full_bucket_gives_its_burst_and_then_one_at_a_time():
    clock = Clock()
    limit = RateLimit(3, 10, clock)
    for _ in range(3):
        limit.take("a")
    with pytest.raises(TooMany) as refused:
        limit.take("a")
    assert refused.value.values["seconds"] == 10
    limit.take("b")
    clock.now = 10
    limit.take("a")
    with pytest.raises(TooMany):
        limit.take("a")


@given(
    burst=st.integers(1, 5),
    every=st.integers(1, 10),
    gaps=st.lists(st.integers(0, 20), min_size=1, max_size=60),
)
def test_no_key_ever_gets_more_than_its_burst_and_what_time_has_given(burst, every, gaps):
    clock = Clock()
    limit = RateLimit(burst, every, clock)
    taken = 0
    for gap in gaps:
        clock.now += gap
        try:
            limit.take("a")
        except TooMany:
            continue
        taken += 1
    assert taken <= burst + sum(gaps) / every + 1e-6


def test_a_bucket_that_has_filled_again_is_forgotten():
    clock = Clock()
    limit = RateLimit(1, 1, clock)
    limit.KEYS = 10
    for key in range(10):
        limit.take(str(key))
    clock.now = 100
    limit.take("one more")
    assert len(limit._buckets) == 1


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "mudhif.localhost"])
def test_the_laptop_opens_its_pages_under_its_own_names(client, host):
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "[x", "a@b"])
def test_a_name_that_another_site_leads_to_this_laptop_opens_nothing(client, host):
    assert client.get("/sign-in", headers={"Host": host}).status_code in (400, 403)


def test_head_never_does_what_a_form_does(signed_in, event):
    client = signed_in("coordinator")
    write(set_event_setting, event.id, CORE, "invitation_en", "Come, [[name]].")
    for page in ("invitations", "edit", "questions", "guests/add", "guests/import"):
        answer = client.head(f"/e/{event.code}/{page}")
        assert (answer.status_code, answer.data) == (200, b""), page
    assert event_setting(event.id, CORE, "invitation_en") == "Come, [[name]]."
