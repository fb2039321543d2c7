"""The coordinator's page of cases, with those that the door brings."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from mudhif.app import Application
from mudhif.plugins.types import Who
from mudhif.storage.models import Event, Registration
from mudhif_checkin import cases
from mudhif_checkin.models import Scan, Undo

SignIn = Callable[[str], FlaskClient]
Present = Callable[..., dict[str, Any]]


def test_a_page_without_cases_says_so(signed_in: SignIn, event: Event) -> None:
    page = signed_in("coordinator").get(f"/e/{event.code}/cases").text
    assert "No case is open." in page


def test_two_entries_apart_are_a_case_that_one_button_settles(
    signed_in: SignIn, event: Event, zahra: Registration, present: Present, phone: Who
) -> None:
    present(event, zahra, at="2024-03-07T09:05:00+03:00", gate="Main")
    present(event, zahra, phone, at="2024-03-07T09:06:00+03:00", gate="Garden", verdict_shown="welcome")
    client = signed_in("coordinator")
    page = client.get(f"/e/{event.code}/cases").text
    assert "Zahra Kadhim was let in twice. Counted once." in page
    assert re.findall(r"<dt><bdi>(.*?)</bdi></dt><dd><bdi>(.*?)</bdi></dd>", page) == [
        ("Desk A · Main", "09:05"),
        ("Rusul&#39;s phone · Garden", "09:06"),
    ]
    first, second = re.findall(r'action="([^"]+/take-back/[^"]+)"', page)
    page = client.post(second, follow_redirects=True).text
    assert "No case is open." in page
    assert (Undo.get().scan, Undo.get().reason) == (second.rsplit("/", 1)[1], "settled as a case")
    assert Scan.select().count() == 2
    assert first != second


def test_cases_that_a_plugin_fails_to_bring_are_said_to_be_missing(
    signed_in: SignIn, event: Event, installation: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> list[Any]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(cases, "double_entries", broken)
    page = signed_in("coordinator").get(f"/e/{event.code}/cases").text
    assert "The cases of Check-in are missing" in page
    assert "No case is open." not in page


@pytest.mark.parametrize("role", ["scanner", "desk", "viewer"])
def test_cases_are_the_coordinators(signed_in: SignIn, event: Event, role: str) -> None:
    assert signed_in(role).get(f"/e/{event.code}/cases").status_code == 403
