// The event's list on the phone: fetched whole, kept whole, told apart by its tag.
import { done } from "./store.js";

/** @typedef {import("./store.js").Listed} Listed */
/** @typedef {import("./judge.js").Rules} Rules */
/** @typedef {{ id: string, title: string, day: number, starts: string | null, ends: string | null }} Item  of the agenda */
/** @typedef {{ event: string, rules: Rules & { items?: Record<string, string> }, keys: Record<string, string[]>,
 *    questions?: import("../../core/questions.js").Asked[], items?: Item[], once?: string, zone?: string | null,
 *    signature?: boolean }} OfTheEvent  `rules.items`: by gate, the item that it leads to; `questions`: those of the door;
 *    `signature`: guests are asked to sign */
/** @typedef {OfTheEvent & { now: string, guests: Listed[] }} Told  as the laptop answers */
/** @typedef {OfTheEvent & { id: "list", tag: string, count: number, at: number, ahead: number, asked: number }} About  `at`: when it was last known to be true, by this phone's clock;
 *    `ahead`: by how many ms the laptop's clock is ahead; `asked`: the turn before which it was asked for */

/** The number of answers that this phone has taken note of; inside a unit. @param {IDBObjectStore} about */
export async function turnOf(about) {
  return Number((await done(about.get("turn")))?.value ?? 0);
}

/** @param {import("./store.js").Store} store @returns {Promise<About | undefined>} */
export const aboutList = (store) => store.unit(["about"], "readonly", (place) => done(place("about").get("list")));

/** Asks the laptop for the list where it is another one than ours.
 *  @param {import("./store.js").Store} store
 *  @param {string} url
 *  @param {{ ask: import("./post.js").Ask, now: () => number }} by
 *  @returns {Promise<"new" | "same" | "closed" | "signed-out" | "away">} closed: this phone was revoked or its time is up;
 *    signed-out: the laptop is there, and knows nobody in this browser any more */
export async function refreshList(store, url, { ask, now }) {
  const [known, turn] = await store.unit(["about"], "readonly", async (place) => [
    /** @type {About | undefined} */ (await done(place("about").get("list"))),
    await turnOf(place("about")),
  ]);
  try {
    const response = await ask(url, { headers: { Accept: "application/json", ...(known && { "If-None-Match": known.tag }) } });
    if (response.status === 304 && known) {
      await store.unit(["about"], "readwrite", (place) => void place("about").put({ ...known, at: now(), asked: turn }));
      return "same";
    }
    if (response.status === 401) {
      const { code } = await response.json();
      return /^device-/.test(code) ? "closed" : code === "not-signed-in" ? "signed-out" : "away";
    }
    if (!response.ok) return "away";
    const told = /** @type {Told} */ (await response.json());
    if (!Array.isArray(told.guests) || !told.rules || !told.keys) return "away"; // not an answer of ours
    await keepList(store, told, { tag: response.headers.get("ETag") ?? "", at: now(), asked: turn });
    return "new";
  } catch {
    return "away";
  }
}

/** Puts a list in the place of the one before, all of it or nothing.
 *  @param {import("./store.js").Store} store
 *  @param {Told} told
 *  @param {{ tag: string, at: number, asked: number }} when */
export async function keepList(store, told, when) {
  const { guests, now, ...ofTheEvent } = told;
  await store.unit(["list", "about"], "readwrite", (place) => {
    place("list").clear();
    for (const guest of guests) place("list").put(guest);
    place("about").put({ ...ofTheEvent, id: "list", count: guests.length, ahead: Date.parse(now) - when.at, ...when });
  });
}

/** Letters as they are compared: without marks, alefs and yehs as one. @param {string} text */
export function folded(text) {
  return text.normalize("NFKD").replace(/[\p{M}\u0640]/gu, "").toLowerCase()
    .replace(/[ٱأإآ]/g, "ا").replace(/ى/g, "ي").replace(/ة/g, "ه").replace(/[ؤ]/g, "و").replace(/[ئ]/g, "ي");
}

/** Guests whose name has words that begin so, in either script; or whose number it is.
 *  @param {import("./store.js").Store} store @param {string} text @param {number} [most] @returns {Promise<Listed[]>} */
export async function findListed(store, text, most = 20) {
  const wanted = folded(text).split(/\s+/).filter(Boolean);
  if (!wanted.length) return [];
  const guests = await store.unit(["list"], "readonly", (place) => done(place("list").getAll()));
  return guests.filter((guest) => {
    if (guest.kept) return false; // merged into another one
    const words = folded(`${guest.name ?? ""} ${guest.name_alt ?? ""} ${guest.number ?? ""}`).split(/[\s-]+/);
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  }).slice(0, most);
}
