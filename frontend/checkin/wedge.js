// A USB scanner is a keyboard that types faster than a person and ends with Enter. Its keys are read by their place
// (`event.code`), so that an Arabic keyboard layout changes nothing; what it types never stays in a field.

const FASTEST_PERSON_MS = 50;
const SURE_AFTER = 4; // keys at that speed: fewer are a chord of two hands
const SHORTEST = 3;
const PAUSE_MS = 300; // of a scanner that is surely one: a busy laptop stutters in the middle of a code

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

/** @typedef {{ text: string, count: number, last: number, field: HTMLInputElement | HTMLTextAreaElement | null, before: string }} Burst */

/** Calls `onCode` with what a scanner typed, wherever the focus is.
 *  @param {EventTarget} target
 *  @param {(text: string) => void} onCode */
export function listenToWedge(target, onCode) {
  /** @type {Burst | null} */
  let burst = null;

  /** @param {KeyboardEvent} event @returns {Burst} */
  function begin(event) {
    const at = event.target;
    const field = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? at : null;
    return { text: "", count: 0, last: event.timeStamp, field, before: field ? field.value : "" };
  }

  /** @param {KeyboardEvent} event */
  function take(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const gap = burst ? event.timeStamp - burst.last : Infinity;
    if (event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab") {
      const done = burst;
      burst = null;
      if (!done || gap > PAUSE_MS || done.count < SHORTEST) return;
      event.preventDefault();
      event.stopPropagation();
      if (done.field) done.field.value = done.before;
      onCode(done.text);
      return;
    }
    const typed = character(event);
    if (!typed) return; // Shift and its like
    if (!burst || gap > (burst.count < SURE_AFTER ? FASTEST_PERSON_MS : PAUSE_MS)) burst = begin(event);
    burst.text += typed;
    burst.count += 1;
    burst.last = event.timeStamp;
    if (burst.count < SURE_AFTER) return;
    event.preventDefault();
    event.stopPropagation();
    if (burst.field) burst.field.value = burst.before;
  }

  target.addEventListener("keydown", /** @type {EventListener} */ (take), { capture: true });
}
