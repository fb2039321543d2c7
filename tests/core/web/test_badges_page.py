"""The page of the badges: a layout chosen, looked at, printed and noted; and the organisation's logo."""

from __future__ import annotations

import io

import pytest
from tests.core.web.conftest import csrf

from mudhif.services.badge_prints import prints_of
from mudhif.services.registrations import NewGuest, register_guest
from mudhif.storage.models import BadgePrint, Registration
from mudhif.storage.store import current, write

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def guests(event):
    people = [("Zainab Kadhim", "participant"), ("علي حسن", "media"), ("Ammar Saleh", "guest")]
    return [
        write(lambda tx, n=name, k=kind: register_guest(tx, event.id, NewGuest(name=n, kind=k), "desk")).id
        for name, kind in people
    ]


@pytest.fixture
def post(signed_in, event):
    client = signed_in("desk")

    def posted(path: str, **form: object):
        token = csrf(client, f"/e/{event.code}/tickets")
        return client.post(f"/e/{event.code}/{path}", data={"csrf_token": token, **form})

    posted.client = client
    return posted


def test_what_was_chosen_stands_in_the_address_and_nothing_else(post, event, guests):
    answer = post("tickets", layout="label-62", kind="media", unprinted="yes", id=guests[:2])
    assert answer.status_code == 302
    assert answer.location == (
        f"/e/{event.code}/tickets?id={guests[0]}&id={guests[1]}&layout=label-62&kind=media&unprinted=yes"
    )
    page = post.client.get(answer.location).text
    assert '<option value="label-62" selected>' in page
    assert "2 guests chosen from the list" in page
    assert "One badge" in page  # one of the two is of the media
    assert page.count("badges.png?") == 1
    both = post.client.get(f"/e/{event.code}/tickets?layout=label-62").text
    assert both.count("badges.png?") == 2  # a name of either script


def test_the_guest_lists_button_leads_to_the_layouts(signed_in, event, guests):
    client = signed_in("desk")
    answer = client.get(f"/e/{event.code}/badges.pdf?csrf_token=x&back=%2F&to=&id={guests[0]}")
    assert answer.location == f"/e/{event.code}/tickets?id={guests[0]}"


def test_printing_is_noted_and_looking_is_not(post, event, guests):
    assert post.client.get(f"/e/{event.code}/badges.pdf").data.startswith(b"%PDF-")
    assert post.client.get(f"/e/{event.code}/badges.png?layout=a6").data.startswith(b"\x89PNG")
    assert BadgePrint.select().count() == 0
    answer = post("badges.pdf", layout="a6", kind="media")
    assert answer.data.startswith(b"%PDF-")
    assert [printed.layout for printed in prints_of(guests[1])] == ["a6"]
    assert BadgePrint.select().count() == 1
    assert "printed so far: 1 of 3" in post.client.get(f"/e/{event.code}/tickets").text
    post("badges.pdf", unprinted="yes")
    assert sorted(row.registration for row in BadgePrint.select()) == sorted(guests)
    assert post("badges.pdf", unprinted="yes").status_code == 302
    assert "No badge is left to print" in post.client.get(f"/e/{event.code}/tickets").text


def test_an_event_without_guests_shows_samples_and_prints_nothing(post, event):
    page = post.client.get(f"/e/{event.code}/tickets").text
    assert "The picture shows samples." in page
    assert "Badges as PDF" not in page
    assert post.client.get(f"/e/{event.code}/badges.png").data.startswith(b"\x89PNG")


def test_a_wrong_layout_is_told_of_on_the_page_and_the_others_work(post, event, guests):
    folder = current().instance.root / "layouts"
    folder.mkdir()
    (folder / "mine.toml").write_text("[page]\nwidth = 3\n")
    page = post.client.get(f"/e/{event.code}/tickets")
    assert page.status_code == 200
    assert "layouts/mine.toml: page.width: Write a number from 20 to 1200." in page.text
    assert post.client.get(f"/e/{event.code}/tickets?layout=mine").status_code == 422


def test_a_guest_of_another_event_has_no_badge_here(post, event, other_event, guests):
    assert post.client.get(f"/e/{other_event.code}/tickets?id={guests[0]}").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "scanner"])
def test_only_who_may_print_sees_badges(signed_in, event, guests, role):
    client = signed_in(role)
    for path in ("tickets", "badges.png", "badges.pdf"):
        assert client.get(f"/e/{event.code}/{path}").status_code == 403


def test_the_logo_is_kept_shown_without_its_script_and_taken_away(signed_in):
    client = signed_in("administrator")

    def send(**form: object):
        return client.post("/settings/logo", data={"csrf_token": csrf(client, "/settings"), **form})

    assert send(logo=(io.BytesIO(SVG), "logo.svg")).status_code == 302
    shown = client.get("/settings/logo")
    assert (shown.data, shown.mimetype) == (SVG, "image/svg+xml")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "script-src" not in shown.headers["Content-Security-Policy"]
    refused = send(logo=(io.BytesIO(b"GIF89a"), "logo.gif"))
    assert (refused.status_code, "no picture of a kind" in refused.text) == (422, True)
    assert send().status_code == 422
    assert client.get("/settings/logo").data == SVG
    assert send(remove="yes").status_code == 302
    assert client.get("/settings/logo").status_code == 404


def test_settings_keep_the_logo(signed_in):
    client = signed_in("administrator")
    token = csrf(client, "/settings")
    client.post("/settings/logo", data={"csrf_token": token, "logo": (io.BytesIO(SVG), "logo.svg")})
    client.post("/settings", data={"csrf_token": token, "core.organisation": "Bridges", "core.digits": "latn"})
    assert client.get("/settings/logo").data == SVG


def test_the_prints_of_an_erased_guest_name_nobody(post, event, guests):
    post("badges.pdf")
    row = Registration.get_by_id(guests[0])
    write(lambda tx: tx.erase(row.person))
    assert "Zainab" not in post.client.get(f"/e/{event.code}/tickets").text
