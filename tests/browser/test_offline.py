"""The scanner with no laptop in reach: what it shows, that it keeps everything, and that all of it arrives once."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import sqlite3
import subprocess

import pytest
from playwright.sync_api import Error

LANGUAGES = ["en", "ar"]
CHECKINS = re.compile(r"/checkins(/batch)?$")
WORDS = {
    "en": {"welcome": "Welcome", "forged": "Not our ticket", "kept": "Kept on this phone", "line": "3 kept here",
           "unlisted": "True ticket, not on this phone’s list"},
    "ar": {"welcome": "أهلًا وسهلًا", "forged": "ليست بطاقتنا", "kept": "محفوظ على هذا الهاتف", "line": "محفوظ هنا: 3",
           "unlisted": "بطاقة صحيحة ليست في قائمة هذا الهاتف"},
}  # fmt: skip


@pytest.fixture(scope="module")
def sessions():
    return {}


@pytest.fixture
def scanner(site, look, sessions):
    """Opens the scanner, signed in, with the event's list and its worker in place."""

    def opened(lang="en", **options):
        if site.url not in sessions:
            sessions[site.url] = look(site).context.storage_state()
        size = {"width": 390, "height": 844} | options
        page = look(site, signed_in=False, lang=lang, storage_state=sessions[site.url], **size)
        page.context.add_cookies([{"name": "lang", "value": lang, "url": site.url}])
        page.goto(f"{site.event_url}/scan")
        listening(page)
        page.wait_for_selector("#kept[data-installed='true']", state="attached")
        return page

    return opened


def listening(page):
    page.wait_for_selector("main[data-ready]")
    page.wait_for_selector("#kept[data-listed]:not([data-listed=''])", state="attached")


def read(page, text):
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def card(page, outcome):
    page.wait_for_selector(f"#outcome[data-outcome='{outcome}'] .out")
    return page.locator("#outcome .out")


def plain(text):
    return text.replace("\u2068", "").replace("\u2069", "")


def forged(ticket):
    """Another bit in the signature: a true spelling of what nobody signed."""
    raw = bytearray(base64.b32decode(ticket + "=" * (-len(ticket) % 8)))
    raw[-1] ^= 1
    return base64.b32encode(bytes(raw)).decode().rstrip("=")


def kept(page, count):
    # A phone whose first try met a busy laptop tries again after ten seconds.
    page.wait_for_selector(f"#kept[data-kept='{count}']", timeout=30_000)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scanner_goes_on_without_the_laptop_and_hands_everything_in_once(site, scanner, problems, lang):
    words = WORDS[lang]
    known = site.command("guests", "add", site.code, "--name", f"Known in {lang}")
    page = scanner(lang)
    late = site.command("guests", "add", site.code, "--name", f"Registered too late in {lang}")
    before = site.command("attendance", site.code)["arrived"]
    page.context.set_offline(True)

    read(page, known["ticket"])
    green = card(page, "welcome")
    assert green.locator(".say").inner_text() == words["welcome"]
    assert green.locator(".who").inner_text() == f"Known in {lang}"
    assert words["kept"] in green.locator(".why").inner_text()
    assert green.locator("[data-act='undo']").is_visible()

    read(page, forged(known["ticket"]))
    assert card(page, "forged").locator(".say").inner_text() == words["forged"]

    read(page, late["ticket"])
    marked = card(page, "welcome").locator(".why").inner_text()
    assert words["unlisted"] in marked
    assert words["kept"] in marked

    kept(page, 3)
    assert words["line"] in plain(page.locator("#kept").inner_text())
    assert site.command("attendance", site.code)["arrived"] == before

    # A flat battery, a page closed by mistake: it opens without the laptop, and nothing has gone.
    page.reload()
    listening(page)
    kept(page, 3)
    read(page, known["ticket"])
    page.wait_for_selector("#outcome:is([data-outcome='already'], [data-outcome='just-now'])")
    kept(page, 4)
    assert problems(page) == []

    page.context.set_offline(False)
    kept(page, 0)
    assert site.command("attendance", site.code)["arrived"] == before + 2


def test_a_scan_whose_answer_was_lost_is_the_same_scan_and_counts_once(site, scanner):
    page = scanner()
    sent: list[str] = []

    def lose_the_answer(route):
        asked = json.loads(route.request.post_data)
        sent.extend(row["scan_id"] for row in (asked if isinstance(asked, list) else [asked]))
        route.fetch()  # it arrived …
        with contextlib.suppress(Error):  # the page had gone on already
            route.abort()  # … and the answer was lost

    page.route(CHECKINS, lose_the_answer)
    guest = site.command("guests", "add", site.code, "--name", "Answer Lost")
    before = site.command("attendance", site.code)["arrived"]
    read(page, guest["ticket"])
    assert "Kept on this phone" in card(page, "welcome").locator(".why").inner_text()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    kept(page, 1)
    page.unroute_all(behavior="ignoreErrors")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    kept(page, 0)
    assert len(set(sent)) == 1
    assert site.command("attendance", site.code)["arrived"] == before + 1


def test_guests_are_found_by_name_and_number_without_the_laptop(site, scanner):
    page = scanner()
    page.context.set_offline(True)
    read(page, "NOT-A-TICKET")
    card(page, "unknown")
    page.click(".tabs button[value='find']")
    page.keyboard.type("الغزي", delay=60)
    page.locator("#find li", has_text="Salim").locator("button").click()
    assert card(page, "welcome").locator(".who").inner_text() == "Salim Al-Ghizzi"
    page.click(".tabs button[value='number']")
    for digit in "2":
        page.click(f".digits button[value='{digit}']")
    page.click(".digits .go")
    assert "Ammar" in card(page, "welcome").locator(".who").inner_text()
    page.context.set_offline(False)
    kept(page, 0)


def test_what_is_kept_leaves_as_a_file(site, scanner):
    guest = site.command("guests", "add", site.code, "--name", "Out by a file")
    page = scanner()
    page.context.set_offline(True)
    read(page, guest["ticket"])
    card(page, "welcome")
    kept(page, 1)
    with page.expect_download() as download:
        page.click("#kept button[value='file']")
    given = json.loads(download.value.path().read_text("utf-8"))
    assert given["mudhif"] == "scans/1"
    (scan,) = given["scans"]
    assert (scan["ticket"].upper(), scan["verdict_shown"]) == (guest["ticket"], "welcome")
    page.context.set_offline(False)
    kept(page, 0)


def test_a_laptop_that_is_killed_and_started_again_gets_every_scan_once_and_in_order(make_site, look):
    site = make_site()
    page = look(site, width=390, height=844)
    page.goto(f"{site.event_url}/scan")
    listening(page)
    page.wait_for_selector("#kept[data-installed='true']", state="attached")
    site.process.kill()
    site.process.wait()
    for n, guest in enumerate(site.guests):
        read(page, guest["ticket"])
        card(page, "welcome")
        kept(page, n + 1)
        if n == 2:
            page.reload()
            listening(page)
    order = json.loads(page.evaluate(QUEUE, site.code))
    assert len(order) == len(site.guests)

    with site.log.open("ab") as output:
        site.process = subprocess.Popen(site.process.args, stdout=output, stderr=subprocess.STDOUT)
    kept(page, 0)
    with sqlite3.connect(site.instance / "mudhif.db") as database:
        written = database.execute("SELECT row FROM journal WHERE kind LIKE 'checkin.scan/%' ORDER BY pos").fetchall()
    assert [row for (row,) in written] == order
    assert site.command("attendance", site.code)["arrived"] == len(site.guests)


QUEUE = """async () => {
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith("mudhif-door-"));
    const wait = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const base = await wait(indexedDB.open(name));
    const rows = await wait(base.transaction("queue").objectStore("queue").getAll());
    base.close();
    return JSON.stringify(rows.map(({ scan_id }) => scan_id));
}"""
