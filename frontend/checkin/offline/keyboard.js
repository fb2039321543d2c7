// What a USB scanner types through an Arabic keyboard, back to Latin letters; as `domain/tickets.py` has it.

// An Arabic keyboard (Windows "Arabic 101", xkb "ara"), key by key, in the order of the Latin letters. A scanner types
// capitals with Shift, some with Caps Lock, which an Arabic layout does not know: both rows are met.
const LATIN = "qwertyuiopasdfghjklzxcvnm";
const PLAIN = "ضصثقفغعهخحشسيبلاتنمئءؤرىة";
const SHIFTED =
  "\u064e\u064b\u064f\u064c\0\u0625\u2018\u00f7\u00d7\u061b\u0650\u064d][\0\u0623\u0640\u060c/~\u0652}{\u0622\u2019";
/** @type {[string, string][]} */
const SIGNS = [
  ["ظ", "/"], ["ز", "."], ["و", ","], ["ك", ";"], ["ط", "'"], ["ج", "["], ["د", "]"], ["ذ", "`"], ["؟", "?"],
];
/** @type {[string, string][]} */
const LIGATURES = [["\ufefb", "b"], ["\ufef5", "B"], ["\ufef9", "T"], ["\ufef7", "G"]];
const ONE_KEY = new Map([
  ...Array.from(PLAIN, (arabic, i) => /** @type {[string, string]} */ ([arabic, LATIN[i]])),
  ...Array.from(SHIFTED, (arabic, i) => /** @type {[string, string]} */ ([arabic, LATIN[i].toUpperCase()])),
  ...SIGNS, /** @type {[string, string]} */ (["`", "U"]), /** @type {[string, string]} */ (["'", "M"]), ...LIGATURES,
]);
ONE_KEY.delete("\0");
// Keys that type lam and an alef at once. "لا" is also what the keys G and H type one after the other.
const LAM_ALEF = "لا";
const TWO_LETTERS = new Map([["لإ", "T"], ["لأ", "G"], ["لآ", "B"], [LAM_ALEF, "b"]]);

/** Whether a text holds a letter that an Arabic keyboard alone types. @param {string} text */
export const isTypedInArabic = (text) =>
  [...text].some((letter) => ONE_KEY.has(letter) && /** @type {number} */ (letter.codePointAt(0)) > 127);

/** The Latin text that was typed, and the places in it where a "b" may have been "gh".
 *  @param {string} text @returns {{ typed: string, doubtful: number[] }} */
export function fromArabicKeyboard(text) {
  const letters = [...text];
  /** @type {string[]} */
  const keys = [];
  /** @type {number[]} */
  const doubtful = [];
  for (let i = 0; i < letters.length; i += 1) {
    const pair = letters[i] + (letters[i + 1] ?? "");
    const two = TWO_LETTERS.get(pair);
    if (pair === LAM_ALEF) doubtful.push(keys.length);
    keys.push(two ?? ONE_KEY.get(letters[i]) ?? letters[i]);
    if (two) i += 1;
  }
  return { typed: keys.join(""), doubtful };
}
