"""The JSON API under /api/v1: thin views over the services, described by their own schemas."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Flask
from flask_smorest import Api

from mudhif.web.api.schemas import ErrorSchema
from mudhif.web.blueprints import API_PREFIX

DESCRIPTION = (
    "Everything that the pages do. Send `Authorization: Bearer TOKEN` (made by `mudhif token new`), or use a signed-in "
    "browser. An event is named by its id or its short code."
)


PARTS = ("devices", "events", "figures", "imports", "lists", "merges", "people", "prints", "projects", "questions",
         "registrations")  # fmt: skip


class MudhifApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest with our shape of errors."""

    ERROR_SCHEMA = ErrorSchema


def make_api(app: Flask) -> MudhifApi:
    """Add the core's API to the app; plugins add theirs to what is returned."""
    from mudhif import __version__
    from mudhif.web.api import docs

    app.config.update(
        API_TITLE="Mudhif",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=API_PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        OPENAPI_JSON_ENDPOINT="openapi_json",
    )
    api = MudhifApi(app, spec_kwargs={"info": {"description": DESCRIPTION}, "security": [{"bearer": []}]})
    bearer: dict[str, Any] = {"type": "http", "scheme": "bearer"}
    api.spec.components.security_scheme("bearer", bearer)
    for part in PARTS:
        api.register_blueprint(import_module(f"{__name__}.{part}").blp)
    docs.add_page(app, api)
    return api
