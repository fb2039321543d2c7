"""What a reader would ask: notes, folded away until somebody wants them."""

from __future__ import annotations

from mudhif.plugin_api import N_
from mudhif.plugin_api import gettext as _

from ..hookspecs import Check, Claim, Claims, Finding, Place
from .saying import places, where

_ACTORS = {
    "government": N_("government"),
    "civil society": N_("civil society organisations"),
    "private sector": N_("the private sector"),
}
_SAME_WORDS = 0.55
_STEM_LETTERS = 5  # "enhancing" and "enhanced" are one word here
_COMMON = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "for",
        "a",
        "on",
        "by",
        "was",
        "were",
        "is",
        "are",
        "with",
        "from",
        "at",
        "that",
        "this",
        "as",
        "an",
        "be",
        "their",
        "its",
        "s",
    ]
)


def group_not_represented(claims: Claims) -> list[Finding]:
    """The aim names those who should meet; the list of those present lacks one of them."""
    present = {claim.value for claim in claims.of("actor-present")}
    wanted: dict[str, list[Place]] = {}
    for claim in claims.of("actor-of-aim"):
        wanted.setdefault(claim.value, []).append(claim.place)
    if not present or len(wanted) < 2:
        return []
    return [
        Finding(
            rule="group-not-represented",
            severity="note",
            where=tuple(found),
            values=(name,),
            message=_(
                "The aim speaks of %(group)s (%(where)s), but nobody of them is named among the participants.",
                group=_(_ACTORS[name]),
                where=where(found),
            ),
        )
        for name, found in wanted.items()
        if name not in present
    ]


def staff_count_unclear(claims: Claims) -> list[Finding]:
    """Facilitators are named and people counted, and nothing says whether the ones are among the others."""
    facilitators = [claim for claim in claims.of("facilitators") if claim.value]
    totals = [
        claim for claim in claims.of("people") if claim.labelled and claim.more["who"] == "total" and not claim.recorded
    ]
    if not facilitators or not totals or claims.of("staff-counted"):
        return []
    return [
        Finding(
            rule="staff-count-unclear",
            severity="note",
            where=places([facilitators[0], totals[0]]),
            values=(facilitators[0].value, totals[0].value[0]),
            message=_(
                "%(named)s facilitators are named (%(here)s). Say whether they are among the %(total)s (%(there)s).",
                named=facilitators[0].value,
                here=where([facilitators[0].place]),
                total=totals[0].value[0],
                there=where([totals[0].place]),
            ),
        )
    ]


def results_repeat_discussion(claims: Claims) -> list[Finding]:
    """Results that are mostly the words of the discussion again."""
    results, discussed = claims.of("result"), claims.of("discussed")
    said, spoken = _stems(results), _stems(discussed)
    if len(said) < 12 or not spoken or any(claim.more["settled"] for claim in results):
        return []
    shared = len(said & spoken) / len(said)
    if shared <= _SAME_WORDS:
        return []
    return [
        Finding(
            rule="results-repeat-discussion",
            severity="note",
            where=places(results),
            values=(round(shared, 2),),
            message=_(
                "The results (%(where)s) repeat what was discussed. Say what is different now: a number, "
                "a decision, a date.",
                where=where(claim.place for claim in results),
            ),
        )
    ]


def _stems(claims: list[Claim]) -> set[str]:
    return {word[:_STEM_LETTERS] for claim in claims for word in claim.more["words"] if word not in _COMMON}


def next_step_without_owner(claims: Claims) -> list[Finding]:
    """No next step says who does it or until when."""
    return _unsettled(
        claims,
        "next-step",
        "next-step-without-owner",
        _("No next step says who does it or until when (%(where)s)."),
    )


def no_means_of_verification(claims: Claims) -> list[Finding]:
    """No result names its evidence."""
    return _unsettled(
        claims,
        "result",
        "no-means-of-verification",
        _("No result (%(where)s) says how it can be seen: a number, a list, minutes, a survey."),
    )


def _unsettled(claims: Claims, kind: str, rule: str, message: str) -> list[Finding]:
    found = claims.of(kind)
    if not found or any(claim.more["settled"] for claim in found):
        return []
    said = message % {"where": where(claim.place for claim in found)}
    return [Finding(rule=rule, severity="note", where=places(found), message=said)]


def heading_run_in(claims: Claims) -> list[Finding]:
    """A heading that runs into its paragraph while the others stand alone."""
    sections = [claim for claim in claims.of("section") if claim.value is not None]
    run_in = [claim for claim in sections if claim.more["run_in"]]
    if not run_in or len(run_in) * 2 > len(sections):
        return []
    return [
        Finding(
            rule="heading-run-in",
            severity="note",
            where=places(run_in),
            values=tuple(claim.more["heading"] for claim in run_in),
            message=_(
                "“%(heading)s” (%(where)s) runs into its paragraph; the other headings have a line of their own.",
                heading=run_in[0].more["heading"],
                where=where(claim.place for claim in run_in),
            ),
        )
    ]


def report_undated(claims: Claims) -> list[Finding]:
    """Nothing says when the report was written."""
    return _front(claims, "report-date", "report-undated", _("Nothing says when this report was written."))


def author_missing(claims: Claims) -> list[Finding]:
    """Nothing says who wrote the report."""
    return _front(claims, "author", "author-missing", _("Nothing says who wrote this report, and nobody signed it."))


def _front(claims: Claims, kind: str, rule: str, message: str) -> list[Finding]:
    front = next(iter(claims.of("front")), None)
    if front is None or claims.of_event or claims.of(kind) or len(claims.of("section")) < 3:
        return []
    return [Finding(rule=rule, severity="note", where=(front.place,), message=message)]


_THREE = "Introduction: We met for a day in Basra.\n\nResults\n\nAll {0}.\n\nConclusion\n\nIt went well."

CHECKS = (
    Check(
        id="group-not-represented",
        severity="note",
        reads=("actor-of-aim", "actor-present"),
        explains=("Those who should meet by the aim are among the participants."),
        example=(
            "The activity aims\nTo bring the governmental sector and non-governmental organizations together.\n\n"
            "Participants\n• Representatives of the governmental sector"
        ),
        quiet=(
            "The activity aims\nTo bring the governmental sector and non-governmental organizations together.\n\n"
            "Participants\n• Representatives of the governmental sector\n• NGOs"
        ),
        run=group_not_represented,
    ),
    Check(
        id="staff-count-unclear",
        severity="note",
        reads=("facilitators", "people", "staff-counted"),
        explains=("It is clear whether facilitators are counted among the participants."),
        example=(
            "Activity Details\nFacilitators: Zainab Kadhim, Ali Hasan\n\nParticipants\n\n"
            "Total number of participants: 15"
        ),
        quiet=(
            "Activity Details\nFacilitators: Zainab Kadhim, Ali Hasan\n\n"
            "Participants\n\nTotal number of participants: 15 (excluding staff)"
        ),
        run=staff_count_unclear,
    ),
    Check(
        id="results-repeat-discussion",
        severity="note",
        reads=("result", "discussed"),
        explains=("Results say more than the discussion did."),
        example=(
            "Key Discussion Points\n1. Participants emphasized better cooperation between offices, shared "
            "transport, common "
            "registration, joint planning and clear reporting lines.\n\n"
            "Results\n1. Better cooperation between offices, shared "
            "transport, common registration, joint planning and clear reporting lines emphasized."
        ),
        quiet=(
            "Key Discussion Points\n1. Better cooperation between offices, shared transport, common registration.\n\n"
            "Results\n1. Two offices signed minutes on shared transport."
        ),
        run=results_repeat_discussion,
    ),
    Check(
        id="next-step-without-owner",
        severity="note",
        reads=("next-step",),
        explains=("At least one next step says who does it or until when."),
        example="Next Steps\n\nShare the outcomes with all.",
        quiet="Next Steps\n\nShare the outcomes with all by the end of April.",
        run=next_step_without_owner,
    ),
    Check(
        id="no-means-of-verification",
        severity="note",
        reads=("result",),
        explains=("At least one result says how it can be seen."),
        example=_THREE.format("learned much"),
        quiet=_THREE.format("learned much, as the evaluation shows"),
        run=no_means_of_verification,
    ),
    Check(
        id="heading-run-in",
        severity="note",
        reads=("section",),
        explains=("Headings stand on lines of their own, or none does."),
        example=_THREE.format("learned much"),
        quiet="Introduction\n\nWe met for a day in Basra.\n\nConclusion\n\nIt went well.",
        run=heading_run_in,
    ),
    Check(
        id="report-undated",
        severity="note",
        reads=("front", "report-date", "section"),
        explains=("A report says when it was written."),
        example=_THREE.format("learned much"),
        quiet="Report date: 10 March 2024\n\n" + _THREE.format("learned much"),
        run=report_undated,
    ),
    Check(
        id="author-missing",
        severity="note",
        reads=("front", "author", "section"),
        explains=("A report says who wrote it."),
        example=_THREE.format("learned much"),
        quiet="Prepared by: Zainab Kadhim\n\n" + _THREE.format("learned much"),
        run=author_missing,
    ),
)
