// What a phone keeps of one event, in a database of the browser. Everything that belongs together is one transaction:
// a page that is closed in the middle has done all of it or nothing.

/** @typedef {{ id: string, name: string | null, name_alt: string | null, kind: string, status: string, serial: number,
 *    number: number | null, inside: boolean, arrived: boolean, at?: string, item?: string | null, asks?: string[], kept?: string }} Listed  a guest
 *    as the laptop last told of them; `at`, `item`: of the last check-in, where it does not hold for the whole event;
 *    `asks`: the questions that are still to be put to them; `kept`: the registration that stands for one that was merged */
/** @typedef {import("../door.js").Scan} Scan */
/** @typedef {{ undoes?: string, reason?: string, signs?: string, strokes?: string }} After  what follows a scan, by its
 *    scan id: it is taken back, or its guest has signed */
/** @typedef {Scan & After & { n: number, verdict_shown?: string, bad?: { code: string, message: string } }} Row  a scan,
 *    or what follows one, that the laptop has not confirmed; `bad`: set aside, the laptop said that it is wrong */
/** @typedef {import("./used.js").Used} Used */
/** @typedef {"list" | "queue" | "used" | "about"} Place */

const VERSION = 1;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBDatabase} base */
function lay(base) {
  base.createObjectStore("list", { keyPath: "id" }).createIndex("number", "number");
  base.createObjectStore("queue", { keyPath: "n", autoIncrement: true }).createIndex("scan_id", "scan_id");
  base.createObjectStore("used", { keyPath: "registration" });
  base.createObjectStore("about", { keyPath: "id" }); // of the list: its tag, rules and keys; and the last turn
}

/** Opens what this phone keeps of an event.
 *  @param {string} event  its id
 *  @param {IDBFactory} [factory] */
export async function openStore(event, factory = indexedDB) {
  const opening = factory.open(nameOf(event), VERSION);
  opening.onupgradeneeded = () => lay(opening.result);
  const base = await done(opening);
  base.onversionchange = () => base.close(); // another page wipes it
  return new Store(base, factory);
}

/** @param {string} event */
const nameOf = (event) => `mudhif-door-${event}`;

export class Store {
  /** @param {IDBDatabase} base @param {IDBFactory} factory */
  constructor(base, factory) {
    this.base = base;
    this.factory = factory;
  }

  /** Runs `work` in one transaction and answers when all of it lies on the disk. What `work` waits for may only be
   *  requests of that transaction: a transaction ends by itself as soon as nothing of it is under way.
   *  @template T
   *  @param {Place[]} places
   *  @param {IDBTransactionMode} mode
   *  @param {(place: (name: Place) => IDBObjectStore) => Promise<T> | T} work
   *  @returns {Promise<T>} */
  async unit(places, mode, work) {
    const transaction = this.base.transaction(places, mode, { durability: "strict" });
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(null);
      transaction.onabort = () => reject(transaction.error ?? new DOMException("undone", "AbortError"));
    });
    try {
      const value = await work((name) => transaction.objectStore(name));
      await ended;
      return value;
    } catch (error) {
      ended.catch(() => undefined);
      try {
        transaction.abort();
      } catch {
        // it has ended already
      }
      throw error;
    }
  }

  /** @returns {Promise<Row[]>} all rows of the queue, in the order in which they were read */
  rows() {
    return this.unit(["queue"], "readonly", (place) => done(place("queue").getAll()));
  }

  /** Forgets everything: the list, the keys, what was used. The queue stays until it was handed in.
   *  @returns {Promise<void>} */
  async wipe() {
    await this.unit(["list", "used", "about"], "readwrite", (place) => {
      for (const name of /** @type {Place[]} */ (["list", "used", "about"])) place(name).clear();
    });
  }

  /** Forgets the list and the keys: nobody is signed in here any more. Who was let in by what is still in the queue
   *  stays known, by id alone. @returns {Promise<void>} */
  async forgetList() {
    await this.unit(["list", "used", "about"], "readwrite", async (place) => {
      for (const used of await done(place("used").getAll())) if (used.sent !== null) place("used").delete(used.registration);
      for (const name of /** @type {Place[]} */ (["list", "about"])) place(name).clear();
    });
  }

  close() {
    this.base.close();
  }
}
