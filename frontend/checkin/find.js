// Finding a guest by name: the list below the field follows the typing, each row has its one button.
import { filled, namesInOrder, scriptOf } from "./words.js";

/** @typedef {import("./door.js").Guest} Guest */
const REST_MS = 120;

/** @param {HTMLTemplateElement} template @param {Guest} guest @param {import("./card.js").Language} language */
function row(template, guest, { words, write }) {
  const item = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  /** @param {string} name @param {string | null} text */
  const put = (name, text) => {
    const place = /** @type {HTMLElement | null} */ (item.querySelector(`[data-part="${name}"]`));
    if (!place) return;
    place.textContent = text;
    if (text) place.lang = scriptOf(text);
    else place.remove();
  };
  const [name, alt] = namesInOrder(guest, write.lang);
  put("name", name);
  put("alt", alt);
  put("more", [guest.sounds_like && words.sounds_like, words[`kind_${guest.kind}`], guest.organisation].filter(Boolean).join(" · "));
  put("state", guest.arrived_at ? filled(words.in_since, { time: write.hour(guest.arrived_at) }) : null);
  const button = item.querySelector("button");
  if (button) button.value = guest.id;
  return item;
}

/** @param {HTMLElement} panel  with an input, a list, a template and an empty sentence
 *  @param {{ find: (name: string) => Promise<Guest[]> }} door
 *  @param {import("./card.js").Language} language
 *  @param {(registration: string) => void} onChosen */
export function findGuests(panel, door, language, onChosen) {
  const field = /** @type {HTMLInputElement} */ (panel.querySelector("input"));
  const list = /** @type {HTMLElement} */ (panel.querySelector("[data-part='list']"));
  const template = /** @type {HTMLTemplateElement} */ (panel.querySelector("template"));
  const nobody = /** @type {HTMLElement} */ (panel.querySelector("[data-part='nobody']"));
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let rest;

  async function ask() {
    const mine = (asked += 1);
    const name = field.value.trim();
    const guests = name ? await door.find(name).catch(() => []) : [];
    if (mine !== asked) return; // a later letter was faster
    list.replaceChildren(...guests.map((guest) => row(template, guest, language)));
    nobody.hidden = !name || guests.length > 0;
  }

  field.addEventListener("input", () => {
    clearTimeout(rest);
    rest = setTimeout(ask, REST_MS);
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) onChosen(button.value);
  });
  return {
    open() {
      field.value = "";
      ask();
      field.focus();
    },
  };
}
