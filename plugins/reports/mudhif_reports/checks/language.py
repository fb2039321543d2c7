"""Abbreviations."""

from __future__ import annotations

from mudhif.plugin_api import gettext as _

from ..folding import key
from ..hookspecs import Check, Claim, Claims, Finding
from .saying import distinct, places, readings, where

_KNOWN = frozenset(
    (
        *(
            "AM",
            "PM",
            "NGO",
            "NGOS",
            "UN",
            "ID",
            "PDF",
            "TV",
            "QR",
            "GPS",
            "OK",
            "USA",
            "US",
            "UK",
            "EU",
            "IT",
            "HR",
            "CV",
            "VIP",
        ),
        *(
            "UNICEF",
            "UNHCR",
            "WHO",
            "UNDP",
            "WFP",
            "OCHA",
            "IOM",
            "FAO",
            "UNESCO",
            "UNFPA",
            "UNAMI",
            "ICRC",
            "COVID",
            "HIV",
        ),
        *(
            "AIDS",
            "SMS",
            "URL",
            "PC",
            "CD",
            "DVD",
            "CEO",
            "FAQ",
            "II",
            "III",
            "IV",
            "VI",
            "VII",
            "VIII",
            "IX",
            "XI",
            "XII",
        ),
        *(
            "JAN",
            "FEB",
            "MAR",
            "APR",
            "MAY",
            "JUN",
            "JUNE",
            "JUL",
            "JULY",
            "AUG",
            "SEP",
            "SEPT",
            "OCT",
            "NOV",
            "DEC",
            "MARCH",
        ),
        *(
            "APRIL",
            "AUGUST",
            "XX",
            "XXX",
            "TBC",
            "TBD",
            "NO",
            "SUN",
            "MON",
            "TUE",
            "WED",
            "THU",
            "FRI",
            "SAT",
            "IQD",
            "USD",
            "EUR",
        ),
    )
)


def abbreviation_undefined(claims: Claims) -> list[Finding]:
    """One finding for each abbreviation that nothing explains."""
    defined = {claim.value for claim in claims.of("abbreviation")}
    used: dict[str, list[Claim]] = {}
    for claim in claims.of("abbreviation-used"):
        short = claim.value
        if short not in _KNOWN and short not in defined and short.rstrip("S") not in defined:
            used.setdefault(short, []).append(claim)
    return [
        Finding(
            rule="abbreviation-undefined",
            severity="warning",
            where=places(found[:1]),
            values=(short,),
            message=_(
                "“%(short)s” (%(where)s) is not explained. Write it out once, with the short form in brackets.",
                short=short,
                where=where(claim.place for claim in found),
            ),
        )
        for short, found in used.items()
    ]


def abbreviation_two_meanings(claims: Claims) -> list[Finding]:
    """One abbreviation with two long forms."""
    found = []
    for short, definitions in _definitions(claims).items():
        longs = {_folded(claim.more["long"]) for claim in definitions}
        if len(longs) > 1:
            said = [f"“{claim.more['long']}”" for claim in definitions]
            found.append(
                Finding(
                    rule="abbreviation-two-meanings",
                    severity="error",
                    where=places(definitions),
                    values=distinct(claim.more["long"] for claim in definitions),
                    message=_(
                        "“%(short)s” stands for more than one thing: %(said)s. Use another short form for one of them.",
                        short=short,
                        said=readings(definitions, said),
                    ),
                )
            )
    return found


def abbreviation_redefined(claims: Claims) -> list[Finding]:
    """An abbreviation that is explained again."""
    return [
        Finding(
            rule="abbreviation-redefined",
            severity="note",
            where=places(definitions),
            values=(short,),
            message=_(
                "“%(short)s” is explained %(count)s times (%(where)s). Once is enough.",
                short=short,
                count=len(definitions),
                where=where(claim.place for claim in definitions),
            ),
        )
        for short, definitions in _definitions(claims).items()
        if len(definitions) > 1
    ]


def _definitions(claims: Claims) -> dict[str, list[Claim]]:
    by_short: dict[str, list[Claim]] = {}
    for claim in claims.of("abbreviation"):
        by_short.setdefault(claim.value, []).append(claim)
    return by_short


def _folded(long: str) -> str:
    """A plural s and an article make no other meaning."""
    return " ".join(word.rstrip("s") for word in key(long).split() if word != "the")


CHECKS = (
    Check(
        id="abbreviation-undefined",
        severity="warning",
        reads=("abbreviation", "abbreviation-used"),
        explains=("Every abbreviation is explained once, general ones aside."),
        example="Conclusion\n\nThe JCF will meet again soon.",
        quiet=(
            "Conclusion\n\nAt 09:00 AM the Joint Coordination Forum (JCF) met. The JCF and two NGOs agreed on part II."
        ),
        run=abbreviation_undefined,
    ),
    Check(
        id="abbreviation-two-meanings",
        severity="error",
        reads=("abbreviation",),
        explains=("One abbreviation stands for one thing."),
        example=(
            "Conclusion\n\nThe Iraqi Development Office (IDO) and the Independent Donors Organization (IDO) agreed."
        ),
        quiet="Conclusion\n\nThe Iraqi Development Office (IDO) agreed with all Iraqi Development Offices (IDOs).",
        run=abbreviation_two_meanings,
    ),
    Check(
        id="abbreviation-redefined",
        severity="note",
        reads=("abbreviation",),
        explains=("An abbreviation is explained once."),
        example=(
            "Introduction: The Iraqi Development Office (IDO) met us.\n\nConclusion\n\n"
            "The Iraqi Development Office (IDO) agreed."
        ),
        quiet="Introduction: The Iraqi Development Office (IDO) met us.\n\nConclusion\n\nThe IDO agreed.",
        run=abbreviation_redefined,
        strict=True,
    ),
)
