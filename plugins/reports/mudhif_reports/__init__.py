"""Reports: figures that can be recounted, the narrative, checks of any finished report, donor formats."""

from __future__ import annotations

from .hookspecs import (
    AgendaRow,
    AttachmentRow,
    Attendant,
    Check,
    Claim,
    Claims,
    CoverageRow,
    Demand,
    EventFacts,
    Figure,
    Finding,
    Format,
    Frozen,
    Place,
    ProjectFacts,
    Scope,
    Section,
    in_language,
)

__all__ = [
    "AgendaRow",
    "AttachmentRow",
    "Attendant",
    "Check",
    "Claim",
    "Claims",
    "CoverageRow",
    "Demand",
    "EventFacts",
    "Figure",
    "Finding",
    "Format",
    "Frozen",
    "Place",
    "ProjectFacts",
    "Scope",
    "Section",
    "in_language",
]
