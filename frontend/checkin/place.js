// Where this phone stands: its gate, where it has several, and the part of the agenda for which it checks guests in.
// Remembered by the browser, shown on the face.

/** @typedef {import("./offline/list.js").Item} Item */
/** @typedef {{ gate?: string, item?: string }} Chosen */

export class Place {
  /** @param {string} event @param {string[]} gates  those of this device, or all of the event
   *  @param {Pick<Storage, "getItem" | "setItem">} [memory] */
  constructor(event, gates, memory = localStorage) {
    this.key = `mudhif.place.${event}`;
    this.gates = gates;
    /** @type {Item[]} */
    this.items = [];
    /** @type {Record<string, string>} by gate, the item that it leads to */
    this.gateItems = {};
    this.memory = memory;
    /** @type {Chosen} */
    this.chosen = {};
    try {
      this.chosen = JSON.parse(memory.getItem(this.key) ?? "{}") ?? {};
    } catch {
      // written by nobody of ours, or the browser lets nobody remember
    }
  }

  /** A gate that was taken away meanwhile is none. */
  get gate() {
    const { gate } = this.chosen;
    if (gate !== undefined && this.gates.includes(gate)) return gate;
    return this.gates.length === 1 ? this.gates[0] : undefined;
  }

  /** The item that was chosen, where the gate does not lead to one. */
  get item() {
    if (this.gate !== undefined && this.gateItems[this.gate]) return undefined;
    return this.items.find(({ id }) => id === this.chosen.item)?.id;
  }

  /** Whether somebody has to say where this phone stands. */
  get isOpen() {
    const hasItem = this.item !== undefined || (this.gate !== undefined && this.gateItems[this.gate]);
    return (this.gates.length > 1 && this.gate === undefined) || (this.items.length > 0 && !hasItem);
  }

  /** Whether there is anything to choose. */
  get isChoice() {
    return this.gates.length > 1 || this.items.length > 0;
  }

  /** What the face says. */
  get words() {
    const item = this.item ?? this.gateItems[this.gate ?? ""];
    return [this.gate, this.items.find(({ id }) => id === item)?.title].filter(Boolean).join(" · ");
  }

  /** @param {Chosen} more */
  choose(more) {
    this.chosen = { ...this.chosen, ...more };
    try {
      this.memory.setItem(this.key, JSON.stringify(this.chosen));
    } catch {
      // until the page is closed, then
    }
  }

  /** What a scan made here says of it. @returns {Chosen} */
  get said() {
    return { ...(this.gate !== undefined && { gate: this.gate }), ...(this.item !== undefined && { item: this.item }) };
  }
}

/** Asks in the place of the card. @param {HTMLElement} at @param {HTMLTemplateElement} template @param {Place} place
 *  @param {() => void} onChosen  after each choice */
export function askPlace(at, template, place, onChosen) {
  at.replaceChildren(template.content.cloneNode(true));
  const form = /** @type {HTMLFormElement} */ (at.querySelector("form"));
  const parts = /** @type {const} */ ([
    ["gate", place.gates.length > 1 ? place.gates.map((gate) => ({ id: gate, title: gate })) : []],
    ["item", place.items],
  ]);
  function draw() {
    for (const [name, choices] of parts) {
      const part = /** @type {HTMLElement} */ (form.querySelector(`[data-part="${name}"]`));
      const isLed = name === "item" && place.gate !== undefined && Boolean(place.gateItems[place.gate]);
      part.hidden = !choices.length || isLed;
      part.querySelector(".choices")?.replaceChildren(...choices.map(({ id, title }) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn";
        button.dir = "auto";
        button.textContent = title;
        button.setAttribute("aria-pressed", String(place[name] === id));
        button.addEventListener("click", () => {
          place.choose({ [name]: id });
          onChosen();
          draw();
          /** @type {HTMLElement | null} */ (form.querySelector(`[data-part="${name}"] [aria-pressed="true"]`))?.focus();
        });
        return button;
      }));
    }
  }
  draw();
}
