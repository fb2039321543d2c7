"""What a phone sends beside its scans, in their order: a check-in taken back, a signature. Each counts once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.domain.errors import NotAllowed
from mudhif.plugins.types import Who
from mudhif.services.devices import offer_pairing, pair_device, revoke_device
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.checkins import check_in
from mudhif_checkin.counts import counts_of
from mudhif_checkin.models import Scan, Undo
from mudhif_checkin.requests import read_request
from mudhif_checkin.signatures import Signature, signatures_of

Header = Callable[..., dict[str, str]]
ZIGZAG = "[[100,200,50,-80,50,80,50,-80],[400,120]]"
THEN = "2024-03-07T09:04:00+03:00"


def new_id() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def batch(client: FlaskClient, event: Event, token: Header) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    headers = token("scanner", event)

    def sent(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = client.post(f"/api/v1/events/{event.id}/checkins/batch", json=rows, headers=headers)
        assert answer.status_code == 200
        answers: list[dict[str, Any]] = answer.get_json()
        return answers

    return sent


def rows_of(guest: Registration) -> list[dict[str, Any]]:
    scan = {"scan_id": new_id(), "registration": guest.id, "at": THEN, "verdict_shown": "welcome"}
    signed = {"scan_id": new_id(), "signs": scan["scan_id"], "strokes": ZIGZAG, "at": THEN}
    undone = {"scan_id": new_id(), "undoes": scan["scan_id"], "reason": "by-mistake", "at": THEN}
    return [scan, signed, undone]


def test_a_scan_its_signature_and_its_undo_are_kept_in_one_batch_and_once_however_often_sent(
    batch: Callable[..., Any], event: Event, zahra: Registration
) -> None:
    rows = rows_of(zahra)
    for _ in range(2):
        answers = batch(rows)
        assert [a["outcome"] for a in answers] == ["welcome", "signed", "undone"]
        assert [a["scan_id"] for a in answers] == [row["scan_id"] for row in rows]
        assert answers[2]["registration"]["id"] == zahra.id
        assert answers[2]["counts"]["arrived"] == 0
    (undo,) = Undo.select()
    assert (undo.id, undo.scan, undo.reason) == (rows[2]["scan_id"], rows[0]["scan_id"], "by-mistake")
    assert Scan.select().count() == Signature.select().count() == 1
    signed = signatures_of(event.id)[zahra.id]
    assert (signed.strokes, signed.at) == (ZIGZAG, datetime(2024, 3, 7, 6, 4, tzinfo=UTC))
    assert signed.device


def test_they_also_follow_their_scan_alone(batch: Callable[..., Any], event: Event, zahra: Registration) -> None:
    scan, signed, undone = rows_of(zahra)
    batch([scan])
    assert counts_of(event.id).arrived == 1
    assert [batch([row])[0]["outcome"] for row in (signed, undone)] == ["signed", "undone"]
    assert counts_of(event.id).arrived == 0


def test_an_undo_takes_back_what_the_phone_showed_where_the_first_answer_was_lost(
    event: Event, zahra: Registration, phone: Who, desk: Who, present: Callable[..., Any]
) -> None:
    may = Who(id=phone.id, name=phone.name, role="scanner", permissions=desk.permissions)
    scan = {"scan_id": new_id(), "registration": zahra.id}
    first = present(event, zahra)
    check_in(event.id, read_request(scan), may)  # "already": the answer is lost, and the phone welcomes by itself
    present(event, zahra, direction="out")
    check_in(event.id, read_request(scan | {"verdict_shown": "welcome"}), may)
    assert counts_of(event.id).inside == 1
    undone = check_in(event.id, read_request({"scan_id": new_id(), "undoes": scan["scan_id"]}), may)
    assert undone.outcome == "undone"
    assert counts_of(event.id).inside == 0
    assert Undo.get().scan != first["scan_id"]


def test_nothing_is_taken_back_where_nobody_was_let_in(batch: Callable[..., Any], event: Event) -> None:
    scan = {"scan_id": new_id(), "ticket": "nonsense", "verdict_shown": "unknown"}
    answers = batch([scan, {"scan_id": new_id(), "undoes": scan["scan_id"]}])
    assert [a["outcome"] for a in answers] == ["unknown", "nothing-to-undo"]
    assert Undo.select().count() == 0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"undoes": new_id()}, "no-checkin"),
        ({"signs": new_id(), "strokes": ZIGZAG}, "no-checkin"),
        ({"undoes": "x"}, "bad-input"),
        ({"signs": new_id(), "strokes": "[]"}, "bad-input"),
        ({"signs": new_id()}, "bad-input"),
        ({"signs": new_id(), "strokes": ZIGZAG, "at": "yesterday"}, "bad-input"),
    ],
    ids=["of no scan", "signature of no scan", "no id", "nothing drawn", "no drawing", "no moment"],
)
def test_what_is_wrong_is_said_in_its_row(batch: Callable[..., Any], row: dict[str, Any], code: str) -> None:
    (answer,) = batch([{"scan_id": new_id()} | row])
    assert answer["code"] == code


def test_a_scan_of_another_event_is_not_taken_back_here(
    batch: Callable[..., Any], new_event: Callable[..., Event], new_guest: Callable[..., Registration],
    present: Callable[..., Any],
) -> None:  # fmt: skip
    other = new_event("Another session")
    elsewhere = present(other, new_guest(other))
    (answer,) = batch([{"scan_id": new_id(), "undoes": elsewhere["scan_id"]}])
    assert answer["code"] == "scan-of-another-event"
    assert counts_of(other.id).arrived == 1


def test_who_may_not_undo_is_told_the_right(event: Event, zahra: Registration, present: Callable[..., Any]) -> None:
    scan = present(event, zahra)
    nobody = Who(id="x", name="x", role="viewer", permissions=frozenset({"checkin.scan"}))
    with pytest.raises(NotAllowed):
        check_in(event.id, read_request({"scan_id": new_id(), "undoes": scan["scan_id"]}), nobody)


def test_a_revoked_phone_hands_in_what_was_signed_and_undone_before_and_nothing_later(
    client: FlaskClient, event: Event, zahra: Registration
) -> None:
    paired = write(pair_device, write(lambda tx: offer_pairing(tx, event, "scanner")), "Rusul's phone")
    write(revoke_device, paired.device.id)
    headers = {"Authorization": f"Bearer {paired.token}"}
    rows = [row | {"at": (datetime.now(UTC) - timedelta(minutes=5)).isoformat()} for row in rows_of(zahra)]
    late = {"scan_id": new_id(), "signs": rows[0]["scan_id"], "strokes": ZIGZAG}
    url = f"/api/v1/events/{event.id}/checkins/batch"
    answers = client.post(url, json=[*rows, late], headers=headers).get_json()
    assert [a.get("outcome", a.get("code")) for a in answers] == ["welcome", "signed", "undone", "read-too-late"]
    assert Signature.select().count() == 1
