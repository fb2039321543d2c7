"""Signatures: drawn, kept, shown, printed on the sheet, and gone with the person."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from mudhif.domain.errors import BadInput, NotFound
from mudhif.plugins.types import Who
from mudhif.services.settings import set_event_setting
from mudhif.storage.models import Event, Registration
from mudhif.storage.store import write
from mudhif_checkin.signatures import (
    HEIGHT,
    MOST_LETTERS,
    MOST_POINTS,
    WIDTH,
    Signature,
    as_text,
    keep_signature,
    read_drawing,
    signature_svg,
    signatures_of,
)

SignIn = Callable[[str], FlaskClient]
ZIGZAG = "[[100,200,50,-80,50,80,50,-80],[400,120]]"

points = st.lists(st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT)), min_size=1, max_size=30)


@given(st.lists(points, min_size=1, max_size=8))
def test_a_drawing_is_read_as_it_was_written_or_refused_as_hardly_a_line(drawn: list[list[tuple[int, int]]]) -> None:
    text = as_text(drawn)
    try:
        assert read_drawing(text) == drawn
    except BadInput as error:
        assert "Nothing is drawn" in str(error)
    else:
        assert signature_svg(text).startswith("<svg ")


@given(
    st.text()
    | st.recursive(st.integers() | st.floats() | st.text() | st.none(), st.lists, max_leaves=9).map(json.dumps)
)
def test_whatever_is_sent_is_a_drawing_or_bad_input(text: str) -> None:
    with contextlib.suppress(BadInput):
        read_drawing(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Nothing is drawn"),
        ("[[5,5]]", "Nothing is drawn"),
        ("{}", "not a drawing"),
        ("[[1,2,3]]", "not a drawing"),
        ("[[true,2]]", "not a drawing"),
        ('[["</svg><script>",2]]', "not a drawing"),
        ("[[990,10,40,0]]", "not a drawing"),
        ("[" * 5000, "not a drawing"),
        (json.dumps([[0, 0, *([1, 0, -1, 0] * MOST_POINTS)]]), "too large"),
        (json.dumps([[0, 0, *([1, 0, -1, 0] * (MOST_POINTS // 2 + 1))]], separators=(",", ":")), "too large"),
        (" " * (MOST_LETTERS + 1), "too large"),
    ],
    ids=range(11),
)
def test_what_is_no_signature_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_drawing(text)


def test_a_guest_signs_and_the_latest_signature_is_shown(
    signed_in: SignIn, event: Event, zahra: Registration, present: Callable[..., Any]
) -> None:
    present(event, zahra)
    client, url = signed_in("desk"), f"/e/{event.code}/sign/{zahra.id}"
    assert "Zahra Kadhim" in client.get(url).text
    for strokes in ("[[0,0,100,0]]", ZIGZAG):
        answer = client.post(url, data={"strokes": strokes})
        assert (answer.status_code, answer.location) == (302, f"/e/{event.code}/desk")
    kept = signatures_of(event.id)[zahra.id]
    assert (kept.strokes, kept.device, Signature.select().count()) == (ZIGZAG, "Hanan", 2)
    page = client.get(url).text
    assert re.search(r'<svg [^>]*role="img" aria-label="Signature"><path d="M100 200Q150', page)


def test_a_drawing_that_cannot_be_kept_says_why(signed_in: SignIn, event: Event, zahra: Registration) -> None:
    answer = signed_in("desk").post(f"/e/{event.code}/sign/{zahra.id}", data={"strokes": "[[1,1]]"})
    assert answer.status_code == 422
    assert "Nothing is drawn yet" in answer.text
    assert Signature.select().count() == 0


def test_nobody_signs_for_a_guest_of_another_event(
    event: Event, new_event: Callable[..., Event], zahra: Registration, desk: Who
) -> None:
    with pytest.raises(NotFound):
        keep_signature(new_event("Fourth session"), zahra.id, ZIGZAG, desk)


def test_a_signature_is_erased_with_the_person(installation: Any, event: Event, zahra: Registration, desk: Who) -> None:
    keep_signature(event, zahra.id, ZIGZAG, desk)
    write(lambda tx: tx.erase(zahra.person))
    installation.store.tidy_after_erasing()
    assert Signature.get().strokes is None
    assert signatures_of(event.id) == {}
    files = [path.read_bytes() for path in installation.store.instance.root.rglob("*") if path.is_file()]
    assert files
    assert not any(ZIGZAG.encode() in content for content in files)


def test_the_desk_offers_to_sign_first_where_the_event_asks_for_it(
    signed_in: SignIn, event: Event, zahra: Registration, present: Callable[..., Any]
) -> None:
    client = signed_in("desk")
    scan_id = "01970000-0000-7000-8000-000000000001"
    client.post(f"/e/{event.code}/desk/check-in", data={"scan_id": scan_id, "registration": zahra.id})

    def button() -> str:
        page = client.get(f"/e/{event.code}/desk?scan={scan_id}").text
        found = re.search(
            rf'<a class="(btn[^"]*)" id="sign" href="/e/{event.code}/sign/{zahra.id}\?scan={scan_id}"', page
        )
        assert found
        return found[1]

    assert button() == "btn s"
    write(lambda tx: set_event_setting(tx, event.id, "checkin", "signature", True))
    assert button() == "btn"


def test_a_guests_page_shows_the_signature_and_leads_to_the_field(
    signed_in: SignIn, event: Event, zahra: Registration, desk: Who
) -> None:
    client = signed_in("coordinator")
    guest = f"/e/{event.code}/guests/{zahra.id}"
    link = f"/e/{event.code}/sign/{zahra.id}?back=guest"
    assert link in client.get(guest).text
    assert client.post(link, data={"strokes": ZIGZAG}).location == guest
    assert '<figure class="signed"><svg ' in client.get(guest).text


def test_who_may_not_scan_may_not_sign(signed_in: SignIn, event: Event, zahra: Registration) -> None:
    assert signed_in("viewer").get(f"/e/{event.code}/sign/{zahra.id}").status_code == 403
