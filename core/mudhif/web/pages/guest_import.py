"""Importing a guest list: a file or pasted rows, what its columns mean, the preview, the writing, and its undoing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.questions import Asked, in_language
from mudhif.i18n import _, ngettext
from mudhif.services.guest_columns import LEAVE_OUT, QUESTION, question_id
from mudhif.services.guest_corrections import corrections_file
from mudhif.services.guest_import import Decision, ImportPlan, ProbableDuplicate, RowProblem
from mudhif.services.guest_jobs import (
    Choices,
    ImportJob,
    State,
    UploadGone,
    begin_import,
    find_job,
    forget_job,
    job_of_import,
)
from mudhif.services.guest_tables import GuestTable
from mudhif.services.guest_undo import find_import, imports_of, plan_undo, undo_import
from mudhif.services.questions import event_questions
from mudhif.storage.models import Account, Event
from mudhif.web.auth import current_event, requires
from mudhif.web.pages import words
from mudhif.web.pages.blueprint import core

SAMPLE_ROWS = 5
SHOWN_ERRORS = 200
SHOWN_IMPORTS = 5
SHOWN_NAMES = 50
PATIENCE_SECONDS = 1.5
"""How long a page waits for a file before it shows how far it is."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PASTED = "pasted.tsv"

ENCODINGS = ("utf-8", "cp1256", "cp1252", "utf-16", "utf-16-le", "utf-16-be")

FIELD_TITLES: Mapping[str, Callable[[], str]] = {
    "name": lambda: _("Name"),
    "name_alt": lambda: _("Name in the other script"),
    "first_name": lambda: _("First name"),
    "father_name": lambda: _("Father's name"),
    "family_name": lambda: _("Family name"),
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
    "consent_attendance": lambda: _("Agrees to be on the list"),
    "consent_photos": lambda: _("Agrees to be photographed"),
    "key": lambda: _("Key of the row (Kobo _uuid)"),
}


# --- the file ---------------------------------------------------------------------------------------------------------


@core.route("/e/<code>/guests/import", methods=["GET", "POST"])
@requires("guests.import")
def import_list(code: str) -> ResponseReturnValue:
    """Take a file or pasted rows."""
    event = current_event()
    if request.method == "GET":
        return _first_page(event, {})
    upload, pasted = request.files.get("file"), request.form.get("rows", "").strip("\r\n")
    if upload is not None and upload.filename:
        job = begin_import(event.id, upload.read(), upload.filename)
    elif pasted.strip():
        job = begin_import(event.id, pasted.encode(), PASTED)
    else:
        return _first_page(event, {"file": [_("Choose a file, or paste rows.")]}), 422
    job.wait(PATIENCE_SECONDS)
    if job.state is State.FAILED:
        return _failed(event, job)
    return redirect(url_for("core.import_preview", code=code, token=job.token), 303)


def _first_page(event: Event, errors: Mapping[str, Sequence[str]]) -> str:
    earlier = [_import_row(event, row) for row in imports_of(event.id)[:SHOWN_IMPORTS]]
    rows = request.form.get("rows", "")
    return render_template("mudhif/import.html", event=event, errors=errors, earlier=earlier, values={"rows": rows})


def _failed(event: Event, job: ImportJob) -> ResponseReturnValue:
    error = job.error
    forget_job(job)
    if error is None:
        raise UploadGone
    return _first_page(event, error.errors or {"file": [str(error)]}), error.status


# --- what its columns mean --------------------------------------------------------------------------------------------


@core.route("/e/<code>/guests/import/<token>/columns", methods=["GET", "POST"])
@requires("guests.import")
def import_columns(code: str, token: str) -> ResponseReturnValue:
    """Show what each column is taken for, with three rows, and take what a person says of it."""
    event = current_event()
    job = find_job(event.id, token)
    if request.method == "POST":
        table, form = job.table, request.form
        encoding = form.get("encoding", "")
        if table is None or encoding not in ("", *ENCODINGS):
            raise UploadGone
        if encoding and encoding != _plain(table.encoding):
            _read_in(job, encoding)
            return redirect(url_for("core.import_columns", code=code, token=token), 303)
        _take_columns(job, table, form)
        job.wait(PATIENCE_SECONDS)
        return redirect(url_for("core.import_preview", code=code, token=token), 303)
    if job.table is None:
        return redirect(url_for("core.import_preview", code=code, token=token))
    return render_template(
        "mudhif/import_columns.html",
        event=event,
        job=job,
        table=job.table,
        unclear=job.state is State.UNCLEAR,
        fields=_fields(event_questions(event.id)),
        encodings=_encodings(job.table.encoding),
        encoding=_plain(job.table.encoding),
    )


def _take_columns(job: ImportJob, table: GuestTable, form: Mapping[str, str]) -> None:
    """What was said of the columns; by their headers, if it was said now that the first row holds these."""
    mapping = _mapping(table, form)
    headed = bool(form.get("headed"))
    if headed and not table.headers:
        job.check(Choices(encoding=job.choices.encoding, headed=True))
        job.wait(60)
        if job.table is not None:
            table = job.table
            mapping = _mapping(table, form)
    job.check(replace(job.choices, mapping=mapping, headed=job.choices.headed))


def _read_in(job: ImportJob, encoding: str) -> None:
    """Read the file in another encoding; one in which its letters cannot be read is said, and the old one stays."""
    before = job.choices
    job.check(Choices(encoding=encoding))
    job.wait(60)
    if job.state is State.FAILED:
        flash(str(job.error), "warn")
        job.check(before)
        job.wait(60)


def _plain(encoding: str) -> str:
    return {"utf-8-sig": "utf-8"}.get(encoding, encoding)


def _mapping(table: GuestTable, form: Mapping[str, str]) -> dict[str, str]:
    """What was said of each column, by its header; by its letter where it has none."""
    said = {}
    for index, column in enumerate(table.columns):
        field = form.get(f"column-{index}")
        if field is not None:
            said[column.header or column.letter] = field or LEAVE_OUT
    return said


def _fields(questions: Sequence[Asked]) -> list[tuple[str, str]]:
    own = [(name, title()) for name, title in FIELD_TITLES.items()]
    return own + [(f"{QUESTION}{q.id}", in_language(q.title, words.language())) for q in questions]


def _encodings(used: str) -> list[tuple[str, str]]:
    if not used:
        return []
    titles = {
        "utf-8": _("Unicode (UTF-8)"),
        "cp1256": _("Arabic Windows (1256)"),
        "cp1252": _("Western Windows (1252)"),
        "utf-16": _("Unicode of Excel (UTF-16)"),
    }
    return [(name, titles.get(name, name)) for name in dict.fromkeys([_plain(used), *titles])]


# --- the preview ------------------------------------------------------------------------------------------------------


@core.route("/e/<code>/guests/import/<token>", methods=["GET", "POST"])
@requires("guests.import")
def import_preview(code: str, token: str) -> ResponseReturnValue:
    """Show what would be written, or how far it is; take what was put right and check it once more."""
    event = current_event()
    job = find_job(event.id, token)
    if request.method == "POST":
        _take_choices(job)
        job.wait(PATIENCE_SECONDS)
        return redirect(url_for("core.import_preview", code=code, token=token), 303)
    job.wait(PATIENCE_SECONDS if "wait" not in request.args else 0)
    if job.is_busy:
        return render_template("mudhif/import_progress.html", event=event, job=job, share=_share(job))
    if job.state is State.UNCLEAR:
        return redirect(url_for("core.import_columns", code=code, token=token))
    if job.state is State.WRITTEN and job.plan is not None:
        return redirect(url_for("core.import_done", code=code, id=job.plan.written_as))
    if job.state is State.FAILED or job.plan is None:
        return _failed(event, job)
    if job.state is State.STOPPED:
        forget_job(job)
        flash(_("The import was stopped. Nothing was written."), "info")
        return redirect(url_for("core.import_list", code=code))
    return _preview(event, job, job.plan)


def _share(job: ImportJob) -> int:
    return job.done * 100 // job.of if job.of else 0


def _take_choices(job: ImportJob) -> bool:
    """Check once more, if something was decided or put right; whether it was."""
    decisions = {**job.choices.decisions, **_decisions(request.form)}
    fixes = {**job.choices.fixes, **_fixes(request.form)}
    changed = decisions != job.choices.decisions or fixes != job.choices.fixes
    if changed:
        job.check(replace(job.choices, decisions=decisions, fixes=fixes))
    return changed


@core.post("/e/<code>/guests/import/<token>/confirm")
@requires("guests.import")
def confirm_import(code: str, token: str) -> ResponseReturnValue:
    """Write what the preview showed, with what was said of pairs and put right; planned again if guests changed."""
    event = current_event()
    job = find_job(event.id, token)
    if _take_choices(job):
        job.wait(60)
    job.write()
    job.wait(PATIENCE_SECONDS)
    return redirect(url_for("core.import_preview", code=code, token=token), 303)


@core.post("/e/<code>/guests/import/<token>/stop")
@requires("guests.import")
def stop_import(code: str, token: str) -> ResponseReturnValue:
    """Stop checking a file; what is being written is written whole."""
    job = find_job(current_event().id, token)
    job.stop()
    job.wait(PATIENCE_SECONDS)
    return redirect(url_for("core.import_preview", code=code, token=token), 303)


@core.get("/e/<code>/guests/import/<token>/errors.xlsx")
@requires("guests.import")
def import_errors(code: str, token: str) -> ResponseReturnValue:
    """The file as it was sent, with what is wrong in a column in front."""
    job = find_job(current_event().id, token)
    if job.plan is None:
        raise UploadGone
    name = f"{job.name.rpartition('.')[0] or job.name}-errors.xlsx"
    return send_file(io.BytesIO(corrections_file(job.plan)), XLSX, as_attachment=True, download_name=name)


def _preview(event: Event, job: ImportJob, plan: ImportPlan) -> str:
    texts = {row.number: row.texts for row in plan.table.rows}
    titles = dict(_fields(event_questions(event.id)))
    return render_template(
        "mudhif/import_preview.html",
        event=event,
        filename=plan.table.file,
        job=job,
        rows=len(plan.table.rows),
        plan=plan,
        errors=[_error(error, texts, titles) for error in plan.errors[:SHOWN_ERRORS]],
        warnings=[_error(warning, texts, titles) for warning in plan.warnings[:SHOWN_ERRORS]],
        pairs=[_pair(pair) for pair in plan.duplicates],
        sample=[{**row.values, "row": row.row, "status": row.status} for row in plan.new[:SAMPLE_ROWS]],
        columns=_columns(plan.table, titles),
    )


def _error(error: RowProblem, texts: Mapping[int, Mapping[str, str]], titles: Mapping[str, str]) -> dict[str, Any]:
    name = error.problem.field
    return {
        "row": error.row,
        "cell": error.cell,
        "name": name,
        "field": titles.get(name, name),
        "value": texts.get(error.row, {}).get(name, ""),
        "message": str(error.problem),
        "can_be_fixed": name in FIELD_TITLES and name != "key",
    }


def _pair(pair: ProbableDuplicate) -> dict[str, Any]:
    return {
        "row": pair.row,
        "values": pair.values,
        "known": pair.known,
        "same_row": pair.same_row,
        "why": " · ".join(_(word) for word in pair.why),
    }


def _columns(table: GuestTable, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is taken from which column, and what is left out."""

    def title(field: str | None) -> str:
        if field is None:
            return _("left out")
        return titles.get(field) or titles.get(f"{QUESTION}{question_id(field)}") or _("known, not taken")

    return [(column.header or column.letter, title(column.field)) for column in table.columns if column.header]


def _decisions(form: Mapping[str, str]) -> dict[int, Decision]:
    said: dict[int, Decision] = {}
    for name, value in form.items():
        match = re.fullmatch(r"pair-(\d{1,7})", name)
        if match and value in ("same", "two"):
            said[int(match.group(1))] = "same" if value == "same" else "two"
    return said


def _fixes(form: Mapping[str, str]) -> dict[tuple[int, str], str]:
    """What was put right: a text, or ``-`` to leave the cell empty. An untouched field changes nothing."""
    fixes = {}
    for name, value in form.items():
        match = re.fullmatch(r"fix-(\d{1,7})-([a-z_]+)", name)
        if match and match.group(2) in FIELD_TITLES and value.strip():
            fixes[int(match.group(1)), match.group(2)] = "" if value.strip() == LEAVE_OUT else value.strip()
    return fixes


# --- what was done, and taking it back --------------------------------------------------------------------------------


@core.get("/e/<code>/guests/imports/<id>")
@requires("guests.import")
def import_done(code: str, id: str) -> ResponseReturnValue:
    """What an import wrote, and what taking it back would do."""
    event = current_event()
    made = find_import(event.id, id)
    undo = plan_undo(made) if made.undone is None and "undo" in request.args else None
    job = job_of_import(id)
    return render_template(
        "mudhif/import_done.html",
        event=event,
        made=_import_row(event, made),
        undo=undo,
        kept=[(one.name, _(one.why)) for one in undo.kept[:SHOWN_NAMES]] if undo else [],
        changed=[one.name for one in undo.changed_since[:SHOWN_NAMES]] if undo else [],
        job=job if job is not None and made.left else None,
    )


@core.post("/e/<code>/guests/imports/<id>/undo")
@requires("guests.import")
def undo_an_import(code: str, id: str) -> ResponseReturnValue:
    """Take an import back, as its page showed it."""
    event = current_event()
    done = undo_import(find_import(event.id, id))
    flash(ngettext("One guest removed.", "%(num)s guests removed.", len(done.gone)), "ok")
    if done.kept:
        flash(
            ngettext("One guest stayed: changed since.", "%(num)s guests stayed: changed since.", len(done.kept)),
            "warn",
        )
    return redirect(url_for("core.guests", code=code), 303)


def _import_row(event: Event, row: Any) -> dict[str, Any]:
    account = Account.get_or_none(Account.id == row.actor)
    return {
        "id": row.id,
        "file": _("Pasted rows") if row.file == PASTED else row.file,
        "at": words.moment(row.made, event.timezone),
        "by": account.name if account else "",
        "created": row.created,
        "updated": row.updated,
        "unchanged": row.unchanged,
        "left": row.left,
        "undone": words.moment(row.undone, event.timezone) if row.undone else "",
    }
