"""The scanner's camera in a real Chromium: its picture is drawn by the test, or is Chromium's own."""

from __future__ import annotations

import json
import os

import pytest

from mudhif.services.qr import qr_matrix

from .test_scan import card

TIMES = 50 if os.environ.get("MUDHIF_FAULTS") == "long" else 8
QUIET_MS = 3000

# A screen that can be kept on: Chromium without a window refuses it.
SCREEN = """
    window.kept = [];
    Object.defineProperty(navigator, "wakeLock", { value: { request: async (kind) => window.kept.push(kind) } });
"""

# A camera whose picture the test draws: `hold(rows)` puts a code before it, `hold(null)` takes it away.
CAMERA = """
    const canvas = document.createElement("canvas");
    canvas.width = 1280;
    canvas.height = 720;
    const pen = canvas.getContext("2d");
    let code = null;
    window.hold = (rows) => { code = rows; };
    setInterval(() => {
        pen.fillStyle = "#606462";
        pen.fillRect(0, 0, 1280, 720);
        if (!code) return;
        const size = Math.floor(320 / code.length), whole = size * (code.length + 8);
        pen.fillStyle = "#f4f4f0";
        pen.fillRect(500, 180, whole, whole);
        pen.fillStyle = "#141816";
        code.forEach((row, y) => [...row].forEach((dark, x) => {
            if (dark === "1") pen.fillRect(500 + size * (x + 4), 180 + size * (y + 4), size, size);
        }));
    }, 33);
    window.lit = [];
    window.heard = [];
    window.felt = [];
    navigator.mediaDevices.getUserMedia = async () => {
        const stream = canvas.captureStream(30);
        const [track] = stream.getVideoTracks();
        track.getCapabilities = () => ({ torch: true });
        track.applyConstraints = async ({ advanced }) => { window.lit.push(advanced[0].torch); };
        return stream;
    };
    navigator.vibrate = (buzz) => { window.felt.push(buzz); return true; };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
        window.heard.push(this.frequency.value);
        return start.call(this, at);
    };
"""


@pytest.fixture(scope="module")
def site(make_site):
    return make_site(guests="Name\n" + "".join(f"Guest {n}\n" for n in range(1, TIMES + 4)))


@pytest.fixture(scope="module")
def webcams(launch):
    """A Chromium with two webcams that nobody is asked about."""
    return launch("--use-fake-device-for-media-stream=device-count=2", "--use-fake-ui-for-media-stream")


def scanning(look, site, browser, script=None):
    """The scanner with its camera on, and the scans that it sends."""
    page = look(site, width=390, height=844, browser=browser, permissions=["camera"])
    if script:
        page.add_init_script(script)
    sent = []
    page.on("request", lambda request: request.method == "POST" and request.url.endswith("/checkins")
            and sent.append(json.loads(request.post_data)))  # fmt: skip
    page.goto(f"{site.event_url}/scan")
    page.wait_for_selector("main[data-ready]")
    page.wait_for_selector("main[data-camera='on']")
    return page, sent


def hold(page, text):
    """Puts a code before the camera, or takes it away."""
    rows = text and ["".join("01"[dark] for dark in row) for row in qr_matrix(text)]
    page.evaluate("(rows) => window.hold(rows)", rows)


def test_an_invalid_code_before_the_camera_and_then_a_valid_one_again_and_again(site, look, webcams):
    page, sent = scanning(look, site, webcams, CAMERA)
    for n, guest in enumerate(site.guests[:TIMES]):
        hold(page, f"NOT-A-TICKET-{n}")
        card(page, "unknown")
        hold(page, guest["ticket"])
        assert card(page, "welcome").locator(".who").inner_text() == guest["name"]
    assert len(sent) == 2 * TIMES
    assert site.command("attendance", site.code)["arrived"] == TIMES


def test_the_same_code_is_not_read_twice_in_three_seconds_and_another_closes_its_card(site, look, webcams):
    page, sent = scanning(look, site, webcams, CAMERA)
    first, second = (guest["ticket"] for guest in site.guests[TIMES : TIMES + 2])
    hold(page, first)
    card(page, "welcome")
    page.click("[data-act='undo']")  # asks why, and is not answered
    page.wait_for_selector("#outcome form.because")
    hold(page, second)
    page.wait_for_selector(f"#outcome bdi:text-is('{site.guests[TIMES + 1]['name']}')")
    green = card(page, "welcome")
    assert page.locator("#outcome form.because").count() == 0
    assert page.locator("#outcome > *").count() == 1
    hold(page, first)
    page.wait_for_timeout(500)
    assert len(sent) == 2
    assert green.is_visible()
    hold(page, None)
    page.wait_for_timeout(QUIET_MS + 200)
    hold(page, first)
    page.wait_for_selector("#outcome:is([data-outcome='already'], [data-outcome='just-now'])")
    assert [scan["ticket"] for scan in sent] == [first, second, first]
    assert len({scan["scan_id"] for scan in sent}) == 3


def test_torch_sound_and_vibration_come_with_the_outcome(site, look, webcams):
    page, _ = scanning(look, site, webcams, CAMERA)
    page.click("#torch")
    page.wait_for_selector("#torch[aria-pressed='true']")
    page.click("#torch")
    page.wait_for_selector("#torch[aria-pressed='false']")
    assert page.evaluate("window.lit") == [True, False]
    hold(page, site.guests[TIMES + 2]["ticket"])
    card(page, "welcome")
    assert page.evaluate("window.heard") == [660, 880]
    assert page.evaluate("window.felt") == [[60]]
    hold(page, "NOT-A-TICKET")
    card(page, "unknown")
    assert page.evaluate("window.heard") == [660, 880, 220]
    assert page.evaluate("window.felt") == [[60], [300]]


def test_the_screen_stays_on_and_the_chosen_camera_is_chosen_the_next_time_too(site, look, webcams):
    page, _ = scanning(look, site, webcams, SCREEN)
    page.wait_for_selector("html[data-awake='yes']", state="attached")
    assert page.evaluate("window.kept") == ["screen"]
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # hidden, and here again
    assert page.evaluate("window.kept") == ["screen", "screen"]
    which = "document.querySelector('video').srcObject?.getVideoTracks()[0]?.getSettings().deviceId"
    first = page.evaluate(which)
    page.click("#flip")
    page.wait_for_function(f"{which} && {which} !== '{first}'")
    second = page.evaluate(which)
    page.reload()
    page.wait_for_selector("main[data-camera='on']")
    assert page.evaluate(which) == second
    page.click("#flip")
    page.wait_for_function(f"{which} === '{first}'")
    # A camera that is not plugged in today is no reason to see nothing.
    page.evaluate("localStorage.setItem('mudhif.camera', 'f00d')")
    page.reload()
    page.wait_for_selector("main[data-camera='on']")
