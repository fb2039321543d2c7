// Where a phone stands: chosen once, remembered, and never a gate or a session that is no longer there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Place } from "./place.js";

const GATES = ["Main door", "Garden"];
const ITEMS = [{ id: "a", title: "Morning", day: 1, starts: null, ends: null }, { id: "b", title: "Afternoon", day: 1, starts: null, ends: null }];

function memory() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test("one gate is no choice, and is said", () => {
  const place = new Place("e", ["Main door"], memory());
  assert.deepEqual([place.isChoice, place.isOpen, place.said, place.words], [false, false, { gate: "Main door" }, "Main door"]);
  assert.deepEqual(new Place("e", [], memory()).said, {});
});

test("of several gates one is chosen and remembered, for this event alone", () => {
  const disk = memory();
  const place = new Place("e", GATES, disk);
  assert.deepEqual([place.isOpen, place.said], [true, {}]);
  place.choose({ gate: "Garden" });
  assert.deepEqual([place.isOpen, new Place("e", GATES, disk).said], [false, { gate: "Garden" }]);
  assert.deepEqual(new Place("another", GATES, disk).said, {});
  assert.equal(new Place("e", ["Main door", "Side"], disk).isOpen, true); // taken away meanwhile
});

test("an item is chosen where the gate does not lead to one", () => {
  const place = Object.assign(new Place("e", GATES, memory()), { items: ITEMS, gateItems: { Garden: "b" } });
  place.choose({ gate: "Main door" });
  assert.equal(place.isOpen, true);
  place.choose({ item: "a" });
  assert.deepEqual([place.isOpen, place.said, place.words], [false, { gate: "Main door", item: "a" }, "Main door · Morning"]);
  place.choose({ gate: "Garden" });
  assert.deepEqual([place.said, place.words], [{ gate: "Garden" }, "Garden · Afternoon"]);
});

test("what the browser remembers wrongly, or not at all, is no choice", () => {
  const broken = { getItem: () => "{", setItem: () => { throw new Error("private"); } };
  const place = new Place("e", GATES, broken);
  place.choose({ gate: "Garden" });
  assert.equal(place.gate, "Garden");
  assert.deepEqual(new Place("e", GATES, { getItem: () => "null", setItem: () => undefined }).said, {});
});
