"""Coming in and going out: the sign-in, and the one-time page that makes the administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mudhif.domain.errors import BadInput
from mudhif.i18n import _
from mudhif.services.accounts import (
    WrongPassword,
    account_with,
    check_once_link,
    create_first_administrator,
    hash_password,
)
from mudhif.services.settings import CORE, set_settings
from mudhif.storage.models import Account
from mudhif.storage.store import current, write
from mudhif.web import auth
from mudhif.web.pages import settings as setting_pages
from mudhif.web.pages import words
from mudhif.web.pages.blueprint import core
from mudhif.web.security import floods

if TYPE_CHECKING:
    from mudhif.storage.writer import Tx


@core.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Name and password; then the page that was asked for."""
    after = inside(request.values.get("next"))
    if request.method == "GET":
        return render_template("mudhif/sign_in.html", values={}, errors={}, next=after)
    floods().sign_ins.take(request.remote_addr or "")
    name = request.form.get("name", "")
    try:
        account = account_with(name, request.form.get("password", ""))
    except WrongPassword as error:
        page = render_template("mudhif/sign_in.html", values={"name": name}, errors={"": [str(error)]}, next=after)
        return page, error.status
    auth.sign_in(account)
    return redirect(after or url_for("core.home"))


@core.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Forget who used this browser."""
    auth.sign_out()
    return redirect(url_for("core.sign_in"))


@core.route("/welcome/<once>", methods=["GET", "POST"])
def welcome(once: str) -> ResponseReturnValue:
    """The first run: whoever holds the link from the console becomes the administrator."""
    floods().sign_ins.take(request.remote_addr or "")
    check_once_link(once, "welcome")
    if request.method == "GET":
        return _welcome_page({f"{CORE}.language": words.language(), f"{CORE}.digits": "latn"}, {})
    name, given = request.form.get("name", ""), setting_pages.given_settings(None, request.form, CORE)
    try:
        stored = hash_password(request.form.get("password", ""))
        account = write(_begin, once, name, stored, given)
    except BadInput as error:
        return _welcome_page(setting_pages.typed_values(given) | {"name": name}, error.errors), error.status
    auth.sign_in(account.id)
    flash(_("Welcome. Now make the first event."), "ok")
    # The address carries the language once more, since a switch on top of this page may have left another in a cookie.
    return redirect(url_for("core.new_event", lang=given.get((CORE, "language"))))


def _begin(tx: Tx, once: str, name: str, stored: str, given: Mapping[tuple[str, str], Any]) -> Account:
    account = create_first_administrator(tx, name, stored, once)
    set_settings(tx, None, given)
    return account


def _welcome_page(values: Mapping[str, Any], errors: Mapping[str, list[str]]) -> str:
    instance = current().instance
    return render_template(
        "mudhif/welcome.html",
        settings=setting_pages.fields_of(None, CORE),
        values=values,
        errors=errors,
        folder=instance.root if instance else "",
    )


def inside(address: str | None) -> str | None:
    """An address of our own; anything that leads elsewhere is dropped."""
    if not address:
        return None
    parts = urlsplit(address)
    inside = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if inside and not address.startswith("//") else None
