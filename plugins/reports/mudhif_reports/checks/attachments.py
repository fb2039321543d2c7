"""What is said to be attached, and what is there; coverage; consent."""

from __future__ import annotations

import re

from mudhif.plugin_api import gettext as _

from ..hookspecs import Check, Claims, Finding, Place
from .saying import places, where

_PRESENTATION = re.compile(r"\bpresentation\b|عرض تقديمي", re.IGNORECASE)


def attachment_missing(claims: Claims) -> list[Finding]:
    """One finding for all attachments that are claimed and cannot be found."""
    recorded = {claim.more["what"] for claim in claims.of("attachment-recorded")}
    if claims.of("coverage-recorded"):
        recorded.add("coverage")
    missing = [
        claim
        for claim in claims.of("attachment")
        if not claim.more["given"]
        and not (claim.more["what"] in recorded or (claim.more["what"] == "other" and recorded))
    ]
    if not missing:
        return []
    names = ", ".join(f"“{claim.value}”" for claim in missing)
    if claims.of_event:
        message = _(
            "The text names %(names)s, and nothing like it is kept with the event. Add it under Media, or "
            "leave it out.",
            names=names,
        )
    else:
        message = _(
            "%(names)s: named as attached (%(where)s), but there is no file, link or number for it. "
            "Attach it or say where it is.",
            names=names,
            where=where(claim.place for claim in missing),
        )
    return [
        Finding(
            rule="attachment-missing",
            severity="error" if claims.of_event else "warning",
            where=places(missing),
            values=tuple(claim.value for claim in missing),
            message=message,
        )
    ]


def coverage_incomplete(claims: Claims) -> list[Finding]:
    """Coverage with an outlet and neither a date nor a link nor a headline."""
    found = []
    recorded = {str(claim.value).casefold() for claim in claims.of("coverage-recorded")}
    for claim in claims.of("coverage", "coverage-recorded"):
        if claim.more["has_date"] or claim.more["has_link"] or claim.more["has_headline"]:
            continue
        if not claim.recorded and str(claim.value).casefold() in recorded:
            continue
        found.append(
            Finding(
                rule="coverage-incomplete",
                severity="warning",
                where=(claim.place,),
                values=(claim.value,),
                message=_(
                    "Coverage by %(outlet)s (%(where)s) has no date, headline or link. Add one, so that "
                    "it can be found again.",
                    outlet=claim.value,
                    where=where([claim.place]),
                ),
            )
        )
    return found


def attachment_expected(claims: Claims) -> list[Finding]:
    """A presentation on the agenda, or participants, and neither slides nor a list attached."""
    attached = {claim.more["what"] for claim in claims.of("attachment", "attachment-recorded")}
    front = next(iter(claims.of("front")), None)
    found = []
    shown = [row for row in claims.of("agenda-row") if _PRESENTATION.search(row.more["title"])]
    if shown and "presentation" not in attached:
        found.append(
            Finding(
                rule="attachment-expected",
                severity="note",
                where=places(shown),
                values=("presentation",),
                message=_(
                    "The agenda has a presentation (%(where)s), and none is attached.",
                    where=where(row.place for row in shown),
                ),
            )
        )
    people = [claim for claim in claims.of("people") if claim.labelled and claim.more["who"] == "total"]
    if people and "signed-list" not in attached and (front is not None or claims.of_event):
        found.append(
            Finding(
                rule="attachment-expected",
                severity="note",
                where=places(people[:1]),
                values=("signed-list",),
                message=_(
                    "Participants are counted (%(where)s), and no attendance list is attached.",
                    where=where([people[0].place]),
                ),
            )
        )
    return found


def consent_missing(claims: Claims) -> list[Finding]:
    """Photos that would leave with the report although somebody in them did not agree, or nobody was asked."""
    photos = [claim for claim in claims.of("attachment-recorded") if claim.more["what"] == "photo"]
    refused = [claim for claim in photos if claim.more["consent"] is False]
    unasked = [claim for claim in photos if claim.more["consent"] is None]
    found = []
    if refused:
        found.append(
            Finding(
                rule="consent-missing",
                severity="error",
                where=tuple(_field(claim.place) for claim in refused),
                values=tuple(claim.value for claim in refused),
                message=_(
                    "Not everybody in %(names)s agreed to be shown. Leave it out of the report.",
                    names=", ".join(str(claim.value) for claim in refused),
                ),
            )
        )
    if unasked:
        found.append(
            Finding(
                rule="consent-missing",
                severity="warning",
                where=tuple(_field(claim.place) for claim in unasked),
                values=tuple(claim.value for claim in unasked),
                message=_(
                    "Nothing says that those in %(names)s agreed to be shown. Ask, and note the answer under Media.",
                    names=", ".join(str(claim.value) for claim in unasked),
                ),
            )
        )
    return found


def _field(place: Place) -> Place:
    return place


CHECKS = (
    Check(
        id="attachment-missing",
        severity="warning",
        reads=("attachment", "attachment-recorded", "coverage-recorded"),
        explains=(
            "What is named as attached can be found: a file, a link, a number; in an event, a row (else an error)."
        ),
        example="Attachments\n1. Group photos of participants.\n2. Project posters.",
        quiet="Attachments\n1. Group photos of participants (12 photos).\n2. Project posters: available on request.",
        run=attachment_missing,
    ),
    Check(
        id="coverage-incomplete",
        severity="warning",
        reads=("coverage", "coverage-recorded"),
        explains=("Coverage by media has a date, a headline or a link besides the outlet."),
        example="Attachments\n1. Media coverage from the Marsh Channel.",
        quiet="Attachments\n1. Media coverage from the Marsh Channel, 8 March 2024.",
        run=coverage_incomplete,
    ),
    Check(
        id="attachment-expected",
        severity="note",
        reads=("attachment", "attachment-recorded", "agenda-row", "people", "front"),
        explains=("A presentation on the agenda and a list of those present are attached."),
        example="Agenda\n• 09:00 AM – 09:30 AM Presentation of the project",
        quiet="Agenda\n• 09:00 AM – 09:30 AM Presentation of the project\n\nAttachments\n1. Slides of the presentation",
        run=attachment_expected,
    ),
    Check(
        id="consent-missing",
        severity="error",
        reads=("attachment-recorded",),
        explains=("Nobody is shown who did not agree to it. It reads the photos of an event, never a file."),
        example="",
        quiet="Attachments\n1. Group photos of participants (12 photos).",
        run=consent_missing,
    ),
)
