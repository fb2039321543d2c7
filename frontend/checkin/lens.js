// The strip of the page that sees: the camera's picture, its torch, the other camera, and why there is none.
import { Camera, prepareDecoder } from "./camera.js";
import { unlockSound } from "./sound.js";

/** @param {HTMLElement} main  says in `data-camera` whether there is one: on, none, refused, insecure
 *  @param {string} wasm  the address of the decoder
 *  @param {(text: string) => void} onCode
 *  @param {() => void} onStart */
export function openLens(main, wasm, onCode, onStart) {
  const video = /** @type {HTMLVideoElement} */ (main.querySelector("video"));
  const torch = /** @type {HTMLElement} */ (main.querySelector("#torch"));
  const flip = /** @type {HTMLElement} */ (main.querySelector("#flip"));
  const camera = new Camera(video, onCode, () => {
    main.dataset.camera = "none";
  });
  const isPossible = window.isSecureContext && Boolean(navigator.mediaDevices);

  async function start() {
    unlockSound();
    try {
      await camera.start();
      main.dataset.camera = "on";
      torch.hidden = !camera.hasTorch;
      const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
      flip.hidden = cameras.length < 2;
      onStart();
    } catch (error) {
      main.dataset.camera = /** @type {Error} */ (error).name === "NotAllowedError" ? "refused" : "none";
    }
  }

  flip.addEventListener("click", () => camera.flip().catch(start));
  torch.addEventListener("click", () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    camera.torch(on);
    torch.setAttribute("aria-pressed", String(on));
  });

  return {
    start,
    /** Without a touch where the browser was told before that this page may see. */
    async startIfAllowed() {
      if (!isPossible) {
        main.dataset.camera = "insecure";
        return;
      }
      prepareDecoder(wasm);
      const camera = /** @type {PermissionName} */ ("camera");
      const allowed = await navigator.permissions?.query({ name: camera }).catch(() => undefined); // not in Firefox
      if (allowed?.state === "granted") start();
    },
  };
}
