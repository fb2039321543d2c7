"""From a badge before the camera to the green card: a film of badges as the webcam of a real Chromium.

The clock begins with the first frame of the video that shows a badge (a white corner of the film marks it) and ends
when the card is in the page. With the laptop, with no laptop in reach, and on a processor slowed down fourfold.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from .bench_decoder import chromium
from .bench_start import free_port, wait_for
from .hard_pictures import DESK, HEIGHT, WIDTH, corners_of, noisy, onto, sent

GUESTS = 9
BLANK, SHOWN = 45, 45  # frames, at the 30 a second of Chromium's film
PASSWORD = "reeds by the water"
WATCH = """
    window.green = [];
    window.seen = null;
    document.addEventListener("DOMContentLoaded", () => {
        const video = document.querySelector("video"), pen = document.createElement("canvas").getContext("2d");
        let was = false;
        const look = () => {
            pen.drawImage(video, 0, 0, 8, 8, 0, 0, 1, 1);
            const isMarked = pen.getImageData(0, 0, 1, 1).data[0] > 200;
            if (isMarked && !was) window.seen = performance.now();
            was = isMarked;
            video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
        new MutationObserver(() => {
            const { outcome } = document.querySelector("#outcome").dataset;
            if (outcome === "welcome") window.green.push(performance.now() - (window.seen ?? NaN));
        }).observe(document.querySelector("#outcome"), { attributes: true, childList: true });
    });
"""


def film_of(badges: list[Image.Image], path: Path) -> None:
    """Motion JPEG: an empty desk and a badge by turns."""
    chance = random.Random(7)
    blank = jpeg(Image.new("L", (WIDTH, HEIGHT), DESK))
    with path.open("wb") as film:
        for badge in badges:
            small = badge.resize((640, round(640 * badge.height / badge.width)), Image.Resampling.LANCZOS)
            frame = onto(small, corners_of(small, chance, width=640, tilt=15), (WIDTH, HEIGHT), DESK)
            frame = noisy(frame, chance, 3)
            ImageDraw.Draw(frame).rectangle((0, 0, 40, 40), fill=255)
            film.write(blank * BLANK + jpeg(frame) * SHOWN)


def jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    sent(picture).convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()


def mudhif(instance: Path, *words: str, stdin: str = "") -> dict[str, str]:
    command = [sys.executable, "-m", "mudhif", "--json", "--instance", str(instance), *words]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=True)
    answer: dict[str, str] = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return answer


def prepare(folder: Path) -> tuple[Path, str, Path]:
    """An event of today with guests: the instance, the event's code and the film of their badges."""
    instance = folder / "instance"
    mudhif(instance, "init", "--admin", "Noor", "--password-stdin", stdin=PASSWORD + "\n")
    event = folder / "event.toml"
    today = datetime.now(UTC).date()
    event.write_text(f'title = "B"\nproject = "B"\ndate = "{today}"\nstart = "00:01"\nend = "23:59"\n', "utf-8")
    code = mudhif(instance, "event", "create", str(event))["code"]
    guests = folder / "guests.csv"
    guests.write_text("Name\n" + "".join(f"Guest {chr(65 + n)}\n" for n in range(GUESTS)), "utf-8")
    mudhif(instance, "guests", "import", code, str(guests))
    mudhif(instance, "badges", code, "--layout", "single", "-o", str(folder / "badges.pdf"))
    pages = pypdfium2.PdfDocument(folder / "badges.pdf")
    film = folder / "badges.mjpeg"
    film_of([page.render(scale=4).to_pil().convert("L") for page in pages], film)
    return instance, code, film


def signed_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("#name", "Noor")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{url}/")


def greens(*, offline: bool = False, slower: int = 1) -> list[float]:
    """The milliseconds for each guest of one film."""
    with tempfile.TemporaryDirectory() as name:
        instance, code, film = prepare(Path(name))
        port = free_port()
        url = f"http://localhost:{port}"
        command = [sys.executable, "-m", "mudhif", "serve", "--port", str(port), "--instance", str(instance)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
        try:
            wait_for(port, server)
            with chromium(*flags, f"--use-file-for-fake-video-capture={film}") as browser:
                page = browser.new_page(viewport={"width": 390, "height": 844})
                signed_in(page, url)
                page.add_init_script(WATCH)
                if slower > 1:
                    devtools = page.context.new_cdp_session(page)
                    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
                page.goto(f"{url}/e/{code}/scan")
                page.wait_for_selector("main[data-ready]")
                page.wait_for_selector("#kept:not([data-listed=''])", state="attached")
                if offline:
                    page.context.set_offline(True)
                page.evaluate("document.querySelector('[data-act=start]')?.click()")
                page.wait_for_timeout((BLANK + SHOWN) / 30 * 1000 * (GUESTS + 2))
                took: list[float] = page.evaluate("window.green.filter(Number.isFinite)")
                return took
        finally:
            server.terminate()
            server.wait(10)


def main() -> None:
    print(f"A badge before the camera to its green card, ms ({GUESTS} badges, 1280 × 720, 30 frames a second)")
    print(f"{'':<46}{'green':>6}{'median':>8}{'slowest':>9}")
    for slower in (1, 4):
        for offline in (False, True):
            took = greens(offline=offline, slower=slower)
            title = "no laptop in reach" if offline else "the laptop answers"
            title += f", processor {slower} times slower" if slower > 1 else ""
            print(f"{title:<46}{len(took):>6}{statistics.median(took):>8.0f}{max(took):>9.0f}", flush=True)


if __name__ == "__main__":
    main()
