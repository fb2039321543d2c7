"""The whole API, the plugins' too, against its own description: made-up requests get no 5xx and answers that fit it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mudhif.app import opened
from mudhif.config import Instance
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_token
from mudhif.services.events import create_event, read_event
from mudhif.services.questions import save_question
from mudhif.services.registrations import guest_from, register_guest
from mudhif.storage.store import write
from mudhif.web.app import create_app

CHECKED = [
    not_a_server_error,
    response_schema_conformance,
    content_type_conformance,
    status_code_conformance,
]
DEMO = {
    "title": "Dialogue session",
    "date": "2030-03-07",
    "start": "09:00",
    "end": "13:00",
    "project": "Raise Our Voice",
}


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The API's description, its app, and ids that are there, so that requests reach what lies behind a 404."""
    instance = Instance(tmp_path_factory.mktemp("openapi") / "instance")
    with opened(instance, Host.load(instance), make=True) as application:
        event = write(create_event, read_event(DEMO))
        guest = write(register_guest, event, guest_from({"name": "Zainab Kadhim", "phone": "0780 112 4471"}))
        token = write(lambda tx: create_token(tx, "schemathesis", "administrator"))
        app = create_app(application.store, application.host)

        def from_here(environ: dict[str, Any], start_response: Any) -> Any:
            return app(environ | {"REMOTE_ADDR": "127.0.0.1"}, start_response)

        headers = {"Authorization": f"Bearer {token}"}
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", from_here, headers=headers)
        question = write(save_question, event.id, {"asked_at": "form", "kind": "text", "title": {"en": "Your street"}})
        there = {"event": event.code, "id": guest.id, "registration": guest.id, "question": question.id}

        @schema.hook("map_path_parameters")
        def lead_to_what_is_there(context: Any, path_parameters: dict[str, Any]) -> dict[str, Any]:
            # Two of three lead there; the rest tries what ids nobody has may be.
            return {
                name: there[name] if name in there and len(str(value)) % 3 else value
                for name, value in (path_parameters or {}).items()
            }

        schema.test_headers = headers
        yield schema


@settings(max_examples=15, deadline=timedelta(seconds=10), derandomize=True, suppress_health_check=list(HealthCheck))
def judge(case: Any, headers: dict[str, str]) -> None:
    case.call_and_validate(headers=headers, checks=CHECKED)


def test_an_answer_fits_its_description_and_is_never_a_5xx(described: Any, subtests: pytest.Subtests) -> None:
    for found in described.get_all_operations():
        operation = found.ok()
        with subtests.test(operation.label):
            given(case=operation.as_strategy(), headers=st.just(described.test_headers))(judge)()
