// Talking to the laptop: check-ins with their scan ids, undo, and finding a guest by name.
import { newScanId } from "./scan-ids.js";

const PATIENCE_MS = 8000;

/** @typedef {{ id: string, name: string | null, name_alt: string | null, kind: string, organisation: string | null, number: number | null, status: string,
 *    arrived_at?: string | null, sounds_like?: boolean, note?: { flag: string | null, text: string | null } | null }} Guest */
/** @typedef {{ scan_id: string, outcome: string, reason: string | null,
 *    questions: import("../core/questions.js").Asked[], registration: Guest | null,
 *    checkin: { id: string, at: string, device: string | null } | null,
 *    first: { id: string, at: string, device: string | null, gate: string | null } | null,
 *    counts: { arrived: number, registered: number } }} Answer */
/** @typedef {{ ticket?: string, registration?: string, direction?: "in" | "out", force?: boolean, force_reason?: string,
 *    gate?: string, item?: string, answers?: Record<string, unknown> }} Presented */
/** @typedef {Presented & { scan_id: string, at: string }} Scan */
/** @typedef {{ scan_id: string, at: string, undoes: string, reason?: string }} Undo  a scan is taken back */
/** @typedef {{ scan_id: string, at: string, signs: string, strokes: string }} Signed  the guest of a scan has signed */

/** The laptop did not answer, or not with an answer of ours. */
export class NoAnswer extends Error {}

/** The laptop answered that the request itself is wrong: signed out, a right that is missing. */
export class Refused extends Error {}

/** A scan, or what follows one, with its id and its moment; made before anything is sent or shown, so that sending it
 *  twice is once.
 *  @template {object} T @param {T} presented @returns {T & { scan_id: string, at: string }} */
export function newScan(presented) {
  return { ...presented, scan_id: newScanId(), at: new Date().toISOString() };
}

export class Door {
  /** @param {string} checkins  the address of this event's check-ins
   *  @param {string} csrf  the form token of this session */
  constructor(checkins, csrf) {
    this.checkins = checkins;
    this.csrf = csrf;
  }

  /** @param {string} url @param {string} method @param {unknown} [body] */
  async ask(url, method, body) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const response = await fetch(url, {
        method,
        signal: patience.signal,
        headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const answer = response.status === 204 ? null : await response.json();
      if (response.ok) return answer;
      if (response.status < 500) throw new Refused(answer.message);
      throw new NoAnswer(answer.message);
    } catch (error) {
      if (error instanceof Refused || error instanceof NoAnswer) throw error;
      throw new NoAnswer(String(error)); // no network, too slow, or a page that is not JSON
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {Scan | Undo | Signed} scan @returns {Promise<Answer>} */
  async send(scan) {
    const answer = await this.ask(this.checkins, "POST", scan);
    if (answer?.scan_id !== scan.scan_id) throw new NoAnswer("an answer to another scan");
    return answer;
  }

  /** @param {string} name @returns {Promise<Guest[]>} */
  find(name) {
    return this.ask(`${this.checkins}/guests?search=${encodeURIComponent(name)}`, "GET");
  }
}
