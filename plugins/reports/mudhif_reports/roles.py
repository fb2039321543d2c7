"""What the sections of a report are called on a page, by role."""

from __future__ import annotations

from mudhif.plugin_api import N_
from mudhif.plugin_api import gettext as _

ROLES: dict[str, str] = {
    "introduction": N_("Introduction"),
    "summary": N_("Summary"),
    "aim": N_("Aim of the activity"),
    "topic": N_("Topic"),
    "details": N_("Activity details"),
    "objectives": N_("Objectives"),
    "participants": N_("Participants"),
    "agenda": N_("Agenda"),
    "discussion": N_("Discussion points"),
    "results": N_("Results and impact"),
    "recommendations": N_("Recommendations"),
    "challenges": N_("Challenges"),
    "lessons": N_("Lessons learned"),
    "coverage": N_("Media coverage"),
    "attachments": N_("Attachments"),
    "conclusion": N_("Conclusion"),
    "next-steps": N_("Next steps"),
    "project": N_("Project"),
}
"""The order is the usual one of an activity report."""


def role_title(role: str) -> str:
    """The title of a section in the reader's language; an unknown id as it is."""
    return _(ROLES[role]) if role in ROLES else role
