"""Every example in a docstring of the core and of our plugins is true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [ROOT / "core" / "mudhif", *sorted(ROOT.glob("plugins/*/mudhif_*"))]
EXAMPLE = "    >>> "


def modules_with_examples() -> list[str]:
    """The modules that show an example, by their dotted names."""
    return [
        ".".join(path.relative_to(package.parent).with_suffix("").parts)
        for package in PACKAGES
        for path in sorted(package.rglob("*.py"))
        if EXAMPLE in path.read_text("utf-8")
    ]


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of_a_module_are_true(name):
    module = importlib.import_module(name)
    tried = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried.attempted > 0
    assert tried.failed == 0


def test_domain_modules_show_how_they_are_used():
    shown = [name for name in modules_with_examples() if name.startswith("mudhif.domain.")]
    assert len(shown) >= 5
