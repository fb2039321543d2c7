// Codes in the frames of a camera. One frame is looked at in one way; as long as nothing is found, the next frame is
// looked at in the next way: a badge is before the camera for ten frames and more, and an old phone has no time for
// four ways at once. What each way is good for was measured: `python -m tests.benchmarks decoder`.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/** @type {import("zxing-wasm/reader").ReaderOptions} */
const OPTIONS = { formats: ["QRCode"], tryHarder: true, tryInvert: true, maxNumberOfSymbols: 1, downscaleFactor: 2 };
const LONGEST_SIDE = 1280;

/** How much of the frame, how large, how softened (in pixels), with what filter (Safari has none before 18, and looks
 *  at the middle once more).
 *  @typedef {{ part: number, scale: number, soft?: number, filter?: string }} Way */
/** @type {Way[]} */
export const WAYS = [
  { part: 1, scale: 1 },
  { part: 0.8, scale: 1.5 }, // small and crumpled codes, and the dots of a screen
  { part: 0.8, scale: 1.25, soft: 1 }, // the noise of a dark room
  { part: 0.8, scale: 1.5, filter: "contrast(2)" }, // out of focus
];

/** @typedef {{ detect: (source: CanvasImageSource) => Promise<{ rawValue: string }[]> }} Native */
/** @typedef {{ new (options: { formats: string[] }): Native, getSupportedFormats: () => Promise<string[]> }} NativeClass */

/** Loads the decoder from this server; its own default would ask a CDN.
 *  @param {string} wasm  its address */
export function prepareDecoder(wasm) {
  return prepareZXingModule({
    overrides: { locateFile: (/** @type {string} */ file, /** @type {string} */ folder) =>
      file.endsWith(".wasm") ? wasm : folder + file },
    fireImmediately: true,
  });
}

/** The browser's own reader, where it has one that reads QR codes. @returns {Promise<Native | null>} */
export async function nativeReader() {
  const { BarcodeDetector } = /** @type {{ BarcodeDetector?: NativeClass }} */ (/** @type {unknown} */ (globalThis));
  try {
    const formats = (await BarcodeDetector?.getSupportedFormats()) ?? [];
    return BarcodeDetector && formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null; // Android without Google's services has the class and not the reader
  }
}

export class Frames {
  constructor() {
    this.empty = 0; // frames since the last code
    /** @type {Native | null} */
    this.native = null;
    this.canvas = document.createElement("canvas");
    this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  /** The text of a code in this frame, or null.
   *  @param {HTMLVideoElement | HTMLImageElement} source @param {number} width  of the source @param {number} height
   *  @returns {Promise<string | null>} */
  async read(source, width, height) {
    const text = (await this.readNatively(source)) || (await this.decode(source, width, height));
    this.empty = text ? 0 : this.empty + 1;
    return text;
  }

  /** @param {HTMLVideoElement | HTMLImageElement} source */
  async readNatively(source) {
    if (!this.native) return null;
    try {
      return (await this.native.detect(source))[0]?.rawValue || null;
    } catch {
      this.native = null; // it fails where its service is missing, and then it always does
      return null;
    }
  }

  /** @param {HTMLVideoElement | HTMLImageElement} source @param {number} width @param {number} height */
  async decode(source, width, height) {
    const picture = this.drawn(source, width, height, WAYS[this.empty % WAYS.length]);
    if (!picture) return null;
    return (await readBarcodes(picture, OPTIONS)).find(({ text, isValid }) => isValid && text)?.text ?? null;
  }

  /** @param {HTMLVideoElement | HTMLImageElement} source @param {number} width @param {number} height @param {Way} way */
  drawn(source, width, height, { part, scale, soft = 0, filter = "none" }) {
    const { canvas, pen } = this;
    if (!pen) return null;
    const [wide, high] = [width * part, height * part];
    const times = scale * Math.min(1, LONGEST_SIDE / Math.max(width, height));
    canvas.width = Math.round(wide * times);
    canvas.height = Math.round(high * times);
    pen.filter = filter;
    // Four pictures shifted by a pixel, each mixed into those before: a soft one, in every browser.
    const shifts = soft ? [[-soft, -soft], [soft, -soft], [-soft, soft], [soft, soft]] : [[0, 0]];
    shifts.forEach(([x, y], n) => {
      pen.globalAlpha = 1 / (n + 1);
      pen.drawImage(source, (width - wide) / 2, (height - high) / 2, wide, high, x, y, canvas.width, canvas.height);
    });
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }
}
