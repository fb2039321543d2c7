"""The reading page of the API: made from its own description by a template, without a script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, render_template
from flask_smorest import Api
from markupsafe import Markup, escape

from mudhif.web.blueprints import API_PREFIX

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value that is taken or given."""

    name: str
    type: str
    required: bool
    description: str
    example: Any = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that the API does."""

    method: str
    path: str
    title: str
    text: str
    parameters: list[Field]
    takes: list[Field]
    gives: list[tuple[str, str, list[Field]]]


def add_page(app: Flask, api: Api) -> None:
    """Add ``/api/v1/docs``."""

    @app.get(f"{API_PREFIX}/docs", endpoint="api_docs")
    def page() -> str:
        """The API, to read."""
        spec = api.spec.to_dict()
        groups: list[tuple[str, str, list[Operation]]]
        groups = [(tag["name"], tag.get("description", ""), []) for tag in spec.get("tags", ())]
        by_name: dict[str, list[Operation]] = {name: operations for name, _about, operations in groups}
        for path, item in spec["paths"].items():
            for method in METHODS:
                if method in item:
                    tag = (item[method].get("tags") or [""])[0]
                    by_name.setdefault(tag, []).append(operation(spec, path, method, item))
        shown = [(name.removesuffix("_api").capitalize(), about, operations) for name, about, operations in groups]
        return render_template("mudhif/api_docs.html", info=spec["info"], groups=shown, bare=True)

    app.add_template_filter(marked)


def marked(text: str) -> Markup:
    """A description with its `code` set as code.

    >>> marked("Send `f` or <m>.")
    Markup('Send <code>f</code> or &lt;m&gt;.')
    """
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def operation(spec: dict[str, Any], path: str, method: str, item: dict[str, Any]) -> Operation:
    """One operation of an OpenAPI description, taken apart for reading."""
    described = item[method]
    parameters = [*item.get("parameters", ()), *described.get("parameters", ())]
    body = described.get("requestBody", {})
    return Operation(
        method=method.upper(),
        path=path,
        title=described.get("summary", ""),
        text=described.get("description", ""),
        parameters=[_parameter(spec, p) for p in parameters],
        takes=_fields(spec, _schema_in(body)),
        gives=[
            (str(status), response.get("description", ""), _fields(spec, _schema_in(response)))
            for status, response in _answers(spec, described)
        ],
    )


def _answers(spec: dict[str, Any], described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    answers = described.get("responses", {})
    return [(status, _resolved(spec, answer)) for status, answer in answers.items() if str(status).startswith("2")]


def _parameter(spec: dict[str, Any], parameter: dict[str, Any]) -> Field:
    parameter = _resolved(spec, parameter)
    schema = _resolved(spec, parameter.get("schema", {}))
    return Field(
        name=parameter["name"],
        type=_type(spec, schema),
        required=bool(parameter.get("required")),
        description=parameter.get("description") or schema.get("description", ""),
        example=schema.get("example"),
        place=parameter["in"],
    )


def _schema_in(holder: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = holder.get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


def _fields(spec: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    schema = _resolved(spec, schema)
    if schema.get("type") == "array":
        schema = _resolved(spec, schema.get("items", {}))
    required = set(schema.get("required", ()))
    return [
        Field(
            name=name,
            type=_type(spec, inner),
            required=name in required,
            description=inner.get("description", ""),
            example=inner.get("example"),
        )
        for name, inner in schema.get("properties", {}).items()
    ]


def _type(spec: dict[str, Any], schema: dict[str, Any]) -> str:
    schema = _resolved(spec, schema)
    kind = schema.get("type", "object")
    kinds = [k for k in (kind if isinstance(kind, list) else [kind]) if k != "null"]
    words = " | ".join(kinds)
    if "array" in kinds:
        words = f"array of {_type(spec, schema.get('items', {}))}"
    choices = [str(value) for value in schema.get("enum", ()) if value is not None]
    return f"{words}: {', '.join(choices)}" if choices else words


def _resolved(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found: Any = spec
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema
