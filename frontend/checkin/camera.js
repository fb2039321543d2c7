// The camera as a reader of codes: its frames are read one after another, and the texts go to `onCode`.
import { Frames, nativeReader } from "./frames.js";

export { prepareDecoder } from "./frames.js";

const CHOSEN = "mudhif.camera"; // in this browser's memory: which camera was last chosen

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
    this.frames = new Frames();
  }

  /** Opens the camera and reads until `stop`. Rejects as getUserMedia does: no camera, not allowed, in use.
   *  @param {string | null} [chosen]  a camera's id */
  async start(chosen = remembered()) {
    const facing = () => opened({ facingMode: this.facing });
    // The chosen one may be unplugged today, or have another id: browsers give new ones when their data is cleared.
    const stream = await (chosen ? opened({ deviceId: { exact: chosen } }).catch(facing) : facing());
    this.stop();
    this.video.srcObject = stream;
    await this.video.play();
    this.running = true;
    this.frames.native = await nativeReader();
    this.read(stream).catch(this.onFailure);
  }

  stop() {
    this.running = false;
    const stream = this.video.srcObject;
    if (stream instanceof MediaStream) for (const track of stream.getTracks()) track.stop();
    this.video.srcObject = null;
  }

  /** Whether a camera was opened whose picture has ended: another program or a phone call took it. */
  get isLost() {
    return this.running && this.track?.readyState !== "live";
  }

  /** The cameras of this device; with names once one was allowed. */
  static async all() {
    return (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
  }

  /** The next camera of this device, remembered for the next time. */
  async flip() {
    const ids = (await Camera.all()).map(({ deviceId }) => deviceId);
    const next = ids[(ids.indexOf(this.track?.getSettings().deviceId ?? "") + 1) % ids.length];
    remember(next);
    this.stop(); // many phones open one camera at a time
    await this.start(next);
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

  /** One frame after another, each when the last is read: a slow phone reads fewer, and never queues them.
   *  @param {MediaStream} stream */
  async read(stream) {
    const { video } = this;
    while (this.running && video.srcObject === stream) {
      const isThere = video.videoWidth > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
      const text = isThere && (await this.frames.read(video, video.videoWidth, video.videoHeight));
      if (text && this.running) this.onCode(text);
      await new Promise((next) => setTimeout(next, isThere ? 30 : 100));
    }
  }
}

/** @param {MediaTrackConstraints} which */
function opened(which) {
  const video = { ...which, width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

function remembered() {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null; // a browser that keeps nothing
  }
}

/** @param {string} id */
function remember(id) {
  try {
    localStorage.setItem(CHOSEN, id);
  } catch {
    // a browser that keeps nothing
  }
}
