"""What an error looks like to a person and to a program."""

from __future__ import annotations

import json
import logging
import os

import pytest

from mudhif.domain.errors import Refused, Unavailable
from mudhif.web.security import MAX_BODY_BYTES


@pytest.fixture
def broken(app):
    """The app with views that fail."""

    def bug():
        raise RuntimeError("Zainab's phone is 0770")

    def refused():
        raise Refused("The hall %(name)s is closed.", name="<b>Ishtar</b>")

    def busy():
        raise Unavailable("Later.")

    for path in ("/r/test", "/api/v1/test"):
        app.add_url_rule(f"{path}/bug", f"{path}bug", bug)
        app.add_url_rule(f"{path}/refused", f"{path}refused", refused)
        app.add_url_rule(f"{path}/busy", f"{path}busy", busy)
    return app.test_client()


def test_an_error_with_a_sentence_is_a_page_for_people(broken):
    answer = broken.get("/r/test/refused")
    assert answer.status_code == 409
    assert answer.mimetype == "text/html"
    assert "The hall &lt;b&gt;Ishtar&lt;/b&gt; is closed." in answer.text


def test_the_same_error_is_json_for_programs(broken):
    answer = broken.get("/api/v1/test/refused")
    assert answer.status_code == 409
    assert answer.json == {"code": "refused", "message": "The hall <b>Ishtar</b> is closed.", "errors": {}}


@pytest.mark.parametrize("path", ["/r/test/bug", "/api/v1/test/bug"])
def test_a_bug_is_logged_and_told_calmly_without_a_trace(broken, caplog, path):
    with caplog.at_level(logging.ERROR):
        answer = broken.get(path)
    assert answer.status_code == 500
    assert "0770" not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text
    assert "unexpected error" in caplog.text


def test_what_is_unavailable_says_when_to_come_again(broken):
    assert broken.get("/api/v1/test/busy").headers["Retry-After"] == "5"


def test_an_address_that_is_not_there_is_a_page_or_json(client):
    page, data = client.get("/nowhere"), client.get("/api/v1/nowhere")
    assert page.status_code == data.status_code == 404
    assert page.mimetype == "text/html"
    assert data.json["code"] == "not-found"


def test_a_method_that_is_not_taken_names_those_that_are(client):
    answer = client.delete("/api/v1/events", headers={"Authorization": ""})
    assert answer.status_code in (401, 405)
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_page_in_arabic_tells_its_error_from_right_to_left(broken):
    assert 'dir="rtl"' in broken.get("/r/test/refused", headers={"Accept-Language": "ar"}).text


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": "Ali", "colour": "red"}, {"colour"}),
        ({"name": "Ali", "sex": "maybe"}, {"sex"}),
        ({"name": ["Ali"]}, {"name"}),
    ],
    ids=["nothing", "an unknown field", "a value that is none", "a list"],
)
def test_wrong_fields_are_named_with_a_sentence_each(client, event, token, body, fields):
    answer = client.post(f"/api/v1/events/{event.id}/registrations", json=body, headers=token("desk"))
    assert answer.status_code == 422
    assert answer.json["code"] == "bad-input"
    assert set(answer.json["errors"]) == fields
    assert all(isinstance(s, str) and s for said in answer.json["errors"].values() for s in said)


@pytest.mark.parametrize("body", ['{"name": ', "[]", '"Ali"', "null", "", "\x00"])
def test_a_body_that_is_no_object_is_refused(client, event, token, body):
    answer = client.post(
        f"/api/v1/events/{event.id}/registrations",
        data=body,
        content_type="application/json",
        headers=token("desk"),
    )
    assert answer.status_code in (400, 422)
    assert set(answer.json) == {"code", "message", "errors"}


def test_a_body_that_is_too_large_is_refused(app, client, event, token):
    assert app.config["MAX_CONTENT_LENGTH"] == MAX_BODY_BYTES
    app.config["MAX_CONTENT_LENGTH"] = 1000
    path = f"/api/v1/events/{event.id}/registrations"
    answer = client.post(path, json={"name": "x" * 2000}, headers=token("desk"))
    assert answer.status_code == 413
    assert answer.json["code"] == "too-large"


def test_no_answer_of_the_api_is_anything_but_json(client, token):
    for path in ("/api/v1/", "/api/v1/events/nothing", "/api/v1/events/nothing/registrations"):
        answer = client.get(path, headers=token("administrator"))
        assert answer.status_code == 404
        assert json.loads(answer.text)["code"] == "not-found"
    assert os.sep not in answer.json["message"]


UNUSABLE = {
    "brackets without end": b"[" * 200_000,
    "a number without end": b'{"name": 1' + b"0" * 5000 + b"}",
    "half a letter": b'{"name": "\\ud800"}',
    "half a letter as a field": b'{"\\ud800": 1}',
    "a list": b"[]",
    "nothing": b"null",
}


@pytest.mark.parametrize("body", UNUSABLE.values(), ids=UNUSABLE)
def test_what_no_reader_takes_is_refused_and_is_no_bug_of_ours(client, event, token, caplog, body):
    address, headers = f"/api/v1/events/{event.id}/registrations", token("coordinator")
    answer = client.post(address, headers=headers, data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.json["code"] in ("bad-request", "bad-input")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_page_that_no_list_has_is_refused(client, event, token):
    answer = client.get(f"/api/v1/events/{event.id}/registrations?page={'9' * 30}", headers=token("desk"))
    assert answer.status_code == 422
