"""What happened to one guest, in sentences: out of the journal, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

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
    "serial": lambda: _("ticket"),
}


def history_of(person: Person, event: Event) -> list[dict[str, str]]:
    """The changes of the core's own rows about a person, each with its time and who made it."""
    seen: set[str] = set()
    entries = []
    for change in person_data(person.id)["history"]:
        kind = change["kind"].rpartition("/")[0]
        sentence = _sentence(kind, change["fields"], new=change["row"] not in seen)
        seen.add(change["row"])
        if sentence:
            at = datetime.fromisoformat(change["at"])
            entries.append({"at": words.moment(at, event.timezone), "sentence": _by(sentence, change["by"])})
    return entries[::-1]


def _sentence(kind: str, fields: dict[str, object], *, new: bool) -> str:
    if kind == "core.registration" and new:
        return _("Registered")
    if kind not in ("core.registration", "core.person") or new:
        return ""
    if fields.get("status") == "cancelled":
        return _("Cancelled")
    named = [FIELD_WORDS[name]() for name in fields if name in FIELD_WORDS]
    return _("Changed: %(fields)s", fields=_(", ").join(named)) if named else ""


def _by(sentence: str, actor: str) -> str:
    if actor == GUEST_ACTOR:
        return _("%(what)s, by the guest", what=sentence)
    account = Account.get_or_none(Account.id == actor)
    return _("%(what)s, by %(name)s", what=sentence, name=account.name) if account else sentence
