"""A tablet that guests use by themselves: it checks in, shows a first name, and opens nothing else until the PIN."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from mudhif.storage.models import Event, Registration
from mudhif_checkin.models import Scan

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def url(event: Event) -> str:
    return f"/x/kiosk/{event.code}"


@pytest.fixture
def tablet(signed_in: SignIn, url: str) -> FlaskClient:
    client = signed_in("scanner")
    assert client.post(f"{url}/lock", data={"pin": "2468"}).location == url
    return client


def test_the_page_says_what_the_tablet_must_lock_and_wants_a_pin(signed_in: SignIn, url: str) -> None:
    client = signed_in("scanner")
    page = client.get(url).text
    for words in ("App pinning", "Guided Access", "--kiosk"):
        assert words in page
    assert client.post(f"{url}/lock", data={"pin": "12"}).status_code == 422
    assert client.get("/").status_code != 302 or "/x/kiosk" not in client.get("/").location


def test_a_guest_types_the_number_and_is_welcomed_by_the_first_name(
    tablet: FlaskClient, url: str, zahra: Registration
) -> None:
    sent = {"scan_id": str(uuid.uuid4()), "ticket": str(zahra.number)}
    page = tablet.post(url, data=sent, follow_redirects=True).text
    assert 'data-shows="welcome"' in page
    assert "Zahra" in page
    assert "زهراء" in page
    assert "Kadhim" not in page
    assert "كاظم" not in page
    assert Scan.get().registration == zahra.id


def test_who_is_not_let_in_is_sent_to_the_desk_without_a_name(
    tablet: FlaskClient, url: str, event: Event, new_guest: Callable[..., Registration]
) -> None:
    gone = new_guest(event, "Ammar Saleh", status="cancelled")
    page = tablet.post(url, data={"scan_id": str(uuid.uuid4()), "ticket": str(gone.number)}, follow_redirects=True).text
    assert "Somebody at the desk helps." in page
    assert "Ammar" not in page


@pytest.mark.parametrize("path", ["/", "/e/{code}/guests", "/e/{code}/desk", "/api/v1/events/{code}/checkins/list"])
def test_a_locked_browser_opens_nothing_else(tablet: FlaskClient, url: str, event: Event, path: str) -> None:
    answer = tablet.get(path.format(code=event.code))
    assert (answer.status_code, answer.location) == (302, url)
    assert tablet.post(path.format(code=event.code), data={"x": "1"}).status_code == 403
    assert tablet.get("/static/css/base.css").status_code == 200


def test_the_pin_and_no_other_gives_the_browser_back(tablet: FlaskClient, url: str, event: Event) -> None:
    wrong = tablet.post(f"{url}/unlock", data={"pin": "1357"})
    assert wrong.status_code == 422
    assert "This is not the PIN." in wrong.text
    assert tablet.get("/").location == url
    assert tablet.post(f"{url}/unlock", data={"pin": "٢٤٦٨"}).location == f"/e/{event.code}/desk"
    assert tablet.get(f"/e/{event.code}/desk").status_code == 200
