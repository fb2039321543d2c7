"""Puts a finished document where it was asked for: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from mudhif.plugin_api import N_, Refused, put_file


class CannotWrite(Refused):
    """The file cannot be written there."""

    code = "cannot-write"
    message = N_("%(path)s cannot be written: %(why)s.")


def put(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that nobody finds half a report.

    Raises:
        CannotWrite: there is no such folder, or it may not be written.
    """
    try:
        put_file(path, content, mode=0o644)
    except OSError as error:
        raise CannotWrite(path=path, why=error.strerror or type(error).__name__) from None
