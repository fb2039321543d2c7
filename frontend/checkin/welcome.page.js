// The display at the door: follows the counts, stays awake, F fills the screen.
import { followCounts } from "./counts.js";
import { redrawing } from "./parts.js";

const welcome = /** @type {HTMLElement} */ (document.getElementById("welcome"));
const drawSoon = redrawing(welcome, welcome.dataset.parts ?? "");

followCounts(
  welcome.dataset.stream ?? "",
  drawSoon,
  (isLive) => {
    welcome.dataset.state = isLive ? "live" : "lost";
    if (isLive) drawSoon(); // what happened while the stream was away
  },
);

// A projector must not fall asleep; only a secure page is allowed to ask.
async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The device decides; the page goes on.
  }
}
void stayAwake();
document.addEventListener("visibilitychange", () => void stayAwake());
document.addEventListener("keydown", ({ code }) => {
  if (code === "KeyF") void document.documentElement.requestFullscreen?.();
});
