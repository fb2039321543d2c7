"""The page *Cases*: what the core and plugins found in an event that a person must settle, each with its ways out."""

from __future__ import annotations

from collections.abc import Iterator

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import NotFound
from mudhif.i18n import _
from mudhif.plugins import host
from mudhif.plugins.types import Case, Choice
from mudhif.services import merging
from mudhif.storage.models import Event
from mudhif.storage.store import current, write
from mudhif.web.auth import current_event, requires
from mudhif.web.pages.blueprint import core


@core.get("/e/<code>/cases")
@requires("event.edit")
def cases(code: str) -> ResponseReturnValue:
    """Every open case of an event; what is settled is gone at the next look."""
    event, plugins = current_event(), host.current()
    found = plugins.call("cases", event=event, read=current())
    return render_template(
        "mudhif/cases.html",
        event=event,
        cases=[*_merged_into_each_other(event), *(answer.value for answer in found)],
        missing=plugins.failing("cases"),
    )


def _merged_into_each_other(event: Event) -> Iterator[Case]:
    for ring in merging.rings(event.id):
        names = [str(person.name) for person in ring]
        yield Case(
            id=f"core.ring.{ring[0].id}",
            sentence=_(
                "%(one)s and %(other)s were joined into each other on two laptops. Which record is kept?",
                one=names[0],
                other=names[-1],
            ),
            effect=_("Until then they count as one person, and nothing is lost."),
            choices=[
                Choice(
                    id=person.id, title=str(person.name), url=url_for("core.keep", code=event.code, person=person.id)
                )
                for person in ring
            ],
        )


@core.post("/e/<code>/guests/<person>/keep")
@requires("guests.edit")
def keep(code: str, person: str) -> ResponseReturnValue:
    """Keep one of several records that were merged into each other."""
    if person not in [one.id for ring in merging.rings(current_event().id) for one in ring]:
        raise NotFound(name=person)
    write(merging.settle_ring, person)
    return redirect(url_for("core.cases", code=code))
