// The judge of the door, for a phone that the laptop does not reach: the same rules as `judge.py` of the plugin, which
// a table of cases (`judge_cases.json`) holds equal. Pure: no storage, no clock.

/** @typedef {"good" | "revoked" | "wrong-event" | "forged" | "unknown" | "unlisted"} Reading  what the presented text
 *    turned out to be; "unlisted": truly signed, of this event, and not on the list at hand */
/** @typedef {{ status: string, kind: string, answered: readonly string[] }} Holder  whose ticket it is */
/** @typedef {{ kinds: readonly string[] | null, gates: Record<string, readonly string[]>, opens: string | null,
 *    closes: string | null, capacity: number | null, reentry: boolean, questions: readonly string[],
 *    once?: string, zone?: string | null }} Rules  what holds at this event's doors; empty values stand for "no such
 *    rule"; `once`: for how long a check-in holds ("event", "day" of `zone`, "item" of the agenda) */
/** @typedef {{ inside: boolean, arrived: boolean, people_inside: number, at?: string | null, item?: string | null }} Before
 *    what happened until now; `at`, `item`: when and for what the last check-in was, null for one that holds now */
/** @typedef {{ at: string, direction: string, gate: string | null, force: boolean, item?: string | null }} Presented  the
 *    scan itself */
/** @typedef {{ outcome: string, reason: string | null, questions: readonly string[], forced: boolean }} Verdict */

/** @param {string} outcome @param {Partial<Verdict>} [more] @returns {Verdict} */
const verdict = (outcome, more) => ({ outcome, reason: null, questions: [], forced: false, ...more });

/** Whether a scan with this outcome is a check-in or a check-out. @param {string} outcome */
export const isAccepted = (outcome) => outcome === "welcome" || outcome === "left";

/** Decides one scan.
 *  @param {Reading} reading
 *  @param {Holder | null} holder  null where the reading names nobody on the list
 *  @param {Rules} door @param {Before} before @param {Presented} scan
 *  @returns {Verdict} */
export function judge(reading, holder, door, before, scan) {
  // No force opens these: without a registration of this event there is nobody to let in.
  if (reading === "unknown" || reading === "forged" || reading === "wrong-event") return verdict(reading);
  if (holder === null && reading !== "unlisted") return verdict("unknown");
  // Whoever leaves is asked nothing: a cancelled guest who is inside must be able to go, and the count must follow.
  if (scan.direction === "out") return verdict(reading === "revoked" && !scan.force ? "revoked" : "left");
  const refusal = whySentAway(reading, holder, door, before, scan);
  if (refusal === null) return verdict("welcome");
  return scan.force ? verdict("welcome", { forced: true }) : refusal;
}

/** The first thing that speaks against letting the holder in; the order decides which message is shown.
 *  @param {Reading} reading @param {Holder | null} holder @param {Rules} door @param {Before} before
 *  @param {Presented} scan @returns {Verdict | null} */
function whySentAway(reading, holder, door, before, scan) {
  if (reading === "revoked") return verdict("revoked");
  if (holder?.status === "cancelled" || holder?.status === "waiting") return verdict(holder.status);
  const reason = whyNotHereNotNow(holder, door, scan);
  if (reason !== null) return verdict("not-allowed", { reason });
  // Before capacity and questions: who is inside takes no second place, and has answered.
  if ((before.inside || (before.arrived && !door.reentry)) && holdsStill(door, before, scan)) return verdict("already");
  if (door.capacity !== null && before.people_inside >= door.capacity) return verdict("full");
  if (holder === null) return null; // of a guest who is not on the list nothing more is known
  const questions = door.questions.filter((question) => !holder.answered.includes(question));
  return questions.length ? verdict("needs-answers", { questions }) : null;
}

/** Whether the check-in before still holds at this one. @param {Rules} door @param {Before} before @param {Presented} scan */
function holdsStill(door, before, scan) {
  return before.at == null || stayOf(door, before.at, before.item) === stayOf(door, scan.at, scan.item);
}

/** That for which a check-in holds: a day, an item of the agenda ("": none); null: the whole event.
 *  @param {Pick<Rules, "once" | "zone">} door @param {string} at @param {string | null} [item] */
export function stayOf({ once, zone }, at, item) {
  if (once !== "item" && once !== "day") return null;
  return once === "item" ? item ?? "" : new Date(at).toLocaleDateString("en-CA", { timeZone: zone ?? undefined });
}

/** Where a kind is not admitted at all, no other gate and no later hour is proposed.
 *  @param {Holder | null} holder @param {Rules} door @param {Presented} scan */
function whyNotHereNotNow(holder, door, scan) {
  if (holder !== null) {
    if (door.kinds !== null && !door.kinds.includes(holder.kind)) return "kind";
    const gates = Object.hasOwn(door.gates, holder.kind) ? door.gates[holder.kind] : null;
    if (gates !== null && (scan.gate === null || !gates.includes(scan.gate))) return "gate";
  }
  const at = Date.parse(scan.at);
  if (door.opens !== null && at < Date.parse(door.opens)) return "too-early";
  if (door.closes !== null && at >= Date.parse(door.closes)) return "closed";
  return null;
}
