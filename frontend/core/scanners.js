// What the scanner's page keeps in a browser goes with whoever was signed in; what is not handed in yet stays.
import { remembered } from "./paired.js";

const PREFIX = "mudhif-door-"; // as the scanner's store names its databases
const CACHE = "mudhif-scanner-1";

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Forgets the guests and the keys of every event but that of the phone that this browser was paired as.
 *  @returns {Promise<void>} */
export async function forgetScanners() {
  if (!globalThis.indexedDB?.databases) return;
  const paired = remembered()?.event;
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith(PREFIX) || name === PREFIX + paired) continue;
    const base = await done(indexedDB.open(name));
    await forget(base).catch(() => undefined); // none of the scanner's
    base.close();
  }
  if (!paired) await globalThis.caches?.delete(CACHE);
}

/** @param {IDBDatabase} base @returns {Promise<void>} */
function forget(base) {
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(["list", "used", "about"], "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.objectStore("list").clear();
    transaction.objectStore("about").clear();
    // Who was let in by what is still in the queue stays known, by id alone.
    const used = transaction.objectStore("used");
    used.openCursor().onsuccess = (event) => {
      const cursor = /** @type {IDBRequest<IDBCursorWithValue | null>} */ (event.target).result;
      if (!cursor) return;
      if (cursor.value.sent !== null) cursor.delete();
      cursor.continue();
    };
  });
}
