"""Projects over the API."""

from __future__ import annotations

from flask_smorest import Blueprint

from mudhif.services.projects import all_projects
from mudhif.storage.models import Project
from mudhif.web.api.schemas import ProjectSchema
from mudhif.web.auth import requires
from mudhif.web.blueprints import API_PREFIX

blp = Blueprint("projects_api", __name__, url_prefix=API_PREFIX, description="Series of events that a donor pays for.")


@blp.get("/projects")
@requires("event.view")
@blp.response(200, ProjectSchema(many=True))
def list_projects() -> list[Project]:
    """List the projects, oldest first."""
    return all_projects()
