"""The last way out: what a phone kept is shown on its screen, and a laptop's webcam takes it in."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFilter

from .test_scan import badge_picture

PEOPLE = 30
GUESTS = "Name,Sex\n" + "".join(f"Guest No {n},{'FM'[n % 2]}\n" for n in range(1, PEOPLE + 1))
GREY = (92, 96, 94)


@pytest.fixture(scope="module")
def site(make_site):
    return make_site(guests=GUESTS)


@pytest.fixture
def phone(site, look):
    """The scanner of a phone, with the event's list and its worker in place; then the Wi-Fi is gone."""

    def opened(lang="en"):
        page = look(site, lang=lang, width=390, height=844)
        page.goto(f"{site.event_url}/scan")
        page.wait_for_selector("main[data-ready]")
        page.wait_for_selector("#kept[data-listed]:not([data-listed=''])", state="attached")
        page.wait_for_selector("#kept[data-installed='true']", state="attached")
        page.context.set_offline(True)
        return page

    return opened


# All keys of a USB scanner at once: one by one they come too slowly where the machine has other work.
SCANNER = """(ticket) => {
    for (const key of [...ticket, "Enter"]) {
        const code = key === "Enter" ? key : /[A-Z]/.test(key) ? `Key${key}` : `Digit${key}`;
        dispatchEvent(new KeyboardEvent("keydown", { key, code, shiftKey: /^[A-Z]$/.test(key), bubbles: true }));
    }
}"""


def read(page, tickets):
    for n, ticket in enumerate(tickets, 1):
        page.evaluate(SCANNER, ticket)
        page.wait_for_selector(f"#kept[data-kept='{n}']", timeout=30_000)
        page.wait_for_selector("#outcome[data-outcome='welcome'] .out", timeout=30_000)


def pictures(page):
    """Photos of all pictures, one after another."""
    page.click("#kept button[value='pictures']")
    dialog = page.locator("#pictures[open]")
    dialog.wait_for()
    count = int(dialog.get_attribute("data-parts"))
    photos = {}
    while len(photos) < count:
        if count > 1:
            dialog.locator("[data-act='next']").click()
        photos[dialog.get_attribute("data-shown")] = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    dialog.locator("[data-act='close']").click()
    return [photos[str(n)] for n in range(1, count + 1)]


def film_of(photos, path, frames=4):
    """A film of a phone that is held before a webcam, a little tilted and out of focus."""
    width, height = 1280, 720
    half = (width // 2, height // 2)
    with path.open("wb") as film:
        film.write(b"YUV4MPEG2 W1280 H720 F10:1 Ip A1:1 C420jpeg\n")
        for photo in photos:
            held = photo.resize((700 * photo.width // photo.height * 2, 1400)).rotate(4, expand=True, fillcolor=GREY)
            frame = Image.new("RGB", (width, height), GREY)
            frame.paste(held, ((width - held.width) // 2, (height - held.height) // 2))
            luma, blue, red = frame.filter(ImageFilter.GaussianBlur(1)).convert("YCbCr").split()
            planes = luma.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
            film.write((b"FRAME\n" + planes) * frames)
    return path


def test_thirty_scans_leave_a_phone_by_pictures_and_are_all_there_once(site, phone, look, launch, problems, tmp_path):
    page = phone()
    read(page, [guest["ticket"] for guest in site.guests])
    photos = pictures(page)
    assert 2 < len(photos) < 20
    page.wait_for_selector(f"#kept[data-kept='{PEOPLE}']")  # shown is not handed in

    film = film_of(photos, tmp_path / "phone.y4m")
    seeing = f"--use-file-for-fake-video-capture={film}"
    webcam = launch("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", seeing)
    laptop = look(site, browser=webcam)
    laptop.goto(f"{site.event_url}/devices")
    laptop.click("a[href$='/queue']")
    laptop.wait_for_selector("#taken", timeout=60_000)  # the camera starts by itself where that was allowed before
    assert laptop.locator("#taken tbody tr").count() == PEOPLE
    assert problems(laptop) == []
    assert site.command("attendance", site.code)["arrived"] == PEOPLE

    page.context.set_offline(False)
    page.wait_for_selector("#kept[data-kept='0']", timeout=30_000)
    assert site.command("attendance", site.code)["arrived"] == PEOPLE


def test_photos_of_the_pictures_do_where_the_laptop_has_no_camera(make_site, look, problems):
    site = make_site()
    page = look(site, width=390, height=844, lang="ar")
    page.goto(f"{site.event_url}/scan")
    page.wait_for_selector("main[data-ready]")
    page.wait_for_selector("#kept[data-listed]:not([data-listed=''])", state="attached")
    page.context.set_offline(True)
    read(page, [guest["ticket"] for guest in site.guests[:3]])
    photos = [
        {"name": f"{n}.png", "mimeType": "image/png", "buffer": png(photo)} for n, photo in enumerate(pictures(page))
    ]
    laptop = look(site, lang="ar", width=390, height=844)
    laptop.goto(f"{site.event_url}/queue")
    laptop.wait_for_selector("#taking[data-ready]")
    assert problems(laptop) == []
    laptop.set_input_files(
        "#photos", [{"name": "holiday.png", "mimeType": "image/png", "buffer": png(Image.new("RGB", (400, 300), GREY))}]
    )
    laptop.locator("#no-code").wait_for()
    laptop.set_input_files("#photos", photos[:1])
    laptop.locator("#parts").wait_for()
    laptop.set_input_files("#photos", photos[1:])
    laptop.wait_for_selector("#taken")
    assert laptop.locator("#taken tbody tr").count() == 3
    assert problems(laptop) == []
    assert site.command("attendance", site.code)["arrived"] == 3


def png(picture):
    whole = io.BytesIO()
    picture.save(whole, "PNG")
    return whole.getvalue()


def test_a_phone_whose_browser_gives_no_camera_reads_a_photo_of_the_code(make_site, look, problems, tmp_path):
    site = make_site()
    site.command("badges", site.code, "-o", str(tmp_path / "badges.pdf"))
    badge_picture(tmp_path / "badges.pdf", site.guests[0]["ticket"]).save(tmp_path / "photo.jpg")
    page = look(site, width=390, height=844)
    page.goto(f"{site.event_url}/scan")
    page.wait_for_selector("main[data-ready]")
    assert not page.locator(".photo").is_visible()
    page.click("[data-act='start']")
    page.locator(".photo").wait_for()
    assert problems(page) == []
    page.set_input_files(".photo input", tmp_path / "photo.jpg")
    page.wait_for_selector("#outcome[data-outcome='welcome'] .out")
    assert site.command("attendance", site.code)["arrived"] == 1
