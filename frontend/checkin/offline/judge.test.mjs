// The phone's judge against the very table that the laptop's judge runs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { judge } from "./judge.js";

const table = new URL("../../../plugins/checkin/mudhif_checkin/judge_cases.json", import.meta.url);
const { unless_said: unlessSaid, cases } = JSON.parse(readFileSync(table, "utf8"));

for (const given of cases) {
  test(`the phone's judge holds: ${given.holds}`, () => {
    const filled = (part) => ({ ...unlessSaid[part], ...given[part] });
    const holder = given.holder === null ? null : filled("holder");
    const said = judge(given.reading ?? unlessSaid.reading, holder, filled("door"), filled("before"), filled("scan"));
    assert.deepEqual(said, filled("verdict"));
  });
}

test("the table has at least 150 cases", () => assert.ok(cases.length >= 150, `${cases.length}`));
