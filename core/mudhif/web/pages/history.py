"""What happened to one guest, in sentences, with what stood in each field before: out of the journal, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mudhif.domain.guests import CONTACT_FIELDS
from mudhif.i18n import _
from mudhif.services.people import person_data
from mudhif.storage.models import Account, Event, Person
from mudhif.web.auth import GUEST_ACTOR
from mudhif.web.pages import words

FIELD_WORDS: Mapping[str, Callable[[], str]] = {
    "name": lambda: _("name"),
    "name_alt": lambda: _("name in the other script"),
    "sex": lambda: _("sex"),
    "organisation": lambda: _("organisation"),
    "phone": lambda: _("phone"),
    "email": lambda: _("e-mail"),
    "kind": lambda: _("kind"),
    "status": lambda: _("status"),
    "role": lambda: _("role"),
    "stakeholder_group": lambda: _("group"),
    "birth_year": lambda: _("year of birth"),
    "age_band": lambda: _("age"),
    "disability": lambda: _("disability"),
    "consents": lambda: _("consent"),
    "answers": lambda: _("answers"),
    "serial": lambda: _("ticket"),
}


WITHOUT_VALUES = ("serial", "consents", "answers", "disability")
VALUES_IN_WORDS: Mapping[str, Callable[[str], str]] = {
    "sex": words.sex,
    "kind": words.kind,
    "status": words.status,
    "age_band": words.age_band,
}


def history_of(person: Person, event: Event, *, with_contact: bool = True) -> list[dict[str, Any]]:
    """The changes of the core's own rows about a person, each with its time and who made it.

    Under ``changed`` are (field, before, after) of each field, in words; "" where nothing stood.

    Args:
        with_contact: whether phone and e-mail are shown.
    """
    now: dict[str, dict[str, Any]] = {}
    entries = []
    for change in person_data(person.id)["history"]:
        kind, fields = change["kind"].rpartition("/")[0], change["fields"]
        new = change["row"] not in now
        stood = now.setdefault(change["row"], {})
        sentence = _sentence(kind, fields, new=new)
        if sentence:
            at = datetime.fromisoformat(change["at"])
            changed = [] if new else _changed(stood, fields, with_contact=with_contact)
            said = {"at": words.moment(at, event.timezone), "sentence": _by(sentence, change["by"]), "changed": changed}
            entries.append(said)
        stood.update(fields)
    return entries[::-1]


def _changed(stood: Mapping[str, Any], fields: Mapping[str, Any], *, with_contact: bool) -> list[tuple[str, str, str]]:
    shown = (
        (FIELD_WORDS[name](), _in_words(name, stood.get(name)), _in_words(name, value))
        for name, value in fields.items()
        if name in FIELD_WORDS and name not in WITHOUT_VALUES and (with_contact or name not in CONTACT_FIELDS)
    )
    return [(title, before, after) for title, before, after in shown if before != after]


def _in_words(name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    return VALUES_IN_WORDS[name](str(value)) if name in VALUES_IN_WORDS else str(value)


def _sentence(kind: str, fields: dict[str, object], *, new: bool) -> str:
    if kind == "core.registration" and new:
        return _("Registered")
    if kind not in ("core.registration", "core.person") or new:
        return ""
    if fields.get("status") == "cancelled":
        return _("Cancelled")
    if "merged_into" in fields:
        return _("Joined with another record") if fields["merged_into"] else _("Parted from another record")
    named = [FIELD_WORDS[name]() for name in fields if name in FIELD_WORDS]
    return _("Changed: %(fields)s", fields=_(", ").join(named)) if named else ""


def _by(sentence: str, actor: str) -> str:
    if actor == GUEST_ACTOR:
        return _("%(what)s, by the guest", what=sentence)
    account = Account.get_or_none(Account.id == actor)
    return _("%(what)s, by %(name)s", what=sentence, name=account.name) if account else sentence
