import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import test from "node:test";
import { base45, checksum, cut, fromBase45, Gathered, packed, PART_BYTES } from "./wayout_parts.js";

const bytesOf = (length, seed = 7) => Uint8Array.from({ length }, (_, n) => (n * 73 + seed * (n >> 3)) & 255);
const text = (bytes) => new TextDecoder().decode(bytes);

test("the letters are those of RFC 9285", () => {
  for (const [plain, letters] of [["AB", "BB8"], ["Hello!!", "%69 VD92EX0"], ["base-45", "UJCLQE7W581"], ["ietf!", "QED8WEX0"]]) {
    assert.equal(base45(new TextEncoder().encode(plain)), letters);
    assert.equal(text(fromBase45(letters)), plain);
  }
});

test("what is no such text is told apart", () => {
  for (const letters of ["A", "GGGG", "GGW", "::", "ab8"]) assert.equal(fromBase45(letters), null, letters);
});

test("the checksum is that of zip", () => {
  assert.equal(checksum(new TextEncoder().encode("123456789")), "CBF43926");
});

test("every length comes back whole, whatever the order, and however often a part is read", () => {
  for (const length of [1, 2, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 5 * PART_BYTES + 3]) {
    const bytes = bytesOf(length);
    const parts = cut(bytes);
    const seen = [...parts, ...parts].sort((one, other) => checksum(new TextEncoder().encode(one)) < checksum(new TextEncoder().encode(other)) ? -1 : 1);
    const gathered = new Gathered();
    const said = seen.map((part) => gathered.take(part));
    assert.equal(said.filter((word) => word === "whole").length, 1, String(length));
    assert.deepEqual(gathered.bytes(), bytes);
    assert.deepEqual(gathered.missing, []);
  }
});

test("codes of others are passed over, and say nothing of ours", () => {
  const gathered = new Gathered();
  const [first, ...rest] = cut(bytesOf(3 * PART_BYTES));
  gathered.take(first);
  for (const other of ["https://example.org", "MUDHIF/1/", "MUDHIF/1/00000000/2/1/00", "MUDHIF/1/00000000/1/9999/00", "MUDHIF/1/00000000/1/2/A"]) {
    assert.equal(gathered.take(other), "not-ours", other);
  }
  assert.deepEqual(gathered.missing, [2, 3]);
  assert.deepEqual(rest.map((part) => gathered.take(part)), ["new", "whole"]);
});

test("parts of two texts are never put together", () => {
  const [one, other] = [cut(bytesOf(2 * PART_BYTES, 1)), cut(bytesOf(2 * PART_BYTES, 2))];
  const gathered = new Gathered();
  assert.deepEqual([one[0], other[1]].map((part) => gathered.take(part)), ["new", "new"]);
  assert.deepEqual(gathered.missing, [1]);
});

test("a part that was changed on its way is noticed, and all are asked for anew", () => {
  const [first, second] = cut(bytesOf(2 * PART_BYTES));
  const gathered = new Gathered();
  gathered.take(first.slice(0, -3) + (first.endsWith("000") ? "100" : "000"));
  assert.equal(gathered.take(second), "broken");
  assert.deepEqual(gathered.missing, [1, 2]);
  assert.deepEqual([first, second].map((part) => gathered.take(part)), ["new", "whole"]);
});

test("what is packed is gzip and holds the same text", async () => {
  const given = JSON.stringify({ mudhif: "scans/1", scans: [{ name: "زهراء" }] });
  assert.equal(gunzipSync(await packed(given)).toString("utf-8"), given);
});
