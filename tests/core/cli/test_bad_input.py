"""Whatever is wrong with what a command is given, it answers with a sentence and an exit status, and writes no half.

Every command is tried, those of plugins too; which there are, and what they take, is asked of click.
"""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mudhif.cli import Cli, mudhif, run
from mudhif.config import Instance
from mudhif.plugins.host import Host

EVENT = 'title = "Dialogue"\nproject = "P"\ndate = 2024-03-07\nstart = "09:00"\nend = "13:00"\ncode = "d3"\n'
STAYS = {("serve",), ("demo",)}  # they end only when they are told to
CHANGES_PLUGINS = {"plugins", "restore", "rebuild"}
FILES = {"file", "files", "source", "folder", "dir"}
ENDINGS = ("", ".xlsx", ".csv", ".json", ".toml", ".pdf", ".docx", ".zip", ".whl", ".txt", ".ics", ".mudhif")
CONTENTS = {
    "empty": b"",
    "binary": bytes(range(256)) * 8,
    "latin": b"name,sex\n\xe9,f\n",
    "nul": b"name\x00,sex\n\x00,f\n",
}
WORDS = ("nope", "", "\u202eاسم", "a" * 5000, "../../etc/passwd", "%s", "9" * 40, "-1", "2024-99-99", "\udcff")


def leaves(command: click.Command, context: click.Context, path: tuple[str, ...]) -> Iterator[tuple]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from leaves(found, context, (*path, name))
    elif path not in STAYS:
        yield path, command


def every_command() -> dict[str, tuple]:
    cli = Cli(Instance(Path("nowhere")), False)
    context = click.Context(mudhif, obj=cli)
    found = [*leaves(mudhif, context, ())]
    for name, command in cli.host.commands.items():
        found += leaves(command, context, (name,))
    return {" ".join(path): (path, command) for path, command in found}


COMMANDS = every_command()
WRITING = {name: found for name, found in COMMANDS.items() if any(p.name == "output" for p in found[1].params)}
each_command = pytest.mark.parametrize(("path", "command"), COMMANDS.values(), ids=COMMANDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An installation with one guest, and files of every wrong kind."""
    folder = tmp_path_factory.mktemp("bad-input")
    (folder / "event.toml").write_text(EVENT)
    (folder / "a-file").write_text("x")
    for ending in ENDINGS:
        (folder / f"folder{ending}").mkdir()
        for name, content in CONTENTS.items():
            (folder / f"{name}{ending}").write_bytes(content)
    cli = Cli(Instance(folder / "instance"), False)
    assert run(["event", "create", str(folder / "event.toml")], cli) == 0
    assert run(["guests", "add", "d3", "--name", "Zainab Kadhim"], cli) == 0
    return folder


hosts: dict[Path, Host] = {}


def cli_of(instance: Path, as_json: bool, *, own_host: bool) -> Cli:
    """What a command gets. The plugins are loaded once for each installation: to find them takes longer than to answer.

    Args:
        own_host: whether they are loaded for this command alone, which may change them.
    """
    cli = Cli(Instance(instance), as_json)
    if not own_host:
        cli._host = hosts.get(instance)
        hosts.setdefault(instance, cli.host)
    return cli


@pytest.fixture
def answers(folder, capsys, monkeypatch):
    """Run a command with wrong input; gives its exit status, output and errors, and sees to what always holds."""
    monkeypatch.chdir(folder)

    def answer(words, instance=folder / "instance", *, as_json=False):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe no text\n"), encoding="utf-8"))
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="backslashreplace")  # as `main` does
        status = run(list(words), cli_of(instance, as_json, own_host=words[0] in CHANGES_PLUGINS))
        out, err = capsys.readouterr()
        assert status in (0, 1, 2), words
        assert "Traceback" not in out + err, words
        assert "Something went wrong in Mudhif" not in err, (words, err)
        assert status == 0 or err.strip() or out.strip(), f"{words} says nothing"
        assert status != 2 or err.strip(), words
        if as_json and out.strip():
            json.loads(out)
        return status, out, err

    return answer


def words_of(path, command, folder, **given):
    """A command line that would be right, but for what is given."""
    words = list(path)
    for parameter in command.params:
        name = parameter.name
        if isinstance(parameter, click.Argument):
            usual = parameter.type.choices[0] if isinstance(parameter.type, click.Choice) else "d3"
            usual = str(folder / "event.toml") if is_file(parameter) else usual
            words.append(given.get(name, usual))
        elif name in given or parameter.required:
            option = max(parameter.opts, key=len)
            usual = str(folder / "made" / "out.pdf") if name == "output" else "x"
            usual = parameter.type.choices[0] if isinstance(parameter.type, click.Choice) else usual
            words += [option] if parameter.is_flag else [option, given.get(name, usual)]
    return words


def is_file(parameter):
    return isinstance(parameter.type, click.Path) or parameter.name in FILES


@each_command
def test_files_of_every_wrong_kind(folder, answers, path, command):
    names = ("missing", "folder", *CONTENTS)
    for parameter in command.params:
        if isinstance(parameter, click.Argument) and is_file(parameter):
            for file in (f"{name}{ending}" for name in names for ending in ENDINGS):
                answers(words_of(path, command, folder, **{parameter.name: str(folder / file)}))


@each_command
def test_words_that_mean_nothing(folder, answers, path, command):
    answers(path)
    for parameter in command.params:
        if not getattr(parameter, "is_flag", False):
            for word in WORDS:
                answers(words_of(path, command, folder, **{parameter.name: word}))


@pytest.mark.parametrize(("path", "command"), WRITING.values(), ids=WRITING)
def test_places_where_nothing_can_be_written(folder, answers, path, command):
    for ending in ENDINGS[1:]:
        for place in (folder / "a-file" / f"x{ending}", folder / f"folder{ending}"):
            answers(words_of(path, command, folder, output=str(place)))
    assert (folder / "a-file").read_text() == "x"
    assert [p.name for p in folder.rglob("*") if p.name.endswith(".part")] == []


def damaged(folder: Path, kind: str) -> Path:
    instance = folder / f"instance-{kind}"
    if kind == "a file":
        instance.write_text("x")
        return instance
    instance.mkdir()
    database = instance / "mudhif.db"
    if kind == "no database":
        database.write_bytes(b"no database at all " * 500)
    elif kind == "a folder as database":
        database.mkdir()
    elif kind == "another program's":
        with sqlite3.connect(database) as other:
            other.execute("CREATE TABLE journal (x)")
        other.close()
    elif kind == "cut off":
        whole = (folder / "instance" / "mudhif.db").read_bytes()
        database.write_bytes(whole[: len(whole) // 2])
    return instance


KINDS = ("missing", "a file", "no database", "a folder as database", "another program's", "cut off")


@pytest.fixture(scope="module")
def broken(folder):
    return {kind: damaged(folder, kind) for kind in KINDS[1:]} | {"missing": folder / "instance-missing"}


@each_command
@pytest.mark.parametrize("as_json", [False, True])
def test_installations_that_cannot_be_used(folder, answers, broken, path, command, as_json):
    for instance in broken.values():
        answers(words_of(path, command, folder), instance, as_json=as_json)


READING = ["guests list", "event list", "event show", "badges", "tickets", "poster", "backup", "check", "rebuild",
           "doctor", "attendance", "report figures", "report export", "media list", "agenda export"]  # fmt: skip


@pytest.mark.parametrize("name", READING)
def test_a_command_that_reads_makes_no_installation(folder, answers, tmp_path, name):
    path, command = COMMANDS[name]
    status, _, err = answers(words_of(path, command, folder), tmp_path / "nowhere")
    assert status == 1
    assert str(tmp_path / "nowhere") in err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("words", [["backup", "-o", "b.mudhif"], ["restore", "b.mudhif"]], ids=["backup", "restore"])
def test_no_passphrase_where_one_was_promised_is_refused(folder, answers, monkeypatch, capsys, words):
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert run([*words, "--passphrase-stdin"], Cli(Instance(folder / "instance"), False)) == 1
    assert "passphrase" in capsys.readouterr().err
    assert not (folder / "b.mudhif").exists()
