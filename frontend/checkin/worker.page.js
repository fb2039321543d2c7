// The service worker of the scanner's page: the page opens without the laptop, too. Answers of the API are never kept.
import { CACHE } from "./offline/install.js";
import { sorted } from "./offline/worker.js";

const worker = /** @type {any} */ (globalThis);
const PATIENCE_MS = 3000;
const sort = sorted(worker.registration.scope);

/** @param {RequestInfo} request @param {Response} response */
async function keep(request, response) {
  // A page that led elsewhere is not the scanner: somebody has to sign in first. An address with a question in it shows
  // a guest's outcome, and is nobody's business later.
  const url = typeof request === "string" ? request : request.url;
  if (response.ok && !response.redirected && !url.includes("?")) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

/** The laptop's own answer; what is kept only where none comes soon. What is not kept is waited for as long as it takes.
 *  @param {Request} request @param {CacheQueryOptions} [by] @returns {Promise<Response>} */
async function laptopFirst(request, by) {
  const kept = await caches.match(request, { ignoreVary: true, ...by });
  const fresh = fetch(request).then((response) => keep(request, response));
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  return Promise.race([fresh.then((response) => (response.status < 500 ? response : kept), () => kept), late]);
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  if (event.request.method !== "GET") return;
  const kind = sort(new URL(event.request.url), event.request.mode === "navigate");
  if (kind !== "pass") event.respondWith(laptopFirst(event.request, { ignoreSearch: kind === "page" }));
});

// The page tells what it is made of: at its first visit it was loaded before there was a worker.
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (!Array.isArray(event.data?.keep)) return;
  const job = Promise.all(event.data.keep.map((/** @type {string} */ url) =>
    fetch(url, { credentials: "same-origin" }).then((response) => keep(url, response)).catch(() => undefined)));
  event.waitUntil(job.then(() => event.source?.postMessage({ kept: event.data.keep.length })));
});
