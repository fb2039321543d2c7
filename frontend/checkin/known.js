// Known people are proposed while a name is typed at the desk: ↓ ↑ choose, Enter takes, and the keyboard stays in the
// field. Each line says what tells namesakes apart.
import { filled, namesInOrder, scriptOf } from "./words.js";

/** @typedef {{ title: string, ordinal: number | null, came: boolean }} Visit
 *  @typedef {import("./door.js").Guest & { person: string, sounds_like: boolean, phone_end: string | null, events: Visit[] }} Known
 *    somebody of an earlier event has no `id` */
/** @typedef {import("./card.js").Language} Language */
const REST_MS = 80;
const EVENTS_NAMED = 2;

/** The name with what was typed of it marked. @param {HTMLElement} place @param {string} name @param {string} typed */
function writeMarked(place, name, typed) {
  const words = typed.split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = words.length ? name.split(new RegExp(`((?<![\\p{L}\\p{M}])(?:${words.join("|")}))`, "giu")) : [name];
  place.replaceChildren(...parts.map((part, index) => {
    if (index % 2 === 0) return part;
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  }));
}

/** Where somebody stands: at this event, else at those before. @param {Known} person @param {Language} language */
function state({ id, status, events }, { words, write }) {
  if (id !== null && status !== "registered") return words[`status_${status}`] ?? status;
  const came = events.filter((event) => event.came);
  const named = (came.length ? came : events).slice(-EVENTS_NAMED).map(({ title, ordinal }) =>
    (ordinal === null ? `\u2068${title}\u2069` : filled(words.session, { number: write.number(ordinal) })));
  const before = named.length ? filled(came.length ? words.came_to : words.registered_for, { events: named.join(words.comma) }) : "";
  return before || words.status_registered;
}

/** @param {HTMLTemplateElement} template @param {Known} person @param {string} typed @param {Language} language */
function line(template, person, typed, language) {
  const { words, write } = language;
  const item = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  /** @param {string} name @param {string | null | undefined | false} text */
  const put = (name, text) => {
    const place = /** @type {HTMLElement} */ (item.querySelector(`[data-part="${name}"]`));
    if (!text) place.closest("[data-whole]")?.remove();
    else if (name === "name" || name === "alt") {
      writeMarked(place, text, typed);
      place.lang = scriptOf(text);
    } else place.textContent = text;
  };
  const [name, alt] = namesInOrder(person, write.lang);
  put("name", name);
  put("alt", alt);
  put("more", [
    person.sounds_like && words.sounds_like,
    person.organisation && `\u2068${person.organisation}\u2069`,
    person.number !== null && filled(words.ticket_number, { number: String(person.number).padStart(4, "0") }),
    person.phone_end && filled(words.phone_end, { digits: person.phone_end }),
  ].filter(Boolean).join(" · "));
  const isIn = Boolean(person.arrived_at);
  put("in", isIn && person.arrived_at && filled(words.in_since, { time: write.hour(person.arrived_at) }));
  put("state", !isIn && state(person, language));
  return item;
}

/** @param {HTMLElement} panel  with an input, a list, a template and an empty sentence
 *  @param {(name: string) => Promise<Known[]>} find
 *  @param {Language} language
 *  @param {(person: Known) => void} onTaken */
export function proposePeople(panel, find, language, onTaken) {
  const field = /** @type {HTMLInputElement} */ (panel.querySelector("input.input"));
  const list = /** @type {HTMLElement} */ (panel.querySelector("[data-part='list']"));
  const template = /** @type {HTMLTemplateElement} */ (panel.querySelector("template"));
  const nobody = /** @type {HTMLElement} */ (panel.querySelector("[data-part='nobody']"));
  /** @type {Known[]} */
  let people = [];
  let chosen = -1;
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let rest;
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) field.setAttribute(name, value);
  list.setAttribute("role", "listbox");

  /** @param {number} index  -1: nobody, the keys go on in the field */
  function choose(index) {
    chosen = index;
    [...list.children].forEach((item, n) => {
      if (n === chosen) item.setAttribute("aria-selected", "true");
      else item.removeAttribute("aria-selected");
    });
    if (chosen < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Known[]} found @param {string} typed */
  function show(found, typed) {
    people = found;
    list.replaceChildren(...people.map((person) => line(template, person, typed, language)));
    [...list.children].forEach((item, n) => void (item.id = `${list.id}-${n}`));
    field.setAttribute("aria-expanded", String(people.length > 0));
    nobody.hidden = !typed || people.length > 0;
    choose(-1);
  }

  async function ask() {
    const mine = (asked += 1);
    const typed = field.value.trim();
    const found = typed ? await find(typed).catch(() => []) : [];
    // A later letter was faster; or somebody of the list that stands there is chosen, and it must not change under them.
    if (mine === asked && chosen < 0) show(found, typed);
  }

  field.addEventListener("input", () => {
    choose(-1);
    clearTimeout(rest);
    rest = setTimeout(ask, REST_MS);
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step && people.length) {
      event.preventDefault();
      choose(Math.max(-1, Math.min(people.length - 1, chosen + step)));
    } else if (event.code === "Enter" && chosen >= 0) {
      event.preventDefault();
      onTaken(people[chosen]);
    } else if (event.code === "Tab") choose(-1);
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the keyboard stays in the field
  list.addEventListener("click", (event) => {
    const item = event.target instanceof Element ? event.target.closest("li") : null;
    if (item) onTaken(people[[...list.children].indexOf(item)]);
  });
  show([], "");
  return { empty: () => void ((asked += 1), show([], "")), ask };
}
