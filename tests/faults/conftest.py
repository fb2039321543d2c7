"""The door of every test here, and the figures that it leaves for the end of the run."""

from __future__ import annotations

import sys

import pytest

from .disk import build
from .door import figures, new_door


@pytest.fixture
def door(tmp_path):
    pytest.importorskip("mudhif_checkin", reason="checks guests in through the plugin checkin")
    return new_door(tmp_path / "instance")


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    """The library that stands between a server and its disk and clock."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the simulated disk is a library for Linux")
    return build(tmp_path_factory.mktemp("shim"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    try:
        return (yield)
    finally:  # with the report, since a worker's lines reach nobody
        item.user_properties += [("figure", line) for line in figures]
        figures.clear()
