"""A backup brings everything back, or says why not and touches nothing."""

from __future__ import annotations

import hashlib
import json
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mudhif.config import Instance
from mudhif.domain.errors import BadFile, InstanceBusy
from mudhif.storage import passphrase
from mudhif.storage.backup import NotEmpty, restore_backup, write_backup
from mudhif.storage.inspection import problems_of
from mudhif.storage.models import CORE_MODELS, Event, Project
from mudhif.storage.passphrase import NeedsPassphrase, WrongPassphrase
from mudhif.storage.store import Store

NOW = datetime(2024, 3, 7, tzinfo=UTC)


@pytest.fixture
def backed_up(tmp_path):
    instance = Instance(tmp_path / "here")
    store = Store(instance, CORE_MODELS)
    project = store.write(lambda tx: tx.create(Project, title="Dialogue", aliases=["حوار"]))
    store.write(lambda tx: tx.create(Event, project=project, code="d", title="Third", starts=NOW, ends=NOW))
    (instance.keys / "ticket.key").write_bytes(b"secret")
    (instance.attachments / "ab").mkdir()
    (instance.attachments / "ab" / "abcd").write_bytes(b"picture")
    (instance.config).write_text("# settings\n", encoding="utf-8")
    yield store, instance
    store.close()


def tables(store: Store) -> list[tuple]:
    return [store.db.execute_sql(f'SELECT * FROM "{m._meta.table_name}" ORDER BY 1').fetchall() for m in CORE_MODELS]


def test_everything_comes_back(backed_up, tmp_path):
    store, _ = backed_up
    write_backup(store, tmp_path / "b.mudhif")
    there = Instance(tmp_path / "there")
    restore_backup(tmp_path / "b.mudhif", there)
    again = Store(there, CORE_MODELS)
    assert tables(again) == tables(store)
    assert list(problems_of(again)) == []
    assert (there.keys / "ticket.key").read_bytes() == b"secret"
    assert (there.attachments / "ab" / "abcd").read_bytes() == b"picture"
    assert there.config.read_text(encoding="utf-8") == "# settings\n"
    again.close()


def test_a_full_instance_is_not_overwritten_and_with_replace_kept_aside(backed_up, tmp_path):
    store, instance = backed_up
    write_backup(store, tmp_path / "b.mudhif")
    with pytest.raises(NotEmpty):
        restore_backup(tmp_path / "b.mudhif", instance)
    store.close()
    restore_backup(tmp_path / "b.mudhif", instance, replace=True)
    aside = [path for path in tmp_path.iterdir() if path.name.startswith("here.before-")]
    assert len(aside) == 1
    assert (aside[0] / "mudhif.db").exists()


def test_nothing_is_replaced_while_a_server_runs_on_it(backed_up, tmp_path):
    store, instance = backed_up
    write_backup(store, tmp_path / "b.mudhif")
    lock = store.alone()
    with pytest.raises(InstanceBusy):
        restore_backup(tmp_path / "b.mudhif", instance, replace=True)
    lock.give_back()


def damaged(path: Path, tmp_path: Path) -> Path:
    """The same zip with one byte of the key file changed, its own checksum mended."""
    target = tmp_path / "damaged.mudhif"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"Secret" if name == "keys/ticket.key" else old.read(name))
    return target


def test_a_changed_file_in_it_is_found_before_anything_is_restored(backed_up, tmp_path):
    store, _ = backed_up
    write_backup(store, tmp_path / "b.mudhif")
    with pytest.raises(BadFile, match=r"ticket\.key.*damaged"):
        restore_backup(damaged(tmp_path / "b.mudhif", tmp_path), Instance(tmp_path / "there"))
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "empty zip"])
def test_what_is_no_backup_is_refused_in_words(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BadFile, match="no backup"):
        restore_backup(tmp_path / "x", Instance(tmp_path / "there"))
    assert not (tmp_path / "there").exists()


def test_an_encrypted_backup_opens_with_its_passphrase_alone(backed_up, tmp_path):
    store, _ = backed_up
    sealed = tmp_path / "b.mudhif"
    write_backup(store, sealed, "palm and reed")
    assert b"SQLite" not in sealed.read_bytes()
    there = Instance(tmp_path / "there")
    with pytest.raises(NeedsPassphrase):
        restore_backup(sealed, there)
    with pytest.raises(WrongPassphrase):
        restore_backup(sealed, there, passphrase="reed and palm")
    assert not there.root.exists()
    restore_backup(sealed, there, passphrase="palm and reed")
    assert there.exists()


@pytest.mark.parametrize(
    "size", [0, 1, passphrase.PIECE - 1, passphrase.PIECE, passphrase.PIECE + 1, 3 * passphrase.PIECE]
)
def test_encrypted_pieces_come_back_whole_and_cannot_be_cut_or_changed(tmp_path, size):
    plain, sealed, again = (tmp_path / name for name in ("plain", "sealed", "again"))
    plain.write_bytes(bytes(n % 251 for n in range(size)) if size < 9 else bytes(size))
    passphrase.encrypt(plain, sealed, "p")
    passphrase.decrypt(sealed, again, "p")
    assert again.read_bytes() == plain.read_bytes()
    content = sealed.read_bytes()
    for broken in (
        content[:-1],
        content[: -passphrase.PIECE - passphrase.TAG] if size > passphrase.PIECE else content[:-2],
        content[:-3] + b"xyz",
    ):
        sealed.write_bytes(broken)
        with pytest.raises(WrongPassphrase):
            passphrase.decrypt(sealed, again, "p")


def made_by_hand(path: Path, files: dict[str, bytes], **said: object) -> Path:
    manifest = {"format": 1, "mudhif": "0", "made": "2024-03-07T00:00:00", **said}
    manifest.setdefault("files", {name: hashlib.sha256(content).hexdigest() for name, content in files.items()})
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))
    return path


DATABASE = {"mudhif.db": b"SQLite format 3\0"}
NO_BACKUPS = {
    "nothing": ({}, {}),
    "no database": ({"config.toml": b"x"}, {}),
    "something else as database": ({"mudhif.db": b"junk"}, {}),
    "a file beside the instance": (DATABASE | {"../x": b"1"}, {}),
    "a file beside the instance on Windows": (DATABASE | {"..\\x": b"1"}, {}),
    "a file on a drive of Windows": (DATABASE | {"C:/x": b"1"}, {}),
    "a file that no backup has": (DATABASE | {"serve.lock": b"1"}, {}),
    "a folder's name as a file": (DATABASE | {"keys": b"1"}, {}),
    "no time": (DATABASE, {"made": 5}),
    "a manifest of something else": (DATABASE, {"format": "x"}),
}


@pytest.mark.parametrize(("files", "said"), NO_BACKUPS.values(), ids=NO_BACKUPS)
def test_a_backup_made_to_do_harm_is_refused_and_leaves_nothing(tmp_path, files, said):
    source = made_by_hand(tmp_path / "b.mudhif", files, **said)
    with pytest.raises(BadFile):
        restore_backup(source, Instance(tmp_path / "new"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.mudhif"]


def test_bytes_that_were_changed_are_found_wherever_they_are(backed_up, tmp_path):
    store, _ = backed_up
    write_backup(store, tmp_path / "good.mudhif")
    good, chance = (tmp_path / "good.mudhif").read_bytes(), random.Random(4)
    for attempt in range(90):
        bad = bytearray(good if attempt % 10 else good[: chance.randrange(len(good))])
        for _ in range(chance.choice((1, 50))):
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        (tmp_path / "bad.mudhif").write_bytes(bad)
        new = Instance(tmp_path / f"new-{attempt}")
        try:
            restore_backup(tmp_path / "bad.mudhif", new)
        except BadFile:
            assert not new.root.exists()
        else:  # a byte that means nothing, such as a file's date
            again = Store(new, CORE_MODELS)
            assert list(problems_of(again)) == []
            again.close()
