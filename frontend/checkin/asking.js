// The card that asks: the questions of the door, answered on the phone by the volunteer or the guest.
import { askFields } from "../core/questions.js";
import { fillNames } from "./card.js";

/** @typedef {import("./offline/phone.js").Shown} Answer */

/** Draws the card with the questions of a verdict.
 *  @param {HTMLElement} place @param {HTMLTemplateElement} template @param {Answer} answer
 *  @param {import("./card.js").Language} language
 *  @param {{ icons: string, answers?: Record<string, unknown> }} by  address of the symbols; what was answered just now
 *  @param {(answers: Record<string, unknown>) => void} onAnswered
 *  @returns {{ isTouched: boolean }} whether somebody has begun to answer */
export function askOn(place, template, answer, language, { icons, answers = {} }, onAnswered) {
  const state = { isTouched: false };
  place.replaceChildren(template.content.cloneNode(true));
  const form = /** @type {HTMLFormElement} */ (place.querySelector("form"));
  const container = /** @type {HTMLElement} */ (form.querySelector("[data-part='questions']"));
  const { words, write } = language;
  const say = form.querySelector(".say");
  if (say && answer.questions.length > 1) say.textContent = words.some_questions;
  fillNames(form, answer, language);
  const said = /** @type {import("../core/ask.js").Words} */ (Object.fromEntries(
    Object.entries(words).filter(([name]) => name.startsWith("ask_")).map(([name, sentence]) => [name.slice(4), sentence])));
  const asked = askFields(container, answer.questions, answers, { language: write.lang, words: said, icons });
  form.noValidate = true; // what is the matter is said beside each field, in the page's language
  for (const name of ["input", "change"]) form.addEventListener(name, () => void (state.isTouched = true));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const judged = asked.judge();
    if (Object.keys(judged.wrong).length || judged.missing.length) return;
    state.isTouched = false;
    onAnswered(judged.answers);
  });
  return state;
}
