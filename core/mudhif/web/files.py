"""Answers that are files to be saved."""

from __future__ import annotations

from io import BytesIO

from flask import send_file
from flask.typing import ResponseReturnValue

PDF, ZIP = "application/pdf", "application/zip"


def as_file(content: bytes, kind: str, name: str) -> ResponseReturnValue:
    """A file to be saved under a name, of a type of content."""
    return send_file(BytesIO(content), kind, as_attachment=True, download_name=name)
