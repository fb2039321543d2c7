"""A plugin that is broken costs itself, is shown with a reason, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mudhif.plugins.errors import NoSuchPlugin
from mudhif.plugins.host import Host
from mudhif.plugins.shelf import Shelf, command_names
from mudhif.plugins.types import NOBODY, PluginInfo, Who

GOOD = """
@hookimpl
def mudhif_navigation(event):
    return [Link(title="Buses", url="/x/buses", permission=None, section="day")]
"""


def links(host: Host) -> list[str]:
    return [answer.value.title for answer in host.call("navigation", event=None, who=NOBODY)]


def state(host: Host, name: str) -> tuple[str, str | None]:
    found: PluginInfo = host.plugin(name)
    return found.state, found.error


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import a_module_that_nobody_has", "It needs the module a_module_that_nobody_has, which is not here."),
        ("1 / 0", "It raised ZeroDivisionError: division by zero"),
        ("this is no Python", "It raised SyntaxError"),
        ("import sys; sys.exit(3)", "It tried to end Mudhif."),
        ("raise SystemExit", "It tried to end Mudhif."),
        (
            "@hookimpl\ndef mudhif_navigaton(event): return []",
            "It implements mudhif_navigaton, and there is no such hook.",
        ),
        (
            "@hookimpl\ndef mudhif_navigation(evnt): return []",
            "Its mudhif_navigation takes an argument “evnt”, which this hook does not give (it gives: event, who).",
        ),
        ("@hookimpl\ndef mudhif_navigation(event=None): return []", "gives “event” a default"),
        ("@hookimpl\ndef mudhif_navigation(**rest): return []", "takes *rest; name the arguments."),
        ("def mudhif_navigation(event): return []", "Its mudhif_navigation is not marked with @hookimpl."),
        ("@hookimpl(wrapper=True)\ndef mudhif_navigation(event): return (yield)", "wraps other plugins' answers"),
        ("MUDHIF_API = '2.0'", "It was written for version 2.0 of the plugin interface; this Mudhif has 1.0."),
        ("MUDHIF_API = '1.7'", "It was written for version 1.7 of the plugin interface; this Mudhif has 1.0."),
        ("MUDHIF_API = 'new'", "Its MUDHIF_API is 'new'; a version such as “1.0” is expected."),
        ("@hookimpl\ndef mudhif_commands(): raise SystemExit(2)", "At “commands”: It tried to end Mudhif."),
        ("@hookimpl\ndef mudhif_commands(): return 'refund'", "mudhif_commands has to return a list, not 'refund'."),
        ("@hookimpl\ndef mudhif_commands(): return [print]", "which is no command."),
        ("@hookimpl\ndef mudhif_models(): return [dict]", "which is no model."),
        ("@hookimpl\ndef mudhif_settings(): return {'person': dict}", "mudhif_settings returned “person”"),
        ("@hookimpl\ndef mudhif_reactions(): return {'core.person/1': 5}", "which is no function."),
        ("@hookimpl\ndef mudhif_hookspecs(): return 5", "mudhif_hookspecs has to return a module."),
    ],
)
def test_a_broken_plugin_is_shown_with_its_reason_and_the_others_go_on(bundle, load, source, reason):
    bundle.add("broken", source)
    bundle.add("buses", GOOD)

    host = load().collect_all()

    assert links(host) == ["Buses"]
    assert state(host, "buses") == ("on", None)
    broken = host.plugin("broken")
    assert broken.state == "failed"
    assert reason in (broken.error or "")
    assert [(line.name, line.ok) for line in host.lines()] == [("plugins.broken", False)]


def test_a_keyboard_interrupt_is_not_swallowed(bundle, load):
    bundle.add("slow", "raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        load()


def test_a_hook_that_raises_costs_its_own_answer_and_says_so(bundle, load):
    bundle.add("broken", "@hookimpl\ndef mudhif_navigation(): return [1 / 0]")
    bundle.add("buses", GOOD)
    host = load()

    assert links(host) == ["Buses"]
    assert state(host, "broken") == ("on", "At “navigation”: It raised ZeroDivisionError: division by zero")
    assert host.failing("navigation") == ["Broken"]


def test_a_hook_that_exits_does_not_end_the_server(bundle, load):
    bundle.add("broken", "@hookimpl\ndef mudhif_navigation(): raise SystemExit(1)")
    bundle.add("buses", GOOD)

    assert links(load()) == ["Buses"]


def test_an_answer_of_another_kind_is_a_failure(bundle, load):
    bundle.add("broken", "@hookimpl\ndef mudhif_navigation(): return ['/x/buses']")
    host = load()

    assert links(host) == []
    assert state(host, "broken") == ("on", "At “navigation”: mudhif_navigation returned '/x/buses', which is no Link.")


def test_a_generator_that_breaks_half_way_gives_nothing(bundle, load):
    bundle.add(
        "broken",
        """
        @hookimpl
        def mudhif_navigation():
            yield Link(title="Half", url="/", permission=None, section="day")
            1 / 0
        """,
    )
    host = load()

    assert links(host) == []
    assert host.failing("navigation") == ["Broken"]


def test_three_failures_in_a_row_pause_a_plugin_until_it_is_resumed(bundle, load):
    bundle.add(
        "broken",
        """
        asked = []
        @hookimpl
        def mudhif_navigation():
            asked.append(1)
            1 / 0
        @hookimpl
        def mudhif_columns(): return [Column(id="x", title="X", values=dict)]
        """,
    )
    host = load()
    for _time in range(5):
        links(host)

    paused = host.plugin("broken")
    assert (paused.state, paused.paused) == ("failed", True)
    assert (paused.error or "").startswith("Paused after three failures. At “navigation”: It raised ZeroDivisionError")
    assert host.call("columns", event=None) == []

    host.resume("broken")
    assert state(host, "broken") == ("on", None)
    assert len(host.call("columns", event=None)) == 1


def test_answers_that_break_when_they_are_used_pause_a_plugin_too(bundle, load):
    bundle.add(
        "broken", "@hookimpl\ndef mudhif_columns(): return [Column(id='x', title='X', values=lambda ids: 1 / 0)]"
    )
    host = load()
    for _time in range(3):
        for answer in host.call("columns", event=None):
            with host.guarding(answer.plugin, "columns"):
                answer.value.values(["a"])

    assert host.plugin("broken").paused


def test_failures_that_are_not_in_a_row_do_not_pause(bundle, load):
    bundle.add(
        "moody",
        """
        asked = []
        @hookimpl
        def mudhif_navigation():
            asked.append(1)
            if len(asked) % 3: 1 / 0
        """,
    )
    host = load()
    for _time in range(9):
        links(host)

    assert host.plugin("moody").state == "on"


def test_two_plugins_with_one_command_the_second_is_refused_by_name(bundle, load):
    source = """
    import click
    @hookimpl
    def mudhif_commands(): return [click.Command("refund")]
    """
    bundle.add("alpha", source)
    bundle.add("beta", source)
    host = load()

    assert list(host.commands) == ["refund"]
    assert state(host, "alpha") == ("on", None)
    assert state(host, "beta") == ("failed", "Its command “refund” exists already, from alpha.")


def test_a_command_of_the_core_cannot_be_taken(bundle, load):
    bundle.add("alpha", "import click\n@hookimpl\ndef mudhif_commands(): return [click.Command('guests')]")
    host = load(taken={"commands": ["guests"]})

    assert host.commands == {}
    assert state(host, "alpha") == ("failed", "Its command “guests” exists already, from Mudhif.")


def test_what_a_refused_plugin_declared_before_is_withdrawn(bundle, load):
    bundle.add(
        "alpha",
        """
        import click
        @hookimpl
        def mudhif_permissions(): return [Permission(id="alpha.edit", title="Edit")]
        @hookimpl
        def mudhif_commands(): return [click.Command("guests")]
        """,
    )
    host = load(taken={"commands": ["guests"]})
    assert list(host.permissions) == ["alpha.edit"]

    assert host.commands == {}

    assert host.permissions == {}


def test_plugins_are_asked_by_name_and_the_first_and_last_of_them_as_they_wish(bundle, load):
    for name, mark in [("c", ""), ("a", ""), ("b", ""), ("z", "tryfirst=True"), ("d", "trylast=True")]:
        bundle.add(
            name,
            f"""
            @hookimpl({mark})
            def mudhif_navigation():
                return [Link(title="{name}", url="/", permission=None, section="day")]
            """,
        )

    assert links(load()) == ["z", "a", "b", "c", "d"]


def test_a_hook_is_called_with_its_own_arguments_only(bundle, load):
    host = load()

    with pytest.raises(TypeError, match="mudhif_navigation is called with"):
        host.call("navigation", event=None)
    with pytest.raises(LookupError, match="mudhif_weather"):
        host.call("weather")


HOOKS_OF_ITS_OWN = """
import types
def mudhif_weather(day):
    "Tomorrow's weather."
spec = types.ModuleType("spec")
spec.mudhif_weather = hookspec(mudhif_weather)
del mudhif_weather
@hookimpl
def mudhif_hookspecs(): return spec
"""


def test_a_plugin_brings_hooks_that_another_one_implements(bundle, load):
    bundle.add("weather", HOOKS_OF_ITS_OWN)
    bundle.add("aunt", "@hookimpl(optionalhook=True)\ndef mudhif_weather(day): return [f'rain on {day}']")
    host = load()

    assert [(a.plugin, a.value) for a in host.call("weather", day="Monday")] == [("aunt", "rain on Monday")]
    assert host.hooks["weather"] == ("day",)


def test_without_that_plugin_an_optional_hook_costs_nothing_and_another_is_refused(bundle, load):
    bundle.add("aunt", "@hookimpl(optionalhook=True)\ndef mudhif_weather(day): return []")
    bundle.add("uncle", "@hookimpl\ndef mudhif_weather(day): return []")
    host = load()

    assert state(host, "aunt") == ("on", None)
    assert "mudhif_weather, and there is no such hook" in (state(host, "uncle")[1] or "")


def test_the_arguments_of_a_plugins_own_hook_are_checked_too(bundle, load):
    bundle.add("weather", HOOKS_OF_ITS_OWN)
    bundle.add("aunt", "@hookimpl(optionalhook=True)\ndef mudhif_weather(city): return []")

    assert "takes an argument “city”" in (state(load(), "aunt")[1] or "")


def test_a_hook_that_exists_cannot_be_brought_again(bundle, load):
    bundle.add("thief", HOOKS_OF_ITS_OWN.replace("weather", "navigation"))

    assert state(load(), "thief") == ("failed", "Its hook mudhif_navigation exists already.")


def test_a_plugin_that_is_off_is_not_even_imported(bundle, load, shelf: Shelf):
    module = bundle.add("broken", "1 / 0")
    shelf.switch("broken", on=False)
    import sys

    host = load()

    assert state(host, "broken") == ("off", None)
    assert module not in sys.modules
    assert host.lines()[0].ok


def test_switched_on_again_it_answers_after_a_refresh(bundle, load, shelf: Shelf):
    bundle.add("buses", GOOD)
    shelf.switch("buses", on=False)
    host = load()
    assert links(host) == []

    shelf.switch("buses", on=True)
    assert links(host.refresh()) == ["Buses"]
    shelf.switch("buses", on=False)
    assert links(host.refresh()) == []


def test_a_refresh_keeps_plugins_with_hooks_of_their_own(bundle, load):
    bundle.add("weather", HOOKS_OF_ITS_OWN)
    host = load()

    assert state(host.refresh(), "weather") == ("on", None)


def test_a_plugin_that_is_not_here_is_not_found(load):
    with pytest.raises(NoSuchPlugin, match="There is no plugin “none” here"):
        load().plugin("none")


def test_what_the_last_load_saw_is_there_for_the_help_text(bundle, load, shelf: Shelf):
    bundle.add(
        "buses",
        "import click\n@hookimpl\ndef mudhif_commands(): return [click.Command('refund', help='Pay the way home.')]",
    )
    assert command_names(shelf.root) == {}

    assert list(load().commands) == ["refund"]

    assert command_names(shelf.root) == {"refund": "Pay the way home."}
    shelf.switch("buses", on=False)
    assert command_names(shelf.root) == {}


def test_what_another_version_of_mudhif_saw_counts_no_more(bundle, load, shelf: Shelf, monkeypatch):
    bundle.add("buses", "import click\n@hookimpl\ndef mudhif_commands(): return [click.Command('refund')]")
    assert list(load().commands) == ["refund"]

    monkeypatch.setattr("mudhif.plugins.shelf.__version__", "99")

    assert command_names(shelf.root) == {}


def test_what_runs_beside_the_server_starts_and_stops_with_it_even_beside_a_broken_one(bundle, load):
    bundle.add(
        "clock",
        """
        import contextlib
        did = []
        @hookimpl
        def mudhif_serving(host):
            @contextlib.contextmanager
            def beside():
                did.append("start")
                yield
                did.append("stop")
            return beside()
        """,
        module="clock_beside",
    )
    bundle.add("broken", "@hookimpl\ndef mudhif_serving(): 1 / 0")
    host = load()

    with host.serving():
        import clock_beside

        assert clock_beside.did == ["start"]
    assert clock_beside.did == ["start", "stop"]
    assert host.failing("serving") == ["Broken"]


def test_a_reaction_that_exits_raises_what_the_writer_catches(bundle, load):
    bundle.add("broken", "@hookimpl\ndef mudhif_reactions(): return {'core.person/1': lambda tx, change: exit(1)}")
    host = load()
    [reaction] = host.reactions["core.person/1"]

    with pytest.raises(RuntimeError, match="it tried to end Mudhif") as raised:
        reaction(None, None)
    host.report_reaction(reaction, raised.value)

    assert "At “reactions”" in (host.plugin("broken").error or "")


def test_the_log_names_places_in_the_code_and_no_values(bundle, load, caplog):
    bundle.add("broken", "@hookimpl\ndef mudhif_navigation(who): raise ValueError(who.name)")

    load().call("navigation", event=None, who=Who(id="1", name="Zaynab Kadhim", role="desk"))

    assert "ValueError" in caplog.text
    assert "Zaynab" not in caplog.text


def test_the_host_loads_without_an_instance():
    load: Callable[..., Host] = Host.load
    assert load(None).plugins == []
