const WORKER = "/trust/worker.js";

/** Whether a service worker may be registered here: browsers allow that only where the certificate is trusted, or on
 *  the machine itself. A warning that was clicked away is not enough. The worker does nothing and is taken away again.
 *  @returns {Promise<boolean>} */
export async function trustsThisLaptop() {
  if (!isSecureContext || !navigator.serviceWorker) return false;
  try {
    const made = await navigator.serviceWorker.register(WORKER, { scope: "/trust/" });
    await made.unregister();
    return true;
  } catch {
    return false;
  }
}

/** What works in this browser: all; the camera while the page stays open; neither.
 *  @returns {Promise<"full" | "open" | "none">} */
export async function level() {
  if (!isSecureContext || !navigator.mediaDevices) return "none";
  return (await trustsThisLaptop()) ? "full" : "open";
}

/** Tells the laptop how this device works and how many scans it still keeps.
 *  @param {string} token  of the paired device
 *  @param {{ level?: "full" | "open" | "none", kept?: number, oldest?: string | null }} state
 *  @returns {Promise<"ok" | "ended" | "later">}  `ended`: revoked, or its time is up: list and keys have to go */
export async function report(token, state) {
  try {
    const answer = await fetch("/api/v1/devices/me", {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(state),
    });
    if (answer.status !== 401) return answer.ok ? "ok" : "later";
    const { code } = await answer.json();
    return code === "device-revoked" || code === "device-expired" ? "ended" : "later";
  } catch {
    return "later";
  }
}
