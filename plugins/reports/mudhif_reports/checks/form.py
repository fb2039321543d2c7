"""Is the form of the text sound: digits, scripts, links, annexes, paragraphs, hours, contract numbers?"""

from __future__ import annotations

from mudhif.plugin_api import gettext as _

from ..folding import key
from ..hookspecs import Check, Claims, Finding
from .saying import distinct, places, readings, where


def grant_reference_differs(claims: Claims) -> list[Finding]:
    """One contract number everywhere."""
    said = claims.of("grant")
    if len({key(str(claim.value)) for claim in said}) < 2 or any("amend" in str(c.value).casefold() for c in said):
        return []
    return [
        Finding(
            rule="grant-reference-differs",
            severity="error",
            where=places(said),
            values=distinct(claim.value for claim in said),
            message=_(
                "The contract's number is given in more than one way: %(said)s. Keep the right one.",
                said=readings(said),
            ),
        )
    ]


def annex_number_differs(claims: Claims) -> list[Finding]:
    """An annex that the text refers to and the list does not have."""
    listed = {claim.value for claim in claims.of("annex") if claim.more["listed"]}
    count = max([len(claims.of("attachment")), *listed], default=0)
    beyond = [claim for claim in claims.of("annex") if not claim.more["listed"] and claim.value > count]
    if not beyond or not claims.of("attachment"):
        return []
    return [
        Finding(
            rule="annex-number-differs",
            severity="error",
            where=places(beyond),
            values=(*(claim.value for claim in beyond), count),
            message=_(
                "“%(annex)s” is referred to (%(where)s), and %(count)s are listed. Correct the number or add it.",
                annex=beyond[0].place.text,
                where=where(claim.place for claim in beyond),
                count=count,
            ),
        )
    ]


def hours_differ(claims: Claims) -> list[Finding]:
    """A number of hours is the length of the range that stands with it."""
    return [
        Finding(
            rule="hours-differ",
            severity="error",
            where=(claim.place,),
            values=(claim.value, round(claim.more["minutes"] / 60, 2)),
            message=_(
                "“%(said)s” (%(where)s): the range is %(hours)s hours long. Correct one of them.",
                said=claim.place.text,
                where=where([claim.place]),
                hours=f"{claim.more['minutes'] / 60:g}",
            ),
        )
        for claim in claims.of("hours")
        if claim.more["minutes"] != claim.value * 60
    ]


def language_mixed(claims: Claims) -> list[Finding]:
    """A whole section in the other script."""
    return [
        Finding(
            rule="language-mixed",
            severity="warning",
            where=(claim.place,),
            values=(claim.value,),
            message=_(
                "“%(heading)s” (%(where)s) is in another language than the rest. Translate it, or leave it out.",
                heading=claim.place.text.rstrip(": "),
                where=where([claim.place]),
            ),
        )
        for claim in claims.of("foreign-section")
    ]


def digits_mixed(claims: Claims) -> list[Finding]:
    """Two kinds of digits in one Arabic text."""
    digits = claims.of("digits")
    if len({claim.value for claim in digits}) < 2:
        return []
    return [
        Finding(
            rule="digits-mixed",
            severity="note",
            where=places(digits),
            values=tuple(claim.place.text for claim in digits),
            message=_(
                "Two kinds of digits stand in one text: %(said)s. Use one.",
                said=readings(digits, [claim.place.text for claim in digits]),
            ),
        )
    ]


def repeated_paragraph(claims: Claims) -> list[Finding]:
    """One paragraph that stands in the text twice."""
    by_text: dict[str, list[int]] = {}
    said = claims.of("paragraph")
    for number, claim in enumerate(said):
        by_text.setdefault(claim.value, []).append(number)
    return [
        Finding(
            rule="repeated-paragraph",
            severity="note",
            where=places(said[number] for number in numbers),
            values=(),
            message=_(
                "One paragraph stands in the text more than once (%(where)s).",
                where=where(said[number].place for number in numbers),
            ),
        )
        for numbers in by_text.values()
    ]


def link_dead_form(claims: Claims) -> list[Finding]:
    """A link that no browser can follow, as it is written."""
    return [
        Finding(
            rule="link-dead-form",
            severity="note",
            where=(claim.place,),
            values=(claim.value,),
            message=_("“%(link)s” (%(where)s) is no complete link.", link=claim.value, where=where([claim.place])),
        )
        for claim in claims.of("dead-link")
    ]


_AGAIN = "The participants agreed that one contact point in the governorate would save weeks of waiting for everybody."

CHECKS = (
    Check(
        id="grant-reference-differs",
        severity="error",
        reads=("grant",),
        explains="The contract's number is the same everywhere, and the project's.",
        example="Grant number: GR-12\n\nConclusion\n\nIt went well.\n\nContract number: GR-21",
        quiet="Grant number: GR-12\n\nConclusion\n\nIt went well.\n\nContract number: GR 12",
        run=grant_reference_differs,
    ),
    Check(
        id="annex-number-differs",
        severity="error",
        reads=("annex", "attachment"),
        explains="Every annex that the text refers to is in the list.",
        example="Results\n\nAll agreed (see Annex 4).\n\nAttachments\n1. Photos (12)\n2. Minutes.pdf\n3. List.xlsx",
        quiet="Results\n\nAll agreed (see Annex 3).\n\nAttachments\n1. Photos (12)\n2. Minutes.pdf\n3. List.xlsx",
        run=annex_number_differs,
    ),
    Check(
        id="hours-differ",
        severity="error",
        reads=("hours",),
        explains="A number of hours is the length of the range that stands with it.",
        example="Introduction: The course took 6 training hours (09:00 AM to 01:00 PM).",
        quiet="Introduction: The course took 3 training hours each day over four days (09:00 AM to 12:00 PM).",
        run=hours_differ,
    ),
    Check(
        id="language-mixed",
        severity="warning",
        reads=("foreign-section",),
        explains="No section is in another language than the rest; names and quotations may be.",
        example=(
            "Results\n\n"
            + "Participants agreed on one contact point and will meet each month in the governorate. " * 8
            + "\n\nRecommendations\n\n"
            + "ينبغي أن تجتمع الدوائر والمنظمات كل شهر في المحافظة " * 3
        ),
        quiet="Results\n\nParticipants agreed on one contact point.\n\nRecommendations\n\nتجتمع الدوائر كل شهر.",
        run=language_mixed,
    ),
    Check(
        id="digits-mixed",
        severity="note",
        reads=("digits",),
        explains="An Arabic text uses one kind of digits.",
        example="المشاركون\n\nعدد المشاركين: ١٥\nعدد النساء: 6",
        quiet="المشاركون\n\nعدد المشاركين: ١٥\nTotal: 15",
        run=digits_mixed,
    ),
    Check(
        id="repeated-paragraph",
        severity="note",
        reads=("paragraph",),
        explains="No paragraph stands in the text twice.",
        example=f"Results\n\n{_AGAIN}\n\nConclusion\n\n{_AGAIN}",
        quiet=f"Results\n\n{_AGAIN}\n\nConclusion\n\nThe participants agreed.",
        run=repeated_paragraph,
    ),
    Check(
        id="link-dead-form",
        severity="note",
        reads=("dead-link",),
        explains="Links are written so that a browser can follow them. None is ever fetched.",
        example="Attachments\n1. Coverage: http//example.org/news",
        quiet="Attachments\n1. Coverage: https://example.org/news and www.example.org",
        run=link_dead_form,
    ),
)
