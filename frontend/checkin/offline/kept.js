// The line under the scanner's bar: what this phone keeps, how much of the list it has, and how old that is.
import { filled } from "../words.js";

/** @typedef {import("./phone.js").State} State */

/** What the line says, part by part, and whether somebody should look.
 *  @param {State} state @param {import("../card.js").Language} language @param {number} now
 *  @returns {{ parts: string[], isAlarming: boolean }} */
export function keptLine(state, { words, write }, now) {
  const parts = [];
  const waits = state.oldest === null ? 0 : Math.max(0, Math.floor((now - Date.parse(state.oldest)) / 60_000));
  if (state.kept) parts.push(filled(words.kept_here, { count: write.number(state.kept) }));
  if (state.kept && waits >= 2) parts.push(filled(words.kept_since, { minutes: write.number(waits) }));
  for (const { message } of state.bad) parts.push(filled(words.set_aside, { why: message }));
  if (state.isClosed) parts.push(words.phone_closed);
  else if (state.trouble) parts.push(state.trouble);
  if (state.listed !== null && state.listAt !== null) {
    const minutes = Math.max(0, Math.floor((now - state.listAt) / 60_000));
    parts.push(filled(words.list_here, { count: write.number(state.listed), minutes: write.number(minutes) }));
  } else if (!state.isClosed) parts.push(words.no_list);
  return { parts, isAlarming: (state.kept > 0 && waits >= 2) || state.bad.length > 0 || state.isClosed };
}

/** Fills the line; its buttons give the queue out, as a file and as pictures.
 *  @param {HTMLElement} place @param {State} state @param {import("../card.js").Language} language @param {number} now */
export function showKept(place, state, language, now) {
  const { parts, isAlarming } = keptLine(state, language, now);
  place.dataset.kept = String(state.kept);
  place.dataset.listed = String(state.listed ?? "");
  place.classList.toggle("alarm", isAlarming);
  const words = place.querySelector("[data-part='words']");
  if (words) words.textContent = parts.join(" · ");
  for (const button of place.querySelectorAll("button")) button.toggleAttribute("hidden", state.kept + state.bad.length === 0);
}

/** Gives a text out as a file. @param {string} name @param {string} text */
export function giveOut(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
