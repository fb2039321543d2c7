// A page that shows the timer: puts in what the laptop sent, and counts on from it five times a second.
import { follow } from "./follow.js";
import { digits, lit, milestone, phase, secondsLeft, wallClock } from "./remaining.js";
import { SteadyClock } from "./steady.js";

const TICK_MS = 200;

/** @typedef {import("./remaining.js").Told} Told */

/** Follows the timer in `#timer`.
 *  @param {(told: Told, seconds: number | null, box: HTMLElement) => void} [onTick]  what a page does besides
 *  @param {() => void} [onPart]  after a new part was put in */
export function showTimer(onTick = () => undefined, onPart = () => undefined) {
  const box = /** @type {HTMLElement} */ (document.getElementById("timer"));
  const { live = "", part = "", clock: clockUrl = "" } = box.dataset;
  const clock = new SteadyClock(clockUrl);
  let told = read(box);
  /** @type {number | null} */
  let before = null;
  if (told) clock.guess(told.at);

  const following = follow({
    live, part,
    check: () => clock.settle(1).then(() => undefined, (error) => { throw error; }),
    onState: (isThere) => lost(isThere, told ? wallClock(told, clock.now(), false) : ""),
    onPart: (html) => put(html),
  });
  void clock.settle().catch(() => undefined);

  /** @param {string} html */
  function put(html) {
    const typed = /** @type {HTMLInputElement | null} */ (box.querySelector("input[name=text]"));
    const kept = typed && document.activeElement === typed ? { value: typed.value, at: typed.selectionStart } : null;
    const focused = box.contains(document.activeElement) ? document.activeElement?.getAttribute("value") : null;
    box.replaceChildren(document.createRange().createContextualFragment(html));
    told = read(box);
    const field = /** @type {HTMLInputElement | null} */ (box.querySelector("input[name=text]"));
    if (kept && field) {
      field.value = kept.value;
      field.focus();
      field.setSelectionRange(kept.at, kept.at);
    } else if (focused) {
      /** @type {HTMLElement | null} */ (box.querySelector(`button[value="${CSS.escape(focused)}"]:not([disabled])`))?.focus();
    }
    onPart();
    tick();
  }

  function tick() {
    if (!told) return;
    const steady = clock.now();
    const seconds = secondsLeft(told, steady);
    paint(box, told, seconds, steady);
    speak(milestone(before, seconds, told.warn));
    before = seconds;
    onTick(told, seconds, box);
  }

  setInterval(tick, TICK_MS);
  tick();
  return { box, put, refresh: following.refresh, left: () => (told ? secondsLeft(told, clock.now()) : null) };
}

/** @param {HTMLElement} box @returns {Told | null} */
function read(box) {
  const holder = /** @type {HTMLElement | null} */ (box.querySelector("[data-timer]"));
  return holder?.dataset.timer ? JSON.parse(holder.dataset.timer) : null;
}

/** @param {HTMLElement} box @param {Told} told @param {number | null} seconds @param {number} steady */
function paint(box, told, seconds, steady) {
  for (const element of box.querySelectorAll("[data-digits]")) {
    if (told.phase === "idle") continue;
    const text = digits(seconds);
    if (element.textContent !== text) element.textContent = text;
    element.classList.toggle("long", text.length > 5);
  }
  for (const element of box.querySelectorAll("[data-wall]")) {
    const text = wallClock(told, steady, element.getAttribute("data-wall") === "seconds");
    if (element.textContent !== text) element.textContent = text;
  }
  const lines = box.querySelectorAll("[data-face] line");
  const on = lit(lines.length, seconds, told.planned);
  lines.forEach((line, i) => line.classList.toggle("on", i >= lines.length - on));
  const now = phase(told, seconds);
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll("[data-when]"))) {
    element.hidden = (element.dataset.when === "over") !== (now === "over");
  }
}

/** @param {boolean} isThere @param {string} time  what the clock on the wall shows */
function lost(isThere, time) {
  const notice = document.getElementById("lost");
  if (!notice) return;
  if (isThere) notice.hidden = true;
  else if (notice.hidden) {
    notice.textContent = (notice.dataset.words ?? "").replace("{time}", time);
    notice.hidden = false;
  }
}

/** @param {"warn" | "end" | null} what */
function speak(what) {
  const place = document.getElementById("said");
  const words = what && place ? place.dataset[what] : null;
  if (place && words) place.textContent = words;
}
