"""The browser's decoder, as the scanner uses it, in a real Chromium, against zxing-cpp on the same hard pictures.

A camera goes on giving frames, and the scanner looks at each in another way: *one frame* is what it reads at once,
*four frames* what it has read after a third of a second. The times are those of one frame, drawing and decoding.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp
from playwright.sync_api import Browser, Page, Route, sync_playwright

from mudhif.config import Instance
from mudhif.services.badges import badges_of, heading_of, render_badges
from mudhif.storage.models import CORE_MODELS, Event, Person, Project, Registration
from mudhif.storage.store import Store, Tx, use, write

from .hard_pictures import KINDS, Badge, Hard, hard_pictures

FRONTEND = Path(__file__).parents[2] / "frontend"
WASM = FRONTEND / "node_modules" / "zxing-wasm" / "dist" / "reader" / "zxing_reader.wasm"
NAMES = [("زينب كريم الموسوي", "Zainab Karim Al-Mousawi"), ("Ammar Saleh", "عمار صالح"), ("رسل هادي عبد الأمير", None)]
BADGES = 9
FRAMES = 4
URL = "http://localhost:9/"  # nothing listens there: every request is answered by `answered`
READ = """async ([name, most]) => {
    const image = new Image();
    image.src = name;
    await image.decode();
    const frames = new Frames();
    const took = [];
    let text = null;
    while (!text && took.length < most) {
        const began = performance.now();
        text = await frames.read(image, image.naturalWidth, image.naturalHeight);
        took.push(performance.now() - began);
    }
    return { text, took };
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was made of one picture: how many frames it took (0: it was not read) and the milliseconds of each."""

    frames: int
    ms: list[float]


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """A Chromium of this machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("no Chromium on this machine")
    sandbox = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*sandbox, *flags])
        try:
            yield browser
        finally:
            browser.close()


def make_event(tx: Tx) -> Event:
    now = datetime(2024, 3, 7, 6, tzinfo=UTC)
    project = tx.create(Project, title="Benchmark")
    event = tx.create(Event, project=project, code="bench", title="Third dialogue session", starts=now, ends=now)
    for number in range(1, BADGES + 1):
        name, other = NAMES[number % len(NAMES)]
        person = tx.create(Person, name=name, name_alt=other, organisation="جامعة ذي قار")
        tx.create(Registration, event=event, person=person, number=number, made=now)
    return event


def printed_badges() -> list[Badge]:
    """Badges with true tickets, as a printer gets them."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Instance(Path(folder) / "instance"), CORE_MODELS)
        use(store)
        event = write(make_event)
        badges = badges_of(event)
        pdf = render_badges(heading_of(event), badges, sheet="single")
        use(None)
        store.close()
    pages = pypdfium2.PdfDocument(pdf)
    pictures = [page.render(scale=1080 / page.get_width()).to_pil().convert("L") for page in pages]
    return [Badge(picture=pictures[n], text=badge.ticket) for n, badge in enumerate(badges)]


def read_by_zxing_cpp(hard: Hard) -> Result:
    began = time.perf_counter()
    found = zxingcpp.read_barcodes(hard.picture, formats=zxingcpp.BarcodeFormat.QRCode)
    took = (time.perf_counter() - began) * 1000
    return Result(frames=int(any(code.text == hard.text for code in found)), ms=[took])


def decoder_page(browser: Browser, pictures: dict[str, bytes]) -> Page:
    """A page with the scanner's own module in it, and nothing else of the scanner."""
    source = (
        'import { Frames, prepareDecoder } from "./frames.js"; Object.assign(globalThis, { Frames, prepareDecoder });'
    )
    esbuild = [shutil.which("node") or "node", str(FRONTEND / "node_modules" / "esbuild" / "bin" / "esbuild")]
    bundle = subprocess.run(
        [*esbuild, "--bundle", "--format=esm"],
        input=source, cwd=FRONTEND / "checkin", capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    def answered(route: Route) -> None:
        name = route.request.url.removeprefix(URL)
        if name in pictures:
            route.fulfill(body=pictures[name], content_type="image/png")
        elif name == "decoder.js":
            route.fulfill(body=bundle, content_type="text/javascript")
        elif name == "decoder.wasm":
            route.fulfill(path=WASM, content_type="application/wasm")
        else:
            route.fulfill(body='<script type="module" src="decoder.js"></script>', content_type="text/html")

    page = browser.new_page()
    page.route("**/*", answered)
    page.goto(URL)
    page.wait_for_function("Boolean(globalThis.Frames)")
    page.evaluate("prepareDecoder('decoder.wasm').then(() => null)")
    return page


def read_in_page(page: Page, name: str, hard: Hard) -> Result:
    got: dict[str, Any] = page.evaluate(READ, [name, FRAMES])
    return Result(frames=len(got["took"]) if got["text"] == hard.text else 0, ms=got["took"])


def measure(each: int | None = None) -> dict[str, list[tuple[Result, Result]]]:
    """By kind, for each picture: zxing-cpp's result, and ours."""
    made = hard_pictures(printed_badges(), **({} if each is None else {"each": each}))
    pictures = {f"{n}.png": hard for n, hard in enumerate(made)}
    files = {}
    for name, hard in pictures.items():
        file = BytesIO()
        hard.picture.save(file, "PNG", compress_level=1)
        files[name] = file.getvalue()
    results: dict[str, list[tuple[Result, Result]]] = {kind: [] for kind in KINDS}
    with chromium() as browser:
        page = decoder_page(browser, files)
        for warm, hard in list(pictures.items())[:10]:
            read_in_page(page, warm, hard)
        for name, hard in pictures.items():
            results[hard.kind].append((read_by_zxing_cpp(hard), read_in_page(page, name, hard)))
    return results


def line(title: str, pairs: list[tuple[Result, Result]]) -> str:
    """Rates and times of one kind."""
    count = len(pairs)
    theirs = sum(bool(their.frames) for their, _ in pairs)
    at_once = sum(our.frames == 1 for _, our in pairs)
    ours = sum(bool(our.frames) for _, our in pairs)
    times = []
    for side in (0, 1):
        ms = sorted(ms for pair in pairs for ms in pair[side].ms)
        times.append((statistics.median(ms), ms[int(len(ms) * 0.95)]))
    rates = f"{theirs / count:8.0%} {at_once / count:10.0%} {ours / count:11.0%}"
    spent = "    ".join(f"{median:5.1f} {late:5.1f}" for median, late in times)
    return f"{title:<18} {count:5} {rates}     {spent}"


def main() -> None:
    results = measure()
    print(f"{'':<24}{'read by':>9}{'ours, one':>11}{'ours, four':>12}     zxing-cpp      ours, a frame")
    heads = ("zxing-cpp", "frame", "frames")
    print(f"{'pictures':<24}{heads[0]:>9}{heads[1]:>11}{heads[2]:>12}     median, p95    median, p95, ms")
    for kind, pairs in results.items():
        print(line(kind, pairs))
    print(line("all", [pair for pairs in results.values() for pair in pairs]))


if __name__ == "__main__":
    main()
