// The fields of questions: drawn on a phone that has no page from the laptop, and shown or hidden while somebody answers.
import { inLanguage, judgeAnswers, shown } from "./questions.js";

/** @typedef {import("./questions.js").Asked} Asked
 *  @typedef {{ optional: string, yes: string, no: string, none: string } & Record<string, string>} Words
 *    and a sentence for each word of `judgeAnswers`, `unanswered` among them */

const FEW = 8; // options that are shown whole

/** What is typed in the fields of these questions, by question.
 *  @param {ParentNode} container @param {Asked[]} questions */
export function given(container, questions) {
  /** @type {Record<string, any>} */
  const found = {};
  for (const { id, kind } of questions) {
    const fields = /** @type {HTMLInputElement[]} */ ([...container.querySelectorAll(`[name="q-${CSS.escape(id)}"]`)]);
    const ticked = fields.filter((field) => !/^(radio|checkbox)$/.test(field.type) || field.checked).map((field) => field.value);
    found[id] = kind === "choices" ? ticked : ticked[0] ?? "";
  }
  return found;
}

/** Show and hide the fields as they are answered, now and from now on.
 *  @param {HTMLElement} container @param {Asked[]} questions */
export function follow(container, questions) {
  const refresh = () => {
    const visible = new Set(shown(questions, given(container, questions)).map((question) => question.id));
    for (const field of container.querySelectorAll("[data-question]")) {
      /** @type {HTMLElement} */ (field).hidden = !visible.has(/** @type {HTMLElement} */ (field).dataset.question ?? "");
    }
  };
  for (const hint of container.querySelectorAll("[data-when]")) hint.remove(); // only for who sees all fields at once
  container.addEventListener("input", refresh);
  container.addEventListener("change", refresh);
  refresh();
}

/** Draw the fields of questions and follow them.
 *  @param {HTMLElement} container is emptied first
 *  @param {Asked[]} questions @param {Record<string, any>} answers as they were kept
 *  @param {{ language: string, words: Words, icons?: string }} how `icons`: address of the symbols
 *  @returns {{ given: () => Record<string, any>, judge: () => ReturnType<typeof judgeAnswers> }}
 *    `judge` writes beside each field what is the matter with it, and moves to the first */
export function askFields(container, questions, answers, how) {
  container.replaceChildren(...questions.map((question) => field(question, answers[question.id], how)));
  follow(container, questions);
  const judge = () => {
    const judged = judgeAnswers(questions, given(container, questions));
    /** @type {Record<string, string>} */
    const wrong = { ...judged.wrong, ...Object.fromEntries(judged.missing.map((id) => [id, "unanswered"])) };
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (container.querySelectorAll("[data-question]"))) {
      tell(box, wrong[box.dataset.question ?? ""], how.words);
    }
    const first = container.querySelector(".wrong input, .wrong select, .wrong textarea");
    if (first instanceof HTMLElement) first.focus();
    return judged;
  };
  return { given: () => given(container, questions), judge };
}

/** @param {HTMLElement} box @param {string | undefined} problem @param {Words} words */
function tell(box, problem, words) {
  const part = box.firstElementChild;
  part?.classList.toggle("wrong", Boolean(problem));
  box.querySelector(".err")?.remove();
  const input = box.querySelector("input, select");
  if (!problem) {
    input?.removeAttribute("aria-invalid");
    return;
  }
  const id = `q-${box.dataset.question}-err`;
  input?.setAttribute("aria-invalid", "true");
  input?.setAttribute("aria-describedby", id);
  part?.append(make("p", { class: "err", id }, words[problem] ?? problem));
}

/** @param {Asked} question @param {any} answer @param {{ language: string, words: Words, icons?: string }} how */
function field(question, answer, { language, words, icons }) {
  const name = `q-${question.id}`;
  const title = [inLanguage(question.title, language), ...(question.required ? [] : [" ", make("em", {}, words.optional)])];
  const help = inLanguage(question.help, language);
  const hint = help ? [make("p", { class: "hint", id: `${name}-hint` }, help)] : [];
  const options = (question.options ?? []).map((one) => ({ value: one.id, words: inLanguage(one.title, language) }));
  const box = make("div", { "data-question": question.id });
  const isOpen = ["text", "number", "date"].includes(question.kind) || !["choice", "choices", "yes-no"].includes(question.kind);
  if (isOpen || (question.kind === "choice" && options.length > FEW)) {
    const control = isOpen ? input(question, name, answer) : select(name, options, answer);
    if (help) control.setAttribute("aria-describedby", `${name}-hint`);
    box.append(make("div", { class: "field" }, make("label", { for: name }, ...title), control, ...hint));
    return box;
  }
  const isMany = question.kind === "choices";
  if (question.kind === "yes-no") options.push({ value: "yes", words: words.yes }, { value: "no", words: words.no });
  if (!isMany && !question.required) options.push({ value: "", words: words.none });
  const chosen = isMany ? answer ?? [] : [answer === true ? "yes" : answer === false ? "no" : answer ?? null];
  const boxes = options.map(({ value, words: said }, index) => {
    const tick = make("input", { type: isMany ? "checkbox" : "radio", name, value, ...(index ? {} : { id: name }) });
    /** @type {HTMLInputElement} */ (tick).checked = chosen.includes(value);
    if (isMany) tick.className = "box";
    return make("label", isMany ? { class: "tick" } : {}, tick, ...(isMany ? [make("span", {}, said)] : [symbol(icons), said]));
  });
  const list = make("div", { class: isMany ? "ticks" : question.kind === "yes-no" ? "pick" : "pick down" }, ...boxes);
  box.append(make("fieldset", help ? { "aria-describedby": `${name}-hint` } : {}, make("legend", {}, ...title), list, ...hint));
  return box;
}

/** @param {Asked} question @param {string} name @param {any} answer */
function input(question, name, answer) {
  const kinds = /** @type {Record<string, Record<string, string>>} */ ({
    number: { type: "text", inputmode: "decimal", dir: "ltr" }, date: { type: "date", dir: "ltr" },
  });
  return make("input", {
    class: "input", id: name, name, autocomplete: "off", value: String(answer ?? ""), ...(kinds[question.kind] ?? { dir: "auto" }),
    ...(question.required ? { required: "" } : {}),
  });
}

/** @param {string} name @param {{ value: string, words: string }[]} options @param {any} answer */
function select(name, options, answer) {
  const lines = [make("option", { value: "" }), ...options.map(({ value, words }) => make("option", { value }, words))];
  const made = /** @type {HTMLSelectElement} */ (make("select", { class: "input", id: name, name }, ...lines));
  made.value = answer ?? "";
  return made;
}

/** @param {string | undefined} icons */
function symbol(icons) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons ?? "/static/icons.svg"}#check`);
  svg.append(use);
  return svg;
}

/** @param {string} name @param {Record<string, string>} attributes @param {...(Node | string)} inside */
function make(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}
