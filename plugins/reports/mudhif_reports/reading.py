"""Reads a finished report from a file: .txt here, .docx and .pdf in a child process with limits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from mudhif.plugin_api import N_, BadFile

from .documents import Document, Line, document_of

MAX_BYTES = 50 * 1024 * 1024
MAX_SECONDS = 25
KINDS = (".txt", ".docx", ".pdf")
_EXTRACT = Path(__file__).with_name("extract.py")


class UnreadableReport(BadFile):
    """A file from which no text can be read; says which and why."""

    code = "unreadable-report"


_REASONS = {
    "missing": N_("There is no file %(name)s."),
    "kind": N_("%(name)s is not a text, Word or PDF file. A report can be read from .txt, .docx and .pdf."),
    "too-large": N_("%(name)s is too large to be read safely; the limit is 50 MB."),
    "too-many-pages": N_("%(name)s has more than 200 pages. Check the chapters one by one."),
    "too-slow": N_("%(name)s took too long to read and was left. Save it anew as .docx or .txt, then check that."),
    "broken": N_("%(name)s is damaged or not what its name says. Save it anew, then check that."),
    "not-word": N_("%(name)s is not a Word document of today's kind (.docx). Save it as .docx, then check that."),
    "locked": N_("%(name)s is protected by a password. Save a copy without one, then check that."),
    "scan": N_(
        "%(name)s holds pictures of pages and no text, so nothing can be checked. Use the file it was printed from."
    ),
    "empty": N_("%(name)s holds no text."),
}


def read_report(path: Path) -> Document:
    """The document in a file.

    Raises:
        UnreadableReport: there is no such file, it is of another kind, too large, locked, damaged, empty or a scan.
    """
    kind = path.suffix.casefold()
    if not path.is_file():
        raise _unreadable("missing", path)
    if kind not in KINDS:
        raise _unreadable("kind", path)
    if path.stat().st_size > MAX_BYTES:
        raise _unreadable("too-large", path)
    document = _read_text(path) if kind == ".txt" else _read_in_child(path, kind[1:])
    if all(line.is_blank for line in document.lines):
        raise _unreadable("empty", path)
    return document


def text_of(data: bytes) -> str:
    """Bytes as text: UTF-8 (UTF-16 where it says so), else the code page of Arabic Windows."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1256", errors="replace")


def _read_text(path: Path) -> Document:
    data = path.read_bytes()
    if data.startswith((b"%PDF-", b"PK\x03\x04")) or (
        b"\0" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff")
    ):
        raise _unreadable("broken", path)
    return document_of(text_of(data), path.name)


def _read_in_child(path: Path, kind: str) -> Document:
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_EXTRACT), str(path.resolve()), kind],
            capture_output=True,
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable("too-slow", path) from None
    try:
        found: dict[str, Any] = json.loads(child.stdout)
    except ValueError:
        # The child was ended by its limits, or the reader of PDFs crashed on this file.
        raise _unreadable("broken", path) from None
    if found["problem"]:
        raise _unreadable(found["problem"], path)
    lines = tuple(
        Line.of(number, text, is_styled_heading=is_heading)
        for number, (text, is_heading) in enumerate(found["lines"], 1)
    )
    return Document(lines, path.name, pictures=found["pictures"], links=found["links"])


def _unreadable(why: str, path: Path) -> UnreadableReport:
    return UnreadableReport(_REASONS[why], name=path.name)
