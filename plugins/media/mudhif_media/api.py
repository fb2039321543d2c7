"""Coverage and attachments over the API."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema, fields

from mudhif.plugin_api import BadInput, api_blueprint, current_event, requires, write
from mudhif.plugin_api import gettext as _

from .files import examine
from .logbook import (
    CoverageSchema,
    attach,
    attachment_json,
    attachments_of,
    coverage_json,
    coverage_of,
    log_coverage,
    read_description,
)

api = api_blueprint("media", __name__)


class CoverageAnswerSchema(Schema):
    """One piece of coverage."""

    id = fields.String()
    outlet = fields.String()
    kind = fields.String(metadata={"description": "tv, radio, print, web or social."})
    date = fields.String(allow_none=True)
    headline = fields.String(allow_none=True)
    link = fields.String(allow_none=True)
    duration = fields.Integer(allow_none=True, metadata={"description": "Seconds."})


class AttachmentSchema(Schema):
    """One file of an event."""

    id = fields.String()
    sha256 = fields.String(metadata={"description": "Of the bytes that are kept: without the place of a picture."})
    file_name = fields.String(allow_none=True)
    media_type = fields.String(metadata={"description": "By the content, not by the name."})
    kind = fields.String()
    caption = fields.String(allow_none=True)
    consent = fields.Boolean(allow_none=True, metadata={"description": "Null: nobody was asked."})
    width = fields.Integer(allow_none=True)
    height = fields.Integer(allow_none=True)
    size = fields.Integer(metadata={"description": "Bytes."})


@api.get("/events/<event>/coverage")
@api.response(200, CoverageAnswerSchema(many=True))
@requires("media.view")
def list_coverage(event: str) -> list[dict[str, Any]]:
    """List the coverage of an event, the earliest first."""
    return [coverage_json(row) for row in coverage_of(current_event().id)]


@api.post("/events/<event>/coverage")
@requires("media.edit")
@api.arguments(CoverageSchema)
@api.response(201, CoverageAnswerSchema)
def add_coverage(data: dict[str, Any], event: str) -> dict[str, Any]:
    """Note one piece of coverage."""
    return coverage_json(write(log_coverage, current_event().id, data))


@api.get("/events/<event>/attachments")
@api.response(200, AttachmentSchema(many=True))
@requires("media.view")
def list_attachments(event: str) -> list[dict[str, Any]]:
    """List the attachments of an event, in the order in which they were added."""
    return [attachment_json(row) for row in attachments_of(current_event().id)]


@api.post("/events/<event>/attachments")
@requires("media.edit")
@api.response(201, AttachmentSchema)
def add_attachment(event: str) -> dict[str, Any]:
    """Attach a file.

    It is sent as the part ``file`` of a form; ``kind``, ``caption`` and ``consent`` (yes or no) may stand beside it.
    """
    sent = request.files.get("file")
    if sent is None:
        raise BadInput(fields={"file": [_("Choose one file or several.")]})
    examined = examine(sent.read(), sent.filename or "")
    said = read_description(request.form)
    return attachment_json(write(lambda tx: attach(tx, current_event(), examined, said)))
