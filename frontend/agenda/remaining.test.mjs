import assert from "node:assert/strict";
import { test } from "node:test";
import { digits, lit, milestone, phase, secondsLeft, wallClock } from "./remaining.js";
import { offsetOf } from "./steady.js";

const told = { phase: "running", elapsed: 600_000, planned: 1800, at: 5_000, warn: 300, dark: false, turn: 1, wall: 0, zone: 0 };

test("it counts by the steady clock from what the laptop said", () => {
  assert.equal(secondsLeft(told, 5_000), 1200);
  assert.equal(secondsLeft(told, 5_999), 1200);
  assert.equal(secondsLeft(told, 6_000), 1199);
  assert.equal(secondsLeft(told, 5_000 + 1_201_000), -1);
});

test("a pause stands still, whatever the clock does", () => {
  assert.equal(secondsLeft({ ...told, phase: "paused" }, 999_999), 1200);
});

test("an unknown end stays unknown", () => {
  assert.equal(secondsLeft({ ...told, planned: null }, 6_000), null);
  assert.equal(digits(null), "–:––");
  assert.equal(lit(84, null, null), 0);
});

test("a clock of the device that is a little behind never adds time", () => {
  assert.equal(secondsLeft(told, 4_000), 1200);
});

test("digits are minutes and seconds, hours where there are any, a plus when over", () => {
  assert.deepEqual([760, 59, 0, 3900, -135].map(digits), ["12:40", "0:59", "0:00", "1:05:00", "+2:15"]);
});

test("the field changes at the warning and when it is over", () => {
  assert.deepEqual([301, 300, 0, -1].map((s) => phase(told, s)), ["run", "warn", "warn", "over"]);
  assert.equal(phase({ ...told, phase: "paused" }, -5), "paused");
});

test("the ribs show the share that is left, all of them once it is over", () => {
  assert.deepEqual([1800, 900, 1, 0, -1].map((s) => lit(84, s, 1800)), [84, 42, 1, 0, 84]);
});

test("the clock on the wall goes on from what was told, in the venue's zone", () => {
  const nine = { ...told, wall: Date.UTC(2024, 2, 7, 6, 0, 0), zone: 3 * 3600_000 };
  assert.equal(wallClock(nine, 5_000 + 61_000, true), "09:01:01");
  assert.equal(wallClock(nine, 5_000, false), "09:00");
});

test("the warning and the end are said once, and not after time was added", () => {
  assert.equal(milestone(301, 300, 300), "warn");
  assert.equal(milestone(300, 299, 300), null);
  assert.equal(milestone(0, -1, 300), "end");
  assert.equal(milestone(-1, -2, 300), null);
  assert.equal(milestone(200, 260, 300), null);
});

test("of eight pings the one with the shortest way counts", () => {
  const slow = { sent: 0, back: 400, steady: 10_390 };
  const quick = { sent: 500, back: 504, steady: 10_502 };
  assert.deepEqual(offsetOf([slow, quick, slow]), { offset: 10_000, trip: 4 });
  assert.equal(offsetOf([]), null);
});
