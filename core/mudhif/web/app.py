"""The Flask app: the core's pages and API, those of plugins, languages, and what stands before them all."""

from __future__ import annotations

import functools
import mimetypes
import re
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, has_request_context, request, url_for
from flask_babel import Babel, get_locale
from flask_smorest import Blueprint as ApiBlueprint

from mudhif.domain.errors import Refused
from mudhif.i18n import N_
from mudhif.services.accounts import Members
from mudhif.services.settings import CORE, event_setting
from mudhif.web.api import make_api
from mudhif.web.auth import current_who, event_shown, recognise
from mudhif.web.blueprints import API_PREFIX
from mudhif.web.errors import register_errors
from mudhif.web.live import live
from mudhif.web.security import GUEST_PATHS, guard, key_file, protect, refuse_forgeries
from mudhif.web.shortway import ShortWays, Way

if TYPE_CHECKING:
    from flask_smorest import Api

    from mudhif.plugins.host import Host
    from mudhif.storage.store import Store

LANGUAGES = ("en", "ar")
RIGHT_TO_LEFT = frozenset({"ar"})
LANGUAGE_COOKIE = "lang"
LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600

#: Windows reads these from its registry, where anything may stand.
MIME_TYPES = {
    ".wasm": "application/wasm",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


class MudhifFlask(Flask):
    """Flask that looks once, and not at every request, whether a function is a coroutine."""

    @functools.cache  # noqa: B019 - an app lives as long as its process, and so do its views
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """A function that can be called without `await`."""
        return super().ensure_sync(func)


class AddressTaken(Refused):
    message = N_("Its address %(path)s is taken by %(other)s. Its pages are left out.")


def create_app(store: Store, host: Host) -> Flask:
    """Make the app of an open installation.

    Args:
        store: in use (`mudhif.storage.store.use`).
        host: loaded; a plugin whose addresses are taken is left out and says so on the page *Plugins*.
    """
    for ending, kind in MIME_TYPES.items():
        mimetypes.add_type(kind, ending)
    app = MudhifFlask("mudhif.web")
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": False, "autoescape": True}
    members = Members(lambda: host.permissions.values())
    app.extensions |= {"mudhif_store": store, "mudhif_host": host, "mudhif_members": members}
    ways: dict[str, Way] = {}
    app.wsgi_app = ShortWays(app.wsgi_app, members, ways)  # type: ignore[method-assign]
    protect(app, key_file(store.instance.keys / "session.key") if store.instance else secrets.token_bytes(32))
    app.before_request(before)
    speak(app, host)
    api = make_api(app)
    api.register_blueprint(live)
    register_core_pages(app)
    add_plugin_pages(app, api, host, ways)
    register_errors(app)  # last: flask-smorest brings a handler of its own
    return app


def before() -> None:
    """What stands before every view, in this order; one function, since Flask's own care for each costs time."""
    guard()
    recognise()
    refuse_forgeries()
    look_only()


def look_only() -> None:
    """Let HEAD see what GET sees. A view that tells showing from doing by GET would else do, without a form's token."""
    if request.method == "HEAD" and request.url_rule is not None and "POST" in (request.url_rule.methods or ()):
        request.method = "GET"  # the environment still says HEAD, so that no body is sent


def register_core_pages(app: Flask) -> None:
    """The pages of the core."""
    from mudhif.web.pages import register_pages

    register_pages(app)


# ---------------------------------------------------------------- languages


def speak(app: Flask, host: Host) -> None:
    """English and Arabic, for the core and every plugin, and what each template may use."""
    folders = ";".join(str(folder) for folder in translation_folders(host))
    Babel(app, default_locale="en", default_translation_directories=folders, locale_selector=language)
    app.after_request(remember_language)
    app.context_processor(template_names)


def translation_folders(host: Host) -> list[Path]:
    """Where translations lie: in the core, and in the package of each plugin."""
    packages = dict.fromkeys([Path(__file__).parent.parent, *host.packages])
    return [folder for package in packages if (folder := package / "translations").is_dir()]


def language() -> str:
    """The reader's language: ``?lang=``, what was chosen before, then by who reads.

    The team reads the language of the installation, since on a laptop that is lent the browser's says little of who
    sits at it. A guest's own phone knows better than the organiser does, and so does a program that names a language.
    """
    if not has_request_context():
        return LANGUAGES[0]
    for chosen in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    preferred = request.accept_languages.best_match(LANGUAGES)
    ours = event_setting(None, CORE, "language")
    for_the_team = not request.path.startswith((*GUEST_PATHS, API_PREFIX))
    first, second = (ours, preferred) if for_the_team else (preferred, ours)
    return first or second or LANGUAGES[0]


def remember_language(response: Response) -> Response:
    """Keep what was chosen by ``?lang=``."""
    if b"lang=" not in request.query_string:
        return response
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=LANGUAGE_COOKIE_SECONDS, samesite="Lax", secure=request.is_secure
        )
    return response


def template_names() -> dict[str, Any]:
    """What every template may use."""
    locale = get_locale()
    lang = locale.language if locale else LANGUAGES[0]
    return {
        "lang": lang,
        "dir": "rtl" if lang in RIGHT_TO_LEFT else "ltr",
        "who": current_who(),
        "event": event_shown(),
        "static_url": static_url,
    }


def static_url(filename: str, plugin: str | None = None) -> str:
    """The address of a static file of the core, or of a plugin's pages."""
    return url_for(f"{plugin}.static" if plugin else "static", filename=filename)


# ---------------------------------------------------------------- plugins


def add_plugin_pages(app: Flask, api: Api, host: Host, ways: dict[str, Way]) -> None:
    """Add the pages and the API of every plugin; one that wants an address which is taken loses its pages only."""
    owners = dict.fromkeys(_addresses(app), "Mudhif")
    for answer in host.blueprints:
        with host.guarding(answer.plugin, "blueprints"):
            wanted = _addresses_of(answer.value)
            taken = next((address for address in wanted if address in owners), None)
            if taken is not None:
                raise AddressTaken(path=taken[0], other=owners[taken])
            if isinstance(answer.value, ApiBlueprint):
                api.register_blueprint(answer.value)
                ways |= short_ways(answer.value, wanted)
            else:
                app.register_blueprint(answer.value)
            owners |= dict.fromkeys(wanted, answer.plugin)


def short_ways(blueprint: ApiBlueprint, addresses: Iterable[tuple[str, str]]) -> dict[str, Way]:
    """The short ways of a blueprint, each to an address of its own."""
    named = getattr(blueprint, "short_ways", {})
    return {
        below_event: Way(permission, answer)
        for below_event, (permission, answer) in named.items()
        if (f"{API_PREFIX}/events/<>/{below_event}", "POST") in addresses
    }


def _addresses_of(blueprint: Blueprint) -> list[tuple[str, str]]:
    trial = Flask("trial", static_folder=None)
    trial.register_blueprint(blueprint)
    return list(_addresses(trial))


def _addresses(app: Flask) -> Iterable[tuple[str, str]]:
    """(path, method) of every rule; what an argument is called makes no difference."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield re.sub(r"<[^>]*>", "<>", rule.rule), method
