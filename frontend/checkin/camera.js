// The webcam as a reader of codes: frames go to zxing, its texts go to `onCode`.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/** @type {import("zxing-wasm/reader").ReaderOptions} */
const OPTIONS = { formats: ["QRCode"], tryHarder: true, tryInvert: true, maxNumberOfSymbols: 1 };
const LONGEST_SIDE = 1280;

/** Loads the decoder from this server; its own default would ask a CDN.
 *  @param {string} wasm  its address */
export function prepareDecoder(wasm) {
  return prepareZXingModule({
    overrides: { locateFile: (/** @type {string} */ file, /** @type {string} */ folder) =>
      file.endsWith(".wasm") ? wasm : folder + file },
    fireImmediately: true,
  });
}

export class Camera {
  /** @param {HTMLVideoElement} video
   *  @param {(text: string) => void} onCode
   *  @param {(error: unknown) => void} onFailure  the decoder did not load */
  constructor(video, onCode, onFailure) {
    this.video = video;
    this.onCode = onCode;
    this.onFailure = onFailure;
    this.facing = "environment";
    this.running = false;
    this.canvas = document.createElement("canvas");
    this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  /** Opens the camera and reads until `stop`. Rejects as getUserMedia does: no camera, not allowed, in use. */
  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: this.facing, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    this.stop();
    this.video.srcObject = stream;
    await this.video.play();
    this.running = true;
    this.read(stream).catch(this.onFailure);
  }

  stop() {
    this.running = false;
    const stream = this.video.srcObject;
    if (stream instanceof MediaStream) for (const track of stream.getTracks()) track.stop();
    this.video.srcObject = null;
  }

  /** The other camera of a phone. */
  async flip() {
    this.facing = this.facing === "environment" ? "user" : "environment";
    await this.start();
  }

  get track() {
    const stream = this.video.srcObject;
    return stream instanceof MediaStream ? stream.getVideoTracks()[0] : undefined;
  }

  get hasTorch() {
    const can = /** @type {{ torch?: boolean }} */ (this.track?.getCapabilities?.() ?? {});
    return can.torch === true;
  }

  /** @param {boolean} on */
  torch(on) {
    const wish = /** @type {MediaTrackConstraints} */ (/** @type {unknown} */ ({ advanced: [{ torch: on }] }));
    return this.track?.applyConstraints(wish);
  }

  /** One frame after another, each when the last is read: a slow laptop reads fewer, and never queues them.
   *  @param {MediaStream} stream */
  async read(stream) {
    while (this.running && this.video.srcObject === stream) {
      const picture = this.frame();
      if (picture) {
        for (const { text, isValid } of await readBarcodes(picture, OPTIONS)) if (isValid && text) this.onCode(text);
      }
      await new Promise((next) => setTimeout(next, picture ? 30 : 100));
    }
  }

  frame() {
    const { videoWidth, videoHeight } = this.video;
    if (!this.pen || !videoWidth || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
    this.canvas.width = Math.round(videoWidth * scale);
    this.canvas.height = Math.round(videoHeight * scale);
    this.pen.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return this.pen.getImageData(0, 0, this.canvas.width, this.canvas.height);
  }
}
