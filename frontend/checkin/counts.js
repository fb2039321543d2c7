// The live counts of an event, by themselves: one stream of server-sent events, and asking now and then without it.

/** @typedef {{ arrived: number, registered: number, inside: number }} Counts */

/** @param {string} url  the event's live stream
 *  @param {(counts: Counts) => void} onCounts
 *  @param {(isLive: boolean) => void} [onState] */
export function followCounts(url, onCounts, onState = () => undefined) {
  const stream = new EventSource(url);
  stream.addEventListener("counts", (event) => onCounts(JSON.parse(event.data)));
  stream.addEventListener("open", () => onState(true));
  stream.addEventListener("error", () => onState(false)); // EventSource comes back by itself
  return stream;
}
