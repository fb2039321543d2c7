// The tablet that guests use: the camera or a USB scanner sends the form; an outcome gives way to the next guest.
import { Camera, prepareDecoder } from "./camera.js";
import { listenToWedge } from "./wedge.js";

const SHOWN_MS = 7000;
const TRY_MS = 3000;
const kiosk = /** @type {HTMLElement} */ (document.getElementById("kiosk"));
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("present"));

/** Without the laptop a browser would show its own page, from which no guest finds back. */
async function whenInReach() {
  const away = /** @type {HTMLElement} */ (kiosk.querySelector("#away"));
  for (;;) {
    const answer = await fetch(kiosk.dataset.again ?? ".", { cache: "no-store", signal: AbortSignal.timeout(TRY_MS) }).catch(() => null);
    away.hidden = answer !== null;
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, TRY_MS));
  }
}

/** Sends what is in the field; the same code is read again before the next page is there. @param {string | null} text  what was read */
async function present(text) {
  if (!form || form.dataset.state === "sent") return;
  form.dataset.state = "sent";
  if (text !== null) /** @type {HTMLInputElement} */ (form.elements.namedItem("ticket")).value = text;
  await whenInReach();
  form.submit();
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void present(null);
});

async function next() {
  if (kiosk.querySelector(".kiosk-team[open]")) return;
  await whenInReach();
  location.replace(kiosk.dataset.again ?? ".");
}

listenToWedge(window, present);
if (kiosk.dataset.shows) setTimeout(next, SHOWN_MS);

async function see() {
  const eye = /** @type {HTMLElement} */ (kiosk.querySelector(".kiosk-eye"));
  const button = /** @type {HTMLElement} */ (kiosk.querySelector("#see"));
  const camera = new Camera(/** @type {HTMLVideoElement} */ (eye.querySelector("video")), present, () => {
    eye.hidden = true;
  });
  camera.facing = "user"; // the guest stands before the screen

  async function start() {
    button.hidden = true;
    eye.hidden = false;
    try {
      await camera.start(null); // not the one that a volunteer chose for the scanner
    } catch {
      eye.hidden = true; // refused, or none: the number stays
    }
  }

  prepareDecoder(kiosk.dataset.wasm ?? "");
  button.hidden = false;
  button.addEventListener("click", start);
  const name = /** @type {PermissionName} */ ("camera");
  const allowed = await navigator.permissions?.query({ name }).catch(() => undefined);
  if (allowed?.state === "granted") await start();
}

if (form && window.isSecureContext && navigator.mediaDevices) void see();
