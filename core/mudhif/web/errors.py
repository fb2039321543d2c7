"""Every error, answered in one place: a page for people, JSON for the API, and never a stack trace."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from mudhif.domain.errors import BadInput, MudhifError, NotSignedIn
from mudhif.i18n import N_, _

log = logging.getLogger(__name__)

SENTENCES = {
    400: N_("This request cannot be understood. Go back and try again."),
    403: N_("This page is not for this account."),
    404: N_("There is no page at this address."),
    405: N_("This address does not take this kind of request."),
    413: N_("This is larger than Mudhif takes."),
    415: N_("This is not in a form that Mudhif reads."),
    422: N_("Some of this cannot be used."),
    500: N_("Something went wrong in Mudhif. It has been noted in the log; what was saved before is safe."),
}
CODES = {
    400: "bad-request",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "wrong-method",
    413: "too-large",
    415: "wrong-type",
    422: "bad-input",
    429: "too-many",
    500: "internal",
    503: "unavailable",
}
MANY_DIGITS = "Exceeds the limit"
"""How Python begins to say that a number has too many digits to be read."""
FORGED = N_("This form was open too long, or in another window. Load the page again and send it once more.")


def register_errors(app: Flask) -> None:
    """Answer every error of the app here."""
    app.register_error_handler(MudhifError, mudhif_error)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, http_error)
    for kind in (RecursionError, UnicodeEncodeError, OverflowError, ValueError):
        app.register_error_handler(kind, unusable)
    app.register_error_handler(Exception, unexpected)


def mudhif_error(error: MudhifError) -> ResponseReturnValue:
    """An error that can be said in one sentence."""
    if isinstance(error, NotSignedIn) and not wants_json() and request.method == "GET":
        return redirect(f"/sign-in?{urlencode({'next': request.full_path.rstrip('?')})}")
    answer = _answer(error.status, error.code, str(error), error.errors)
    if error.status in (429, 503):
        answer.headers["Retry-After"] = str(error.values.get("seconds", 5))
    if error.status == 401 and wants_json():
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def forged(error: CSRFError) -> ResponseReturnValue:
    """A form without its token."""
    return _answer(400, "form-expired", _(FORGED), {})


def http_error(error: HTTPException) -> ResponseReturnValue:
    """An error of HTTP itself: an address that is not there, a body that is no JSON, a field that is wrong."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    fields = _fields(error)
    sentence = str(BadInput(fields=fields)) if fields else _sentence(status)
    answer = _answer(status, CODES.get(status, "refused"), sentence, fields)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def unusable(error: Exception) -> ResponseReturnValue:
    """What no reader of JSON and no database takes: a thousand brackets, half a letter, a number without end."""
    if isinstance(error, ValueError) and not isinstance(error, UnicodeEncodeError) and MANY_DIGITS not in str(error):
        return unexpected(error)
    log.warning("%s at %s %s", type(error).__name__, request.method, request.url_rule)
    status = 400 if isinstance(error, RecursionError) else 422
    return _answer(status, CODES[status], _sentence(status), {})


def unexpected(error: Exception) -> ResponseReturnValue:
    """A bug of ours: logged in full, told calmly."""
    log.error("unexpected error at %s %s", request.method, request.url_rule, exc_info=error)
    return _answer(500, "internal", _sentence(500), {})


def wants_json() -> bool:
    """Whether a program asks, not a person."""
    return request.path.startswith("/api/")


def _sentence(status: int) -> str:
    known = SENTENCES.get(status)
    return _(known) if known else HTTPStatus(status).phrase


def _heading(status: int) -> str:
    if status == 404:
        return _("Nothing here")
    if status == 429:
        return _("One moment, please")
    return _("Something went wrong") if status >= 500 else _("This was not done")


def _fields(error: HTTPException) -> dict[str, list[str]]:
    """What webargs found wrong, without the level that says where the field lay."""
    messages = (getattr(error, "data", None) or {}).get("messages") or {}
    fields: dict[str, list[str]] = {}
    for place in messages.values():
        _flatten(place, "", fields)
    return fields


def _flatten(found: Any, name: str, into: dict[str, list[str]]) -> None:
    if isinstance(found, dict):
        for key, value in found.items():
            _flatten(value, f"{name}.{key}" if name else str(key), into)
    else:  # a sentence of its own may be a lazy translation, which marshmallow does not put into a list
        sentences = found if isinstance(found, list) else [found]
        into.setdefault(name, []).extend(str(sentence) for sentence in sentences)


def _answer(status: int, code: str, sentence: str, errors: dict[str, list[str]]) -> Response:
    # A sentence may repeat what was sent, and that may be half a letter.
    sentence = _whole(sentence)
    errors = {_whole(name): [_whole(one) for one in said] for name, said in errors.items()}
    if wants_json():
        answer = jsonify(code=code, message=sentence, errors=errors)
        answer.status_code = status
        return answer
    try:
        page = render_template("mudhif/error.html", heading=_heading(status), sentence=sentence, status=status)
    except Exception as failed:  # the frame of the page may be what is broken
        if not isinstance(failed, TemplateError):
            log.error("the error page itself failed", exc_info=failed)
        page = f"<!doctype html><meta charset=utf-8><title>{status}</title><h1>{status}</h1><p>{escape(sentence)}</p>"
    return make_response(page, status)


def _whole(text: str) -> str:
    return text.encode(errors="replace").decode()
