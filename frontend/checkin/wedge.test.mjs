import assert from "node:assert/strict";
import { test } from "node:test";

class Field extends EventTarget {
  value = "";
}
globalThis.HTMLInputElement = Field;
globalThis.HTMLTextAreaElement = class {};
const { listenToWedge } = await import("./wedge.js");

const TICKET = "AFLEPUGH62UQDEYLF2IRC6V4RXXQCI2FM6E2WAHEBFDZOIXL6ADMUNQQCGR63EIUXJ6IDV4ESZLMASWY5OBWH27SNG6LY2TMQWXEIBLKVT54WWMCSIZAYRBAV27TYL5AKBZAB4RG5UDQC";

/** A page with one field, and what came of the keys: `type(text, gap)` types at this pace. */
function desk() {
  const field = new Field();
  const got = { codes: [], cuts: 0, field };
  let now = 1000;
  listenToWedge(field, (text) => got.codes.push(text), () => void (got.cuts += 1));
  const key = (code, letter, shiftKey = false) => {
    const event = Object.defineProperty(new Event("keydown", { cancelable: true }), "timeStamp", { value: now });
    Object.assign(event, { code, key: letter, shiftKey });
    field.dispatchEvent(event);
    if (!event.defaultPrevented && letter.length === 1) field.value += letter;
  };
  got.wait = (ms) => void (now += ms);
  got.type = (text, gap) => {
    for (const letter of text) {
      if (/[A-Z]/.test(letter)) key("ShiftLeft", "Shift", true);
      if (/[a-z]/i.test(letter)) key(`Key${letter.toUpperCase()}`, letter, /[A-Z]/.test(letter));
      else if (/\d/.test(letter)) key(`Digit${letter}`, letter);
      else key({ "-": "Minus", "/": "Slash", ":": "Semicolon", ".": "Period", " ": "Space" }[letter], letter, letter === ":");
      now += gap;
    }
  };
  got.enter = () => key("Enter", "Enter");
  return got;
}

test("a scanner's ticket is handed over whole and stands in no field", () => {
  const page = desk();
  page.field.value = "Zahra";
  page.type(TICKET, 4);
  page.enter();
  assert.deepEqual([page.codes, page.cuts, page.field.value], [[TICKET], 0, "Zahra"]);
});

for (const after of [1, 2, 3, 4, 5, 30, 139]) {
  for (const pause of [200, 900, 2500]) {
    test(`a scanner that stops for ${pause} ms after key ${after} loses nothing of a ticket`, () => {
      const page = desk();
      page.field.value = "Zah";
      page.type(TICKET.slice(0, after), 4);
      page.wait(pause);
      page.type(TICKET.slice(after), 4);
      page.enter();
      assert.deepEqual([page.codes, page.cuts, page.field.value], [[TICKET], 0, "Zah"]);
    });
  }
}

test("a scanner that stops at each of the first keys loses nothing, either", () => {
  const page = desk();
  for (const letter of TICKET.slice(0, 5)) {
    page.type(letter, 300);
  }
  page.type(TICKET.slice(5), 4);
  page.enter();
  assert.deepEqual([page.codes, page.field.value], [[TICKET], ""]);
});

test("what a person typed just before a scan stays, and is no part of the code", () => {
  const page = desk();
  page.type("qq", 300);
  page.type(TICKET, 4);
  page.enter();
  assert.deepEqual([page.codes, page.field.value], [[TICKET], "qq"]);
});

test("a ticket whose beginning is missing is not handed over: it is to be scanned again", () => {
  const page = desk();
  page.type(TICKET.slice(9), 4);
  page.enter();
  assert.deepEqual([page.codes, page.cuts, page.field.value], [[], 1, ""]);
  page.wait(1500);
  page.type(TICKET, 4);
  page.enter();
  assert.deepEqual([page.codes, page.cuts], [[TICKET], 1]);
});

test("somebody else's long code is handed over at the second scan", () => {
  const page = desk();
  for (let n = 0; n < 2; n += 1) {
    page.type("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 4);
    page.enter();
    page.wait(1500);
  }
  assert.deepEqual([page.codes, page.cuts], [["ABCDEFGHIJKLMNOPQRSTUVWXYZ"], 1]);
});

test("short codes and numbers are handed over as they are", () => {
  const page = desk();
  for (const code of ["0046", "ANOTHER-CODE-77", `https://mudhif.lan/t/${TICKET}`]) {
    page.type(code, 4);
    page.enter();
    page.wait(2000);
  }
  assert.deepEqual(page.codes, ["0046", "ANOTHER-CODE-77", `https://mudhif.lan/t/${TICKET}`]);
});

test("a person's words stay in their field, and Enter with them", () => {
  const page = desk();
  page.type("Haidar Fadhil", 90);
  page.enter();
  page.type("Ali", 70);
  page.enter();
  assert.deepEqual([page.codes, page.cuts, page.field.value], [[], 0, "Haidar FadhilAli"]);
});
