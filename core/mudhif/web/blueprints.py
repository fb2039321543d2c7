"""How a plugin makes its pages and its part of the API, at the addresses that are its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint
from flask_smorest import Blueprint as SmorestBlueprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from mudhif.web.shortway import Answer

API_PREFIX = "/api/v1"


class ApiBlueprint(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A plugin's part of the API."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.short_ways: dict[str, tuple[str, Answer]] = {}

    def short_way(self, below_event: str, permission: str) -> Callable[[Answer], Answer]:
        """Answer posts to an event without Flask, beside the view of the same address (see `mudhif.web.shortway`).

        Args:
            below_event: what follows the event in the address: ``checkins``.
            permission: what the view requires, too.
        """

        def decorate(answer: Answer) -> Answer:
            self.short_ways[below_event] = (permission, answer)
            return answer

        return decorate


class Pages(Blueprint):
    """Pages below one address; static files below ``/static/<name>/``, so that they need no event in theirs.

    Args:
        name: of the plugin, or of the plugin and a part of it.
        import_name: ``__name__`` of the module; templates and static files lie beside it.
        below: the address, put before every rule.
    """

    def __init__(self, name: str, import_name: str, *, below: str) -> None:
        super().__init__(
            name,
            import_name,
            static_folder="static",
            static_url_path=f"/static/{name}",
            template_folder="templates",
        )
        self.below = below

    def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
        """Add a rule, below the blueprint's own address."""
        super().add_url_rule(self.below + ("" if rule == "/" else rule), *args, **options)


def event_pages(name: str, import_name: str) -> Pages:
    """A plugin's pages of one event: ``/e/<code>/<name>…``; a view takes ``code``, `current_event` gives the event."""
    return Pages(name, import_name, below=f"/e/<code>/{name}")


def pages(name: str, import_name: str) -> Pages:
    """A plugin's pages that belong to no event's menu: ``/x/<name>…``."""
    return Pages(name, import_name, below=f"/x/{name}")


def api_blueprint(name: str, import_name: str) -> ApiBlueprint:
    """A plugin's part of the API; rules are written in full below ``/api/v1``: ``/events/<event>/timer``."""
    return ApiBlueprint(f"{name}_api", import_name, url_prefix=API_PREFIX, description=name)
