// The timer's control: buttons without a new page, keys by their place, and the time left said aloud on T.
import { digits, phase } from "./remaining.js";
import { showTimer } from "./screen.js";

const TWICE_MS = 2000;
/** @type {{ value: string, until: number } | null} */
let armed = null;
let jump = "";

const timer = showTimer((told, seconds, box) => {
  const face = box.querySelector(".faceBox");
  if (face) face.className = `faceBox ${phase(told, seconds)}`;
});

/** @param {string} value  of the button; a message travels with it */
async function press(value) {
  const form = timer.box.querySelector("form");
  if (!form) return;
  const body = new FormData(form);
  body.set("do", value);
  const part = new URL(timer.box.dataset.part ?? "", location.href);
  try {
    const answer = await fetch(part, { method: "POST", body, signal: AbortSignal.timeout(5000) });
    if (answer.ok) timer.put(await answer.text());
    else await timer.refresh();
  } catch {
    await timer.refresh(); // says that the laptop does not answer
  }
}

timer.box.addEventListener("submit", (event) => {
  const button = /** @type {HTMLButtonElement | null} */ (/** @type {SubmitEvent} */ (event).submitter);
  event.preventDefault();
  if (!button) {
    void press("message");
    return;
  }
  const twice = button.dataset.twice;
  if (twice && !(armed && armed.value === button.value && armed.until > performance.now())) {
    armed = { value: button.value, until: performance.now() + TWICE_MS };
    const before = [...button.childNodes];
    button.replaceChildren(twice);
    setTimeout(() => button.isConnected && button.replaceChildren(...before), TWICE_MS);
    return;
  }
  armed = null;
  void press(button.value);
});

/** @param {EventTarget | null} target @param {string} what */
const inside = (target, what) => target instanceof Element && Boolean(target.closest(what));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || inside(event.target, "input, textarea, select")) return;
  const shifted = event.shiftKey && timer.box.querySelector(`[data-shift][data-key="${event.code}"]`);
  if (shifted) {
    event.preventDefault();
    event.stopImmediatePropagation(); // without Shift the same key is one minute
    void press(shifted.getAttribute("data-shift") ?? "");
  } else if (event.code === "Space" && !inside(event.target, "button, a, summary")) {
    event.preventDefault();
    /** @type {HTMLElement | null} */ (timer.box.querySelector("[data-space]"))?.click();
  } else if (event.code === "KeyT") {
    sayLeft();
  } else if (event.code === "KeyF") {
    void document.documentElement.requestFullscreen?.();
  } else if (/^(Digit|Numpad)\d$/.test(event.code)) {
    jump += event.code.slice(-1);
    setTimeout(() => (jump = ""), TWICE_MS);
  } else if (/Enter$/.test(event.code) && jump && !inside(event.target, "button, a")) {
    const row = timer.box.querySelectorAll("[data-row]")[Number(jump) - 1];
    if (row) void press(`jump:${row.getAttribute("data-row")}`);
    jump = "";
  }
}, true);

function sayLeft() {
  const place = document.getElementById("said");
  const left = timer.left();
  if (!place || left === null) return;
  const words = (left < 0 ? place.dataset.over : place.dataset.left) ?? "";
  place.textContent = words.replace("{time}", digits(Math.abs(left)));
}
