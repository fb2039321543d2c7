// A photo of the code, for a phone whose browser gives the page no camera: the phone's own camera takes it.
import { readBarcodes } from "zxing-wasm/reader";
import { prepareDecoder } from "./camera.js";

/** Reads every photo that is chosen within a place.
 *  @param {HTMLElement} place
 *  @param {string} wasm  the address of the decoder
 *  @param {(text: string) => void} onCode */
export function readPhotos(place, wasm, onCode) {
  place.addEventListener("change", async ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "file" || !target.files?.[0]) return;
    prepareDecoder(wasm);
    const [code] = await readBarcodes(target.files[0], { formats: ["QRCode"], tryHarder: true }).catch(() => []);
    target.value = ""; // the same photo once more is a change, too
    target.closest(".out")?.querySelector("[data-part='no-code']")?.toggleAttribute("hidden", Boolean(code?.isValid));
    if (code?.isValid) onCode(code.text);
  });
}
