// The laptop reads the pictures in which a phone shows its scans: by the webcam, or in photos. When all parts are there
// they are one file, which goes the way of any other file: through the form of the page.
import { readBarcodes } from "zxing-wasm/reader";
import { prepareDecoder } from "./camera.js";
import { openLens } from "./lens.js";
import { Gathered } from "./offline/wayout_parts.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("taking"));
const file = /** @type {HTMLInputElement} */ (form.querySelector("#file"));
const photos = /** @type {HTMLInputElement} */ (form.querySelector("#photos"));
const bar = /** @type {HTMLProgressElement} */ (form.querySelector("progress"));
const gathered = new Gathered();
let isSent = false;

/** @param {string} id @param {boolean} isShown */
const show = (id, isShown) => document.getElementById(id)?.toggleAttribute("hidden", !isShown);

function tell() {
  const { parts, total, missing } = gathered;
  const count = /** @type {HTMLElement} */ (form.querySelector("[data-part='count']"));
  const left = /** @type {HTMLElement} */ (form.querySelector("[data-part='missing']"));
  show("parts", total > 0);
  bar.max = total;
  bar.value = parts.size;
  count.textContent = (form.dataset.count ?? "").replace("{got}", String(parts.size)).replace("{of}", String(total));
  left.textContent = missing.length && missing.length <= 8 ? (left.dataset.words ?? "").replace("{parts}", missing.join(" ")) : "";
}

/** Hands the parts in, as the file that they are. */
function send() {
  isSent = true;
  const whole = new DataTransfer();
  whole.items.add(new File([/** @type {BlobPart} */ (gathered.bytes())], "scans.bin"));
  file.files = whole.files;
  form.requestSubmit();
}

/** @param {string} text @returns {boolean} whether it was one of a phone's pictures */
function read(text) {
  if (isSent) return true;
  const said = gathered.take(text);
  if (said === "not-ours") return false;
  if (said !== "known") {
    show("broken", said === "broken");
    tell();
  }
  if (said === "whole") send();
  return true;
}

const lens = openLens(form, form.dataset.wasm ?? "", read, () => undefined);
form.querySelector("[data-act='start']")?.addEventListener("click", () => lens.start());

photos.addEventListener("change", async () => {
  prepareDecoder(form.dataset.wasm ?? "");
  let found = 0;
  for (const photo of photos.files ?? []) {
    const codes = await readBarcodes(photo, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 20 }).catch(() => []);
    for (const { text, isValid } of codes) if (isValid && read(text)) found += 1;
  }
  show("no-code", found === 0);
});

await lens.startIfAllowed();
form.dataset.ready = "yes";
