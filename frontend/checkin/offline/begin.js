// Puts the phone's own judge, list and queue behind the scanner's page.
import { forget, remembered } from "../../core/paired.js";
import { report } from "../../core/trust.js";
import { CACHE, install } from "./install.js";
import { giveOut, showKept } from "./kept.js";
import { Turned } from "./outbox.js";
import { Phone } from "./phone.js";
import { askAs } from "./post.js";
import { openStore } from "./store.js";
import { showPictures } from "./wayout_show.js";

/** @typedef {import("../door.js").Scan} Scan */
const LOOK_MS = 20_000; // the age of the list goes on
const OPEN_MS = 3000; // a browser's database that does not open must not hold up the door

/** @param {Record<string, string>} set  of the page
 *  @param {import("../card.js").Language} language
 *  @param {HTMLElement} line  where the page says what is kept
 *  @param {(state: import("./phone.js").State) => void} onState
 *  @returns {Promise<Phone | null>} null where the browser keeps nothing: then all goes by way of the laptop alone */
export async function beginPhone(set, language, line, onState) {
  const device = remembered();
  const token = device?.event === set.event ? device.token : null;
  try {
    const tooLate = new Promise((_, reject) => setTimeout(reject, OPEN_MS));
    const store = /** @type {import("./store.js").Store} */ (await Promise.race([openStore(set.event), tooLate]));
    const phone = new Phone(store, {
      checkins: set.checkins,
      device: set.device,
      ...(token && device && { deviceId: device.id, expires: device.expires }),
      over: language.words.phone_closed,
      ask: askAs({ csrf: set.csrf, token }),
      report: token ? ({ kept, oldest }) => report(token, { kept, oldest }) : undefined,
      onState(state) {
        showKept(line, state, language, Date.now());
        onState(state);
        if (state.isClosed && !state.isOver) void leave(state);
      },
    });
    line.querySelector("button[value='pictures']")?.addEventListener("click", async () =>
      showPictures(/** @type {HTMLDialogElement} */ (document.getElementById("pictures")), await phone.asFile()));
    line.querySelector("button[value='file']")?.addEventListener("click", async () =>
      giveOut(`scans-${set.event.slice(-8)}-${new Date().toISOString().slice(0, 16).replace(":", "")}.json`, await phone.asFile()));
    setInterval(() => void phone.look(), LOOK_MS);
    void phone.start();
    void install(set.worker, [set.wasm]).then((isInstalled) => {
      line.dataset.installed = String(isInstalled);
    });
    return phone;
  } catch {
    return null;
  }
}

/** A phone that was closed does not open the scanner by itself any more. @param {import("./phone.js").State} state */
async function leave(state) {
  await globalThis.caches?.delete(CACHE);
  if (state.kept === 0) forget();
}

/** The answer to a scan, by the phone where it can keep it.
 *  @param {Phone | null} phone @param {Scan} scan
 *  @param {(scan: Scan) => Promise<import("../door.js").Answer>} byLaptop
 *  @returns {Promise<import("./phone.js").Shown>} */
export async function answerTo(phone, scan, byLaptop) {
  if (!phone) return byLaptop(scan);
  try {
    return await phone.present(scan);
  } catch (error) {
    if (error instanceof Turned) throw error;
    return byLaptop(scan); // the phone's disk is full: only what the laptop has is shown
  }
}

/** Keeps what follows a scan: the laptop's answer, or null where the phone keeps it until the laptop is back.
 *  @param {Phone | null} phone @param {import("../door.js").Undo | import("../door.js").Signed} row
 *  @param {string | null} who  the guest, where known
 *  @param {(row: import("../door.js").Undo | import("../door.js").Signed) => Promise<import("../door.js").Answer>} byLaptop */
export async function keepAfter(phone, row, who, byLaptop) {
  if (!phone) return byLaptop(row);
  try {
    return "undoes" in row ? await phone.undo(row, who) : await phone.sign(row);
  } catch (error) {
    if (error instanceof Turned) throw error;
    return byLaptop(row); // the phone's disk is full
  }
}
