"""`mudhif plugins …`: list, check, install, switch, go back, remove. Foreign code runs in child processes alone."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudhif.cli import COMMANDS, Cli
from mudhif.domain.errors import Refused
from mudhif.i18n import N_, _

if TYPE_CHECKING:
    from mudhif.plugins.install import Offer
    from mudhif.plugins.types import PluginInfo

TAKEN: Mapping[str, Collection[str]] = {"commands": COMMANDS.keys()}


class NotAsked(Refused):
    message = N_("Nothing was installed: nobody can be asked here. Add --yes once you know who made it.")
    code = "not-asked"


@click.group()
def plugins() -> None:
    """List, install, switch and remove plugins."""


@plugins.command("list")
@click.pass_obj
def list_command(cli: Cli) -> None:
    """List the plugins with their state and what they add."""
    from mudhif.plugins.trial import look

    found = look(_folder(cli), taken=TAKEN)
    cli.emit([_as_json(plugin) for plugin in found], _told(found) or _("There is no plugin."))


@plugins.command()
@click.argument("directory", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def check(cli: Cli, directory: Path | None) -> None:
    """Load every plugin and say which cannot be used; or check the one whose source lies in DIR.

    DIR holds a plugin's pyproject.toml, or an unpacked pack.
    """
    if directory is None:
        from mudhif.plugins.trial import look

        found = look(_folder(cli), taken=TAKEN)
        findings: list[dict[str, Any]] = []
    else:
        from mudhif.plugins.checking import check_source

        found, findings = check_source(directory, lambda: cli.host.package_kinds, taken=TAKEN)
    said = [_told(found), *(f"  {finding['severity']}: {finding['message']}" for finding in findings)]
    cli.emit([{**_as_json(p), "findings": findings} if directory else _as_json(p) for p in found], "\n".join(said))
    if any(plugin.state == "failed" for plugin in found):
        cli.exit(1)


@plugins.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask: you know who made it.")
@click.pass_obj
def install(cli: Cli, file: Path, yes: bool) -> None:
    """Install a plugin (.whl) or a pack (.zip) from FILE; no internet is needed."""
    from mudhif.plugins.install import install as put_into_use
    from mudhif.plugins.install import offered
    from mudhif.plugins.shelf import Shelf

    shelf = Shelf(cli.instance.plugins)
    with offered(file, shelf, lambda: cli.host.package_kinds) as offer:
        click.echo(_offer_told(offer), err=True)
        if not yes:
            _ask()
        tried = put_into_use(offer, shelf, taken=TAKEN)
        said = _("%(title)s %(version)s is installed.", title=tried.title, version=offer.version)
        cli.emit({**offer.as_json(), "adds": list(tried.adds)}, said)


@plugins.command()
@click.argument("name")
@click.pass_obj
def enable(cli: Cli, name: str) -> None:
    """Switch a plugin on."""
    _switch(cli, name, on=True)


@plugins.command()
@click.argument("name")
@click.pass_obj
def disable(cli: Cli, name: str) -> None:
    """Switch a plugin off; its data stays."""
    _switch(cli, name, on=False)


@plugins.command()
@click.argument("name")
@click.pass_obj
def remove(cli: Cli, name: str) -> None:
    """Remove a plugin that was installed from a file; its data stays."""
    from mudhif.plugins.install import remove as take_out
    from mudhif.plugins.shelf import Shelf

    take_out(name, Shelf(_folder(cli)))
    cli.emit({"name": name}, _("“%(name)s” is removed. What it wrote is still here.", name=name))


@plugins.command()
@click.argument("name")
@click.pass_obj
def rollback(cli: Cli, name: str) -> None:
    """Return to the version of a plugin before this one."""
    from mudhif.plugins.install import roll_back
    from mudhif.plugins.shelf import Shelf

    version = roll_back(name, Shelf(_folder(cli)))
    cli.emit(
        {"name": name, "version": version},
        _("“%(name)s” is %(version)s again, from the next start on.", name=name, version=version),
    )


def _switch(cli: Cli, name: str, *, on: bool) -> None:
    from mudhif.plugins.install import switch
    from mudhif.plugins.shelf import Shelf

    switch(name, Shelf(_folder(cli)), on=on)
    sentence = (
        N_("“%(name)s” is on, from the next start on.") if on else N_("“%(name)s” is off, from the next start on.")
    )
    cli.emit({"name": name, "state": "on" if on else "off"}, _(sentence, name=name))


def _folder(cli: Cli) -> Path:
    """``instance/plugins``; a plugin may have been installed before there is any data.

    Raises:
        NoInstance: there is no instance here.
    """
    if not (cli.instance.exists() or cli.instance.plugins.is_dir()):
        from mudhif.storage.store import NoInstance

        raise NoInstance(path=cli.instance.root)
    return cli.instance.plugins


def _ask() -> None:
    if not sys.stdin.isatty():
        raise NotAsked
    click.confirm(_("Install it?"), abort=True, err=True)


def _offer_told(offer: Offer) -> str:
    lines = [
        f"{offer.title} {offer.version}",
        *([offer.summary] if offer.summary else []),
        _("Published by: %(publisher)s", publisher=offer.publisher or _("nobody says")),
        _("It adds: %(adds)s", adds="; ".join(offer.adds) or "–"),
        _("Replaces: %(version)s", version=f"{offer.name} {offer.replaces}" if offer.replaces else _("nothing")),
        f"SHA-256: {offer.sha256}",
        _("This plugin runs with full rights. Install it only if you know who made it.")
        if offer.runs_code
        else _("It brings forms and runs no code."),
    ]
    return "\n".join(lines)


def _as_json(plugin: PluginInfo) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "title": plugin.title,
        "version": plugin.version,
        "source": plugin.source,
        "state": plugin.state,
        "error": plugin.error,
        "hooks": list(plugin.hooks),
        "adds": list(plugin.adds),
        "kind": plugin.kind,
        "former": plugin.former,
    }


def _told(found: Collection[PluginInfo]) -> str:
    states = {"on": _("on"), "off": _("off"), "failed": _("failed")}
    lines = []
    for plugin in found:
        lines.append(f"{plugin.name} {plugin.version} ({plugin.source}): {states[plugin.state]}")
        lines += [f"  {phrase}" for phrase in plugin.adds]
        lines += [f"  {plugin.error}"] if plugin.error else []
    return "\n".join(lines)
