// The desk by keyboard alone: known people are proposed while a name is typed, Enter sends, F2 scans, F8 takes back,
// F9 lets the guest sign, F4 prints the badge.
import { Door } from "./door.js";
import { findGuests } from "./find.js";
import { listenToWedge } from "./wedge.js";
import { writer } from "./words.js";

const desk = /** @type {HTMLElement} */ (document.getElementById("desk"));
const set = /** @type {Record<string, string>} */ (desk.dataset);
const language = { words: JSON.parse(set.words), write: writer(set.lang, set.zone, set.digits) };
const door = new Door(set.checkins, set.csrf);
// Who may not register guests has no form for it, and nobody to propose in it.
const walkIn = /** @type {HTMLFormElement | null} */ (document.getElementById("walk-in"));
const known = document.getElementById("known");
const checkIn = /** @type {HTMLFormElement} */ (document.getElementById("check-in"));

/** Sends the small form that checks somebody in; the page that comes back shows the outcome.
 *  @param {"registration" | "ticket"} name @param {string} value */
function submit(name, value) {
  /** @type {HTMLInputElement} */ (checkIn.elements.namedItem(name)).value = value;
  checkIn.submit();
}

if (known) findGuests(known, door, language, (id) => submit("registration", id));
listenToWedge(window, (text) => submit("ticket", text));

const SEX = /** @type {Record<string, string>} */ ({ Digit1: "f", Digit2: "m", Digit3: "", Numpad1: "f", Numpad2: "m", Numpad3: "" });

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Node ? event.target : null;
  if (event.code === "F2") go("scan", event);
  else if (event.code === "F8") go("undo", event);
  else if (event.code === "F9") go("sign", event);
  else if (event.code === "F4") go("badge", event);
  else if (event.code === "Escape") walkIn?.reset();
  else if (event.code in SEX && !asked?.contains(target) && !(target instanceof HTMLInputElement && target.type !== "radio")) {
    const choice = walkIn?.querySelector(`input[name="sex"][value="${SEX[event.code]}"]`);
    if (choice instanceof HTMLInputElement) choice.checked = true;
  }
});

/** @param {string} id @param {Event} event */
function go(id, event) {
  const place = document.getElementById(id);
  if (!place) return;
  event.preventDefault();
  place.click();
  const word = place.closest("details")?.querySelector("input[name='word']"); // Enter there takes the first reason
  if (word instanceof HTMLElement) word.focus();
}

// Whoever has to be asked is asked at once: the first question, or the first that is wrong, has the keyboard.
const asked = document.getElementById("asked");
const first = asked?.querySelector(".wrong input, .wrong select") ?? asked?.querySelector("[data-question] :is(input, select)");
if (first instanceof HTMLElement) first.focus();

document.getElementById("item")?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement) event.target.form?.submit();
});

// ↓ from the name goes into the proposals, ↑ back.
known?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[/** @type {KeyboardEvent} */ (event).code];
  if (!step) return;
  const stops = [...desk.querySelectorAll("#known input, #known [data-part='list'] button")];
  const next = stops[stops.indexOf(/** @type {Element} */ (document.activeElement)) + step];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
});
