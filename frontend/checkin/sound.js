// The sound of an outcome, made by WebAudio: no files, and nothing to hear before the first touch allows it.
import { SIGNALS } from "./outcomes.js";

const PAUSE_S = 0.06;

/** @type {AudioContext | null} */
let audio = null;

/** To be called from a touch or a key press: browsers keep sound off until then. */
export function unlockSound() {
  audio ??= typeof AudioContext === "undefined" ? null : new AudioContext();
  if (audio?.state === "suspended") audio.resume().catch(() => undefined);
}

/** @param {string} outcome */
export function signal(outcome) {
  const { notes, buzz } = SIGNALS[outcome] ?? SIGNALS.unknown;
  // Before the first touch a browser refuses to vibrate, and complains.
  if (buzz.length && "vibrate" in navigator && navigator.userActivation?.hasBeenActive) navigator.vibrate(buzz);
  if (!audio || audio.state !== "running") return;
  let at = audio.currentTime;
  for (const { hertz, ms } of notes) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = hertz;
    tone.type = hertz < 300 ? "square" : "sine"; // a small loudspeaker has no low sine
    const end = at + ms / 1000;
    // A note that begins or ends at full height clicks.
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.3, at + 0.01);
    loudness.gain.setValueAtTime(0.3, end - 0.02);
    loudness.gain.linearRampToValueAtTime(0, end);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(end);
    at = end + PAUSE_S;
  }
}
