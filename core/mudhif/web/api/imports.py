"""Guest lists over the API: a file is sent, what it would do is looked at and corrected, then it is written whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import RAISE, Schema, fields, validate

from mudhif.services.guest_jobs import Choices, ImportJob, State, begin_import, find_job, forget_job
from mudhif.services.guest_undo import find_import, undo_import
from mudhif.web.auth import current_event, requires
from mudhif.web.blueprints import API_PREFIX

PATIENCE_SECONDS = 1.5
"""How long an answer waits for the file; then it says how far it is."""

blp = Blueprint("imports_api", __name__, url_prefix=API_PREFIX, description="Guest lists out of files.")


class FileSchema(Schema):
    """A guest list: .xlsx .xls .ods .csv .tsv, or .json of our own export."""

    file = Upload(required=True, metadata={"description": "The file; its name's ending says what it is."})


class FixSchema(Schema):
    """A text to take instead of a cell's own; an empty one leaves the cell out."""

    row = fields.Integer(required=True, validate=validate.Range(1, 10_000_000), metadata={"example": 3})
    field = fields.String(required=True, validate=validate.Length(1, 60), metadata={"example": "sex"})
    text = fields.String(required=True, validate=validate.Length(max=2000), metadata={"example": "f"})


class ImportChoicesSchema(Schema):
    """What is said of a file; what is left out stays as it was said before."""

    class Meta:
        unknown = RAISE

    mapping = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={
            "description": "The field by a column's header or letter; `-` leaves it out.",
            "example": {"A": "name"},
        },
    )
    decisions = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"\A[0-9]{1,7}\Z")),
        values=fields.String(validate=validate.OneOf(("same", "two"))),
        metadata={"description": "Of probable duplicates, by row: the same person, or two.", "example": {"6": "same"}},
    )
    fixes = fields.List(fields.Nested(FixSchema), validate=validate.Length(max=1000))


class PlanSchema(Schema):
    """What the file would do, or did."""

    rows = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    duplicates = fields.List(fields.Dict(), metadata={"description": "Rows that may be a guest who is there."})
    errors = fields.List(fields.Dict(), metadata={"description": "What is wrong: `row field message cell`."})
    warnings = fields.List(fields.Dict(), metadata={"description": "What is taken as it stands, and doubtful."})
    columns = fields.Dict(metadata={"description": "What each column is taken for."})


class ImportSchema(Schema):
    """A file on its way to a guest list."""

    token = fields.String(metadata={"description": "Names it for an hour."})
    file = fields.String()
    state = fields.String(
        validate=validate.OneOf([str(state) for state in State]),
        metadata={"description": "`unclear`: say which column holds the names. `ready`: it can be written."},
    )
    done = fields.Integer(metadata={"description": "Rows looked at so far, of `of`."})
    of = fields.Integer()
    columns = fields.List(fields.String(), metadata={"description": "The headers, or the letters without."})
    plan = fields.Nested(PlanSchema, allow_none=True)
    error = fields.String(allow_none=True, metadata={"description": "Why it failed."})
    written_as = fields.String(allow_none=True, metadata={"description": "The import's id, to take it back."})


class UndoneSchema(Schema):
    """What taking an import back did."""

    gone = fields.Integer(metadata={"description": "Guests who are off the list again."})
    kept = fields.Integer(metadata={"description": "Guests who stayed, since somebody changed them."})


@blp.post("/events/<event>/imports")
@requires("guests.import")
@blp.arguments(FileSchema, location="files")
@blp.response(201, ImportSchema)
def begin(sent: dict[str, Any], event: str) -> dict[str, Any]:
    """Send a guest list to be checked. Nothing is written before it is confirmed."""
    file = sent["file"]
    job = begin_import(current_event().id, file.read(), file.filename or "list.csv")
    return _told(job)


@blp.get("/events/<event>/imports/<token>")
@requires("guests.import")
@blp.response(200, ImportSchema)
def show_import(event: str, token: str) -> dict[str, Any]:
    """Show what a file would do, or how far it is."""
    return _told(find_job(current_event().id, token))


@blp.patch("/events/<event>/imports/<token>")
@requires("guests.import")
@blp.arguments(ImportChoicesSchema)
@blp.response(200, ImportSchema)
def correct_import(said: dict[str, Any], event: str, token: str) -> dict[str, Any]:
    """Say what its columns mean, who is who, what a cell should hold; it is checked once more."""
    job = find_job(current_event().id, token)
    job.check(_choices(job.choices, said))
    return _told(job)


@blp.post("/events/<event>/imports/<token>/confirm")
@requires("guests.import")
@blp.response(200, ImportSchema)
def confirm_import(event: str, token: str) -> dict[str, Any]:
    """Write what was shown, all or nothing; rows with errors stay out."""
    job = find_job(current_event().id, token)
    job.write()
    return _told(job)


@blp.delete("/events/<event>/imports/<token>")
@requires("guests.import")
@blp.response(204)
def drop_import(event: str, token: str) -> None:
    """Forget a file; what was written stays."""
    forget_job(find_job(current_event().id, token))


@blp.post("/events/<event>/imports/<id>/undo")
@requires("guests.import")
@blp.response(200, UndoneSchema)
def take_back(event: str, id: str) -> dict[str, int]:
    """Take an import back, by the id under which it was written."""
    done = undo_import(find_import(current_event().id, id))
    return {"gone": len(done.gone), "kept": len(done.kept)}


def _choices(before: Choices, said: dict[str, Any]) -> Choices:
    decisions = {int(row): decision for row, decision in said.get("decisions", {}).items()}
    fixes = {(fix["row"], fix["field"]): fix["text"] for fix in said.get("fixes", ())}
    return replace(
        before,
        mapping=said.get("mapping", before.mapping),
        decisions={**before.decisions, **decisions},
        fixes={**before.fixes, **fixes},
    )


def _told(job: ImportJob) -> dict[str, Any]:
    job.wait(PATIENCE_SECONDS)
    columns = job.table.columns if job.table is not None else ()
    ready = job.state in (State.READY, State.WRITTEN) and job.plan is not None
    return {
        "token": job.token,
        "file": job.name,
        "state": str(job.state),
        "done": job.done,
        "of": job.of,
        "columns": [column.header or column.letter for column in columns],
        "plan": job.plan.as_json() if ready and job.plan else None,
        "error": str(job.error) if job.error else None,
        "written_as": (job.plan.written_as or None) if job.plan else None,
    }
