// A screen that stays on while its camera sees. The browser lets go of it whenever the page is hidden.

/** Keeps the screen on from now on, where the browser can. Calling it again is harmless. */
export function stayAwake() {
  const { wakeLock } = /** @type {{ wakeLock?: WakeLock }} */ (navigator); // not on http, nor in old browsers
  if (!wakeLock || document.documentElement.dataset.awake) return;

  async function hold() {
    if (document.visibilityState !== "visible") return;
    const lock = await wakeLock?.request("screen").catch(() => null); // refused at the end of the battery
    document.documentElement.dataset.awake = lock ? "yes" : "no";
  }

  document.documentElement.dataset.awake = "no";
  document.addEventListener("visibilitychange", hold);
  void hold();
}
