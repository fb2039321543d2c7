// What the phone keeps, as QR codes that follow each other on its screen: the last way out where no Wi-Fi leads to the
// laptop. Nothing leaves the queue by it: it is only shown, and whatever comes in twice is once.
import { encode } from "uqr";
import { cut, packed } from "./wayout_parts.js";

const EACH_MS = 400; // a webcam in a dark hall gives 15 pictures a second, and every other one is a blend of two codes
const QUIET = 2; // modules of white around a code; the page around it is white, too

/** Draws a code with whole dots for its modules. @param {HTMLCanvasElement} canvas @param {string} text */
function draw(canvas, text) {
  const { data, size } = encode(text, { ecc: "L", border: QUIET });
  const room = (canvas.clientWidth || size) * (globalThis.devicePixelRatio || 1);
  const dot = Math.max(1, Math.floor(room / size));
  canvas.width = canvas.height = size * dot;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  data.forEach((row, y) => row.forEach((isDark, x) => isDark && pen.fillRect(x * dot, y * dot, dot, dot)));
}

/** Shows a text as pictures until the dialog is closed.
 *  @param {HTMLDialogElement} dialog  with a canvas, a place for words and its buttons
 *  @param {string} text */
export async function showPictures(dialog, text) {
  const parts = cut(await packed(text));
  const canvas = /** @type {HTMLCanvasElement} */ (dialog.querySelector("canvas"));
  const count = /** @type {HTMLElement} */ (dialog.querySelector("[data-part='count']"));
  const pause = /** @type {HTMLElement} */ (dialog.querySelector("[data-act='pause']"));
  const closing = new AbortController();
  let n = -1;
  let isPaused = false;

  function next() {
    n = (n + 1) % parts.length;
    draw(canvas, parts[n]);
    dialog.dataset.shown = String(n + 1);
    count.textContent = (dialog.dataset.count ?? "").replace("{part}", String(n + 1)).replace("{of}", String(parts.length));
  }

  /** @param {boolean} pauses */
  function hold(pauses) {
    isPaused = pauses;
    pause.setAttribute("aria-pressed", String(pauses));
  }

  /** @type {Record<string, () => void>} */
  const acts = {
    pause: () => hold(!isPaused),
    next() {
      hold(true); // somebody takes photos of them, one by one
      next();
    },
    close: () => dialog.close(),
  };
  dialog.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button) acts[button.dataset.act ?? ""]?.();
  }, { signal: closing.signal });
  for (const act of dialog.querySelectorAll("[data-act='pause'], [data-act='next']")) act.toggleAttribute("hidden", parts.length < 2);
  dialog.dataset.parts = String(parts.length);
  hold(false);
  dialog.showModal();
  next();
  const timer = setInterval(() => isPaused || next(), EACH_MS);
  const awake = navigator.wakeLock?.request("screen").catch(() => null);
  dialog.addEventListener("close", () => {
    closing.abort();
    clearInterval(timer);
    void awake?.then((lock) => lock?.release());
  }, { once: true });
}
