// The face of the scanner: whether all is saved, how many came, where the phone stands.
import { filled } from "./words.js";

/** @param {Document} page @param {import("./card.js").Language} language @param {string} title  of the event */
export function faceOf(page, { words, write }, title) {
  /** @param {string} id */
  const at = (id) => /** @type {HTMLElement} */ (page.getElementById(id));
  return {
    /** @param {"saved" | "waiting" | "off" | "kept" | "closed"} state @param {string} [sentence] */
    tell(state, sentence) {
      const place = at("state");
      place.dataset.state = state === "closed" ? "off" : state;
      place.classList.toggle("off", state !== "saved");
      const said = place.querySelector("[data-part='words']");
      if (said) said.textContent = sentence ?? words[`state_${state}`];
    },
    /** @param {number} arrived @param {number} registered */
    count(arrived, registered) {
      at("arrived").textContent = write.number(arrived);
      at("of").textContent = filled(words.of, { registered: write.number(registered) });
    },
    /** @param {import("./place.js").Place} place */
    place(place) {
      const button = at("place");
      button.toggleAttribute("disabled", !place.isChoice);
      button.textContent = place.words || title;
    },
  };
}
