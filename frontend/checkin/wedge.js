// A USB scanner is a keyboard that types faster than a person and ends with Enter. Its keys are read by their place
// (`event.code`), so that an Arabic keyboard layout changes nothing; what it types never stays in a field.

const FASTEST_PERSON_MS = 50;
const SURE_AFTER = 4; // so many keys in a row at that speed: nobody types like this
const SHORTEST = 3;
const PAUSE_MS = 150; // a longer one begins something new …
const STUTTER_MS = 1000; // … unless it is surely a scanner: a busy laptop stutters in the middle of a code

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

/** Calls `onCode` with what a scanner typed, wherever the focus is.
 *  @param {EventTarget} target
 *  @param {(text: string) => void} onCode */
export function listenToWedge(target, onCode) {
  /** @type {Run | null} */
  let run = null;

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

  /** @param {KeyboardEvent} event */
  function take(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const gap = run ? event.timeStamp - run.last : Infinity;
    const goesOn = run && gap <= (run.isScanner ? STUTTER_MS : PAUSE_MS);
    if (event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab") {
      const done = run;
      run = null;
      // A short number comes and goes before there are keys enough to be sure by.
      const isFast = done && (done.isScanner || (done.fast === done.text.length - 1 && gap <= FASTEST_PERSON_MS));
      if (!done || !goesOn || !isFast || done.text.length < SHORTEST) return;
      swallow(event, done);
      onCode(done.text);
      return;
    }
    const typed = character(event);
    if (!typed) return; // Shift and its like
    if (!run || !goesOn) run = begin(event);
    else run.fast = gap <= FASTEST_PERSON_MS ? run.fast + 1 : 0;
    run.text += typed;
    run.last = event.timeStamp;
    run.isScanner ||= run.fast >= SURE_AFTER;
    if (run.isScanner) swallow(event, run);
  }

  target.addEventListener("keydown", /** @type {EventListener} */ (take), { capture: true });
}
