// The laptop's steady clock as this device knows it: eight pings, the one with the shortest way counts (an error of
// a few milliseconds on a busy Wi-Fi, where a single ping is off by a tenth of a second).

/** One ping: when it left and came back by this device's clock, and what the laptop's clock said.
 *  @typedef {{ sent: number, back: number, steady: number }} Ping */

/** Laptop's clock minus this device's, by the ping with the shortest way; null without any.
 *  @param {Ping[]} pings
 *  @returns {{ offset: number, trip: number } | null} */
export function offsetOf(pings) {
  let best = null;
  for (const ping of pings) {
    const trip = ping.back - ping.sent;
    if (!best || trip < best.trip) best = { offset: ping.steady - (ping.sent + ping.back) / 2, trip };
  }
  return best;
}

/** Asks the laptop for its clock.
 *  @param {string} url
 *  @returns {Promise<Ping>} */
export async function ping(url) {
  const sent = performance.now();
  const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(4000) });
  if (!answer.ok) throw new Error(String(answer.status));
  const { steady } = await answer.json();
  return { sent, back: performance.now(), steady };
}

/** A clock that goes on by performance.now() whatever the network does. */
export class SteadyClock {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
    /** @type {{ offset: number, trip: number } | null} */
    this.known = null;
  }

  /** A first guess from what a page or an answer carried.
   *  @param {number} steady */
  guess(steady) {
    this.known ??= { offset: steady - performance.now(), trip: Infinity };
  }

  /** Ask anew; the old offset stays until a better one is there.
   *  @param {number} [times] */
  async settle(times = 8) {
    const pings = [];
    for (let i = 0; i < times; i += 1) pings.push(await ping(this.url));
    this.known = offsetOf(pings);
  }

  /** ms of the laptop's steady clock */
  now() {
    return performance.now() + (this.known?.offset ?? 0);
  }
}
