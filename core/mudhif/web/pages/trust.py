"""How a phone learns to trust this laptop: the steps, the authority's certificate, and the check whether it worked.

Reached by plain http, for a phone that trusts nothing yet; over https the same page says what works.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from mudhif.services.certificates import Authority, in_groups, known_authority
from mudhif.services.networks import base_url, host_names, reach
from mudhif.storage.store import current
from mudhif.web.pages.blueprint import core
from mudhif.web.security import CONTENT_POLICY

CERTIFICATE = "application/x-x509-ca-cert"
#: Tells a browser that trusts it from one whose user has clicked a warning away: only the first may register it.
WORKER = "// Registered and taken away again by the page /trust, to see whether this browser trusts the laptop.\n"


@core.get("/trust")
def trust() -> ResponseReturnValue:
    """The steps for Android, iOS and Windows, with the check."""
    authority, https = _authority(), _https()
    answer = make_response(
        render_template(
            "mudhif/trust.html",
            authority=authority,
            fingerprint=in_groups(authority.fingerprint),
            https=https,
            system=_system(request.user_agent.string),
            is_safe=request.is_secure,
        )
    )
    if https:
        answer.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; connect-src 'self' {https}"
    return answer


@core.get("/trust/ca.crt")
def trust_certificate() -> Response:
    """The authority's certificate, in the form that opens the dialogues of all three systems."""
    authority = _authority()
    answer = Response(authority.der, content_type=CERTIFICATE)
    if "file" in request.args:  # Android takes it from its settings, out of a file
        answer.headers["Content-Disposition"] = f'attachment; filename="{authority.name.replace(" ", "-")}.crt"'
    return answer


@core.get("/trust/works")
def trust_works() -> ResponseReturnValue:
    """What opens without a warning once the laptop is trusted."""
    return render_template("mudhif/trust_works.html")


@core.get("/trust/worker.js")
def trust_worker() -> Response:
    """A service worker that does nothing."""
    return Response(WORKER, content_type="text/javascript; charset=utf-8")


def _authority() -> Authority:
    instance = current().instance
    found = reach().authority or (known_authority(instance.keys) if instance else None)
    if found is None:  # the laptop was never opened to a network
        abort(404)
    return found


def _https() -> str | None:
    """The https address at the name by which the phone has found this laptop, if it is one of its own."""
    opened = reach()
    host = urlsplit(request.host_url).hostname or ""
    if opened.https_port is None or host not in (*opened.addresses, *host_names(), "localhost", "127.0.0.1"):
        return opened.staff
    return base_url("https", host, opened.https_port)


def _system(agent: str) -> str:
    """Whose steps are unfolded: ``android``, ``ios``, ``windows`` or none.

    >>> _system("Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/130"), _system("Mozilla/5.0 (iPhone; CPU iPhone OS)")
    ('android', 'ios')
    """
    signs = {"Android": "android", "iPhone": "ios", "iPad": "ios", "Windows": "windows"}
    return next((system for sign, system in signs.items() if sign in agent), "")
