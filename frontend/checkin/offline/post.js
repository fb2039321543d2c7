// The ways to the laptop. What comes back is an answer of ours, or it is said which kind of failure it was.
import { Away, Turned } from "./outbox.js";

/** @typedef {(url: string, options?: RequestInit) => Promise<Response>} Ask */

/** Asks as whoever is signed in in this browser; where nobody is any more, as the device that it was paired as.
 *  @param {{ csrf: string, token: string | null, ask?: Ask }} by
 *  @returns {Ask} */
export function askAs({ csrf, token, ask = (url, options) => fetch(url, options) }) {
  return async (url, options = {}) => {
    const headers = { Accept: "application/json", ...options.headers };
    const response = await ask(url, { ...options, headers: { ...headers, "X-CSRFToken": csrf } });
    if (!token || ![400, 401].includes(response.status)) return response;
    const { code } = await response.clone().json().catch(() => ({ code: null }));
    if (code !== "not-signed-in" && code !== "form-expired") return response;
    return ask(url, { ...options, credentials: "omit", headers: { ...headers, Authorization: `Bearer ${token}` } });
  };
}

/** @param {string} url  of the check-ins; a single one that the phone has not judged goes the short way
 *  @param {{ ask: Ask, patienceMs?: number }} by
 *  @returns {(rows: unknown[]) => Promise<unknown>} */
export function postTo(url, { ask, patienceMs = 8000 }) {
  return async (rows) => {
    const isOne = rows.length === 1 && !("verdict_shown" in /** @type {object} */ (rows[0]));
    try {
      const answer = await sent(ask, isOne ? url : `${url}/batch`, isOne ? rows[0] : rows, patienceMs);
      return isOne ? [answer] : answer;
    } catch (error) {
      // A phone that was closed may hand in what it holds, by the batch alone.
      if (!isOne || !(error instanceof Turned) || !error.isTheEnd) throw error;
      return sent(ask, `${url}/batch`, rows, patienceMs);
    }
  };
}

/** @param {Ask} ask @param {string} url @param {unknown} body @param {number} patienceMs */
async function sent(ask, url, body, patienceMs) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  try {
    const options = { method: "POST", signal: patience.signal, headers: { "Content-Type": "application/json" } };
    const response = await ask(url, { ...options, body: JSON.stringify(body) });
    const answer = await response.json(); // a page of somebody else's is no answer
    if (response.ok) return answer;
    if (typeof answer?.code !== "string") throw new Away(`status ${response.status}`);
    throw new Turned(response.status, answer.code, String(answer.message ?? ""));
  } catch (error) {
    if (error instanceof Turned || error instanceof Away) throw error;
    throw new Away(String(error));
  } finally {
    clearTimeout(timer);
  }
}
