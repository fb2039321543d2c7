// The phone reads a ticket as the laptop does: both hold the same vectors, with either way to verify a signature.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { examine, read, verifyByBrowser, verifyByNoble, verifySignature } from "./ticket.js";

const { event, keys, vectors } = JSON.parse(readFileSync(new URL("ticket_vectors.json", import.meta.url), "utf8"));

for (const [way, verify] of Object.entries({ WebCrypto: verifyByBrowser, noble: verifyByNoble })) {
  for (const { shown, text, ...wanted } of vectors) {
    test(`by ${way}, ${shown} is ${wanted.reading}`, async () => {
      const { reading, body, number } = await examine(text, event, keys, verify);
      assert.deepEqual({ reading, registration: body?.registration ?? null, serial: body?.serial ?? null, number }, wanted);
    });
  }
}

const isTrue = vectors.find(({ shown }) => shown === "a true ticket").text;

test("every single changed letter makes a true ticket false", async () => {
  for (let i = 0; i < isTrue.length; i += 1) {
    const changed = isTrue.slice(0, i) + (isTrue[i] === "Q" ? "R" : "Q") + isTrue.slice(i + 1);
    const { reading } = await examine(changed, event, keys);
    assert.equal(reading, "forged", `letter ${i}`);
  }
});

test("without keys nothing is taken for true", async () => {
  assert.equal((await examine(isTrue, event, {})).reading, "forged");
  assert.equal((await examine(isTrue, event, { constructor: [] })).reading, "forged");
});

test("a browser without Ed25519 verifies by the package", async (t) => {
  t.mock.method(crypto.subtle, "importKey", async () => {
    throw new DOMException("Unrecognized name.", "NotSupportedError");
  });
  assert.equal((await examine(isTrue, event, keys, verifySignature)).reading, "good");
});

test("digits of any script are a number", () => {
  assert.deepEqual(["٤٤", "۴۴", "४४", "44", "𝟒𝟒"].map((text) => read(text).number), [44, 44, 44, 44, 44]);
});
