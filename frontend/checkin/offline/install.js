// The scanner as an app: its service worker, where the browser trusts this laptop. Without it, all works while it is open.

/** Where the worker keeps the page and its files. */
export const CACHE = "mudhif-scanner-1";

/** Registers the worker and tells it what the page is made of.
 *  @param {string} url  of the worker
 *  @param {string[]} more  files that the page will ask for later
 *  @returns {Promise<boolean>} whether the page opens without the laptop from now on */
export async function install(url, more) {
  if (!isSecureContext || !navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register(url, { scope: location.pathname });
    const { active } = await navigator.serviceWorker.ready;
    const kept = new Promise((resolve) => navigator.serviceWorker.addEventListener("message", resolve, { once: true }));
    active?.postMessage({ keep: [location.origin + location.pathname, ...files(), ...more] });
    await kept;
    return true;
  } catch {
    return false; // a certificate that was clicked away: no worker
  }
}

/** What the page has loaded of its own, of the laptop's files alone. */
function files() {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name.split("#")[0]);
  return [...new Set(loaded)].filter((name) => new URL(name).origin === location.origin && name.includes("/static/"));
}
