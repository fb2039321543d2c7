"""Every rule that *reports* brings, and how they are run; each reads claims alone."""

from __future__ import annotations

from collections.abc import Iterable

from ..claims import read_claims
from ..documents import document_of
from ..hookspecs import Check, Claims, Finding
from . import attachments, clock, dates, form, identity, language, notes, numbers, parties, sections, surface

CHECKS: tuple[Check, ...] = (
    *identity.CHECKS,
    *numbers.CHECKS,
    *clock.CHECKS,
    *dates.CHECKS,
    *parties.CHECKS,
    *attachments.CHECKS,
    *sections.CHECKS,
    *language.CHECKS,
    *surface.CHECKS,
    *form.CHECKS,
    *notes.CHECKS,
)

_ORDER = {"error": 0, "warning": 1, "note": 2}


def run_checks(claims: Claims, checks: Iterable[Check] = CHECKS, *, strict: bool = False) -> list[Finding]:
    """What the checks find, errors first, then in the order of the text."""
    found = [finding for check in checks if strict or not check.strict for finding in check.run(claims)]
    return sorted(found, key=_rank)


def findings_in(text: str, checks: Iterable[Check] = CHECKS, *, strict: bool = False) -> list[Finding]:
    """What the checks find in a plain text, without any other plugin's claims or rules."""
    return run_checks(Claims(read_claims(document_of(text))), checks, strict=strict)


def _rank(finding: Finding) -> tuple[int, int, str]:
    first = next((place.line for place in finding.where if place.line is not None), 0)
    return _ORDER[finding.severity], first or 0, finding.rule
