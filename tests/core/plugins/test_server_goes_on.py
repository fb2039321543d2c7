"""With four broken plugins beside it the server starts, its page *Plugins* says why of each, and all else works."""

from __future__ import annotations

import html
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

BROKEN = {
    "absent": ("import a_module_that_nobody_has", "It needs the module a_module_that_nobody_has, which is not here."),
    "leaver": ("import sys; sys.exit(3)", "It tried to end Mudhif."),
    "misspelt": (
        "@hookimpl\ndef mudhif_pannels(place): return []",
        "It implements mudhif_pannels, and there is no such hook.",
    ),
    "raiser": (
        "@hookimpl\ndef mudhif_navigation(event): return [1 / 0]",
        "At “navigation”: It raised ZeroDivisionError: division by zero",
    ),
}
Get = Callable[[str], str]


@pytest.fixture
def get(bundle, tmp_path: Path) -> Iterator[Get]:
    """Reads a page of a real server with those plugins, as an administrator."""
    for name, (source, _reason) in BROKEN.items():
        bundle.add(name, source)
    environment = os.environ | {"PYTHONPATH": str(bundle.folder)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def command(*words: str) -> list[str]:
        return [sys.executable, "-m", "mudhif", "--instance", str(tmp_path / "here"), *words]

    made = command("token", "new", "--name", "test", "--role", "administrator", "--json")
    token = json.loads(subprocess.run(made, env=environment, capture_output=True, check=True).stdout)["token"]
    server = subprocess.Popen(
        command("serve", "--port", str(port)), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def get(path: str) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}", "Accept": "text/html"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return html.unescape(answer.read().decode())

    try:
        _wait(server, port)
        yield get
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    for _try in range(300):
        assert server.poll() is None, f"the server ended with {server.poll()}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not answer within 30 seconds")


def test_the_page_of_plugins_says_why_of_each_and_the_other_pages_work(get: Get):
    assert "<h1" in get("/")
    assert json.loads(get("/api/v1/openapi.json"))["paths"]

    page = get("/plugins")

    for name, (_source, reason) in BROKEN.items():
        assert name.capitalize() in page
        assert reason in page


def test_after_three_failures_one_is_paused_and_the_pages_go_on(get: Get):
    for _time in range(4):
        assert "<h1" in get("/")

    assert "Paused after three failures. At “navigation”: It raised ZeroDivisionError" in get("/plugins")
