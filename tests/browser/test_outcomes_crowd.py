"""A whole door at speed: forty guests, two phones and a laptop that scan at once, and the board beside them."""

from __future__ import annotations

import pytest

GUESTS = 40
PAGES = [{"width": 390, "height": 844}, {"width": 390, "height": 660, "lang": "ar"}, {"width": 1366, "height": 768}]

# Types each code as a USB scanner does and goes on as soon as its card is there; gives back what was shown.
SCAN_ALL = """async (tickets) => {
    const outcome = document.getElementById("outcome");
    let now = performance.now();
    const press = (code, shiftKey) => {
        const key = new KeyboardEvent("keydown", { code, key: "ش", shiftKey, bubbles: true, cancelable: true });
        // A scanner's pace, however busy the machine of the test is.
        Object.defineProperty(key, "timeStamp", { value: (now += 5) });
        document.body.dispatchEvent(key);
    };
    const shown = [];
    for (const ticket of tickets) {
        const seen = new Promise((done) => {
            const watch = new MutationObserver(() => {
                if (!outcome.querySelector(".out")) return;
                watch.disconnect();
                done([outcome.dataset.outcome, outcome.querySelector(".who")?.textContent ?? ""]);
            });
            watch.observe(outcome, { childList: true });
        });
        for (const sign of ticket) press(/[0-9]/.test(sign) ? `Digit${sign}` : `Key${sign}`, /[A-Z]/.test(sign));
        press("Enter", false);
        shown.push(await seen);
    }
    return shown;
}"""


@pytest.fixture
def door(make_site):
    return make_site(guests="Name,Sex\n" + "".join(f"Guest {n:02},{'MF'[n % 2]}\n" for n in range(1, GUESTS + 1)))


def scanner(look, site, **options):
    page = look(site, **options)
    page.goto(f"{site.event_url}/scan")
    page.wait_for_selector("main[data-ready]")
    return page


def all_at_once(pages, work):
    """Starts the work of every page before it waits for one."""
    for page, tickets in zip(pages, work, strict=True):
        page.evaluate(f"(tickets) => {{ window.work = ({SCAN_ALL})(tickets); }}", tickets)
    return [page.evaluate("window.work") for page in pages]


def test_forty_guests_at_three_scanners_at_once_are_each_counted_once(door, look, problems):
    board = look(door)
    board.goto(f"{door.event_url}/board")
    board.wait_for_selector("[data-state='live']")
    pages = [scanner(look, door, **options) for options in PAGES]
    tickets = [guest["ticket"] for guest in door.guests]
    # Each guest is scanned at two of the three, in another order: who is first lets in, the other one says so.
    work = [tickets[:30], [*reversed(tickets[15:]), *tickets[:3]], [*tickets[30:], *tickets[3:15]]]
    shown = [card for cards in all_at_once(pages, work) for card in cards]

    assert len(shown) == sum(map(len, work))
    assert {outcome for outcome, _ in shown} <= {"welcome", "already", "just-now"}
    let_in = [name for outcome, name in shown if outcome == "welcome"]
    assert sorted(let_in) == sorted(guest["name"] for guest in door.guests)
    assert door.command("attendance", door.code)["arrived"] == GUESTS
    board.wait_for_selector(f"[data-part='arrived']:text-is('{GUESTS}')")
    for page in pages:
        assert page.locator("#arrived").inner_text() == str(GUESTS)
        assert page.locator("#kept").get_attribute("data-kept") in (None, "", "0")
        assert problems(page) == []


def test_two_phones_that_lose_the_laptop_in_the_middle_of_a_crowd_count_nobody_twice_and_lose_nobody(door, look):
    pages = [scanner(look, door, **options) for options in PAGES]
    for page in pages[:2]:
        page.wait_for_selector("#kept[data-listed]:not([data-listed=''])", state="attached")
    tickets = [guest["ticket"] for guest in door.guests]
    all_at_once(pages, [tickets[:5], tickets[5:10], tickets[10:12]])
    for page in pages[:2]:
        page.context.set_offline(True)
    # Apart, both phones let in the guests 13 to 24; the laptop goes on with its own queue.
    all_at_once(pages, [tickets[12:24], tickets[12:30], tickets[30:]])
    for page in pages[:2]:
        page.context.set_offline(False)
    for page in pages[:2]:
        page.wait_for_selector("#kept[data-kept='0']", timeout=25_000)
    assert door.command("attendance", door.code)["arrived"] == GUESTS
    board = look(door)
    board.goto(f"{door.event_url}/board")
    board.wait_for_selector(f"[data-part='arrived']:text-is('{GUESTS}')")
