"""`mudhif guests …` by its own entry point: the JSON of contract.md, sentences, exit statuses."""

from __future__ import annotations

import json

import pytest

from mudhif.cli import Cli, run
from mudhif.config import Instance

GUESTS = "name,sex,organisation,phone\nزينب كاظم,f,University,07801234567\nAmmar Saleh,m,Directorate,07711234567\n"
EVENT = 'title = "Dialogue"\nproject = "P"\ndate = 2024-03-07\nstart = "09:00"\nend = "13:00"\ncode = "d3"\n'


@pytest.fixture
def mudhif(tmp_path, capsys):
    """Run a command; gives its exit status, its JSON (None without any) and what it says to people."""
    instance = Instance(tmp_path / "instance")

    def command(*words, as_json=True):
        status = run(list(map(str, words)), Cli(instance, as_json))
        out, err = capsys.readouterr()
        return status, json.loads(out) if as_json and out else None, err if as_json else out + err

    return command


@pytest.fixture
def file(tmp_path):
    def save(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return save


@pytest.fixture
def event(mudhif, file):
    assert mudhif("event", "create", file("event.toml", EVENT))[0] == 0
    return "d3"


def test_a_dry_run_tells_and_writes_nothing(mudhif, event, file):
    status, said, _ = mudhif("guests", "import", event, file("g.csv", GUESTS), "--dry-run")
    assert (status, said["rows"], said["created"], said["errors"], said["duplicates"]) == (0, 2, 2, [], [])
    assert mudhif("guests", "list", event)[1] == []


def test_import_list_and_search(mudhif, event, file):
    path = file("g.csv", GUESTS)
    assert mudhif("guests", "import", event, path)[1]["created"] == 2
    assert mudhif("guests", "import", event, path)[1]["created"] == 0
    rows = mudhif("guests", "list", event)[1]
    assert {"id", "name", "sex", "kind", "status", "ticket", "checked_in"} <= rows[0].keys()
    assert [row["name"] for row in mudhif("guests", "list", event, "--search", "zainab")[1]] == ["زينب كاظم"]


def test_errors_stay_out_and_the_rest_is_taken(mudhif, event, file):
    path = file("g.csv", GUESTS + ",f,,\nSara,X,,7.80123E+09\n")
    status, said, text = mudhif("guests", "import", event, path)
    assert (status, said["created"]) == (0, 2)
    assert [(e["row"], e["field"]) for e in said["errors"]] == [(4, "name"), (5, "sex"), (5, "phone")]
    assert "row 5, phone: D5: The spreadsheet has cut this number" in text


def test_a_file_of_which_nothing_can_be_taken_ends_with_one(mudhif, event, file):
    status, said, _ = mudhif("guests", "import", event, file("g.csv", "name,sex\nSara,X\n"))
    assert (status, said["created"]) == (1, 0)


def test_a_file_that_is_no_table_is_refused_in_a_sentence(mudhif, event, file):
    status, said, text = mudhif("guests", "import", event, file("x.xlsx", "this is no table"))
    assert (status, said) == (1, None) and "x.xlsx is not a guest list" in text and "Traceback" not in text


@pytest.mark.parametrize(
    ("words", "status"), [(["--map", "nonsense"], 2), (["--map", "Who=nothing"], 1), (["--map", "Nope=name"], 1)]
)
def test_a_wrong_mapping_is_refused(mudhif, event, file, words, status):
    assert mudhif("guests", "import", event, file("g.csv", "Who,x\nAli,m\n"), *words)[0] == status


def test_columns_are_mapped_by_hand(mudhif, event, file):
    path = file("g.csv", "Who,x\nAli,m\n")
    assert mudhif("guests", "import", event, path, "--map", "Who=name", "--map", "B=sex")[1]["created"] == 1
    assert mudhif("guests", "list", event)[1][0]["sex"] == "m"


def test_a_guest_is_added_and_a_wrong_one_is_not(mudhif, event):
    status, row, _ = mudhif(
        "guests", "add", event, "--name", "Walk In", "--sex", "f", "--kind", "guest", "--phone", "07801234567"
    )
    assert (status, row["name"], row["kind"], bool(row["ticket"])) == (0, "Walk In", "guest", True)
    status, row, text = mudhif("guests", "add", event, "--name", "Walk In", "--sex", "x")
    assert (status, row) == (1, None) and "sex" in text


def test_a_probable_duplicate_is_settled_by_its_row(mudhif, event, file):
    mudhif("guests", "import", event, file("g.csv", GUESTS))
    path = file("h.csv", "name,phone\nعمار صالح,07711234567\n")
    status, said, text = mudhif("guests", "import", event, path)
    assert status == 1 and said["duplicates"][0]["row"] == 2 and "--same 2 or --two 2" in text
    assert mudhif("guests", "import", event, path, "--same", 2)[1]["updated"] == 1
    assert len(mudhif("guests", "list", event)[1]) == 2


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_an_export_is_read_back(mudhif, event, file, tmp_path, kind):
    mudhif("guests", "import", event, file("g.csv", GUESTS))
    assert mudhif("guests", "export", event, "-o", tmp_path / f"out.{kind}")[0] == 0
    said = mudhif("guests", "import", event, tmp_path / f"out.{kind}")[1]
    assert (said["created"], said["updated"], said["errors"]) == (0, 0, [])


def test_data_are_given_out_and_a_guest_is_erased(mudhif, event, file, tmp_path):
    mudhif("guests", "import", event, file("g.csv", GUESTS))
    guest = mudhif("guests", "list", event)[1][0]
    assert mudhif("guests", "data", guest["id"], "-o", tmp_path / "data.json")[0] == 0
    assert guest["name"] in (tmp_path / "data.json").read_text(encoding="utf-8")
    assert mudhif("guests", "erase", guest["id"], "--yes")[0] == 0
    assert guest["name"] not in json.dumps(mudhif("guests", "list", event)[1], ensure_ascii=False)
    assert mudhif("guests", "erase", "nobody", "--yes")[0] == 1


def test_reading_commands_make_no_instance(mudhif, file, tmp_path):
    for words in (
        ["list", "d3"],
        ["export", "d3", "-o", "x.csv"],
        ["import", "d3", file("g.csv", GUESTS), "--dry-run"],
    ):
        assert mudhif("guests", *words)[0] == 1
    assert not (tmp_path / "instance").exists()


def test_people_are_told_in_sentences(mudhif, event, file):
    text = mudhif("guests", "import", event, file("g.csv", GUESTS), as_json=False)[2]
    assert text.startswith("Imported. 2 rows: 2 new")
    assert "Ammar Saleh" in mudhif("guests", "list", event, as_json=False)[2]


def test_erasing_names_the_copies_that_still_hold_the_person(mudhif, event, tmp_path):
    guest = mudhif("guests", "add", event, "--name", "Zainab Kadhim")[1]
    assert mudhif("backup")[0] == 0
    (tmp_path / "instance.before-20240307T060000").mkdir()
    copies = mudhif("guests", "erase", guest["id"], "--yes")[1]["copies"]
    assert [path.partition("instance")[2][:8] for path in copies] == ["/backups", ".before-"]


def test_the_list_of_an_earlier_session_is_taken_over_once(mudhif, event, file):
    mudhif("guests", "import", event, file("g.csv", GUESTS))
    later = EVENT.replace("d3", "d4").replace("2024-03-07", "2024-04-07")
    assert mudhif("event", "create", file("later.toml", later))[0] == 0
    assert mudhif("guests", "copy", "d4", event)[1] == {"added": 2, "already": 0, "full": 0}
    assert [row["status"] for row in mudhif("guests", "list", "d4")[1]] == ["invited", "invited"]
    assert "0 taken over, 2 were on the list already." in mudhif("guests", "copy", "d4", event, as_json=False)[2]
    assert mudhif("guests", "copy", "d4", event, "--only-who-came")[1]["added"] == 0


def test_an_import_is_listed_and_taken_back(mudhif, event, file):
    mudhif("guests", "import", event, file("g.csv", GUESTS))
    (row,) = mudhif("guests", "imports", event)[1]
    assert (row["file"], row["created"], row["undone"]) == ("g.csv", 2, False)
    assert mudhif("guests", "undo-import", event, "--dry-run")[1]["removed"] == 2
    assert len(mudhif("guests", "list", event)[1]) == 2
    assert mudhif("guests", "undo-import", event, row["id"])[1]["removed"] == 2
    assert mudhif("guests", "list", event)[1] == [] and mudhif("guests", "imports", event)[1][0]["undone"]
    assert mudhif("guests", "undo-import", event)[0] == 1


def test_the_list_comes_back_with_its_errors_in_a_column(mudhif, event, file, tmp_path):
    mudhif("guests", "import", event, file("g.csv", "name,sex\nSara,X\n"), "--errors", tmp_path / "back.xlsx")
    assert mudhif("guests", "import", event, tmp_path / "back.xlsx", "--map", "C=-")[1]["created"] == 1


def test_what_was_said_of_columns_is_known_the_next_time(mudhif, event, file):
    path = file("g.csv", "Who,x\nAli Hassan,m\n")
    assert mudhif("guests", "import", event, path, "--map", "Who=name", "--map", "x=sex")[1]["created"] == 1
    said = mudhif("guests", "import", event, file("h.csv", "Who,x\nSara Jabbar,f\n"))[1]
    assert said["created"] == 1 and said["columns"] == {"Who": "name", "x": "sex"}
