"""Each hook as a plugin writes it; and that hooks, tests and docs/hooks.md say the same."""

from __future__ import annotations

import inspect
import io
import re
import zipfile
from pathlib import Path

import pytest

from mudhif.plugins import hookspecs
from mudhif.plugins.hookspecs import PREFIX
from mudhif.plugins.host import Host, ask, current, use
from mudhif.plugins.install import install, offered
from mudhif.plugins.shelf import Shelf
from mudhif.plugins.types import NOBODY, Place, Who

ROOT = Path(__file__).parents[3]
DESK = Who(id="1", name="Rusul", role="desk", permissions=frozenset({"buses.edit"}))
HOOKS = {
    name.removeprefix(PREFIX): function
    for name, function in vars(hookspecs).items()
    if name.startswith(PREFIX) and inspect.isfunction(function)
}


def arguments(function: object) -> str:
    return ", ".join(inspect.signature(function).parameters)  # type: ignore[arg-type]


def test_there_are_fifteen_hooks_with_the_arguments_that_the_design_gives_them():
    assert {name: arguments(function) for name, function in HOOKS.items()} == {
        "hookspecs": "",
        "models": "",
        "blueprints": "",
        "commands": "",
        "permissions": "",
        "settings": "",
        "navigation": "event, who",
        "panels": "place, subject, who",
        "columns": "event",
        "reactions": "",
        "live": "",
        "cases": "event, read",
        "doctor": "event, read",
        "serving": "host",
        "package_kinds": "",
    }


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_says_what_it_is_when_it_is_asked_and_what_a_failure_costs(name):
    text = inspect.getdoc(HOOKS[name]) or ""
    _first, _, rest = text.partition("\n\n")

    assert re.match(r"(Declared|Called)", rest), rest
    assert re.search(r"raises|exists already|left out|removing|load_default", " ".join(rest.split()), re.IGNORECASE)


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_test(name):
    assert any(test.startswith(f"test_hook_{name}_") for test in globals()), f"no test_hook_{name}_… in this file"


def test_every_hook_is_documented_with_its_exact_arguments_and_no_other_is():
    text = (ROOT / "docs" / "hooks.md").read_text("utf-8")
    documented = re.findall(r"^## `(mudhif_\w+)\((.*)\)`$", text, re.MULTILINE)

    assert documented == [(f"{PREFIX}{name}", arguments(function)) for name, function in HOOKS.items()]


def test_the_core_names_no_plugin():
    """No import, module, kind, right or endpoint of a plugin stands in the core's source; words of people may."""
    names = "|".join(sorted(folder.parent.name for folder in (ROOT / "plugins").glob("*/pyproject.toml")))
    assert names, "there are plugins to look for"
    named = re.compile(rf"\bmudhif_({names})\b|[\"'](?:{names})\.[a-z_]+(?:/\d+)?[\"']|\bimport (?:{names})\b")

    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted((ROOT / "core" / "mudhif").rglob("*"))
        if path.suffix in (".py", ".html") and "static" not in path.parts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if named.search(line)
    ]

    assert found == []


# --- the hooks, one after the other -----------------------------------------------------------------------------------


def test_hook_hookspecs_brings_a_hook_that_others_answer_and_its_plugin_asks(bundle, load):
    bundle.add(
        "weather", "def mudhif_weather(day): 'Weather.'\nmudhif_weather = hookspec(mudhif_weather)", module="sky"
    )
    (bundle.folder / "sky.py").write_text(
        "import sky_hooks\nfrom mudhif.plugins.hookspecs import hookimpl\n"
        "@hookimpl\ndef mudhif_hookspecs(): return sky_hooks\n"
    )
    (bundle.folder / "sky_hooks.py").write_text(
        "from mudhif.plugins.hookspecs import hookspec\n@hookspec\ndef mudhif_weather(day):\n    'Weather.'\n"
    )
    bundle.add("aunt", "@hookimpl(optionalhook=True)\ndef mudhif_weather(day): return [f'rain on {day}']")

    use(load())
    try:
        assert ask("weather", day="Monday") == ["rain on Monday"]
    finally:
        use(None)
    with pytest.raises(RuntimeError, match="no plugin host is loaded"):
        current()


def test_hook_models_gives_tables_and_only_with_the_plugins_prefix(bundle, load):
    source = """
    import peewee
    class Bus(peewee.Model):
        class Meta: table_name = "{table}"
    @hookimpl
    def mudhif_models(): return [Bus]
    """
    bundle.add("buses", source.format(table="buses_bus"))
    bundle.add("thief", source.format(table="person"))
    host = load()

    assert [model.__name__ for model in host.models] == ["Bus"]
    assert host.plugin("thief").error == "Its table “person” has to be named “thief_…”."
    assert host.plugin("buses").adds == ("tables: buses_bus",)


def test_hook_blueprints_gives_pages_and_refuses_a_name_twice(bundle, load):
    source = """
    from flask import Blueprint
    @hookimpl
    def mudhif_blueprints(): return [Blueprint("buses", __name__, url_prefix="/x/buses")]
    """
    bundle.add("buses", source)
    bundle.add("copy", source)
    host = load()

    assert [(given.plugin, given.value.name) for given in host.blueprints] == [("buses", "buses")]
    assert host.plugin("copy").error == "Its pages “buses” exist already, from buses."


def test_hook_commands_gives_commands_by_name(bundle, load):
    bundle.add("buses", "import click\n@hookimpl\ndef mudhif_commands(): return [click.Command('refund')]")

    assert list(load().commands) == ["refund"]


def test_hook_permissions_gives_rights_by_id(bundle, load):
    bundle.add(
        "buses",
        "@hookimpl\ndef mudhif_permissions(): return [Permission(id='buses.edit', title='Edit', roles={'desk'})]",
    )

    assert load().permissions["buses.edit"].roles == {"desk"}


def test_hook_settings_gives_schemas_by_plugin_and_scope(bundle, load):
    bundle.add(
        "buses",
        """
        from marshmallow import Schema, fields
        class ForEvent(Schema):
            fare = fields.Integer(load_default=250)
        @hookimpl
        def mudhif_settings(): return {"event": ForEvent}
        """,
    )

    assert load().settings["buses", "event"]().load({}) == {"fare": 250}


def test_hook_navigation_gives_lines_for_who_asks(bundle, load):
    bundle.add(
        "buses",
        """
        @hookimpl
        def mudhif_navigation(event, who):
            return [Link(title=f"{event} for {who.name}", url="/", permission="buses.edit", section="day")]
        """,
    )
    [answer] = load().call("navigation", event="E1", who=DESK)

    assert (answer.plugin, answer.value.title) == ("buses", "E1 for Rusul")
    assert DESK.may(answer.value.permission)
    assert not NOBODY.may(answer.value.permission)


def test_hook_panels_gives_boxes_at_a_place_lightest_first(bundle, load):
    bundle.add(
        "buses",
        """
        @hookimpl
        def mudhif_panels(place, subject):
            if place is not Place.EVENT:
                return []
            return [Panel(title=f"{w} {subject}", template="mudhif_buses/p.html", weight=w) for w in (70, 20)]
        """,
    )
    host = load()

    titles = [answer.value.title for answer in host.call("panels", place="event", subject="E1", who=DESK)]
    assert titles == ["20 E1", "70 E1"]
    assert host.call("panels", place=Place.HOME, subject=None, who=DESK) == []


def test_hook_columns_gives_values_for_all_rows_at_once(bundle, load):
    bundle.add(
        "buses",
        """
        @hookimpl
        def mudhif_columns(event):
            return [Column(id="seat", title="Seat", values=lambda ids: {id: n for n, id in enumerate(ids)})]
        """,
    )
    [answer] = load().call("columns", event="E1")

    assert answer.value.values(["a", "b"]) == {"a": 0, "b": 1}


def test_hook_reactions_gives_functions_by_kind_of_change(bundle, load):
    for name in ("buses", "aunt"):
        bundle.add(
            name, f"@hookimpl\ndef mudhif_reactions(): return {{'core.person/1': lambda tx, change: '{name}' + change}}"
        )

    assert [react(None, "!") for react in load().reactions["core.person/1"]] == ["aunt!", "buses!"]


def test_hook_live_gives_functions_by_kind_of_change(bundle, load):
    bundle.add(
        "buses",
        "@hookimpl\ndef mudhif_live():\n"
        "    return {'buses.bus/1': lambda read, changes: ('buses', {'count': len(changes)})}",
    )
    [tell] = load().live["buses.bus/1"]

    assert tell(None, [1, 2]) == ("buses", {"count": 2})


def test_hook_cases_gives_what_a_person_must_settle_and_names_whose_are_missing(bundle, load):
    bundle.add("buses", "@hookimpl\ndef mudhif_cases(event): return [Case(id='1', sentence=f'Two buses at {event}.')]")
    bundle.add("broken", "@hookimpl\ndef mudhif_cases(read): return read.nothing")
    host = load()

    assert [a.value.sentence for a in host.call("cases", event="E1", read=object())] == ["Two buses at E1."]
    assert host.failing("cases") == ["Broken"]


def test_hook_doctor_gives_lines_and_a_failure_becomes_one(bundle, load):
    bundle.add(
        "buses",
        "@hookimpl\ndef mudhif_doctor(): return [Line(name='fuel', ok=False, text='Empty.', remedy='Fill up.')]",
    )
    bundle.add("broken", "@hookimpl\ndef mudhif_doctor(event): return event.nothing")
    host = load()

    assert [a.value.text for a in host.call("doctor", event=None, read=None)] == ["Empty."]
    assert [(line.name, line.ok) for line in host.lines()] == [("plugins.broken", False)]


def test_hook_serving_is_entered_and_left_with_the_server(bundle, load):
    bundle.add(
        "buses",
        """
        import contextlib
        did = []
        @contextlib.contextmanager
        def beside(host):
            did.append(host.plugins[0].name)
            yield
            did.append("over")
        @hookimpl
        def mudhif_serving(host): return beside(host)
        """,
        module="buses_serving",
    )
    host = load()
    import buses_serving

    with host.serving():
        assert buses_serving.did == ["buses"]
    assert buses_serving.did == ["buses", "over"]


POSTCARDS = """
class Postcard:
    def __init__(self, folder): self.text = (folder / "card.txt").read_text()
    @hookimpl
    def mudhif_navigation(self):
        return [Link(title=self.text, url="/", permission=None, section="after")]

def check(folder):
    if (folder / "card.txt").read_text(): return []
    return [{"rule": "blank", "severity": "error", "where": [], "message": "The card is blank.", "values": []}]

gone = []

@hookimpl
def mudhif_package_kinds():
    return [PackageKind(
        id="postcard",
        detects=lambda archive: "card.txt" in archive.namelist(),
        describe=lambda folder: Package(name="basra-card", title="Card from Basra", version="3", adds=["one greeting"]),
        check=check,
        activate=Postcard,
        deactivate=lambda plugin: gone.append(plugin.text),
    )]
"""


def card(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.txt", text)
    return path


def test_hook_package_kinds_lets_a_file_answer_hooks_without_code_of_its_own(
    bundle, load, shelf: Shelf, tmp_path, monkeypatch
):
    bundle.add("post", POSTCARDS, module="post_cards")
    host: Host = load()
    file = card(tmp_path / "card.zip", card="Greetings")

    with offered(file, shelf, lambda: host.package_kinds) as offer:
        assert (offer.name, offer.title, offer.version, offer.kind) == (
            "basra-card",
            "Card from Basra",
            "3",
            "postcard",
        )
        assert offer.adds == ["one greeting"]
        assert not offer.runs_code
        assert install(offer, shelf).state == "on"

    host.refresh()
    assert [a.value.title for a in host.call("navigation", event=None, who=NOBODY)] == ["Greetings"]
    pack = host.plugin("basra-card")
    assert (pack.title, pack.state, pack.kind, pack.adds) == ("Card from Basra", "on", "postcard", ("one greeting",))
    assert pack.hooks == ("navigation",)

    shelf.switch("basra-card", on=False)
    host.refresh()
    import post_cards

    assert post_cards.gone == ["Greetings"]
    assert host.call("navigation", event=None, who=NOBODY) == []


def test_a_pack_with_an_error_is_refused_with_its_sentence(bundle, load, shelf: Shelf, tmp_path):
    bundle.add("post", POSTCARDS)
    host = load()
    file = card(tmp_path / "card.zip", card="")

    with (
        pytest.raises(Exception, match=r"The card is blank\. It was not installed\."),
        offered(file, shelf, lambda: host.package_kinds),
    ):
        pass


def test_a_zip_that_no_kind_knows_is_no_plugin(bundle, load, shelf: Shelf, tmp_path):
    bundle.add("post", POSTCARDS)
    host = load()
    file = card(tmp_path / "letter.zip", letter="Dear all")

    with pytest.raises(Exception, match=r"letter\.zip is no plugin"), offered(file, shelf, lambda: host.package_kinds):
        pass


def test_a_pack_whose_kind_is_gone_says_so_and_is_kept(bundle, load, shelf: Shelf, tmp_path):
    bundle.add("post", POSTCARDS)
    host = load()
    with offered(card(tmp_path / "card.zip", card="Greetings"), shelf, lambda: host.package_kinds) as offer:
        install(offer, shelf)
    shelf.switch("post", on=False)

    host.refresh()

    assert "No plugin here knows packages of the kind “postcard”" in (host.plugin("basra-card").error or "")
    shelf.switch("post", on=True)
    assert host.refresh().plugin("basra-card").state == "on"


def test_a_kind_whose_detection_breaks_is_passed_over(bundle, load, shelf: Shelf, tmp_path):
    bundle.add("aunt", POSTCARDS.replace('"card.txt" in archive.namelist()', "1 / 0").replace('"postcard"', '"broken"'))
    bundle.add("post", POSTCARDS)
    host = load()

    with offered(card(tmp_path / "card.zip", card="Hi"), shelf, lambda: host.package_kinds) as offer:
        assert offer.kind == "postcard"


def test_the_folder_of_a_pack_is_checked_where_it_lies(bundle, load, tmp_path):
    from mudhif.plugins.checking import check_source

    bundle.add("post", POSTCARDS)
    host = load()
    for name, text in (("good", "Hello"), ("blank", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "card.txt").write_text(text)

    [good], findings = check_source(tmp_path / "good", lambda: host.package_kinds)
    assert (good.name, good.state, findings) == ("basra-card", "on", [])
    [blank], findings = check_source(tmp_path / "blank", lambda: host.package_kinds)
    assert (blank.state, blank.error) == ("failed", "The card is blank.")
    assert [finding["rule"] for finding in findings] == ["blank"]


def test_the_source_of_a_plugin_is_checked_where_it_lies(tmp_path):
    from mudhif.plugins.checking import check_source

    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x-ferry"\nversion = "0.3"\n[project.entry-points.mudhif]\nferry = "ferry_source"\n'
    )
    (tmp_path / "ferry_source.py").write_text(
        "from mudhif.plugins.hookspecs import hookimpl\n@hookimpl\ndef mudhif_columns(event): return []\n"
    )
    [found], _findings = check_source(tmp_path, dict)
    assert (found.name, found.version, found.state, found.hooks) == ("ferry", "0.3", "on", ["columns"])

    (tmp_path / "ferry_source.py").write_text("import ferry_is_not_here")
    [found], _findings = check_source(tmp_path, dict)
    assert (found.state, found.error) == ("failed", "It needs the module ferry_is_not_here, which is not here.")


def test_a_zip_in_memory_is_enough_for_a_kind_to_tell(bundle, load):
    bundle.add("post", POSTCARDS)
    kind = load().package_kinds["postcard"]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("card.txt", "x")

    assert kind.detects(zipfile.ZipFile(data))
