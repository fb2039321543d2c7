// What each outcome sounds and feels like; how it looks and reads stands in the page (ui: drawing, word, colour).

/** @typedef {{ hertz: number, ms: number }} Note */
/** @typedef {{ notes: Note[], buzz: number[] }} Signal */

/** @param {number} times @param {number} hertz @param {number} ms @returns {Note[]} */
const repeat = (times, hertz, ms) => Array.from({ length: times }, () => ({ hertz, ms }));
const LOW = 220;

/** @type {Record<string, Signal>} */
export const SIGNALS = {
  welcome: { notes: [{ hertz: 660, ms: 90 }, { hertz: 880, ms: 90 }], buzz: [60] },
  "just-now": { notes: [], buzz: [] },
  already: { notes: repeat(2, 520, 120), buzz: [60, 60, 60] },
  left: { notes: [{ hertz: 880, ms: 90 }, { hertz: 660, ms: 90 }], buzz: [60] },
  "needs-answers": { notes: repeat(1, 740, 120), buzz: [120] },
  waiting: { notes: repeat(1, 440, 200), buzz: [120, 60, 120] },
  full: { notes: repeat(1, 440, 200), buzz: [120, 60, 120] },
  cancelled: { notes: repeat(1, LOW, 300), buzz: [300] },
  "wrong-event": { notes: repeat(1, LOW, 300), buzz: [300] },
  revoked: { notes: repeat(2, LOW, 200), buzz: [200, 80, 200] },
  forged: { notes: repeat(3, LOW, 150), buzz: [150, 60, 150, 60, 150] },
  unknown: { notes: repeat(1, LOW, 300), buzz: [300] },
  "not-allowed": { notes: repeat(1, LOW, 300), buzz: [300] },
};

const JUST_NOW_MS = 10_000;

/** The card to show: a second scan of the same guest by the same device within seconds is no alarm.
 *  @param {{ outcome: string, first: { at: string, device: string | null } | null }} answer
 *  @param {{ device: string, now: number }} here  this device's name, and the laptop's clock in ms */
export function cardOf({ outcome, first }, { device, now }) {
  if (outcome !== "already" || !first) return outcome;
  const ago = now - Date.parse(first.at);
  return first.device === device && ago >= 0 && ago < JUST_NOW_MS ? "just-now" : "already";
}
