"""Is the text about one event of one project? Ordinals and titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz

from mudhif.plugin_api import gettext as _

from ..claims.ordinals import without_ordinals
from ..folding import words
from ..hookspecs import Check, Claim, Claims, Finding
from .saying import distinct, places, readings, where

_OWN_SECTIONS = {None, "introduction", "summary", "conclusion", "details"}
_ON = re.compile(r"\b(?:on|about|titled|entitled|regarding)\b\s*:?|حول|بعنوان|عن", re.IGNORECASE)
_KINDS = re.compile(
    r"\b(session|workshop|training|course|meeting|forum|conference|seminar|symposium|roundtable|webinar|lecture)s?\b",
    re.I,
)


def ordinal_differs(claims: Claims) -> list[Finding]:
    """One finding for all places that number this event, where they do not agree."""
    own = own_ordinals(claims)
    values = [claim.value for claim in own]
    if len(set(values)) < 2:
        return []
    return [
        Finding(
            rule="ordinal-differs",
            severity="error",
            where=places(own),
            values=tuple(values),
            message=_(
                "This event is numbered in more than one way: %(said)s. Keep the right number and correct the others.",
                said=readings(own),
            ),
        )
    ]


def own_ordinals(claims: Claims) -> list[Claim]:
    """Ordinals of this event: those of the title, the label and the record, and all that number the same noun."""
    ordinals = [claim for claim in claims.of("ordinal") if claim.more.get("about") == "this"]
    anchors = [claim for claim in ordinals if claim.recorded or claim.labelled or claim.more.get("in_title")]
    if not anchors:
        anchors = [claim for claim in ordinals if claim.section in _OWN_SECTIONS]
    if not anchors:
        return []
    # Where title and label name different kinds of event, the kind that most places number is this event's.
    heads = Counter(claim.more["head"] for claim in ordinals)
    anchor = max(anchors, key=lambda claim: (claim.more["head"] is not None, heads[claim.more["head"]]))
    return [claim for claim in ordinals if claim.recorded or _numbers_the_same(anchor, claim)]


def _numbers_the_same(anchor: Claim, claim: Claim) -> bool:
    if anchor.more["head"] is None:
        return claim.section in _OWN_SECTIONS or bool(claim.more["modifiers"])
    if claim.more["head"] != anchor.more["head"]:
        return False
    mine, theirs = set(anchor.more["modifiers"]), set(claim.more["modifiers"])
    if mine and theirs:
        return bool(mine & theirs)
    # "the second session" in the body of a dialogue session may be one on its agenda; at the front it is the event.
    return mine == theirs or claim.labelled or bool(claim.more["in_title"]) or claim.section in _OWN_SECTIONS


def misspelt_ordinal(claims: Claims) -> list[Finding]:
    """One finding for each misspelt ordinal before an event noun."""
    return [
        Finding(
            rule="misspelt-ordinal",
            severity="warning",
            where=(claim.place,),
            values=(claim.more["word"], claim.more["meant"]),
            message=_(
                "“%(word)s” in %(where)s: before “%(noun)s” this should be “%(meant)s”.",
                word=claim.more["word"],
                where=where([claim.place]),
                noun=claim.more["head"],
                meant=claim.more["meant"],
            ),
        )
        for claim in claims.of("ordinal")
        if claim.more.get("meant")
    ]


def project_title_differs(claims: Claims) -> list[Finding]:
    """One finding for all spellings of the project's title, in each language that has more than one."""
    aliases = {claim.more["key"] for claim in claims.of("project-alias")}
    found = []
    for language in ("en", "ar"):
        titles = [
            claim
            for claim in claims.of("project-title")
            if claim.more["language"] == language and (claim.recorded or claim.more["key"] not in aliases)
        ]
        titles = _of_one_project(titles)
        values = distinct(
            {claim.more["key"]: claim.value for claim in reversed(titles)}[claim.more["key"]] for claim in titles
        )
        if len(values) > 1:
            found.append(
                Finding(
                    rule="project-title-differs",
                    severity="error",
                    where=places(titles),
                    values=values,
                    message=_(
                        "The project has %(count)s different titles: %(said)s. Write the one of the "
                        "contract everywhere, "
                        "or add the others to the project as other spellings.",
                        count=len(values),
                        said=_quoted_readings(titles),
                    ),
                )
            )
    return found


def _quoted_readings(titles: Sequence[Claim]) -> str:
    first = {claim.more["key"]: claim.value for claim in reversed(titles)}
    return readings(titles, [f"“{first[claim.more['key']]}”" for claim in titles])


def _of_one_project(titles: Sequence[Claim]) -> list[Claim]:
    """Leaves out short forms, and quoted titles of other projects that the event is not said to belong to."""
    bound = [claim for claim in titles if claim.more["bound"]]
    kept = []
    for claim in titles:
        if not claim.more["bound"] and all(fuzz.ratio(claim.more["key"], b.more["key"]) < 70 for b in bound):
            continue
        tokens = claim.more["key"].split()
        short = any(
            other.more["key"].split()[: len(tokens)] == tokens and len(tokens) * 5 <= len(other.more["key"].split()) * 3
            for other in titles
            if other is not claim
        )
        if not short:
            kept.append(claim)
    return kept


def event_title_differs(claims: Claims) -> list[Finding]:
    """The title line and the labelled title name different kinds of event, or different subjects."""
    titles = claims.of("event-title")
    for index, one in enumerate(titles):
        for other in titles[index + 1 :]:
            if _titles_differ(str(one.value), str(other.value)):
                return [
                    Finding(
                        rule="event-title-differs",
                        severity="warning",
                        where=(one.place, other.place),
                        values=(one.value, other.value),
                        message=_(
                            "The event is called “%(one)s” (%(here)s) and “%(other)s” (%(there)s). Use one title.",
                            one=one.value,
                            here=where([one.place]),
                            other=other.value,
                            there=where([other.place]),
                        ),
                    )
                ]
    return []


def _titles_differ(one: str, other: str) -> bool:
    a, b = without_ordinals(one), without_ordinals(other)
    kinds_a, kinds_b = ({kind.casefold() for kind in _KINDS.findall(text)} for text in (a, b))
    if kinds_a and kinds_b and not kinds_a & kinds_b:
        return True
    subject_a, subject_b = (_ON.split(text, maxsplit=1)[1:] for text in (a, b))
    if not subject_a or not subject_b:
        return False
    tokens_a, tokens_b = words(subject_a[0]), words(subject_b[0])
    return bool(tokens_a and tokens_b) and fuzz.token_set_ratio(" ".join(tokens_a), " ".join(tokens_b)) < 50


CHECKS = (
    Check(
        id="ordinal-differs",
        severity="error",
        reads=("ordinal",),
        explains=("Everywhere the text numbers this event in its series, it gives the same number."),
        example=(
            "Activity Report: Fourth Dialogue Session\n\n"
            "Introduction: We organized the second dialogue session in Basra."
        ),
        quiet=(
            "Activity Report: Second Dialogue Session\n\n"
            "Introduction: After the first dialogue session was held on 3/5, the second dialogue session "
            "brought new faces."
        ),
        run=ordinal_differs,
    ),
    Check(
        id="misspelt-ordinal",
        severity="warning",
        reads=("ordinal",),
        explains=("A word before an event noun that is one slip away from an ordinal is that ordinal."),
        example="Conclusion\n\nThe Forth dialogue session was a step forward.",
        quiet="Conclusion\n\nThe plan set forth in the session was agreed. The youth session went well.",
        run=misspelt_ordinal,
    ),
    Check(
        id="project-title-differs",
        severity="error",
        reads=("project-title", "project-alias"),
        explains=("The project has one title, spelt the same wherever it is labelled, quoted or written out."),
        example=(
            "Project Name:\nGreen Towns through Advocacy for Clean Water\n\n"
            "Introduction: This was part of the project “Green Towns through Joint Advocacy for Clean Water” in Basra."
        ),
        quiet=(
            "Project Name:\nGreen Towns through Advocacy for Clean Water\n\nSession Topic\n"
            "The session revolved around “Green Towns and Clean Rivers for All”. The project “GREEN TOWNS "
            "through Advocacy "
            "for Clean Water” goes on."
        ),
        run=project_title_differs,
    ),
    Check(
        id="event-title-differs",
        severity="warning",
        reads=("event-title",),
        explains=("The title line and the labelled title name the same kind of event and the same subject."),
        example="Report: Workshop on Leadership\n\nActivity Details\nActivity Title: Training on Leadership",
        quiet=(
            "Report: Workshop on Leadership\n\n"
            "Activity Details\nActivity Title: Workshop on Leadership: the first steps"
        ),
        run=event_title_differs,
    ),
)
