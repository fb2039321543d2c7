"""Findings that a person accepts with a reason: the fact stays, and holds until the finding's values change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from mudhif.plugin_api import N_, BadInput, Tx
from mudhif.plugin_api import gettext as _

from .hookspecs import Finding
from .models import Accepted

NO_REASON = N_("Write why this stands as it is.")


def finding_key(finding: Finding) -> str:
    """What makes a finding the same one: its rule and its values, wherever in the text they stand."""
    text = json.dumps([finding.rule, *finding.values], ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def accepted_in(event_id: str) -> dict[str, str]:
    """The reasons by finding; the last one given stands."""
    rows = Accepted.select().where(Accepted.event == event_id).order_by(Accepted.id)
    return {row.finding: row.reason for row in rows}


def standing(findings: Iterable[Finding], accepted: dict[str, str]) -> list[Finding]:
    """The findings that nobody has accepted."""
    return [finding for finding in findings if finding_key(finding) not in accepted]


def accept(tx: Tx, event_id: str, finding: Finding, reason: str) -> Accepted:
    """Keep that somebody accepted a finding, and why.

    Raises:
        BadInput: no reason was given.
    """
    if not reason.strip():
        raise BadInput(fields={"reason": [_(NO_REASON)]})
    kept: Accepted = tx.fact(
        Accepted, event=event_id, rule=finding.rule, finding=finding_key(finding), reason=reason.strip()
    )
    return kept
