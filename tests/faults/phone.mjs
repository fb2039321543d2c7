// The phone's own modules, as in the scanner's page, told by a test what to read. One line of JSON in, one out.
//   {"port": 8080, "read": {…a scan…}}  →  {"shown": {…}}      what the volunteer sees
//   {"port": 8080, "round": true}       →  {"state": {…}}      what a phone does every ten seconds
import { createInterface } from "node:readline";
import { IDBFactory } from "fake-indexeddb";
import { Phone } from "./checkin/offline/phone.js";
import { askAs } from "./checkin/offline/post.js";
import { openStore } from "./checkin/offline/store.js";

const [, , event, token] = process.argv;
let port = 0;

const ask = (url, options = {}) => {
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  return fetch(`http://127.0.0.1:${port}${url}`, { ...options, headers });
};

const store = await openStore(event, new IDBFactory());
const phone = new Phone(store, {
  checkins: `/api/v1/events/${event}/checkins`,
  device: "phone",
  ask: askAs({ csrf: "", token: null, ask }),
  onState: () => undefined,
});

async function answer({ read }) {
  if (!read) {
    await phone.round();
    return { state: phone.state };
  }
  try {
    return { shown: await phone.present(read) };
  } catch (error) {
    return { refused: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  port = asked.port;
  process.stdout.write(`${JSON.stringify(await answer(asked))}\n`);
}
