"""Taking in what a phone kept: as a file, in gzip as its pictures hold it, for a phone that is closed."""

from __future__ import annotations

import gzip
import io
import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mudhif.domain.errors import BadFile
from mudhif.services.devices import offer_pairing, pair_device, revoke_device
from mudhif.storage.models import Device, Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.counts import counts_of
from mudhif_checkin.handing_in import MOST_BYTES, scans_of_file
from mudhif_checkin.models import Scan, Undo
from mudhif_checkin.signatures import Signature

SignIn = Callable[[str], FlaskClient]
NewGuest = Callable[..., Registration]
Pair = Callable[..., Any]


def row(guest: Registration, **more: Any) -> dict[str, Any]:
    """A scan that a phone judged by itself a minute ago."""
    at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    return {
        "scan_id": str(uuid.uuid4()), "registration": guest.id, "at": at, "direction": "in", "verdict_shown": "welcome",
    } | more  # fmt: skip


def file_of(event: Event, *rows: Any, **more: Any) -> bytes:
    return json.dumps(
        {"mudhif": "scans/1", "event": event.id, "device": "Rusul's phone", "scans": rows} | more
    ).encode()


def upload(client: FlaskClient, event: Event, content: bytes) -> TestResponse:
    return client.post(f"/e/{event.code}/queue", data={"file": (io.BytesIO(content), "scans.json")})


def rows_shown(page: TestResponse) -> list[str]:
    body = re.search(r'id="taken".*?<tbody>(.*?)</tbody>', page.text, re.DOTALL)
    assert body is not None, page.text
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in body[1].split("</tr>") if line.strip()]


@pytest.fixture
def pair(event: Event) -> Pair:
    def paired(role: str = "scanner") -> Any:
        until = datetime.now(UTC) + timedelta(hours=1)
        return write(pair_device, write(lambda tx: offer_pairing(tx, event, role, until=until)), "Rusul's phone")

    return paired


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["file", "pictures"])
def test_each_scan_of_a_file_is_told_of_in_its_row(
    signed_in: SignIn, event: Event, zahra: Registration, new_guest: NewGuest, pack: Callable[[bytes], bytes]
) -> None:
    client = signed_in("coordinator")
    gone = row(new_guest(event, "Salim"), at="yesterday")
    content = pack(file_of(event, row(zahra), gone, "no scan", row(new_guest(event, "Ammar"), direction="out")))
    page = upload(client, event, content)
    assert page.status_code == 200
    told = rows_shown(page)
    assert len(told) == 4
    assert "Zahra Kadhim" in told[0]
    assert "Welcome" in told[0]
    assert "offset" in told[1]
    assert "2 scans were taken in" in page.text
    assert counts_of(event.id).arrived == 1


def test_the_menu_does_not_call_this_page_the_events_overview(signed_in: SignIn, event: Event) -> None:
    client = signed_in("coordinator")
    assert 'aria-current="page"' not in client.get(f"/e/{event.code}/queue").text
    assert 'aria-current="page"' in client.get(f"/e/{event.code}/").text


def test_a_file_that_comes_twice_counts_once_and_says_so(signed_in: SignIn, event: Event, zahra: Registration) -> None:
    client = signed_in("desk")
    content = file_of(event, row(zahra))
    assert "was here already" not in rows_shown(upload(client, event, content))[0]
    assert "was here already" in rows_shown(upload(client, event, content))[0]
    assert (Scan.select().count(), counts_of(event.id).arrived) == (1, 1)


def test_the_scans_of_a_paired_phone_are_its_own(
    signed_in: SignIn, event: Event, zahra: Registration, pair: Pair
) -> None:
    phone = pair().device
    upload(signed_in("coordinator"), event, file_of(event, row(zahra), device_id=phone.id))
    scan = Scan.get()
    assert (scan.by, scan.device, scan.late) == (phone.id, "Rusul's phone", False)


def test_whoever_brings_a_phones_file_lends_it_no_right_to_force(
    signed_in: SignIn, event: Event, new_guest: NewGuest, pair: Pair
) -> None:
    waiting = new_guest(event, "Ammar", status="waiting")
    forced = row(waiting, force=True, force_reason="known")
    told = rows_shown(upload(signed_in("administrator"), event, file_of(event, forced, device_id=pair().device.id)))
    assert "checkin.force" in told[0]
    assert Scan.select().count() == 0


def test_of_a_revoked_phone_what_it_read_before_is_taken_with_a_mark(
    signed_in: SignIn, event: Event, zahra: Registration, new_guest: NewGuest, pair: Pair
) -> None:
    phone = pair().device
    write(revoke_device, phone.id)
    late = row(new_guest(event, "Ammar"), at=(datetime.now(UTC) + timedelta(seconds=5)).isoformat())
    told = rows_shown(upload(signed_in("coordinator"), event, file_of(event, row(zahra), late, device_id=phone.id)))
    assert "after Rusul's phone was closed" in told[1].replace("&#39;", "'")
    assert [(scan.registration, scan.late) for scan in Scan.select()] == [(zahra.id, True)]


def test_signatures_and_what_was_taken_back_come_along(
    signed_in: SignIn, event: Event, zahra: Registration, new_guest: NewGuest, pair: Pair
) -> None:
    came, wrong = row(zahra), row(new_guest(event, "Ammar"))
    drawn = json.dumps([[10, 20, 300, 0, 0, 200]])
    after = [
        {"scan_id": str(uuid.uuid4()), "at": came["at"], "signs": came["scan_id"], "strokes": drawn},
        {"scan_id": str(uuid.uuid4()), "at": came["at"], "undoes": wrong["scan_id"], "reason": "wrong-guest"},
    ]
    content = gzip.compress(file_of(event, came, wrong, *after, device_id=pair().device.id))
    client = signed_in("coordinator")
    told = rows_shown(upload(client, event, content))
    assert ["Signature kept" in told[2], "Undone" in told[3]] == [True, True], told
    assert all("was here already" in line for line in rows_shown(upload(client, event, content)))
    assert (Signature.get().registration, Undo.get().scan) == (zahra.id, wrong["scan_id"])
    assert (Signature.select().count(), Undo.select().count(), counts_of(event.id).arrived) == (1, 1, 1)


@pytest.mark.parametrize("way", ["batch", "file"])
def test_a_phone_whose_time_is_up_hands_in_what_it_read_before(
    signed_in: SignIn, client: FlaskClient, event: Event, zahra: Registration, new_guest: NewGuest, pair: Pair, way: str
) -> None:
    token, device = pair().token, Device.get()
    write(lambda tx: tx.update(device, expires=datetime.now(UTC) - timedelta(seconds=30)))
    before, after = row(zahra), row(new_guest(event, "Ammar"), at=datetime.now(UTC).isoformat())
    bearer = {"Authorization": f"Bearer {token}"}
    if way == "batch":
        url = f"/api/v1/events/{event.id}/checkins"
        answers = client.post(f"{url}/batch", json=[before, after], headers=bearer).get_json()
        assert [answer.get("outcome") or answer["code"] for answer in answers] == ["welcome", "read-too-late"]
        for asked in (client.get(f"{url}/list", headers=bearer), client.post(url, json=before, headers=bearer)):
            assert (asked.status_code, asked.get_json()["code"]) == (401, "device-expired")
    else:
        told = rows_shown(upload(signed_in("coordinator"), event, file_of(event, before, after, device_id=device.id)))
        assert ["Welcome" in told[0], "was closed" in told[1]] == [True, True], told
    assert [(scan.id, scan.late) for scan in Scan.select()] == [(before["scan_id"], True)]


def test_a_display_has_no_scans_to_give(signed_in: SignIn, event: Event, zahra: Registration, pair: Pair) -> None:
    page = upload(signed_in("coordinator"), event, file_of(event, row(zahra), device_id=pair("display").device.id))
    assert page.status_code == 403
    assert Scan.select().count() == 0


def test_a_file_of_another_event_or_of_something_else_writes_nothing(
    signed_in: SignIn, event: Event, new_event: Callable[..., Event], zahra: Registration
) -> None:
    client = signed_in("coordinator")
    elsewhere = upload(client, event, file_of(new_event("Another"), row(zahra)))
    assert (elsewhere.status_code, "another event" in elsewhere.text) == (409, True)
    for content in (b"", b"%PDF-1.7", b"\x1f\x8b broken", gzip.compress(file_of(event, row(zahra)))[:-9]):
        assert upload(client, event, content).status_code == 422, content
    assert upload(client, event, b"").status_code == 422
    assert client.post(f"/e/{event.code}/queue").status_code == 422
    assert Scan.select().count() == 0


def test_a_file_that_unpacks_to_more_than_any_phone_keeps_is_refused() -> None:
    with pytest.raises(BadFile):
        scans_of_file(gzip.compress(b" " * (MOST_BYTES + 1)))


@pytest.mark.parametrize("role", ["scanner", "viewer", "reporter", "timekeeper"])
def test_only_the_desk_takes_in_what_others_kept(
    signed_in: SignIn, event: Event, zahra: Registration, role: str
) -> None:
    client = signed_in(role)
    refused = client.get(f"/e/{event.code}/queue")
    assert (refused.status_code, "Let guests in against the rules (checkin.force)" in refused.text) == (403, True)
    assert upload(client, event, file_of(event, row(zahra))).status_code == 403


def test_the_devices_page_leads_there(signed_in: SignIn, event: Event) -> None:
    assert f"/e/{event.code}/queue" in signed_in("coordinator").get(f"/e/{event.code}/devices").text
