"""Checks a document, or an event's narrative against its rows: claims and rules come from every plugin by the hooks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mudhif.plugin_api import Event, ask
from mudhif.plugin_api import gettext as _

from .checks import run_checks
from .claims.structure import narrative_sections
from .documents import Document, narrative_document
from .facts import facts_of
from .figures import figures_of, scope_of
from .hookspecs import Check, Claim, Claims, Figure, Finding, Format
from .narrative import narrative_of
from .recorded import recorded_claims

Asker = Callable[..., list[Any]]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a text says, and what does not fit."""

    facts: Mapping[str, Any]
    findings: tuple[Finding, ...]
    figures: Mapping[str, Figure]

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == "error" for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The contract's document."""
        return {"facts": dict(self.facts), "findings": [finding.as_json() for finding in self.findings]}


def check_document(document: Document, *, asker: Asker = ask, strict: bool = False) -> Checked:
    """Hold a finished text against itself; it needs no instance.

    Args:
        asker: how plugins are asked, `ask` or a host's own way where no installation is open.
    """
    claims = Claims(_claims(document, asker))
    findings = _run(claims, asker, strict)
    return Checked(facts=facts_of(claims), findings=tuple(findings), figures={})


def check_event(
    event: Event, *, language: str = "en", form: Format | None = None, asker: Asker = ask, strict: bool = False
) -> Checked:
    """Hold an event's narrative against its rows, and against what a format asks for."""
    scope = scope_of(event, language)
    figures = figures_of(scope)
    texts = narrative_of(event.id, language)
    document = narrative_document(texts.items())
    recorded = recorded_claims(scope, figures, form)
    claims = Claims([*recorded, *_claims(document, asker), *narrative_sections(texts)], of_event=True)
    findings = _run(claims, asker, strict)
    if form is not None:
        findings = list(_as_taken_by(form, findings))
    facts = facts_of(claims) | {"title": event.title}
    return Checked(facts=facts, findings=tuple(findings), figures=figures)


def _claims(document: Document, asker: Asker) -> list[Claim]:
    return list(asker("report_claims", document=document))


def _run(claims: Claims, asker: Asker, strict: bool) -> list[Finding]:
    return run_checks(claims, [_alone(check) for check in asker("report_checks")], strict=strict)


def _alone(check: Check) -> Check:
    """The same rule, which costs only itself where it raises, and says so: it may be another plugin's."""

    def run(claims: Claims) -> list[Finding]:
        try:
            return check.run(claims)
        except Exception:  # a rule may be a stranger's: it may raise anything
            log.exception("the check %s failed", check.id)
            said = _(
                "The check “%(name)s” broke, so what it looks for was not looked at. All others ran.", name=check.id
            )
            return [Finding(rule="check-failed", severity="warning", message=said, values=(check.id,))]

    return replace(check, run=run)


def _as_taken_by(form: Format, findings: Iterable[Finding]) -> Iterable[Finding]:
    for finding in findings:
        severity = form.severities.get(finding.rule, finding.severity)
        if severity != "off":
            yield finding.with_severity(severity)
