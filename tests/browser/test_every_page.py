"""Every page that links lead to, as an administrator: no error, nothing too wide, no serious finding of axe."""

from __future__ import annotations

import json
import re
import urllib.request
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from tests.browser.conftest import _seen, event_file

NO_PAGE = re.compile(r"/(sign-out|api|static)\b|[?&]lang=|\.(pdf|zip|png|xlsx)\b|/(data|export)\b")
ALIKE = re.compile(r"(?<=^/[er]/)[^/]+|(?<=^/x/show/)[^/]+|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=^/t/)[^/]+")
EARLIER = {"title": "Second dialogue session", "ordinal": 2, "date": "2024-03-07", "start": "09:00", "end": "13:00"}
LEAST, MOST = 35, 90


def kind_of(url: str) -> str:
    """The address without what differs between pages that are alike: events, ids, what is searched or sorted by."""
    return ALIKE.sub("*", urlsplit(url).path)


def links_of(page) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "all => all.map((a) => a.getAttribute('href'))")
    return [urldefrag(urljoin(page.url, link)).url for link in found]


@pytest.fixture(scope="module")
def full_site(make_site, tmp_path_factory):
    """An event with guests, of whom one came to the session before, and one looks like another."""
    site = make_site()
    folder = tmp_path_factory.mktemp("earlier")
    before = site.command("event", "create", str(event_file(folder, **EARLIER)))["code"]
    guest = site.command("guests", "add", before, "--name", "Zahra Kadhim Al-Asadi", "--phone", "0780 112 4471")
    site.command("checkin", before, guest["ticket"], "--at", "2024-03-07T09:05:00+03:00")
    token = site.command("token", "new", "--name", "copying", "--role", "coordinator")["token"]
    copy = urllib.request.Request(
        f"{site.url}/api/v1/events/{site.code}/registrations/copy",
        data=json.dumps({"from": before}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(copy, timeout=10).close()
    return site


@pytest.mark.parametrize(("lang", "width"), [("en", 1366), ("ar", 390)])
def test_every_page_that_a_link_leads_to_is_whole_and_can_be_used_by_all(full_site, look, problems, lang, width):
    page = look(full_site, lang=lang, width=width)
    waiting, seen, wrong = [f"{full_site.event_url}/"], set(), {}
    while waiting:
        url = waiting.pop(0)
        if kind_of(url) in seen or not url.startswith(full_site.url) or NO_PAGE.search(url):
            continue
        seen.add(kind_of(url))
        _seen[page].clear()  # each page answers for itself
        shown = page.goto(url, wait_until="load")
        found = problems(page)
        if shown is None or shown.status >= 400:
            found.append("it is not there")
        if found:
            wrong[url] = found
        waiting += links_of(page)
    assert wrong == {}
    assert "/e/*/guests/returning" in seen and "/e/*/guests/pairs" in seen
    assert LEAST <= len(seen) <= MOST, sorted(seen)
