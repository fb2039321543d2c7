// The same code is not read twice while it is held before the camera, nor within three seconds after.

export const QUIET_MS = 3000;

export class Repeats {
  constructor() {
    /** @type {Map<string, number>} when each code was last seen, in ms */
    this.seen = new Map();
  }

  /** Whether this code was seen a moment ago; seeing it again keeps it quiet for longer.
   *  @param {string} text
   *  @param {number} now  ms of a clock that only goes forward */
  isRepeat(text, now) {
    const last = this.seen.get(text);
    this.seen.set(text, now);
    if (this.seen.size > 200) this.forget(now);
    return last !== undefined && now - last < QUIET_MS;
  }

  /** @param {number} now */
  forget(now) {
    for (const [text, at] of this.seen) if (now - at >= QUIET_MS) this.seen.delete(text);
  }
}
