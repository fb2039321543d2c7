// Nothing is lost and nothing counts twice: whatever the network does, wherever the phone dies.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { newScan } from "../door.js";
import { keepList, refreshList } from "./list.js";
import { Away, Outbox, Turned } from "./outbox.js";
import { postTo } from "./post.js";
import { done, openStore, Store } from "./store.js";

const { event, keys, vectors } = JSON.parse(readFileSync(new URL("ticket_vectors.json", import.meta.url), "utf8"));
const ticket = (shown) => vectors.find((vector) => vector.shown === shown).text;
const TRUE = ticket("a true ticket");
const ZAHRA = vectors[0].registration;
const RULES = { kinds: null, gates: {}, opens: null, closes: null, capacity: null, reentry: true, questions: [] };
const guest = (more = {}) => ({
  id: ZAHRA, name: "Zahra Kadhim", name_alt: "زهراء كاظم", kind: "participant", status: "registered", serial: 0,
  number: 44, inside: false, arrived: false, ...more,
});
const told = (guests = [guest()], rules = {}) => ({ event, now: new Date().toISOString(), rules: { ...RULES, ...rules }, keys, guests });

/** Numbers that come again with the same seed. @param {number} seed */
function dice(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A laptop that keeps the rule of the scan id, and who is in; `people` may be shared by several. */
class Laptop {
  constructor() {
    this.scans = new Map(); // by id, in the order in which they came to be known
    this.inside = new Set();
  }

  post = async (rows) => rows.map((row) => this.take(row));

  take({ scan_id, ticket: shown, registration, verdict_shown }) {
    const known = this.scans.get(scan_id);
    if (known) return known.answer;
    const who = registration ?? (shown === TRUE ? ZAHRA : shown);
    const outcome = this.inside.has(who) ? "already" : "welcome";
    this.inside.add(who);
    const answer = { scan_id, outcome, registration: { id: who } };
    this.scans.set(scan_id, { answer, verdict_shown });
    return answer;
  }
}

/** A phone; `factory` is its disk, which outlives every page. */
async function phone(factory, post, list = told()) {
  const store = await openStore(event, factory);
  if (list) await keepList(store, list, { tag: '"1"', at: Date.now(), asked: 0 });
  return new Outbox(store, post);
}

const away = async () => {
  throw new Away("the cable is cut");
};
const scan = (more = { ticket: TRUE }) => newScan(more);

/** Keeps a scan and judges it on the phone. */
async function readHere(outbox, what = scan()) {
  await outbox.keep(what);
  return outbox.judgeHere(what);
}

test("a ticket of the list is welcome, kept, and known as used", async () => {
  const outbox = await phone(new IDBFactory(), away);
  const first = await readHere(outbox);
  assert.deepEqual([first.outcome, first.reading, first.guest.name], ["welcome", "good", "Zahra Kadhim"]);
  assert.equal((await readHere(outbox)).outcome, "already");
  const rows = await outbox.store.rows();
  assert.deepEqual(rows.map((row) => row.verdict_shown), ["welcome", "already"]);
});

test("a true ticket that is not on the list is let in with its mark, once", async () => {
  const outbox = await phone(new IDBFactory(), away, told([]));
  const here = await readHere(outbox);
  assert.deepEqual([here.outcome, here.reading, here.guest], ["welcome", "unlisted", null]);
  assert.equal((await readHere(outbox)).outcome, "already");
});

test("what is forged, of another event, withdrawn or unknown stays outside", async () => {
  const outbox = await phone(new IDBFactory(), away, told([guest({ serial: 1 })]));
  for (const [shown, outcome] of [
    ["a ticket that a stranger signed", "forged"], ["a true ticket of another event", "wrong-event"],
    ["a true ticket", "revoked"], ["a true ticket of a later serial", "welcome"], ["a word", "unknown"],
  ]) {
    assert.equal((await readHere(outbox, scan({ ticket: ticket(shown) }))).outcome, outcome, shown);
  }
});

test("a number and a guest found by name are judged by the list", async () => {
  const outbox = await phone(new IDBFactory(), away, told([guest(), guest({ id: "b", number: 7 }), guest({ id: "c", number: 7 })]));
  assert.equal((await readHere(outbox, scan({ ticket: "٤٤" }))).guest.id, ZAHRA);
  assert.equal((await readHere(outbox, scan({ ticket: "7" }))).outcome, "unknown"); // two of this number
  assert.equal((await readHere(outbox, scan({ registration: "b" }))).outcome, "welcome");
});

test("somebody registered twice and merged goes in once, by either ticket", async () => {
  const outbox = await phone(new IDBFactory(), away, told([guest({ kept: "b" }), guest({ id: "b", number: 7, name: "Zahra" })]));
  const first = await readHere(outbox);
  assert.deepEqual([first.outcome, first.guest.id], ["welcome", "b"]);
  assert.equal((await readHere(outbox, scan({ registration: "b" }))).outcome, "already");
  assert.equal((await readHere(outbox, scan({ ticket: "7" }))).outcome, "already");
});
test("without any list nothing is invented, and the scan is kept", async () => {
  const outbox = await phone(new IDBFactory(), away, null);
  assert.equal((await readHere(outbox)).outcome, "unknown");
  assert.equal((await outbox.store.rows()).length, 1);
});

test("the hall is full for the phone when so many are inside by its list and its own scans", async () => {
  const guests = [guest(), guest({ id: "b", inside: true, arrived: true }), guest({ id: "c" })];
  const outbox = await phone(new IDBFactory(), away, told(guests, { capacity: 2 }));
  assert.equal((await readHere(outbox)).outcome, "welcome");
  assert.equal((await readHere(outbox, scan({ registration: "c" }))).outcome, "full");
  assert.equal((await readHere(outbox, scan({ registration: "b", direction: "out" }))).outcome, "left");
  assert.equal((await readHere(outbox, scan({ registration: "c" }))).outcome, "welcome");
});

test("a hall that was full yesterday, or for another item of the agenda, has its places today", async () => {
  const yesterday = { inside: true, arrived: true, at: "2024-03-06T07:00:00Z", item: "talk" };
  const guests = [guest(), guest({ id: "b", ...yesterday }), guest({ id: "c" })];
  const today = { at: "2024-03-07T07:00:00Z" };
  for (const [once, item] of [["day", "talk"], ["item", "workshop"]]) {
    const outbox = await phone(new IDBFactory(), away, { ...told(guests, { capacity: 1 }), once, zone: "Asia/Baghdad" });
    assert.equal((await readHere(outbox, scan({ ticket: TRUE, ...today, item }))).outcome, "welcome", once);
    assert.equal((await readHere(outbox, scan({ ...today, item, registration: "c" }))).outcome, "full", once);
  }
  const outbox = await phone(new IDBFactory(), away, { ...told(guests, { capacity: 1 }), once: "event" });
  assert.equal((await readHere(outbox, scan({ ticket: TRUE, ...today }))).outcome, "full");
});

const YES_NO = { id: "diet", kind: "yes-no", title: { en: "Any diet?" }, required: true };
const WHICH = { id: "which", kind: "text", title: { en: "Which?" }, required: true, shown_if: { question: "diet", is: [true] } };
const asking = (asks) => ({ ...told([guest({ asks })]), questions: [YES_NO, WHICH] });

test("questions are asked without the laptop, too, all on one card, and the answers go along", async () => {
  const outbox = await phone(new IDBFactory(), away, asking(["diet", "which"]));
  const asked = await readHere(outbox);
  assert.deepEqual([asked.outcome, asked.questions.map(({ id }) => id)], ["needs-answers", ["diet", "which"]]);
  assert.deepEqual((await readHere(outbox, scan({ ticket: TRUE, answers: { diet: true } }))).questions.length, 2);
  const answers = { diet: true, which: "no salt" };
  assert.equal((await readHere(outbox, scan({ ticket: TRUE, answers }))).outcome, "welcome");
  assert.deepEqual((await outbox.store.rows())[2].answers, answers);
  await readHere(outbox, scan({ ticket: TRUE, direction: "out" }));
  assert.equal((await readHere(outbox)).outcome, "welcome"); // who has answered is not asked anew
});

test("who is asked nothing goes in, and a follower of what was answered before is asked alone", async () => {
  assert.equal((await readHere(await phone(new IDBFactory(), away, asking(undefined)))).outcome, "welcome");
  const { questions } = await readHere(await phone(new IDBFactory(), away, asking(["which"])));
  assert.deepEqual(questions.map(({ id, shown_if }) => [id, shown_if]), [["which", null]]);
});

test("where a check-in holds for one item of the agenda, the next one asks for another", async () => {
  const list = { ...told([guest()], { items: { "Hall B": "second" } }), once: "item", zone: "Asia/Baghdad" };
  const outbox = await phone(new IDBFactory(), away, list);
  const at = (more) => readHere(outbox, scan({ ticket: TRUE, ...more }));
  assert.equal((await at({ item: "first" })).outcome, "welcome");
  assert.equal((await at({ item: "first" })).outcome, "already");
  assert.equal((await at({ gate: "Hall B" })).outcome, "welcome");
  assert.equal((await at({ item: "second" })).outcome, "already");
});

test("a gate and the hour of a kind hold without the laptop", async () => {
  const outbox = await phone(new IDBFactory(), away, told([guest()], { gates: { participant: ["side"] }, closes: "2020-01-01T00:00:00Z" }));
  assert.equal((await readHere(outbox, scan({ ticket: TRUE, gate: "main" }))).reason, "gate");
  assert.equal((await readHere(outbox, scan({ ticket: TRUE, gate: "side" }))).reason, "closed");
});

test("doors open by the laptop's clock", async () => {
  const opens = new Date(Date.now() + 3_600_000).toISOString();
  const late = { ...told([guest()], { opens }), now: new Date(Date.now() + 7_200_000).toISOString() };
  const outbox = await phone(new IDBFactory(), away, late);
  assert.equal((await readHere(outbox)).outcome, "welcome");
});

test("used tickets are remembered after they were sent, and a newer list says more", async () => {
  const laptop = new Laptop();
  const outbox = await phone(new IDBFactory(), laptop.post);
  await readHere(outbox);
  await outbox.send();
  assert.deepEqual(await outbox.store.rows(), []);
  assert.equal((await readHere(outbox)).outcome, "already");
  // The desk took it back; the list that was asked for after our scan was known says so.
  await outbox.send();
  await keepList(outbox.store, told(), { tag: '"2"', at: Date.now(), asked: 99 });
  assert.equal((await readHere(outbox)).outcome, "welcome");
});

test("a row leaves only on an answer that names its scan id", async () => {
  for (const answers of [[], [{}], [{ scan_id: "other", outcome: "welcome" }], { ok: true }, null, "<html>", [null]]) {
    const outbox = await phone(new IDBFactory(), async () => answers);
    await readHere(outbox);
    await outbox.send().catch(() => undefined);
    assert.equal((await outbox.store.rows()).length, 1, JSON.stringify(answers));
  }
});

test("no status makes a row leave: the queue is as long as before", async () => {
  for (const status of [200, 204, 301, 400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503]) {
    for (const body of ["<html>login to the hotel's Wi-Fi</html>", "", '{"code":"x","message":"y"}']) {
      const ask = async () => new Response(status === 204 ? null : body, { status });
      const outbox = await phone(new IDBFactory(), postTo("/checkins", { ask }));
      await readHere(outbox);
      await outbox.send().catch(() => undefined);
      assert.equal((await outbox.store.rows()).length, 1, `${status} ${body}`);
    }
  }
});

test("a bad row is set aside with its reason and holds up no other", async () => {
  const laptop = new Laptop();
  const outbox = await phone(new IDBFactory(), async (rows) => rows.map((row) =>
    row.registration === "bad" ? { scan_id: row.scan_id, code: "not-allowed", message: "no" } : laptop.take(row)));
  for (const registration of ["a", "bad", "b"]) await readHere(outbox, scan({ registration }));
  await outbox.send();
  const rows = await outbox.store.rows();
  assert.deepEqual(rows.map((row) => [row.registration, row.bad.code]), [["bad", "not-allowed"]]);
  assert.equal(laptop.scans.size, 2);
});

test("a row that makes the laptop refuse the whole lot is found by halves", async () => {
  for (const status of [422, 500]) {
    const laptop = new Laptop();
    const outbox = await phone(new IDBFactory(), async (rows) => {
      if (rows.some((row) => row.registration === "poison")) throw new Turned(status, "broken", "no");
      return laptop.post(rows);
    });
    for (let i = 0; i < 9; i += 1) await readHere(outbox, scan({ registration: i === 4 ? "poison" : `g${i}` }));
    await outbox.send();
    const rows = await outbox.store.rows();
    assert.deepEqual(rows.map((row) => row.registration), ["poison"], `${status}`);
    assert.equal(Boolean(rows[0].bad), status === 422); // a fault of the laptop's is tried again
    assert.equal(laptop.scans.size, 8);
  }
});

test("a phone that was revoked keeps its queue and is told apart from a wrong scan", async () => {
  const outbox = await phone(new IDBFactory(), async () => {
    throw new Turned(401, "device-revoked", "revoked");
  });
  await readHere(outbox);
  await assert.rejects(outbox.send(), (error) => error.isOfThePhone);
  await outbox.store.wipe();
  assert.equal((await outbox.store.rows()).length, 1);
  assert.equal((await readHere(outbox)).outcome, "unknown"); // neither list nor keys are left
});

test("scans are sent in the order in which they were read", async () => {
  const sent = [];
  const outbox = await phone(new IDBFactory(), async (rows) => rows.map((row) => {
    sent.push(row.registration);
    return { scan_id: row.scan_id, outcome: "welcome", registration: null };
  }));
  const order = Array.from({ length: 120 }, (_, i) => `g${i}`);
  for (const registration of order) await readHere(outbox, scan({ registration }));
  await Promise.all([outbox.send(), outbox.send()]); // two calls are one
  assert.deepEqual(sent, order);
});

test("an answer that came while the phone judged by itself counts as it was shown", async () => {
  const laptop = new Laptop();
  let outbox;
  const shown = scan();
  let late = true;
  outbox = await phone(new IDBFactory(), async (rows) => {
    const answers = await laptop.post(rows);
    if (late) await outbox.judgeHere(shown); // patience ended before the answer came
    late = false;
    return answers;
  });
  await outbox.keep(shown);
  await outbox.send();
  assert.deepEqual((await outbox.store.rows()).map((row) => row.verdict_shown), ["welcome"]);
  await outbox.send();
  assert.deepEqual(await outbox.store.rows(), []);
  assert.equal(laptop.scans.size, 1);
});

test("two phones that let the same ticket in apart are both kept by the laptop, and it knows what they showed", async () => {
  const laptop = new Laptop();
  const [one, other] = [await phone(new IDBFactory(), laptop.post), await phone(new IDBFactory(), laptop.post)];
  assert.equal((await readHere(one)).outcome, "welcome");
  assert.equal((await readHere(other)).outcome, "welcome");
  await Promise.all([one.send(), other.send()]);
  const kept = [...laptop.scans.values()];
  assert.deepEqual(kept.map(({ answer, verdict_shown }) => [answer.outcome, verdict_shown]),
    [["welcome", "welcome"], ["already", "welcome"]]);
  assert.equal(laptop.inside.size, 1);
});

// ---------------------------------------------------------------- a network that lies, a phone that dies

/** A network that loses questions and answers, sends twice, and mixes the order of answers and of what is in them. */
function badNetwork(laptop, roll) {
  const seen = [];
  return async (rows) => {
    if (roll(4) === 0) throw new Away("the question was lost");
    seen.push(rows);
    let answers = await laptop.post(rows);
    if (roll(5) === 0) answers = await laptop.post(rows); // it arrived twice
    if (roll(5) === 0) await laptop.post(seen[roll(seen.length)]); // an old one arrives late
    if (roll(4) === 0) throw new Away("the answer was lost");
    if (roll(6) === 0) answers = answers.slice(roll(answers.length + 1));
    if (roll(6) === 0) answers = [...answers].reverse();
    if (roll(8) === 0) answers = await laptop.post(seen[roll(seen.length)]); // the answer to another question
    if (roll(9) === 0) throw new Turned([429, 500, 503][roll(3)], "busy", "later");
    return answers;
  };
}

class Died extends Error {}

/** A store that dies at its n-th step, before or after it: what it was told to do is on the disk or not, never half. */
function mortal(store, stepsLeft, afterwards) {
  const lives = store.unit.bind(store);
  let left = stepsLeft;
  store.unit = async (...args) => {
    left -= 1;
    if (left === 0 && !afterwards) throw new Died();
    const value = await lives(...args);
    if (left === 0 && afterwards) throw new Died();
    if (left < 0) throw new Died();
    return value;
  };
  return store;
}

const LIVES = Number(process.env.MUDHIF_LIVES ?? 2000);

test(`${LIVES} lives over a bad network: what was shown is at the laptop, once`, async () => {
  const roll = dice(20240307);
  let lives = 0;
  while (lives < LIVES) {
    const disk = new IDBFactory();
    const laptop = new Laptop();
    const shown = [];
    await phone(disk, away).then((outbox) => outbox.store.close());
    for (let page = 0; page < 6; page += 1) {
      lives += 1;
      const store = mortal(await openStore(event, disk), 1 + roll(14), roll(2) === 0);
      const outbox = new Outbox(store, badNetwork(laptop, roll));
      try {
        for (let i = 0; i < 4; i += 1) {
          const one = scan(roll(3) ? { registration: `g${roll(5)}` } : { ticket: TRUE });
          await outbox.keep(one);
          if (roll(3) === 0) await outbox.send().catch((error) => assert.ok(!(error instanceof Died) || rethrow(error)));
          const here = outbox.answers.get(one.scan_id) ?? (await outbox.judgeHere(one));
          shown.push([one.scan_id, here.outcome]);
          if (roll(2) === 0) await outbox.send().catch((error) => assert.ok(!(error instanceof Died) || rethrow(error)));
        }
      } catch (error) {
        if (!(error instanceof Died)) throw error;
      }
      store.close();
    }
    const last = new Outbox(await openStore(event, disk), laptop.post);
    await last.send();
    assert.deepEqual(await last.store.rows(), []);
    for (const [id] of shown) assert.ok(laptop.scans.has(id), `lost: ${id}`);
    last.store.close();
  }
});

function rethrow(error) {
  throw error;
}

test("a verdict and its used mark are one: a phone that died between lets nobody in twice", async () => {
  for (let step = 1; step <= 6; step += 1) {
    for (const afterwards of [false, true]) {
      const disk = new IDBFactory();
      await phone(disk, away).then((outbox) => outbox.store.close());
      const store = mortal(await openStore(event, disk), step, afterwards);
      const dying = new Outbox(store, away);
      const one = scan();
      await readHere(dying, one).catch(() => undefined);
      store.close();
      const next = new Outbox(await openStore(event, disk), away);
      const row = (await next.store.rows())[0];
      const again = await readHere(next);
      assert.equal(again.outcome, row?.verdict_shown === "welcome" ? "already" : "welcome", `step ${step}`);
    }
  }
});

test("a unit that fails leaves nothing of itself", async () => {
  const store = await openStore(event, new IDBFactory());
  await assert.rejects(store.unit(["queue", "used"], "readwrite", async (place) => {
    place("queue").put({ scan_id: "x" });
    throw new Error("in the middle");
  }));
  assert.deepEqual(await store.rows(), []);
  assert.ok(store instanceof Store);
});

// ---------------------------------------------------------------- the list

test("the list is fetched once and then only asked whether it is another one", async () => {
  const store = await openStore(event, new IDBFactory());
  const asked = [];
  const ask = async (_url, { headers }) => {
    asked.push(headers["If-None-Match"]);
    return headers["If-None-Match"] === '"a"' ? new Response(null, { status: 304 }) :
      new Response(JSON.stringify(told()), { status: 200, headers: { ETag: '"a"' } });
  };
  assert.equal(await refreshList(store, "/list", { ask, now: Date.now }), "new");
  assert.equal(await refreshList(store, "/list", { ask, now: Date.now }), "same");
  assert.deepEqual(asked, [undefined, '"a"']);
});

test("a page that is not the list leaves the list as it was; a closed door says so", async () => {
  const store = await openStore(event, new IDBFactory());
  await keepList(store, told(), { tag: "", at: 0, asked: 0 });
  const of = (status, body) => refreshList(store, "/list", { ask: async () => new Response(body, { status }), now: Date.now });
  assert.equal(await of(200, "<html>"), "away");
  assert.equal(await of(200, "{}"), "away");
  assert.equal(await of(502, "x"), "away");
  assert.equal(await of(401, '{"code":"not-signed-in"}'), "signed-out");
  assert.equal(await of(401, '{"code":"device-revoked"}'), "closed");
  const outbox = new Outbox(store, away);
  assert.equal((await readHere(outbox)).outcome, "welcome");
});

const undo = (undoes, more = {}) => newScan({ undoes, ...more });
const USED = (outbox) => outbox.store.unit(["used"], "readonly", (place) => done(place("used").get(ZAHRA)));

test("a scan that is taken back leaves the guest where they were before it", async () => {
  const outbox = await phone(new IDBFactory(), away);
  const [came, left, again] = [scan(), scan({ ticket: TRUE, direction: "out" }), scan()];
  for (const one of [came, left, again]) await readHere(outbox, one);
  const where = async () => (({ inside, arrived }) => [inside, arrived])(await USED(outbox));
  assert.deepEqual(await where(), [true, true]);
  await outbox.keepUndo(undo(again.scan_id), ZAHRA);
  assert.deepEqual(await where(), [false, true]);
  await outbox.keepUndo(undo(left.scan_id), ZAHRA);
  assert.deepEqual(await where(), [true, true]);
  await outbox.keepUndo(undo(came.scan_id), ZAHRA);
  assert.deepEqual(await where(), [false, false]);
  assert.equal((await readHere(outbox)).outcome, "welcome");
});

test("a check-in of another phone that is taken back here is none for this phone", async () => {
  const outbox = await phone(new IDBFactory(), away, told([guest({ inside: true, arrived: true })]));
  assert.equal((await readHere(outbox)).outcome, "already");
  await outbox.keepUndo(undo("01930b2e-8f3a-7c11-9a52-4be1d0c7f6a9"), ZAHRA);
  assert.equal((await readHere(outbox)).outcome, "welcome");
});

test("what follows a scan is never sent before it, and is set aside with it", async () => {
  for (const status of [500, 422]) {
    const sent = [];
    const outbox = await phone(new IDBFactory(), async (rows) => {
      if (rows.some((row) => row.registration === "poison")) throw new Turned(status, "broken", "no");
      sent.push(...rows.map((row) => row.scan_id));
      return rows.map(({ scan_id, undoes, signs }) => ({ scan_id, outcome: undoes ? "undone" : signs ? "signed" : "welcome" }));
    });
    const [poison, good] = [scan({ registration: "poison" }), scan({ registration: "good" })];
    await readHere(outbox, poison);
    await outbox.keepUndo(undo(poison.scan_id), null);
    await readHere(outbox, good);
    const signed = newScan({ signs: good.scan_id, strokes: "[[0,0,90,90]]" });
    await outbox.keep(signed);
    await outbox.send();
    assert.deepEqual(sent, [good.scan_id, signed.scan_id], `${status}`);
    assert.equal((await outbox.store.rows()).length, 2);
  }
});

test("a phone that dies at any moment keeps an undo and its mark together", async () => {
  for (let moment = 0; moment < 12; moment += 1) {
    const disk = new IDBFactory();
    const outbox = await phone(disk, away);
    const came = scan();
    await readHere(outbox, came);
    let left = moment;
    const unit = outbox.store.unit.bind(outbox.store);
    outbox.store.unit = (places, mode, work) => unit(places, mode, (place) => work((name) => {
      if ((left -= 1) < 0) throw new Error("the battery is flat");
      return place(name);
    }));
    await outbox.keepUndo(undo(came.scan_id), ZAHRA).catch(() => undefined);
    const after = await phone(disk, away, null);
    const isKept = (await after.store.rows()).length === 2;
    assert.equal((await USED(after)).inside, !isKept);
  }
});

test("what was let in by the laptop's own answer is known when the next guest finds it away", async () => {
  const laptop = new Laptop();
  const outbox = await phone(new IDBFactory(), laptop.post, told([guest({ inside: true, arrived: true })]));
  const out = scan({ ticket: TRUE, direction: "out" });
  laptop.take = ({ scan_id }) => ({ scan_id, outcome: "left", registration: { id: ZAHRA } });
  await outbox.keep(out);
  await outbox.send();
  assert.equal((await readHere(outbox)).outcome, "welcome");
});
