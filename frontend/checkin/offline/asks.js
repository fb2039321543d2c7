// Which of the door's questions are put to a guest, as the plugin's `asking.py` has it: pure, and without the answers that
// stay on the laptop.
import { judgeAnswers } from "../../core/questions.js";

/** @typedef {import("../../core/questions.js").Asked} Asked */

/** What is still to be put to a guest: a condition on what was answered before is met, or the laptop would not ask.
 *  @param {readonly Asked[]} questions  of the door @param {readonly string[]} asks  of this guest @returns {Asked[]} */
export function openQuestions(questions, asks) {
  return questions.filter(({ id }) => asks.includes(id))
    .map((question) => (question.shown_if && asks.includes(question.shown_if.question) ? question : { ...question, shown_if: null }));
}

/** The ids of what must be answered and is not. @param {Asked[]} open @param {Record<string, unknown>} answers */
export const missing = (open, answers) => judgeAnswers(open, answers).missing;
