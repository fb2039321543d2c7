"""The page of an event's report, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from mudhif.storage.models import Event
from mudhif_reports.models import Accepted
from mudhif_reports.narrative import narrative_of

SignIn = Callable[[str], FlaskClient]
SECOND = "We organized the second dialogue session."


def test_who_is_not_signed_in_is_sent_away(client: FlaskClient, event: Event) -> None:
    assert client.get(f"/e/{event.code}/report").status_code in (302, 303, 308, 401)


@pytest.fixture
def reporter(signed_in: SignIn) -> FlaskClient:
    return signed_in("reporter")


def page(client: FlaskClient, event: Event, query: str = "") -> str:
    answer = client.get(f"/e/{event.code}/report{query}", follow_redirects=True)
    assert answer.status_code == 200
    return unescape(answer.text)


def write_text(client: FlaskClient, event: Event, text: str, language: str = "en") -> None:
    form = {"lang": language, "text-introduction": text}
    assert client.post(f"/e/{event.code}/report/text", data=form).status_code in (302, 303)


def test_a_text_is_kept_and_its_findings_are_shown(reporter: FlaskClient, event: Event) -> None:
    write_text(reporter, event, SECOND)
    assert narrative_of(event.id, "en")["introduction"] == SECOND
    shown = page(reporter, event)
    assert SECOND in shown
    assert "This event is numbered in more than one way" in shown
    assert "What is downloaded now is a draft." in shown


def test_a_finding_is_accepted_with_a_reason_and_shown_as_settled(reporter: FlaskClient, event: Event) -> None:
    write_text(reporter, event, SECOND)
    shown = page(reporter, event)
    card = next(card for card in shown.split('<li class="find') if "numbered in more than one way" in card)
    found = re.search(r'name="finding" value="([0-9a-f]+)"', card)
    assert found is not None
    refused = reporter.post(f"/e/{event.code}/report/accept", data={"lang": "en", "finding": found[1], "reason": ""})
    assert refused.status_code == 422
    assert "Write why this stands" in unescape(refused.text)
    assert not Accepted.select().exists()
    reporter.post(
        f"/e/{event.code}/report/accept", data={"lang": "en", "finding": found[1], "reason": "The donor counts so."}
    )
    shown = page(reporter, event)
    assert (
        shown.index("One finding was accepted")
        < shown.index("numbered in more than one way")
        < shown.index("The donor counts so.")
    )


def test_the_arabic_page_is_right_to_left_and_keeps_an_arabic_text(reporter: FlaskClient, event: Event) -> None:
    write_text(reporter, event, "عقدنا الجلسة الحوارية الثالثة.", "ar")
    shown = page(reporter, event, "?lang=ar")
    assert "عقدنا الجلسة الحوارية الثالثة." in shown
    assert 'dir="rtl" lang="ar"' in shown
    assert narrative_of(event.id, "en") == {}


def test_every_figure_says_what_it_counts_and_where_it_is_corrected(reporter: FlaskClient, event: Event) -> None:
    shown = page(reporter, event)
    assert "registrations.registered" in shown
    assert f'href="/e/{event.code}/guests"' in shown


def test_a_viewer_reads_and_does_not_write(signed_in: SignIn, event: Event) -> None:
    viewer = signed_in("viewer")
    shown = page(viewer, event)
    assert "Save the text" not in shown
    assert viewer.post(f"/e/{event.code}/report/text", data={"text-introduction": "x"}).status_code == 403


def test_a_text_of_a_page_is_shown_and_not_run(reporter: FlaskClient, event: Event) -> None:
    write_text(reporter, event, "</textarea><script>alert(1)</script>")
    answer = reporter.get(f"/e/{event.code}/report", follow_redirects=True)
    assert "<script>alert" not in answer.text


def test_a_format_that_is_not_there_is_said(reporter: FlaskClient, event: Event) -> None:
    assert reporter.get(f"/e/{event.code}/report/no-such.pdf").status_code == 404
