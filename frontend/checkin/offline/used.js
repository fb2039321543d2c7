// Who was let in or out by this phone, also after that was sent: what it knows of a guest beside the list. Pure.

/** @typedef {{ id: string, way: "in" | "out", at: string, item?: string | null }} Step  one scan of this phone that let the guest in or out */
/** @typedef {{ inside: boolean, arrived: boolean }} Where */
/** @typedef {Where & { registration: string, at: string, scan_id: string, sent: number | null, base?: Where,
 *    steps?: Step[], answered?: string[] }} Used  `scan_id`, `at`: of what this phone did last; `sent`: the turn in which the laptop
 *    confirmed that; `answered`: questions; `base`: how things were before the first of the steps */
/** @typedef {import("../door.js").Scan} Scan */

const MOST_STEPS = 20;

/** Where a guest is after these steps. @param {Where} base @param {Step[]} steps @returns {Where} */
function after(base, steps) {
  const last = steps.at(-1);
  return {
    inside: last ? last.way === "in" : base.inside,
    arrived: base.arrived || steps.some(({ way }) => way === "in"),
  };
}

/** A guest was let in or out.
 *  @param {string} registration @param {Scan} scan @param {number | null} sent
 *  @param {{ used?: Used, known: Where }} before  what this phone did for them before, where that still says more than
 *    the list, and what the list says
 *  @returns {Used} */
export function mark(registration, { direction, at, scan_id, item, answers }, sent, { used, known }) {
  /** @type {Step} */
  const step = { id: scan_id, way: direction === "out" ? "out" : "in", at, item };
  let base = used ? used.base ?? { inside: used.inside, arrived: used.arrived } : known;
  let steps = [...(used?.steps ?? []).filter(({ id }) => id !== scan_id), step];
  if (steps.length > MOST_STEPS) {
    base = after(base, steps.slice(0, -MOST_STEPS));
    steps = steps.slice(-MOST_STEPS);
  }
  const answered = [...(used?.answered ?? []), ...Object.keys(answers ?? {})];
  return { registration, ...after(base, steps), at, scan_id, sent, base, steps, answered };
}

/** One of the scans was taken back: of this phone, or one that it only knows of.
 *  @param {string} registration @param {{ scan_id: string, undoes: string, at: string }} undo
 *  @param {{ used?: Used, known: Where }} before
 *  @returns {Used} */
export function takenBack(registration, { scan_id, undoes, at }, { used, known }) {
  const steps = (used?.steps ?? []).filter(({ id }) => id !== undoes);
  const isOurs = steps.length < (used?.steps ?? []).length;
  const before = used?.base ?? known;
  const base = isOurs ? before : { inside: false, arrived: false };
  return { registration, ...after(base, steps), at, scan_id, sent: null, base, steps, answered: used?.answered };
}

/** The scan by which the guest came in, where it is one of this phone.
 *  @param {Used} used @returns {{ scan_id: string, at: string, item?: string | null } | null} */
export function entryOf({ steps, scan_id, at }) {
  if (!steps) return { scan_id, at };
  const entry = [...steps].reverse().find(({ way }) => way === "in");
  return entry ? { scan_id: entry.id, at: entry.at, item: entry.item } : null;
}
