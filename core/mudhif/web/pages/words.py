"""Dates, times and numbers in the reader's words: what templates call as filters.

Iraqi month names in Arabic, 24 hours; a range is written with words, never with a dash between digits. Digits are 123,
or ١٢٣ in Arabic where the installation says so; phone numbers, ticket numbers and codes are always 123.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import g, has_app_context

from mudhif.i18n import _, ngettext
from mudhif.services.settings import Installation, installation

CALENDARS = {"ar": "ar_IQ", "en": "en_GB"}
"""Which calendar's names a language uses: Arabic months are those of Iraq (تشرين الثاني, not نوفمبر)."""

ARABIC = ("\u0600", "\u06ff")
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def language() -> str:
    """The language of the page being made, ``en`` where there is none."""
    from flask_babel import get_locale

    locale = get_locale()
    return locale.language if locale else "en"


def settings() -> Installation:
    """What was set for the installation, read once for each page."""
    if not has_app_context():
        return installation()
    if "installation" not in g:
        g.installation = installation()
    found: Installation = g.installation
    return found


def numbering() -> str:
    """The numbering system of the page being made, as Babel and `Intl` name it: ``latn``, or ``arab`` in Arabic."""
    return settings().digits if language() == "ar" else "latn"


def in_digits(text: str) -> str:
    """The text with its digits as this page writes them."""
    return text.translate(ARABIC_DIGITS) if numbering() == "arab" else text


def script(text: str | None) -> str:
    """The language tag of a name by its letters: ``ar`` or ``en``."""
    return "ar" if any(ARABIC[0] <= letter <= ARABIC[1] for letter in text or "") else "en"


def figure(number: Any) -> str:
    """A number with its thousands parted; anything else as it is."""
    if isinstance(number, bool) or not isinstance(number, int):
        return "" if number is None else str(number)
    if numbering() == "arab":
        # Babel takes the separators of a numbering system, and leaves the digits to us.
        return format_decimal(number, locale="ar", numbering_system="arab").translate(ARABIC_DIGITS)
    return format_decimal(number, locale="en")


def local(moment: datetime, zone: str | None) -> datetime:
    """The moment on the wall clock of a place."""
    return moment.astimezone(ZoneInfo(zone or "UTC"))


def day(moment: datetime, zone: str | None, form: str = "long") -> str:
    """``long``: Thursday 26 November 2026 · ``short``: Thu 26 November, with the year where it is not this one."""
    patterns = {"long": "EEEE d MMMM y", "short": "EEE d MMMM", "other year": "EEE d MMMM y", "plain": "d MMMM y"}
    date = local(moment, zone).date()
    if form == "short" and date.year != datetime.now(ZoneInfo(zone or "UTC")).year:
        form = "other year"
    return in_digits(str(format_date(date, patterns[form], locale=CALENDARS.get(language(), "en_GB"))))


def clock(moment: datetime, zone: str | None) -> str:
    """09:00"""
    return in_digits(f"{local(moment, zone):%H:%M}")


def moment(at: datetime, zone: str | None) -> str:
    """26 November 2026, 09:06"""
    return _("%(day)s, %(time)s", day=day(at, zone, "plain"), time=clock(at, zone))


def span(event: Any, form: str = "long") -> str:
    """An event's day and times; what is unknown is left out."""
    if event.starts is None:
        return ""
    date = day(event.starts, event.timezone, form)
    if event.ends is None:
        return _("%(day)s, %(time)s", day=date, time=clock(event.starts, event.timezone))
    return _(
        "%(day)s, %(start)s to %(end)s",
        day=date,
        start=clock(event.starts, event.timezone),
        end=clock(event.ends, event.timezone),
    )


def place(event: Any) -> str:
    """Ishtar Hall, Nasiriyah"""
    return _(", ").join(part for part in (event.venue, event.city) if part)


def until(event: Any, now: datetime | None = None) -> tuple[str, str] | None:
    """How far off an event is, as two short lines; None when it has no time."""
    if event.starts is None:
        return None
    now = now or datetime.now(UTC)
    ends = event.ends or event.starts + timedelta(hours=4)
    if now >= ends:
        return _("was on"), day(event.starts, event.timezone, "short")
    if now >= event.starts:
        return _("now, since"), clock(event.starts, event.timezone)
    days = (local(event.starts, event.timezone).date() - local(now, event.timezone).date()).days
    if days == 0:
        return _("today at"), clock(event.starts, event.timezone)
    return _("begins in"), ngettext("%(num)s day", "%(num)s days", days)


def when(event: Any, now: datetime | None = None) -> str:
    """Today, 09:00; on another day the day's name."""
    now = now or datetime.now(UTC)
    time = clock(event.starts, event.timezone)
    if local(event.starts, event.timezone).date() == local(now, event.timezone).date():
        return _("Today, %(time)s", time=time)
    return _("%(day)s, %(time)s", day=day(event.starts, event.timezone, "short"), time=time)


def phone(text: str | None) -> str:
    """An Iraqi mobile in the groups that people read: 0780 112 4471."""
    digits = "".join(letter for letter in text or "" if letter.isdigit())
    if digits.startswith("964") and len(digits) == 13:
        digits = "0" + digits[3:]
    if len(digits) == 11 and digits.startswith("07"):
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    return text or ""


def sex(value: str | None) -> str:
    """Woman, Man; what is not recorded says so."""
    return {"f": _("Woman"), "m": _("Man")}.get(value or "", _("Not recorded"))


def kind(value: str | None) -> str:
    """The kind of a registration in words."""
    return {
        "participant": _("Participant"),
        "guest": _("Guest of honour"),
        "facilitator": _("Facilitator"),
        "media": _("Media guest"),
        "staff": _("Staff"),
    }.get(value or "", value or "")


def status(value: str | None) -> str:
    """The status of a registration in words."""
    return {
        "invited": _("Invited"),
        "registered": _("Registered"),
        "waiting": _("On the waiting list"),
        "cancelled": _("Cancelled"),
    }.get(value or "", value or "")


def age_band(band: str) -> str:
    """An age group: `0-17` is *Under 18*, `60+` is *60 and older*."""
    if band.endswith("+"):
        return _("%(age)s and older", age=in_digits(band[:-1]))
    youngest, _dash, oldest = band.partition("-")
    if youngest == "0":
        return _("Under %(age)s", age=in_digits(str(int(oldest) + 1)))
    return _("%(youngest)s to %(oldest)s", youngest=in_digits(youngest), oldest=in_digits(oldest))


FILTERS = {
    "script": script,
    "figure": figure,
    "day": day,
    "clock": clock,
    "moment": moment,
    "span": span,
    "place": place,
    "phone": phone,
    "sex": sex,
    "kind": kind,
    "status": status,
    "age_band": age_band,
}
