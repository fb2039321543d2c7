"""A real server, a real Chromium, and what every page has to hold.

``site`` is a `mudhif serve` of its own on a free port, over a fresh instance that was made at the prompt; `make_site`
makes one with another event, other guests or no administrator. ``look`` opens a page, signed in where asked, and
`problems` says what is wrong with it: errors on the console, requests to elsewhere, serious findings of axe.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from tests.forked import Forked

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
GREETED = "Ctrl-C"
ADMINISTRATOR, PASSWORD = "Noor", "a long enough sentence"
ZONE = ZoneInfo("Asia/Baghdad")

GUESTS = """\
Name,Name in Arabic,Sex,Organisation,Kind,Phone
Zahra Kadhim Al-Asadi,زهراء كاظم الأسدي,F,"Department of Education, Dhi Qar",participant,0780 112 4471
Ammar Al-Jubouri,عمار الجبوري,M,Ur Youth Team,participant,0771 908 3320
هبة جاسم محمد,,,قناة الأهوار,media,0750 447 1809
Mustafa Abdul-Ridha,مصطفى عبد الرضا,M,Nasiriyah Municipality,guest,0782 330 7756
Salim Al-Ghizzi,سالم الغزّي,M,Dhi Qar Council,guest,0772 556 8801
"""


@dataclass
class Site:
    """A server that runs, and its instance."""

    url: str
    instance: Path
    code: str
    process: subprocess.Popen[bytes]
    log: Path
    guests: list[dict[str, Any]] = field(default_factory=list)

    def command(self, *words: str, stdin: str = "") -> Any:
        """Run a command on the instance beside the server; its JSON document."""
        return run(self.instance, *words, stdin=stdin)

    @property
    def event_url(self) -> str:
        """Where the event's pages begin."""
        return f"{self.url}/e/{self.code}"

    @property
    def said(self) -> str:
        """What the server printed so far."""
        return self.log.read_text("utf-8")

    def stop(self) -> None:
        """End the server and wait for it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


prompt_of_sites = Forked()


def run(instance: Path, *words: str, stdin: str = "") -> Any:
    """Run a command with ``--json``; fails loudly with what it said."""
    done = prompt_of_sites(*words, "--json", "--instance", instance, stdin=stdin)
    assert done.returncode == 0, f"mudhif {' '.join(words)}: {done.stderr}"
    return json.loads(done.stdout) if done.stdout.strip() else None


def event_file(folder: Path, **fields: Any) -> Path:
    """An event file; without other wishes the event is today, the whole day."""
    today = datetime.now(ZONE).date()
    values = {
        "title": "Third dialogue session",
        "project": "Empowering Communities through Collective Advocacy",
        "donor": "ICVA",
        "ordinal": 3,
        "date": today.isoformat(),
        "start": "00:01",
        "end": "23:59",
        "venue": "Ishtar Hall",
        "city": "Nasiriyah",
        "capacity": 60,
    } | fields
    path = folder / "event.toml"
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()), encoding="utf-8")
    return path


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Make a site: ``make_site(event={"capacity": 1}, guests="Name\\n…", administrator=False)``.

    What several sites begin with is made at the prompt once, and copied for each.
    """
    made: list[Site] = []
    templates: dict[str, Template] = {}

    def make(*, event: Mapping[str, Any] | None = None, guests: str = GUESTS, administrator: bool = True) -> Site:
        folder = tmp_path_factory.mktemp("site")
        template = None
        if administrator:
            wishes = json.dumps([event, guests])
            template = templates.get(wishes) or _template(tmp_path_factory.mktemp("template"), event or {}, guests)
            templates[wishes] = template
            shutil.copytree(template.instance, folder / "instance")
        made.append(_serve(folder, template or Template(folder / "instance")))
        return made[-1]

    yield make
    for site in made:
        site.stop()
    prompt_of_sites.close()


@dataclass(frozen=True)
class Template:
    """An instance with an administrator, an event and its guests, of which copies are served."""

    instance: Path
    code: str = ""
    guests: Sequence[dict[str, Any]] = ()


def _template(folder: Path, event: Mapping[str, Any], guests: str) -> Template:
    instance = folder / "instance"
    run(instance, "init", "--admin", ADMINISTRATOR, "--password-stdin", stdin=PASSWORD + "\n")
    code = run(instance, "event", "create", str(event_file(folder, **event)))["code"]
    if not guests:
        return Template(instance, code)
    sheet = folder / "guests.csv"
    sheet.write_text(guests, encoding="utf-8")
    run(instance, "guests", "import", code, str(sheet))
    return Template(instance, code, run(instance, "guests", "list", code))


def _serve(folder: Path, template: Template) -> Site:
    instance, log, port = folder / "instance", folder / "serve.log", free_port()
    command = [sys.executable, "-m", "mudhif", "serve", "--port", str(port), "--instance", str(instance)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONUNBUFFERED": "1"}
        )
    url, guests = f"http://localhost:{port}", [dict(guest) for guest in template.guests]
    site = Site(url, instance, template.code, process, log, guests)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{site.url}/sign-in", timeout=5).close()
            if GREETED in site.said:
                return site
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.05)
    site.stop()
    raise AssertionError(f"the server did not start: {site.said}")


@pytest.fixture(scope="module")
def site(make_site: Callable[..., Site]) -> Site:
    """A site with one event of today and five guests."""
    return make_site()


# --- Chromium ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Browser]]:
    """Start a Chromium: ``launch("--use-fake-device-for-media-stream", …)``."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: its pages are not looked at")
    if not AXE.exists():
        pytest.skip("the browser's part is not built: run `make install`")
    with sync_playwright() as playwright:
        started: list[Browser] = []

        def start(*flags: str) -> Browser:
            sandbox = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
            started.append(playwright.chromium.launch(executable_path=CHROMIUM, args=[*sandbox, *flags]))
            return started[-1]

        yield start
        for browser in started:
            browser.close()


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Browser:
    """A Chromium without further wishes."""
    return launch()


@dataclass
class Looking:
    """Open pages of a site, and what was wrong with them."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self, site: Site, *, signed_in: bool = True, lang: str = "en", width: int = 1366, height: int = 768,
        browser: Browser | None = None, **options: Any,
    ) -> Page:  # fmt: skip
        """A page of a fresh browser; its console and its requests are watched."""
        languages = {"en": "en-GB", "ar": "ar-IQ"}
        context = (browser or self.browser).new_context(
            viewport={"width": width, "height": height}, bypass_csp=True, locale=languages[lang], **options
        )
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "lang", "value": lang, "url": site.url}])
        self.contexts.append(context)
        page = context.new_page()
        watch(page, site.url)
        if signed_in:
            self.sign_in(page, site)
        return page

    @staticmethod
    def sign_in(page: Page, site: Site) -> None:
        """Sign in at a site once; its later pages come with that session, since the pace of sign-ins is limited."""
        if site.instance in _sessions:
            page.context.add_cookies(_sessions[site.instance])
            page.goto(f"{site.url}/")
            return
        page.goto(f"{site.url}/sign-in")
        page.fill("#name", ADMINISTRATOR)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url(f"{site.url}/")
        _sessions[site.instance] = [cookie for cookie in page.context.cookies() if cookie["name"] != "lang"]


@pytest.fixture
def look(browser: Browser) -> Iterator[Looking]:
    """Open pages: ``page = look(site, lang="ar", width=390)``."""
    looking = Looking(browser)
    yield looking
    for context in looking.contexts:
        context.close()


_sessions: dict[Path, list[Any]] = {}
_seen: dict[Page, list[str]] = {}


def watch(page: Page, origin: str) -> None:
    """Note what a page complains of, and what it asks of others."""
    noted = _seen.setdefault(page, [])

    def on_console(message: ConsoleMessage) -> None:
        # Chromium reports every answer of 4xx as an error; whether one is right, the test itself says.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            noted.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            noted.append(f"asked elsewhere: {request.url}")

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: noted.append(f"script: {error}"))


@pytest.fixture
def problems() -> Callable[[Page], list[str]]:
    """What is wrong with an open page, in lines; empty where all is well."""
    return problems_of


def problems_of(page: Page) -> list[str]:
    """Errors, requests to elsewhere, a page wider than its window, and axe's serious and critical findings."""
    page.wait_for_load_state()  # a page that a script leads to is measured with its style sheets
    found = list(_seen.get(page, []))
    size = page.viewport_size or {"width": 0}
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > size["width"]:
        found.append(f"wider than its window: {wide} > {size['width']}")
    page.evaluate(AXE.read_text("utf-8"))
    violations: Sequence[Mapping[str, Any]] = page.evaluate("axe.run().then((result) => result.violations)")
    for violation in violations:
        if violation["impact"] in ("serious", "critical"):
            nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            found.append(f"axe {violation['id']}: {violation['help']} ({nodes})")
    return found


@pytest.fixture
def tomorrow() -> str:
    """The day after today, at the venue."""
    return (datetime.now(UTC).astimezone(ZONE) + timedelta(days=1)).date().isoformat()
