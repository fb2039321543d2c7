"""A whole guest list over the API: as a file that import reads back, and fields of many guests set and taken back."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from mudhif.i18n import _
from mudhif.services.guest_edits import EDITABLE, Edit, edit_guests, undo_edit
from mudhif.services.guest_export import export_rows, guest_file
from mudhif.storage.search import index_all
from mudhif.storage.store import write
from mudhif.web.api.prints import BINARY
from mudhif.web.auth import current_event, requires
from mudhif.web.blueprints import API_PREFIX
from mudhif.web.files import as_file

FILE = "application/octet-stream"
MOST = 100_000

blp = Blueprint("lists_api", __name__, url_prefix=API_PREFIX, description="Whole guest lists.")


class GuestEditSchema(Schema):
    """Which guests change, and to what."""

    registrations = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=MOST))
    changes = fields.Dict(
        keys=fields.String(validate=validate.OneOf(EDITABLE)),
        values=fields.String(),
        required=True,
        validate=validate.Length(min=1),
        metadata={"description": "An empty organisation or group is taken away.", "example": {"kind": "guest"}},
    )


class GuestEditedSchema(Schema):
    """What was done; `first` and `last` name it to whoever takes it back."""

    changed = fields.Integer(metadata={"description": "How many guests are other than before."})
    first = fields.Integer()
    last = fields.Integer()


class UndoEditSchema(Schema):
    """Which edit is taken back, as it was answered."""

    first = fields.Integer(required=True, validate=validate.Range(min=1, max=2**53))
    last = fields.Integer(required=True, validate=validate.Range(min=1, max=2**53))

    @validates_schema
    def _is_one_edit(self, edit: dict[str, Any], **_more: Any) -> None:
        if not 0 <= edit["last"] - edit["first"] <= 2 * MOST:
            raise ValidationError({"last": [_("This is more than one edit.")]})


class UndoneEditSchema(Schema):
    """What taking it back did."""

    restored = fields.Integer(metadata={"description": "How many guests are as before."})
    stayed = fields.List(fields.String(), metadata={"description": "Who was changed since, and left alone."})


@blp.get("/events/<event>/guests.<any(xlsx, csv):kind>")
@requires("guests.contact")
@blp.response(200, BINARY, content_type=FILE)
def get_guest_list(event: str, kind: str) -> ResponseReturnValue:
    """The guest list as a file that an import reads back without loss; as JSON it is the list of registrations."""
    shown = current_event()
    return as_file(guest_file(f".{kind}", export_rows(shown.id)), FILE, f"{shown.code}-guests.{kind}")


@blp.post("/events/<event>/registrations/edit")
@requires("guests.edit")
@blp.arguments(GuestEditSchema)
@blp.response(200, GuestEditedSchema)
def edit_registrations(wanted: dict[str, Any], event: str) -> Edit:
    """Set fields of many guests at once; all of them or none."""
    edit: Edit = write(edit_guests, current_event(), wanted["registrations"], wanted["changes"])
    index_all()
    return edit


@blp.post("/events/<event>/registrations/undo-edit")
@requires("guests.edit")
@blp.arguments(UndoEditSchema)
@blp.response(200, UndoneEditSchema)
def undo_edit_of_registrations(edit: dict[str, Any], event: str) -> dict[str, Any]:
    """Put back what an edit changed, where nobody has changed it since."""
    done = write(undo_edit, current_event(), edit["first"], edit["last"])
    index_all()
    return {"restored": done.restored, "stayed": list(dict.fromkeys(name for name, _field in done.stayed))}
