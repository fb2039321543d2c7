"""The timer in a real browser: the control leads, the display follows and counts by itself when the laptop is gone."""

from __future__ import annotations

import re
import time

import pytest

AGENDA = {
    "en": "00:10 - 00:25 Opening\n00:25 - 00:55 Questions and discussion\n00:55 - 01:10 Short break\n",
    "ar": "٠٠:١٠ - ٠٠:٢٥ الافتتاح\n٠٠:٢٥ - ٠٠:٥٥ أسئلة ونقاش\n٠٠:٥٥ - ٠١:١٠ استراحة قصيرة\n",
}
WIDTHS = [pytest.param(1366, 768, id="laptop"), pytest.param(390, 844, id="phone")]


@pytest.fixture
def timed(make_site, tmp_path):
    """A site whose event has an agenda; the timer stands still."""

    def made(lang: str = "en"):
        site = make_site(guests="")
        path = tmp_path / f"agenda-{lang}.txt"
        path.write_text(AGENDA[lang], encoding="utf-8")
        site.command("agenda", "set", site.code, str(path))
        return site

    return made


@pytest.fixture(scope="module")
def shared(make_site, tmp_path_factory):
    """A site with an agenda for the tests that only look."""
    site = make_site(guests="")
    path = tmp_path_factory.mktemp("agenda") / "agenda.txt"
    path.write_text(AGENDA["en"] + "12:45 PM – 01:00 PM Lunch Break 01:00 PM – 02:00 PM\n", encoding="utf-8")
    site.command("agenda", "set", site.code, str(path))
    site.command("timer", site.code, "start")
    return site


def show(page, site, kind: str = "show", screen: str = "/speaker"):
    page.goto(f"{site.url}/x/{kind}/{site.code}{screen}")
    page.wait_for_selector("#timer [data-timer]")
    return page


def title(page) -> str:
    return page.inner_text("#timer h1")


def seconds(page) -> int:
    minutes, rest = page.inner_text("[data-digits]").lstrip("+").split(":")
    return int(minutes) * 60 + int(rest)


def within(limit: float, what, expected) -> float:
    """Wait until something is as expected; returns how long it took."""
    began = time.monotonic()
    while (found := what()) != expected:
        assert time.monotonic() - began < limit, f"{found!r} and not {expected!r} after {limit} s"
        time.sleep(0.02)
    return time.monotonic() - began


def test_the_display_follows_the_control_within_a_second(timed, look):
    site = timed()
    control, display = look(site), show(look(site, signed_in=False), site)
    control.goto(f"{site.event_url}/timer")
    control.wait_for_timeout(600)
    control.click("button[value=start]")
    within(1.0, lambda: display.get_attribute("main", "class"), "stage run")
    control.click("button[value=next]")
    within(1.0, lambda: title(display), "Questions and discussion")
    assert abs(seconds(control) - seconds(display)) <= 1
    control.fill("#text", "Two minutes")
    control.click("button[value=message]")
    within(1.0, lambda: display.locator(".msg").count(), 1)
    assert display.inner_text(".msg") == "Two minutes"
    control.click("button[value=blackout]")
    within(1.0, lambda: "dark" in (display.get_attribute("main", "class") or ""), True)


def test_a_press_at_the_prompt_reaches_the_display_too(timed, look):
    site = timed()
    display = show(look(site, signed_in=False), site)
    display.wait_for_timeout(600)
    site.command("timer", site.code, "start")
    within(1.5, lambda: display.locator("[data-digits]").count(), 1)
    assert title(display) == "Opening"


def test_keys_run_the_timer_and_spare_what_is_typed(timed, look):
    site = timed()
    page = look(site)
    page.goto(f"{site.event_url}/timer")
    page.keyboard.press("Space")
    page.wait_for_selector("button[value=pause]")
    page.keyboard.press("ArrowRight")
    within(2.0, lambda: title(page), "Questions and discussion")
    before = seconds(page)
    page.keyboard.press("ArrowUp")
    within(2.0, lambda: seconds(page) > before + 50, True)
    page.keyboard.press("Shift+ArrowDown")
    within(2.0, lambda: seconds(page) < before - 200, True)
    page.keyboard.press("KeyM")
    page.keyboard.type("b t space ")
    assert page.input_value("#text") == "b t space "
    assert page.locator("button[value=pause]").count() == 1


def test_stop_needs_two_presses(timed, look):
    site = timed()
    page = look(site)
    page.goto(f"{site.event_url}/timer")
    page.click("button[value=start]")
    page.wait_for_selector("button[value=pause]")
    page.click("button[value=stop]")
    assert page.inner_text("button[value=stop]") == "Press again to stop"
    assert page.locator("button[value=pause]").count() == 1
    page.click("button[value=stop]")
    page.wait_for_selector("button[value=start]")


def test_in_arabic_the_arrows_follow_the_buttons(timed, look):
    site = timed("ar")
    page = look(site, lang="ar")
    page.goto(f"{site.event_url}/timer")
    assert page.get_attribute("html", "dir") == "rtl"
    page.click("button[value=start]")
    page.wait_for_selector("button[value=pause]")
    page.keyboard.press("ArrowLeft")
    within(2.0, lambda: title(page), "أسئلة ونقاش")
    display = show(look(site, signed_in=False, lang="ar"), site)
    assert "التالي" in display.inner_text(".next")
    # Time passes in reading direction: what is left lies at the left foot of the arch.
    lit = display.locator(".face .on").first.bounding_box()
    unlit = display.locator(".face line:not(.on)").first
    assert lit is not None and (unlit.count() == 0 or lit["x"] < unlit.bounding_box()["x"])


def test_when_the_laptop_is_gone_the_display_counts_on_and_says_so(timed, look):
    site = timed()
    site.command("timer", site.code, "start")
    display = show(look(site, signed_in=False), site)
    display.wait_for_timeout(800)
    site.process.kill()
    site.process.wait()
    display.wait_for_selector("#lost:not([hidden])")
    assert re.fullmatch(r"Counting by itself since \d\d:\d\d", display.inner_text("#lost"))
    before = seconds(display)
    display.wait_for_timeout(3000)
    assert 2 <= before - seconds(display) <= 4
    assert title(display) == "Opening"


def test_the_display_turns_amber_then_red_by_itself(timed, look):
    site = timed()
    site.command("timer", site.code, "start")
    site.command("timer", site.code, "add", "-597")  # 15 minutes less nine and 57 seconds
    display = show(look(site, signed_in=False), site)
    within(8.0, lambda: display.get_attribute("main", "class"), "stage warn")
    site.command("timer", site.code, "add", "-298")
    within(9.0, lambda: display.get_attribute("main", "class"), "stage over")
    assert display.inner_text("[data-digits]").startswith("+")
    assert display.inner_text(".next").startswith("Over time")


def test_a_pause_stands_still(timed, look):
    site = timed()
    site.command("timer", site.code, "start")
    site.command("timer", site.code, "pause")
    display = show(look(site, signed_in=False), site)
    before = display.inner_text("[data-digits]")
    display.wait_for_timeout(1500)
    assert display.inner_text("[data-digits]") == before
    assert display.inner_text(".next").strip().startswith("Paused")


def test_an_agenda_is_pasted_looked_at_and_taken_over(timed, look):
    site = timed()
    page = look(site)
    page.goto(f"{site.event_url}/agenda/paste")
    page.fill("#text", "12:30 – 12:45 Closing\n12:45 PM – 01:00 PM Lunch Break 01:00 PM – 02:00 PM")
    page.click("main form button")
    page.wait_for_selector(".paste")
    page.check("input[value=both]", force=True)
    page.click("button[name=take]")
    page.wait_for_url(f"{site.event_url}/agenda")
    assert page.locator(".items tbody tr").count() == 3


@pytest.mark.parametrize(("width", "height"), WIDTHS)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_teams_pages_are_whole(shared, look, problems, lang, width, height):
    page = look(shared, lang=lang, width=width, height=height)
    for path in ("agenda", "agenda/paste", "agenda/item", "timer"):
        page.goto(f"{shared.event_url}/{path}")
        page.wait_for_timeout(300)
        assert (path, problems(page)) == (path, [])


@pytest.mark.parametrize(("width", "height"), WIDTHS)
@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("kind", "screen"), [("show", "/speaker"), ("now", "")])
def test_the_displays_are_whole(shared, look, problems, kind, screen, lang, width, height):
    page = show(look(shared, signed_in=False, lang=lang, width=width, height=height), shared, kind, screen)
    page.wait_for_timeout(300)
    assert problems(page) == []


def test_the_timer_works_without_a_script(timed, look):
    site = timed()
    page = look(site)
    bare = page.context.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    try:
        plain = bare.new_page()
        plain.goto(f"{site.event_url}/timer")
        plain.click("button[value=start]")
        plain.click("button[value=next]")
        assert plain.inner_text("h1") == "Questions and discussion"
    finally:
        bare.close()
