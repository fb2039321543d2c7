"""Importing a guest list: a file, its preview with all errors by row, and the confirmation that writes."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from mudhif.domain.errors import BadFile, BadInput, NotFound
from mudhif.i18n import N_, _, ngettext
from mudhif.services.guest_import import Decision, ImportPlan, ProbableDuplicate, RowProblem, import_guests, plan_import
from mudhif.services.guest_tables import GuestTable, read_guest_file
from mudhif.storage.models import Event
from mudhif.storage.store import current
from mudhif.web.auth import current_event, requires
from mudhif.web.pages.blueprint import core

KEPT_SECONDS = 3600
SAMPLE_ROWS = 5
SHOWN_ERRORS = 200
ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".json")


class UploadGone(NotFound):
    message = N_("This file is not here any more. Choose it once again; nothing was written.")


FIELD_TITLES: Mapping[str, Callable[[], str]] = {
    "name": lambda: _("Name"),
    "name_alt": lambda: _("Name in the other script"),
    "sex": lambda: _("Sex"),
    "organisation": lambda: _("Organisation"),
    "role": lambda: _("Role"),
    "stakeholder_group": lambda: _("Group"),
    "phone": lambda: _("Phone"),
    "email": lambda: _("E-mail"),
    "birth_year": lambda: _("Year of birth"),
    "age_band": lambda: _("Age"),
    "disability": lambda: _("Disability"),
    "kind": lambda: _("Kind"),
    "status": lambda: _("Status"),
}


@core.route("/e/<code>/guests/import", methods=["GET", "POST"])
@requires("guests.import")
def import_list(code: str) -> ResponseReturnValue:
    """Take a file and show what would be written."""
    event = current_event()
    if request.method == "GET":
        return render_template("mudhif/import.html", event=event, errors={})
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise BadInput(fields={"file": [_("Choose a file first.")]})
        token, path = _keep(upload)
        table = read_guest_file(path, name=Path(upload.filename).name)
    except (BadFile, BadInput) as error:
        errors = error.errors or {"file": [str(error)]}
        return render_template("mudhif/import.html", event=event, errors=errors), error.status
    return _preview(event, plan_import(event.id, table), token)


@core.post("/e/<code>/guests/import/confirm")
@requires("guests.import")
def confirm_import(code: str) -> ResponseReturnValue:
    """Write what the preview showed, with what was said of pairs; planned again if the guests changed meanwhile."""
    event = current_event()
    path = _kept(request.form.get("upload", ""))
    table = read_guest_file(path, name=request.form.get("filename") or path.name)
    done = import_guests(plan_import(event.id, table, _decisions(request.form)))
    path.unlink(missing_ok=True)
    written = len(done.new) + len(done.updated)
    flash(ngettext("One row imported.", "%(num)s rows imported.", written), "ok")
    if done.duplicates or done.errors:
        left = len({error.row for error in done.errors} | {pair.row for pair in done.duplicates})
        flash(ngettext("One row stayed out.", "%(num)s rows stayed out.", left), "warn")
    return redirect(url_for("core.guests", code=code))


def _preview(event: Event, plan: ImportPlan, token: str) -> str:
    texts = {row.number: row.texts for row in plan.table.rows}
    return render_template(
        "mudhif/import_preview.html",
        event=event,
        filename=plan.table.file,
        upload=token,
        rows=len(plan.table.rows),
        plan=plan,
        errors=[_error(error, texts) for error in plan.errors[:SHOWN_ERRORS]],
        warnings=[_error(warning, texts) for warning in plan.warnings[:SHOWN_ERRORS]],
        pairs=[_pair(pair) for pair in plan.duplicates],
        sample=[{**row.values, "row": row.row, "status": row.status} for row in plan.new[:SAMPLE_ROWS]],
        columns=_columns(plan.table),
    )


def _error(error: RowProblem, texts: Mapping[int, Mapping[str, str]]) -> dict[str, Any]:
    field = error.problem.field
    title = FIELD_TITLES.get(field)
    return {
        "row": error.row,
        "field": title() if title else field,
        "value": texts.get(error.row, {}).get(field, ""),
        "message": str(error.problem),
    }


def _pair(pair: ProbableDuplicate) -> dict[str, Any]:
    return {
        "row": pair.row,
        "values": pair.values,
        "known": pair.known,
        "same_row": pair.same_row,
        "why": " · ".join(_(word) for word in pair.why),
    }


def _columns(table: GuestTable) -> list[tuple[str, str]]:
    """What is taken from which column, and what is left out."""
    titles = {name: title() for name, title in FIELD_TITLES.items()}
    return [
        (column.header or column.letter, titles.get(column.field, column.field) if column.field else _("left out"))
        for column in table.columns
        if column.header
    ]


def _decisions(form: Mapping[str, str]) -> dict[int, Decision]:
    said: dict[int, Decision] = {}
    for name, value in form.items():
        match = re.fullmatch(r"pair-(\d{1,7})", name)
        if match and value in ("same", "two"):
            said[int(match.group(1))] = "same" if value == "same" else "two"
    return said


# --- the file, between the preview and the confirmation ---------------------------------------------------------------


def _folder() -> Path:
    instance = current().instance
    assert instance is not None, "a server has an instance"
    folder = instance.root / "uploads"
    folder.mkdir(exist_ok=True)
    return folder


def _keep(upload: FileStorage) -> tuple[str, Path]:
    """Keep an upload for an hour under a name that nobody can guess."""
    folder = _folder()
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    ending = Path(upload.filename or "").suffix.lower()
    token = secrets.token_urlsafe(16) + (ending if ending in ENDINGS else ".bin")
    upload.save(folder / token)
    return token, folder / token


def _kept(token: str) -> Path:
    path = _folder() / token
    if not re.fullmatch(r"[\w-]{20,24}\.[a-z]{3,4}", token) or not path.is_file():
        raise UploadGone
    return path
