"""Takes the pictures of README and docs: the demo's own pages, and an event of today that is going on.

python tests/pictures.py        writes docs/pictures/*.png; needs Chromium
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "pictures"
PORT = 8765
URL = f"http://localhost:{PORT}"
PASSWORD = "reeds by the water"
LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
MINUTES_BEFORE = (26, 22, 17, 13, 12, 9, 8, 6, 3, 2)


def mudhif(instance: Path, *words: str, stdin: str = "") -> Any:
    command = [sys.executable, "-m", "mudhif", "--instance", str(instance), "--json", *words]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else None


def prepare(folder: Path) -> tuple[Path, str]:
    """The demo's instance, and an event of today in it, half of whose guests are there; its code."""
    instance, files = folder / "instance", folder / "files"
    subprocess.run(
        [sys.executable, "-m", "mudhif", "--instance", str(instance), "demo", "--out", str(files), "--no-serve"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    mudhif(instance, "init", "--admin", "Noor", "--password-stdin", stdin=PASSWORD + "\n")
    start = datetime.now(ZoneInfo("Asia/Baghdad")).replace(second=0, microsecond=0)
    event = {
        "title": "Fourth dialogue session", "project": "Empowering Communities", "donor": "ICVA", "ordinal": 4,
        "date": start.date().isoformat(), "start": f"{start:%H:%M}", "end": f"{start + timedelta(hours=4):%H:%M}",
        "venue": "Ishtar Hall", "city": "Nasiriyah", "capacity": 24,
    }  # fmt: skip
    file = folder / "today.toml"
    file.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in event.items()), "utf-8")
    code = mudhif(instance, "event", "create", str(file))["code"]
    mudhif(instance, "guests", "import", code, str(files / "guests.xlsx"))
    agenda = "".join(
        f"{at:%H:%M} - {at + timedelta(minutes=length):%H:%M} {title}\n" for at, length, title in _agenda(start)
    )
    (folder / "agenda.txt").write_text(agenda, "utf-8")
    mudhif(instance, "agenda", "set", code, str(folder / "agenda.txt"))
    for minutes, guest in zip(MINUTES_BEFORE, mudhif(instance, "guests", "list", code), strict=False):
        mudhif(instance, "checkin", code, guest["ticket"], "--at", (start - timedelta(minutes=minutes)).isoformat())
    mudhif(instance, "timer", code, "start")
    return instance, code


def _agenda(start: datetime) -> Iterator[tuple[datetime, int, str]]:
    parts = [(20, "Opening"), (25, "Aims of the project"), (45, "Dialogue: steps of advocacy"), (30, "Questions"),
             (20, "Short break"), (45, "Localisation: what works"), (35, "Closing and thanks")]  # fmt: skip
    for length, title in parts:
        yield start, length, title
        start += timedelta(minutes=length)


@contextmanager
def served(instance: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "mudhif", "--instance", str(instance), "serve", "--port", str(PORT)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with suppress(OSError):
                urllib.request.urlopen(f"{URL}/sign-in").close()
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


def opened(browser: Browser, size: dict[str, int], lang: str) -> Page:
    page = browser.new_context(viewport=size, locale="en-GB").new_page()
    page.goto(f"{URL}/sign-in?lang={lang}")
    page.fill("#name", "Noor")
    page.fill("#password", PASSWORD)
    page.click("main button")
    return page


def take(page: Page, name: str, path: str) -> None:
    page.goto(URL + path)
    page.wait_for_timeout(800)
    keep(page, name)


def keep(page: Page, name: str) -> None:
    """A screenshot in a palette: a third of the size, and no difference that an eye sees."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(200, dither=Image.Dither.NONE).save(TARGET / f"{name}.png", optimize=True)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    sandbox = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        instance, code = prepare(Path(folder))
        late = mudhif(instance, "guests", "list", code)[len(MINUTES_BEFORE)]
        with served(instance):
            browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
            laptop, arabic = opened(browser, LAPTOP, "en"), opened(browser, LAPTOP, "ar")
            phone = opened(browser, PHONE, "ar")
            take(laptop, "home", "/")
            take(laptop, "overview", f"/e/{code}/")
            take(arabic, "guests.ar", f"/e/{code}/guests")
            take(laptop, "agenda", "/e/dialogue-3/agenda")
            take(laptop, "timer", f"/e/{code}/timer")
            take(laptop, "report", "/e/dialogue-3/report")
            take(laptop, "display", f"/x/show/{code}/speaker")
            take(phone, "form.ar", f"/r/{code}")
            phone.goto(f"{URL}/e/{code}/scan")
            phone.wait_for_timeout(500)
            phone.keyboard.type(late["ticket"])
            phone.keyboard.press("Enter")
            phone.wait_for_selector("#outcome[data-outcome='welcome'] .out")
            phone.wait_for_timeout(300)
            keep(phone, "scan.ar")
            take(laptop, "board", f"/e/{code}/board")
            browser.close()


if __name__ == "__main__":
    main()
