"""/e/<code>/media: coverage, attachments, and what is to be said of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from mudhif.plugin_api import (
    BadInput,
    blob_path,
    current_event,
    current_who,
    drop_blob,
    event_pages,
    ngettext,
    requires,
    write,
)
from mudhif.plugin_api import gettext as _

from .contents import PICTURES
from .files import Examined, FileRefused, examine
from .logbook import (
    ATTACHMENT_KINDS,
    COVERAGE_KINDS,
    NoAttachment,
    attach,
    attachments_of,
    coverage_of,
    describe_attachment,
    find_attachment,
    log_coverage,
    read_coverage,
    read_description,
    remove_attachment,
    remove_coverage,
)

pages = event_pages("media", __name__)

MAX_FILES = 30


@pages.get("/")
@requires("media.view")
def show(code: str) -> ResponseReturnValue:
    """What there is, and the forms that add to it."""
    return _page({}, {})


@pages.post("/coverage")
@requires("media.edit")
def add_coverage(code: str) -> ResponseReturnValue:
    """Note one piece of coverage."""
    event = current_event()
    try:
        data = read_coverage(request.form.to_dict())
    except BadInput as error:
        return _page(request.form, error.errors), 422
    made = write(log_coverage, event.id, data)
    flash(_("The coverage by %(outlet)s is noted.", outlet=made.outlet), "ok")
    return _back(code, "coverage")


@pages.post("/coverage/<coverage>/remove")
@requires("media.edit")
def take_coverage_away(code: str, coverage: str) -> ResponseReturnValue:
    """Remove one piece of coverage."""
    write(remove_coverage, current_event().id, coverage)
    flash(_("The entry is removed."), "ok")
    return _back(code, "coverage")


@pages.post("/attachments")
@requires("media.edit")
def upload(code: str) -> ResponseReturnValue:
    """Keep files: what is refused is listed with its reason, the rest is kept."""
    event = current_event()
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent:
        return _page({}, {"files": [_("Choose one file or several.")]}), 422
    kept: list[Examined] = []
    refused: list[str] = []
    for file in sent[:MAX_FILES]:
        try:
            kept.append(examine(file.read(), file.filename or ""))
        except FileRefused as error:
            refused.append(str(error))
    if len(sent) > MAX_FILES:
        refused.append(_("Only %(count)d files are taken at once.", count=MAX_FILES))
    try:
        said = read_description(request.form)
    except BadInput as error:
        return _page({}, error.errors), 422
    write(lambda tx: [attach(tx, event, file, said) for file in kept])
    if kept:
        flash(ngettext("One file is kept.", "%(num)s files are kept.", len(kept)), "ok")
    if refused:
        return _page({}, {"files": refused}), 422
    return _back(code, "attachments")


@pages.get("/files/<attachment>")
@requires("media.view")
def file(code: str, attachment: str) -> ResponseReturnValue:
    """The bytes of an attachment: shown where it is a picture, else saved."""
    row = find_attachment(current_event().id, attachment)
    path = blob_path(row.sha256) if row.sha256 else None
    if path is None or not path.is_file():
        raise NoAttachment(name=row.file_name or attachment)
    answer = send_file(
        path,
        mimetype=row.media_type,
        as_attachment=row.media_type not in PICTURES,
        download_name=row.file_name or row.sha256[:12],
        conditional=True,
    )
    # What somebody sent is never run as a page of ours, whatever a browser takes it for.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@pages.post("/attachments/<attachment>")
@requires("media.edit")
def describe(code: str, attachment: str) -> ResponseReturnValue:
    """Say what an attachment is and whether those in it agreed."""
    write(describe_attachment, current_event().id, attachment, read_description(request.form))
    flash(_("Saved."), "ok")
    return _back(code, f"a-{attachment}")


@pages.post("/attachments/<attachment>/remove")
@requires("media.edit")
def take_attachment_away(code: str, attachment: str) -> ResponseReturnValue:
    """Remove an attachment and its bytes."""
    unneeded = write(remove_attachment, current_event().id, attachment)
    if unneeded is not None:
        drop_blob(unneeded)
    flash(_("The file is removed."), "ok")
    return _back(code, "attachments")


def _page(values: Mapping[str, Any], errors: Mapping[str, Any]) -> str:
    event = current_event()
    return render_template(
        "mudhif_media/media.html",
        event=event,
        coverage=coverage_of(event.id),
        attachments=attachments_of(event.id),
        coverage_kinds=[(kind, _(title)) for kind, title in COVERAGE_KINDS.items()],
        attachment_kinds=[(kind, _(title)) for kind, title in ATTACHMENT_KINDS.items()],
        consents=[("yes", _("Yes")), ("no", _("No")), ("", _("Not asked"))],
        pictures=PICTURES,
        may_edit=current_who().may("media.edit"),
        values=values,
        errors=errors,
    )


def _back(code: str, place: str) -> ResponseReturnValue:
    return redirect(url_for("media.show", code=code, _anchor=place))
