"""Who may sign in on this laptop: the list, and the form for one more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import BadInput
from mudhif.i18n import _
from mudhif.services.accounts import ROLES, create_account, hash_password
from mudhif.services.events import all_events
from mudhif.storage.models import Account, Credential
from mudhif.storage.store import write
from mudhif.web.auth import requires
from mudhif.web.pages.blueprint import core

ROLE_WORDS: Mapping[str, Callable[[], str]] = {
    "administrator": lambda: _("Administrator: everything"),
    "coordinator": lambda: _("Coordinator: events, guests, reports"),
    "reporter": lambda: _("Reporter: media and report"),
    "desk": lambda: _("Desk: register and check in"),
    "scanner": lambda: _("Scanner: check in only"),
    "timekeeper": lambda: _("Timekeeper: agenda and timer"),
    "display": lambda: _("Display: shows, changes nothing"),
    "viewer": lambda: _("Viewer: looks, changes nothing"),
}


@core.route("/settings/accounts", methods=["GET", "POST"])
@requires("accounts.manage")
def accounts() -> ResponseReturnValue:
    """All accounts, and the form for a new one."""
    if request.method == "GET":
        return _page({"role": "desk"}, {})
    form = request.form
    try:
        stored = hash_password(form.get("password", ""))
        unit = partial(create_account, password_hash=stored, event=form.get("event") or None)
        made: Account = write(unit, form.get("name", ""), form.get("role", ""))
    except BadInput as error:
        return _page(form, error.errors or {"": [str(error)]}), error.status
    flash(_("%(name)s can sign in.", name=made.name), "ok")
    return redirect(url_for("core.accounts"))


def _page(values: Mapping[str, Any], errors: Mapping[str, list[str]]) -> str:
    titles = {event.id: event.title for event in all_events()}
    here = {credential.account for credential in Credential.select(Credential.account)}
    rows = [
        {
            "name": account.name,
            "role": role_in_words(account.role),
            "event": titles.get(account.event, ""),
            "here": account.id in here,
        }
        for account in Account.select().where(~Account.deleted).order_by(Account.id)
    ]
    return render_template(
        "mudhif/accounts.html",
        accounts=rows,
        roles=[(role, role_in_words(role)) for role in ROLES],
        events=list(titles.items()),
        values=values,
        errors=errors,
    )


def role_in_words(role: str) -> str:
    """What an account with this role is for."""
    words = ROLE_WORDS.get(role)
    return words() if words else role
