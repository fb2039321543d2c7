"""Pages of plugins: at their own addresses, and never at somebody else's."""

from __future__ import annotations

import contextlib
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from mudhif.app import opened
from mudhif.config import Instance
from mudhif.plugins.discovery import find
from mudhif.plugins.host import Host
from mudhif.services.accounts import create_token
from mudhif.storage.store import write
from mudhif.web.app import create_app

ELSEWHERE = "not in this test"


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a plugin on the path, as pip would."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))

    def made(name: str, code: str) -> None:
        module = f"test_pages_{name}"
        sys.modules.pop(module, None)  # of the test before
        (folder / f"{module}.py").write_text("from mudhif.plugin_api import *\n" + textwrap.dedent(code))
        info = folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[mudhif]\n{name} = {module}\n")

    return made


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], tuple[Flask, Host]]]:
    """Start the app with the plugins of this test alone."""
    bundled = dict.fromkeys((found.name for found in find(None)), ELSEWHERE)
    with contextlib.ExitStack() as stack:

        def started() -> tuple[Flask, Host]:
            host = Host(None, skip=bundled).refresh()
            application = stack.enter_context(opened(Instance(tmp_path / "instance"), host, make=True))
            return create_app(application.store, host), host

        yield started


def states(host: Host) -> dict[str, str | None]:
    return {info.name: info.error for info in host.plugins if info.error != ELSEWHERE}


def test_a_plugin_s_pages_of_an_event_lie_under_its_name(plugin, start):
    plugin(
        "tea",
        """
        blp = event_pages("tea", __name__)

        @blp.get("/")
        def list(code): return f"tea at {code}"

        @blp.get("/cups")
        def cups(code): return f"cups at {code}"

        @hookimpl
        def mudhif_blueprints(): return [blp]
    """,
    )
    app, host = start()
    client = app.test_client()
    assert client.get("/e/party/tea").text == "tea at party"
    assert client.get("/e/party/tea/cups").text == "cups at party"
    assert states(host) == {"tea": None}


@pytest.mark.parametrize(
    ("rule", "shown"),
    [("/e/<event>/", "/e/<>/"), ("/sign-in", "/sign-in"), ("/api/v1/events", "/api/v1/events")],
)
def test_a_plugin_that_wants_an_address_of_the_core_loses_its_pages_and_says_so(plugin, start, rule, shown):
    plugin(
        "grab",
        f"""
        from flask import Blueprint
        blp = Blueprint("grab", __name__)

        @blp.get("{rule}")
        def take(**names): return "taken"

        @blp.get("/x/grab/other")
        def other(): return "other"

        @hookimpl
        def mudhif_blueprints(): return [blp]
    """,
    )
    app, host = start()
    client = app.test_client()
    assert shown in states(host)["grab"]
    assert "Mudhif" in states(host)["grab"]
    assert client.get("/x/grab/other").status_code == 404
    assert client.get("/sign-in").status_code == 200


def test_of_two_plugins_that_want_one_address_the_second_loses(plugin, start):
    for name in ("aaa", "bbb"):
        plugin(
            name,
            f"""
            from flask import Blueprint
            blp = Blueprint("{name}", __name__)

            @blp.get("/x/shared/<{name}>")
            def show(**names): return "{name}"

            @hookimpl
            def mudhif_blueprints(): return [blp]
        """,
        )
    app, host = start()
    assert app.test_client().get("/x/shared/1").text == "aaa"
    assert states(host)["aaa"] is None
    assert "aaa" in states(host)["bbb"]


def test_a_plugin_s_part_of_the_api_stands_in_its_description(plugin, start):
    plugin(
        "tea",
        """
        blp = api_blueprint("tea", __name__)

        @blp.get("/events/<event>/tea")
        def show(event):
            "Pour tea."
            return {"event": event}

        @hookimpl
        def mudhif_blueprints(): return [blp]
    """,
    )
    app, _host = start()
    client = app.test_client()
    assert client.get("/api/v1/events/party/tea").json == {"event": "party"}
    spec = client.get("/api/v1/openapi.json").json
    assert spec["paths"]["/api/v1/events/{event}/tea"]["get"]["summary"] == "Pour tea."


def test_a_view_that_requires_a_permission_of_its_plugin_knows_who_has_it(plugin, start):
    plugin(
        "tea",
        """
        blp = pages("tea", __name__)

        @blp.get("/")
        @requires("tea.pour")
        def show(): return "tea"

        @hookimpl
        def mudhif_blueprints(): return [blp]

        @hookimpl
        def mudhif_permissions(): return [Permission(id="tea.pour", title="Pour tea", roles=["desk"])]
    """,
    )
    app, _host = start()
    client = app.test_client()
    statuses = {}
    for role in ("desk", "viewer", "administrator"):
        token = write(lambda tx, role=role: create_token(tx, role, role))
        statuses[role] = client.get("/x/tea", headers={"Authorization": f"Bearer {token}"}).status_code
    assert statuses == {"desk": 200, "viewer": 403, "administrator": 200}


def test_a_page_that_raises_costs_itself_only(plugin, start):
    plugin(
        "tea",
        """
        blp = pages("tea", __name__)

        @blp.get("/")
        def show(): raise ValueError("the kettle")

        @hookimpl
        def mudhif_blueprints(): return [blp]
    """,
    )
    app, _host = start()
    client = app.test_client()
    answer = client.get("/x/tea")
    assert answer.status_code == 500 and "kettle" not in answer.text
    assert client.get("/sign-in").status_code == 200
