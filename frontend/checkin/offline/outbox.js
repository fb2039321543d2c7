// The outbox of a scanner: every scan lies here before anything of it is shown, and leaves only when the laptop answers
// by its scan id. Whatever fails on the way, the same scan is sent again with the same id, and counts once.
import { missing, openQuestions } from "./asks.js";
import { isAccepted, judge, stayOf } from "./judge.js";
import { turnOf } from "./list.js";
import { done } from "./store.js";
import { examine } from "./ticket.js";
import { entryOf, mark, takenBack } from "./used.js";

/** @typedef {import("../door.js").Answer} Answer */
/** @typedef {import("../door.js").Scan} Scan */
/** @typedef {import("./store.js").Row} Row */
/** @typedef {import("./store.js").Used} Used */
/** @typedef {import("./store.js").Listed} Listed */
/** @typedef {import("./list.js").About} About */
/** @typedef {{ reading: import("./judge.js").Reading, outcome: string, reason: string | null,
 *    questions: import("./asks.js").Asked[], guest: Listed | null, who: string | null, first: { scan_id: string, at: string } | null }} Here  what this phone says by itself */

const AT_ONCE = 50;
const NO_RULES = { kinds: null, gates: {}, opens: null, closes: null, capacity: null, reentry: true, questions: [] };

/** @param {string} at @param {number} ms */
const moved = (at, ms) => new Date(Date.parse(at) + ms).toISOString();

/** The laptop does not answer, or not as ours would. */
export class Away extends Error {}

/** The laptop answered that this phone or this request is not in order. */
export class Turned extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether it says something about the scans themselves, and not about this phone or the moment. */
  get isOfTheScans() {
    return [400, 409, 413, 422].includes(this.status) && !this.isOfThePhone;
  }

  /** Whether this phone has to sign in anew, or has no right here (any more). */
  get isOfThePhone() {
    return this.status === 401 || this.status === 403 || this.code === "form-expired";
  }

  /** Whether this phone was closed on the laptop: it keeps no list and no keys then. */
  get isTheEnd() {
    return this.code === "device-revoked" || this.code === "device-expired";
  }
}

export class Outbox {
  /** @param {import("./store.js").Store} store
   *  @param {(rows: unknown[]) => Promise<unknown>} post  sends rows and gives the answers; throws Away or Turned */
  constructor(store, post) {
    this.store = store;
    this.post = post;
    /** @type {Promise<unknown> | null} */
    this.sending = null;
    /** @type {Map<string, Answer>} answers of this page's life, for those who wait for one */
    this.answers = new Map();
  }

  // ---------------------------------------------------------------- keeping

  /** Keeps a scan, or a signature; to be waited for before anything of it is shown or sent.
   *  @param {Scan | import("../door.js").Signed} scan */
  keep(scan) {
    return this.store.unit(["queue"], "readwrite", async (place) => {
      const known = await done(place("queue").index("scan_id").getKey(scan.scan_id));
      if (known === undefined) await done(place("queue").put({ ...scan }));
    });
  }

  /** Keeps that a scan is taken back, in its turn, and where its guest is thereby: one transaction.
   *  @param {import("../door.js").Undo} undo
   *  @param {string | null} who  the guest, where known */
  keepUndo(undo, who) {
    return this.store.unit(["list", "queue", "used", "about"], "readwrite", async (place) => {
      if ((await done(place("queue").index("scan_id").getKey(undo.scan_id))) !== undefined) return;
      place("queue").put({ ...undo });
      if (who) place("used").put(takenBack(who, undo, await before(place, who)));
    });
  }

  /** Judges a kept scan on this phone. The verdict and who is thereby in or out are kept in one transaction.
   *  @param {Scan} scan
   *  @returns {Promise<Here | Answer>} the laptop's answer, if that has come meanwhile */
  async judgeHere(scan) {
    const about = await this.store.unit(["about"], "readonly", (place) => done(place("about").get("list")));
    const seen = scan.ticket === undefined || !about ? null : await examine(scan.ticket, about.event, about.keys);
    return this.store.unit(["list", "queue", "used", "about"], "readwrite", async (place) => {
      const row = await done(place("queue").index("scan_id").get(scan.scan_id));
      const answer = this.answers.get(scan.scan_id);
      if (!row && answer) return answer;
      const here = await this.#verdict(place, scan, seen, about);
      place("queue").put({ ...(row ?? scan), verdict_shown: here.outcome });
      if (here.who && isAccepted(here.outcome)) place("used").put(mark(here.who, atItsItem(scan, about), null, await before(place, here.who)));
      return here;
    });
  }

  /** @param {(name: import("./store.js").Place) => IDBObjectStore} place @param {Scan} scan
   *  @param {import("./ticket.js").Seen | null} seen @param {About | undefined} about
   *  @returns {Promise<Here>} */
  async #verdict(place, scan, seen, about) {
    const { reading, who, guest } = await whose(place("list"), scan, seen);
    /** @type {Used | undefined} */
    const used = who ? await done(place("used").get(who)) : undefined;
    const ahead = about?.ahead ?? 0; // the doors open, and days begin, by the laptop's clock
    const isOld = used !== undefined && isOutdated(used, guest, about);
    const last = used && !isOld ? entryOf(used) : null;
    const open = openQuestions(about?.questions ?? [], guest?.asks ?? [])
      .filter(({ id }) => isOld || !used?.answered?.includes(id));
    const rules = {
      ...(about?.rules ?? NO_RULES), once: about?.once, zone: about?.zone,
      ...(about?.questions && { questions: missing(open, scan.answers ?? {}) }),
    };
    const presented = {
      at: moved(scan.at, ahead),
      direction: scan.direction ?? "in",
      gate: scan.gate ?? null,
      force: scan.force ?? false,
      item: scan.item ?? about?.rules.items?.[scan.gate ?? ""] ?? null,
    };
    const past = {
      inside: isInside(guest, used, about),
      arrived: Boolean(guest?.arrived || (used?.arrived && !isOld)),
      people_inside: rules.capacity === null ? 0 : await peopleInside(place, about, rules, presented),
      at: last ? moved(last.at, ahead) : guest?.at ?? null,
      item: last ? last.item : guest?.item,
    };
    const holder = guest && { status: guest.status, kind: guest.kind, answered: Object.keys(scan.answers ?? {}) };
    const { outcome, reason, questions } = judge(reading, holder, rules, past, presented);
    const first = outcome === "already" && used ? entryOf(used) : null;
    // Who is asked at all is asked everything at once: a question that may be left out stops nobody by itself.
    return { reading, outcome, reason, questions: questions.length ? open : [], guest, who, first };
  }

  // ---------------------------------------------------------------- sending

  /** Sends what is kept, in order. Two calls at once are one.
   *  @returns {Promise<void>} throws Away or Turned where it came to an end before all was answered */
  send() {
    this.sending ??= this.#sendAll().finally(() => {
      this.sending = null;
    });
    return /** @type {Promise<void>} */ (this.sending);
  }

  async #sendAll() {
    let after = -1;
    for (;;) {
      const rows = (await this.store.rows()).filter((row) => !row.bad && row.n > after).slice(0, AT_ONCE);
      if (!rows.length) return;
      await this.#sendRows(rows);
      after = rows[rows.length - 1].n; // what stayed is for the next time: one bad row holds up no other
    }
  }

  /** Where the laptop refuses many at once, the one that is to blame is found by halves. @param {Row[]} rows */
  async #sendRows(rows) {
    try {
      const ready = await this.#inTurn(rows);
      if (ready.length) await this.#settle(ready, await this.post(ready.map(({ n, bad, ...scan }) => scan)));
    } catch (error) {
      if (!(error instanceof Turned) || error.isOfThePhone || error.status === 429 || error.status === 503) throw error;
      if (rows.length > 1) {
        const half = rows.length >> 1;
        await this.#sendRows(rows.slice(0, half));
        await this.#sendRows(rows.slice(half));
      } else if (error.isOfTheScans) {
        await this.#setAside(rows[0], { code: error.code, message: error.message });
      }
    }
  }

  /** What follows a scan goes with it or after it, never before. @param {Row[]} rows */
  async #inTurn(rows) {
    const follows = (/** @type {Row} */ { undoes, signs }) => undoes ?? signs;
    if (!rows.some(follows)) return rows;
    const kept = new Set((await this.store.rows()).map(({ scan_id }) => scan_id));
    const sent = new Set(rows.map(({ scan_id }) => scan_id));
    return rows.filter((row) => {
      const scan = follows(row);
      return scan === undefined || !kept.has(scan) || sent.has(scan);
    });
  }

  /** @param {Row[]} rows @param {unknown} answers */
  async #settle(rows, answers) {
    if (!Array.isArray(answers)) throw new Away("not an array");
    const named = new Map(answers.map((answer) => [String(answer?.scan_id).toLowerCase(), answer]));
    for (const row of rows) {
      const answer = named.get(row.scan_id);
      if (answer?.code) await this.#setAside(row, answer);
      else if (answer?.outcome) await this.#confirm(row, answer);
    }
  }

  /** The laptop has it: the row leaves, and who came in stays known. @param {Row} sent @param {Answer} answer */
  #confirm(sent, answer) {
    this.answers.set(sent.scan_id, answer);
    if (this.answers.size > 500) this.answers.delete(/** @type {string} */ (this.answers.keys().next().value));
    return this.store.unit(["list", "queue", "used", "about"], "readwrite", async (place) => {
      const turn = (await turnOf(place("about"))) + 1;
      place("about").put({ id: "turn", value: turn });
      const row = /** @type {Row | undefined} */ (await done(place("queue").get(sent.n)));
      // Judged here while this answer was on its way: the laptop does not know yet what the volunteer was shown.
      if (row && row.verdict_shown === sent.verdict_shown) place("queue").delete(sent.n);
      const who = answer.registration?.id;
      if (!who) return;
      const known = await before(place, who);
      if (known.last?.scan_id === sent.scan_id) place("used").put({ ...known.last, sent: turn });
      // What this phone did later is on its way: the laptop's word on what was before says nothing of it.
      else if (isAccepted(answer.outcome) && known.last?.sent !== null) {
        const about = /** @type {About | undefined} */ (await done(place("about").get("list")));
        place("used").put(mark(who, atItsItem(sent, about), turn, known));
      }
    });
  }

  /** @param {Row} sent @param {{ code: string, message: string }} why */
  #setAside(sent, { code, message }) {
    return this.store.unit(["queue"], "readwrite", async (place) => {
      const row = await done(place("queue").get(sent.n));
      if (row) place("queue").put({ ...row, bad: { code, message } });
    });
  }
}

/** The scan with the item of the agenda to which its gate leads. @param {Scan} scan @param {About | undefined} about */
function atItsItem(scan, about) {
  return { ...scan, item: scan.item ?? about?.rules.items?.[scan.gate ?? ""] };
}

/** What is known of a guest until now: `used`, what this phone did for them, where that says more than the list.
 *  @param {(name: import("./store.js").Place) => IDBObjectStore} place @param {string} who
 *  @returns {Promise<{ last?: Used, used?: Used, known: import("./used.js").Where }>} */
async function before(place, who) {
  const about = /** @type {About | undefined} */ (await done(place("about").get("list")));
  const guest = /** @type {Listed | undefined} */ (await done(place("list").get(who)));
  const last = /** @type {Used | undefined} */ (await done(place("used").get(who)));
  const used = last && !isOutdated(last, guest ?? null, about) ? last : undefined;
  return { last, used, known: { inside: guest?.inside ?? false, arrived: guest?.arrived ?? false } };
}

/** Whether the list was asked for after the laptop knew of this mark: then the list says what is so now.
 *  @param {Used} used @param {Listed | null} guest @param {About | undefined} about */
function isOutdated(used, guest, about) {
  return guest !== null && used.sent !== null && about !== undefined && used.sent <= about.asked;
}

/** @param {Listed | null} guest @param {Used | undefined} used @param {About | undefined} about */
function isInside(guest, used, about) {
  return used && !isOutdated(used, guest, about) ? used.inside : guest?.inside ?? false;
}

/** How many are inside; of a day or an item of the agenda, where a check-in holds for no longer, those who came for it.
 *  @param {(name: import("./store.js").Place) => IDBObjectStore} place @param {About | undefined} about
 *  @param {Pick<import("./judge.js").Rules, "once" | "zone">} door @param {{ at: string, item: string | null }} scan */
async function peopleInside(place, about, door, scan) {
  const stay = stayOf(door, scan.at, scan.item);
  /** @param {Listed | undefined} guest @param {Used | undefined} used */
  const isOfThis = (guest, used) => {
    if (stay === null) return true;
    const last = used && !isOutdated(used, guest ?? null, about) ? entryOf(used) : null;
    const at = last ? moved(last.at, about?.ahead ?? 0) : guest?.at;
    return at != null && stayOf(door, at, last ? last.item : guest?.item) === stay;
  };
  /** @type {Map<string, Listed>} */
  const guests = new Map((await done(place("list").getAll())).map((guest) => [guest.id, guest]));
  /** @type {Map<string, Used>} */
  const used = new Map((await done(place("used").getAll())).map((one) => [one.registration, one]));
  const ids = new Set([...guests.keys(), ...used.keys()]);
  return [...ids].filter((id) => isInside(guests.get(id) ?? null, used.get(id), about) && isOfThis(guests.get(id), used.get(id))).length;
}

/** Whose ticket it is, by the list; null where it is not on it.
 *  @param {IDBObjectStore} list @param {Scan} scan @param {import("./ticket.js").Seen | null} seen
 *  @returns {Promise<{ reading: import("./judge.js").Reading, who: string | null, guest: Listed | null }>} */
async function whose(list, scan, seen) {
  if (scan.registration !== undefined) {
    const guest = await standing(list, scan.registration);
    return guest ? { reading: "good", who: guest.id, guest } : { reading: "unknown", who: null, guest: null };
  }
  if (seen?.number != null) {
    const found = await done(list.index("number").getAll(seen.number));
    // A number that two laptops gave twice names nobody: the guest is found by name then.
    if (found.length !== 1) return { reading: "unknown", who: null, guest: null };
    const guest = await standing(list, found[0].id);
    return { reading: "good", who: guest?.id ?? null, guest };
  }
  if (!seen?.body || seen.reading !== "good") return { reading: seen?.reading ?? "unknown", who: null, guest: null };
  const holder = /** @type {Listed | undefined} */ (await done(list.get(seen.body.registration)));
  const guest = await standing(list, seen.body.registration);
  if (!holder || !guest) return { reading: "unlisted", who: seen.body.registration, guest: null };
  return { reading: seen.body.serial < holder.serial ? "revoked" : "good", who: guest.id, guest };
}

/** The guest with a registration; where somebody is registered twice and was merged, the registration that stands.
 *  @param {IDBObjectStore} list @param {string} registration @returns {Promise<Listed | null>} */
async function standing(list, registration) {
  const guest = /** @type {Listed | undefined} */ (await done(list.get(registration)));
  const kept = guest?.kept ? /** @type {Listed | undefined} */ (await done(list.get(guest.kept))) : undefined;
  return kept ?? guest ?? null;
}
