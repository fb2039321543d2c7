"""/e/<code>/report: the narrative by sections, what the checks find in it, and the formats it can be had in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.plugin_api import (
    BadInput,
    Event,
    NotFound,
    current_event,
    current_who,
    event_pages,
    ngettext,
    requires,
    write,
)
from mudhif.plugin_api import gettext as _

from .accepting import accept, accepted_in, finding_key
from .checking import Checked, check_event
from .folding import words
from .freezing import extension_of, find_format, formats, language_of, media_type_of, render
from .hookspecs import Finding, Format, Section, in_language
from .narrative import narrative_of, write_narrative
from .roles import ROLES, role_title

report = event_pages("report", __name__)

LANGUAGES = {"en": "English", "ar": "العربية"}
PREFIX = "text-"
PLAIN_SECTIONS = (
    *("introduction", "aim", "topic", "objectives", "discussion", "results"),
    *("recommendations", "attachments", "conclusion", "next-steps"),
)
"""What can be written where no format is chosen."""
_FILLED = {"participants": "participants.total", "agenda": "agenda.items", "coverage": "media.coverage",
           "attachments": "media.attachments"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One section as the page shows it; ``state``: done, half (too long), empty, filled (from the event's rows).

    A section that is no text may still have words before what it is filled with.
    """

    id: str
    title: str
    text: str
    state: str
    words: int
    limit: int | None
    hint: str
    required: bool
    is_text: bool


@report.get("/")
@requires("reports.read")
def overview(code: str) -> ResponseReturnValue:
    """The sections, the findings and the formats."""
    return _page({}, {})


@report.post("/text")
@requires("reports.edit")
def save(code: str) -> ResponseReturnValue:
    """Keep the texts of the sections that were sent."""
    event, language = current_event(), _language(current_event())
    texts = {name.removeprefix(PREFIX): text for name, text in request.form.items() if name.startswith(PREFIX)}
    known = {section.id for form in formats().values() for section in form.sections} | set(ROLES)
    unknown = sorted(set(texts) - known)
    if unknown:
        raise NotFound(name=unknown[0])
    changed = write(write_narrative, event.id, texts, language)
    if changed:
        flash(ngettext("One section is kept.", "%(num)s sections are kept.", changed), "ok")
    else:
        flash(_("Nothing was changed."), "info")
    return _back(code)


@report.post("/accept")
@requires("reports.edit")
def accept_finding(code: str) -> ResponseReturnValue:
    """Accept a finding with a reason; the reason is kept with who gave it."""
    event = current_event()
    wanted, reason = request.form.get("finding", ""), request.form.get("reason", "")
    checked = check_event(event, language=_language(event), form=_chosen())
    finding = next((one for one in checked.findings if finding_key(one) == wanted), None)
    if finding is None:
        flash(_("This is not found any more: the text or the figures have changed."), "info")
        return _back(code)
    try:
        write(accept, event.id, finding, reason)
    except BadInput as error:
        return _page({wanted: reason}, {wanted: error.errors["reason"]}), 422
    flash(_("Kept with your reason."), "ok")
    return _back(code)


@report.get("/<name>.<kind>")
@requires("reports.read")
def download(code: str, name: str, kind: str) -> ResponseReturnValue:
    """The report in a format, made now."""
    event = current_event()
    form = find_format(name)
    media_type, language = media_type_of(form, kind), language_of(form, request.args.get("lang"))
    document, _frozen = render(event, form, language=language, media_type=media_type)
    answer = make_response(document)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.code}-{form.id}-{language}.{kind}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(values: Mapping[str, str], errors: Mapping[str, Sequence[str]]) -> str:
    event, form = current_event(), _chosen()
    language = _language(event)
    checked = check_event(event, language=language, form=form)
    accepted = accepted_in(event.id)
    keyed = [(finding_key(finding), finding) for finding in checked.findings]
    open_ = [(key, finding) for key, finding in keyed if key not in accepted]
    texts = narrative_of(event.id, language)
    sections = _sections(form, texts, language, checked)
    return render_template(
        "mudhif_reports/report.html",
        event=event,
        format=form,
        formats=list(formats().values()),
        in_language=in_language,
        short_name=_short_name,
        extension_of=extension_of,
        language=language,
        languages=LANGUAGES,
        sections=sections,
        figures=list(checked.figures.values()),
        ready=sum(section.state in ("done", "filled") for section in sections),
        loud=[(key, finding) for key, finding in open_ if finding.severity != "note"],
        notes=[(key, finding) for key, finding in open_ if finding.severity == "note"],
        settled=[(finding, accepted[key]) for key, finding in keyed if key in accepted],
        counts=_counts([finding for _key, finding in open_]),
        may_edit=current_who().may("reports.edit"),
        missing=_demands(form, checked, language),
        section_title=role_title,
        values=values,
        errors=errors,
    )


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    return {name: sum(finding.severity == name for finding in findings) for name in ("error", "warning", "note")}


def _chosen() -> Format | None:
    """The format that the address names, else the first there is."""
    wanted = request.values.get("format")
    if wanted:
        return find_format(wanted)
    return next(iter(formats().values()), None)


def _language(event: Event) -> str:
    wanted = request.values.get("lang")
    if wanted in LANGUAGES:
        return wanted
    return next((name for name in event.languages or () if name in LANGUAGES), "en")


def _sections(form: Format | None, texts: Mapping[str, str], language: str, checked: Checked) -> list[Written]:
    if form is None:
        wanted = [Section(id=role, heading={"en": role_title(role)}) for role in PLAIN_SECTIONS]
    else:
        wanted = list(form.sections)
    return [_section(section, texts.get(section.id, ""), language, checked) for section in wanted]


def _section(section: Section, text: str, language: str, checked: Checked) -> Written:
    length = len(words(text))
    is_text = section.filled_by == "text" and not section.figures
    if not is_text:
        name = _FILLED.get(section.filled_by)
        figure = checked.figures.get(name) if name else None
        state = "filled" if name is None or (figure is not None and figure.value) else "empty"
    elif not length:
        state = "empty"
    else:
        state = "half" if section.words and length > section.words else "done"
    return Written(
        id=section.id,
        title=in_language(section.heading, language),
        text=text,
        state=state,
        words=length,
        limit=section.words,
        hint=in_language(section.hint, language),
        required=section.required,
        is_text=is_text,
    )


def _demands(form: Format | None, checked: Checked, language: str) -> list[str]:
    """What the donor asks for and the event does not have yet."""
    if form is None:
        return []
    missing = []
    for demand in form.demands:
        figure = checked.figures.get(demand.figure)
        value = figure.value if figure is not None else None
        if not isinstance(value, int) or value < demand.minimum:
            missing.append(in_language(demand.title, language))
    return missing


def _short_name(name: str) -> str:
    """``ICVA`` of "International Council of Voluntary Agencies (ICVA)"."""
    match = re.search(r"\(([A-Z]{2,8})\)\s*$", name)
    return match.group(1) if match else name


def _back(code: str) -> ResponseReturnValue:
    kept: dict[str, Any] = {name: request.values[name] for name in ("format", "lang") if request.values.get(name)}
    return redirect(url_for("report.overview", code=code, **kept))
