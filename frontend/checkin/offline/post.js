// One way to the laptop for the queue: what came back is either answers, or it is said which kind of failure it was.
import { Away, Turned } from "./outbox.js";

/** @param {string} url  of the batch
 *  @param {{ csrf: string, ask?: typeof fetch, patienceMs?: number }} by
 *  @returns {(rows: unknown[]) => Promise<unknown>} */
export function postTo(url, { csrf, ask = (...a) => fetch(...a), patienceMs = 8000 }) {
  return async (rows) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), patienceMs);
    try {
      const response = await ask(url, {
        method: "POST",
        signal: patience.signal,
        headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrf },
        body: JSON.stringify(rows),
      });
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
  };
}
