"""Writes docs/checks.md out of the rules themselves: ``python -m mudhif_reports.checks_doc > docs/checks.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from .checks import CHECKS
from .hookspecs import Check

HEAD = """# What the checks of a report find

Written by `python -m mudhif_reports.checks_doc` out of the code; a test compares.

`mudhif report check FILE` holds a finished report (.txt, .docx, .pdf) against itself; `mudhif report check EVENT` holds
an event's report against its rows as well. One cause is one finding; it names every place and every value.

* **error**: two statements cannot both be true, or something required is not there. The exit status is 1.
* **warning**: probably wrong.
* **note**: what a reader would ask. On the command line notes are counted, and shown with `--strict`.

A donor format may take a rule more or less seriously, or switch it off. Other plugins add rules by the hook
`report_checks`. The rules of a pasted agenda (`mudhif agenda parse`) carry the same names where they mean the same.

| rule | usually | reads | what it holds |
|---|---|---|---|
"""


def document(checks: Iterable[Check] = CHECKS) -> str:
    """The whole page."""
    checks = sorted(checks, key=lambda check: check.id)
    rows = [
        f"| [`{check.id}`](#{check.id}) | {check.severity}{', strict only' if check.strict else ''} "
        f"| {', '.join(check.reads)} | {check.explains} |"
        for check in checks
    ]
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join(_section(check) for check in checks)


def _section(check: Check) -> str:
    lines = [f"## {check.id}", "", check.explains, ""]
    for title, text in (("It speaks on", check.example), ("It keeps quiet on", check.quiet)):
        if text:
            lines += [f"{title}", "", *(f"    {line}".rstrip() for line in text.split("\n")), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(document())
