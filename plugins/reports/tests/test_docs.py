"""The page of rules is the code's own, and what the README says works."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from mudhif_reports import hookspecs
from mudhif_reports.checks import CHECKS, findings_in
from mudhif_reports.checks_doc import document

PAGE = Path(__file__).resolve().parents[3] / "docs/checks.md"


@pytest.mark.skipif(not PAGE.parent.is_dir(), reason="the plugin stands alone, without the project's docs")
def test_the_page_of_rules_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run: python -m mudhif_reports.checks_doc > docs/checks.md"


def test_every_rule_stands_on_it() -> None:
    page = document()
    for check in CHECKS:
        assert f"## {check.id}\n" in page


README = Path(__file__).resolve().parents[1] / "README.md"


def test_the_four_hooks_stand_in_the_readme_with_their_arguments() -> None:
    page = README.read_text(encoding="utf-8")
    hooks = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("mudhif_")}
    assert len(hooks) == 4
    for name, hook in hooks.items():
        assert f"`{name}({', '.join(inspect.signature(hook).parameters)})`" in page


def test_the_check_of_the_readme_works_as_it_stands() -> None:
    block = next(b for b in README.read_text(encoding="utf-8").split("```python\n")[1:] if "no_venue" in b).split(
        "```"
    )[0]
    names: dict[str, Any] = {"hookimpl": lambda **_options: lambda function: function}
    exec(block, names)
    (check,) = names["mudhif_report_checks"]()
    assert [finding.rule for finding in findings_in(check.example, [check])] == [check.id]
    assert findings_in(check.quiet, [check]) == []


def test_the_declaration_of_the_readme_is_a_pack(tmp_path: Path) -> None:
    from mudhif_reports.packs import load_pack

    block = README.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    (tmp_path / "pack.toml").write_text(block, encoding="utf-8")
    assert load_pack(tmp_path).id == "example-fund-activity"
