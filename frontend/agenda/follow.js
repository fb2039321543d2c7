// Keeps a page in step with the laptop: live updates tell that something changed, the changed part is fetched; when the
// laptop does not answer, the page says since when and goes on by itself.

const RETRY_MS = 2000;
const CHECK_MS = 5000;

/** @typedef {{ live: string, part: string, onPart: (html: string) => void, onState: (isThere: boolean) => void,
 *    check: () => Promise<void> }} Following */

/** @param {Following} following  `check` asks the laptop something small and throws where it does not answer */
export function follow({ live, part, onPart, onState, check }) {
  /** @type {EventSource | null} */
  let stream = null;
  let asking = false;
  let again = false;

  async function refresh() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const answer = await fetch(part, { cache: "no-store", signal: AbortSignal.timeout(4000) });
      if (answer.ok) {
        onPart(await answer.text());
        onState(true);
      }
    } catch {
      onState(false);
    } finally {
      asking = false;
      if (again) {
        again = false;
        void refresh();
      }
    }
  }

  function open() {
    stream?.close();
    stream = new EventSource(live);
    for (const name of ["timer", "agenda"]) stream.addEventListener(name, () => void refresh());
    stream.addEventListener("open", () => void refresh());
    stream.addEventListener("error", () => {
      onState(false);
      // A browser comes back by itself from a lost connection, and never from an answer such as 503.
      if (stream?.readyState === EventSource.CLOSED) setTimeout(open, RETRY_MS * (1 + Math.random()));
    });
  }

  open();
  // Phones drop a stream in the background without telling.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") open();
  });
  setInterval(() => {
    check().then(() => onState(true), () => onState(false));
  }, CHECK_MS);
  return { refresh };
}
