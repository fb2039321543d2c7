"""What should not have stayed in the text."""

from __future__ import annotations

from mudhif.plugin_api import gettext as _

from ..hookspecs import Check, Claims, Finding
from .saying import places, where


def placeholder_left(claims: Claims) -> list[Finding]:
    """Gaps of a template that nobody filled: one finding each."""
    return [
        Finding(
            rule="placeholder-left",
            severity="error",
            where=(claim.place,),
            values=(claim.value,),
            message=_(
                "“%(text)s” (%(where)s) is a gap that was not filled.", text=claim.value, where=where([claim.place])
            ),
        )
        for claim in claims.of("placeholder")
    ]


def instructions_left(claims: Claims) -> list[Finding]:
    """The donor's own instructions, left in the report."""
    return [
        Finding(
            rule="instructions-left",
            severity="error",
            where=(claim.place,),
            values=(claim.value,),
            message=_(
                "“%(text)s” (%(where)s) is guidance of the form. Take it out.",
                text=claim.value,
                where=where([claim.place]),
            ),
        )
        for claim in claims.of("instruction")
    ]


def web_debris(claims: Claims) -> list[Finding]:
    """Buttons of a web page, copied with its text: one finding for all."""
    debris = claims.of("debris")
    if not debris:
        return []
    return [
        Finding(
            rule="web-debris",
            severity="note",
            where=places(debris),
            values=tuple(claim.value for claim in debris),
            message=_(
                "%(where)s came along from a web page. Take it out.", where=where(c.place for c in debris).capitalize()
            ),
        )
    ]


CHECKS = (
    Check(
        id="placeholder-left",
        severity="error",
        reads=("placeholder",),
        explains=("No gap of a template is left open."),
        example="Conclusion\n\nThe workshop of [Enter date here] went well.",
        quiet=(
            "Conclusion\n\nWrite to <desk@example.org>; the column is tagged #reached+f [see annex 2]. "
            "Chapter XX follows."
        ),
        run=placeholder_left,
    ),
    Check(
        id="instructions-left",
        severity="error",
        reads=("instruction",),
        explains=("The donor's guidance does not stay in the report."),
        example="Conclusion (DELETE BEFORE SUBMITTING)\n\nIt went well.",
        quiet="Conclusion\n\nWe asked the office not to delete records.",
        run=instructions_left,
    ),
    Check(
        id="web-debris",
        severity="note",
        reads=("debris",),
        explains=("Nothing of the web page from which a text was copied stays in it."),
        example="Conclusion\n\nIt went well.\n\nScroll to Top",
        quiet="Conclusion\n\nThey scroll to top shelves only rarely.",
        run=web_debris,
    ),
)
