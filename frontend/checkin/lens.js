// The strip of the page that sees: the camera's picture, its torch, the other camera, and why there is none.
import { stayAwake } from "./awake.js";
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
      stayAwake();
      await showTools();
      onStart();
    } catch (error) {
      main.dataset.camera = /** @type {Error} */ (error).name === "NotAllowedError" ? "refused" : "none";
    }
  }

  async function showTools() {
    torch.hidden = !camera.hasTorch;
    torch.setAttribute("aria-pressed", "false"); // another camera begins in the dark
    flip.hidden = (await Camera.all()).length < 2;
  }

  flip.addEventListener("click", () => camera.flip().then(showTools, start));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && camera.isLost) start();
  });
  torch.addEventListener("click", () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    camera.torch(on)?.then(() => torch.setAttribute("aria-pressed", String(on)), showTools);
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
