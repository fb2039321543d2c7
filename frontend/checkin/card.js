// The card of an outcome: a drawing, a word, the name in both scripts, the reason, two actions. All of its words stand
// in the page's templates, one for each outcome; here the blanks are filled.
import { filled, namesInOrder, scriptOf } from "./words.js";

/** @typedef {import("./offline/phone.js").Shown} Answer */
/** @typedef {{ words: Record<string, string>, write: ReturnType<typeof import("./words.js").writer> }} Language */

/** @param {ParentNode} card @param {string} part @param {string | null | undefined} text @param {string} [lang] */
function fill(card, part, text, lang) {
  const place = card.querySelector(`[data-part="${part}"]`);
  if (!(place instanceof HTMLElement)) return;
  if (text) place.textContent = text;
  if (text && lang) place.lang = lang;
  if (!place.textContent?.trim()) place.closest("p")?.remove();
}

const AFTERWARDS = ["undone", "signed"]; // cards of what follows a scan

/** What stands below the name. @param {Answer} answer @param {Language} language */
function why({ outcome, first, reason, registration, checkin, kept, unlisted }, { words, write }) {
  const marks = [unlisted && words.unlisted, kept && words.kept];
  if (outcome === "already" && first) {
    const values = { time: write.hour(first.at), device: first.device ?? "", gate: first.gate ?? "" };
    if (!first.device) return filled(words.came, values);
    return filled(first.gate ? words.came_by_at : words.came_by, values);
  }
  if (outcome === "not-allowed") return words[`not_allowed_${reason}`];
  if (outcome === "left") return joined([checkin && filled(words.left, { time: write.hour(checkin.at) }), ...marks]);
  return outcome === "welcome" ? joined([registration?.organisation, ...marks]) : null;
}

/** @param {(string | null | undefined | false)[]} parts */
function joined(parts) {
  return parts.filter(Boolean).join(" · ");
}

/** A note with what it is about; in whichever script the note is, it stays whole behind that.
 *  @param {string | undefined} flag @param {string | null} text */
function flagged(flag, text) {
  return flag && text ? filled("%(flag)s: %(text)s", { flag, text }) : flag ?? text;
}

/** Who it is, of which kind, and what the volunteer should know.
 *  @param {ParentNode} card @param {Answer | null} answer @param {Language} language */
export function fillNames(card, answer, { words, write }) {
  const guest = answer?.registration;
  const [who, alt] = guest ? namesInOrder(guest, write.lang) : [null, null];
  fill(card, "who", who, who ? scriptOf(who) : undefined);
  fill(card, "alt", alt, alt ? scriptOf(alt) : undefined);
  const note = guest?.note;
  fill(card, "note", note ? flagged(words[`flag_${note.flag}`], note.text) : null);
  fill(card, "kind", guest && (words[`kind_${guest.kind}`] ?? guest.kind));
  if (guest) card.querySelector(".kind")?.setAttribute("data-kind", guest.kind);
}

/** @param {Document} page @param {string} name @param {Answer | null} answer @param {Language} language
 *  @returns {DocumentFragment} */
export function outcomeCard(page, name, answer, language) {
  const template = page.getElementById(`outcome-${name}`) ?? page.getElementById("outcome-unknown");
  const card = /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (template).content.cloneNode(true));
  const guest = answer?.registration;
  fillNames(card, answer, language);
  if (answer && AFTERWARDS.includes(name)) {
    const said = [card.querySelector("[data-part='why']")?.textContent, answer.kept && language.words.kept];
    fill(card, "why", said.filter(Boolean).join(" "));
  } else fill(card, "why", answer ? why(answer, language) : null);
  if (!guest) for (const button of card.querySelectorAll("[data-act='force']")) button.remove();
  if (!answer?.checkin) for (const button of card.querySelectorAll("[data-act='undo']")) button.remove();
  if (!guest && !answer?.who) for (const button of card.querySelectorAll("[data-act='sign']")) button.remove();
  return card;
}

/** The laptop has refused a scan: its own sentence, and no second try where this phone was closed.
 *  @param {ParentNode} card @param {Error & { isTheEnd?: boolean }} error */
export function sayWhy(card, error) {
  fill(card, "why", error.message);
  if (error.isTheEnd) card.querySelector("[data-act='again']")?.remove();
}
