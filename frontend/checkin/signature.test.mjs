import assert from "node:assert/strict";
import { test } from "node:test";

import { Drawing } from "./signature.js";

test("a drawing is its first points and the steps between", () => {
  const drawing = new Drawing();
  drawing.begin(10.4, 20);
  drawing.go(40, 20);
  drawing.go(41, 21); // as good as the last
  drawing.go(40, 60);
  drawing.begin(100, 100);
  assert.equal(drawing.toText(), "[[10,20,30,0,0,40],[100,100]]");
});

test("what goes over the edge stays at it", () => {
  const drawing = new Drawing();
  drawing.begin(-20, 500);
  drawing.go(1200, 500);
  assert.equal(drawing.toText(), "[[0,400,1000,0]]");
});

test("a drawing that is full takes nothing more, and a clear one does again", () => {
  const drawing = new Drawing();
  drawing.begin(0, 0);
  for (let at = 1; at < 5000; at += 1) drawing.go((at * 7) % 1000, (at * 11) % 400);
  assert.equal(drawing.isFull, true);
  assert.ok(drawing.toText().length < 24_000);
  assert.equal(drawing.begin(5, 5), null);
  drawing.clear();
  assert.deepEqual(drawing.begin(5, 5), [5, 5]);
});
