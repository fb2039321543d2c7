"""The door's API: what a program may rely on."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.storage.models import Event, Registration
from mudhif_checkin.models import Scan

Header = Callable[..., dict[str, str]]
TicketOf = Callable[[Registration], str]


@pytest.fixture
def post(client: FlaskClient, event: Event, token: Header) -> Callable[..., tuple[int, Any]]:
    """Posts a body to the check-ins of the event and gives status and answer."""

    def posted(body: Any, path: str = "", role: str = "coordinator", at: str | None = None) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"/api/v1/events/{at or event.id}/checkins{path}"
        answer = client.post(url, data=raw, headers=token(role), content_type="application/json")
        return answer.status_code, answer.get_json()

    return posted


def scan(**more: Any) -> dict[str, Any]:
    return {"scan_id": str(uuid.uuid4()), **more}


def test_a_checkin_answers_the_contracts_fields(
    post: Callable[..., Any], zahra: Registration, ticket_of: TicketOf
) -> None:
    body = scan(ticket=ticket_of(zahra), at="2024-03-07T09:06:00+03:00", gate="Main door", direction="in", force=False)
    status, answer = post(body)
    assert status == 200
    assert answer == {
        "scan_id": body["scan_id"],
        "outcome": "welcome",
        "reason": None,
        "questions": [],
        "registration": answer["registration"],
        "checkin": {"id": body["scan_id"], "at": "2024-03-07T06:06:00.000000Z", "device": "a coordinator"},
        "first": None,
        "counts": {"arrived": 1, "registered": 1},
    }
    assert (answer["registration"]["id"], answer["registration"]["name"]) == (zahra.id, "Zahra Kadhim")
    assert post(body) == (200, answer)


def test_the_event_is_named_by_id_or_code(post: Callable[..., Any], event: Event, zahra: Registration) -> None:
    assert post(scan(registration=zahra.id), at=event.code)[1]["outcome"] == "welcome"


def test_an_event_that_is_not_there_is_404(post: Callable[..., Any]) -> None:
    status, answer = post(scan(ticket="1"), at="nothing")
    assert (status, answer["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "_"),
        ([], "_schema"),
        ({"scan_id": "x", "ticket": "1"}, "scan_id"),
        ({"ticket": "1"}, "scan_id"),
        (scan(), "ticket"),
        (scan(ticket="1", registration=str(uuid.uuid4())), "ticket"),
        (scan(ticket=""), "ticket"),
        (scan(ticket="1", at="yesterday"), "at"),
        (scan(ticket="1", direction="up"), "direction"),
        (scan(ticket="1", force="yes"), "force"),
        (b'{"scan_id": "01930b2e-8f3a-7c11-9a52-4be1d0c7f6a9", "ticket": "\\ud800"}', "ticket"),
    ],
)
def test_a_wrong_request_says_which_field_and_keeps_nothing(post: Callable[..., Any], body: Any, field: str) -> None:
    status, answer = post(body)
    assert status == 422
    assert (answer["code"], field in answer["errors"]) == ("bad-input", True)
    assert answer["message"]
    assert Scan.select().count() == 0


def test_a_ticket_that_is_not_good_is_no_error(post: Callable[..., Any]) -> None:
    status, answer = post(scan(ticket="nonsense"))
    assert (status, answer["outcome"], answer["counts"]) == (200, "unknown", {"arrived": 0, "registered": 0})


def test_a_role_that_may_not_is_told_which_right_is_missing(post: Callable[..., Any]) -> None:
    status, answer = post(scan(ticket="1"), role="viewer")
    assert status == 403
    assert "checkin.scan" in answer["message"]
    status, answer = post(scan(ticket="1", force=True), role="scanner")
    assert status == 403
    assert "checkin.force" in answer["message"]


def test_a_token_of_another_event_is_refused(
    client: FlaskClient, event: Event, new_event: Callable[..., Event], token: Header, zahra: Registration
) -> None:
    elsewhere = token("scanner", new_event("Another"))
    for name in (event.id, event.code):
        answer = client.post(f"/api/v1/events/{name}/checkins", json=scan(registration=zahra.id), headers=elsewhere)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "other-event")
    assert client.post(f"/api/v1/events/{event.id}/checkins", json=scan(ticket="1")).status_code == 401


def test_a_batch_is_answered_row_by_row_in_its_order(
    post: Callable[..., Any], zahra: Registration, ticket_of: TicketOf
) -> None:
    good, again, wrong = scan(ticket=ticket_of(zahra)), scan(ticket=ticket_of(zahra)), scan(ticket="")
    status, answers = post([good, wrong, {"no": "scan"}, again, scan(ticket="zzz"), 7], "/batch")
    assert status == 200
    assert [a.get("outcome") for a in answers] == ["welcome", None, None, "already", "unknown", None]
    assert answers[1]["scan_id"] == wrong["scan_id"]
    assert set(answers[1]) == {"scan_id", "code", "message", "errors"}
    assert answers[1]["errors"].keys() == {"ticket"}
    assert answers[2]["scan_id"] is None
    assert post([good, again], "/batch")[1][0]["outcome"] == "welcome"
    assert Scan.select().count() == 3


def test_a_batch_takes_five_hundred(post: Callable[..., Any]) -> None:
    assert post([], "/batch") == (200, [])
    assert len(post([scan(ticket=str(n)) for n in range(1000, 1500)], "/batch")[1]) == 500
    status, answer = post([scan(ticket="1")] * 501, "/batch")
    assert (status, answer["code"]) == (413, "too-many-scans")
    assert post({"no": "list"}, "/batch")[0] == 422


def test_an_undo_gives_the_place_back(
    client: FlaskClient, event: Event, post: Callable[..., Any], zahra: Registration, token: Header
) -> None:
    checkin = post(scan(registration=zahra.id))[1]["checkin"]["id"]
    url = f"/api/v1/events/{event.id}/checkins/{checkin}"
    assert client.delete(url, headers=token("viewer")).status_code == 403
    answer = client.delete(f"{url}?reason=mistake", headers=token("scanner"))
    assert (answer.status_code, answer.get_json()["counts"]) == (200, {"arrived": 0, "registered": 1})
    assert post(scan(registration=zahra.id))[1]["outcome"] == "welcome"


def test_undoing_what_is_not_there_or_let_nobody_in_is_refused(
    client: FlaskClient, event: Event, post: Callable[..., Any], token: Header
) -> None:
    refused = post(scan(ticket="nonsense"))[1]["scan_id"]
    for checkin, status in ((refused, 409), (str(uuid.uuid4()), 404), ("x", 404)):
        answer = client.delete(f"/api/v1/events/{event.id}/checkins/{checkin}?reason=m", headers=token())
        assert (answer.status_code, bool(answer.get_json()["message"])) == (status, True)


def test_a_guest_is_found_by_name_in_either_script_with_what_tells_namesakes_apart(
    client: FlaskClient, event: Event, zahra: Registration, post: Callable[..., Any], token: Header
) -> None:
    post(scan(registration=zahra.id, at="2024-03-07T09:06:00+03:00"))
    for search in ("zahra", "زهراء", "1"):
        answer = client.get(f"/api/v1/events/{event.id}/checkins/guests?search={search}", headers=token("scanner"))
        (found,) = answer.get_json()
        assert (found["id"], found["organisation"]) == (zahra.id, "Department of Education")
        assert found["arrived_at"] == "2024-03-07T06:06:00Z"
    nobody = client.get(f"/api/v1/events/{event.id}/checkins/guests?search=", headers=token("scanner"))
    assert nobody.get_json() == []


def test_everything_is_described(client: FlaskClient, token: Header) -> None:
    paths = client.get("/api/v1/openapi.json", headers=token()).get_json()["paths"]
    ours = {path: set(ways) & {"get", "post", "delete"} for path, ways in paths.items() if "/checkins" in path}
    assert {path.removeprefix("/api/v1"): ways for path, ways in ours.items()} == {
        "/events/{event}/checkins": {"post"},
        "/events/{event}/checkins/batch": {"post"},
        "/events/{event}/checkins/{checkin}": {"delete"},
        "/events/{event}/checkins/guests": {"get"},
        "/events/{event}/checkins/list": {"get"},
    }
    post = next(ways["post"] for path, ways in paths.items() if path.endswith("/checkins"))
    assert post["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/Scan")
    assert post["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/ScanAnswer")
