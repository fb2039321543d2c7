// The desk by keyboard alone: known people are proposed while a name is typed, Enter sends, F2 scans, F8 takes back,
// F9 lets the guest sign, F4 prints the badge, Esc empties the form.
import { Door } from "./door.js";
import { forgetKeys, keepForm, keepKeys, takeForm, takeKeys } from "./draft.js";
import { proposePeople } from "./known.js";
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
const asked = document.getElementById("asked");
const FIELDS = ["name", "sex", "organisation", "phone"];
const SCAN_MS = 2000;
let isSent = false;

/** The page is on its way: nothing is sent a second time, and what is typed now is for the next guest. */
function leave() {
  isSent = true;
  keepKeys(document);
}

/** Sends the small form that checks somebody in; the page that comes back shows the outcome.
 *  @param {"registration" | "ticket"} name @param {string} value */
function submit(name, value) {
  if (isSent && name === "registration") return;
  /** @type {HTMLInputElement} */ (checkIn.elements.namedItem(name)).value = value;
  leave();
  checkIn.submit();
}

for (const form of [walkIn, asked]) {
  form?.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    else leave();
  });
}
// Whatever else the page is left by, a guest who was begun is still there afterwards.
document.addEventListener("submit", ({ target }) => {
  if (walkIn && target !== walkIn && target !== asked) keepForm(walkIn, FIELDS);
});
// An old page that is gone back to holds the id of a guest who is in already.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/** @param {HTMLFormElement} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** @param {string} name */
const find = (name) => door.ask(`${set.checkins}/guests?known=true&search=${encodeURIComponent(name)}`, "GET");
const proposals = known && proposePeople(known, find, language, (person) => {
  if (person.id) submit("registration", person.id);
  else if (walkIn) {
    field(walkIn, "known").value = person.person;
    field(walkIn, "name").value = person.name ?? "";
    walkIn.requestSubmit();
  }
});

// --- a scanner that types ---

/** @type {{ before: string, at: number } | null} the sex before the digits that may be a scanner's */
let sexBefore = null;

/** @param {number} now */
function giveSexBack(now) {
  if (walkIn && sexBefore && now - sexBefore.at < SCAN_MS) chooseSex(sexBefore.before);
  sexBefore = null;
  forgetKeys();
}

listenToWedge(window, (text) => {
  giveSexBack(performance.now());
  if (walkIn && !isSent) keepForm(walkIn, FIELDS);
  submit("ticket", text);
}, () => {
  giveSexBack(performance.now());
  document.getElementById("cut")?.removeAttribute("hidden");
});

// --- keys ---

const SEX = /** @type {Record<string, string>} */ ({ Digit1: "f", Digit2: "m", Digit3: "", Numpad1: "f", Numpad2: "m", Numpad3: "" });

/** @param {string} value */
function chooseSex(value) {
  if (walkIn) /** @type {RadioNodeList} */ (walkIn.elements.namedItem("sex")).value = value;
}

/** Nothing stays, also not what the laptop gave back with a mistake. */
function empty() {
  if (!walkIn) return;
  for (const name of [...FIELDS.filter((one) => one !== "sex"), "known"]) field(walkIn, name).value = "";
  chooseSex("");
  proposals?.empty();
  for (const one of walkIn.querySelectorAll(".mistakes, .err")) one.remove();
  for (const one of walkIn.querySelectorAll(".wrong")) one.classList.remove("wrong");
  field(walkIn, "name").focus();
}

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.code === "F2") go("scan", event);
  else if (event.code === "F8") go("undo", event);
  else if (event.code === "F9") go("sign", event);
  else if (event.code === "F4") go("badge", event);
  else if (event.code === "Escape") {
    const open = target?.closest("details[open]");
    if (open instanceof HTMLDetailsElement) open.open = false;
    else empty();
  } else if (event.code === "Enter" && target instanceof HTMLInputElement && target.name === "word" && target.form === walkIn) {
    event.preventDefault(); // the button beside it, and not that of the form
    /** @type {HTMLElement | null} */ (walkIn?.querySelector("button[name='force']"))?.click();
  } else if (event.code in SEX && walkIn && !isSent && !asked?.contains(target) && !isField(target)) {
    const before = new FormData(walkIn).get("sex");
    if (!sexBefore || event.timeStamp - sexBefore.at > SCAN_MS) sexBefore = { before: String(before ?? ""), at: event.timeStamp };
    chooseSex(SEX[event.code]);
  }
});

/** @param {HTMLElement | null} target  a digit belongs to it */
function isField(target) {
  return target?.matches("input:not([type='radio']), select, textarea") ?? false;
}

/** @param {string} id @param {Event} event */
function go(id, event) {
  const place = document.getElementById(id);
  if (!place) return;
  event.preventDefault();
  if (id === "scan" && walkIn) keepForm(walkIn, FIELDS);
  place.click();
  const word = place.closest("details")?.querySelector("input[name='word']"); // Enter there takes the first reason
  if (word instanceof HTMLElement) word.focus();
}

// --- begin ---

// Whoever has to be asked is asked at once: the first question, or the first that is wrong, has the keyboard.
const first = asked?.querySelector(".wrong input, .wrong select") ?? asked?.querySelector("[data-question] :is(input, select)");
if (first instanceof HTMLElement) first.focus();

if (walkIn) {
  const name = field(walkIn, "name");
  name.addEventListener("input", () => void (field(walkIn, "known").value = ""));
  const wasBegun = takeForm(walkIn);
  name.value = takeKeys() + name.value;
  if (wasBegun || name.value) void proposals?.ask();
} else forgetKeys();

document.getElementById("item")?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement) event.target.form?.submit();
});
