"""What is examined of an installation and of an event: the core's own lines, then those of the plugins."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import peewee

from mudhif.config import Instance
from mudhif.i18n import N_, _, ngettext
from mudhif.plugins.host import Host
from mudhif.plugins.types import Line
from mudhif.services.badge_prints import printed_badges
from mudhif.services.certificates import RENEW_BEFORE, standing
from mudhif.services.consents import ATTENDANCE, PHOTOS
from mudhif.services.devices import devices_of
from mudhif.services.networks import lan_addresses
from mudhif.services.settings import CORE, event_setting
from mudhif.storage import merging
from mudhif.storage.models import Account, Event, Person, PrintedPoster, Registration
from mudhif.storage.store import Store

ENOUGH_FREE_MB = 500
SAFE_SQLITE = (3, 51, 3)


def examine(instance: Instance, store: Store, host: Host) -> list[Line]:
    """The installation, line by line."""
    own = [
        _database(store),
        _sqlite(),
        _durable(store),
        _space(instance),
        _keys(instance),
        _certificate(instance, datetime.now(UTC)),
        _clock(),
        _administrator(),
        *host.lines(),
    ]
    return [*own, *_asked(host, None, store)]


def examine_event(event: Event, store: Store, host: Host) -> list[Line]:
    """What is missing before an event, the most harmful first; what is ready stands behind it."""
    lines = [_guests(event), _sexes(event), *_consents(event), *_asked(host, event, store)]
    if event.ends > datetime.now(UTC):
        lines += [_scanner(event), _badges(event), _poster(event)]
    return sorted(lines, key=lambda line: line.ok)


def _asked(host: Host, event: Event | None, store: Store) -> list[Line]:
    return [answer.value for answer in host.call("doctor", event=event, read=store)]


def _database(store: Store) -> Line:
    said = store.db.execute_sql("PRAGMA quick_check").fetchone()[0]
    problems = store.db.execute_sql("SELECT count(*) FROM problem").fetchone()[0]
    if said != "ok":
        return Line(
            name="database",
            ok=False,
            text=_(N_("The database file is damaged: %(what)s."), what=said),
            remedy=_(N_("Restore the last backup.")),
        )
    if problems:
        text = ngettext(
            "%(num)s change is kept that could not be applied.",
            "%(num)s changes are kept that could not be applied.",
            problems,
        )
        return Line(
            name="database",
            ok=False,
            text=text,
            remedy=_(N_("Install the plugin or the newer version they belong to; nothing is lost.")),
        )
    return Line(name="database", ok=True, text=_(N_("The database file is whole.")))


def _sqlite() -> Line:
    driver: Any = vars(peewee)["sqlite3"]  # the driver that peewee chose
    version = driver.sqlite_version
    ok = driver.sqlite_version_info >= SAFE_SQLITE
    remedy = (
        None
        if ok
        else _(
            N_(
                "SQLite before 3.51.3 can damage a database that two programs write at once. "
                "Run no command beside the server."
            )
        )
    )
    return Line(name="sqlite", ok=ok, text=f"SQLite {version}", remedy=remedy)


def _durable(store: Store) -> Line:
    level = store.db.writer.execute("PRAGMA synchronous").fetchone()[0]
    return Line(
        name="durability",
        ok=level == 2,
        text=_(
            N_("Each answer waits until it is on the disk (synchronous=%(level)s)."),
            level="FULL" if level == 2 else level,
        ),
    )


def _space(instance: Instance) -> Line:
    free_mb = shutil.disk_usage(instance.root).free // 1_000_000
    if free_mb < ENOUGH_FREE_MB:
        return Line(
            name="disk",
            ok=False,
            text=_(N_("The disk is nearly full (%(free)d MB)."), free=free_mb),
            remedy=_(N_("Check-ins are still saved; free some space before the evening.")),
        )
    return Line(name="disk", ok=True, text=_(N_("%(free)d MB are free."), free=free_mb))


def _keys(instance: Instance) -> Line:
    there = (instance.keys / "ticket.key").exists()
    text = (
        _(N_("The ticket key is here."))
        if there
        else _(N_("There is no ticket key yet; it is made with the first ticket."))
    )
    return Line(name="keys", ok=True, text=text)


def _certificate(instance: Instance, now: datetime) -> Line:
    """Of https, for the team's phones."""
    found, addresses = standing(instance.keys), lan_addresses()
    if found is None:
        text = _(N_("There is no certificate for phones yet; it is made by: mudhif serve --lan"))
        return Line(name="certificate", ok=True, text=text)
    remedy = _(N_("It is renewed by the next start, and by a server that runs: mudhif serve --lan"))
    if not found.is_ours:
        text = _(N_("The certificate for phones is not signed by the authority that they trust."))
        return Line(name="certificate", ok=False, text=text, remedy=remedy)
    days = (found.ends - now).days
    if days < 0:
        text = _(N_("The certificate for phones ended on %(day)s."), day=f"{found.ends:%Y-%m-%d}")
        return Line(name="certificate", ok=False, text=text, remedy=remedy)
    text = ngettext(
        "The certificate for phones ends in %(num)s day. It is for %(names)s.",
        "The certificate for phones ends in %(num)s days. It is for %(names)s.",
        days,
        names=", ".join(found.covers),
    )
    missing = [address for address in addresses if address not in found.covers]
    if missing:
        text += " " + _(N_("It is not for %(missing)s, where this laptop is now."), missing=", ".join(missing))
    is_old = timedelta(days=days) < RENEW_BEFORE
    return Line(
        name="certificate", ok=not missing and not is_old, text=text, remedy=remedy if missing or is_old else None
    )


def _clock() -> Line:
    year = time.gmtime().tm_year
    ok = 2024 <= year <= 2100
    return Line(
        name="clock",
        ok=ok,
        text=_(N_("The laptop's clock says %(now)s."), now=time.strftime("%Y-%m-%d %H:%M")),
        remedy=None if ok else _(N_("Set the clock; it labels every check-in.")),
    )


def _administrator() -> Line:
    if Account.select().where((Account.role == "administrator") & ~Account.deleted).exists():
        return Line(name="administrator", ok=True, text=_(N_("There is an administrator.")))
    return Line(
        name="administrator",
        ok=False,
        text=_(N_("There is no administrator yet.")),
        remedy=_(N_("Start the server and open the one-time link, or: mudhif init --admin NAME --password-stdin")),
    )


def _registered(event: Event) -> Any:
    return Registration.select().where(merging.is_registration_of(str(event.id)) & (Registration.status != "cancelled"))


def _guests(event: Event) -> Line:
    count = _registered(event).count()
    if not count:
        return Line(
            name="guests",
            ok=False,
            text=_(N_("The guest list is empty")),
            remedy=_(N_("Import it from Excel, or let guests register by the poster.")),
        )
    return Line(name="guests", ok=True, text=ngettext("%(num)s guest registered", "%(num)s guests registered", count))


def _sexes(event: Event) -> Line:
    missing = _registered(event).join(Person, on=merging.is_holder()).where(Person.sex.is_null()).count()
    if missing:
        return Line(
            name="sex",
            ok=False,
            text=ngettext("%(num)s guest has no sex recorded", "%(num)s guests have no sex recorded", missing),
            remedy=_(N_("Donors ask for women and men. Ask at the door, or fill it in now.")),
        )
    return Line(name="sex", ok=True, text=_(N_("Women and men are recorded")))


_CONSENT_MISSES = {
    (ATTENDANCE, "en"): N_("The consent to be on the list has no English text"),
    (ATTENDANCE, "ar"): N_("The consent to be on the list has no Arabic text"),
    (PHOTOS, "en"): N_("The photo consent has no English text"),
    (PHOTOS, "ar"): N_("The photo consent has no Arabic text"),
}


def _consents(event: Event) -> list[Line]:
    """Where an event asks in its own words, it does so in each language; else a guest agrees to something else."""
    own = {(id, lang) for id, lang in _CONSENT_MISSES if event_setting(event.id, CORE, f"{id}_{lang}")}
    asked = {id for id, _lang in own}
    remedy = _(N_("Guests who read the form in it see our words instead of yours."))
    return [
        Line(name="consent", ok=False, text=_(text), remedy=remedy)
        for (id, lang), text in _CONSENT_MISSES.items()
        if id in asked and (id, lang) not in own and lang in event.languages
    ] or [Line(name="consent", ok=True, text=_(N_("Consent texts are there")))]


def _scanner(event: Event) -> Line:
    now = datetime.now(UTC)
    count = sum(device.role == "scanner" and device.expires > now for device in devices_of(event.id))
    if count:
        text = ngettext("%(num)s phone is paired as a scanner", "%(num)s phones are paired as scanners", count)
        return Line(name="phones", ok=True, text=text)
    return Line(
        name="phones",
        ok=False,
        text=_(N_("No phone is paired as a scanner")),
        remedy=_(N_("Two phones let 40 guests in within ten minutes. Pair them at the venue, on its Wi-Fi.")),
    )


def _badges(event: Event) -> Line:
    registered = [row.id for row in _registered(event).select(Registration.id)]
    count = len(printed_badges(event.id).intersection(registered))
    if count:
        text = ngettext("%(num)s badge printed", "%(num)s badges printed", count)
        return Line(name="badges", ok=True, text=text)
    remedy = _(N_("Print all in one go now, or one by one at the desk."))
    return Line(name="badges", ok=False, text=_(N_("No badge is printed yet")), remedy=remedy)


def _poster(event: Event) -> Line:
    if PrintedPoster.get_or_none(PrintedPoster.event == event.id):
        return Line(name="poster", ok=True, text=_(N_("The poster is made")))
    remedy = _(N_("With it, who has no invitation registers on their own phone. Print it at the venue, on its Wi-Fi."))
    return Line(name="poster", ok=False, text=_(N_("The poster is not made yet")), remedy=remedy)
