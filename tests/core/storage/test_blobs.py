"""Attachments lie on the disk once, whole, under the name of their content."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from mudhif.config import Instance
from mudhif.storage import blobs
from mudhif.storage.models import CORE_MODELS
from mudhif.storage.store import Store, use

CONTENT = "صورة".encode()
NAME = sha256(CONTENT).hexdigest()


@pytest.fixture
def attachments(tmp_path: Path) -> Iterator[Path]:
    store = Store(Instance(tmp_path / "instance"), CORE_MODELS)
    use(store)
    yield tmp_path / "instance" / "attachments"
    use(None)
    store.close()


def files(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def test_the_same_bytes_are_kept_once_under_their_sha256(attachments):
    assert blobs.store_blob(CONTENT) == blobs.store_blob(CONTENT) == NAME
    assert files(attachments) == [Path(NAME[:2]) / NAME]
    assert blobs.read_blob(NAME) == CONTENT
    assert blobs.has_blob(NAME)


def test_a_write_that_fails_leaves_nothing_behind(attachments, monkeypatch):
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="no space"):
        blobs.store_blob(CONTENT)
    assert files(attachments) == []


def test_a_dropped_attachment_is_missing_and_dropping_it_again_is_no_error(attachments):
    blobs.store_blob(CONTENT)
    blobs.drop_blob(NAME)
    blobs.drop_blob(NAME)
    assert not blobs.has_blob(NAME)
    with pytest.raises(blobs.BlobMissing):
        blobs.read_blob(NAME)


@pytest.mark.parametrize("name", ["", "../../mudhif.db", NAME.upper(), NAME[:-1], "/etc/passwd"])
def test_what_is_no_sha256_names_no_file(attachments, name):
    assert not blobs.has_blob(name)
    with pytest.raises(blobs.BlobMissing):
        blobs.blob_path(name)
