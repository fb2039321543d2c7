"""docs/plugins.md is true: its plugin works as it stands, and it lists all that a plugin may import."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mudhif import plugin_api
from mudhif.plugins.checking import check_source
from mudhif.plugins.install import install, offered
from mudhif.plugins.shelf import Shelf

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "plugins.md").read_text("utf-8")


def files() -> dict[str, str]:
    """The plugin of the page: each block of code that follows a path."""
    return dict(re.findall(r"^`([\w./]+)`[^\n]*\n```\w+\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE))


@pytest.fixture
def mudhif(prompt):
    """Runs a command in a process of its own; gives its JSON."""

    def mudhif(instance: Path, *words: str) -> object:
        done = prompt("--instance", instance, "--json", *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return mudhif


def test_everything_that_a_plugin_may_import_is_listed_and_nothing_else():
    listed = re.findall(r"^\| `(\w+)` \|", TEXT[TEXT.index("## What a plugin may import") :], re.MULTILINE)

    assert sorted(listed) == sorted(plugin_api.__all__)


def test_the_plugin_of_the_page_can_be_checked_where_it_lies(tmp_path):
    assert set(files()) == {"pyproject.toml", "mudhif_buses/__init__.py", "mudhif_buses/models.py"}
    for path, code in files().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(code, encoding="utf-8")

    [found], _findings = check_source(tmp_path, dict)

    assert (found.name, found.state, found.error) == ("buses", "on", None)
    assert found.adds == ["commands: refund, refunds", "tables: buses_refund"]


def test_the_plugin_of_the_page_notes_what_the_way_home_costs(tmp_path, wheel, mudhif):
    code = files()
    models = code["mudhif_buses/models.py"].encode()
    file = wheel(
        "buses", code["mudhif_buses/__init__.py"], module="mudhif_buses", extra={"mudhif_buses/models.py": models}
    )
    instance = tmp_path / "here"
    (tmp_path / "event.toml").write_text(
        'title = "Dialogue"\nproject = "Peace"\ndate = 2024-03-07\nstart = "09:00"\nend = "13:00"\n'
        'timezone = "Asia/Baghdad"\nvenue = "Hall"\n'
    )
    event = mudhif(instance, "event", "create", str(tmp_path / "event.toml"))["code"]
    guest = mudhif(instance, "guests", "add", event, "--name", "Zaynab")["id"]
    shelf = Shelf(instance / "plugins")
    with offered(file, shelf, dict) as offer:
        install(offer, shelf)

    mudhif(instance, "refund", guest, "500")
    mudhif(instance, "refund", guest, "250")

    assert mudhif(instance, "refunds", event) == {"cents": 750}
