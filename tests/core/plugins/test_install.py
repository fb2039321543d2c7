"""A plugin comes from a file: looked at, tried, put into use, taken back; what was changed or dangerous is refused."""

from __future__ import annotations

import hashlib
import stat
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mudhif.domain.errors import BadFile
from mudhif.plugins.errors import (
    CameWithMudhif,
    FileChanged,
    NoSuchPlugin,
    NotAPackage,
    NothingBefore,
    PluginRefused,
    UnsafePackage,
)
from mudhif.plugins.host import Host
from mudhif.plugins.install import install, offered, remove, roll_back, switch
from mudhif.plugins.shelf import Shelf
from mudhif.plugins.trial import look
from mudhif.plugins.types import NOBODY, PluginInfo

REFUNDS = """
@hookimpl
def mudhif_navigation():
    return [Link(title="Refunds {version}", url="/x/refunds", permission=None, section="after")]
"""


@pytest.fixture
def put(shelf: Shelf) -> Callable[..., PluginInfo]:
    """Installs a file as the command does."""

    def put(file: Path, **options: object) -> PluginInfo:
        with offered(file, shelf, dict) as offer:
            return install(offer, shelf, **options)  # type: ignore[arg-type]

    return put


@contextmanager
def fresh() -> Iterator[None]:
    """What a start of Mudhif is to the modules of plugins: none is imported yet."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if not name.startswith("mudhif."):
            del sys.modules[name]


def titles(shelf: Shelf) -> list[str]:
    with fresh():
        host = Host(shelf.root).refresh()
        return [answer.value.title for answer in host.call("navigation", event=None, who=NOBODY)]


def refunds(wheel, version: str = "1.0", **options) -> Path:
    return wheel("refunds", REFUNDS.format(version=version), module="refunds_t", version=version, **options)


def test_a_wheel_is_offered_with_what_it_says_of_itself_and_none_of_its_code_runs(wheel, shelf: Shelf, tmp_path):
    mark = tmp_path / "it ran"
    file = wheel("refunds", f"open({str(mark)!r}, 'w')\n@hookimpl\ndef mudhif_commands(): return []", version="1.2")

    with offered(file, shelf, dict) as offer:
        assert (offer.name, offer.version, offer.publisher) == ("refunds", "1.2", "Rusul")
        assert offer.summary == "Pays the way home."
        assert offer.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert offer.adds == ["commands"]
        assert offer.runs_code
        assert offer.replaces is None

    assert not mark.exists()
    assert [path.name for path in shelf.root.iterdir()] == []


def test_installed_rolled_back_and_removed(wheel, shelf: Shelf, put):
    assert titles(shelf) == []

    tried = put(refunds(wheel))
    assert (tried.name, tried.state, tried.source, tried.adds) == ("refunds", "on", "instance", ["lines in the menu"])
    assert titles(shelf) == ["Refunds 1.0"]

    put(refunds(wheel, "1.1"))
    assert titles(shelf) == ["Refunds 1.1"]
    assert (shelf.root / "refunds" / "1.0").is_dir()

    assert roll_back("refunds", shelf) == "1.0"
    assert titles(shelf) == ["Refunds 1.0"]
    with pytest.raises(NothingBefore, match="“refunds” has no former version here to return to"):
        roll_back("refunds", shelf)

    remove("refunds", shelf)
    assert titles(shelf) == []
    assert list(shelf.root.iterdir()) == []
    with pytest.raises(NoSuchPlugin):
        remove("refunds", shelf)


def test_the_same_version_again_leaves_what_is_in_use_untouched_until_the_switch(wheel, shelf: Shelf, put):
    put(refunds(wheel))
    before = (shelf.root / "refunds" / "1.0" / "refunds_t" / "__init__.py").read_text()

    put(wheel("refunds", REFUNDS.format(version="mended"), module="refunds_t"))

    assert titles(shelf) == ["Refunds mended"]
    assert (shelf.root / "refunds" / "1.0" / "refunds_t" / "__init__.py").read_text() == before
    assert roll_back("refunds", shelf) == "1.0"
    assert titles(shelf) == ["Refunds 1.0"]


def test_only_three_versions_are_kept(wheel, shelf: Shelf, put):
    for version in ("1.0", "1.1", "1.2", "1.3"):
        put(refunds(wheel, version))

    assert shelf.versions("refunds") == ["1.3", "1.2", "1.1"]
    assert sorted(path.name for path in (shelf.root / "refunds").iterdir()) == ["1.1", "1.2", "1.3", "current"]


def test_installing_switches_on_what_was_off(wheel, shelf: Shelf, put):
    put(refunds(wheel))
    switch("refunds", shelf, on=False)
    assert titles(shelf) == []

    put(refunds(wheel, "1.1"))

    assert titles(shelf) == ["Refunds 1.1"]


def test_an_installed_one_takes_the_place_of_a_bundled_one_and_gives_it_back(bundle, wheel, shelf: Shelf, put):
    bundle.add("refunds", REFUNDS.format(version="bundled"), module="refunds_t")
    file = refunds(wheel, "2.0")
    with offered(file, shelf, dict) as offer:
        assert offer.replaces == "1.0"

    put(file)
    assert titles(shelf) == ["Refunds 2.0"]

    remove("refunds", shelf)
    assert titles(shelf) == ["Refunds bundled"]
    with pytest.raises(CameWithMudhif, match="came with Mudhif and cannot be removed"):
        remove("refunds", shelf)


def test_in_safe_mode_only_what_came_with_mudhif_is_loaded(bundle, wheel, shelf: Shelf, put):
    bundle.add("buses", REFUNDS.format(version="bundled"))
    put(refunds(wheel))

    with fresh():
        host = Host(shelf.root, safe=True).refresh()
        assert [plugin.name for plugin in host.plugins] == ["buses"]


def test_a_newer_version_in_a_running_process_waits_for_the_next_start(wheel, shelf: Shelf, put):
    put(refunds(wheel))
    with fresh():
        host = Host(shelf.root).refresh()
        put(refunds(wheel, "1.1"))

        assert "Another version of its module refunds_t is in use" in (host.refresh().plugin("refunds").error or "")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 / 0", "“Refunds” was not installed. It raised ZeroDivisionError: division by zero"),
        ("import sys; sys.exit()", "It tried to end Mudhif."),
        ("import os; os._exit(7)", "Loading it ended the process (status 7)."),
        ("@hookimpl\ndef mudhif_wether(): pass", "there is no such hook"),
        ("@hookimpl\ndef mudhif_commands(): return [1]", "which is no command"),
    ],
)
def test_what_does_not_load_is_not_put_into_use(wheel, shelf: Shelf, put, source, reason):
    put(refunds(wheel))

    with pytest.raises(PluginRefused) as refused:
        put(wheel("refunds", source, module="refunds_t", version="1.1"))

    assert reason in str(refused.value)
    assert titles(shelf) == ["Refunds 1.0"]
    assert [path.name for path in shelf.root.iterdir()] == ["refunds"]


def test_a_command_that_the_core_has_is_refused_at_the_trial(wheel, put):
    file = wheel("refunds", "import click\n@hookimpl\ndef mudhif_commands(): return [click.Command('guests')]")

    with pytest.raises(PluginRefused, match="Its command “guests” exists already, from Mudhif"):
        put(file, taken={"commands": ["guests"]})


def test_a_changed_wheel_is_refused_in_these_words(wheel, put, shelf: Shelf):
    file = wheel("refunds", "x = 1", module="refunds_t", change={"refunds_t/__init__.py": b"x = 2"})

    with pytest.raises(FileChanged) as refused:
        put(file)

    assert str(refused.value) == "This file was changed on its way (SHA-256 differs). It was not installed."
    assert list(shelf.root.iterdir()) == []


def test_a_file_that_the_record_does_not_know_is_refused(wheel, put):
    with pytest.raises(FileChanged):
        put(wheel("refunds", "x = 1", change={"mudhif_more.py": b"print('smuggled')"}))


def test_a_file_that_the_record_knows_and_the_wheel_lacks_is_refused(wheel, put, tmp_path):
    whole = wheel("refunds", "x = 1", extra={"mudhif_refunds_more.py": b""})
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "less.whl", "w") as new:
        for entry in old.infolist():
            if entry.filename != "mudhif_refunds_more.py":
                new.writestr(entry, old.read(entry))

    with pytest.raises(FileChanged):
        put(tmp_path / "less.whl")


def test_every_single_changed_byte_is_noticed_or_harmless(wheel, put, shelf: Shelf):
    """A byte flipped anywhere is refused, or lies where no content is (a date): then what is unpacked is the same."""
    file = wheel("refunds", "x = 1\n", module="refunds_t")
    good = file.read_bytes()
    with offered(file, shelf, dict) as offer:
        whole = {p.name: p.read_bytes() for p in offer.folder.rglob("*") if p.is_file() and p.name != "receipt.json"}
    for place in range(0, len(good), 3):
        file.write_bytes(good[:place] + bytes([good[place] ^ 0x21]) + good[place + 1 :])
        try:
            with offered(file, shelf, dict) as offer:
                now = {
                    p.name: p.read_bytes() for p in offer.folder.rglob("*") if p.is_file() and p.name != "receipt.json"
                }
                assert {name: data for name, data in now.items() if name != "RECORD"} == {
                    name: data for name, data in whole.items() if name != "RECORD"
                }, place
        except BadFile:
            continue


def packed(path: Path, *files: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return path


def link(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry, target.encode()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([("../../evil.py", b"")], "it holds “../../evil.py”, which would be written outside its folder."),
        ([("/etc/evil", b"")], "it holds “/etc/evil”, which would be written outside its folder."),
        ([("a/../../evil", b"")], "which would be written outside its folder."),
        ([("..\\evil.py", b"")], "which would be written outside its folder."),
        ([("C:evil.py", b"")], "a name that not every system can write."),
        ([("NUL.txt. ", b"")], "a name that not every system can write."),
        ([link("report.docx", "/etc/passwd")], "it holds “report.docx”, which is a link or a device."),
        ([("Logo.png", b"1"), ("logo.png", b"2")], "it holds “logo.png”, which is in it twice."),
        ([("receipt.json", b"{}")], "a name that Mudhif keeps for itself."),
        ([("a", b""), ("a/b", b"")], "which is in it twice."),
    ],
)
def test_a_zip_that_reaches_out_of_its_folder_is_refused(tmp_path, put, shelf: Shelf, files, reason):
    info = "mudhif_refunds-1.dist-info/METADATA"
    file = packed(tmp_path / "bad.zip", *files, (info, b"Name: mudhif-refunds\nVersion: 1\n"))

    with pytest.raises(UnsafePackage) as refused:
        put(file)

    assert reason in str(refused.value)
    assert not list(tmp_path.rglob("evil*"))
    assert list(shelf.root.iterdir()) == []


def test_a_zip_that_unpacks_to_far_more_than_a_plugin_is_refused(tmp_path, put):
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x-1.dist-info/METADATA", bytes(201 * 1024 * 1024))

    with pytest.raises(UnsafePackage, match="201 MB”, far more than a plugin has"):
        put(file)


def test_a_zip_that_says_it_is_small_and_is_not_is_refused(tmp_path, put):
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x-1.dist-info/METADATA", bytes(3_000_000))
    file.write_bytes(file.read_bytes().replace((3_000_000).to_bytes(4, "little"), (30).to_bytes(4, "little")))

    with pytest.raises(FileChanged):
        put(file)


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 cut off"], ids=["empty", "text", "cut off"])
def test_what_is_no_zip_is_no_plugin(tmp_path, put, content):
    file = tmp_path / "plugin.whl"
    file.write_bytes(content)

    with pytest.raises(NotAPackage, match=r"plugin\.whl is no plugin that Mudhif can install"):
        put(file)


def test_a_file_that_is_not_there_is_named_and_nothing_is_made(tmp_path):
    shelf = Shelf(tmp_path / "nowhere" / "plugins")

    with pytest.raises(BadFile, match=r"There is no file .*none\.whl"), offered(tmp_path / "none.whl", shelf, dict):
        pass

    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            {"needs": ("no-such-thing>=2", "click", "also-missing")},
            "It needs what is not here: also-missing, no-such-thing>=2.",
        ),
        ({"needs": ("click<1",)}, "It needs what is not here: click<1."),
        ({"needs": ("no-such-thing; sys_platform == 'nowhere'",), "python": ">=99"}, "It needs Python >=99"),
        ({"tag": "cp27-cp27m-win32"}, "made for another system or another Python (cp27-cp27m-win32)"),
        ({"entry_points": "[console_scripts]\nx = x\n"}, "This wheel holds 0 plugins for Mudhif"),
        ({"entry_points": "[mudhif]\na = x\nb = y\n"}, "This wheel holds 2 plugins for Mudhif"),
        ({"entry_points": "[mudhif]\n../up = x\n"}, "Its name “../up” or its version “1.0” cannot name a folder."),
        ({"extra": {"json.py": b""}}, "It brings a module “json”, which is here already"),
        ({"extra": {"mudhif/more.py": b""}}, "It brings a module “mudhif”, which is here already"),
        ({"extra": {"flask/__init__.py": b""}}, "It brings a module “flask”, which is here already"),
        ({"extra": {"x-1.0.data/scripts/run": b""}}, "It wants to write outside its folder"),
    ],
)
def test_a_wheel_that_cannot_be_used_here_says_why(wheel, put, options, reason):
    with pytest.raises(BadFile) as refused:
        put(wheel("refunds", "x = 1", **options))

    assert reason in str(refused.value)


def test_a_plugin_that_never_comes_back_is_named_and_the_others_are_shown(bundle, shelf: Shelf, monkeypatch):
    bundle.add("buses", REFUNDS.format(version="1"))
    bundle.add("stuck", "import time; time.sleep(60)")
    bundle.add("zebra", REFUNDS.format(version="1"))
    began = time.monotonic()

    found = {plugin.name: plugin for plugin in look(shelf.root, seconds=3)}

    assert time.monotonic() - began < 20
    assert found["stuck"].state == "failed"
    assert found["stuck"].error == "It had not loaded after 3 seconds."
    assert (found["buses"].state, found["zebra"].state) == ("on", "on")


def test_what_a_plugin_prints_does_not_disturb_the_answer(bundle, shelf: Shelf):
    bundle.add("loud", "print('{\"plugins\": []}')")

    assert "loud" in {plugin.name for plugin in look(shelf.root)}


def test_a_folder_that_was_damaged_is_told_and_going_back_mends_it(wheel, shelf: Shelf, put):
    put(refunds(wheel))
    put(refunds(wheel, "1.1"))
    (shelf.root / "refunds" / "1.1" / "receipt.json").write_text("{")
    with fresh():
        assert "cannot be read. Install it again, or go back" in (
            Host(shelf.root).refresh().plugin("refunds").error or ""
        )

    roll_back("refunds", shelf)

    assert titles(shelf) == ["Refunds 1.0"]
