"""The page of rules is the code's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudhif_reports.checks import CHECKS
from mudhif_reports.checks_doc import document

PAGE = Path(__file__).resolve().parents[3] / "docs/checks.md"


@pytest.mark.skipif(not PAGE.parent.is_dir(), reason="the plugin stands alone, without the project's docs")
def test_the_page_of_rules_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run: python -m mudhif_reports.checks_doc > docs/checks.md"


def test_every_rule_stands_on_it() -> None:
    page = document()
    for check in CHECKS:
        assert f"## {check.id}\n" in page
