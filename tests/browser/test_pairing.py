"""From the code on the laptop's screen to a phone that is a scanner, and what each phone is told of how it works.

The phone reaches the laptop by its address on the network, over https: with the warning passed over, and as one that
trusts the authority. The code is read off the screen as a camera would.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mudhif.services.networks import lan_addresses

from .conftest import ADMINISTRATOR, GREETED, PASSWORD, Site, event_file, free_port, problems_of, run, watch

pytestmark = pytest.mark.skipif(not lan_addresses(), reason="this machine is in no network")

PHONE = {"width": 390, "height": 844}
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A laptop that was opened to its network."""
    folder = tmp_path_factory.mktemp("open")
    instance, log = folder / "instance", folder / "serve.log"
    run(instance, "init", "--admin", ADMINISTRATOR, "--password-stdin", stdin=PASSWORD + "\n")
    code = run(instance, "event", "create", str(event_file(folder, wifi_name="Ishtar-Hall")))["code"]
    port = free_port()
    words = ["serve", "--lan", "--port", str(port), "--https-port", "0", "--instance", str(instance)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mudhif", *words],
            stdout=output, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    site = Site(f"http://localhost:{port}", instance, code, process, log)
    deadline = time.monotonic() + 30
    while GREETED not in site.said:
        assert process.poll() is None and time.monotonic() < deadline, site.said
        time.sleep(0.05)
    yield site
    site.stop()


def https_of(site: Site) -> str:
    found = re.search(r"team's phones: (https://\S+)", site.said)
    assert found
    return found[1]


def guests_of(site: Site) -> str:
    return f"http://{lan_addresses()[0]}:{site.url.rpartition(':')[2]}"


@pytest.fixture(scope="module")
def trusting(launch: Callable[..., Browser], open_site: Site) -> Browser:
    """A browser to which the laptop's certificate is as good as one that it trusts."""
    leaf = x509.load_pem_x509_certificate((open_site.instance / "keys" / "server.crt").read_bytes())
    key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
    return launch(f"--ignore-certificate-errors-spki-list={pin}", *CAMERA)


@pytest.fixture(scope="module")
def doubting(launch: Callable[..., Browser]) -> Browser:
    """A browser with a camera that knows nothing of the laptop."""
    return launch(*CAMERA)


@pytest.fixture
def phone(trusting: Browser, doubting: Browser) -> Iterator[Callable[..., Page]]:
    """A page on a phone: ``phone(trusts=True, lang="ar")``; else the warning of its browser was passed over."""
    opened: list[BrowserContext] = []

    def open_page(*, trusts: bool = False, lang: str = "en", warned: bool = True) -> Page:
        browser = trusting if trusts else doubting
        locale = {"en": "en-GB", "ar": "ar-IQ"}[lang]
        context = browser.new_context(viewport=PHONE, locale=locale, ignore_https_errors=warned and not trusts)
        context.set_default_timeout(10_000)
        opened.append(context)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()


def shown_code(page: Page) -> str:
    """What the camera of a phone reads off the laptop's screen."""
    import zxingcpp

    picture = Image.open(io.BytesIO(page.locator(".pairing .arch-qr").screenshot()))
    (read,) = zxingcpp.read_barcodes(picture)
    return str(read.text)


def show_code(page: Page, site: Site, *, gate: str = "Main door") -> str:
    page.goto(f"{site.event_url}/devices")
    page.fill("#gates", gate)
    page.click(".pairing form button")
    page.locator(".pairing .arch-qr svg").wait_for()
    return shown_code(page)


@pytest.mark.parametrize("trusts", [True, False], ids=["trusted", "warning passed over"])
def test_a_phone_reads_the_code_says_yes_and_is_listed_with_what_works_on_it(look, open_site, phone, trusts):
    laptop = look(open_site)
    address = show_code(laptop, open_site)
    assert address.startswith(f"{https_of(open_site)}/pair#")
    page = phone(trusts=trusts)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    expect(page.locator("#what")).to_contain_text("scanner, Main door, until ")
    assert "#" not in page.evaluate("location.href"), "the secret stays in no history"
    secret = address.partition("#")[2].partition(".")[0]
    assert not any(secret in url.partition("#")[0] for url in asked), "and in no server's log"
    name = "Rusul’s phone" if trusts else "Yousif’s phone"
    page.fill("#name", name)
    page.click("#yes button")
    page.wait_for_url(f"{https_of(open_site)}/e/{open_site.code}/**")
    kept = page.evaluate("JSON.parse(localStorage.getItem('mudhif.device'))")
    assert kept["name"] == name and kept["token"].startswith("mudhif_")
    row = laptop.locator("tr", has_text=name)
    expect(row).to_contain_text("Full" if trusts else "Page must stay open")
    expect(row).to_contain_text("all sent")
    expect(laptop.locator("[data-taken]")).to_contain_text(f"{name} is paired")
    expect(laptop.locator("#offer")).to_have_count(0)
    assert problems_of(laptop) == []


def test_a_second_phone_that_reads_the_same_code_is_told_to_ask_for_a_new_one(look, open_site, phone):
    address = show_code(look(open_site), open_site)
    first = phone()
    first.goto(address)
    first.fill("#name", "First")
    first.click("#yes button")
    first.wait_for_url("**/e/**")
    second = phone()
    second.goto(address)
    expect(second.locator("#gone")).to_contain_text("has been used")
    assert second.locator("#pair").is_hidden()


def test_a_code_of_another_laptop_is_not_taken(look, open_site, phone):
    address = show_code(look(open_site), open_site)
    page = phone()
    page.goto(address[:-4] + "AAAA")
    expect(page.locator("#gone")).to_contain_text("does not come from the laptop")


def test_a_revoked_phone_is_told_so_at_its_next_page(look, open_site, phone):
    laptop = look(open_site)
    page = phone()
    page.goto(show_code(laptop, open_site))
    page.fill("#name", "Lost phone")
    page.click("#yes button")
    page.wait_for_url("**/e/**")
    laptop.goto(f"{open_site.event_url}/devices")
    laptop.locator("tr", has_text="Lost phone").locator("button").click()
    expect(laptop.locator(".flashes")).to_contain_text("Lost phone is revoked")
    assert laptop.locator("tr", has_text="Lost phone").count() == 0
    page.goto(f"{https_of(open_site)}/e/{open_site.code}/")
    expect(page.locator("main")).to_contain_text("Lost phone was revoked")


# ---------------------------------------------------------------- trust


def check(page: Page, site: Site) -> str:
    page.goto(f"{guests_of(site)}/trust")
    page.click("#again")
    verdict = page.locator("#verdict:not([data-state='checking'])")
    verdict.wait_for()
    return verdict.get_attribute("data-state") or ""


def test_the_check_says_not_yet_to_a_phone_that_trusts_nothing(open_site, phone):
    page = phone(warned=False)
    assert check(page, open_site) == "not-yet"
    assert "does not trust the laptop" in page.inner_text("#verdict")


def test_the_check_is_not_deceived_by_a_warning_that_was_passed_over(open_site, phone):
    page = phone()
    assert check(page, open_site) == "open"
    assert page.url == f"{https_of(open_site)}/trust"


def test_the_check_says_so_when_it_worked(open_site, phone):
    page = phone(trusts=True)
    assert check(page, open_site) == "full"
    assert "It worked" in page.inner_text("#verdict")


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1366])
def test_the_pages_hold_what_every_page_has_to_hold(look, open_site, phone, lang, width):
    laptop = look(open_site, lang=lang, width=width)
    show_code(laptop, open_site)
    assert problems_of(laptop) == []
    helped = look(open_site, lang=lang, width=width, signed_in=False)
    helped.goto(f"{open_site.url}/trust?lang={lang}")
    assert problems_of(helped) == []
    assert helped.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_phones_page_holds_it_too(look, open_site, phone, lang):
    page = look(open_site, lang=lang, width=390, signed_in=False, ignore_https_errors=True)
    watch(page, https_of(open_site))
    laptop = look(open_site)
    page.goto(show_code(laptop, open_site).replace("/pair#", f"/pair?lang={lang}#"))
    page.locator("#what:not(:empty)").wait_for()
    wrong = [line for line in problems_of(page) if not line.startswith("asked elsewhere")]
    assert wrong == []


def test_without_javascript_the_help_is_whole(open_site, doubting):
    context = doubting.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{guests_of(open_site)}/trust")
    assert page.locator("ol li").count() >= 12
    assert page.locator(f"a[href='{https_of(open_site)}/trust/works']").is_visible()
    assert page.locator("#verdict").is_hidden()
    context.close()
