"""What somebody could try at the door, and what becomes of it."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudhif.domain import tickets as ticket_rules
from mudhif.plugins.types import Who
from mudhif.services import tickets
from mudhif.services.devices import offer_pairing, pair_device, revoke_device
from mudhif.storage.models import Event, Registration, TicketKey
from mudhif.storage.store import write
from mudhif_checkin.models import Scan, Undo

Present = Callable[..., dict[str, Any]]
Header = Callable[..., dict[str, str]]
LAN = {"REMOTE_ADDR": "192.168.8.20"}
FOREIGN_KEY = bytes(range(32))


def scan(**fields: Any) -> dict[str, Any]:
    return {"scan_id": str(uuid.uuid4()), **fields}


def body_of(ticket: str) -> ticket_rules.TicketBody:
    return ticket_rules.unpack(ticket_rules.decode(ticket)[: ticket_rules.BODY_BYTES])


def nobody_came() -> bool:
    return not Scan.select().where(Scan.outcome.in_(["welcome", "left"])).exists()


# --- tickets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("force", [False, True])
def test_a_forged_ticket_lets_nobody_in_not_by_force_and_not_by_our_keys_name(
    event: Event, zahra: Registration, present: Present, ticket_of: Callable[[Registration], str], force: bool
) -> None:
    true = body_of(ticket_of(zahra))  # all of it is right, and signed by somebody else
    answer = present(event, ticket_rules.sign(true, FOREIGN_KEY), force=force)
    assert (answer["outcome"], answer["registration"]) == ("forged", None)
    assert nobody_came()


def test_no_letter_of_a_ticket_can_be_changed(
    event: Event, zahra: Registration, present: Present, ticket_of: Callable[[Registration], str]
) -> None:
    ticket = ticket_of(zahra)
    for place in range(len(ticket)):
        changed = ticket[:place] + ("A" if ticket[place] != "A" else "B") + ticket[place + 1 :]
        assert present(event, changed)["outcome"] in ("forged", "unknown"), place
    assert nobody_came()


def test_a_copied_ticket_is_already_in_with_the_hour_and_the_place_of_the_first(
    event: Event, zahra: Registration, present: Present, ticket_of: Callable[[Registration], str], phone: Who
) -> None:
    ticket = ticket_of(zahra)
    first = present(event, ticket, gate="Main", at="2024-03-07T09:06:00+03:00")
    copy = present(event, ticket, phone, gate="Garden")
    assert (copy["outcome"], copy["counts"]["arrived"]) == ("already", 1)
    assert (copy["first"]["id"], copy["first"]["device"], copy["first"]["gate"]) == (first["scan_id"], "Desk A", "Main")


def test_the_ticket_of_another_event_opens_nothing_here_and_names_nobody(
    event: Event, new_event: Callable[..., Event], new_guest: Callable[..., Registration], present: Present,
    ticket_of: Callable[[Registration], str],
) -> None:  # fmt: skip
    ticket = ticket_of(new_guest(new_event("Another")))
    answer = present(event, ticket, force=True)
    assert (answer["outcome"], answer["registration"]) == ("wrong-event", None)
    assert nobody_came()


def test_an_old_keys_ticket_counts_only_where_the_key_is_known_to_be_ours(
    event: Event, zahra: Registration, present: Present, ticket_of: Callable[[Registration], str]
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = Ed25519PrivateKey.from_private_bytes(FOREIGN_KEY).public_key().public_bytes_raw()
    key = ticket_rules.key_id(public)
    of_old_key = ticket_rules.sign(dataclasses.replace(body_of(ticket_of(zahra)), key_id=key), FOREIGN_KEY)
    assert present(event, of_old_key)["outcome"] == "forged"
    assert nobody_came()
    write(lambda tx: tx.fact(TicketKey, key_id=key, public=public.hex()))  # as a stick brings that of a laptop before
    assert present(event, of_old_key)["outcome"] == "welcome"


def test_an_old_serial_is_withdrawn_and_only_force_by_right_lets_it_in(
    event: Event, zahra: Registration, ticket_of: Callable[[Registration], str], client: FlaskClient, token: Header
) -> None:
    old = ticket_of(zahra)
    write(tickets.reissue, zahra.id)
    url = f"/api/v1/events/{event.id}/checkins"
    assert client.post(url, json=scan(ticket=old), headers=token("scanner")).get_json()["outcome"] == "revoked"
    forced = client.post(url, json=scan(ticket=old, force=True), headers=token("scanner"))
    assert forced.status_code == 403
    assert nobody_came()
    assert client.post(url, json=scan(ticket=old, force=True), headers=token("desk")).get_json()["outcome"] == "welcome"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=100, max_size=150))
def test_what_is_made_up_lets_nobody_in(event: Event, present: Present, text: str) -> None:
    if text:
        try:
            answer = present(event, text)
        except Exception as error:
            assert "half a letter" in str(error)
        else:
            assert answer["outcome"] in ("unknown", "forged")


# --- guessing ---------------------------------------------------------------------------------------------------------


def test_guessing_tokens_at_the_door_is_slowed_down(client: FlaskClient, event: Event, zahra: Registration) -> None:
    url = f"/api/v1/events/{event.id}/checkins"
    seen = [
        client.post(url, json=scan(registration=zahra.id), headers={"Authorization": f"Bearer guess-{n}"}).status_code
        for n in range(40)
    ]
    assert seen[0] == 401
    assert seen[-1] == 429
    assert nobody_came()


def test_guessing_tickets_at_the_page_of_guests_is_slowed_down_and_numbers_open_none(
    client: FlaskClient, zahra: Registration, ticket_of: Callable[[Registration], str]
) -> None:
    ticket_of(zahra)
    assert client.get("/t/0001", environ_overrides=LAN).status_code == 404
    seen = {client.get(f"/t/GUESS{n}", environ_overrides=LAN).status_code for n in range(200)}
    assert seen == {404, 429}


# --- rights -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def paired(event: Event) -> Callable[..., Any]:
    def made(role: str = "scanner") -> Any:
        until = datetime.now(UTC) + timedelta(hours=1)
        return write(pair_device, write(lambda tx: offer_pairing(tx, event, role, until=until)), "Rusul's phone")

    return made


def bearer(paired: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {paired.token}"}


def test_a_revoked_device_checks_nobody_in_and_undoes_nothing(
    client: FlaskClient, event: Event, zahra: Registration, present: Present, paired: Callable[..., Any]
) -> None:
    phone, kept = paired(), present(event, zahra)["scan_id"]
    write(revoke_device, phone.device.id)
    url = f"/api/v1/events/{event.id}/checkins"
    for answer in (
        client.post(url, json=scan(registration=zahra.id), headers=bearer(phone)),
        client.delete(f"{url}/{kept}?reason=try", headers=bearer(phone)),
        client.get(f"{url}/list", headers=bearer(phone)),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (401, "device-revoked")
    assert (Scan.select().count(), Undo.select().count()) == (1, 0)


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("post", "/api/v1/events/{event}/registrations", "guests.edit"),
        ("patch", "/api/v1/registrations/{guest}", "guests.edit"),
        ("post", "/e/{code}/doors/settle?case=a&choice=stands", "event.edit"),
        ("post", "/e/{code}/doors", "event.edit"),
        ("post", "/e/{code}/doors/drop", "event.edit"),
        ("get", "/e/{code}/cases", "event.edit"),
        ("get", "/e/{code}/board/attendance.pdf", "guests.view"),
    ],
)
def test_a_scanner_that_calls_what_is_the_coordinators_is_told_which_right_is_missing(
    client: FlaskClient, event: Event, zahra: Registration, paired: Callable[..., Any], method: str, path: str,
    right: str,
) -> None:  # fmt: skip
    address = path.format(event=event.id, code=event.code, guest=zahra.id)
    answer = getattr(client, method)(address, headers=bearer(paired()), json={"name": "Somebody"})
    assert (answer.status_code, f"({right})" in answer.text) == (403, True)


def test_force_and_undo_without_the_right_name_it_in_words_at_every_address(
    client: FlaskClient, event: Event, zahra: Registration, present: Present, paired: Callable[..., Any], token: Header
) -> None:
    url, phone = f"/api/v1/events/{event.id}/checkins", bearer(paired())
    kept = present(event, zahra)["scan_id"]
    force, undo = "Let guests in against the rules (checkin.force)", "Take a check-in back (checkin.undo)"
    row = scan(registration=zahra.id, force=True)
    assert force in client.post(url, json=row, headers=phone).get_json()["message"]
    (in_a_batch,) = client.post(f"{url}/batch", json=[row], headers=phone).get_json()
    assert (in_a_batch["code"], force in in_a_batch["message"]) == ("not-allowed", True)
    form = {"scan_id": str(uuid.uuid4()), "registration": zahra.id, "force": "yes"}
    page = client.post(f"/e/{event.code}/desk/check-in", data=form, headers=phone)
    assert (page.status_code, force in page.text) == (403, True)
    refused = client.delete(f"{url}/{kept}?reason=try", headers=token("viewer"))
    assert (refused.status_code, undo in refused.get_json()["message"]) == (403, True)
    assert (Scan.select().count(), Undo.select().count()) == (1, 0)


@pytest.mark.parametrize("role", ["scanner", "desk", "coordinator"])
def test_every_role_of_the_door_takes_back_with_a_reason_what_another_let_in(
    client: FlaskClient, event: Event, zahra: Registration, present: Present, token: Header, role: str
) -> None:
    kept = present(event, zahra)["scan_id"]
    url = f"/api/v1/events/{event.id}/checkins/{kept}?reason=wrong-guest"
    assert client.delete(url, headers=token(role)).get_json()["counts"]["arrived"] == 0
    assert (Undo.get().reason, Undo.get().device) == ("wrong-guest", f"a {role}")


# --- plain http from the network --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/e/{code}/desk", "/e/{code}/scan", "/e/{code}/scan/worker.js", "/e/{code}/board", "/e/{code}/board/parts",
        "/e/{code}/board/attendance.pdf", "/e/{code}/doors", "/e/{code}/cases", "/e/{code}/queue",
        "/api/v1/events/{id}/checkins/list", "/api/v1/events/{id}/checkins/guests?search=a",
    ],
)  # fmt: skip
def test_plain_http_from_another_machine_opens_no_page_of_the_door(
    client: FlaskClient, event: Event, token: Header, path: str
) -> None:
    address = path.format(code=event.code, id=event.id)
    answer = client.get(address, headers=token("coordinator"), environ_overrides=LAN)
    assert (answer.status_code, "https" in answer.text) == (403, True)


@pytest.mark.parametrize("path", ["checkins", "checkins/batch"])
def test_plain_http_from_another_machine_checks_nobody_in(
    client: FlaskClient, event: Event, zahra: Registration, token: Header, path: str
) -> None:
    row: Any = scan(registration=zahra.id)
    answer = client.post(
        f"/api/v1/events/{event.id}/{path}", json=[row] if path.endswith("batch") else row, headers=token("scanner"),
        environ_overrides=LAN,
    )  # fmt: skip
    assert answer.status_code == 403
    assert nobody_came()
