// The scanner's page: camera, USB scanner, name and number lead to one place, and its answer to one card.
import { outcomeCard } from "./card.js";
import { followCounts } from "./counts.js";
import { Door, newScan, NoAnswer } from "./door.js";
import { findGuests } from "./find.js";
import { openLens } from "./lens.js";
import { answerTo, beginPhone } from "./offline/begin.js";
import { cardOf } from "./outcomes.js";
import { readPhotos } from "./photo.js";
import { askReason } from "./reasons.js";
import { Repeats } from "./repeats.js";
import { signingOn } from "./signing.js";
import { signal, unlockSound } from "./sound.js";
import { listenToWedge } from "./wedge.js";
import { filled, writer } from "./words.js";

/** @template {Element} T @param {string} id @returns {T} */
const at = (id) => /** @type {T} */ (/** @type {unknown} */ (document.getElementById(id)));
const main = /** @type {HTMLElement} */ (at("main"));
const set = /** @type {Record<string, string>} */ (main.dataset);
const language = { words: JSON.parse(set.words), write: writer(set.lang, set.zone, set.digits) };
const door = new Door(set.checkins, set.csrf);
const outcome = /** @type {HTMLElement} */ (at("outcome"));
const repeats = new Repeats();
const opening = beginPhone(set, language, /** @type {HTMLElement} */ (at("kept")), ({ kept, isAway, asksSignature }) => {
  tell(kept ? "kept" : isAway ? "off" : "saved");
  if (asksSignature !== null) main.dataset.signature = asksSignature ? "yes" : "";
});
const TRIES = 3;
const TRY_AGAIN_MS = 700;
const HELP_AFTER_MS = 12_000;

let direction = /** @type {"in" | "out"} */ ("in");
let asked = 0; // scans so far
let shown = 0; // the latest of them that has a card: an older answer never covers a newer one
/** @type {{ scan: import("./door.js").Scan, answer: import("./offline/phone.js").Shown | null } | null} */
let current = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let help;

/** @param {string} name @param {import("./offline/phone.js").Shown | null} answer */
function show(name, answer) {
  clearTimeout(help);
  outcome.replaceChildren(outcomeCard(document, name, answer, language));
  outcome.dataset.outcome = name;
  open("scan");
  if (name === "idle") help = setTimeout(() => outcome.querySelector("[data-late]")?.removeAttribute("hidden"), HELP_AFTER_MS);
}

/** @param {"saved" | "waiting" | "off" | "kept"} state @param {string} [sentence] */
function tell(state, sentence) {
  const place = /** @type {HTMLElement} */ (at("state"));
  place.dataset.state = state;
  place.classList.toggle("off", state !== "saved");
  const words = place.querySelector("[data-part='words']");
  if (words) words.textContent = sentence ?? language.words[`state_${state}`];
}

/** Sends a scan until the laptop answers, always with the same id. @param {import("./door.js").Scan} scan */
async function sent(scan) {
  for (let n = 1; ; n += 1) {
    try {
      return await door.send(scan);
    } catch (error) {
      if (!(error instanceof NoAnswer) || n === TRIES) throw error;
      tell("waiting");
      await new Promise((next) => setTimeout(next, TRY_AGAIN_MS * n));
    }
  }
}

/** @param {import("./door.js").Scan} scan */
async function present(scan) {
  const mine = (asked += 1);
  try {
    const answer = await answerTo(await opening, scan, sent);
    tell(answer.kept ? "kept" : "saved");
    if (!answer.kept) count(answer.counts.arrived, answer.counts.registered);
    if (mine < shown) return;
    shown = mine;
    current = { scan, answer };
    const name = cardOf(answer, { device: set.device, now: Date.now() });
    show(name, answer);
    signal(name);
  } catch (error) {
    if (mine < shown) return;
    shown = mine;
    current = { scan, answer: null };
    tell("off", error instanceof NoAnswer ? undefined : String(/** @type {Error} */ (error).message));
    show("unsent", null);
    signal("unknown");
  }
}

/** A scan of the way and at the gate of now. @param {import("./door.js").Presented} presented */
const scanOf = (presented) => newScan({ direction, ...(set.gate && { gate: set.gate }), ...presented });

/** @param {string} text */
function read(text) {
  if (signing.isDrawn || repeats.isRepeat(text, performance.now())) return;
  void present(scanOf({ ticket: text }));
}

/** @param {number} arrived @param {number} registered */
function count(arrived, registered) {
  at("arrived").textContent = language.write.number(arrived);
  at("of").textContent = filled(language.words.of, { registered: language.write.number(registered) });
}

// --- actions of a card ---

/** @type {Record<string, () => void | Promise<void>>} */
const acts = {
  next: () => show("idle", null),
  again() {
    if (current) present(current.scan);
  },
  find: () => open("find"),
  start: () => lens.start(),
  force() {
    const guest = current?.answer?.registration;
    if (!guest) return;
    askReason(outcome, at("reasons-force"), (reason) =>
      present(scanOf({ registration: guest.id, force: true, force_reason: reason })));
  },
  undo() {
    const answer = current?.answer;
    if (answer?.checkin) askReason(outcome, at("reasons-undo"), (reason) => void undo(answer, reason));
  },
  sign() {
    const answer = current?.answer;
    if (!answer) return;
    signing.open(answer.scan_id, answer.registration);
    open("sign");
  },
};

/** What follows a scan is shown when it is kept, by the laptop or by this phone.
 *  @param {import("./offline/phone.js").Shown} of  whose card it is
 *  @param {string} card
 *  @param {Promise<import("./door.js").Answer | null>} keeping  null: on this phone */
async function follow(of, card, keeping) {
  try {
    const answer = await keeping;
    if (answer) count(answer.counts.arrived, answer.counts.registered);
    tell(answer ? "saved" : "kept");
    if (current?.answer === of) show(card, { ...of, kept: !answer });
  } catch (error) {
    tell("off", error instanceof NoAnswer ? undefined : String(/** @type {Error} */ (error).message));
  }
}

/** @param {import("./offline/phone.js").Shown} answer @param {string} reason */
async function undo(answer, reason) {
  const row = newScan({ undoes: answer.checkin?.id ?? "", reason });
  const phone = await opening;
  return follow(answer, "undone", phone ? phone.undo(row, answer.registration?.id ?? answer.who ?? null) : door.send(row));
}

const signing = signingOn(at("signing"), language, {
  async onSigned(signs, strokes) {
    open("scan");
    const [row, phone, answer] = [newScan({ signs, strokes }), await opening, current?.answer];
    if (answer) await follow(answer, "signed", phone ? phone.sign(row) : door.send(row));
  },
  onWithout: () => open("scan"),
});

outcome.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-act]") : null;
  if (button instanceof HTMLElement) acts[button.dataset.act ?? ""]?.();
});

// --- the panels: scan, find, number ---

/** @param {string} name */
const find = async (name) => {
  const phone = await opening;
  if (phone?.state.isAway) return phone.find(name);
  return door.find(name).catch(() => phone?.find(name) ?? []);
};
const finder = findGuests(at("find"), { find }, language, (registration) => present(scanOf({ registration })));
const pad = /** @type {HTMLFormElement} */ (at("number"));
const typed = /** @type {HTMLInputElement} */ (pad.querySelector("input"));

/** @param {string} panel */
function open(panel) {
  if (main.dataset.panel === panel) return;
  main.dataset.panel = panel;
  for (const tab of main.querySelectorAll(".tabs button")) {
    if (tab instanceof HTMLButtonElement) tab.toggleAttribute("aria-current", tab.value === panel);
  }
  if (panel === "find") finder.open();
  if (panel === "number") {
    typed.value = "";
    typed.focus();
  }
}

main.querySelector(".tabs")?.addEventListener("click", (event) => {
  const tab = event.target instanceof Element ? event.target.closest("button") : null;
  if (tab) open(tab.value);
});
pad.addEventListener("click", (event) => {
  const key = event.target instanceof Element ? event.target.closest("button[type='button']") : null;
  if (!(key instanceof HTMLButtonElement)) return;
  typed.value = key.value === "back" ? typed.value.slice(0, -1) : typed.value + key.value;
});
pad.addEventListener("submit", (event) => {
  event.preventDefault();
  if (typed.value.trim()) present(scanOf({ ticket: typed.value.trim() }));
});

// --- the camera ---

const lens = openLens(main, set.wasm, read, () => {
  if (outcome.dataset.outcome === "idle") show("idle", null); // its button has done its work
});

at("out").addEventListener("click", ({ currentTarget }) => {
  direction = direction === "in" ? "out" : "in";
  /** @type {HTMLElement} */ (currentTarget).setAttribute("aria-pressed", String(direction === "out"));
  main.dataset.direction = direction;
});

// --- begin ---

listenToWedge(window, read);
readPhotos(outcome, set.wasm, read);
window.addEventListener("pointerdown", unlockSound);
window.addEventListener("keydown", unlockSound);
followCounts(set.live, ({ arrived, registered }) => count(arrived, registered));
show("idle", null);

lens.startIfAllowed();
await opening;
main.dataset.ready = "yes"; // listening: what is typed or shown from now on is read
