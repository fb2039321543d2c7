// A scanner that goes on without the laptop: it asks the laptop where that answers soon, and judges by itself otherwise.
import { isAccepted } from "./judge.js";
import { aboutList, findListed, refreshList } from "./list.js";
import { Outbox, Turned } from "./outbox.js";
import { postTo } from "./post.js";

/** @typedef {import("../door.js").Answer} Answer */
/** @typedef {import("../door.js").Guest} Guest */
/** @typedef {import("../door.js").Scan} Scan */
/** @typedef {Answer & { kept?: boolean, unlisted?: boolean, who?: string | null }} Shown  kept: judged on this phone, which
 *    keeps the scan; `who`: the guest's id, also of one who is not on its list */
/** @typedef {{ kept: number, oldest: string | null, bad: { code: string, message: string }[], listed: number | null,
 *    listAt: number | null, isAway: boolean, trouble: string | null, isClosed: boolean, isOver: boolean, asksSignature: boolean | null,
 *    items: import("./list.js").Item[], gateItems: Record<string, string> }} State  what the page shows; `items`: those of
 *    the agenda for which guests check in, one by one; `gateItems`: to which of them a gate leads; `asksSignature`: whether guests are asked to sign, null where that is not known */

export const EVERY_MS = 10_000;
const PATIENCE_MS = 2500; // a guest stands before the volunteer
const LIST_EVERY = 3; // of those rounds

export class Phone {
  /** @param {import("./store.js").Store} store
   *  @param {{ checkins: string, device: string, deviceId?: string, expires?: string, over?: string, ask: import("./post.js").Ask, onState: (state: State) => void,
   *    report?: (state: State) => Promise<"ok" | "ended" | "later">, now?: () => number }} set  `report`: tells the
   *    laptop what this phone keeps, and learns whether it was closed; `expires`, `over`: when this phone's time is up,
   *    and what is said then */
  constructor(store, { checkins, device, deviceId, expires, over = "", ask, onState, report, now = Date.now }) {
    this.store = store;
    this.outbox = new Outbox(store, postTo(checkins, { ask }));
    this.checkins = checkins;
    this.device = device;
    this.deviceId = deviceId;
    this.expires = expires ? Date.parse(expires) : Infinity;
    this.over = over;
    this.ask = ask;
    this.onState = onState;
    this.report = report;
    this.now = now;
    this.rounds = 0;
    /** @type {State} */
    this.state = { kept: 0, oldest: null, bad: [], listed: null, listAt: null, isAway: false, trouble: null, isClosed: false, isOver: false,
      asksSignature: null, items: [], gateItems: {} };
  }

  /** Sends and asks now, at every sign that the laptop may be back, and every ten seconds. */
  start() {
    const round = () => void this.round();
    addEventListener("online", round);
    addEventListener("pageshow", round);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && round());
    setInterval(round, EVERY_MS);
    navigator.storage?.persist?.().catch(() => undefined);
    return this.round();
  }

  /** One round: the queue, then the list where its time has come. */
  async round() {
    const wasAway = this.state.isAway;
    await this.send();
    if (wasAway || this.state.isOver || this.rounds % LIST_EVERY === 0) await this.refresh();
    this.rounds += 1;
    await this.look();
    if (this.report && !this.state.isAway && !this.state.isClosed && (await this.report(this.state)) === "ended") {
      await this.close();
      await this.look();
    }
  }

  async refresh() {
    const found = await refreshList(this.store, `${this.checkins}/list`, { ask: this.ask, now: this.now });
    this.state.isAway = found === "away";
    if (found === "closed") await this.close();
    if (this.state.isOver && ["new", "same"].includes(found)) this.state.isClosed = this.state.isOver = false; // by a wrong clock
    if (found === "signed-out") await this.store.forgetList();
  }

  /** Sends what is kept. Whether that went well stands in the state, and in the queue. */
  async send() {
    try {
      await this.outbox.send();
      this.state.trouble = null;
      if ((await this.store.rows()).some((row) => !row.bad)) return; // nothing was said of the laptop itself
    } catch (error) {
      if (error instanceof Turned && error.isTheEnd) await this.close();
      this.state.isAway = !(error instanceof Turned && error.isOfThePhone);
      this.state.trouble = error instanceof Turned ? error.message : null;
    }
  }

  /** This phone was closed on the laptop: list and keys go at once, the queue stays until it was handed in. */
  async close() {
    this.state.isClosed = true;
    await this.store.wipe();
  }

  /** Its time is up, far from the laptop, too: by the laptop's clock, as this phone last knew it. What it had, goes. */
  async #endWhenOver() {
    const list = this.state.isClosed ? undefined : await aboutList(this.store);
    if (!list || this.now() + list.ahead < this.expires) return;
    this.state.isOver = true;
    await this.close();
  }

  /** Tells the page how things are. */
  async look() {
    await this.#endWhenOver();
    const [rows, list] = [await this.store.rows(), await aboutList(this.store)];
    const waiting = rows.filter((row) => !row.bad);
    this.state.kept = waiting.length;
    this.state.oldest = waiting[0]?.at ?? null;
    this.state.bad = rows.flatMap((row) => row.bad ?? []);
    this.state.listed = list?.count ?? null;
    this.state.listAt = list?.at ?? null;
    this.state.asksSignature = list?.signature ?? null;
    this.state.items = (list?.once === "item" && list.items) || [];
    this.state.gateItems = list?.rules.items ?? {};
    this.onState({ ...this.state });
  }

  /** The answer to a scan: the laptop's where it comes soon, else this phone's own. Either way the scan is kept first.
   *  @param {Scan} scan @returns {Promise<Shown>}
   *  @throws {Turned} the laptop says that this phone or this scan is not in order */
  async present(scan) {
    await this.#endWhenOver();
    if (this.state.isClosed) throw new Turned(401, this.state.isOver ? "device-expired" : "device-revoked", this.over); // nobody would take it
    await this.outbox.keep(scan);
    try {
      const answer = this.state.isAway ? null : await this.#ofTheLaptop(scan);
      return answer ?? this.#asShown(scan, await this.outbox.judgeHere(scan));
    } finally {
      if (this.state.isAway) void this.round(); // nobody waits for it
      else void this.look();
    }
  }

  /** Takes a scan back, whether it was sent or lies in the queue; the laptop's answer, or null where this phone keeps it.
   *  @param {import("../door.js").Undo} undo @param {string | null} who  the guest, where known
   *  @returns {Promise<Answer | null>} @throws {Turned} as `present` */
  async undo(undo, who) {
    await this.outbox.keepUndo(undo, who);
    return this.#handed(undo);
  }

  /** Keeps a guest's signature; the laptop's answer, or null where this phone keeps it.
   *  @param {import("../door.js").Signed} signed @returns {Promise<Answer | null>} @throws {Turned} as `present` */
  async sign(signed) {
    await this.outbox.keep(signed);
    return this.#handed(signed);
  }

  /** @param {{ scan_id: string }} row */
  async #handed(row) {
    try {
      return this.state.isAway ? null : await this.#ofTheLaptop(row);
    } finally {
      if (this.state.isAway) void this.round();
      else void this.look();
    }
  }

  /** @param {{ scan_id: string }} scan @returns {Promise<Answer | null>} */
  async #ofTheLaptop(scan) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    // A sending that was under way already did not see this scan.
    const sending = (this.outbox.sending ?? Promise.resolve()).catch(() => undefined).then(() => this.outbox.send());
    try {
      await Promise.race([sending, patience]);
      this.state.trouble = null;
      const row = (await this.store.rows()).find(({ scan_id }) => scan_id === scan.scan_id);
      if (row?.bad) throw new Turned(422, row.bad.code, row.bad.message);
      const answer = this.outbox.answers.get(scan.scan_id) ?? null;
      if (!answer) this.state.isAway = true;
      return answer;
    } catch (error) {
      if (error instanceof Turned && error.isTheEnd) await this.close();
      if (error instanceof Turned && (error.isOfThePhone || error.isOfTheScans)) throw error;
      this.state.isAway = true;
      return null;
    } finally {
      clearTimeout(timer);
      sending.catch(() => undefined);
    }
  }

  /** @param {Scan} scan @param {import("./outbox.js").Here | Answer} here @returns {Shown} */
  #asShown(scan, here) {
    if ("scan_id" in here) return here;
    const { outcome, reason, questions, guest, first, reading, who } = here;
    const shown = first && { id: first.scan_id, at: first.at, device: this.device, gate: null };
    const own = isAccepted(outcome) ? { id: scan.scan_id, at: scan.at, device: this.device } : null;
    return {
      scan_id: scan.scan_id,
      outcome,
      reason,
      questions,
      registration: guest && asGuest(guest),
      who,
      checkin: own ?? shown,
      first: shown,
      counts: { arrived: -1, registered: -1 },
      kept: true,
      unlisted: reading === "unlisted",
    };
  }

  /** @param {string} name @returns {Promise<Guest[]>} */
  async find(name) {
    return (await findListed(this.store, name)).map(asGuest);
  }

  /** All that is kept, for a file or for pictures: the last way out. */
  async asFile() {
    const rows = (await this.store.rows()).map(({ n, bad, ...scan }) => scan);
    const event = this.checkins.split("/").at(-2);
    return JSON.stringify({ mudhif: "scans/1", event, device: this.device, device_id: this.deviceId, scans: rows }, null, 1);
  }
}

/** @param {import("./store.js").Listed} guest @returns {Guest} */
function asGuest({ id, name, name_alt, kind, number, status }) {
  return { id, name, name_alt, kind, organisation: null, number, status };
}
