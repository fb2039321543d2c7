"""Possible duplicates: two records side by side, joined or said to be two by a person, and either taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import NotFound
from mudhif.domain.guests import CONTACT_FIELDS
from mudhif.i18n import _, ngettext
from mudhif.services import merging
from mudhif.services.people import find_person
from mudhif.services.registrations import guest_page
from mudhif.storage.models import Event, Person
from mudhif.storage.store import write
from mudhif.web.auth import current_event, current_who, requires
from mudhif.web.pages import words
from mudhif.web.pages.blueprint import core
from mudhif.web.pages.history import FIELD_WORDS

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One field of both: which value is taken unless somebody chooses, and whether there is anything to choose."""

    field: str
    label: str
    one: str
    other: str
    taken: str = "one"
    differs: bool = False


@core.get("/e/<code>/guests/pairs")
@requires("guests.edit")
def pairs(code: str) -> ResponseReturnValue:
    """Guests who may be one person, the likest first."""
    event = current_event()
    found = merging.probable_pairs(event)
    return render_template(
        "mudhif/pairs.html",
        event=event,
        pairs=[_shown(event, pair) for pair in found[:SHOWN]],
        number=len(found),
        joined=[
            {"merge": merge, "kept": kept, "other": other} for merge, kept, other in merging.standing_merges(event.id)
        ],
        two=merging.said_to_be_two(event.id),
    )


@core.get("/e/<code>/guests/<registration>/pair")
@requires("guests.edit")
def pair_with(code: str, registration: str) -> ResponseReturnValue:
    """Look for another record of one guest, and set it beside this one."""
    event = current_event()
    person = _of_event(event, str(find_person(registration).id))
    search = request.args.get("search", "").strip()
    chosen = request.args.get("with")
    hits = [row for row in guest_page(event.id, search, page=1).rows if row["person"] != person.id] if search else []
    pair = merging.pair_of(event, str(person.id), str(find_person(chosen).id)) if chosen else None
    return render_template(
        "mudhif/pair_with.html",
        event=event,
        person=person,
        registration=registration,
        search=search,
        hits=hits[:SHOWN],
        pair=_shown(event, pair) if pair else None,
    )


@core.post("/e/<code>/guests/pairs/<one>/<other>")
@requires("guests.edit")
def settle_pair(code: str, one: str, other: str) -> ResponseReturnValue:
    """One person, with the values that were chosen; or two."""
    people = [_of_event(current_event(), id) for id in (one, other)]
    if request.form.get("do") == "two":
        write(merging.say_two, one, other)
        flash(_("%(one)s and %(other)s stay two people.", one=people[0].name, other=people[1].name), "ok")
    else:
        take = [name for name in merging.CHOSEN if request.form.get(name) == "other"]
        write(merging.merge_people, one, other, take)
        flash(_("%(name)s is one person now. Below, this can be taken back.", name=find_person(one).name), "ok")
    return redirect(url_for("core.pairs", code=code))


@core.post("/e/<code>/guests/merges/<merge>/undo")
@requires("guests.edit")
def undo_pair(code: str, merge: str) -> ResponseReturnValue:
    """Take a merge back."""
    parted = write(merging.undo_merge, merge)
    flash(_("%(name)s is a person apart again.", name=find_person(parted.other).name), "ok")
    if parted.stayed:
        fields = _(", ").join(_label(name) for name in parted.stayed)
        flash(_("Changed since then, and left as it is now: %(fields)s.", fields=fields), "warn")
    return redirect(url_for("core.pairs", code=code))


@core.post("/e/<code>/guests/two/<id>/again")
@requires("guests.edit")
def ask_about_pair(code: str, id: str) -> ResponseReturnValue:
    """Take back that two people are two."""
    write(merging.ask_again, id)
    return redirect(url_for("core.pairs", code=code))


def _of_event(event: Event, id: str) -> Person:
    """A person of this event's project, which is where pairs come from."""
    if not merging.is_of_project(id, str(event.project)):
        raise NotFound(name=id)
    return find_person(id)


def _shown(event: Event, pair: merging.Pair) -> dict[str, Any]:
    visible = [name for name in merging.CHOSEN if name not in CONTACT_FIELDS or current_who().may("guests.contact")]
    lines = [_line(pair, name) for name in visible]
    return {
        "one": pair.one,
        "other": pair.other,
        "why": [_(word) for word in pair.why],
        "lines": [line for line in lines if line.one or line.other],
        "events": [_events(event, person) for person in (pair.one, pair.other)],
    }


def _line(pair: merging.Pair, name: str) -> Compared:
    one, other = pair.one[name], merging.offered(pair.one, pair.other)[name]
    return Compared(
        field=name,
        label=_label(name),
        one=_value(name, one),
        other=_value(name, other),
        taken="other" if name in merging.lacking(pair.one, pair.other) else "one",
        differs=one != other and bool(other),
    )


LABELS: Mapping[str, Any] = {
    **FIELD_WORDS,
    "role": lambda: _("role"),
    "stakeholder_group": lambda: _("group"),
    "birth_year": lambda: _("year of birth"),
    "age_band": lambda: _("age"),
    "disability": lambda: _("disability"),
    "consents": lambda: _("consents"),
}


def _label(name: str) -> str:
    return str(LABELS[name]())


def _value(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name == "sex":
        return words.sex(value)
    if name == "phone":
        return words.phone(value)
    if name == "consents":
        return ngettext("%(num)s consent", "%(num)s consents", len(value))
    return str(value)


def _events(event: Event, person: Mapping[str, Any]) -> str:
    return _(", ").join(_("this event") if id == event.id else title for id, title in person["events"])
