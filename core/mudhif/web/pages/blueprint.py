"""The pages of the core hang on one blueprint; its modules are imported in `mudhif.web.pages`."""

from __future__ import annotations

from flask import Blueprint

core = Blueprint("core", __name__)
