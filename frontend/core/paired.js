/** What this browser remembers of its pairing.
 *  @typedef {{ id: string, name: string, role: string, event: string, gates: string[], expires: string, token: string }} Device */

const KEY = "mudhif.device";

/** Keeps the device that this browser is, with its token, for the time without a laptop in reach.
 *  @param {Device} device */
export function remember(device) {
  localStorage.setItem(KEY, JSON.stringify(device));
}

/** The device that this browser is, or null.
 *  @returns {Device | null} */
export function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

/** Forgets it; what is still to be handed in must have been handed in. */
export function forget() {
  localStorage.removeItem(KEY);
}
