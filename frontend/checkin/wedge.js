// A USB scanner is a keyboard that types faster than a person and ends with Enter. Its keys are read by their place
// (`event.code`), so that an Arabic keyboard layout changes nothing; what it types never stays in a field.
//
// Speed is measured by `event.timeStamp`, the moment at which the system got the key: a page or laptop that is busy
// changes nothing of it. A scanner itself, its radio or a remote desktop can still stop in the middle of a code, so the
// pieces before a pause are remembered and put together where they make a ticket; a piece alone is no code.

const FASTEST_PERSON_MS = 50;
const SURE_AFTER = 4; // so many keys in a row at that speed: nobody types like this
const SHORTEST = 3;
const PAUSE_MS = 150; // a longer one begins something new …
const STUTTER_MS = 1000; // … unless it is surely a scanner: its radio stutters in the middle of a code
const PIECES_MS = 3000; // within this, pieces may belong to one ticket
const MOST_PIECES = 12;
const TICKET = /^(?:.*[^A-Z2-7])?[A-Z2-7]{141}$/i; // alone, or at the end of an address
const PART_OF_TICKET = /^(?:.*[/#=])?[A-Z2-7]{20,}$/i; // of no other length

/** @type {Record<string, [string, string]>} signs of a scanner's own (US) layout, without and with Shift */
const SIGNS = {
  Minus: ["-", "_"], Equal: ["=", "+"], BracketLeft: ["[", "{"], BracketRight: ["]", "}"], Backslash: ["\\", "|"],
  Semicolon: [";", ":"], Quote: ["'", '"'], Comma: [",", "<"], Period: [".", ">"], Slash: ["/", "?"],
  Backquote: ["`", "~"], Space: [" ", " "],
};
const SHIFTED_DIGITS = ")!@#$%^&*(";

/** The character of a key on the scanner's own layout; "" for a key that types nothing.
 *  @param {{ code: string, key: string, shiftKey: boolean }} event */
export function character({ code, key, shiftKey }) {
  const letter = /^Key([A-Z])$/.exec(code);
  if (letter) return shiftKey ? letter[1] : letter[1].toLowerCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code);
  if (digit) return shiftKey && code.startsWith("Digit") ? SHIFTED_DIGITS[Number(digit[1])] : digit[1];
  if (SIGNS[code]) return SIGNS[code][shiftKey ? 1 : 0];
  return code === "" && key.length === 1 ? key : "";
}

/** What has been typed without a pause. `fast` counts the last keys that came faster than a person's.
 *  @typedef {{ text: string, fast: number, isScanner: boolean, last: number, field: HTMLInputElement | HTMLTextAreaElement | null, before: string }} Run */

/** All of its keys came faster than a person's. @param {Run} run */
const isFast = (run) => run.isScanner || run.fast === run.text.length - 1;

/** Which pieces a ticket begins with; -1 where they make none, all of them if the last run is one by itself.
 *  @param {Run[]} pieces @param {Run} run */
function beginningOf(pieces, run) {
  for (let n = pieces.length; n >= 0; n -= 1) if (TICKET.test(joined(pieces.slice(n), run))) return n;
  return -1;
}

/** @param {Run[]} pieces @param {Run} run */
const joined = (pieces, run) => [...pieces, run].map(({ text }) => text).join("");

/** Calls `onCode` with what a scanner typed, wherever the focus is.
 *  @param {EventTarget} target
 *  @param {(text: string) => void} onCode
 *  @param {() => void} [onCut]  a part of a ticket came, its beginning or end is missing: to be scanned again */
export function listenToWedge(target, onCode, onCut) {
  /** @type {Run | null} */
  let run = null;
  /** @type {Run[]} what came before a pause, and may be the beginning */
  let pieces = [];
  let cut = "";

  /** @param {KeyboardEvent} event @returns {Run} */
  function begin(event) {
    const at = event.target;
    const field = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? at : null;
    return { text: "", fast: 0, isScanner: false, last: event.timeStamp, field, before: field ? field.value : "" };
  }

  /** The key belongs to the scanner and to nobody else. @param {KeyboardEvent} event @param {Run} of */
  function swallow(event, of) {
    event.preventDefault();
    event.stopPropagation();
    if (of.field) of.field.value = of.before;
  }

  /** @param {KeyboardEvent} event @param {number} gap @param {boolean} goesOn */
  function end(event, gap, goesOn) {
    const [done, before] = [run, pieces];
    [run, pieces] = [null, []];
    if (!done || gap > PIECES_MS) return;
    const from = beginningOf(before, done);
    if (from >= 0) {
      swallow(event, before[from] ?? done);
      onCode(joined(before.slice(from), done));
      return;
    }
    // A short number comes and goes before there are keys enough to be sure by.
    const isScanned = done.isScanner || (isFast(done) && gap <= FASTEST_PERSON_MS);
    if (!goesOn || !isScanned || done.text.length < SHORTEST) return;
    const last = before.at(-1);
    const isCut = onCut && PART_OF_TICKET.test(done.text) && done.text !== cut;
    // The keys of its beginning stand in a field, if they came at a scanner's speed.
    swallow(event, isCut && last && last.text.length > 1 && isFast(last) ? last : done);
    cut = isCut ? done.text : ""; // the same once more is whole: it is somebody else's code
    if (isCut) onCut();
    else onCode(done.text);
  }

  /** @param {KeyboardEvent} event */
  function take(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const gap = run ? event.timeStamp - run.last : Infinity;
    const goesOn = run !== null && gap <= (run.isScanner ? STUTTER_MS : PAUSE_MS);
    if (event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab") {
      end(event, gap, goesOn);
      return;
    }
    const typed = character(event);
    if (!typed) return; // Shift and its like
    if (!run || !goesOn) {
      pieces = run && gap <= PIECES_MS ? [...pieces, run].slice(-MOST_PIECES) : [];
      run = begin(event);
    } else run.fast = gap <= FASTEST_PERSON_MS ? run.fast + 1 : 0;
    run.text += typed;
    run.last = event.timeStamp;
    run.isScanner ||= run.fast >= SURE_AFTER;
    if (run.isScanner) swallow(event, run);
  }

  target.addEventListener("keydown", /** @type {EventListener} */ (take), { capture: true });
}
