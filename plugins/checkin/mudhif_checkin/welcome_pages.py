"""The display at the door: who comes in is welcomed in both languages, and sees how many are there."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import force_locale, get_locale

from mudhif.plugin_api import Event, current_event, event_setting, pages, requires
from mudhif.plugin_api import gettext as _

from .attendance import Arrival, attendance_of

welcome = pages("welcome", __name__)
welcome.below = "/x/show"  # beside the other displays of an event

GREETED = 5
_HALVES = frozenset({"عبد", "أبو", "ابو", "أم", "ام", "abd", "abdul", "abdel", "abu", "um", "umm", "al"})


@welcome.get("/<code>/welcome")
@requires("checkin.view")
def show_welcome(code: str) -> str:
    """For a projector: arrived of registered, and the last guests by first name where the event allows names."""
    event = current_event()
    came = attendance_of(event.id)
    template = "welcome_parts" if request.args.get("part") else "welcome"
    return render_template(
        f"mudhif_checkin/{template}.html",
        event=event,
        came=came,
        greetings=[_greeting(language, len(came.arrivals), came.registered) for language in _languages()],
        names=_names(event, came.arrivals),
        live=f"/api/v1/events/{event.id}/live",
    )


def _languages() -> tuple[str, ...]:
    locale = get_locale()
    return ("ar", "en") if locale is not None and locale.language == "ar" else ("en", "ar")


def _greeting(language: str, arrived: int, registered: int) -> dict[str, str]:
    with force_locale(language):
        count = _("%(arrived)s of %(registered)s have arrived", arrived=arrived, registered=registered)
        return {"language": language, "words": _("Welcome"), "count": count}


def _names(event: Event, arrivals: tuple[Arrival, ...]) -> list[str]:
    if not event_setting(event.id, "checkin", "names_on_welcome"):
        return []
    return [first_name(arrival.name) for arrival in reversed(arrivals[-GREETED:]) if arrival.name]


def first_name(name: Any) -> str:
    """What somebody is called by; names of two words stay whole.

    >>> [first_name(name) for name in ("Zahra Kadhim", "عبد الرضا جاسم", "Abdul Rahman Saleh", "هبة")]
    ['Zahra', 'عبد الرضا', 'Abdul Rahman', 'هبة']
    """
    words = str(name).split()
    return " ".join(words[: 2 if words and words[0].casefold() in _HALVES else 1])
