// An event's questions on a page or a phone: the rules of mudhif/domain/questions.py, held to them by one table of cases
// (question_cases.json), and their fields. What belongs to a hidden question is dropped, here and on the laptop.

/** @typedef {Record<string, string>} Texts by language
 *  @typedef {{ id: string, title: Texts }} Option
 *  @typedef {{ question: string, is: any[] }} Condition
 *  @typedef {{ id: string, kind: string, title: Texts, help?: Texts | null, options?: Option[] | null,
 *    required?: boolean, shown_if?: Condition | null }} Asked
 *  @typedef {[any, string | null]} Read the answer, or what is the matter with it */

export { askFields } from "./ask.js";

const MAX_ANSWER = 1000;
const MAX_NUMBER = 10 ** 15;
const SPACES = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const UNSEEN = /[\x00-\x08\x0e-\x1f\x7f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const tidy = (/** @type {string} */ text) => text.replace(UNSEEN, "").normalize("NFC").replace(SPACES, " ").replace(/^ | $/g, "");
const latin = (/** @type {string} */ text) =>
  text.replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15));
const key = (/** @type {string} */ text) => latin(tidy(text)).toLowerCase();
const each = (/** @type {any} */ value) => (value === null || value === undefined ? [] : Array.isArray(value) ? value : [value]);
const same = (/** @type {any} */ one, /** @type {any} */ other) =>
  typeof one === "string" && typeof other === "string" ? key(one) === key(other) : one === other;

/** The text in that language, else in another one that there is.
 *  @param {Texts | null | undefined} texts @param {string} language */
export function inLanguage(texts, language) {
  return texts?.[language] || Object.values(texts ?? {}).find(Boolean) || "";
}

/** Read what was given; what nobody asked, and what belongs to a hidden question, is dropped.
 *  `wrong` says why an answer cannot be read, `missing` are required ones that are shown and have none.
 *  @param {Asked[]} questions @param {Record<string, any>} given
 *  @returns {{ answers: Record<string, any>, wrong: Record<string, string>, missing: string[] }} */
export function judgeAnswers(questions, given) {
  /** @type {{ answers: Record<string, any>, wrong: Record<string, string>, missing: string[] }} */
  const judged = { answers: {}, wrong: {}, missing: [] };
  for (const question of shown(questions, given)) {
    const [value, problem] = readAnswer(question, given[question.id]);
    if (problem) judged.wrong[question.id] = problem;
    else if (value !== null) judged.answers[question.id] = value;
    else if (question.required) judged.missing.push(question.id);
  }
  return judged;
}

/** The questions that are shown to whoever gave these answers; those that wait for each other are not.
 *  @param {Asked[]} questions @param {Record<string, any>} answers @returns {Asked[]} */
export function shown(questions, answers) {
  const byId = new Map(questions.map((question) => [question.id, question]));
  /** @type {Map<string, boolean>} */
  const known = new Map();

  const isShown = (/** @type {Asked} */ question) => {
    if (!known.has(question.id)) {
      known.set(question.id, false); // while it is asked: a circle ends here
      known.set(question.id, !question.shown_if || holds(question.shown_if));
    }
    return known.get(question.id) ?? false;
  };
  const holds = (/** @type {Condition} */ condition) => {
    const other = byId.get(condition.question);
    if (!other) return each(answers[condition.question]).some((value) => each(condition.is).some((one) => same(value, one)));
    if (!isShown(other)) return false;
    const targets = each(condition.is).flatMap((given) => each(readAnswer(other, given)[0]));
    return each(readAnswer(other, answers[other.id])[0]).some((one) => targets.some((target) => same(one, target)));
  };
  return [...byId.values()].filter(isShown);
}

/** The answer in the form in which it is kept, null where nothing was answered; or what is the matter with it.
 *  @param {Asked} question @param {any} given @returns {Read} */
export function readAnswer(question, given) {
  if (typeof given === "string") given = tidy(given);
  if (Array.isArray(given)) {
    given = given.map((one) => (typeof one === "string" ? tidy(one) : one)).filter((one) => one !== null && one !== "");
  }
  if (given === null || given === undefined || given === "" || (Array.isArray(given) && !given.length)) return [null, null];
  return (READERS[question.kind] ?? readText)(question, given);
}

/** @param {Asked} _question @param {any} given @returns {Read} */
function readText(_question, given) {
  if (typeof given !== "string") return [null, "no-text"];
  return [...given].length > MAX_ANSWER ? [null, "too-long"] : [given, null];
}

/** @param {Asked} _question @param {any} given @returns {Read} */
function readNumber(_question, given) {
  if (typeof given === "string") {
    let text = latin(given).replace(/[٬’' _]/g, "").replace(/٫/g, ".").replace(/،/g, ",").replace(/\u2212/g, "-");
    text = /^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$/.test(text) ? text.replace(/,/g, "") : text.replace(",", ".");
    if (!/^[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)$/.test(text) || text.length > 40) return [null, "no-number"];
    given = Number(text);
  }
  if (typeof given !== "number" || !(Math.abs(given) <= MAX_NUMBER)) return [null, "no-number"];
  return [given === 0 ? 0 : given, null]; // never -0
}

/** As ISO has it, or the day first, as it is written in Iraq; never the month first.
 *  @param {Asked} _question @param {any} given @returns {Read} */
function readDate(_question, given) {
  const text = typeof given === "string" ? latin(given).replace(/ /g, "") : "";
  const iso = text.match(/^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})$/);
  const dayFirst = text.match(/^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})$/);
  const parts = iso ? iso.slice(1) : dayFirst ? dayFirst.slice(1).reverse() : null;
  if (!parts) return [null, "no-date"];
  const [year, month, day] = parts.map(Number);
  const found = new Date(Date.UTC(year, month - 1, day));
  const stands = found.getUTCMonth() === month - 1 && found.getUTCDate() === day && year >= 1900 && year <= 2200;
  return stands ? [found.toISOString().slice(0, 10), null] : [null, "no-date"];
}

const YES = ["yes", "y", "true", "1", "نعم"];
const NO = ["no", "n", "false", "0", "لا", "كلا"];

/** @param {Asked} _question @param {any} given @returns {Read} */
function readYesNo(_question, given) {
  if (typeof given === "string") given = YES.includes(key(given)) ? true : NO.includes(key(given)) ? false : given;
  return typeof given === "boolean" ? [given, null] : [null, "no-yes-no"];
}

/** @param {Asked} question @param {any} given @returns {Read} */
function readChoice(question, given) {
  if (Array.isArray(given) && given.length === 1) given = given[0];
  const id = typeof given === "string" ? option(question, given) : null;
  return id === null ? [null, "no-choice"] : [id, null];
}

/** @param {Asked} question @param {any} given @returns {Read} */
function readChoices(question, given) {
  const parts = typeof given === "string" ? split(question, given) : Array.isArray(given) ? given : [null];
  const chosen = parts.map((part) => (typeof part === "string" ? option(question, part) : null));
  if (chosen.includes(null)) return [null, "no-choice"];
  const kept = (question.options ?? []).map((one) => one.id).filter((id) => chosen.includes(id));
  return [kept.length ? kept : null, null];
}

/** A comma divides only what is not an option as it stands.
 *  @param {Asked} question @param {string} text */
function split(question, text) {
  if (option(question, text) !== null) return [text];
  const parts = text.split(/[;؛]/).flatMap((part) => (option(question, part) === null ? part.split(/[,،]/) : [part]));
  return parts.map(tidy).filter(Boolean);
}

/** An option's id by its id or one of its titles.
 *  @param {Asked} question @param {string} text @returns {string | null} */
function option(question, text) {
  const options = question.options ?? [];
  const wanted = key(text);
  const found = options.find((one) => one.id === text)
    ?? options.find((one) => Object.values(one.title).some((title) => key(title) === wanted));
  return found?.id ?? null;
}

/** @type {Record<string, (question: Asked, given: any) => Read>} */
const READERS = {
  text: readText, number: readNumber, choice: readChoice, choices: readChoices, date: readDate, "yes-no": readYesNo,
};
