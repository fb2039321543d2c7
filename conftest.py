"""For all tests: in CI a missing tool is a failure, not a reason to skip; what tests counted is shown at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from tests.forked import Forked

NO_TOOL = ("the published report", "root writes everywhere")
"""Reasons that no installed package takes away: a text outside of the repository, the user who runs the tests."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _run_or_failed((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _run_or_failed((yield))


def _run_or_failed(report):
    if report.skipped and os.environ.get("MUDHIF_CI") and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if not any(words in reason for words in NO_TOOL):
            report.outcome = "failed"
            report.longrepr = f"skipped in CI, where everything has to run: {reason}"
    return report


@pytest.fixture(scope="session")
def prompt() -> Iterator[Forked]:
    """Run ``prompt("guests", "list", "d3", stdin=…)`` as at the prompt, in a process of its own."""
    forked = Forked()
    yield forked
    forked.close()


def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    for name, line in (named for report in reports for named in getattr(report, "user_properties", ())):
        if name == "figure":
            terminalreporter.write_line(line)
