// The speaker's screen and the programme on a guest's phone: they follow and count, and take nothing but a look.
import { phase } from "./remaining.js";
import { showTimer } from "./screen.js";

const stage = document.querySelector("main.stage");

showTimer((told, seconds) => {
  if (!stage) return;
  const hasMessage = Boolean(stage.querySelector(".msg"));
  const wanted = `stage ${phase(told, seconds)}${hasMessage ? " msgd" : ""}${told.dark ? " dark" : ""}`;
  if (stage.className !== wanted) stage.className = wanted;
});

// A projector must not fall asleep; only a secure page is allowed to ask.
async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The device decides; the page goes on.
  }
}
if (stage) {
  void stayAwake();
  document.addEventListener("visibilitychange", () => void stayAwake());
  document.addEventListener("keydown", (event) => {
    if (event.code === "KeyF") void document.documentElement.requestFullscreen?.();
  });
}
