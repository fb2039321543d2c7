// What the scanner's page is told: by the laptop where it answers, by the phone itself where it does not.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { newScan } from "../door.js";
import { keptLine } from "./kept.js";
import { Phone } from "./phone.js";
import { askAs } from "./post.js";
import { done, openStore } from "./store.js";
import { sorted } from "./worker.js";

const { event, keys, vectors } = JSON.parse(readFileSync(new URL("ticket_vectors.json", import.meta.url), "utf8"));
const TRUE = vectors[0].text;
const ZAHRA = { id: vectors[0].registration, name: "Zahra Kadhim", name_alt: "زهراء كاظم", kind: "participant",
  status: "registered", serial: 0, number: 44, inside: false, arrived: false };
const RULES = { kinds: null, gates: {}, opens: null, closes: null, capacity: null, reentry: true, questions: [] };
const json = (value, status = 200, headers = {}) => new Response(JSON.stringify(value), { status, headers });

/** A laptop behind fetch; `mode` says what becomes of a request. */
function laptop() {
  const here = { mode: "up", asked: [], scans: new Map() };
  here.ask = async (url, options = {}) => {
    here.asked.push([options.method ?? "GET", url]);
    if (here.mode === "down") throw new TypeError("Failed to fetch");
    if (here.mode === "hotel") return new Response("<html>Sign in to our Wi-Fi</html>", { status: 200 });
    if (here.mode === "revoked" && !url.endsWith("/batch")) return json({ code: "device-revoked", message: "Revoked." }, 401);
    if (here.mode === "signed-out") return json({ code: "not-signed-in", message: "Sign in." }, 401);
    if (url.endsWith("/list")) return json({ event, now: new Date().toISOString(), rules: RULES, keys, guests: [ZAHRA] }, 200, { ETag: '"1"' });
    const rows = JSON.parse(options.body);
    const answers = [rows].flat().map((row) => {
      if (here.mode === "revoked" && !row.verdict_shown) return { scan_id: row.scan_id, code: "read-too-late", message: "Too late." };
      here.scans.set(row.scan_id, row);
      return { scan_id: row.scan_id, outcome: "welcome", registration: { id: ZAHRA.id }, counts: { arrived: 1, registered: 1 } };
    });
    return json(Array.isArray(rows) ? answers : answers[0]);
  };
  return here;
}

async function phone(here, more = {}) {
  const states = [];
  const store = await openStore(event, new IDBFactory());
  const checkins = `/api/v1/events/${event}/checkins`;
  const made = new Phone(store, { checkins, device: "Rusul's phone", ask: here.ask, onState: (state) => states.push(state), ...more });
  await made.round();
  return { made, states, last: () => states[states.length - 1] };
}

const read = (made, what = { ticket: TRUE }) => made.present(newScan(what));

test("a laptop that answers is believed, by the short way, and nothing is kept", async () => {
  const here = laptop();
  const { made, last } = await phone(here);
  const answer = await read(made);
  await made.look();
  assert.deepEqual([answer.outcome, answer.kept, last().kept, last().listed], ["welcome", undefined, 0, 1]);
  assert.match(here.asked.at(-1)[1], /checkins$/);
});

for (const mode of ["down", "hotel"]) {
  test(`a laptop that is ${mode} is done without: the guest is in, and the scan is handed in later`, async () => {
    const here = laptop();
    const { made, last } = await phone(here);
    here.mode = mode;
    const answer = await read(made);
    assert.deepEqual([answer.outcome, answer.kept, answer.registration.name], ["welcome", true, "Zahra Kadhim"]);
    assert.equal(answer.checkin.id, answer.scan_id); // it can be taken back at once
    const again = await read(made);
    assert.deepEqual([again.outcome, again.first.device], ["already", "Rusul's phone"]);
    await made.round();
    assert.deepEqual([last().kept, last().isAway], [2, true]);
    here.mode = "up";
    await made.round();
    assert.deepEqual([last().kept, last().isAway], [0, false]);
    assert.deepEqual([...here.scans.values()].map((row) => row.verdict_shown), ["welcome", "already"]);
  });
}

test("a revoked phone forgets list and keys at once, and hands in what it had let in", async () => {
  const here = laptop();
  const { made, last } = await phone(here);
  here.mode = "down";
  await read(made);
  here.mode = "revoked";
  await made.round();
  assert.deepEqual([last().isClosed, last().listed, last().kept], [true, null, 0]);
  assert.equal(here.scans.size, 1);
  await assert.rejects(read(made), { code: "device-revoked" });
  assert.equal((await made.store.rows()).length, 0); // nobody would take it any more
});

test("a phone that was revoked learns it from its report, without a scan", async () => {
  const { made, last } = await phone(laptop(), { report: async () => "ended" });
  assert.deepEqual([last().isClosed, last().listed], [true, null]);
  assert.equal((await made.find("zahra")).length, 0);
});

test("a browser that was signed out says so, and keeps the scan", async () => {
  const here = laptop();
  const { made, last } = await phone(here);
  here.mode = "signed-out";
  await assert.rejects(read(made), /Sign in/);
  await made.round();
  assert.deepEqual([last().kept, last().trouble, last().listed], [1, "Sign in.", 1]);
});

test("where nobody is signed in any more, the phone asks as the device that it is", async () => {
  const asked = [];
  const ask = askAs({ csrf: "c", token: "t", ask: async (_url, options) => {
    asked.push([options.headers["X-CSRFToken"], options.headers.Authorization]);
    return options.headers.Authorization ? json({ ok: true }) : json({ code: asked.length > 2 ? "form-expired" : "not-signed-in" }, 400);
  } });
  assert.equal((await ask("/x")).status, 200);
  assert.equal((await ask("/x")).status, 200);
  assert.deepEqual(asked, [["c", undefined], [undefined, "Bearer t"], ["c", undefined], [undefined, "Bearer t"]]);
});

test("a guest is found by the beginning of any name, by number, in either script, without the laptop", async () => {
  const { made } = await phone(laptop());
  for (const text of ["zah", "KADHIM", "زهراء", "كاظم زه", "44"]) assert.equal((await made.find(text)).length, 1, text);
  for (const text of ["adhim", "", "  ", "٩"]) assert.equal((await made.find(text)).length, 0, text);
});

test("the file holds what is kept, as the laptop takes it", async () => {
  const here = laptop();
  const { made } = await phone(here);
  here.mode = "down";
  await read(made);
  const file = JSON.parse(await made.asFile());
  assert.deepEqual([file.mudhif, file.event, file.device, file.scans.length], ["scans/1", event, "Rusul's phone", 1]);
  assert.deepEqual(Object.keys(file.scans[0]).sort(), ["at", "scan_id", "ticket", "verdict_shown"]);
});

test("the line says what is kept and how old the list is, and is red after two minutes", () => {
  const words = { kept_here: "%(count)s kept", kept_since: "oldest %(minutes)s", set_aside: "aside: %(why)s", list_here: "List %(count)s, %(minutes)s",
    no_list: "no list", phone_closed: "closed" };
  const language = { words, write: { number: String } };
  const now = Date.parse("2024-03-07T09:10:00Z");
  const state = { kept: 0, oldest: null, bad: [], listed: 46, listAt: now - 61_000, isAway: false, trouble: null, isClosed: false };
  const line = (more) => {
    const { parts, isAlarming } = keptLine({ ...state, ...more }, language, now);
    return [parts.join(" · ").replace(/[\u2068\u2069]/g, ""), isAlarming];
  };
  assert.deepEqual(line({}), ["List 46, 1", false]);
  assert.deepEqual(line({ kept: 3, oldest: "2024-03-07T09:09:00Z" }), ["3 kept · List 46, 1", false]);
  assert.deepEqual(line({ kept: 3, oldest: "2024-03-07T09:08:00Z" }), ["3 kept · oldest 2 · List 46, 1", true]);
  assert.deepEqual(line({ bad: [{ code: "x", message: "no" }] }), ["aside: no · List 46, 1", true]);
  assert.deepEqual(line({ listed: null, listAt: null, isClosed: true }), ["closed", true]);
});

test("the worker keeps the scanner's page and files, and nothing of the API or of other pages", () => {
  const kind = sorted("https://192.168.8.2:8443/e/third/scan");
  const of = (path, isPage = false) => kind(new URL(path, "https://192.168.8.2:8443"), isPage);
  assert.equal(of("/e/third/scan", true), "page");
  assert.equal(of("/static/scan/scan.js"), "file");
  assert.equal(of("/static/scan/zxing_reader.wasm"), "file");
  assert.equal(of("/e/third/scan/app.webmanifest"), "file");
  for (const path of ["/api/v1/events/x/checkins/list", "/api/v1/static/x"]) assert.equal(of(path), "pass", path);
  for (const path of ["/e/third/desk", "/e/third/scanner", "/"]) assert.equal(of(path, true), "pass", path);
  assert.equal(of("https://elsewhere.example/static/scan.js"), "pass");
});

test("what is undone and signed far away follows its scan, in order, and the phone knows the guest is out", async () => {
  const here = laptop();
  const { made, last } = await phone(here);
  here.mode = "down";
  const { scan_id, who } = await read(made);
  assert.equal(await made.sign(newScan({ signs: scan_id, strokes: "[[0,0,90,90]]" })), null);
  assert.equal(await made.undo(newScan({ undoes: scan_id, reason: "by-mistake" }), who), null);
  assert.equal((await read(made)).outcome, "welcome");
  await made.look();
  assert.equal(last().kept, 4);
  here.mode = "up";
  await made.round();
  assert.equal(last().kept, 0);
  const kinds = [...here.scans.values()].map((row) => (row.undoes ? "undo" : row.signs ? "signature" : "scan"));
  assert.deepEqual(kinds, ["scan", "signature", "undo", "scan"]);
});

test("an undo with the laptop in reach is answered by it, and the phone alone knows it, too", async () => {
  const here = laptop();
  const { made, last } = await phone(here);
  const { scan_id, registration } = await read(made);
  const answer = await made.undo(newScan({ undoes: scan_id }), registration.id);
  assert.equal(answer.outcome, "welcome"); // this laptop answers all alike
  await made.look();
  assert.equal(last().kept, 0);
  here.mode = "down";
  assert.equal((await read(made)).outcome, "welcome");
});

test("where nobody is signed in any more, the list goes, and what is not handed in stays", async () => {
  const here = laptop();
  const { made, last } = await phone(here);
  here.mode = "down";
  await read(made);
  here.mode = "signed-out";
  await made.refresh();
  await made.look();
  assert.deepEqual([last().kept, last().listed], [1, null]);
  assert.deepEqual(await made.find("Zahra"), []);
});

test("a phone whose time is up far from the laptop forgets list and keys by itself, and keeps what it has to hand in", async () => {
  const here = laptop();
  const clock = { now: Date.now() };
  const expires = new Date(clock.now + 60_000).toISOString();
  const { made, last } = await phone(here, { now: () => clock.now, expires, over: "Closed." });
  here.mode = "down";
  await made.round();
  assert.equal((await read(made)).outcome, "welcome");
  clock.now += 60_000;
  await assert.rejects(read(made, { ticket: "44" }), { code: "device-expired", message: "Closed." });
  await made.look();
  assert.deepEqual([last().listed, last().isClosed, last().kept], [null, true, 1]);
  assert.deepEqual(await made.find("zahra"), []);
  const { length } = await made.store.unit(["about"], "readonly", (place) => done(place("about").getAll()));
  assert.equal(length, 0, "the keys lie there, too");
});

test("a phone's time is up by the laptop's clock, and one that the laptop still takes goes on", async () => {
  const here = laptop();
  const clock = { now: Date.now() - 3_600_000 }; // an hour behind the laptop
  const { made, last } = await phone(here, { now: () => clock.now, expires: new Date(Date.now() + 60_000).toISOString() });
  here.mode = "down";
  await made.round();
  assert.equal(last().isClosed, false);
  clock.now = Date.now() + 120_000; // the phone's clock is set, two minutes too far
  await made.look();
  assert.equal(last().isClosed, true);
  clock.now = Date.now();
  here.mode = "up";
  await made.round();
  await made.look();
  assert.deepEqual([last().isClosed, last().listed], [false, 1]);
});
