import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inLanguage, judgeAnswers, shown } from "./questions.js";

const table = JSON.parse(readFileSync(new URL("question_cases.json", import.meta.url), "utf8"));
const byId = Object.fromEntries(table.questions.map((question) => [question.id, question]));

for (const one of table.cases) {
  test(one.case, () => {
    const questions = one.questions.map((id) => byId[id]);
    assert.deepEqual(shown(questions, one.given).map((question) => question.id), one.shown);
    const { answers, wrong, missing } = judgeAnswers(questions, one.given);
    assert.deepEqual({ answers, wrong, missing }, { answers: one.answers, wrong: one.wrong, missing: one.missing });
    assert.deepEqual(judgeAnswers(questions, { ...one.given, ...answers }).answers, answers);
  });
}

test("a text that is not there in this language is given in another", () => {
  assert.equal(inLanguage({ en: "Lunch?", ar: "" }, "ar"), "Lunch?");
  assert.equal(inLanguage({ en: "Lunch?", ar: "غداء؟" }, "ar"), "غداء؟");
  assert.equal(inLanguage(null, "ar"), "");
});
