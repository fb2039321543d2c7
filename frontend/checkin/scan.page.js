// The scanner's page: camera, USB scanner, name and number lead to one place, and its answer to one card.
import { askOn } from "./asking.js";
import { outcomeCard, sayWhy } from "./card.js";
import { followCounts } from "./counts.js";
import { Door, newScan, NoAnswer } from "./door.js";
import { faceOf } from "./face.js";
import { findGuests } from "./find.js";
import { openLens } from "./lens.js";
import { answerTo, beginPhone, keepAfter } from "./offline/begin.js";
import { cardOf } from "./outcomes.js";
import { numberPad, panelsOf } from "./panels.js";
import { askPlace, Place } from "./place.js";
import { readPhotos } from "./photo.js";
import { askReason } from "./reasons.js";
import { Repeats } from "./repeats.js";
import { signingOn } from "./signing.js";
import { signal, unlockSound } from "./sound.js";
import { listenToWedge } from "./wedge.js";
import { writer } from "./words.js";

/** @template {Element} T @param {string} id @returns {T} */
const at = (id) => /** @type {T} */ (/** @type {unknown} */ (document.getElementById(id)));
const main = /** @type {HTMLElement} */ (at("main"));
const set = /** @type {Record<string, string>} */ (main.dataset);
const language = { words: JSON.parse(set.words), write: writer(set.lang, set.zone, set.digits) };
const door = new Door(set.checkins, set.csrf);
const outcome = /** @type {HTMLElement} */ (at("outcome"));
const repeats = new Repeats();
const place = new Place(set.event, JSON.parse(set.gates));
const { tell, count, ...face } = faceOf(document, language, set.title);
const opening = beginPhone(set, language, /** @type {HTMLElement} */ (at("kept")), (state) => {
  tell(state.kept ? "kept" : state.isClosed ? "closed" : state.isAway ? "off" : "saved");
  if (state.asksSignature !== null) main.dataset.signature = state.asksSignature ? "yes" : "";
  Object.assign(place, { items: state.items, gateItems: state.gateItems });
  showPlace();
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
let asking = { isTouched: false };

/** @param {string} name @param {import("./offline/phone.js").Shown | null} answer @param {Error} [why]  what the laptop said instead of
 *  an answer */
function show(name, answer, why) {
  clearTimeout(help);
  asking = { isTouched: false };
  if (name === "needs-answers" && answer?.questions.some((question) => question.title)) {
    asking = askOn(outcome, at("asking"), answer, language, { icons: set.icons, answers: current?.scan.answers }, answerIt);
  } else outcome.replaceChildren(outcomeCard(document, name, answer, language));
  if (why) sayWhy(outcome, why);
  outcome.dataset.outcome = name;
  if (!signing.isDrawn) open("scan");
  if (name === "idle") help = setTimeout(() => outcome.querySelector("[data-late]")?.removeAttribute("hidden"), HELP_AFTER_MS);
}

/** What the face says of where this phone stands; it is asked for once, when it has to be known. */
function showPlace() {
  face.place(place);
  if (place.isOpen && outcome.dataset.outcome === "idle" && outcome.dataset.asked !== "place") acts.place();
}

/** The guest of the card has answered: that is a scan of its own. @param {Record<string, unknown>} answers */
function answerIt(answers) {
  if (!current) return;
  const { ticket, registration, answers: before } = current.scan;
  void present(scanOf({ ...(ticket !== undefined ? { ticket } : { registration }), answers: { ...before, ...answers } }));
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
    show("unsent", null, error instanceof NoAnswer ? undefined : /** @type {Error} */ (error));
    signal("unknown");
  }
}

/** A scan of the way and at the gate of now. @param {import("./door.js").Presented} presented */
const scanOf = (presented) => newScan({ direction, ...place.said, ...presented });

/** @param {string} text */
function read(text) {
  // What a guest has begun to write is not lost to a code that passes by.
  const isWritten = signing.isDrawn || (asking.isTouched && main.dataset.panel === "scan");
  if (isWritten || repeats.isRepeat(text, performance.now())) return;
  void present(scanOf({ ticket: text }));
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
  place() {
    show("idle", null);
    open("scan");
    outcome.dataset.asked = "place";
    askPlace(outcome, at("place-of"), place, showPlace);
  },
  force() {
    const guest = current?.answer?.registration;
    if (!guest) return;
    askReason(outcome, at("reasons-force"), (reason) =>
      present(scanOf({ registration: guest.id, force: true, force_reason: reason })));
  },
  undo() {
    const answer = current?.answer;
    const undoes = answer?.checkin?.id;
    if (undoes) askReason(outcome, at("reasons-undo"), (reason) => void follow("undone", newScan({ undoes, reason })));
  },
  sign() {
    const answer = current?.answer;
    if (!answer) return;
    signing.open(answer.scan_id, answer.registration);
    open("sign");
  },
};

/** What follows a scan is shown when it is kept, by the laptop or by this phone.
 *  @param {string} card @param {import("./door.js").Undo | import("./door.js").Signed} row
 *  @returns {Promise<boolean>} whether it is kept */
async function follow(card, row) {
  const of = current?.answer;
  try {
    const answer = await keepAfter(await opening, row, of?.registration?.id ?? of?.who ?? null, (one) => door.send(one));
    if (answer) count(answer.counts.arrived, answer.counts.registered);
    tell(answer ? "saved" : "kept");
    if (of && current?.answer === of) show(card, { ...of, kept: !answer });
    return true;
  } catch (error) {
    tell("off", error instanceof NoAnswer ? undefined : String(/** @type {Error} */ (error).message));
    return false;
  }
}

const signing = signingOn(at("signing"), language, {
  onSigned: (signs, strokes) => follow("signed", newScan({ signs, strokes })),
  onClosed: () => open("scan"),
});

outcome.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-act]") : null;
  if (button instanceof HTMLElement) acts[button.dataset.act ?? ""]?.();
});

// --- the panels: scan, find, number; and where this phone stands ---

/** @param {string} name */
const find = async (name) => {
  const phone = await opening;
  if (phone?.state.isAway) return phone.find(name);
  return door.find(name).catch(() => phone?.find(name) ?? []);
};
const finder = findGuests(at("find"), { find }, language, (registration) => present(scanOf({ registration })));
const pad = numberPad(at("number"), (ticket) => void present(scanOf({ ticket })));
const open = panelsOf(main, (panel) => {
  if (panel === "find") finder.open();
  if (panel === "number") pad.open();
});
at("place").addEventListener("click", () => acts.place());

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

listenToWedge(window, read, () => tell("off", language.words.scan_again));
readPhotos(outcome, set.wasm, read);
window.addEventListener("pointerdown", unlockSound);
window.addEventListener("keydown", unlockSound);
followCounts(set.live, ({ arrived, registered }) => count(arrived, registered));
show("idle", null);
showPlace();

lens.startIfAllowed();
await opening;
main.dataset.ready = "yes"; // listening: what is typed or shown from now on is read
