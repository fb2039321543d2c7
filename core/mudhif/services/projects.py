"""Projects: what a donor pays for, under one title and the spellings that stand for it."""

from __future__ import annotations

from collections.abc import Sequence

from mudhif.domain.errors import BadInput, NotFound
from mudhif.i18n import N_, _
from mudhif.storage.models import Project
from mudhif.storage.writer import Tx


class NoProject(NotFound):
    message = N_("There is no project under the name “%(name)s”.")


def create_project(
    tx: Tx, *, title: str, donor: str | None = None, grant_reference: str | None = None, aliases: Sequence[str] = ()
) -> Project:
    """Make a project.

    Raises:
        BadInput: it has no title.
    """
    if not title.strip():
        raise BadInput(fields={"title": [_("Write the project's title.")]})
    return tx.create(
        Project,
        title=title.strip(),
        donor=donor or None,
        grant_reference=grant_reference or None,
        aliases=list(aliases),
    )


def find_project(text: str) -> Project:
    """The project with this id, title or other spelling; case and spaces around do not matter.

    Raises:
        NoProject: none has it.
    """
    wanted = text.strip().casefold()
    for project in all_projects():
        if wanted in (project.id, project.title.casefold(), *(alias.casefold() for alias in project.aliases)):
            return project
    raise NoProject(name=text)


def all_projects() -> list[Project]:
    """Every project, oldest first."""
    return list(Project.select().where(~Project.deleted).order_by(Project.id))
