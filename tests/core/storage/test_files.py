"""Files that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mudhif.storage.files import put_file


def test_a_file_takes_the_place_of_the_one_before(tmp_path):
    for content in (b"old", b"new, and longer"):
        put_file(tmp_path / "report.pdf", content)
    assert (tmp_path / "report.pdf").read_bytes() == b"new, and longer"
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


@pytest.mark.skipif(os.name != "posix", reason="only there a file says who may read it")
def test_only_its_owner_reads_a_file_unless_more_was_said(tmp_path):
    put_file(tmp_path / "kept", b"")
    put_file(tmp_path / "given", b"", mode=0o644)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("kept", "given")] == [0o600, 0o644]


def test_a_file_that_cannot_be_put_leaves_the_old_one_and_no_other(tmp_path, monkeypatch):
    put_file(tmp_path / "report.pdf", b"old")

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        put_file(tmp_path / "report.pdf", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        put_file(tmp_path / "nowhere" / "report.pdf", b"")
