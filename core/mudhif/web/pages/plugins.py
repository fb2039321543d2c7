"""The page *Plugins*: what is installed, what it brings, and why one does not work."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from mudhif.plugins import host
from mudhif.web.auth import requires
from mudhif.web.pages.blueprint import core


@core.get("/plugins")
@requires("plugins.manage")
def plugins() -> ResponseReturnValue:
    """Every plugin with its state."""
    return render_template("mudhif/plugins.html", plugins=host.current().plugins)
