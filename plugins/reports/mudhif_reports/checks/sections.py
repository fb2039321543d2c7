"""Is every section there that is asked for, with something in it, and not too long?"""

from __future__ import annotations

from mudhif.plugin_api import gettext as _

from ..hookspecs import Check, Claims, Finding, Place
from .saying import where


def section_missing(claims: Claims) -> list[Finding]:
    """A section that the format requires and the text does not have."""
    present = {claim.value for claim in claims.of("section")}
    return [
        Finding(
            rule="section-missing",
            severity="error",
            where=(claim.place,),
            values=(claim.value,),
            message=_(
                "The section “%(title)s” is not written yet, and this format requires it.", title=claim.more["title"]
            ),
        )
        for claim in claims.of("section-asked")
        if claim.more["required"] and claim.value not in present
    ]


def section_empty(claims: Claims) -> list[Finding]:
    """A heading with nothing under it."""
    required = {claim.value for claim in claims.of("section-asked") if claim.more["required"]}
    return [
        Finding(
            rule="section-empty",
            severity="error" if claim.value in required else "warning",
            where=(claim.place,),
            values=(claim.more["heading"],),
            message=_(
                "There is nothing under “%(heading)s” (%(where)s). Write it, or write “None” and why.",
                heading=claim.more["heading"].rstrip(": "),
                where=where([claim.place]),
            ),
        )
        for claim in claims.of("section")
        if claim.value is not None and claim.more["words"] == 0
    ]


def section_too_long(claims: Claims) -> list[Finding]:
    """A section with more words than the format allows."""
    limits = {claim.value: claim.more["limit"] for claim in claims.of("section-asked") if claim.more["limit"]}
    return [
        Finding(
            rule="section-too-long",
            severity="error",
            where=(Place(text=claim.more["heading"], line=claim.place.line, field=claim.place.field),),
            values=(claim.more["words"], limits[claim.value]),
            message=_(
                "“%(heading)s” has %(words)s words; this format takes at most %(limit)s.",
                heading=claim.more["heading"].rstrip(": "),
                words=claim.more["words"],
                limit=limits[claim.value],
            ),
        )
        for claim in claims.of("section")
        if claim.value in limits and claim.more["words"] > limits[claim.value]
    ]


CHECKS = (
    Check(
        id="section-missing",
        severity="error",
        reads=("section", "section-asked"),
        explains=(
            "Every section that the format requires is there. It needs a format, which a file alone does not have."
        ),
        example="",
        quiet="Conclusion\n\nIt went well.",
        run=section_missing,
    ),
    Check(
        id="section-empty",
        severity="warning",
        reads=("section", "section-asked"),
        explains=(
            "There is something under every heading; where the format requires the section, nothing is an error."
        ),
        example="Results and Impact\n\nRecommendations\n\nMeet again.",
        quiet="Results and Impact\n\nNone: the meeting was put off.\n\nRecommendations\n\nMeet again.",
        run=section_empty,
    ),
    Check(
        id="section-too-long",
        severity="error",
        reads=("section", "section-asked"),
        explains=("No section is longer than the format allows. It needs a format, which a file alone does not have."),
        example="",
        quiet="Conclusion\n\nIt went well.",
        run=section_too_long,
    ),
)
