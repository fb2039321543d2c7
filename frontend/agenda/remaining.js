// How much is left, and how it is written: pure, so that it is tested without a page.

/** What the laptop said of the timer; see mudhif_agenda/screen.py.
 *  @typedef {{ phase: string, elapsed: number | null, planned: number | null, at: number, warn: number,
 *    dark: boolean, turn: number, wall: number, zone: number }} Told
 *  `elapsed` ms at the steady clock's `at`; `planned` s; `wall` ms since 1970 at the same moment; `zone` ms east of UTC */

/** Whole seconds left of the item, below zero once it runs over; null where no end is known or nothing runs.
 *  @param {Told} told
 *  @param {number} steady  ms of the laptop's steady clock, now */
export function secondsLeft(told, steady) {
  if (told.elapsed === null || told.planned === null) return null;
  const stands = told.phase === "paused" || told.phase === "idle";
  const elapsed = stands ? told.elapsed : told.elapsed + Math.max(0, steady - told.at);
  return told.planned - Math.floor(elapsed / 1000);
}

/** 12:40, 1:05:00, +2:15 when over, –:–– when unknown.
 *  @param {number | null} seconds */
export function digits(seconds) {
  if (seconds === null) return "–:––";
  const all = Math.abs(seconds);
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor((all % 3600) / 60);
  const rest = `${hours ? String(minutes).padStart(2, "0") : minutes}:${String(all % 60).padStart(2, "0")}`;
  return `${seconds < 0 ? "+" : ""}${hours ? `${hours}:` : ""}${rest}`;
}

/** idle, run, warn, over or paused: the class of the field.
 *  @param {Told} told
 *  @param {number | null} seconds */
export function phase(told, seconds) {
  if (told.phase === "idle" || told.phase === "paused") return told.phase;
  if (seconds === null) return "run";
  return seconds < 0 ? "over" : seconds <= told.warn ? "warn" : "run";
}

/** How many of so many ribs are lit: the share that is left, all of them once it is over.
 *  @param {number} count
 *  @param {number | null} seconds
 *  @param {number | null} planned */
export function lit(count, seconds, planned) {
  if (seconds === null || !planned) return 0;
  return seconds < 0 ? count : Math.min(count, Math.ceil((count * seconds) / planned));
}

/** The clock on the wall of the venue.
 *  @param {Told} told
 *  @param {number} steady
 *  @param {boolean} withSeconds */
export function wallClock(told, steady, withSeconds) {
  const at = new Date(told.wall + (steady - told.at) + told.zone);
  return at.toISOString().slice(11, withSeconds ? 19 : 16);
}

/** What to say aloud between two moments: at the warning and at the end, once each.
 *  @param {number | null} before
 *  @param {number | null} now
 *  @param {number} warn  seconds
 *  @returns {"warn" | "end" | null} */
export function milestone(before, now, warn) {
  if (before === null || now === null || now >= before) return null;
  if (before >= 0 && now < 0) return "end";
  return before > warn && now <= warn && now > 0 ? "warn" : null;
}
