"""The page of devices, the phone's side of pairing, and what devices tell of themselves."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mudhif.services import devices as rules
from mudhif.services.certificates import authority
from mudhif.services.devices import offer_pairing, pair_device, revoke_device
from mudhif.services.networks import Reach, note_poster, set_reach
from mudhif.storage.models import Device, PrintedPoster
from mudhif.storage.store import write
from mudhif.web.security import CONTENT_POLICY

PASSWORD = "reeds by the water"
LAN = {"REMOTE_ADDR": "192.168.8.20"}
SAFE = {"base_url": "https://192.168.8.2:8443", "environ_overrides": LAN}


@pytest.fixture
def open_laptop(installation):
    """The laptop as after `mudhif serve --lan`."""
    known = authority(installation.instance.keys)
    set_reach(Reach(addresses=("192.168.8.2",), http_port=8000, https_port=8443, authority=known))
    yield known
    set_reach(Reach())
    rules.reports.clear()


@pytest.fixture
def coordinator(client, account, event):
    token = csrf(client, "/sign-in")
    client.post("/sign-in", data={"name": account("coordinator"), "password": PASSWORD, "csrf_token": token})
    return client


@pytest.fixture
def phone(app):
    return app.test_client()


def csrf(client, path, **options) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path, **options).text)[1]


def offered(event, role="scanner", **given) -> str:
    return write(lambda tx: offer_pairing(tx, event, role, **{"gates": ["Main door"]} | given))


def taken(phone, code, name="Rusul’s phone"):
    token = csrf(phone, "/pair", **SAFE)
    headers = {"Referer": "https://192.168.8.2:8443/pair"}
    return phone.post("/pair", data={"csrf_token": token, "code": code, "name": name}, headers=headers, **SAFE)


def test_the_coordinator_shows_a_code_that_a_phone_takes_and_so_becomes_a_scanner(
    coordinator, phone, event, open_laptop
):
    address = f"/e/{event.code}/devices"
    given = {
        "role": "scanner",
        "gates": "Main door، Garden",
        "until": "event",
        "csrf_token": csrf(coordinator, address),
    }
    page = coordinator.post(address, data=given)
    assert page.status_code == 200 and "arch-qr" in page.text
    code = offered(event)
    answer = taken(phone, code)
    assert answer.status_code == 200
    told = answer.json
    assert (told["name"], told["role"], told["gates"]) == ("Rusul’s phone", "scanner", ["Main door"])
    assert told["next"] == f"/e/{event.code}/"
    assert phone.get("/api/v1/devices/me", **SAFE).json["name"] == "Rusul’s phone"
    assert "Rusul’s phone" in coordinator.get(address).text


def test_the_secret_stands_in_the_fragment_and_in_no_address_that_a_server_sees(coordinator, event, open_laptop, app):
    from mudhif.web.pages.devices import _pairing_url

    with app.test_request_context():
        base, _, fragment = _pairing_url("secret-of-the-code").partition("#")
    assert base == "https://192.168.8.2:8443/pair"
    assert fragment.startswith("secret-of-the-code.")


def test_a_phone_is_told_what_it_would_become_before_it_says_yes(phone, event, open_laptop):
    code = offered(event, name="Spare phone")
    token = csrf(phone, "/pair", **SAFE)
    headers = {"Referer": "https://192.168.8.2:8443/pair"}
    told = phone.post("/pair/offer", data={"csrf_token": token, "code": code}, headers=headers, **SAFE).json
    assert told["what"].startswith("scanner, Main door, until ")
    assert (told["event"], told["name"]) == (event.title, "Spare phone")
    assert Device.select().count() == 0


def test_a_code_that_was_taken_is_gone_for_the_next_phone(app, event, open_laptop):
    code = offered(event)
    assert taken(app.test_client(), code).status_code == 200
    second = taken(app.test_client(), code, "another")
    assert second.status_code == 410 and second.json["code"] == "offer-gone"


def test_codes_cannot_be_guessed_in_a_row(app, event, open_laptop):
    client = app.test_client()
    token = csrf(client, "/pair", **SAFE)
    headers = {"Referer": "https://192.168.8.2:8443/pair"}
    answers = [
        client.post("/pair/offer", data={"csrf_token": token, "code": f"guess{n}"}, headers=headers, **SAFE).status_code
        for n in range(15)
    ]
    assert answers[0] == 410 and answers[-1] == 429


def test_pairing_is_refused_over_plain_http_from_the_network(phone, event, open_laptop):
    assert phone.get("/pair", environ_overrides=LAN).status_code == 403


def test_pairing_needs_the_token_of_its_form(phone, event, open_laptop):
    csrf(phone, "/pair", **SAFE)
    assert phone.post("/pair", data={"code": offered(event), "name": "x"}, **SAFE).status_code == 400
    assert Device.select().count() == 0


def test_the_journal_says_who_showed_the_code(installation, phone, event, open_laptop):
    from mudhif.storage.writer import actor

    actor.set("the-coordinator")
    taken(phone, offered(event))
    row = installation.store.db.execute_sql("SELECT actor FROM journal WHERE kind = 'core.device/1'").fetchone()
    assert row[0] == "the-coordinator"


@pytest.mark.parametrize("role", ["desk", "scanner", "viewer", "reporter"])
def test_who_may_not_pair_phones_is_told_which_right_is_missing(client, token, event, role):
    answer = client.get(f"/e/{event.code}/devices", headers=token(role))
    assert answer.status_code == 403 and "devices.manage" in answer.text
    answer = client.get(f"/api/v1/events/{event.id}/devices", headers=token(role))
    assert answer.status_code == 403 and answer.json["code"] == "not-allowed"


@pytest.fixture
def device(event, open_laptop):
    return write(lambda tx: pair_device(tx, offer_pairing(tx, event, "scanner", gates=["Main door"]), "Rusul’s phone"))


def bearer(device) -> dict[str, str]:
    return {"Authorization": f"Bearer {device.token}"}


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("get", "/api/v1/events/{event}/registrations", "guests.view"),
        ("get", "/api/v1/events/{event}/devices", "devices.manage"),
        ("delete", "/api/v1/devices/{device}", "devices.manage"),
        ("get", "/e/{code}/devices", "devices.manage"),
        ("get", "/e/{code}/guests", "guests.view"),
        ("get", "/e/{code}/edit", "event.edit"),
        ("get", "/settings/accounts", "accounts.manage"),
    ],
)
def test_a_scanner_that_calls_the_coordinators_addresses_is_told_which_right_is_missing(
    client, event, device, method, path, right
):
    address = path.format(event=event.id, code=event.code, device=device.device.id)
    answer = getattr(client, method)(address, headers=bearer(device))
    assert answer.status_code == 403
    assert right in answer.text


def test_a_device_of_one_event_opens_no_other(client, device, other_event):
    answer = client.get(f"/api/v1/events/{other_event.id}", headers=bearer(device))
    assert answer.status_code == 403 and answer.json["code"] == "other-event"


def test_a_device_tells_how_it_works_and_how_much_it_keeps_and_the_coordinator_sees_it(
    client, coordinator, event, device
):
    told = {"level": "open", "kept": 3, "oldest": "2030-03-07T06:10:00Z"}
    assert client.post("/api/v1/devices/me", json=told, headers=bearer(device)).status_code == 200
    page = coordinator.get(f"/e/{event.code}/devices/list").text
    assert "Page must stay open" in page and "3 kept" in page and "now" in page
    client.post("/api/v1/devices/me", json={"kept": 0}, headers=bearer(device))
    page = coordinator.get(f"/e/{event.code}/devices/list").text
    assert "all sent<" in page and "Page must stay open" in page
    rules.reports[device.device.id] = replace(
        rules.reports[device.device.id], heard=datetime.now(UTC) - timedelta(minutes=3)
    )
    assert "all sent when last heard of" in coordinator.get(f"/e/{event.code}/devices/list").text


def test_what_a_display_keeps_is_no_matter(client, coordinator, event, open_laptop):
    display = write(lambda tx: pair_device(tx, offer_pairing(tx, event, "display", gates=[]), "Screen"))
    client.post("/api/v1/devices/me", json={"kept": 0}, headers=bearer(display))
    assert "all sent" not in coordinator.get(f"/e/{event.code}/devices/list").text


@pytest.mark.parametrize("told", [{"level": "great"}, {"kept": -1}, {"kept": "many"}, {"oldest": "yesterday"}])
def test_what_a_device_tells_is_checked(client, device, told):
    assert client.post("/api/v1/devices/me", json=told, headers=bearer(device)).status_code == 422


def test_only_a_device_tells_of_itself(client, token):
    answer = client.post("/api/v1/devices/me", json={"kept": 0}, headers=token("administrator"))
    assert answer.status_code == 403 and answer.json["code"] == "only-devices"
    assert client.get("/api/v1/devices/me").status_code == 401


def test_revoking_shuts_a_phone_out_at_its_next_request(coordinator, phone, event, open_laptop):
    told = taken(phone, offered(event)).json
    rules.reports[told["id"]] = rules.Report(kept=3)
    assert phone.get("/api/v1/devices/me", **SAFE).status_code == 200
    address = f"/e/{event.code}/devices"
    form = {"csrf_token": csrf(coordinator, address)}
    answer = coordinator.post(f"{address}/{told['id']}/revoke", data=form, follow_redirects=True)
    assert "is revoked" in answer.text and "3 scans" in answer.text
    for options in ({}, {"headers": {"Authorization": f"Bearer {told['token']}"}}):
        refused = phone.get("/api/v1/devices/me", **SAFE, **options)
        assert refused.status_code == 401 and refused.json["code"] == "device-revoked"
        assert phone.get(f"/api/v1/events/{event.id}", **SAFE, **options).json["code"] == "device-revoked"
    page = phone.get(f"/e/{event.code}/", **SAFE)
    assert page.status_code == 401 and "Rusul’s phone was revoked" in page.text


def test_a_phone_whose_time_is_up_is_told_so(client, event, open_laptop):
    end = datetime.now(UTC) + timedelta(seconds=0.3)
    made = write(lambda tx: pair_device(tx, offer_pairing(tx, event, "scanner", until=end), "brief"))
    assert client.get("/api/v1/devices/me", headers=bearer(made)).status_code == 200
    time.sleep(0.4)
    refused = client.get("/api/v1/devices/me", headers=bearer(made))
    assert refused.status_code == 401 and refused.json["code"] == "device-expired"


def test_a_revoked_phone_is_known_to_a_view_that_asks_for_it_and_holds_no_right(app, client, device):
    from mudhif.web.auth import current_device, current_who, former_device

    @app.get("/late-of-the-test")
    def late():
        former = former_device()
        return {"name": former.name, "device": current_device() is not None, "role": current_who().role}

    write(revoke_device, device.device.id)
    app.extensions["mudhif_members"].refresh()
    told = client.get("/late-of-the-test", headers=bearer(device)).json
    assert told == {"name": "Rusul’s phone", "device": False, "role": None}


def test_the_api_lists_and_revokes(client, token, event, device):
    headers = token("coordinator", event)
    (listed,) = client.get(f"/api/v1/events/{event.id}/devices", headers=headers).json
    assert listed["id"] == device.device.id and listed["gates"] == ["Main door"] and "token" not in listed
    assert client.delete(f"/api/v1/devices/{listed['id']}", headers=headers).json["revoked"]
    assert client.get(f"/api/v1/events/{event.id}/devices", headers=headers).json == []
    assert client.get("/api/v1/devices/me", headers=bearer(device)).status_code == 401


def test_the_page_says_what_to_do_where_phones_cannot_come(coordinator, event):
    page = coordinator.get(f"/e/{event.code}/devices")
    assert "mudhif serve --lan" in page.text and "disabled" in page.text


# ---------------------------------------------------------------- trust and probes


def test_the_help_is_open_over_plain_http_and_names_the_authority(phone, open_laptop):
    page = phone.get("/trust", base_url="http://192.168.8.2:8000", environ_overrides=LAN)
    assert page.status_code == 200
    assert open_laptop.name in page.text
    for system in ("Android", "iPhone", "Windows"):
        assert system in page.text
    assert "https://192.168.8.2:8443/trust/works" in page.text
    assert page.headers["Content-Security-Policy"] == f"{CONTENT_POLICY}; connect-src 'self' https://192.168.8.2:8443"


def test_a_host_that_is_not_ours_does_not_come_into_the_policy(phone, open_laptop):
    page = phone.get("/trust", base_url="http://evil.example:8000", environ_overrides=LAN)
    assert "evil" not in page.headers["Content-Security-Policy"]


def test_the_certificate_comes_in_the_type_that_phones_open(phone, open_laptop):
    answer = phone.get("/trust/ca.crt", environ_overrides=LAN)
    assert answer.data == open_laptop.der
    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert "Content-Disposition" not in answer.headers
    kept = phone.get("/trust/ca.crt?file=1", environ_overrides=LAN)
    assert kept.headers["Content-Disposition"] == f'attachment; filename="{open_laptop.name.replace(" ", "-")}.crt"'


def test_where_no_phone_was_ever_let_in_there_is_nothing_to_trust(client):
    assert client.get("/trust").status_code == 404
    assert client.get("/trust/ca.crt").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/generate_204", 204, b""),
        ("/hotspot-detect.html", 200, b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"),
        ("/ncsi.txt", 200, b"Microsoft NCSI"),
        ("/connecttest.txt", 200, b"Microsoft Connect Test"),
        ("/success.txt", 200, b"success\n"),
    ],
)
def test_a_phone_that_asks_whether_the_network_works_stays_on_it(phone, path, status, body):
    answer = phone.get(path, base_url="http://connectivitycheck.gstatic.com", environ_overrides=LAN)
    assert (answer.status_code, answer.data) == (status, body)


def test_every_probe_that_is_answered_is_let_in():
    from mudhif.web.pages.captive import ANSWERS
    from mudhif.web.security import PROBES

    assert set(ANSWERS) == PROBES


def test_the_header_counts_the_phones_that_are_there(coordinator, client, event, other_event, device):
    assert "1 phone" not in coordinator.get(f"/e/{event.code}/devices").text
    client.get("/api/v1/devices/me", headers=bearer(device))
    assert "1 phone<" in coordinator.get(f"/e/{event.code}/devices").text
    assert "1 phone<" not in coordinator.get(f"/e/{other_event.code}/devices").text


def test_the_first_page_warns_of_a_poster_that_leads_elsewhere(coordinator, event, open_laptop):
    write(note_poster, event.id, f"http://192.168.8.2:8000/r/{event.code}")
    assert "leads to" not in coordinator.get("/").text
    write(note_poster, event.id, f"http://192.168.1.10:8000/r/{event.code}")
    page = coordinator.get("/").text
    assert "leads to 192.168.1.10, but this laptop is now at 192.168.8.2" in page


def test_making_a_poster_notes_the_address_that_is_on_it(coordinator, event, open_laptop):
    assert coordinator.get(f"/e/{event.code}/poster.pdf").status_code == 200
    assert PrintedPoster.get().address == f"http://192.168.8.2:8000/r/{event.code}"
